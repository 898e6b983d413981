"""Average linkage: groups whose members are, on average, likely enough to belong together.

The textbook method (UPGMA: Sokal and Michener 1958), for the few articles around a new one: some six, for which plain
lists are several times as fast as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

__all__ = ["linked"]


def linked(chances: Sequence[Sequence[int]], threshold: float) -> list[int]:
    """[n][n] symmetrical chances, in whole numbers of any unit -> a label for each of n: the two groups with the
    highest mean chance become one while that is at least ``threshold``. A label is the lowest place of its group; of
    equal pairs the first merge: sums are exact, so equal means are equal numbers."""
    count = len(chances)
    label = list(range(count))
    sums = [list(row) for row in chances]
    sizes = [1] * count
    # A pair whose groups have grown since it was put down, or are gone, is out of date.
    heap = [(-float(row[two]), one, two, 1, 1) for one, row in enumerate(sums) for two in range(one + 1, count)
            if row[two] >= threshold]
    heapify(heap)
    while heap:
        _, keep, gone, size, more = heappop(heap)
        if sizes[keep] != size or sizes[gone] != more:
            continue
        size += more
        sizes[keep], sizes[gone] = size, 0
        kept, lost = sums[keep], sums[gone]
        for other, each in enumerate(sizes):
            if each and other != keep:
                kept[other] = sums[other][keep] = kept[other] + lost[other]
                if (mean := kept[other] / (size * each)) >= threshold:
                    heappush(heap, (-mean, keep, other, size, each) if keep < other else
                             (-mean, other, keep, each, size))
        label = [keep if each == gone else each for each in label]
    return label

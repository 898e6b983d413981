"""Average linkage: groups whose members are, on average, likely enough to belong together.

The textbook method (UPGMA: Sokal and Michener 1958).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled

__all__ = ["linked"]


def linked(chances: NDArray[np.int64], threshold: float) -> list[int]:
    """[n, n] symmetrical chances, in whole numbers of any unit -> a label for each of n: the two groups with the
    highest mean chance become one while that is at least ``threshold``. A label is the lowest place of its group; of
    equal pairs the first merge: sums are exact, so equal means are equal numbers."""
    found: list[int] = _labels(chances.copy(), threshold).tolist()
    return found


@compiled
def _labels(sums: NDArray[np.int64], threshold: float) -> NDArray[np.intp]:
    """``sums`` is used up. A group is known by its lowest place; ``sizes`` of the others are 0."""
    count = len(sums)
    labels, sizes = np.arange(count), np.ones(count, np.intp)
    while True:
        best, keep, gone = threshold, -1, -1
        for one in range(count):
            for other in range(one + 1, count if sizes[one] else 0):
                mean = sums[one, other] / (sizes[one] * sizes[other]) if sizes[other] else -1.0
                if mean > best or (mean == best and keep < 0):
                    best, keep, gone = mean, one, other
        if keep < 0:
            return labels
        sizes[keep] += sizes[gone]
        sizes[gone] = 0
        for other in range(count):
            sums[keep, other] += sums[gone, other]
            sums[other, keep] = sums[keep, other]
            if labels[other] == gone:
                labels[other] = keep

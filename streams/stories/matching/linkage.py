"""Average linkage: groups whose members are, on average, likely enough to belong together.

The textbook method (UPGMA: Sokal and Michener 1958), for the few articles around a new one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["linked"]

_DECIMALS = 9


def linked(chances: NDArray[np.float64], threshold: float) -> list[int]:
    """[n, n] symmetrical chances -> a label for each of n: the two groups with the highest mean chance become one
    while that is at least ``threshold``. A label is the lowest place of its group; of equal pairs the first merge."""
    count = len(chances)
    label = list(range(count))
    sums = chances.copy()
    sizes = np.ones(count)
    np.fill_diagonal(sums, -1.0)
    mean = np.round(sums, _DECIMALS)
    for _ in range(count - 1):
        place = int(mean.argmax())
        one, two = divmod(place, count)
        if mean[one, two] < threshold:
            break
        keep, gone = min(one, two), max(one, two)
        sums[keep] += sums[gone]
        sums[:, keep] = sums[keep]
        sizes[keep] += sizes[gone]
        sums[keep, keep] = -1.0
        row = np.round(sums[keep] / (sizes[keep] * sizes), _DECIMALS)
        row[mean[keep] < 0] = -1.0
        row[keep] = -1.0
        mean[keep] = row
        mean[:, keep] = row
        mean[gone] = -1.0
        mean[:, gone] = -1.0
        label = [keep if each == gone else each for each in label]
    return label

"""Second thoughts on pairs: what the neighbours of two articles say about whether they belong together.

How near two articles are means little by itself: two reports of one speech are far apart, and two elections near.
It means more beside the nearest that either has, and beside whom both are near to. The features are those of a graph:
nodes are articles, edges the log-odds of the first look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.neighbours import UNITS

__all__ = ["CONTEXT", "FLOOR", "NONE", "context"]

Array = NDArray[np.float64]
CONTEXT = ("odds", "common", "best_low", "best_high", "second_low", "second_high", "behind_low",
           "behind_high", "held")
#: Articles that are many: the streams that were learned from had up to 1,451.
_MANY = 1000
#: Log-odds where nothing was found.
NONE = -7.0
#: The chance of a pair of whom neither was found near to the other.
FLOOR = 0.001


def context(
    rows: Sequence[Mapping[str, int]], uris: Sequence[str], held: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Of every pair of ``uris`` with an edge: its two places (i < j) and its features [pairs, len(CONTEXT)].
    ``rows``: the neighbours of each one, in tenths of log-odds; ``held``: how many articles are held at all. Among few,
    to be the nearest of each other means little."""
    count = len(uris)
    place = {uri: index for index, uri in enumerate(uris)}
    odds = np.full((count, count), NONE)
    best = np.full((count, 2), NONE)
    others: dict[str, int] = {}
    cells: list[tuple[int, int, int]] = []
    for index, row in enumerate(rows):
        for other, value in row.items():
            at = place.get(other)
            if at is not None:
                odds[index, at] = value / UNITS
            else:
                at = count + others.setdefault(other, len(others))
            cells.append((index, at, value))
        if row:
            top = sorted(row.values())[-2:]
            best[index, : len(top)] = [value / UNITS for value in reversed(top)]
    chances = np.zeros((count, count + len(others)))
    if cells:
        filled = np.array(cells)
        chances[filled[:, 0], filled[:, 1]] = np.round(1 / (1 + np.exp(filled[:, 2] / -UNITS)), 6)
    chances[np.arange(count), np.arange(count)] = 1.0
    lengths = np.sqrt(np.square(chances).sum(axis=1))
    left, right = np.nonzero(np.triu(odds > NONE, 1))
    direct = odds[left, right]
    common = np.einsum("ij,ij->i", chances[left], chances[right]) / (lengths[left] * lengths[right])
    ones, twos = best[left], best[right]
    low, high = np.minimum(ones, twos), np.maximum(ones, twos)
    behind = np.sort(np.stack([direct - ones[:, 0], direct - twos[:, 0]], axis=1), axis=1)
    return left, right, np.column_stack([direct, common, low[:, 0], high[:, 0], low[:, 1], high[:, 1], behind,
                                         np.full(len(left), np.log1p(min(held, _MANY)))])

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

__all__ = ["CONTEXT", "FLOOR", "MILLION", "context", "millionths"]

Array = NDArray[np.float64]
CONTEXT = ("odds", "common", "best_low", "best_high", "second_low", "second_high", "behind_low",
           "behind_high", "held")
#: Articles that are many: the streams that were learned from had up to 1,451.
_MANY = 1000
#: Log-odds in tenths where nothing was found.
_NONE = -70.0
#: Chances are whole numbers of millionths: below that digit lies the arithmetic of the machine, and sums are exact.
MILLION = 1_000_000
#: The chance of a pair of whom neither was found near to the other.
FLOOR = 1000


def millionths(odds: Array) -> Array:
    """Log-odds as chances in whole millionths."""
    found: Array = np.rint(MILLION / (1.0 + np.exp(-odds)))
    return found


def context(
    rows: Sequence[Mapping[str, int]], uris: Sequence[str], held: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Of every pair of ``uris`` with an edge: its two places (i < j) and its features [pairs, len(CONTEXT)], which
    depend on the two rows and on ``held`` alone. ``rows``: the neighbours of each one, in tenths of log-odds, in any
    order; ``held``: how many articles are held at all. Among few, to be the nearest of each other means little."""
    count = len(uris)
    column = {uri: place for place, uri in enumerate(uris)}
    columns = [column.setdefault(other, len(column)) for row in rows for other in row]
    tenths = np.array([odds for row in rows for odds in row.values()], np.float64)
    width = max(len(column), 2)
    cells = np.arange(0, count * width, width).repeat([len(row) for row in rows]) + np.array(columns, np.intp)
    odds, chances = np.full((count, width), _NONE), np.zeros((count, width))
    odds.reshape(-1)[cells] = tenths
    chances.reshape(-1)[cells] = millionths(tenths / UNITS)
    chances.reshape(-1)[: count * width : width + 1] = MILLION
    left, right = (odds[:, :count] > _NONE).nonzero()
    some = (left < right).nonzero()[0]
    left, right = left.take(some), right.take(some)
    # Sums of products of whole numbers, below 2 to the 53rd: exact in any order.
    products = chances @ chances.T
    lengths = np.sqrt(products.diagonal())
    direct = odds[left, right]
    best = np.partition(odds, width - 2, axis=1)[:, -2:]
    ones, twos = best.take(left, axis=0), best.take(right, axis=0)
    found = np.zeros((len(left), len(CONTEXT)))
    found[:, 0] = direct
    np.minimum(ones, twos, out=found[:, 4:1:-2])
    np.maximum(ones, twos, out=found[:, 5:2:-2])
    found[:, 6] = direct - found[:, 3]
    found[:, 7] = direct - found[:, 2]
    found /= UNITS
    found[:, 1] = products[left, right] / (lengths.take(left) * lengths.take(right))
    found[:, 8] = np.log1p(min(held, _MANY))
    return left, right, found

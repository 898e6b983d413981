"""Second thoughts on pairs: what the neighbours of two articles say about whether they belong together.

How near two articles are means little by itself: two reports of one speech are far apart, and two elections near.
It means more beside the nearest that either has, and beside whom both are near to. The features are those of a graph:
nodes are articles, edges the log-odds of the first look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled
from streams.stories.matching.neighbours import UNITS

__all__ = ["CONTEXT", "MILLION", "context", "filled"]

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
_FLOOR = 1000


def context(
    rows: Sequence[Mapping[str, int]], uris: Sequence[str], held: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Of every pair of ``uris`` with an edge: its two places (i < j) and its features [pairs, len(CONTEXT)], which
    depend on the two rows and on ``held`` alone. ``rows``: the neighbours of each one, in tenths of log-odds, in any
    order; ``held``: how many articles are held at all. Among few, to be the nearest of each other means little."""
    column = {uri: place for place, uri in enumerate(uris)}
    columns = [column.setdefault(other, len(column)) for row in rows for other in row]
    tenths = [odds for row in rows for odds in row.values()]
    return _features(np.array(columns, np.intp), np.array(tenths, np.float64),
                     np.array([len(row) for row in rows], np.intp), len(column), min(held, _MANY), len(CONTEXT), UNITS)


@compiled
def filled(count: int, left: NDArray[np.intp], right: NDArray[np.intp], odds: Array) -> NDArray[np.int64]:
    """[count, count] chances in millionths of ``count`` articles: of the pairs ``left`` and ``right``, which have an
    edge, by their log-odds ``odds``, and of all others."""
    found = np.full((count, count), _FLOOR)
    for place in range(count):
        found[place, place] = MILLION
    for pair in range(len(odds)):
        found[left[pair], right[pair]] = found[right[pair], left[pair]] = _chance(odds[pair])
    return found


@compiled
def _chance(odds: float) -> int:
    """Log-odds as a chance."""
    chance: int = round(MILLION / (1.0 + np.exp(-odds)))
    return chance


@compiled
def _features(
    columns: NDArray[np.intp], tenths: Array, lengths: NDArray[np.intp], width: int, held: int, features: int,
    units: int,
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """``columns`` and ``tenths``: the neighbours of one after the other as numbers, of which the lowest are the
    articles themselves, and their log-odds; ``lengths``: how many each has; ``width``: how many numbers there are."""
    count = len(lengths)
    odds, chances = np.full((count, width), _NONE), np.zeros((count, width))
    best, second, norms = np.full(count, _NONE), np.full(count, _NONE), np.empty(count)
    at = pairs = 0
    for one in range(count):
        for cell in range(at, at + lengths[one]):
            other, value = columns[cell], tenths[cell]
            odds[one, other] = value
            chances[one, other] = _chance(value / units)
            best[one], second[one] = max(best[one], value), max(second[one], min(best[one], value))
            pairs += one < other < count
        at += lengths[one]
        chances[one, one] = MILLION
        norms[one] = np.sqrt((chances[one] * chances[one]).sum())
    left, right, found = np.empty(pairs, np.intp), np.empty(pairs, np.intp), np.empty((pairs, features))
    at = 0
    for one in range(count):
        for other in range(one + 1, count):
            direct = odds[one, other]
            if direct == _NONE:
                continue
            # Sums of products of whole numbers, below 2 to the 53rd: exact in any order.
            common = (chances[one] * chances[other]).sum() / (norms[one] * norms[other])
            low, high = min(best[one], best[other]), max(best[one], best[other])
            left[at], right[at] = one, other
            row = found[at]
            row[0], row[1], row[2], row[3] = direct / units, common, low / units, high / units
            row[4], row[5] = min(second[one], second[other]) / units, max(second[one], second[other]) / units
            row[6], row[7], row[8] = (direct - high) / units, (direct - low) / units, np.log1p(held)
            at += 1
    return left, right, found

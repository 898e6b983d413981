"""An article against articles that are held, as numbers: one row a pair, one column a feature.

Dot products are sums of whole numbers (exact, whatever their order), and all else is computed from them in the same
order every time. So equal states give equal features to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.clock import HOUR_MS
from streams.stories.matching.candidates import Candidates
from streams.stories.matching.compiled import compiled
from streams.stories.matching.query import Query
from streams.stories.matching.store import Store
from streams.stories.matching.views import VIEW_NAMES, VIEWS, WEIGHTS
from streams.stories.terms import RARITY_UNIT

__all__ = ["FEATURES", "Comparer"]

Array = NDArray[np.float64]
Weights = NDArray[np.uint8]
#: A shared term above this rarity counts as strong evidence.
_STRONG = 4.0
#: Time in articles is not looked at beyond this: a mild law, for streams of any density.
_MOST_BETWEEN = 1000
#: So many articles are no crowd: the streams that were learned from had up to 1,451.
_USUAL = 1500
_LOW_BITS = 0xFFFF

#: (the article's view, the other's view) of the cosines across views.
_CROSS = (("title", "all"), ("all", "title"), ("title", "lead"), ("lead", "title"))
_CROSS_OWN = [VIEW_NAMES.index(own) for own, _ in _CROSS]
_CROSS_OTHER = [VIEW_NAMES.index(other) for _, other in _CROSS]
_EVIDENCE = ("all", "title", "pairs", "names")
_EVIDENCE_COLUMNS = [VIEW_NAMES.index(name) for name in _EVIDENCE]
_SIZE_VIEWS = ("all", "numbers", "dates", "title", "names", "entities")
_SIZES = np.array([VIEW_NAMES.index(name) for name in _SIZE_VIEWS])

_TEXT = (*(f"same_{name}" for name in VIEW_NAMES), "whole", "headlead", *(f"{own}_to_{other}" for own, other in _CROSS),
         *(f"evidence_{name}" for name in _EVIDENCE), "shared", "shared_title", "rarest", "strong",
         *(f"covered_{name}" for name in VIEW_NAMES))
_PAIR = (*_TEXT, "hours", "between", "near", "rank", *(f"other_{name}" for name in _SIZE_VIEWS))
_RIVALS = ("same_all", "covered_all", "same_title", "same_pairs", "same_names", "headlead", "whole", "covered_lead")
_RIVAL_COLUMNS = np.array([_PAIR.index(name) for name in _RIVALS])
FEATURES = (*_PAIR, *(f"own_{name}" for name in _SIZE_VIEWS), "compared",
            *(f"ahead_{name}" for name in _RIVALS))


class _Layout(NamedTuple):
    """Where the columns begin that are computed together, for compiled code: see ``compiled``."""

    dense: int = _TEXT.index("whole")
    across: int = _TEXT.index("headlead") + 1
    logs: int = _TEXT.index(f"evidence_{_EVIDENCE[0]}")
    counts: int = _TEXT.index("shared")
    rarest: int = _TEXT.index("rarest")
    strength: int = _TEXT.index("strong")
    covered: int = _TEXT.index(f"covered_{VIEW_NAMES[0]}")
    times: int = _PAIR.index("hours")
    near: int = _PAIR.index("near")
    other: int = _PAIR.index(f"other_{_SIZE_VIEWS[0]}")
    unit: float = RARITY_UNIT
    strong: int = round(_STRONG / RARITY_UNIT)


_AT = _Layout()
_PAD = np.zeros((len(WEIGHTS), 2), np.uint8)


def _sided(across: list[int], covered: Weights) -> Weights:
    """[view bytes, len(_TEXT)]: the weights whose products with the other side's are what columns are sums of. As
    bytes, so that a row is one line of a processor's cache."""
    there = np.ones((len(WEIGHTS), 1), np.uint8)
    plain = (WEIGHTS[:, :2] > 0).astype(np.uint8)
    return np.concatenate([WEIGHTS, _PAD, WEIGHTS[:, across], WEIGHTS[:, _EVIDENCE_COLUMNS], plain, there, there,
                           covered], axis=1)


_OWN = _sided(_CROSS_OWN, WEIGHTS)
_THEIRS = _sided(_CROSS_OTHER, np.ones_like(WEIGHTS))
#: The norms that cosines are divided by: those of the dense vectors come apart.
_OWN_NORMS = np.array([*range(VIEWS), 0, 0, *_CROSS_OWN])
_THEIR_NORMS = np.array([*range(VIEWS), 0, 0, *_CROSS_OTHER])


class Comparer:
    """It keeps a table from the low bits of a term to its place in the article, from 1, which is empty between uses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places = np.zeros(_LOW_BITS + 1, np.int8)

    def __call__(self, query: Query, found: Candidates) -> Array:
        """[candidates, len(FEATURES)]."""
        store, item = self._store, query.item
        times = store.order["time"][found.slots]
        return _compared(
            _AT, len(FEATURES), item.ids, item.views, item.rarity, query.rarity, query.norms, query.totals,
            item.time_ms, times, HOUR_MS, store.times.between(item.time_ms, times), self._density(),
            found.cosines, found.near, store.articles, found.slots, _OWN, _THEIRS, _OWN_NORMS, _THEIR_NORMS, _SIZES,
            _RIVAL_COLUMNS, self._places,
        )

    def _density(self) -> float:
        """What an article counts for as a measure of time. Where n times as many articles are held as in the streams
        that were learned from, n times as many come between two of one story: story by story, it is the same stream."""
        return min(1.0, _USUAL / max(1, len(self._store)))


@compiled
def _compared(
    at: _Layout, columns: int, ids: NDArray[np.uint32], view_bytes: NDArray[np.uint16], general: NDArray[np.uint8],
    rarity: Array, norms: Array, totals: Array, time_ms: int, times: NDArray[np.int64], hour_ms: int,
    between: NDArray[np.int64], density: float, cosines: Array, near: Array, articles: NDArray[np.void],
    slots: NDArray[np.intp], own_sided: Weights, their_sided: Weights, own_norms: NDArray[np.intp],
    their_norms: NDArray[np.intp], sizes: NDArray[np.intp], rivals: NDArray[np.intp], places: NDArray[np.int8],
) -> Array:
    rows = np.zeros((len(slots), columns))
    own, rare = _weights(at, view_bytes, rarity, general, own_sided)
    _texts(at, rows, ids, own, rare, their_sided, articles, slots, places)
    _put_right(at, rows, norms, totals, articles, slots, own_norms, their_norms)
    rows[:, at.dense : at.across] = cosines
    rows[:, at.near] = near
    _around(at, rows, np.abs(times - time_ms) / hour_ms, between, density, norms, articles, slots, sizes)
    _ahead(rows, rivals)
    return rows


@compiled
def _weights(
    at: _Layout, view_bytes: NDArray[np.uint16], rarity: Array, general: NDArray[np.uint8], sided: Weights
) -> tuple[Array, Array]:
    """[terms, len(_TEXT)] what a shared term adds to each column, but for the other side's weight, and
    [terms] how rare it is where it counts as shared."""
    own, rare = np.empty((len(view_bytes), sided.shape[1])), np.empty(len(view_bytes))
    for term in range(len(view_bytes)):
        row, to, live = sided[view_bytes[term]], own[term], rarity[term]
        for column in range(at.counts):
            to[column] = row[column] * live * general[term]
        to[at.counts], to[at.counts + 1] = row[at.counts] > 0, row[at.counts + 1] > 0
        rare[term] = live * row[at.counts]
        to[at.rarest], to[at.strength] = 0.0, max(rare[term] - at.strong, 0.0)
        for column in range(at.covered, len(row)):
            to[column] = row[column] * live
    return own, rare


@compiled
def _texts(
    at: _Layout, rows: Array, ids: NDArray[np.uint32], own: Array, rare: Array, sided: Weights,
    articles: NDArray[np.void], slots: NDArray[np.intp], places: NDArray[np.int8],
) -> None:
    """Adds up what the texts share, term by term."""
    for term in range(len(ids)):
        places[ids[term] & _LOW_BITS] = term + 1
    for number in range(len(slots)):
        row, article = rows[number], articles[slots[number]]
        for other in range(article.terms):
            id_ = article.ids[other]
            term = places[id_ & _LOW_BITS] - 1
            if term >= 0 and ids[term] == id_:
                mine, theirs = own[term], sided[article.views[other]]
                for column in range(len(theirs)):
                    row[column] += mine[column] * theirs[column]
                row[at.rarest] = max(row[at.rarest], rare[term])
    for term in range(len(ids)):
        places[ids[term] & _LOW_BITS] = 0


@compiled
def _put_right(
    at: _Layout, rows: Array, norms: Array, totals: Array, articles: NDArray[np.void], slots: NDArray[np.intp],
    own_norms: NDArray[np.intp], their_norms: NDArray[np.intp],
) -> None:
    """Makes sums cosines, shares and logarithms."""
    for number in range(len(slots)):
        row, theirs = rows[number], articles[slots[number]].norms
        for column in range(at.logs):
            row[column] /= theirs[their_norms[column]] * norms[own_norms[column]]
        for column in range(at.logs, at.counts):
            row[column] = np.log1p(row[column] * 1e-4)
        for column in range(at.rarest, at.covered):
            row[column] *= at.unit
        for view in range(len(totals)):
            row[at.covered + view] /= max(totals[view], 1.0)


@compiled
def _around(
    at: _Layout, rows: Array, hours: Array, between: NDArray[np.int64], density: float, norms: Array,
    articles: NDArray[np.void], slots: NDArray[np.intp], sizes: NDArray[np.intp],
) -> None:
    """When the others came, and how long the texts are."""
    count = len(slots)
    for number in range(count):
        row, article = rows[number], articles[slots[number]]
        row[at.times] = np.log1p(hours[number])
        row[at.times + 1] = np.log1p(min(between[number] * density, _MOST_BETWEEN))
        row[at.near + 1] = number
        for place, view in enumerate(sizes):
            row[at.other + place] = np.log1p(article.norms[view])
            row[at.other + len(sizes) + place] = np.log1p(norms[view])
        row[at.other + 2 * len(sizes)] = np.log1p(count)


@compiled
def _ahead(rows: Array, columns: NDArray[np.intp]) -> None:
    """How far each one is ahead of the best other one; its whole value where it is alone."""
    count, last = len(rows), rows.shape[1] - len(columns)
    for place, column in enumerate(columns):
        best, second = -np.inf, -np.inf
        for number in range(count):
            value = rows[number, column]
            best, second = max(best, value), max(second, min(best, value))
        for number in range(count):
            value = rows[number, column]
            rival = second if value == best else best
            rows[number, last + place] = value - (rival if count > 1 else 0.0)

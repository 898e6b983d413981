"""An article against articles that are held, as numbers: one row a pair, one column a feature.

Dot products are sums of whole numbers (exact, whatever their order), and all else is computed from them in the same
order every time. So equal states give equal features to the last bit. A comparison is some 300 terms of 30 articles:
what costs is the number of calls, so each step does all pairs and as many columns as it can.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.clock import HOUR_MS
from streams.stories.matching.candidates import Candidates
from streams.stories.matching.query import Query
from streams.stories.matching.store import Store
from streams.stories.matching.views import VIEW_NAMES, VIEWS, WEIGHTS
from streams.stories.terms import MAX_TERMS, RARITY_UNIT

__all__ = ["FEATURES", "Comparer"]

Array = NDArray[np.float64]
_LOW_BITS = np.uint32(0xFFFF)
_FROM_ONE = np.arange(1, MAX_TERMS + 1, dtype=np.int8)
#: A shared term above this rarity counts as strong evidence.
_STRONG = round(4.0 / RARITY_UNIT)
#: Time in articles is not looked at beyond this: a mild law, for streams of any density.
_MOST_BETWEEN = 1000
#: So many articles are no crowd: the streams that were learned from had up to 1,451.
_USUAL = 1500

#: (the article's view, the other's view) of the cosines across views.
_CROSS = (("title", "all"), ("all", "title"), ("title", "lead"), ("lead", "title"))
_CROSS_OWN = [VIEW_NAMES.index(own) for own, _ in _CROSS]
_CROSS_OTHER = [VIEW_NAMES.index(other) for _, other in _CROSS]
_EVIDENCE = ("all", "title", "pairs", "names")
_EVIDENCE_COLUMNS = [VIEW_NAMES.index(name) for name in _EVIDENCE]
_SIZE_VIEWS = ("all", "numbers", "dates", "title", "names", "entities")
_SIZE_COLUMNS = [VIEW_NAMES.index(name) for name in _SIZE_VIEWS]

_TEXT = (*(f"same_{name}" for name in VIEW_NAMES), "whole", "headlead", *(f"{own}_to_{other}" for own, other in _CROSS),
         *(f"evidence_{name}" for name in _EVIDENCE), "shared", "shared_title", "rarest", "strong",
         *(f"covered_{name}" for name in VIEW_NAMES))
_PAIR = (*_TEXT, "hours", "between", "near", "rank", *(f"other_{name}" for name in _SIZE_VIEWS))
_RIVALS = ("same_all", "covered_all", "same_title", "same_pairs", "same_names", "headlead", "whole", "covered_lead")
_RIVAL_COLUMNS = [_PAIR.index(name) for name in _RIVALS]
FEATURES = (*_PAIR, *(f"own_{name}" for name in _SIZE_VIEWS), "compared",
            *(f"ahead_{name}" for name in _RIVALS))

#: Where the parts of a row begin that are computed together.
_DENSE, _LOGS, _COUNTS, _RAREST, _STRENGTH, _COVERED = (
    _TEXT.index(name) for name in ("whole", f"evidence_{_EVIDENCE[0]}", "shared", "rarest", "strong",
                                   f"covered_{VIEW_NAMES[0]}"))
_ACROSS = _DENSE + 2
_TIMES, _NEAR, _OTHER = (_PAIR.index(name) for name in ("hours", "near", f"other_{_SIZE_VIEWS[0]}"))
_PAD = np.zeros((len(WEIGHTS), 2))


def _sided(across: list[int], covered: Array) -> Array:
    """[view bytes, len(_TEXT)]: the weights whose products with the other side's are what columns are sums of."""
    there = np.ones((len(WEIGHTS), 1))
    plain = WEIGHTS[:, :2] > 0
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
        self._places = np.zeros(1 << 16, np.int8)

    def __call__(self, query: Query, found: Candidates) -> Array:
        """[candidates, len(FEATURES)]."""
        articles = found.rows
        count = len(articles)
        rows = np.empty((count, len(FEATURES)))
        rows[:, : len(_TEXT)] = _texts(query, found, *self._hits(query, articles))
        at, times = query.item.time_ms, articles["time"]
        rows[:, _TIMES] = np.abs(at - times) / HOUR_MS
        between = np.array(self._store.times.between(at, times.tolist()))
        rows[:, _TIMES + 1] = np.minimum(between * self._density(), _MOST_BETWEEN)
        rows[:, _NEAR] = found.near
        rows[:, _NEAR + 1] = np.arange(count)
        rows[:, _OTHER : len(_PAIR)] = articles["norms"].take(_SIZE_COLUMNS, axis=1)
        rows[:, len(_PAIR) : -len(_RIVALS)] = self._own(query, count)
        for logs in (rows[:, _TIMES:_NEAR], rows[:, _OTHER : -len(_RIVALS)]):
            np.log1p(logs, out=logs)
        rows[:, -len(_RIVALS) :] = _ahead(rows.take(_RIVAL_COLUMNS, axis=1))
        return rows

    def _hits(
        self, query: Query, articles: NDArray[np.void]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint16]]:
        """Where the others have terms of the article: how many each has, then one after the other the article's term
        and the other's view byte."""
        own = query.item.ids
        ids = articles["ids"].ravel()
        low = own & _LOW_BITS
        self._places[low] = _FROM_ONE[: len(own)]
        places = self._places.take(ids & _LOW_BITS)
        self._places[low] = 0
        where = (places != 0).nonzero()[0]
        term = places.take(where).astype(np.intp) - 1
        same = own.take(term) == ids.take(where)
        if not same.all():
            where, term = where[same], term[same]
        counts = np.bincount(where // MAX_TERMS, minlength=len(articles))
        return counts, term, articles["views"].ravel().take(where)

    def _own(self, query: Query, count: int) -> Array:
        """What is the same for all pairs."""
        return np.array([*query.norms.take(_SIZE_COLUMNS), count])

    def _density(self) -> float:
        """What an article counts for as a measure of time. Where n times as many articles are held as in the streams
        that were learned from, n times as many come between two of one story: story by story, it is the same stream."""
        return min(1.0, _USUAL / max(1, len(self._store)))


def _texts(
    query: Query, found: Candidates, counts: NDArray[np.intp], term: NDArray[np.intp], views: NDArray[np.uint16]
) -> Array:
    """[others, len(_TEXT)]: what the texts share."""
    item = query.item
    own = _OWN.take(item.views, axis=0)
    rare = query.rarity * own[:, _COUNTS]
    own[:, _STRENGTH] = np.maximum(rare - _STRONG, 0)
    own[:, :_COUNTS] *= (query.rarity * item.rarity)[:, None]
    own[:, _COVERED:] *= query.rarity[:, None]
    np.greater(own[:, :2], 0, out=own[:, _COUNTS:_RAREST])
    # A row of zeros at the end: the sum over no hits is that of one row, wherever it is, and is put right below.
    parts = np.zeros((len(term) + 1, own.shape[1]))
    np.multiply(own.take(term, axis=0), _THEIRS.take(views, axis=0), out=parts[:-1])
    parts[:-1, _RAREST] = rare.take(term)
    starts, some = counts.cumsum() - counts, counts > 0
    sums = np.add.reduceat(parts, starts, axis=0)
    sums[:, _RAREST] = np.maximum.reduceat(parts[:, _RAREST], starts)
    sums *= some[:, None]
    sums[:, _RAREST:_COVERED] *= RARITY_UNIT
    sums[:, _COVERED:] /= np.maximum(query.weights.sum(axis=0), 1.0)
    sums[:, _LOGS:_COUNTS] = np.log1p(sums[:, _LOGS:_COUNTS] * 1e-4)
    norms = found.rows["norms"].take(_THEIR_NORMS, axis=1)
    sums[:, :_LOGS] /= norms * query.norms.take(_OWN_NORMS)
    sums[:, _DENSE:_ACROSS] = found.cosines
    return sums


def _ahead(columns: Array) -> Array:
    """How far each one is ahead of the best other one; its whole value where it is alone."""
    if len(columns) < 2:
        return columns
    ordered = np.sort(columns, axis=0)
    rival = np.where(columns == ordered[-1], ordered[-2], ordered[-1])
    ahead: Array = columns - rival
    return ahead

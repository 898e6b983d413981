"""An article against candidate stories, as numbers: one row a story, one column a feature.

Dot products are sums of whole numbers (exact, whatever their order), and all else is computed from them in the same
order every time. So equal states give equal features to the last bit. A comparison is some 300 terms of 30 members:
what costs is the number of calls, so each step does all candidates, all members and as many columns as it can.
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
#: Newest members of a story that an article is compared with.
_MEMBERS = 10
_LOW_BITS = np.uint32(0xFFFF)
_FROM_ONE = np.arange(1, MAX_TERMS + 1, dtype=np.int8)
#: A shared term above this rarity counts as strong evidence.
_STRONG = round(4.0 / RARITY_UNIT)
#: Time in articles is not looked at beyond this: a mild law, for streams of any density.
_MOST_BETWEEN = 1000
#: So many open stories are no crowd: the streams that were learned from had up to 420.
_USUAL = 500
#: Articles an hour are counted over the newest of so many.
_TEMPO = 100

#: (the article's view, the member's view) of the cosines across views.
_CROSS = (("title", "all"), ("all", "title"), ("title", "lead"), ("lead", "title"))
_CROSS_OWN = [VIEW_NAMES.index(own) for own, _ in _CROSS]
_CROSS_OTHER = [VIEW_NAMES.index(other) for _, other in _CROSS]
_EVIDENCE = ("all", "title", "pairs", "names")
_EVIDENCE_COLUMNS = [VIEW_NAMES.index(name) for name in _EVIDENCE]
_OWN_VIEWS = ("all", "numbers", "dates", "title", "names", "entities")
_OWN_COLUMNS = [VIEW_NAMES.index(name) for name in _OWN_VIEWS]

_MEMBER = (*VIEW_NAMES, "whole", "headlead", *(f"{own}_to_{other}" for own, other in _CROSS),
           *(f"evidence_{name}" for name in _EVIDENCE), "shared", "shared_title", "rarest", "strong")
#: Of the best, the mean and the second best member of each story.
_MEAN = VIEWS + 2
_SECOND = [_MEMBER.index(name) for name in ("all", "title", "names", "whole", "headlead")]
_BASE = (
    *(f"max_{name}" for name in _MEMBER), *(f"mean_{name}" for name in _MEMBER[:_MEAN]),
    *(f"second_{_MEMBER[column]}" for column in _SECOND),
    *(f"any_{name}" for name in VIEW_NAMES), *(f"core_{name}" for name in VIEW_NAMES),
    "centre_whole", "centre_headlead",
    "size", "since_last", "since_first", "between_last", "between_first", "pace", "near", "near_rank",
)
_RIVALS = ("max_all", "any_all", "max_title", "max_pairs", "max_names", "max_headlead", "centre_whole", "any_lead")
_RIVAL_COLUMNS = [_BASE.index(name) for name in _RIVALS]
FEATURES = (*_BASE, *(f"own_{name}" for name in _OWN_VIEWS), "candidates", "tempo", "own_members",
            *(f"ahead_{name}" for name in _RIVALS))

#: Where the parts of _MEMBER begin that are computed together.
_DENSE, _ACROSS, _LOGS, _COUNTS, _RAREST, _STRENGTH = (
    _MEMBER.index(name) for name in ("whole", f"{_CROSS[0][0]}_to_{_CROSS[0][1]}", f"evidence_{_EVIDENCE[0]}", "shared",
                                     "rarest", "strong"))
_COSINES = _LOGS
_PAD = np.zeros((len(WEIGHTS), 2))


def _sided(across: list[int]) -> Array:
    """[view bytes, len(_MEMBER)]: the weights whose products with the other side's are what columns are sums of."""
    there = np.ones((len(WEIGHTS), 1))
    plain = WEIGHTS[:, :2] > 0
    return np.concatenate([WEIGHTS, _PAD, WEIGHTS[:, across], WEIGHTS[:, _EVIDENCE_COLUMNS], plain, there, there],
                          axis=1)


_OWN = _sided(_CROSS_OWN)
_THEIRS = _sided(_CROSS_OTHER)
#: The norms that cosines are divided by: those of the dense vectors come apart.
_OWN_NORMS = np.array([*range(VIEWS), 0, 0, *_CROSS_OWN])
_THEIR_NORMS = np.array([*range(VIEWS), 0, 0, *_CROSS_OTHER])
#: Where the parts of a row end.
_BEST, _MEANS, _SECONDS, _SHARES, _CENTRE, _FRAMED = (
    _BASE.index(name) for name in (f"mean_{_MEMBER[0]}", f"second_{_MEMBER[_SECOND[0]]}", f"any_{VIEW_NAMES[0]}",
                                   "centre_whole", "size", "near"))


class Comparer:
    """It keeps a table from the low bits of a term to its place in the article, from 1, which is empty between uses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places = np.zeros(1 << 16, np.int8)

    def __call__(self, query: Query, found: Candidates) -> Array:
        """[stories, len(FEATURES)]."""
        count = len(found.stories)
        recent = [held.members[-_MEMBERS:] for held in found.stories]
        sizes = np.array([len(members) for members in recent])
        index = np.array([slot for members in recent for _, _, slot in members])
        owner = np.arange(count).repeat(sizes)
        starts = sizes.cumsum() - sizes
        members = self._store.articles.take(index)
        counts, term, views = self._hits(query, members)
        by_member = _by_member(query, members, counts, term, views)
        rows = np.empty((count, len(FEATURES)))
        best = rows[:, :_BEST]
        np.maximum.reduceat(by_member, starts, axis=0, out=best)
        np.divide(np.add.reduceat(by_member[:, :_MEAN], starts, axis=0), sizes[:, None], out=rows[:, _BEST:_MEANS])
        rows[:, _MEANS:_SECONDS] = _second(by_member, best, sizes, starts)
        rows[:, _SECONDS:_SHARES] = _shares(query, owner.repeat(counts), term, sizes)
        rows[:, _SHARES:_CENTRE] = found.centres
        rows[:, _CENTRE:_FRAMED] = self._frame(query, found)
        rows[:, _FRAMED] = found.near
        rows[:, _FRAMED + 1] = np.arange(count)
        rows[:, len(_BASE) : -len(_RIVALS)] = self._own(query, count)
        rows[:, -len(_RIVALS) :] = _ahead(rows.take(_RIVAL_COLUMNS, axis=1))
        return rows

    def _hits(
        self, query: Query, members: NDArray[np.void]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint16]]:
        """Where members have terms of the article: how many each has, then one after the other the article's term and
        the member's view byte."""
        own = query.item.ids
        ids = members["ids"].ravel()
        low = own & _LOW_BITS
        self._places[low] = _FROM_ONE[: len(own)]
        places = self._places.take(ids & _LOW_BITS)
        self._places[low] = 0
        where = (places != 0).nonzero()[0]
        term = places.take(where).astype(np.intp) - 1
        same = own.take(term) == ids.take(where)
        if not same.all():
            where, term = where[same], term[same]
        counts = np.bincount(where // MAX_TERMS, minlength=len(members))
        return counts, term, members["views"].ravel().take(where)

    def _frame(self, query: Query, found: Candidates) -> Array:
        """Size and time of each story as seen from the article: mild logarithms, in hours and in articles."""
        at = query.item.time_ms
        size, first, last = found.rows["size"], found.rows["first"], found.rows["last"]
        between = self._store.times.between(at, last.tolist() + first.tolist())
        rows = np.empty((len(size), 6))
        rows[:, 0] = size
        rows[:, 1] = np.maximum(np.maximum(at - last, first - at), 0) / HOUR_MS
        rows[:, 2] = np.abs(at - first) / HOUR_MS
        rows[:, 3:5] = np.minimum(np.array(between).reshape(2, -1).T * self._density(), _MOST_BETWEEN)
        rows[:, 5] = (last - first) / HOUR_MS / np.maximum(size - 1, 1)
        return np.log1p(rows, out=rows)

    def _own(self, query: Query, count: int) -> Array:
        """What is the same for all candidates."""
        articles, first, last = self._store.times.newest(_TEMPO)
        own = np.empty(len(_OWN_VIEWS) + 3)
        own[:-3] = query.norms.take(_OWN_COLUMNS)
        own[-3:] = count, articles / max(0.1, (last - first) / HOUR_MS) * self._density(), query.members
        return np.log1p(own, out=own)

    def _density(self) -> float:
        """What an article counts for as a measure of time. Where n times as many stories are open as in the streams
        that were learned from, n times as many articles come between two of one story: story by story, it is the same
        stream."""
        return min(1.0, _USUAL / max(1, len(self._store.stories)))


def _by_member(
    query: Query, members: NDArray[np.void], counts: NDArray[np.intp], term: NDArray[np.intp],
    views: NDArray[np.uint16],
) -> Array:
    """[members, len(_MEMBER)]."""
    item = query.item
    own = _OWN.take(item.views, axis=0)
    rare = query.rarity * own[:, _COUNTS]
    own[:, _STRENGTH] = np.maximum(rare - _STRONG, 0)
    own[:, :_COUNTS] *= (query.rarity * item.rarity)[:, None]
    np.greater(own[:, :2], 0, out=own[:, _COUNTS:_RAREST])
    # A row of zeros at the end: the sum over no hits is that of one row, wherever it is, and is put right below.
    parts = np.zeros((len(term) + 1, own.shape[1]))
    np.multiply(own.take(term, axis=0), _THEIRS.take(views, axis=0), out=parts[:-1])
    parts[:-1, _RAREST] = rare.take(term)
    starts, some = counts.cumsum() - counts, counts > 0
    sums = np.add.reduceat(parts, starts, axis=0)
    sums[:, _RAREST] = np.maximum.reduceat(parts[:, _RAREST], starts)
    sums *= some[:, None]
    sums[:, _RAREST:] *= RARITY_UNIT
    sums[:, _LOGS:_COUNTS] = np.log1p(sums[:, _LOGS:_COUNTS] * 1e-4)
    norms = members["norms"].take(_THEIR_NORMS, axis=1)
    sums[:, :_COSINES] /= norms * query.norms.take(_OWN_NORMS)
    # Whole numbers below 2 to the 24th: exact in single precision.
    dots = members["vectors"].astype(np.float32) @ query.narrow
    sums[:, _DENSE:_ACROSS] = dots / np.maximum(query.narrow_lengths * members["lengths"], 1e-9)
    return sums


def _shares(query: Query, owner: NDArray[np.intp], term: NDArray[np.intp], sizes: NDArray[np.intp]) -> Array:
    """[stories, 2 · VIEWS]: what share of the weight of each of the article's views stands in any member of each story,
    and what share in its mean member. ``owner``: of which story each hit is."""
    shape = len(sizes), len(query.weights)
    cells = np.bincount(owner * shape[1] + term, minlength=shape[0] * shape[1]).reshape(shape)
    held = np.concatenate([cells > 0, cells / sizes[:, None]], axis=1).reshape(-1, shape[1])
    shares: Array = (held @ query.weights) / np.maximum(query.weights.sum(axis=0), 1)
    return shares.reshape(-1, 2 * VIEWS)


def _second(by_member: Array, best: Array, sizes: NDArray[np.intp], starts: NDArray[np.intp]) -> Array:
    """[stories, len(_SECOND)]: the second best member of each story, column by column; the best where there is one
    member."""
    ordered = np.full((len(sizes), _MEMBERS, len(_SECOND)), -1.0)
    places = np.arange(len(by_member)) + (np.arange(0, len(sizes) * _MEMBERS, _MEMBERS) - starts).repeat(sizes)
    ordered.reshape(-1, len(_SECOND))[places] = by_member.take(_SECOND, axis=1)
    ordered.sort(axis=1)
    return np.where((sizes == 1)[:, None], best.take(_SECOND, axis=1), ordered[:, -2])


def _ahead(columns: Array) -> Array:
    """How far each story is ahead of the best other one; its whole value where it is alone."""
    if len(columns) < 2:
        return columns
    ordered = np.sort(columns, axis=0)
    rival = np.where(columns == ordered[-1], ordered[-2], ordered[-1])
    ahead: Array = columns - rival
    return ahead

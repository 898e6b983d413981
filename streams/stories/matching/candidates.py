"""Which stories are worth comparing: found under the article's leading terms, rarest first, at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.query import Query
from streams.stories.matching.store import Held, Store

__all__ = ["Candidates", "Finder"]

#: Entries of the index that are read for one article.
_BUDGET = 600
#: Stories with the most overlap, of which those with the nearest vectors are compared in full.
_NEAR = 32


@dataclass(slots=True, eq=False)
class Candidates:
    """Best first. ``near``: how near at a first look; ``centres``: [stories, 2] cosines with the sums of their
    vectors; ``rows``: of the store's table of stories."""

    stories: list[Held]
    near: NDArray[np.float64]
    centres: NDArray[np.float64]
    rows: NDArray[np.void]


class Finder:
    """Reads the index. It keeps a table from a story's number to its place among what was read, which is written
    before it is read and so needs no clearing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: NDArray[np.intp] = np.zeros(64, np.intp)

    def __call__(self, query: Query, limit: int, but: Held | None = None) -> Candidates | None:
        """At most ``limit`` stories other than ``but``; None where there is none. Terms are read from the shortest
        list of stories to the longest, as far as the budget goes: a term of many tells little."""
        numbers, terms, counts = self._store.postings.read(query.item.ids.tolist(), _BUDGET)
        if len(self._places) < len(self._store.by_number):
            self._places = np.zeros(len(self._store.sums), np.intp)
        order = np.arange(len(numbers))
        self._places[numbers] = order
        places = self._places.take(numbers)
        overlap = np.bincount(places, query.leads.take(terms).repeat(counts), len(numbers)).astype(np.float64)
        some = places == order
        if but is not None:
            some &= numbers != but.number
        some = some.nonzero()[0]
        if not len(some):
            return None
        numbers, overlap = numbers.take(some), overlap.take(some)
        if len(numbers) > _NEAR:
            some = self._highest(overlap, numbers, _NEAR)
            numbers, overlap = numbers.take(some), overlap.take(some)
        return self._nearest(query, numbers, overlap, limit)

    def _nearest(
        self, query: Query, numbers: NDArray[np.intp], overlap: NDArray[np.float64], limit: int
    ) -> Candidates:
        """The ``limit`` best by overlap and by the cosines of the vectors together."""
        rows = self._store.sums.take(numbers)
        lengths = np.maximum(rows["lengths"] * query.lengths, 1e-9)
        centres = rows["vectors"].astype(np.float64) @ query.vectors / lengths
        near = np.round(centres.sum(axis=1) + overlap / (overlap.max() or 1.0), 9)
        if len(near) > limit:
            some = self._highest(near, numbers, limit)
            numbers, near = numbers.take(some), near.take(some)
            centres, rows = centres.take(some, axis=0), rows.take(some)
        stories = [self._store.story(number) for number in numbers.tolist()]
        ranked = sorted(zip((-near).tolist(), [held.id for held in stories], range(len(stories)), strict=True))
        places = [place for _, _, place in ranked]
        return Candidates([stories[place] for place in places], near.take(places), centres.take(places, axis=0),
                          rows.take(places))

    def _highest(self, scores: NDArray[np.float64], numbers: NDArray[np.intp], most: int) -> NDArray[np.intp]:
        """Places of the ``most`` highest of ``scores``; of those that are as high as the last one the stories with the
        newest articles, then the lower ids: a common term alone gives hundreds the same score."""
        last = np.partition(scores, -most)[-most]
        above, tied = (scores > last).nonzero()[0], (scores == last).nonzero()[0]
        left = most - len(above)
        if len(tied) > left:
            newest = self._store.sums["last"][numbers.take(tied)]
            some = (newest >= np.partition(newest, -left)[-left]).nonzero()[0]
            tied, newest = tied.take(some), newest.take(some)
            if len(tied) > left:
                ids = [self._store.story(number).id for number in numbers.take(tied).tolist()]
                ranked = sorted(zip((-newest).tolist(), ids, tied.tolist(), strict=True))
                tied = np.array([place for _, _, place in ranked[:left]], np.intp)
        return np.concatenate([above, tied])

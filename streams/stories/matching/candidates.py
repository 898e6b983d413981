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
        overlaps = self._overlapping(query)
        if but is not None:
            overlaps = [entry for entry in overlaps if entry[2] is not but]
        return self._nearest(query, overlaps[:_NEAR], limit) if overlaps else None

    def _overlapping(self, query: Query) -> list[tuple[float, str, Held]]:
        """The stories with the most overlap, (negative overlap, id, story) in that order: ``_NEAR`` and one more."""
        store = self._store
        numbers, terms, counts = store.postings.read(query.item.ids.tolist(), _BUDGET)
        if not len(numbers):
            return []
        if len(self._places) < len(store.by_number):
            self._places = np.zeros(len(store.sums), np.intp)
        order = np.arange(len(numbers))
        self._places[numbers] = order
        places = self._places.take(numbers)
        overlap = np.bincount(places, query.leads.take(terms).repeat(counts))
        some = np.flatnonzero(places == order)
        found, overlap = numbers.take(some), overlap.take(some)
        if len(found) > _NEAR + 1:
            # With all that are as near as the last one: between these the ids decide.
            some = np.flatnonzero(overlap >= np.partition(overlap, -_NEAR - 1)[-_NEAR - 1])
            found, overlap = found.take(some), overlap.take(some)
        held = [store.story(number) for number in found.tolist()]
        ranked = [(-weight, each.id, each) for weight, each in zip(overlap.tolist(), held, strict=True)]
        ranked.sort()
        return ranked[: _NEAR + 1]

    def _nearest(self, query: Query, found: list[tuple[float, str, Held]], limit: int) -> Candidates:
        """The ``limit`` best by overlap and by the cosines of the vectors together."""
        rows = self._store.sums.take([held.number for _, _, held in found])
        lengths = np.maximum(rows["lengths"] * query.lengths, 1e-9)
        centres = rows["vectors"].astype(np.float64) @ query.vectors / lengths
        overlap = np.array([weight for weight, _, _ in found])
        near = np.round(centres.sum(axis=1) + overlap / (overlap[0] or -1.0), 9)
        ranked = sorted(zip((-near).tolist(), [id for _, id, _ in found], range(len(found)), strict=True))
        places = [place for _, _, place in ranked[:limit]]
        return Candidates([found[place][2] for place in places], near.take(places), centres.take(places, axis=0),
                          rows.take(places))

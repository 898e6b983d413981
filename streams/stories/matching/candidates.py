"""Which articles are worth comparing: found under an article's leading terms, rarest first, at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.query import Query
from streams.stories.matching.store import Store

__all__ = ["Candidates", "Finder"]

#: Entries of the index that are read for one article, and for one term: the newest.
_BUDGET, _NEWEST = 1500, 64
#: Articles with the most overlap, of which those with the nearest vectors are compared in full.
_NEAR = 48


@dataclass(slots=True, eq=False)
class Candidates:
    """Held articles, best first, with their rows in the store. ``near``: how near at a first look;
    ``cosines`` [articles, 2]: of both vectors."""

    uris: list[str]
    rows: NDArray[np.void]
    cosines: NDArray[np.float64]
    near: NDArray[np.float64]


class Finder:
    """Reads the index. It keeps a table from a slot to its place among what was read, which is written before it is
    read and so needs no clearing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: NDArray[np.intp] = np.zeros(64, np.intp)

    def __call__(self, query: Query, limit: int) -> Candidates | None:
        """At most ``limit`` articles, never the one that is looked up; None where there is none. Terms are read from
        the shortest list to the longest, as far as the budget goes: a term of many tells little."""
        store = self._store
        slots, terms, counts = store.postings.read(query.item.ids.tolist(), _NEWEST, _BUDGET)
        if len(self._places) < len(store.articles):
            self._places = np.zeros(len(store.articles), np.intp)
        order = np.arange(len(slots))
        self._places[slots] = order
        places = self._places.take(slots)
        overlap = np.bincount(places, query.leads.take(terms).repeat(counts), len(slots)).astype(np.float64)
        some = (places == order) & (slots != store.slot_of.get(query.item.uri, -1))
        slots, overlap = slots[some], overlap[some]
        if not len(slots):
            return None
        if len(slots) > _NEAR:
            some = self._highest(overlap, slots, _NEAR)
            slots, overlap = slots.take(some), overlap.take(some)
        return self._nearest(query, slots, overlap, limit)

    def _nearest(
        self, query: Query, slots: NDArray[np.intp], overlap: NDArray[np.float64], limit: int
    ) -> Candidates:
        """The ``limit`` best by overlap and by the cosines of the vectors together."""
        rows = self._store.articles.take(slots)
        # Whole numbers below 2 to the 24th: exact in single precision.
        dots = rows["vectors"].astype(np.float32) @ query.narrow
        cosines = (dots / np.maximum(query.narrow_lengths * rows["lengths"], 1e-9)).astype(np.float64)
        near = np.round(cosines[:, 0] + cosines[:, 1] + overlap / (overlap.max() or 1.0), 6)
        uris = [self._store.uri_of[slot] for slot in slots.tolist()]
        ranked = sorted(zip((-near).tolist(), uris, range(len(uris)), strict=True))[:limit]
        places = [place for _, _, place in ranked]
        return Candidates([uri for _, uri, _ in ranked], rows.take(places), cosines.take(places, axis=0),
                          near.take(places))

    def _highest(self, scores: NDArray[np.float64], slots: NDArray[np.intp], most: int) -> NDArray[np.intp]:
        """Places of the ``most`` highest of ``scores``; of those that are as high as the last one the newest, then the
        lower uris: a common term alone gives hundreds the same score."""
        last = np.partition(scores, -most)[-most]
        above, tied = (scores > last).nonzero()[0], (scores == last).nonzero()[0]
        left = most - len(above)
        if len(tied) > left:
            times = self._store.articles["time"][slots.take(tied)]
            some = (times >= np.partition(times, -left)[-left]).nonzero()[0]
            tied, times = tied.take(some), times.take(some)
            if len(tied) > left:
                uris = [self._store.uri_of[slot] for slot in slots.take(tied).tolist()]
                ranked = sorted(zip((-times).tolist(), uris, tied.tolist(), strict=True))
                tied = np.array([place for _, _, place in ranked[:left]], np.intp)
        return np.concatenate([above, tied])

"""Which articles are worth comparing: found under an article's leading terms, rarest first, at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled
from streams.stories.matching.query import Query
from streams.stories.matching.store import Store

__all__ = ["Candidates", "Finder"]

Slots = NDArray[np.intp]
Array = NDArray[np.float64]
#: Entries of the index that are read for one article, and for one term: the newest.
_BUDGET, _NEWEST = 1500, 64
#: Articles with the most overlap, of which those with the nearest vectors are compared in full.
_NEAR = 48


@dataclass(slots=True, eq=False)
class Candidates:
    """Held articles, best first, by their rows in the store. ``near``: how near at a first look; ``cosines``
    [articles, 2]: of both vectors."""

    slots: Slots
    cosines: Array
    near: Array


class Finder:
    """Reads the index. It keeps a table from a slot to its place among what was read, which is empty between uses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: NDArray[np.int32] = np.zeros(64, np.int32)

    def __call__(self, query: Query, limit: int) -> Candidates | None:
        """At most ``limit`` articles, never the one that is looked up; None where there is none. Terms are read from
        the shortest list to the longest, as far as the budget goes: a term of many tells little."""
        store, item = self._store, query.item
        slots, terms, counts = store.postings.read(item.ids, _NEWEST, _BUDGET)
        if len(self._places) < len(store.articles):
            self._places = np.zeros(len(store.articles), np.int32)
        found, overlap = _overlapping(slots, terms, counts, query.leads, store.order, self._places,
                                      store.slot_of.get(item.uri, -1), _NEAR)
        if not len(found):
            return None
        return Candidates(*_nearest(found, overlap, item.vectors, store.articles, store.order, limit))


@compiled
def _overlapping(
    slots: NDArray[np.uint32], terms: Slots, counts: Slots, leads: Array, order: NDArray[np.void],
    places: NDArray[np.int32], itself: int, most: int,
) -> tuple[Slots, Array]:
    """The ``most`` articles of those that were read with the highest overlap, and that: of equal ones the newest, then
    the lower key. A common term alone gives hundreds the same overlap. ``counts``: how many of ``slots`` were read for
    each of ``terms``."""
    seen, overlap = np.empty(len(slots), np.intp), np.zeros(len(slots))
    number = at = 0
    for list_, count in enumerate(counts):
        lead = leads[terms[list_]]
        for slot in slots[at : at + count]:
            place = places[slot]
            if not place:
                seen[number] = slot
                number += 1
                place = places[slot] = number
            overlap[place - 1] += lead
        at += count
    best, kept = np.empty(most, np.intp), 0
    for place in range(number):
        slot = seen[place]
        places[slot] = 0
        if slot == itself:
            continue
        if kept == most:
            last = best[kept - 1]
            if not _before(overlap[place], order[slot], overlap[last], order[seen[last]]):
                continue
            kept -= 1
        to = kept
        while to and _before(overlap[place], order[slot], overlap[best[to - 1]], order[seen[best[to - 1]]]):
            best[to] = best[to - 1]
            to -= 1
        best[to] = place
        kept += 1
    return seen[best[:kept]], overlap[best[:kept]]


@compiled
def _before(score: float, own: Any, other: float, rival: Any) -> bool:
    if score != other:
        return score > other
    if own.time != rival.time:
        return bool(own.time > rival.time)
    return bool(own.key < rival.key)


@compiled
def _nearest(
    slots: Slots, overlap: Array, vectors: NDArray[np.int8], articles: NDArray[np.void], order: NDArray[np.void],
    limit: int,
) -> tuple[Slots, Array, Array]:
    """The ``limit`` best by overlap and by the cosines of the vectors together, the lower key first of equal ones:
    slots, cosines and how near."""
    count, (sides, dimensions) = len(slots), vectors.shape
    lengths = np.zeros(sides)
    for side in range(sides):
        lengths[side] = np.sqrt(_dot(vectors[side], vectors[side]))
    cosines, near, ranked = np.empty((count, sides)), np.empty(count), np.empty(count, np.intp)
    highest = overlap.max() or 1.0
    for place in range(count):
        row = articles[slots[place]]
        total = overlap[place] / highest
        for side in range(sides):
            theirs = row.vectors[side * dimensions : (side + 1) * dimensions]
            cosine = _dot(vectors[side], theirs) / max(lengths[side] * row.lengths[side], 1e-9)
            cosines[place, side] = cosine
            total += cosine
        near[place] = np.rint(total * 1e6) / 1e6
        key, to = order[slots[place]].key, place
        while to:
            last = ranked[to - 1]
            if near[last] > near[place] or (near[last] == near[place] and order[slots[last]].key < key):
                break
            ranked[to] = last
            to -= 1
        ranked[to] = place
    ranked = ranked[:limit]
    return slots[ranked], cosines[ranked], near[ranked]


@compiled
def _dot(one: NDArray[np.int8], other: NDArray[np.int8]) -> int:
    total = 0
    for index in range(len(one)):
        total += int(one[index]) * int(other[index])
    return total

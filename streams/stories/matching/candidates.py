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
Places = NDArray[np.int16]
#: Entries of the index that are read for one article, and for one term: the newest.
_BUDGET, _NEWEST = 1000, 64
#: Places of the table of what was read: a power of two, and enough that few meet in one.
_PLACES = 4096
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
    """Reads the index. It keeps a table of what was read, which is empty between uses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: Places = np.zeros(_PLACES, np.int16)

    def __call__(self, query: Query, limit: int) -> Candidates | None:
        """At most ``limit`` articles, never the one that is looked up; None where there is none. Terms are read from
        the shortest list to the longest, as far as the budget goes: a term of many tells little."""
        store, item = self._store, query.item
        slots, terms, counts = store.postings.read(item.ids, _NEWEST, _BUDGET)
        found, overlap = _overlapping(slots, terms, counts, query.leads, store.order, self._places,
                                      store.slot_of.get(item.uri, -1), _NEAR)
        if not len(found):
            return None
        return Candidates(*_nearest(found, overlap, item.vectors, store.articles, store.order, limit))


@compiled
def _overlapping(
    slots: NDArray[np.uint32], terms: Slots, counts: Slots, leads: Array, order: NDArray[np.void],
    places: Places, itself: int, most: int,
) -> tuple[Slots, Array]:
    """The ``most`` articles of those that were read with the highest overlap, in no order, and that: of equal ones the
    newest, then the lower key. A common term alone gives hundreds the same overlap. ``counts``: how many of ``slots``
    were read for each of ``terms``."""
    seen, overlap = _summed(slots, terms, counts, leads, places, itself)
    if len(seen) <= most:
        return seen, overlap
    least = np.partition(overlap, len(seen) - most)[len(seen) - most]
    above, equal = np.flatnonzero(overlap > least), np.flatnonzero(overlap == least)
    keys = order[seen[equal]]
    best = np.concatenate((above, equal[_ranked(keys["time"], keys["key"], most - len(above))]))
    return seen[best], overlap[best]


@compiled
def _summed(
    slots: NDArray[np.uint32], terms: Slots, counts: Slots, leads: Array, places: Places, itself: int
) -> tuple[Slots, Array]:
    """Each article that was read once, but for ``itself``, with its overlap. A small table of its own finds an article
    again: one with a place for each that is held would be read from memory."""
    seen, overlap = np.empty(len(slots), np.intp), np.zeros(len(slots))
    mask, number, at = len(places) - 1, 0, 0
    for list_, count in enumerate(counts):
        lead = leads[terms[list_]]
        for slot in slots[at : at + count]:
            if slot == itself:
                continue
            to = slot & mask
            while places[to] and seen[places[to] - 1] != slot:
                to = (to + 1) & mask
            if not places[to]:
                seen[number] = slot
                number += 1
                places[to] = number
            overlap[places[to] - 1] += lead
        at += count
    places[:] = 0
    return seen[:number], overlap[:number]


@compiled
def _ranked(values: NDArray[Any], keys: NDArray[np.uint64], most: int) -> Slots:
    """The places of the ``most`` highest values, the highest first, the lower key first of equal ones."""
    ranked, kept = np.empty(most + 1, np.intp), 0
    for place in range(len(values)):
        to = kept
        while to:
            last = ranked[to - 1]
            if values[last] > values[place] or (values[last] == values[place] and keys[last] < keys[place]):
                break
            ranked[to] = last
            to -= 1
        ranked[to] = place
        kept = min(kept + 1, most)
    return ranked[:kept]


@compiled
def _nearest(
    slots: Slots, overlap: Array, vectors: NDArray[np.int8], articles: NDArray[np.void], order: NDArray[np.void],
    limit: int,
) -> tuple[Slots, Array, Array]:
    """The ``limit`` best by overlap and by the cosines of the vectors together, the lower key first of equal ones:
    slots, cosines and how near."""
    count, sides = len(slots), len(vectors)
    lengths = np.zeros(sides)
    for side in range(sides):
        lengths[side] = np.sqrt(_dot(vectors[side], vectors[side]))
    cosines, near = _cosines(slots, vectors, lengths, articles), np.empty(count)
    highest = overlap.max() or 1.0
    for place in range(count):
        near[place] = overlap[place] / highest
        for side in range(sides):
            near[place] += cosines[place, side]
        near[place] = np.rint(near[place] * 1e6) / 1e6
    ranked = _ranked(near, order[slots]["key"], limit)
    return slots[ranked], cosines[ranked], near[ranked]


@compiled
def _cosines(slots: Slots, vectors: NDArray[np.int8], lengths: Array, articles: NDArray[np.void]) -> Array:
    """[slots, sides]. All rows are fetched before the first is looked at: so the memory is waited for once, not for
    each of them."""
    count, (sides, dimensions) = len(slots), vectors.shape
    theirs, norms = np.empty((count, sides, dimensions), np.int8), np.empty((count, sides))
    for place in range(count):
        row = articles[slots[place]]
        for side in range(sides):
            norms[place, side] = row.lengths[side]
            for at in range(dimensions):
                theirs[place, side, at] = row.vectors[side * dimensions + at]
    cosines = np.empty((count, sides))
    for place in range(count):
        for side in range(sides):
            product = _dot(vectors[side], theirs[place, side])
            cosines[place, side] = product / max(lengths[side] * norms[place, side], 1e-9)
    return cosines


@compiled
def _dot(one: NDArray[np.int8], other: NDArray[np.int8]) -> int:
    total = 0
    for index in range(len(one)):
        total += int(one[index]) * int(other[index])
    return total

"""The articles and stories the clusterer holds, in arrays.

Everything kept is a function of the set of (item, story) pairs: counts and sums of whole numbers, and lists in the
order of (time, uri). So it does not matter in which order pairs were added, or what was added and removed in between.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.matching.compiled import compiled
from streams.stories.matching.neighbours import Neighbours
from streams.stories.matching.postings import ORDER, Postings
from streams.stories.matching.times import Times
from streams.stories.matching.views import VIEWS, WEIGHTS
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["ARTICLE", "Held", "Store"]

#: Buckets of the table of document frequencies; two terms that share one are counted together.
_BUCKETS = 1 << 20
_MASK = np.uint32(_BUCKETS - 1)
#: The weightiest terms of an article, which lead to it.
_LEADING = 20
_TINY = 1e-9

#: What is read of an article, together in memory. No term has number 0, which fills up ``ids``; what stands beside it
#: in ``views`` means nothing. ``norms``: lengths of the views, ``lengths``: of the vectors.
ARTICLE = np.dtype([
    ("ids", np.uint32, MAX_TERMS), ("views", np.uint16, MAX_TERMS), ("terms", np.uint8),
    ("vectors", np.int8, 2 * DIMENSIONS), ("norms", np.float32, VIEWS), ("lengths", np.float32, 2),
], align=True)

@dataclass(slots=True, eq=False)
class Held:
    """An open story. ``members``: (time in ms, uri, slot) in that order."""

    id: str
    members: list[tuple[int, str, int]] = field(default_factory=list)


class Store:
    """Some 1.1 kB an article. An article's ``slot`` is its row in the arrays; rows of what left are used again, and
    nothing depends on which row an article has."""

    def __init__(self) -> None:
        self.stories: dict[str, Held] = {}
        self.slot_of: dict[str, int] = {}
        self.story_of: list[Held | None] = []
        self.uri_of: list[str] = []
        self.postings = Postings()
        self.times = Times()
        self.neighbours = Neighbours()
        #: By the low bits of a term: in how many held articles it stands.
        self.frequency: NDArray[np.int32] = np.zeros(_BUCKETS, np.int32)
        self.articles: NDArray[np.void] = np.zeros(64, ARTICLE)
        #: By which equals are put in order: apart from the rest, for it is looked at of many.
        self.order: NDArray[np.void] = np.zeros(64, ORDER)
        self._family_of: dict[int, str] = {}
        self._families: dict[str, dict[str, int]] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.slot_of)

    def story_at(self, slot: int) -> Held:
        held = self.story_of[slot]
        assert held is not None
        return held

    def family(self, name: str) -> Held | None:
        """The story that holds most of a text family: of its founder where that is held, the lowest id on a tie."""
        if (slot := self.slot_of.get(name)) is not None:
            return self.story_at(slot)
        counts = self._families.get(name)
        return self.stories[min(counts, key=lambda story: (-counts[story], story))] if counts else None

    def family_of(self, slot: int) -> str:
        """The text family of the article in ``slot``; "" where it is its own."""
        return self._family_of.get(slot, "")

    def cosine(self, a: int, b: int) -> float:
        """Of the whole texts of two slots, 0–1."""
        one, other = (self.articles[slot]["vectors"][:DIMENSIONS].astype(np.int64) for slot in (a, b))
        lengths = float(self.articles[a]["lengths"][0]) * float(self.articles[b]["lengths"][0])
        return max(0.0, min(1.0, round(int(one @ other) / lengths, 6))) if lengths else 0.0

    def add(self, item: Item, story: str) -> None:
        """Hold ``item``, which is not held yet, as a member of ``story``, which opens where it is not open."""
        slot = self._slot()
        key = int.from_bytes(blake2b(item.uri.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        _write(self.articles, slot, item.ids, item.views, item.rarity, item.vectors, WEIGHTS)
        self.order[slot] = item.time_ms, key
        if item.family != item.uri:
            self._family_of[slot] = item.family
        self.slot_of[item.uri], self.uri_of[slot] = slot, item.uri
        self.postings.add(item.ids[:_LEADING], slot, self.order)
        self.neighbours.add(item.uri, item.near or {})
        _count(self.frequency, item.ids, 1)
        self.times.add(item.time_ms)
        self._enter(slot, story)

    def remove(self, uri: str) -> None:
        """The exact inverse of ``add``. KeyError where ``uri`` is not held."""
        self._leave(self.slot_of[uri])
        slot = self.slot_of.pop(uri)
        row = self.articles[slot]
        ids = row["ids"][: row["terms"]]
        self.postings.remove(ids[:_LEADING], slot)
        self.neighbours.remove(uri)
        self._family_of.pop(slot, None)
        self._free.append(slot)
        _count(self.frequency, ids, -1)
        self.times.remove(int(self.order["time"][slot]))

    def move(self, uri: str, story: str) -> None:
        """As if ``uri`` were removed and added to ``story``. KeyError where it is not held."""
        slot = self.slot_of[uri]
        self._leave(slot)
        self._enter(slot, story)

    def _enter(self, slot: int, story: str) -> None:
        held = self.stories.get(story)
        if held is None:
            held = self.stories[story] = Held(story)
        self.story_of[slot] = held
        insort(held.members, (*self._key(slot), slot))
        if (family := self._family_of.get(slot)) is not None:
            of_family = self._families.setdefault(family, {})
            of_family[story] = of_family.get(story, 0) + 1

    def _leave(self, slot: int) -> None:
        held = self.story_at(slot)
        self.story_of[slot] = None
        del held.members[bisect_left(held.members, (*self._key(slot), slot))]
        family = self._family_of.get(slot)
        if family is not None and not _less(self._families[family], held.id) and not self._families[family]:
            del self._families[family]
        if not held.members:
            del self.stories[held.id]

    def _key(self, slot: int) -> tuple[int, str]:
        return int(self.order["time"][slot]), self.uri_of[slot]

    def _slot(self) -> int:
        if self._free:
            return self._free.pop()
        slot = len(self.story_of)
        self.story_of.append(None)
        self.uri_of.append("")
        if slot >= len(self.articles):
            _grow(self.articles)
            _grow(self.order)
        return slot


@compiled
def _write(
    articles: NDArray[np.void], slot: int, ids: NDArray[np.uint32], views: NDArray[np.uint16],
    rarity: NDArray[np.uint8], vectors: NDArray[np.int8], weights: NDArray[np.uint8],
) -> None:
    """What an article says of itself, into its row."""
    row, terms = articles[slot], len(ids)
    row.terms = terms
    squares = np.zeros(len(row.norms))
    for place in range(len(row.ids)):
        row.ids[place] = ids[place] if place < terms else 0
        if place < terms:
            row.views[place] = views[place]
            for view in range(len(squares)):
                weight = float(weights[views[place], view]) * rarity[place]
                squares[view] += weight * weight
    for view in range(len(squares)):
        row.norms[view] = max(np.sqrt(squares[view]), _TINY)
    sides, dimensions = vectors.shape
    for side in range(sides):
        square = 0
        for place in range(dimensions):
            entry = int(vectors[side, place])
            row.vectors[side * dimensions + place] = entry
            square += entry * entry
        row.lengths[side] = np.sqrt(square)


@compiled
def _count(frequency: NDArray[np.int32], ids: NDArray[np.uint32], by: int) -> None:
    for id_ in ids:
        frequency[id_ & _MASK] += by


def _grow(table: NDArray[np.void]) -> None:
    """An eighth more rows, in place: a doubling would leave half of a large table empty, and a copy would for a moment
    need the room of both. Nothing else may look into the table's memory at that time."""
    table.resize(len(table) + max(64, len(table) // 8), refcheck=False)


def _less(counts: dict[Any, int], key: object) -> int:
    """One less of ``key``, which goes at zero; what is left of it."""
    left = counts[key] - 1
    if left:
        counts[key] = left
    else:
        del counts[key]
    return left

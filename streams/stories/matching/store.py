"""The articles and stories the clusterer holds, in arrays.

Everything kept is a function of the set of (item, story) pairs: counts and sums of whole numbers, and lists in the
order of (time, uri). So it does not matter in which order pairs were added, or what was added and removed in between.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.matching.postings import Postings
from streams.stories.matching.times import Times
from streams.stories.matching.views import VIEWS, norms_of
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["Held", "Store"]

#: Buckets of the table of document frequencies; two terms that share one are counted together.
_BUCKETS = 1 << 20
_MASK = np.uint32(_BUCKETS - 1)
#: The weightiest terms of an article, which lead to its story.
_LEADING = 20
_TINY = 1e-9


@dataclass(slots=True, eq=False)
class Held:
    """An open story. ``members``: (time in ms, uri, slot) in that order; ``leading``: how many members a term leads
    to; ``number``: its row in the tables of stories."""

    id: str
    number: int
    members: list[tuple[int, str, int]] = field(default_factory=list)
    leading: dict[int, int] = field(default_factory=dict)


class Store:
    """Some 1.3 kB an article. An article's ``slot`` is its row in the arrays; rows of what left are used again, and
    nothing depends on which row an article has, or a story."""

    def __init__(self) -> None:
        self.stories: dict[str, Held] = {}
        self.by_number: list[Held | None] = []
        self.slot_of: dict[str, int] = {}
        self.story_of: list[Held | None] = []
        self.postings = Postings()
        self.times = Times()
        self.frequency: NDArray[np.int32] = np.zeros(_BUCKETS, np.int32)
        # By slot.
        self.ids: NDArray[np.uint32] = np.zeros((64, MAX_TERMS), np.uint32)
        self.views: NDArray[np.uint16] = np.zeros((64, MAX_TERMS), np.uint16)
        self.rarity: NDArray[np.uint8] = np.zeros((64, MAX_TERMS), np.uint8)
        self.vectors: NDArray[np.int8] = np.zeros((64, 2 * DIMENSIONS), np.int8)
        self.norms: NDArray[np.float32] = np.zeros((64, VIEWS), np.float32)
        self.lengths: NDArray[np.float32] = np.zeros((64, 2), np.float32)
        self._time: NDArray[np.int64] = np.zeros(64, np.int64)
        self._terms: NDArray[np.uint8] = np.zeros(64, np.uint8)
        # By number.
        self.sums: NDArray[np.int32] = np.zeros((64, 2 * DIMENSIONS), np.int32)
        self.sum_lengths: NDArray[np.float64] = np.zeros((64, 2), np.float64)
        #: Size, first and last time.
        self.frame: NDArray[np.int64] = np.zeros((64, 3), np.int64)
        self._family_of: dict[int, str] = {}
        self._families: dict[str, dict[str, int]] = {}
        self._free: list[int] = []
        self._free_numbers: list[int] = []

    def __len__(self) -> int:
        return len(self.slot_of)

    def frequencies(self, ids: NDArray[np.uint32]) -> NDArray[np.int32]:
        """In how many held articles each term stands."""
        found: NDArray[np.int32] = self.frequency.take(ids & _MASK)
        return found

    def story_at(self, slot: int) -> Held:
        held = self.story_of[slot]
        assert held is not None
        return held

    def story(self, number: int) -> Held:
        held = self.by_number[number]
        assert held is not None
        return held

    def family(self, name: str) -> Held | None:
        """The story that holds most of a text family: of its founder where that is held, the lowest id on a tie."""
        if (slot := self.slot_of.get(name)) is not None:
            return self.story_at(slot)
        counts = self._families.get(name)
        return self.stories[min(counts, key=lambda story: (-counts[story], story))] if counts else None

    def cosine(self, a: int, b: int) -> float:
        """Of the whole texts of two slots, 0–1."""
        one, other = (self.vectors[slot, :DIMENSIONS].astype(np.int64) for slot in (a, b))
        lengths = float(self.lengths[a, 0]) * float(self.lengths[b, 0])
        return max(0.0, min(1.0, round(int(one @ other) / lengths, 6))) if lengths else 0.0

    def add(self, item: Item, story: str) -> None:
        """Hold ``item``, which is not held yet, as a member of ``story``, which opens where it is not open."""
        slot = self._slot()
        count = len(item.ids)
        for table, values in ((self.ids, item.ids), (self.views, item.views), (self.rarity, item.rarity)):
            row = table[slot]
            row[:count] = values
            row[count:] = 0
        self.vectors[slot] = item.vectors.reshape(-1)
        self.norms[slot] = np.maximum(norms_of(item), _TINY)
        wide = item.vectors.astype(np.float32)
        self.lengths[slot] = np.sqrt(np.einsum("vd,vd->v", wide, wide))
        self._time[slot], self._terms[slot] = item.time_ms, count
        if item.family != item.uri:
            self._family_of[slot] = item.family
        self.slot_of[item.uri] = slot
        np.add.at(self.frequency, item.ids & _MASK, 1)
        self.times.add(item.time_ms)
        self._enter(item.uri, slot, story)

    def remove(self, uri: str) -> None:
        """The exact inverse of ``add``. KeyError where ``uri`` is not held."""
        self._leave(uri, self.slot_of[uri])
        slot = self.slot_of.pop(uri)
        self._family_of.pop(slot, None)
        self._free.append(slot)
        np.subtract.at(self.frequency, self.ids[slot, : self._terms[slot]] & _MASK, 1)
        self.times.remove(int(self._time[slot]))

    def move(self, uri: str, story: str) -> None:
        """As if ``uri`` were removed and added to ``story``. KeyError where it is not held."""
        slot = self.slot_of[uri]
        self._leave(uri, slot)
        self._enter(uri, slot, story)

    def _enter(self, uri: str, slot: int, story: str) -> None:
        held = self.stories.get(story) or self._open(story)
        self.story_of[slot] = held
        insort(held.members, (int(self._time[slot]), uri, slot))
        self.sums[held.number] += self.vectors[slot]
        self._reckon(held)
        leading, number = held.leading, held.number
        for term in self._leading(slot):
            before = leading.get(term, 0)
            leading[term] = before + 1
            if not before:
                self.postings.add(term, number)
        if (family := self._family_of.get(slot)) is not None:
            of_family = self._families.setdefault(family, {})
            of_family[story] = of_family.get(story, 0) + 1

    def _leave(self, uri: str, slot: int) -> None:
        held = self.story_at(slot)
        self.story_of[slot] = None
        del held.members[bisect_left(held.members, (int(self._time[slot]), uri, slot))]
        self.sums[held.number] -= self.vectors[slot]
        for term in self._leading(slot):
            if not _less(held.leading, term):
                self.postings.remove(term, held.number)
        family = self._family_of.get(slot)
        if family is not None and not _less(self._families[family], held.id) and not self._families[family]:
            del self._families[family]
        if held.members:
            self._reckon(held)
        else:
            del self.stories[held.id]
            self.by_number[held.number] = None
            self._free_numbers.append(held.number)

    def _leading(self, slot: int) -> list[int]:
        found: list[int] = self.ids[slot, : min(_LEADING, self._terms[slot])].tolist()
        return found

    def _reckon(self, held: Held) -> None:
        """What is read of a story's sums and members in one go for many stories."""
        sums = self.sums[held.number].reshape(2, DIMENSIONS).astype(np.float64)
        self.sum_lengths[held.number] = np.sqrt(np.einsum("vd,vd->v", sums, sums))
        self.frame[held.number] = len(held.members), held.members[0][0], held.members[-1][0]

    def _open(self, story: str) -> Held:
        if self._free_numbers:
            number = self._free_numbers.pop()
        else:
            number = len(self.by_number)
            self.by_number.append(None)
            if number >= len(self.sums):
                _grow(self.sums, self.sum_lengths, self.frame)
        held = self.stories[story] = self.by_number[number] = Held(story, number)
        return held

    def _slot(self) -> int:
        if self._free:
            return self._free.pop()
        slot = len(self.story_of)
        self.story_of.append(None)
        if slot >= len(self.ids):
            _grow(self.ids, self.views, self.rarity, self.vectors, self.norms, self.lengths, self._time, self._terms)
        return slot


def _grow(*tables: NDArray[Any]) -> None:
    """An eighth more rows, in place: a doubling would leave half of a large table empty, and a copy would for a moment
    need the room of both. Nothing else may look into the tables' memory at that time."""
    for table in tables:
        table.resize((len(table) + max(64, len(table) // 8), *table.shape[1:]), refcheck=False)


def _less(counts: dict[Any, int], key: object) -> int:
    """One less of ``key``, which goes at zero; what is left of it."""
    left = counts[key] - 1
    if left:
        counts[key] = left
    else:
        del counts[key]
    return left

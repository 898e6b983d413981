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
from streams.stories.matching.views import VIEWS, norms_of
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["Held", "Store"]

#: Buckets of the table of document frequencies; two terms that share one are counted together.
_BUCKETS = 1 << 20
_MASK = np.uint32(_BUCKETS - 1)
#: The weightiest terms of an article, which lead to its story.
_LEADING = 20


@dataclass(slots=True, eq=False)
class Held:
    """An open story. ``members``: (time in ms, uri, slot) in that order; ``leading``: how many members a term leads
    to; ``number``: its row of sums."""

    id: str
    number: int
    members: list[tuple[int, str, int]] = field(default_factory=list)
    leading: dict[int, int] = field(default_factory=dict)


class Store:
    """Some 1.3 kB an article. An article's ``slot`` is its row in the arrays; rows of what left are used again, and
    nothing depends on which row an article has."""

    def __init__(self) -> None:
        self.stories: dict[str, Held] = {}
        self.by_number: list[Held | None] = []
        self.slot_of: dict[str, int] = {}
        self.story_of: list[Held | None] = []
        self.postings: dict[int, list[int]] = {}
        self.times: list[int] = []
        self.frequency: NDArray[np.int32] = np.zeros(_BUCKETS, np.int32)
        self.ids: NDArray[np.uint32] = np.zeros((64, MAX_TERMS), np.uint32)
        self.views: NDArray[np.uint16] = np.zeros((64, MAX_TERMS), np.uint16)
        self.rarity: NDArray[np.uint8] = np.zeros((64, MAX_TERMS), np.uint8)
        self.vectors: NDArray[np.int8] = np.zeros((64, 2 * DIMENSIONS), np.int8)
        self.norms: NDArray[np.float32] = np.zeros((64, VIEWS), np.float32)
        self.lengths: NDArray[np.float32] = np.zeros((64, 2), np.float32)
        self.sums: NDArray[np.int32] = np.zeros((64, 2 * DIMENSIONS), np.int32)
        self._families: dict[str, dict[str, int]] = {}
        self._rest: list[tuple[int, str, str, int, bytes] | None] = []
        self._free: list[int] = []
        self._free_numbers: list[int] = []

    def __len__(self) -> int:
        return len(self.slot_of)

    def frequencies(self, ids: NDArray[np.uint32]) -> NDArray[np.int32]:
        """In how many held articles each term stands."""
        found: NDArray[np.int32] = self.frequency[ids & _MASK]
        return found

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

    def cosine(self, a: int, b: int) -> float:
        """Of the whole texts of two slots, 0–1."""
        one, other = (self.vectors[slot, :DIMENSIONS].astype(np.int64) for slot in (a, b))
        lengths = float(self.lengths[a, 0]) * float(self.lengths[b, 0])
        return max(0.0, min(1.0, round(int(one @ other) / lengths, 6))) if lengths else 0.0

    def centre_cosines(self, item: Item, numbers: list[int]) -> NDArray[np.float64]:
        """[stories, 2]: cosines of the article's vectors with the sums of each story's."""
        own = item.vectors.astype(np.float64)
        sums = self.sums[numbers].reshape(-1, 2, DIMENSIONS).astype(np.float64)
        lengths = np.sqrt(np.einsum("cvd,cvd->cv", sums, sums)) * np.sqrt(np.einsum("vd,vd->v", own, own))
        dots: NDArray[np.float64] = np.einsum("cvd,vd->cv", sums, own)
        cosines: NDArray[np.float64] = dots / np.maximum(lengths, 1e-9)
        return cosines

    def add(self, item: Item, story: str) -> None:
        """Hold ``item``, which is not held yet, as a member of ``story``, which opens where it is not open."""
        slot = self._slot()
        count = len(item.ids)
        for table, values in ((self.ids, item.ids), (self.views, item.views), (self.rarity, item.rarity)):
            table[slot, :count] = values
            table[slot, count:] = 0
        flat = item.vectors.reshape(-1)
        self.vectors[slot] = flat
        self.norms[slot] = norms_of(item)
        wide = item.vectors.astype(np.float32)
        self.lengths[slot] = np.sqrt(np.einsum("vd,vd->v", wide, wide))
        shown = "\n".join(f"{index} {word}" for index, word in item.shown.items()).encode("utf-8", "replace")
        self._rest[slot] = (item.time_ms, item.family, item.duplicate_of, count, shown)
        self.slot_of[item.uri] = slot
        np.add.at(self.frequency, item.ids & _MASK, 1)
        insort(self.times, item.time_ms)
        held = self.stories.get(story) or self._open(story)
        self.story_of[slot] = held
        insort(held.members, (item.time_ms, item.uri, slot))
        self.sums[held.number] += flat
        for term in item.ids[:_LEADING].tolist():
            before = held.leading.get(term, 0)
            held.leading[term] = before + 1
            if not before:
                self.postings.setdefault(term, []).append(held.number)
        if item.family != item.uri:
            of_family = self._families.setdefault(item.family, {})
            of_family[story] = of_family.get(story, 0) + 1

    def remove(self, uri: str) -> Item:
        """The exact inverse of ``add``; gives what was held. KeyError where ``uri`` is not held."""
        slot = self.slot_of.pop(uri)
        held = self.story_at(slot)
        item = self._item(uri, slot)
        self.story_of[slot] = self._rest[slot] = None
        self._free.append(slot)
        np.add.at(self.frequency, item.ids & _MASK, -1)
        del self.times[bisect_left(self.times, item.time_ms)]
        del held.members[bisect_left(held.members, (item.time_ms, uri, slot))]
        self.sums[held.number] -= item.vectors.reshape(-1)
        for term in item.ids[:_LEADING].tolist():
            if not _less(held.leading, term):
                postings = self.postings[term]
                postings.remove(held.number)
                if not postings:
                    del self.postings[term]
        if item.family != uri and not _less(self._families[item.family], held.id) and not self._families[item.family]:
            del self._families[item.family]
        if not held.members:
            del self.stories[held.id]
            self.by_number[held.number] = None
            self._free_numbers.append(held.number)
        return item

    def _item(self, uri: str, slot: int) -> Item:
        rest = self._rest[slot]
        assert rest is not None
        time_ms, family, duplicate_of, count, shown = rest
        words = (line.partition(" ") for line in shown.decode().split("\n") if line)
        return Item(uri, time_ms, family, duplicate_of, self.ids[slot, :count].copy(), self.views[slot, :count].copy(),
                    self.rarity[slot, :count].copy(), self.vectors[slot].reshape(2, DIMENSIONS).copy(),
                    {int(index): word for index, _, word in words})

    def _open(self, story: str) -> Held:
        if self._free_numbers:
            number = self._free_numbers.pop()
        else:
            number = len(self.by_number)
            self.by_number.append(None)
            if number >= len(self.sums):
                self.sums = _grown(self.sums)
        held = self.stories[story] = self.by_number[number] = Held(story, number)
        return held

    def _slot(self) -> int:
        if self._free:
            return self._free.pop()
        slot = len(self.story_of)
        self.story_of.append(None)
        self._rest.append(None)
        if slot >= len(self.ids):
            self.ids, self.views, self.rarity = _grown(self.ids), _grown(self.views), _grown(self.rarity)
            self.vectors, self.norms, self.lengths = _grown(self.vectors), _grown(self.norms), _grown(self.lengths)
        return slot


def _grown(array: NDArray[Any]) -> NDArray[Any]:
    """Half as many rows again: a doubling would leave half of a large table empty."""
    return np.concatenate([array, np.zeros((max(64, len(array) // 2), array.shape[1]), array.dtype)])


def _less(counts: dict[Any, int], key: object) -> int:
    """One less of ``key``, which goes at zero; what is left of it."""
    left = counts[key] - 1
    if left:
        counts[key] = left
    else:
        del counts[key]
    return left

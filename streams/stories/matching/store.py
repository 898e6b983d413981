"""The articles and stories the clusterer holds, in arrays.

Everything kept is a function of the set of (item, story) pairs: counts and sums of whole numbers, and lists in the
order of (time, uri). So it does not matter in which order pairs were added, or what was added and removed in between.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.matching.views import VIEWS, norms_of, weights_of
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["Held", "Store"]

#: Buckets of the table of document frequencies; two terms that share one are counted together.
_BUCKETS = 1 << 21
_MASK = np.uint32(_BUCKETS - 1)
#: Terms of an article that lead to its story.
_INDEXED = 20


@dataclass(slots=True, eq=False)
class Held:
    """An open story: ``members`` are (time in ms, uri, slot) by time; ``sums`` are of its members' vectors."""

    id: str
    number: int
    members: list[tuple[int, str, int]] = field(default_factory=list)
    indexed: dict[int, int] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)


class Store:
    """``slots`` of an article are reused after it left; nothing depends on which one it has."""

    def __init__(self) -> None:
        self.stories: dict[str, Held] = {}
        self.by_number: list[Held | None] = []
        self.slot_of: dict[str, int] = {}
        self.items: list[tuple[str, str] | None] = []
        self.families: dict[str, dict[str, int]] = {}
        self.postings: dict[int, list[int]] = {}
        self.times: list[int] = []
        self.frequency = np.zeros(_BUCKETS, np.int32)
        self._free: list[int] = []
        self._free_numbers: list[int] = []
        self.ids = np.zeros((64, MAX_TERMS), np.uint32)
        self.views = np.zeros((64, MAX_TERMS), np.uint16)
        self.rarity = np.zeros((64, MAX_TERMS), np.uint8)
        self.vectors = np.zeros((64, 2 * DIMENSIONS), np.int8)
        self.norms = np.zeros((64, VIEWS), np.float32)
        self.lengths = np.zeros((64, 2), np.float32)
        self.sums = np.zeros((64, 2 * DIMENSIONS), np.int32)
        self.data: list[Item | None] = []

    def __len__(self) -> int:
        return len(self.slot_of)

    def frequencies(self, ids: NDArray[np.uint32]) -> NDArray[np.int32]:
        """In how many held articles each term stands."""
        return self.frequency[ids & _MASK]

    def cosine(self, a: int, b: int) -> float:
        """Of the whole texts of two slots, 0–1."""
        one, other = (self.vectors[slot, :DIMENSIONS].astype(np.int64) for slot in (a, b))
        lengths = float(self.lengths[a, 0]) * float(self.lengths[b, 0])
        return max(0.0, min(1.0, round(int(one @ other) / lengths, 6))) if lengths else 0.0

    def story_at(self, slot: int) -> str:
        placed = self.items[slot]
        assert placed is not None
        return placed[1]

    def centre_cosines(self, item: Item, numbers: list[int]) -> NDArray[np.float64]:
        """[stories, 2]: cosines of the article's vectors with the sums of each story's."""
        own = item.vectors.astype(np.float64)
        sums = self.sums[numbers].astype(np.float64).reshape(-1, 2, DIMENSIONS)
        lengths = np.sqrt(np.square(sums).sum(axis=2)) * np.sqrt(np.square(own).sum(axis=1))
        dots: NDArray[np.float64] = np.einsum("cvd,vd->cv", sums, own)
        return dots / np.maximum(lengths, 1e-9)

    def add(self, item: Item, story: str) -> None:
        slot = self._slot()
        count = len(item.ids)
        self.ids[slot, :count] = item.ids
        self.ids[slot, count:] = 0
        self.views[slot, :count] = item.views
        self.views[slot, count:] = 0
        self.rarity[slot, :count] = item.rarity
        self.rarity[slot, count:] = 0
        flat = item.vectors.reshape(-1)
        self.vectors[slot] = flat
        self.norms[slot] = norms_of(item)
        squares = np.square(item.vectors.astype(np.int32)).sum(axis=1)
        self.lengths[slot] = np.sqrt(squares)
        self.data[slot] = item
        self.slot_of[item.uri] = slot
        self.items[slot] = (item.uri, story)
        np.add.at(self.frequency, item.ids & _MASK, 1)
        insort(self.times, item.time_ms)
        held = self.stories.get(story) or self._open(story)
        insort(held.members, (item.time_ms, item.uri, slot))
        self.sums[held.number] += flat
        for term in leading(item):
            before = held.indexed.get(term, 0)
            held.indexed[term] = before + 1
            if not before:
                self.postings.setdefault(term, []).append(held.number)
        held.families[item.family] = held.families.get(item.family, 0) + 1
        of_family = self.families.setdefault(item.family, {})
        of_family[story] = of_family.get(story, 0) + 1

    def remove(self, uri: str) -> Item:
        slot = self.slot_of.pop(uri)
        item, placed = self.data[slot], self.items[slot]
        assert item is not None
        assert placed is not None
        self.data[slot] = self.items[slot] = None
        self._free.append(slot)
        np.add.at(self.frequency, item.ids & _MASK, -1)
        del self.times[bisect_left(self.times, item.time_ms)]
        held = self.stories[placed[1]]
        del held.members[bisect_left(held.members, (item.time_ms, uri, slot))]
        self.sums[held.number] -= item.vectors.reshape(-1)
        for term in leading(item):
            held.indexed[term] -= 1
            if not held.indexed[term]:
                del held.indexed[term]
                postings = self.postings[term]
                postings.remove(held.number)
                if not postings:
                    del self.postings[term]
        _less(held.families, item.family)
        _less(self.families[item.family], placed[1])
        if not self.families[item.family]:
            del self.families[item.family]
        if not held.members:
            del self.stories[held.id]
            self.by_number[held.number] = None
            self._free_numbers.append(held.number)
        return item

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
        slot = len(self.items)
        self.items.append(None)
        self.data.append(None)
        if slot >= len(self.ids):
            self.ids, self.views, self.vectors = _grown(self.ids), _grown(self.views), _grown(self.vectors)
            self.norms, self.lengths, self.rarity = _grown(self.norms), _grown(self.lengths), _grown(self.rarity)
        return slot


def leading(item: Item) -> list[int]:
    """The terms under which an article's story is found: its weightiest, by what is known of the article alone."""
    weights = weights_of(item)[:, 0] + weights_of(item)[:, 3]
    if len(weights) <= _INDEXED:
        return item.ids.tolist()
    best = np.argsort(-weights, kind="stable")[:_INDEXED]
    return item.ids[best].tolist()


def _grown(array: NDArray) -> NDArray:  # type: ignore[type-arg]  # any of the arrays
    return np.concatenate([array, np.zeros_like(array)])


def _less(counts: dict[str, int], key: str) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]

"""Which earlier texts share sampled 3-grams with this one: an inverted index in constant memory per text.

A set-associative table, as in a processor's cache: a 3-gram's key picks a bucket of eight postings and leaves a
16-bit tag there. A full bucket gives up its oldest posting, and a 3-gram that many texts share keeps only its newest
few, so a frequent phrase can neither fill the table nor slow a look-up; a look-up touches a fixed number of cells
however many texts the window holds.

What the table holds is a function of the live documents alone (per bucket the newest eight of the newest four per
tag), because documents leave in the order in which they came. So a table rebuilt from the documents that are still
live answers as the old one would. For the same reason documents enter in blocks that their numbers define, not the
batches in which they happened to be read; the current block waits in a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import U32

__all__ = ["BLOCK", "BUCKET_BYTES", "SMALLEST_INDEX", "Hit", "Index"]

#: Documents that enter the table together.
BLOCK = 64
#: (document number, 3-grams of the sample in common).
Hit = tuple[int, int]

_WAYS = 8
_PER_TAG = 4  # newest texts remembered for one 3-gram
#: A posting is a tag (2 bytes) and a document number (4 bytes).
BUCKET_BYTES = _WAYS * 6
_LOAD = 5.6  # postings per bucket at most, on average: 3 % of the postings find their bucket full
_GROWTH = 1.18  # small steps, so that the table is never much larger than it needs to be
SMALLEST_INDEX = 4096  # buckets of a new table: room for some 640 documents
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0xFFFFFFFF)
_FAR = np.uint32(0xFFFFFFFF)


class Index:
    """Documents are numbered upwards from 1; ``oldest`` is the lowest number that is still live."""

    def __init__(self, buckets: int = SMALLEST_INDEX) -> None:
        self.oldest = 1
        self.newest = 0
        self._pending: dict[int, int | tuple[int, ...]] = {}
        self._waiting: list[tuple[int, U32]] = []
        self._allocate(buckets)

    def _allocate(self, buckets: int) -> None:
        self.buckets = buckets
        self._tags = np.zeros((buckets, _WAYS), np.uint16)
        self._numbers = np.zeros((buckets, _WAYS), np.uint32)

    @property
    def bytes(self) -> int:
        """Memory of the table."""
        return self.buckets * BUCKET_BYTES

    def _place(self, keys: U32) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        spread = keys.astype(np.uint64) * _SPREAD
        bucket = ((spread >> np.uint64(32)) * np.uint64(self.buckets)) >> np.uint64(32)
        return bucket.astype(np.int64), (spread & _LOW).astype(np.uint32).__rshift__(np.uint32(16)).astype(np.uint16)

    def _live(self, numbers: U32) -> NDArray[np.bool_]:
        return np.asarray(self._ages(numbers) < np.uint32(self.newest - self.oldest + 1))

    def _ages(self, numbers: U32) -> U32:
        """How many documents came after each; far more than are live for a cell never used."""
        return np.asarray(np.uint32(self.newest & 0xFFFFFFFF) - numbers)

    def room(self) -> int:
        """How many more documents fit into the current block. ``lookup`` of that many may be done at once."""
        return BLOCK - len(self._waiting)

    def lookup(self, sketches: Sequence[U32]) -> list[list[Hit]]:
        """Per sketch the table's documents that share a key with it. The waiting ones are asked by ``recent``."""
        if not sketches:
            return []
        keys = np.concatenate(sketches)
        owner = np.repeat(np.arange(len(sketches)), [len(s) for s in sketches])
        bucket, tag = self._place(keys)
        row, way = np.nonzero(self._tags[bucket] == tag[:, None])
        numbers = self._numbers[bucket[row], way]
        live = self._live(numbers)
        pairs = (owner[row[live]].astype(np.uint64) << np.uint64(32)) | numbers[live]
        found, counts = np.unique(pairs, return_counts=True)
        result: list[list[Hit]] = [[] for _ in sketches]
        for pair, count in zip(found.tolist(), counts.tolist(), strict=True):
            result[pair >> 32].append((self._widen(pair & 0xFFFFFFFF), count))
        return result

    def _widen(self, number: int) -> int:
        """A document's whole number from the 32 bits kept of it."""
        return self.newest - ((self.newest - number) & 0xFFFFFFFF)

    def recent(self, sketch: U32) -> list[Hit]:
        """The documents of the current block that share a key with the sketch."""
        counts: dict[int, int] = {}
        for key in sketch.tolist():
            numbers = self._pending.get(key)
            if numbers is not None:
                for number in (numbers,) if isinstance(numbers, int) else numbers:
                    counts[number] = counts.get(number, 0) + 1
        return [(number, count) for number, count in counts.items() if number >= self.oldest]

    def add(self, number: int, sketch: U32) -> bool:
        """Enter a document; its number is higher than all before. True when a block went into the table: then
        call ``crowded`` and, if so, ``rebuild``."""
        moved = bool(self._waiting) and self._waiting[0][0] // BLOCK != number // BLOCK
        if moved:
            self._flush()
        self.newest = number
        self._waiting.append((number, sketch))
        for key in sketch.tolist():
            before = self._pending.get(key)  # a tuple only for the few keys that several texts share
            if before is None:
                self._pending[key] = number
            else:
                self._pending[key] = (*((before,) if isinstance(before, int) else before), number)
        if number % BLOCK == BLOCK - 1:
            self._flush()
            moved = True
        return moved

    def _flush(self) -> None:
        block, self._waiting, self._pending = self._waiting, [], {}
        self._insert(block)

    def _insert(self, block: Sequence[tuple[int, U32]]) -> None:
        keys = np.concatenate([sketch for _, sketch in block])
        numbers = np.repeat(np.array([number & 0xFFFFFFFF for number, _ in block], np.uint32),
                            [len(sketch) for _, sketch in block])
        bucket, tag = self._place(keys)
        order = np.argsort(bucket, kind="stable")
        bucket, tag, numbers = bucket[order], tag[order], numbers[order]
        turn = np.arange(len(bucket)) - np.searchsorted(bucket, bucket)
        for step in range(int(turn.max(initial=-1)) + 1):  # postings of one bucket one after the other
            now = turn == step
            self._post(bucket[now], tag[now], numbers[now])

    def _post(self, bucket: NDArray[np.int64], tag: NDArray[np.uint16], numbers: U32) -> None:
        held = self._numbers[bucket]
        ages, live = self._ages(held), self._live(held)
        same = (self._tags[bucket] == tag[:, None]) & live
        full = same.sum(axis=1) >= _PER_TAG
        ages[~live] = _FAR
        ages[full] = np.where(same[full], ages[full], 0)
        victim = ages.argmax(axis=1)
        self._tags[bucket, victim] = tag
        self._numbers[bucket, victim] = numbers

    def crowded(self, documents: int, sample: int) -> bool:
        """Whether ``documents`` live ones of ``sample`` keys are too many for the table."""
        return documents * sample > _LOAD * self.buckets

    def rebuild(self, live: Iterable[tuple[int, U32]]) -> None:
        """Grow by one step and enter every live document (in the order of their numbers) again, except those of
        the current block."""
        self._allocate(int(self.buckets * _GROWTH) + 1)
        waiting = {number for number, _ in self._waiting}
        block: list[tuple[int, U32]] = []
        for number, sketch in live:
            if number in waiting:
                continue
            block.append((number, sketch))
            if len(block) == 32 * BLOCK:
                self._insert(block)
                block = []
        if block:
            self._insert(block)

"""Which articles a term leads to.

A window has millions of terms, most of which lead to one article. So this is a table of terms by open addressing with
lists in one pool, 20 bytes for a term with one article: a sixth of what a dictionary of lists takes, and read in two
looks into memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled

__all__ = ["ORDER", "Postings"]

#: By which articles are put in order: their event time in ms, then a hash of their uri.
ORDER = np.dtype([("time", np.int64), ("key", np.uint64)])
#: A term with how many articles it has, none where the place is free, and where in the pool they begin.
_ENTRY = np.dtype([("term", np.uint32), ("length", np.uint32), ("start", np.uint32)])
#: There are no more terms: in a table of this size each has a place of its own.
_MOST_TERMS = 1 << 24
_SMALLEST = 1 << 4

Terms = NDArray[np.uint32]
Table = NDArray[np.void]
Pool = NDArray[np.uint32]
Order = NDArray[np.void]
Whole = int | np.int64


class Postings:
    """Per term, a number above 0 of at most 24 bits, the slots of its articles in the order of ``order``, oldest first.

    A list of n articles has a block of the pool that is as large as the next power of two; blocks that were given back
    are chained by their first entry. Place 0 of the pool stands for no block."""

    def __init__(self) -> None:
        self._table: Table = np.zeros(_SMALLEST, _ENTRY)
        self._pool: Pool = np.zeros(_SMALLEST, np.uint32)
        #: The first free block of each power of two.
        self._free: NDArray[np.int64] = np.zeros(33, np.int64)
        #: How many terms there are, and where the part of the pool begins that was never used.
        self._used: NDArray[np.int64] = np.array([0, 1])

    def __len__(self) -> int:
        return int(self._used[0])

    def add(self, terms: Terms, slot: int, order: Order) -> None:
        """``terms`` differ from each other, and none leads to ``slot`` yet."""
        done = 0
        while (done := _add(self._table, self._pool, self._free, self._used, terms, slot, order, done)) < len(terms):
            self._grow()

    def remove(self, terms: Terms, slot: int) -> None:
        """Each of ``terms`` leads to ``slot``."""
        done = 0
        while (done := _remove(self._table, self._pool, self._free, self._used, terms, slot, done)) < len(terms):
            self._grow()

    def read(
        self, terms: Terms, newest: int, most: int
    ) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
        """The ``newest`` articles of each of ``terms``, from the shortest list to the longest (the lower term first
        where two are as long) while they are ``most`` together: all their slots, the places in ``terms`` that they are
        of, and how many each place has."""
        return _read(self._table, self._pool, terms, newest, most)

    def _grow(self) -> None:
        """Room for what is short: for terms, else in the pool, in place, as a copy of a large one would need the room
        of both."""
        if _crowded(self._table, self._used):
            table, self._table = self._table, np.zeros(2 * len(self._table), _ENTRY)
            _rehash(table, self._table)
        else:
            self._pool.resize(len(self._pool) + len(self._pool) // 4, refcheck=False)


@compiled
def _crowded(table: Table, used: NDArray[np.int64]) -> bool:
    return 3 * len(table) < 5 * (used[0] + 1) and len(table) < _MOST_TERMS


@compiled
def _place(table: Table, term: int) -> int:
    """Where ``term`` is, or would be. Terms are bits of a checksum: as good as a hash."""
    mask = len(table) - 1
    at = term & mask
    while table[at].length and table[at].term != term:
        at = (at + 1) & mask
    return at


@compiled
def _rehash(table: Table, larger: Table) -> None:
    for at in range(len(table)):
        if table[at].length:
            larger[_place(larger, table[at].term)] = table[at]


@compiled
def _power(size: Whole) -> int:
    """Of which power of two a block of ``size`` entries is."""
    power = 0
    while (1 << power) < size:
        power += 1
    return power


@compiled
def _moved(
    pool: Pool, free: NDArray[np.int64], used: NDArray[np.int64], start: Whole, length: Whole, before: Whole,
    after: Whole,
) -> int:
    """Moves a list from a block of ``before`` entries to one of ``after``, powers of two, or 0 for none; where it
    begins now, and 0 where there is no room."""
    block = 0
    if after:
        power = _power(after)
        block = free[power]
        if block:
            free[power] = pool[block]
        elif used[1] + after > len(pool):
            return 0
        else:
            block = used[1]
            used[1] += after
        for at in range(length):
            pool[block + at] = pool[start + at]
    if before:
        power = _power(before)
        pool[start], free[power] = free[power], start
    return int(block)


@compiled
def _add(
    table: Table, pool: Pool, free: NDArray[np.int64], used: NDArray[np.int64], terms: Terms, slot: int, order: Order,
    done: int,
) -> int:
    """Adds ``slot`` to ``terms`` from the one at ``done`` on; how many are done before there is no more room."""
    own = order[slot]
    for number in range(done, len(terms)):
        if _crowded(table, used):
            return number
        entry = table[_place(table, terms[number])]
        length = np.int64(entry.length)
        if length & (length - 1) == 0:  # its block is full, or it has none
            block = _moved(pool, free, used, entry.start, length, length, 2 * length or 1)
            if not block:
                return number
            entry.start = block
        if not length:
            entry.term = terms[number]
            used[0] += 1
        at = np.int64(entry.start) + length
        while at > entry.start:
            before = order[pool[at - 1]]
            if before.time < own.time or (before.time == own.time and before.key <= own.key):
                break
            pool[at] = pool[at - 1]
            at -= 1
        pool[at] = slot
        entry.length = length + 1
    return len(terms)


@compiled
def _remove(
    table: Table, pool: Pool, free: NDArray[np.int64], used: NDArray[np.int64], terms: Terms, slot: int, done: int
) -> int:
    """Takes ``slot`` from ``terms`` from the one at ``done`` on; how many are done before there is no more room."""
    for number in range(done, len(terms)):
        place = _place(table, terms[number])
        entry = table[place]
        start, left = np.int64(entry.start), np.int64(entry.length) - 1
        shrinks = left & (left - 1) == 0  # it fits in half of its block, or needs none
        if shrinks and used[1] + left > len(pool):
            return number
        at = start
        while pool[at] != slot:
            at += 1
        for each in range(at, start + left):
            pool[each] = pool[each + 1]
        if shrinks:
            entry.start = _moved(pool, free, used, start, left, 2 * left or 1, left)
        entry.length = left
        if not left:
            used[0] -= 1
            _close(table, place)
    return len(terms)


@compiled
def _close(table: Table, gap: int) -> None:
    """What was put off its own place moves up, so that every term is found without a gap before it."""
    mask = len(table) - 1
    at = (gap + 1) & mask
    while table[at].length:
        if (at - table[at].term) & mask >= (at - gap) & mask:
            table[gap] = table[at]
            table[at].length = 0
            gap = at
        at = (at + 1) & mask


@compiled
def _read(
    table: Table, pool: Pool, terms: Terms, newest: int, most: int
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
    found, lists, mask = np.empty((len(terms), 4), np.int64), 0, len(table) - 1
    taken = np.empty(len(terms), np.uint32)
    for number in range(len(terms)):  # all places are fetched before the first is looked at
        taken[number] = table[terms[number] & mask].length
    for number in range(len(terms)):
        if not taken[number]:
            continue
        entry = table[_place(table, terms[number])]
        length = np.int64(entry.length)
        if not length:
            continue
        at = lists
        while at and (found[at - 1, 0] > length or (found[at - 1, 0] == length and found[at - 1, 1] > entry.term)):
            found[at] = found[at - 1]
            at -= 1
        found[at, 0], found[at, 1], found[at, 2], found[at, 3] = length, entry.term, number, entry.start
        lists += 1
    places, counts, some, total = np.empty(lists, np.intp), np.empty(lists, np.intp), 0, 0
    while some < lists and total + min(found[some, 0], newest) <= most:
        places[some], counts[some] = found[some, 2], min(found[some, 0], newest)
        total += counts[some]
        some += 1
    slots, at = np.empty(total, np.uint32), 0
    for number in range(some):
        end = found[number, 3] + found[number, 0]
        for place in range(end - counts[number], end):
            slots[at] = pool[place]
            at += 1
    return slots, places[:some], counts[:some]

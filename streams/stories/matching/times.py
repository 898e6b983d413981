"""The event times of all articles held, in order: added, removed and counted between at a cost that hardly grows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled

__all__ = ["Times"]

Sorted = NDArray[np.int64]
#: Free places at either end of a table that was made anew, at the least.
_ROOM = 64


class Times:
    """A sorted table with room at both ends: a time that comes or goes moves what is on its shorter side. News come at
    one end and go at the other, so that is little; in the middle of a million it is four megabytes, a tenth of a
    millisecond or two."""

    def __init__(self) -> None:
        self._table: Sorted = np.zeros(2 * _ROOM, np.int64)
        self._start, self._end = _ROOM, _ROOM

    def __len__(self) -> int:
        return self._end - self._start

    def add(self, time_ms: int) -> None:
        if self._start == 0 or self._end == len(self._table):
            self._renew()
        self._start, self._end = _put(self._table, self._start, self._end, time_ms)

    def remove(self, time_ms: int) -> None:
        """ValueError where no such time is held."""
        count = len(self)
        self._start, self._end = _taken(self._table, self._start, self._end, time_ms)
        if len(self) == count:
            raise ValueError(f"time {time_ms} is not held")

    def between(self, time_ms: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many times lie between ``time_ms`` and each of ``others``; those equal to one of the two do not."""
        return _between(self._table, self._start, self._end, time_ms, others)

    def _renew(self) -> None:
        """In the middle of a table with a quarter of its size free at either end."""
        held = self._table[self._start : self._end]
        room = max(_ROOM, len(held) // 2)
        self._table = np.zeros(len(held) + 2 * room, np.int64)
        self._table[room : room + len(held)] = held
        self._start, self._end = room, room + len(held)


@compiled
def _below(table: Sorted, start: int, end: int, time_ms: int) -> int:
    """The first place from ``start`` on that has ``time_ms`` or more."""
    while start < end:
        middle = (start + end) // 2
        if table[middle] < time_ms:
            start = middle + 1
        else:
            end = middle
    return start


@compiled
def _all_below(table: Sorted, start: int, end: int, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for each of ``times``: step by step for all of them, so that the memory is waited for once a step."""
    places, size = np.full(len(times), start), end - start
    while size > 1:
        half = size // 2
        for number in range(len(times)):
            places[number] += half * (table[places[number] + half - 1] < times[number])
        size -= half
    if size:
        for number in range(len(times)):
            places[number] += table[places[number]] < times[number]
    return places


@compiled
def _put(table: Sorted, start: int, end: int, time_ms: int) -> tuple[int, int]:
    place = _below(table, start, end, time_ms + 1)
    if place - start < end - place:
        for at in range(start, place):
            table[at - 1] = table[at]
        table[place - 1] = time_ms
        return start - 1, end
    for at in range(end, place, -1):
        table[at] = table[at - 1]
    table[place] = time_ms
    return start, end + 1


@compiled
def _taken(table: Sorted, start: int, end: int, time_ms: int) -> tuple[int, int]:
    """Where the table begins and ends without one ``time_ms``: as before where there is none."""
    place = _below(table, start, end, time_ms)
    if place == end or table[place] != time_ms:
        return start, end
    if place - start < end - place:
        for at in range(place, start, -1):
            table[at] = table[at - 1]
        return start + 1, end
    for at in range(place, end - 1):
        table[at] = table[at + 1]
    return start, end - 1


@compiled
def _between(table: Sorted, start: int, end: int, time_ms: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
    first = _below(table, start, end, time_ms)
    after = _below(table, first, end, time_ms + 1)
    found = _all_below(table, start, end, others + (others < time_ms))
    for number, other in enumerate(others):
        place = found[number]
        found[number] = first - place if other < time_ms else place - after if other > time_ms else 0
    return found

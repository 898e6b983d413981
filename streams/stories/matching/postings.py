"""Which articles a term leads to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["Postings"]

_WIDTH = 4
#: Lists longer than this grow in place; shorter ones are plain bytes, of which a window has millions.
_LONG = 64 * _WIDTH


class Postings:
    """Per term the slots of its articles, packed as uint32 in the order of ``key``: most terms have one, and many lists
    are read at once by joining their bytes."""

    def __init__(self, key: Callable[[int], tuple[int, str]]) -> None:
        self._key = key
        self._lists: dict[int, bytes | bytearray] = {}

    def __len__(self) -> int:
        return len(self._lists)

    def add(self, terms: list[int], slot: int) -> None:
        packed, wanted = slot.to_bytes(_WIDTH, "little"), self._key(slot)
        for term in terms:
            before = self._lists.get(term)
            if before is None:
                self._lists[term] = packed
                continue
            if len(before) == _LONG and isinstance(before, bytes):
                before = bytearray(before)
            at = self._place(before, wanted)
            if at == len(before):
                before += packed
                self._lists[term] = before
            elif isinstance(before, bytearray):
                before[at:at] = packed
                self._lists[term] = before
            else:
                self._lists[term] = before[:at] + packed + before[at:]

    def remove(self, term: int, slot: int) -> None:
        """``slot`` must be there, once."""
        before = self._lists[term]
        if len(before) == _WIDTH:
            del self._lists[term]
            return
        place = _WIDTH * int(np.flatnonzero(np.frombuffer(before, "<u4") == slot)[0])
        if isinstance(before, bytes):
            self._lists[term] = before[:place] + before[place + _WIDTH :]
        else:
            del before[place : place + _WIDTH]

    def read(
        self, terms: list[int], newest: int, most: int
    ) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
        """The ``newest`` articles of each of ``terms``, from the shortest list to the longest (the lower term first
        where two are as long) while they are ``most`` together: all their slots, the places in ``terms`` that they are
        of, and how many each place has."""
        get = self._lists.get
        found = [(len(packed), term, place, packed) for place, term in enumerate(terms) if (packed := get(term))]
        found.sort()
        each = newest * _WIDTH
        parts = [packed[-each:] for _, _, _, packed in found]
        sizes = [len(part) for part in parts]
        some = bisect_right(list(accumulate(sizes)), most * _WIDTH)
        return (np.frombuffer(b"".join(parts[:some]), "<u4"),
                np.array([place for _, _, place, _ in found[:some]], np.intp),
                np.array(sizes[:some], np.intp) // _WIDTH)

    def _place(self, packed: bytes | bytearray, wanted: tuple[int, str]) -> int:
        """Where an article of that key belongs: at the end, unless it is late."""
        low, high = 0, len(packed) // _WIDTH
        if self._key(int.from_bytes(packed[-_WIDTH:], "little")) <= wanted:
            return len(packed)
        while low < high:
            middle = (low + high) // 2
            if self._key(int.from_bytes(packed[middle * _WIDTH : (middle + 1) * _WIDTH], "little")) <= wanted:
                low = middle + 1
            else:
                high = middle
        return low * _WIDTH

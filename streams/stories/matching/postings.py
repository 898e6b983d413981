"""Which stories a term leads to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Postings"]

_WIDTH = 4
#: Lists longer than this grow in place; shorter ones are plain bytes, of which a window has millions.
_LONG = 64 * _WIDTH


class Postings:
    """Per term the numbers of its stories, packed as uint32: most terms have one story, and many lists are read at
    once by joining their bytes. The order within a list means nothing."""

    def __init__(self) -> None:
        self._lists: dict[int, bytes | bytearray] = {}

    def __len__(self) -> int:
        return len(self._lists)

    def add(self, term: int, number: int) -> None:
        packed = number.to_bytes(_WIDTH, "little")
        before = self._lists.get(term)
        if before is None:
            self._lists[term] = packed
        elif len(before) == _LONG and isinstance(before, bytes):
            self._lists[term] = bytearray(before + packed)
        else:
            # Bytes are made anew, an array of them is added to.
            before += packed
            self._lists[term] = before

    def remove(self, term: int, number: int) -> None:
        """``number`` must be there, once."""
        before = self._lists[term]
        if len(before) == _WIDTH:
            del self._lists[term]
            return
        place = _WIDTH * int(np.flatnonzero(np.frombuffer(before, "<u4") == number)[0])
        if isinstance(before, bytes):
            self._lists[term] = before[:place] + before[place + _WIDTH :]
        else:
            # The last one takes its place: nothing else has to move.
            before[place : place + _WIDTH] = before[-_WIDTH:]
            del before[-_WIDTH:]

    def read(self, terms: list[int], most: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """The lists of ``terms`` from the shortest to the longest (the lower term first where two are as long) while
        they have ``most`` numbers together: all their numbers, the places in ``terms`` that they are of, and how many
        numbers each place has."""
        get = self._lists.get
        found = [(len(packed), term, place, packed) for place, term in enumerate(terms) if (packed := get(term))]
        found.sort()
        left = most * _WIDTH
        some = 0
        for length, _, _, _ in found:
            left -= length
            if left < 0:
                break
            some += 1
        del found[some:]
        numbers = np.frombuffer(b"".join([packed for _, _, _, packed in found]), "<u4").astype(np.intp)
        return (numbers, np.array([place for _, _, place, _ in found], np.intp),
                np.array([length // _WIDTH for length, _, _, _ in found], np.intp))

"""The event times of all articles held, in order: added, removed and counted between at a cost that does not grow."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Times"]

#: Times of a block, at most; it is split in two above that, and joined with its neighbour where both are small.
_BLOCK = 2048


class Times:
    """A sorted list in blocks, eight bytes a time: an article that comes or goes moves a block, not the window."""

    def __init__(self) -> None:
        self._blocks: list[array[int]] = [array("q")]
        self._firsts: list[int] = []
        self._count = 0
        #: How many times the blocks before each have.
        self._before: NDArray[np.int64] = np.zeros(1, np.int64)

    def __len__(self) -> int:
        return self._count

    def add(self, time_ms: int) -> None:
        at = max(0, bisect_right(self._firsts, time_ms) - 1)
        block = self._blocks[at]
        insort(block, time_ms)
        self._count += 1
        self._before[at + 1 :] += 1
        self._firsts[at : at + 1] = [block[0]]
        if len(block) > _BLOCK:
            half = len(block) // 2
            self._blocks[at : at + 1] = block[:half], block[half:]
            self._firsts.insert(at + 1, block[half])
            self._renumber()

    def remove(self, time_ms: int) -> None:
        """ValueError where no such time is held."""
        at = bisect_right(self._firsts, time_ms) - 1
        block = self._blocks[at]
        place = bisect_left(block, time_ms)
        if at < 0 or place == len(block) or block[place] != time_ms:
            raise ValueError(f"time {time_ms} is not held")
        del block[place]
        self._count -= 1
        self._before[at + 1 :] -= 1
        if len(self._blocks) == 1:
            self._firsts = list(block[:1])
            return
        if block:
            self._firsts[at] = block[0]
        if len(block) < _BLOCK // 4:
            self._join(min(at, len(self._blocks) - 2))

    def _join(self, at: int) -> None:
        """Make one of the blocks ``at`` and next to it, where they fit in one."""
        both = self._blocks[at] + self._blocks[at + 1]
        if len(both) <= _BLOCK:
            self._blocks[at : at + 2] = [both]
            self._firsts[at : at + 2] = both[:1]
            self._renumber()

    def between(self, time_ms: int, others: Sequence[int]) -> list[int]:
        """How many times lie between ``time_ms`` and each of ``others``; those equal to one of the two do not."""
        below, above = self._rank(time_ms, bisect_left), self._rank(time_ms, bisect_right)
        known = {time_ms: 0}
        for other in others:
            if other not in known:
                known[other] = (below - self._rank(other, bisect_right) if other < time_ms else
                                self._rank(other, bisect_left) - above)
        return [known[other] for other in others]

    def _rank(self, time_ms: int, side: Callable[[Sequence[int], int], int]) -> int:
        """How many times are below ``time_ms``, or at most that, as ``side`` says."""
        at = side(self._firsts, time_ms) - 1
        return int(self._before[at]) + side(self._blocks[at], time_ms) if at >= 0 else 0

    def _renumber(self) -> None:
        """Blocks were parted or joined."""
        self._before = np.cumsum([0, *map(len, self._blocks[:-1])])

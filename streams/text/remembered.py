"""What was worked out for a key, kept while keys come back: news repeats its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["Remembered"]

V = TypeVar("V")


class Remembered(dict[str, V]):
    """A dict that works out what it lacks; ``self[key]`` costs a look-up where the key is known.

    Bounded: of ``limit`` keys, those not asked for since the last ``limit`` new ones are forgotten, so at most twice
    as many are held. Keys of more than ``longest`` characters are not kept. ``find`` must give equal values for equal
    keys: then forgetting changes no answer.
    """

    def __init__(self, find: Callable[[str], V], limit: int = 30_000, longest: int = 40) -> None:
        super().__init__()
        self._find, self._limit, self._longest = find, limit, longest
        self._older: dict[str, V] = {}

    def __missing__(self, key: str) -> V:
        value = self._older[key] if key in self._older else self._find(key)
        if len(key) <= self._longest:
            if len(self) >= self._limit:
                self._older = dict(self)
                self.clear()
            self[key] = value
        return value

    def forget(self) -> None:
        """Forget everything."""
        self.clear()
        self._older.clear()

"""Compiles the loops of matching before the first article needs them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from streams.stories.features import Item
from streams.stories.matching.matcher import Matcher
from streams.text.vectors import DIMENSIONS

__all__ = ["ready"]


@lru_cache(maxsize=1)
def ready() -> None:
    """Once a process: two articles with the same words go all the way. It takes seconds where no compiled code was
    kept, which would be a long silence in the middle of a stream, and some tenths of a second where it was."""
    matcher = Matcher()
    for number in range(2):
        made = Item(str(number), number, str(number), "", np.arange(1, 21, dtype=np.uint32), np.ones(20, np.uint16),
                    np.full(20, 100, np.uint8), np.full((2, DIMENSIONS), 14, np.int8), {0: "word"})
        item = Item.from_parts(*made.parts())
        matcher.decide(item)
        matcher.add(item, str(number))
        matcher.proposals(item.uri, True)
    matcher.remove("0")

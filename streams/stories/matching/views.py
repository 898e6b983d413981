"""How much a term weighs in each view of an article."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.terms import ALL_VIEWS, DATE, ENTITY, LEAD, NAME, NUMBER, PAIR, PLACE, TITLE

__all__ = ["VIEWS", "VIEW_NAMES", "WEIGHTS"]

VIEW_NAMES = ("all", "title", "lead", "pairs", "names", "numbers", "dates", "entities")
VIEWS = len(VIEW_NAMES)


def _table() -> NDArray[np.uint8]:
    """Whole-number weights by view byte, [4096 combinations, views]: sums of their products are exact."""
    bits = np.arange(ALL_VIEWS + 1)
    count = bits & 15
    often = np.round(4 * (1 + np.log(np.maximum(count, 1)))).astype(np.int64)
    title, lead = (bits & TITLE) > 0, (bits & LEAD) > 0
    pair, name = (bits & PAIR) > 0, (bits & NAME) > 0
    special = (bits & (ENTITY | PLACE | DATE)) > 0
    plain = ~pair & ~special
    return np.stack([
        (often + 4 * title + 2 * lead) * plain,
        4 * title * plain,
        (4 * title + 4 * lead) * plain,
        (4 + 4 * title + 2 * name) * pair,
        often * name,
        often * ((bits & NUMBER) > 0),
        (often + 2 * title) * ((bits & DATE) > 0),
        often * ((bits & (ENTITY | PLACE)) > 0),
    ], axis=1).astype(np.uint8)


#: By view byte: [4096, VIEWS], without rarity.
WEIGHTS = _table()

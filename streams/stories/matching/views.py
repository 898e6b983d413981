"""How much a term weighs in each view of an article."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.terms import DATE, ENTITY, LEAD, NAME, NUMBER, PAIR, PLACE, TITLE

__all__ = ["VIEWS", "VIEW_NAMES", "WEIGHTS", "norms_of", "view_weights", "weights_of"]

VIEW_NAMES = ("all", "title", "lead", "pairs", "names", "numbers", "dates", "entities")
VIEWS = len(VIEW_NAMES)


def _table() -> NDArray[np.int64]:
    """Whole-number weights by view byte: [4096 combinations, views]."""
    bits = np.arange(4096)
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
    ], axis=1).astype(np.int64)


_WEIGHTS = _table()
#: The same for arithmetic with other whole numbers, exact below 2 to the 53rd.
WEIGHTS = _WEIGHTS.astype(np.float64)


def view_weights(views: NDArray[np.uint16]) -> NDArray[np.int64]:
    """[terms] view bytes -> [terms, VIEWS] whole-number weights without rarity."""
    found: NDArray[np.int64] = _WEIGHTS[views]
    return found


def weights_of(item: Item) -> NDArray[np.int64]:
    """[terms, VIEWS]: the weights of an article's terms by their general rarity."""
    return _WEIGHTS[item.views] * item.rarity[:, None].astype(np.int64)


def norms_of(item: Item) -> NDArray[np.float64]:
    """[VIEWS]: lengths of the article's views."""
    norms: NDArray[np.float64] = np.sqrt(np.square(weights_of(item)).sum(axis=0))
    return norms

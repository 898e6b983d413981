"""An article as it is looked up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.matching.store import Store
from streams.stories.matching.views import WEIGHTS
from streams.stories.terms import RARITY_UNIT
from streams.text.vectors import DIMENSIONS

__all__ = ["Query"]

Array = NDArray[np.float64]
#: Weight of the shipped rarities against the live counts, in articles.
_PRIOR = 1000.0
#: By general rarity: in how many of so many articles a term is expected.
_EXPECTED = _PRIOR * np.exp(np.arange(256) * -RARITY_UNIT)
_LEAST = 0.05 / RARITY_UNIT
_ALL, _PAIRS = 0, 3


class Query:
    """An article as it is looked up: weights under the live rarities, made once for all candidates. ``rarity`` [terms],
    ``weights`` [terms, views] and their ``leads`` [terms] (how much a term says in the index) are whole numbers.
    ``narrow``: [2 · DIMENSIONS, 2], so that one product with rows that hold both vectors gives the two dot products."""

    def __init__(self, item: Item, store: Store) -> None:
        self.item = item
        seen = _EXPECTED.take(item.rarity) + store.frequencies(item.ids)
        rarity = np.log(seen / (_PRIOR + len(store)) + 1e-9) / -RARITY_UNIT
        self.rarity: Array = np.rint(np.maximum(rarity, _LEAST))
        self.weights: Array = WEIGHTS.take(item.views, axis=0) * self.rarity[:, None]
        self.norms: Array = np.maximum(np.sqrt(np.einsum("tv,tv->v", self.weights, self.weights)), 1e-9)
        self.leads: Array = (self.weights[:, _ALL] + self.weights[:, _PAIRS]) * self.rarity
        sides = np.zeros((2, 2 * DIMENSIONS))
        sides[0, :DIMENSIONS], sides[1, DIMENSIONS:] = item.vectors
        squares = np.einsum("vd,vd->v", sides, sides)
        self.narrow: NDArray[np.float32] = sides.astype(np.float32).T
        self.narrow_lengths: NDArray[np.float32] = np.sqrt(squares.astype(np.float32))

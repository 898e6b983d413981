"""An article as it is looked up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.stories.features import Item
from streams.stories.matching.compiled import compiled
from streams.stories.matching.store import Store
from streams.stories.matching.views import VIEW_NAMES, WEIGHTS
from streams.stories.terms import RARITY_UNIT

__all__ = ["Query"]

Array = NDArray[np.float64]
#: Weight of the shipped rarities against the live counts, in articles.
_PRIOR = 1000.0
#: By general rarity: in how many of so many articles a term is expected.
_EXPECTED = _PRIOR * np.exp(np.arange(256) * -RARITY_UNIT)
_LEAST = 0.05
_LEADING_VIEWS = np.array([VIEW_NAMES.index("all"), VIEW_NAMES.index("pairs")])


class Query:
    """An article as it is looked up: weights under the live rarities, made once for all candidates. ``rarity`` [terms]
    and ``leads`` [terms], how much a term says in the index, are whole numbers; ``totals`` [views] and ``norms``
    [views] are the sum and the length of the weights of a view."""

    def __init__(self, item: Item, store: Store) -> None:
        self.item = item
        self.rarity, self.leads, self.totals, self.norms = _weighed(
            item.ids, item.views, item.rarity, store.frequency, len(store), _EXPECTED, WEIGHTS, _LEADING_VIEWS,
            RARITY_UNIT)


@compiled
def _weighed(
    ids: NDArray[np.uint32], view_bytes: NDArray[np.uint16], general: NDArray[np.uint8], frequency: NDArray[np.int32],
    held: int, expected: Array, weights: NDArray[np.uint8], leading: NDArray[np.intp], unit: float,
) -> tuple[Array, Array, Array, Array]:
    terms, views, buckets = len(ids), weights.shape[1], np.uint32(len(frequency) - 1)
    rarity, leads = np.empty(terms), np.zeros(terms)
    totals, squares = np.zeros(views), np.zeros(views)
    for term in range(terms):
        seen = expected[general[term]] + frequency[ids[term] & buckets]
        rarity[term] = np.rint(max(np.log(seen / (_PRIOR + held) + 1e-9) / -unit, _LEAST / unit))
        row = weights[view_bytes[term]]
        for view in leading:
            leads[term] += row[view] * rarity[term] * rarity[term]
        for view in range(views):
            weight = row[view] * rarity[term]
            totals[view] += weight
            squares[view] += weight * weight
    return rarity, leads, totals, np.maximum(np.sqrt(squares), 1e-9)

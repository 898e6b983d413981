"""A story as if it were one article: made of what its members share, so that stories can be compared with stories."""

from __future__ import annotations

import numpy as np

from streams.stories.features import VECTOR_UNITS, Item
from streams.stories.matching.store import Held, Store
from streams.stories.matching.views import view_weights
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["blend"]

#: Newest members that a blend is made of.
_MEMBERS = 16


def blend(store: Store, held: Held) -> Item:
    """The terms that most members have, each in all the views that it has in any of them, and the mean vectors; its
    time is that of the newest member."""
    slots = [slot for _, _, slot in held.members[-_MEMBERS:]]
    ids = store.ids[slots].ravel()
    some = np.flatnonzero(ids)
    terms, first, back, counts = np.unique(ids[some], return_index=True, return_inverse=True, return_counts=True)
    views = store.views[slots].ravel()[some]
    rarity = store.rarity[slots].ravel()[some][first]
    merged = np.zeros(len(terms), np.uint16)
    np.bitwise_or.at(merged, back, views & np.uint16(0xFFF0))
    often = np.zeros(len(terms), np.int64)
    np.add.at(often, back, views & 15)
    merged |= np.minimum(15, (often + counts - 1) // counts).astype(np.uint16)
    if len(terms) > MAX_TERMS:
        weight = view_weights(merged)[:, [0, 3, 6, 7]].sum(axis=1) * rarity.astype(np.int64) * counts
        best = np.sort(np.argsort(-weight, kind="stable")[:MAX_TERMS])
        terms, merged, rarity = terms[best], merged[best], rarity[best]
    sums = store.sums[held.number].reshape(2, DIMENSIONS).astype(np.float64)
    lengths = np.maximum(np.sqrt(np.square(sums).sum(axis=1, keepdims=True)), 1e-9)
    vectors = np.round(sums / lengths * VECTOR_UNITS).clip(-127, 127).astype(np.int8)
    return Item("", held.members[-1][0], "", "", terms, merged, rarity, vectors, {})

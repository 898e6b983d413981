"""A story as if it were one article: made of what its members share, so that stories can be compared with stories."""

from __future__ import annotations

import numpy as np

from streams.stories.features import VECTOR_UNITS, Item
from streams.stories.matching.store import Held, Store
from streams.stories.matching.views import VIEW_NAMES, WEIGHTS
from streams.stories.terms import MAX_TERMS
from streams.text.vectors import DIMENSIONS

__all__ = ["blend"]

#: Newest members that a blend is made of.
_MEMBERS = 16
#: A term and its place in one number, so that one sort puts equal terms together in the order of their places.
_PLACE_BITS = 11
_PLACES = (1 << _PLACE_BITS) - 1
assert _MEMBERS * MAX_TERMS <= _PLACES
_COUNT, _VIEWS = np.uint16(15), np.uint16(0xFFF0)
_FIRST = np.ones(1, np.bool_)
_NONE = np.zeros(0, np.intp)
#: By view byte: what a term is chosen by where there are too many.
_CHOICE = WEIGHTS[:, [VIEW_NAMES.index(name) for name in ("all", "pairs", "dates", "entities")]].sum(axis=1)


def blend(store: Store, held: Held) -> Item:
    """The terms that most members have, each in all the views that it has in any of them, and the mean vectors; its
    time is that of the newest member."""
    slots = [slot for _, _, slot in held.members[-_MEMBERS:]]
    rows = store.articles.take(slots)
    ids = rows["ids"].ravel()
    keys = ids.astype(np.int64) << _PLACE_BITS
    keys += np.arange(len(keys))
    keys.sort()
    # Rows are filled up with zeros, which come first.
    keys = keys[len(ids) - np.count_nonzero(ids) :]
    place = keys & _PLACES
    sorted_ids = keys >> _PLACE_BITS
    edges = np.flatnonzero(np.concatenate([_FIRST, sorted_ids[1:] != sorted_ids[:-1]])) if len(keys) else _NONE
    terms = sorted_ids.take(edges).astype(np.uint32)
    views = rows["views"].ravel().take(place)
    rarity = rows["rarity"].ravel().take(place.take(edges))
    merged, counts = np.zeros(0, np.uint16), np.diff(edges, append=len(keys))
    if len(edges):
        often = np.add.reduceat(views & _COUNT, edges, dtype=np.int64)
        merged = np.bitwise_or.reduceat(views & _VIEWS, edges)
        merged |= np.minimum(15, (often + counts - 1) // counts).astype(np.uint16)
    if len(terms) > MAX_TERMS:
        weight = (_CHOICE.take(merged) * rarity * counts).astype(np.int64)
        # The heaviest, of equal ones the lower term.
        ranks = (weight << _PLACE_BITS) + (_PLACES - np.arange(len(terms)))
        best = _PLACES - (np.partition(ranks, -MAX_TERMS)[-MAX_TERMS:] & _PLACES)
        best.sort()
        terms, merged, rarity = terms.take(best), merged.take(best), rarity.take(best)
    sums = store.sums[held.number]
    lengths = np.maximum(sums["lengths"], 1e-9)[:, None]
    vectors = np.rint(sums["vectors"].reshape(2, DIMENSIONS) / lengths * VECTOR_UNITS).clip(-127, 127)
    return Item("", held.members[-1][0], "", "", terms, merged, rarity, vectors.astype(np.int8), {})

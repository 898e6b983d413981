"""What an article and a story have in common, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.contracts.records import Shared
from streams.stories.features import Item
from streams.stories.matching.compiled import compiled
from streams.stories.matching.store import Held, Store
from streams.stories.terms import DATE, ENTITY, NAME, NUMBER, PLACE

__all__ = ["shared_of"]

_MEMBERS = 12
_MOST = 8


def shared_of(store: Store, item: Item, held: Held) -> Shared:
    """The names, terms and places of ``item`` that stand in the story's newest members too, weightiest first."""
    slots = np.array([slot for _, _, slot in held.members[-_MEMBERS:]])
    told = np.array(list(item.shown), np.intp)
    common = _standing(store.articles, slots, item.ids.take(told)).tolist()
    names: list[str] = []
    terms: list[str] = []
    places: list[str] = []
    for word, view, stands in zip(item.shown.values(), item.views.take(told).tolist(), common, strict=True):
        if not stands:
            continue
        if view & PLACE:
            places.append(word)
        elif view & (ENTITY | NAME) and not view & (NUMBER | DATE):
            names.append(word)
        else:
            terms.append(word)
    return Shared(names=_whole(names), terms=terms[:_MOST], places=places[:_MOST])


@compiled
def _standing(articles: NDArray[np.void], slots: NDArray[np.intp], ids: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of ``ids`` stand in one of the articles in ``slots``."""
    found = np.zeros(len(ids), np.bool_)
    for slot in slots:
        theirs = articles[slot].ids
        for place in range(len(ids)):
            for other in theirs:
                found[place] |= ids[place] == other
    return found


def _whole(names: list[str]) -> list[str]:
    """Without names that are part of another one."""
    kept = [name for name in dict.fromkeys(names) if not any(name != other and name in other for other in names)]
    return kept[:_MOST]

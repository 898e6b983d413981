"""What an article and a story have in common, in words."""

from __future__ import annotations

from streams.contracts.records import Shared
from streams.stories.features import Item
from streams.stories.matching.store import Held, Store
from streams.stories.terms import DATE, ENTITY, NAME, NUMBER, PLACE

__all__ = ["shared_of"]

_MEMBERS = 12
_MOST = 8


def shared_of(store: Store, item: Item, held: Held) -> Shared:
    """The names, terms and places of ``item`` that stand in the story's newest members too, weightiest first."""
    slots = [slot for _, _, slot in held.members[-_MEMBERS:]]
    told = list(item.shown)
    theirs = store.articles.take(slots)["ids"].reshape(-1, 1)
    common = dict(zip(told, (theirs == item.ids[told]).any(axis=0).tolist(), strict=True))
    names: list[str] = []
    terms: list[str] = []
    places: list[str] = []
    for index, word in item.shown.items():
        if not common[index]:
            continue
        view = int(item.views[index])
        if view & PLACE:
            places.append(word)
        elif view & (ENTITY | NAME) and not view & (NUMBER | DATE):
            names.append(word)
        else:
            terms.append(word)
    return Shared(names=_whole(names), terms=terms[:_MOST], places=places[:_MOST])


def _whole(names: list[str]) -> list[str]:
    """Without names that are part of another one."""
    kept = [name for name in dict.fromkeys(names) if not any(name != other and name in other for other in names)]
    return kept[:_MOST]

"""Which stories are worth comparing: found under the article's leading terms, rarest first, at a bounded cost."""

from __future__ import annotations

from streams.stories.matching.compare import Query
from streams.stories.matching.store import Held, Store

__all__ = ["candidates"]

#: Entries of the index that are read for one article.
_BUDGET = 600
#: Stories with the most overlap, of which those with the nearest vectors are compared in full.
_NEAR = 32


def candidates(store: Store, query: Query, limit: int, but: Held | None = None) -> list[tuple[float, Held]]:
    """At most ``limit`` stories other than ``but``, with how near they are at a first look, best first. Terms are
    read from the shortest list of stories to the longest, as far as the budget goes: a term of many tells little."""
    postings = store.postings
    weights = (query.weights[:, 0] + query.weights[:, 3]) * query.rarity
    found = [
        (len(lists), term, weight, lists)
        for term, weight in zip(query.item.ids.tolist(), weights.tolist(), strict=True)
        if (lists := postings.get(term)) is not None
    ]
    found.sort(key=_length)
    rough: dict[int, int] = {}
    budget = _BUDGET
    for length, _, weight, lists in found:
        budget -= length
        if budget < 0:
            break
        for number in lists:
            rough[number] = rough.get(number, 0) + weight
    ranked = []
    for number, weight in sorted(rough.items(), key=_weight)[: 2 * _NEAR]:
        held = store.by_number[number]
        assert held is not None
        if held is not but:
            ranked.append((-weight, held.id, held))
    ranked.sort()
    return _nearest(store, query, [(-weight, held) for weight, _, held in ranked[:_NEAR]], limit)


def _nearest(store: Store, query: Query, found: list[tuple[int, Held]], limit: int) -> list[tuple[float, Held]]:
    """The ``limit`` best by overlap and by the cosines of the vectors together."""
    if not found:
        return []
    cosines = store.centre_cosines(query.item, [held.number for _, held in found]).sum(axis=1)
    most = found[0][0] or 1
    ranked = [(round(cosine + weight / most, 9), held.id, held)
              for cosine, (weight, held) in zip(cosines.tolist(), found, strict=True)]
    ranked.sort(key=_score)
    return [(score, held) for score, _, held in ranked[:limit]]


def _score(entry: tuple[float, str, Held]) -> tuple[float, str]:
    return -entry[0], entry[1]


def _length(entry: tuple[int, int, int, list[int]]) -> tuple[int, int]:
    return entry[0], entry[1]


def _weight(entry: tuple[int, int]) -> int:
    return -entry[1]

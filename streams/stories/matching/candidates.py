"""Which stories are worth comparing: found under the article's leading terms, rarest first, at a bounded cost."""

from __future__ import annotations

from streams.stories.matching.compare import Query
from streams.stories.matching.store import Held, Store

__all__ = ["candidates"]

#: Entries of the index that are read for one article.
_BUDGET = 800


def candidates(store: Store, query: Query, limit: int) -> list[tuple[int, Held]]:
    """At most ``limit`` stories with their overlap (whole numbers), best first. Terms are read from the shortest list of
    stories to the longest, as far as the budget goes: a term of many stories tells little."""
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
    for number, weight in sorted(rough.items(), key=_weight)[: 2 * limit]:
        held = store.by_number[number]
        assert held is not None
        ranked.append((-weight, held.id, held))
    ranked.sort()
    return [(-weight, held) for weight, _, held in ranked[:limit]]


def _length(entry: tuple[int, int, int, list[int]]) -> tuple[int, int]:
    return entry[0], entry[1]


def _weight(entry: tuple[int, int]) -> int:
    return -entry[1]

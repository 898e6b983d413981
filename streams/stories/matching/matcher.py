"""The clusterer of one shard.

Everything it holds is a sum of integers over the (item, story) pairs it was given, so its answers depend on that set
and on nothing else: not on the order of arrival, not on what was added and removed before.
"""

from __future__ import annotations

import math
from typing import TypeVar

from streams.clock import HOUR_MS
from streams.contracts.records import RunnerUp, Shared
from streams.stories.features import Item
from streams.stories.matching.decisions import Decision, MatchSettings, Proposal
from streams.stories.terms import LEAD, NAME, TITLE

__all__ = ["Matcher"]

_K = TypeVar("_K")
_PRIOR_ARTICLES = 200
_MAX_POSTINGS = 400
_HALF_LIFE_H = 72.0


class _Story:
    __slots__ = ("families", "terms", "times", "uris")

    def __init__(self) -> None:
        self.terms: dict[int, int] = {}
        self.uris: dict[str, int] = {}
        self.families: dict[str, int] = {}
        self.times: dict[str, int] = {}


class Matcher:
    def __init__(self, settings: MatchSettings = MatchSettings()) -> None:  # noqa: B008 -- frozen
        self.settings = settings
        self._stories: dict[str, _Story] = {}
        self._items: dict[str, tuple[Item, str]] = {}
        self._df: dict[int, int] = {}
        self._postings: dict[int, dict[str, int]] = {}

    def decide(self, item: Item) -> Decision:
        """Where ``item`` belongs; changes nothing."""
        threshold = self.settings.join_threshold
        if item.duplicate_of in self._items and item.duplicate_of != item.uri:
            story = self._items[item.duplicate_of][1]
            return Decision(story, 1.0, threshold, "same-text", self._shared(item, story), None)
        ranked = self._ranked(item)
        best = ranked[0] if ranked else (0.0, "")
        runner = RunnerUp(story_id=ranked[1][1], score=ranked[1][0]) if len(ranked) > 1 else None
        if best[1] and best[0] >= threshold:
            return Decision(best[1], best[0], threshold, "similarity", self._shared(item, best[1]), runner)
        if best[1]:
            runner = RunnerUp(story_id=best[1], score=best[0], reason="below the threshold")
        return Decision(None, best[0], threshold, "new-story", Shared(), runner)

    def add(self, item: Item, story: str) -> None:
        self._items[item.uri] = (item, story)
        self._count(item, story, 1)

    def remove(self, uri: str) -> None:
        item, story = self._items.pop(uri)
        self._count(item, story, -1)

    def move(self, uri: str, story: str) -> None:
        item, _ = self._items[uri]
        self.remove(uri)
        self.add(item, story)

    def proposals(self, story: str, now_ms: int) -> list[Proposal]:  # noqa: ARG002 -- the first scorer proposes none
        """Repairs worth doing after ``story`` changed, best first."""
        return []

    def close(self, story: str) -> None:
        """Forget ``story`` and its articles."""
        for uri in list(self._stories[story].uris) if story in self._stories else []:
            self.remove(uri)

    def similarity(self, a_uri: str, b_uri: str) -> float:
        """0–1; 0 where one of the two is not held."""
        if a_uri not in self._items or b_uri not in self._items:
            return 0.0
        a, b = dict(_terms(self._items[a_uri][0])), dict(_terms(self._items[b_uri][0]))
        return self._cosine(a, b)

    def _count(self, item: Item, story: str, sign: int) -> None:
        held = self._stories.setdefault(story, _Story())
        for key, view in _terms(item):
            _add(self._df, key, sign)
            _add(held.terms, key, sign * _weight(view))
            _add(self._postings.setdefault(key, {}), story, sign)
            if not self._postings[key]:
                del self._postings[key]
        _add(held.families, item.family, sign)
        if sign > 0:
            held.uris[item.uri] = 1
            held.times[item.uri] = item.time_ms
        else:
            del held.uris[item.uri], held.times[item.uri]
        if not held.uris:
            del self._stories[story]

    def _idf(self, key: int) -> float:
        return math.log((len(self._items) + _PRIOR_ARTICLES) / (self._df.get(key, 0) + 0.8))

    def _cosine(self, a: dict[int, int], b: dict[int, int]) -> float:
        if len(a) > len(b):
            a, b = b, a
        dot = math.fsum(_weight(a[key]) * _weight(b[key]) * self._idf(key) ** 2 for key in a if key in b)
        norms = [math.fsum((_weight(view) * self._idf(key)) ** 2 for key, view in x.items()) for x in (a, b)]
        return dot / math.sqrt(norms[0] * norms[1]) if dot else 0.0

    def _ranked(self, item: Item) -> list[tuple[float, str]]:
        weights = {key: _weight(view) * self._idf(key) for key, view in _terms(item)}
        rough: dict[str, float] = {}
        for key in sorted(weights, key=lambda key: (len(self._postings.get(key, ())), key)):
            postings = self._postings.get(key, {})
            if len(postings) > _MAX_POSTINGS:
                break
            for story in postings:
                rough[story] = rough.get(story, 0.0) + weights[key] * self._idf(key)
        found = sorted(rough, key=lambda story: (-rough[story], story))[: self.settings.candidates]
        norm = math.sqrt(math.fsum(value * value for value in weights.values())) or 1.0
        return sorted(((self._score(item, weights, norm, story), story) for story in found),
                      key=lambda pair: (-pair[0], pair[1]))

    def _score(self, item: Item, weights: dict[int, float], norm: float, story: str) -> float:
        held = self._stories[story]
        dot = math.fsum(weights[key] * held.terms[key] * self._idf(key) for key in weights if key in held.terms)
        square = math.fsum((count * self._idf(key)) ** 2 for key, count in held.terms.items())
        gap_h = max(0, item.time_ms - max(held.times.values()), min(held.times.values()) - item.time_ms) / HOUR_MS
        cosine = dot / (norm * math.sqrt(square)) if square else 0.0
        return min(1.0, 2.5 * cosine / math.sqrt(1 + gap_h / _HALF_LIFE_H))

    def _shared(self, item: Item, story: str) -> Shared:
        held = self._stories[story].terms
        ids = item.ids.tolist()
        return Shared(names=[word for index, word in item.shown.items() if ids[index] in held][:8])


def _terms(item: Item) -> list[tuple[int, int]]:
    return list(zip(item.ids.tolist(), item.views.tolist(), strict=True))


def _add(counts: dict[_K, int], key: _K, by: int) -> None:
    value = counts.get(key, 0) + by
    if value:
        counts[key] = value
    else:
        counts.pop(key, None)


def _weight(view: int) -> int:
    """How much a term weighs by where it stands."""
    return (view & 15) + 3 * bool(view & TITLE) + 2 * bool(view & LEAD) + bool(view & NAME)

"""The clusterer of one shard: where an article belongs, and which stories have turned out to be one.

Its answers depend on the set of (item, story) pairs that it holds and on nothing else: see ``store``. A restore may
add the pairs in any order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.contracts.records import RunnerUp, Shared
from streams.stories.features import Item
from streams.stories.matching.blend import blend
from streams.stories.matching.candidates import Finder
from streams.stories.matching.compare import Comparer
from streams.stories.matching.decisions import Decision, MatchSettings, Proposal
from streams.stories.matching.evidence import shared_of
from streams.stories.matching.model import Model, Scorer, shipped_model
from streams.stories.matching.query import Query
from streams.stories.matching.store import Held, Store

__all__ = ["LOOKS", "Matcher"]

#: Sizes at which a story is compared with the others: often while it is young, then at every half as much again, so
#: that repairs cost a bounded share of the work whatever a story's size.
LOOKS = frozenset([2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 94, 141, 211, 316, 474, 711, 1066, 1599, 2398, 3597])


class Matcher:
    """``model``: the shipped one unless given, as in training. Not for use by two threads."""

    def __init__(self, settings: MatchSettings | None = None, model: Model | None = None) -> None:
        self.settings = settings or MatchSettings()
        self._model = model or shipped_model()
        self.store = Store()
        self._find = Finder(self.store)
        self._compare = Comparer(self.store)

    def decide(self, item: Item) -> Decision:
        """Where ``item`` belongs; changes nothing. A copy goes where its original is, without being compared."""
        if (origin := self._origin(item)) is not None:
            threshold = self.settings.threshold(len(origin.members))
            return Decision(origin.id, 1.0, threshold, "same-text", shared_of(self.store, item, origin), None)
        ranked = self.ranked(item, self._model.join)
        if not ranked:
            return Decision(None, 0.0, self.settings.join_threshold, "new-story", Shared(), None)
        (score, best), rest = ranked[0], ranked[1:]
        threshold = self.settings.threshold(len(best.members))
        shared = shared_of(self.store, item, best)
        if score >= threshold:
            runner = RunnerUp(story_id=rest[0][1].id, score=rest[0][0], reason="scored lower") if rest else None
            return Decision(best.id, score, threshold, "similarity", shared, runner)
        runner = RunnerUp(story_id=best.id, score=score, reason="below the threshold")
        return Decision(None, score, threshold, "new-story", shared, runner)

    def add(self, item: Item, story: str) -> None:
        """Hold ``item`` as a member of ``story``; in the place of what was held under its uri."""
        if item.uri in self.store.slot_of:
            self.store.remove(item.uri)
        self.store.add(item, story)

    def remove(self, uri: str) -> None:
        """The exact inverse of ``add``; nothing where ``uri`` is not held."""
        if uri in self.store.slot_of:
            self.store.remove(uri)

    def move(self, uri: str, story: str) -> None:
        """``uri`` belongs to ``story`` from now on."""
        if uri in self.store.slot_of:
            self.store.move(uri, story)

    def close(self, story: str) -> None:
        """``story`` takes no more articles: it and its members are forgotten."""
        held = self.store.stories.get(story)
        for _, uri, _ in list(held.members) if held else []:
            self.store.remove(uri)

    def proposals(self, story: str, now_ms: int) -> list[Proposal]:
        """At most one repair worth doing after ``story`` changed: a merge with the story that is most likely the same.
        Empty at most sizes of a story, see ``LOOKS``. ``now_ms`` is not needed: what is held is open."""
        del now_ms
        held = self.store.stories.get(story)
        if held is None or not self.settings.repairs or len(held.members) not in LOOKS:
            return []
        whole = blend(self.store, held)
        ranked = self.ranked(whole, self._model.merge, held)
        threshold = self.settings.merge_threshold
        if not ranked or ranked[0][0] < threshold:
            return []
        score, other = ranked[0]
        return [Proposal("merge", story, other.id, (), score, threshold, shared_of(self.store, whole, other),
                         f"{len(held.members)} and {len(other.members)} articles tell the same: {score:.2f}")]

    def similarity(self, a_uri: str, b_uri: str) -> float:
        """0–1, of the whole texts by their static vectors; 0 where one of the two is not held."""
        a, b = self.store.slot_of.get(a_uri), self.store.slot_of.get(b_uri)
        if a is None or b is None:
            return 0.0
        return self.store.cosine(a, b)

    def ranked(self, item: Item, scorer: Scorer, but: Held | None = None) -> list[tuple[float, Held]]:
        """Candidate stories by falling score, then by id; without ``but``."""
        found = self.features(item, but)
        if found is None:
            return []
        rows, stories = found
        scored = [(score, held.id, held) for score, held in zip(scorer(rows).tolist(), stories, strict=True)]
        scored.sort(key=lambda entry: (-entry[0], entry[1]))
        return [(score, held) for score, _, held in scored]

    def features(self, item: Item, but: Held | None = None) -> tuple[NDArray[np.float64], list[Held]] | None:
        """The candidates of ``item`` and their rows of features; None where there are none. ``but``: the story that
        ``item`` is a blend of."""
        query = Query(item, self.store, len(but.members) if but else 1)
        found = self._find(query, self.settings.candidates, but)
        return (self._compare(query, found), found.stories) if found else None

    def held(self, story: str) -> Held:
        """An open story; KeyError where there is none of that id."""
        return self.store.stories[story]

    def _origin(self, item: Item) -> Held | None:
        """The story of what ``item`` copies, else the one that has most of its text family (lowest id on a tie)."""
        store = self.store
        if (slot := store.slot_of.get(item.duplicate_of)) is not None and item.duplicate_of != item.uri:
            return store.story_at(slot)
        return store.family(item.family)

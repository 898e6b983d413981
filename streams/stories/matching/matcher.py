"""The clusterer of one shard: where an article belongs, and what of earlier decisions should be mended.

Its answers depend on the set of (item, story) pairs that it holds and on nothing else: see ``store``. A restore may
add the pairs in any order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.contracts.records import RunnerUp, Shared
from streams.stories.features import Item
from streams.stories.matching.candidates import Finder
from streams.stories.matching.decisions import Decision, MatchSettings, Proposal
from streams.stories.matching.evidence import shared_of
from streams.stories.matching.judge import Judge
from streams.stories.matching.model import Model, shipped_model
from streams.stories.matching.neighbours import UNITS
from streams.stories.matching.pairs import Comparer
from streams.stories.matching.query import Query
from streams.stories.matching.region import Region, region_of
from streams.stories.matching.repairs import repairs
from streams.stories.matching.store import Held, Store

__all__ = ["Matcher", "near_of"]

#: Log-odds in tenths from which a neighbour is kept (a chance of 1 %), and the highest.
_LEAST, _MOST = -46, 99


class Matcher:
    """``model``: the shipped one unless given, as in training. Not for use by two threads."""

    def __init__(self, settings: MatchSettings | None = None, model: Model | None = None) -> None:
        self.settings = settings or MatchSettings()
        self._model = model or shipped_model()
        self.store = Store()
        self._find = Finder(self.store)
        self._compare = Comparer(self.store)
        self._judge = Judge(self.store, self._model.context)
        #: What was decided on last, as if it were held.
        self._ahead: Item | None = None

    def decide(self, item: Item) -> Decision:
        """Where ``item``, which is not held, belongs; changes nothing, but notes in ``item.near`` what it is near to. A
        copy goes where its original is, whatever the scores."""
        item.near = self._near(item)
        if (origin := self._origin(item)) is not None:
            shared = shared_of(self.store, item, origin)
            return Decision(origin.id, 1.0, self.settings.join_threshold, "same-text", shared, None)
        region = self.region(item)
        if region is None:
            return Decision(None, 0.0, self.settings.join_threshold, "new-story", Shared(), None)
        return self._decision(item, region)

    def add(self, item: Item, story: str) -> None:
        """Hold ``item`` as a member of ``story``; in the place of what was held under its uri. What it is near to is
        found now where it was not found before."""
        if item is not self._ahead or item.uri in self.store.slot_of:
            self._judge.forget()
        self._ahead = None
        if item.uri in self.store.slot_of:
            self.store.remove(item.uri)
        if item.near is None:
            item.near = self._near(item)
        self.store.add(item, story)

    def remove(self, uri: str) -> None:
        """The exact inverse of ``add``; nothing where ``uri`` is not held."""
        if uri in self.store.slot_of:
            self._judge.forget()
            self.store.remove(uri)

    def move(self, uri: str, story: str) -> None:
        """``uri`` belongs to ``story`` from now on."""
        if uri in self.store.slot_of:
            self.store.move(uri, story)

    def close(self, story: str) -> None:
        """``story`` takes no more articles: it and its members are forgotten."""
        self._judge.forget()
        held = self.store.stories.get(story)
        for _, uri, _ in list(held.members) if held else []:
            self.store.remove(uri)

    def proposals(self, uri: str, settled: bool) -> list[Proposal]:
        """Repairs around ``uri``, which came, changed or is looked at again: stories that are one, articles that belong
        elsewhere. Not ``settled``: it began a story because none was sure enough, and stays alone for now."""
        if not self.settings.repairs or uri not in self.store.slot_of:
            return []
        if self._ahead is not None:
            self._judge.forget()
        near = self.store.neighbours.of(uri)
        region = region_of(self.store, self._judge, self.settings, uri, near, fresh=False)
        if region is None:
            return []
        if not settled and uri in region.uris:
            region.label[region.uris.index(uri)] = len(region.uris)
        return repairs(self.store, region, self.settings)

    def similarity(self, a_uri: str, b_uri: str) -> float:
        """0–1, of the whole texts by their static vectors; 0 where one of the two is not held."""
        a, b = self.store.slot_of.get(a_uri), self.store.slot_of.get(b_uri)
        if a is None or b is None:
            return 0.0
        return self.store.cosine(a, b)

    def compared(self, item: Item) -> tuple[list[str], NDArray[np.float64]] | None:
        """The articles that ``item`` is compared with, nearest first, and the rows of features; None where there is no
        candidate."""
        query = Query(item, self.store)
        found = self._find(query, self.settings.candidates)
        if found is None:
            return None
        return [self.store.uri_of[slot] for slot in found.slots.tolist()], self._compare(query, found)

    def region(self, item: Item) -> Region | None:
        """The articles around ``item``, which was looked at. ValueError where it is held: it cannot be its own
        neighbour."""
        if item.uri in self.store.slot_of:
            raise ValueError(f"{item.uri} is held already, expected an article to decide on or one that was removed")
        near = {uri: odds for uri, odds in (item.near or {}).items() if uri in self.store.slot_of}
        self._ahead = item
        self._judge.forget()
        return region_of(self.store, self._judge, self.settings, item.uri, near, fresh=True)

    def held(self, story: str) -> Held:
        """An open story; KeyError where there is none of that id."""
        return self.store.stories[story]

    def _near(self, item: Item) -> dict[str, int]:
        found = self.compared(item)
        return near_of(found[0], self._model.pair(found[1])) if found is not None else {}

    def _decision(self, item: Item, region: Region) -> Decision:
        """The story of its group, where the article is near enough to the group; the eldest where they are several."""
        ranked = sorted((-region.mean([0], part), held.id, story)
                        for story, (held, part) in enumerate(zip(region.stories, region.parts, strict=True)))
        scores = {story: -score for score, _, story in ranked}
        mine = region.label[0]
        joined = [story for story in range(len(region.stories)) if region.label_of(story) == mine]
        group = [place for place, label in enumerate(region.label) if label == mine and place]
        threshold = self.settings.join_threshold
        if joined:
            eldest = min(joined, key=lambda story: region.stories[story].members[0])
            score = region.mean([0], group)
            if score >= threshold:
                rest = [story for _, _, story in ranked if story not in joined]
                return Decision(
                    region.stories[eldest].id, score, threshold, "similarity",
                    shared_of(self.store, item, region.stories[eldest]),
                    _runner_up(region, scores, rest[0], "scored lower") if rest else None,
                )
        best = ranked[0][2]
        return Decision(
            None, scores[best], threshold, "new-story", shared_of(self.store, item, region.stories[best]),
            _runner_up(region, scores, best, "below the threshold"), unsure=bool(joined),
        )

    def _origin(self, item: Item) -> Held | None:
        """The story of what ``item`` copies, else the one that has most of its text family (lowest id on a tie)."""
        store = self.store
        if (slot := store.slot_of.get(item.duplicate_of)) is not None and item.duplicate_of != item.uri:
            return store.story_at(slot)
        return store.family(item.family) if item.family != item.uri else None


def near_of(uris: list[str], odds: NDArray[np.float64]) -> dict[str, int]:
    """What is kept of a comparison: the nearest, in tenths of log-odds."""
    tenths = np.rint(odds * UNITS).astype(np.int64).tolist()
    kept = sorted((-min(value, _MOST), uri) for uri, value in zip(uris, tenths, strict=True) if value >= _LEAST)
    return {uri: -value for value, uri in kept}


def _runner_up(region: Region, scores: dict[int, float], story: int, reason: str) -> RunnerUp:
    return RunnerUp(story_id=region.stories[story].id, score=scores[story], reason=reason)

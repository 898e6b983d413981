"""Streams run through the matcher, with every comparison it made and what the labels say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.context import context
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.matcher import Matcher
from streams.stories.matching.model import Model
from streams.stories.training.corpus import Stream

__all__ = ["Comparisons", "Run", "contexts", "pairs", "run"]

Array = NDArray[np.float64]
#: So often in a stream the newest articles are looked at among their neighbours, and after so many at the least.
_LOOKS, _LEAST_LOOK = 16, 3


@dataclass(slots=True)
class Comparisons:
    """Pairs of articles: their features, and the gold stories of both."""

    rows: list[Array] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    def extend(self, other: Comparisons) -> None:
        self.rows += other.rows
        self.left += other.left
        self.right += other.right


def pairs(items: Stream, gold: dict[str, str], empty: Model, settings: MatchSettings) -> Comparisons:
    """Every article of ``items`` with those it is compared with."""
    matcher, found = Matcher(settings, empty), Comparisons()
    for item in items:
        if (compared := matcher.compared(item)) is not None:
            uris, rows = compared
            found.rows.append(rows)
            found.left += [gold[item.uri]] * len(uris)
            found.right += [gold[uri] for uri in uris]
        item.near = {}
        matcher.add(item, "any")
        item.near = None
    return found


def contexts(items: Stream, gold: dict[str, str], model: Model, settings: MatchSettings) -> Comparisons:
    """Pairs among their neighbours, as ``model`` judges pairs: those of each article soon after it came, and all at the
    end of the stream."""
    matcher, found = Matcher(settings, model), Comparisons()
    fresh: list[str] = []
    look = max(_LEAST_LOOK, len(items) // _LOOKS)
    for number, item in enumerate(items, 1):
        item.near = None
        matcher.add(item, "any")
        item.near = None
        fresh.append(item.uri)
        if number % look == 0:
            _see(matcher, gold, fresh, found)
            fresh = []
    _see(matcher, gold, [item.uri for item in items], found)
    return found


def _see(matcher: Matcher, gold: dict[str, str], uris: list[str], found: Comparisons) -> None:
    """Each of ``uris`` with those of its neighbours that it came after, or that are not among ``uris``."""
    place = {uri: number for number, uri in enumerate(uris)}
    graph = matcher.store.neighbours
    for uri in uris:
        around = [uri, *sorted(graph.of(uri))]
        left, right, rows = context([graph.of(each) for each in around], around, len(matcher.store))
        keep = np.flatnonzero((left == 0) & np.array([place.get(around[at], -1) < place[uri] for at in right], bool))
        if len(keep):
            found.rows.append(rows[keep])
            found.left += [gold[uri]] * len(keep)
            found.right += [gold[around[at]] for at in right[keep].tolist()]


@dataclass(slots=True)
class Run:
    """``predicted``: the final story by uri. ``kept``: the share of articles whose first story, redirects followed, is
    their last one. ``counts``: how many repairs of each kind, and articles that stood alone at first."""

    predicted: dict[str, str]
    kept: float
    counts: Counter[str]
    left: list[str]


def run(items: Stream, model: Model, settings: MatchSettings, again_hours: float = 12.0) -> Run:
    """As the stage does it."""
    matcher = Matcher(settings, model)
    story_of: dict[str, str] = {}
    first: dict[str, str] = {}
    redirects: dict[str, str] = {}
    counts: Counter[str] = Counter()
    waiting: list[tuple[int, str]] = []
    clock = 0

    def mend(uri: str, settled: bool) -> None:
        for _ in range(3):
            proposals = matcher.proposals(uri, settled)
            for each in proposals:
                _carry_out(matcher, each.kind, each.story, each.other, each.uris, story_of, redirects, counts)
            if not proposals:
                return

    for item in items:
        clock = max(clock, item.time_ms)
        while waiting and waiting[0][0] <= clock:
            mend(waiting.pop(0)[1], True)
        decision = matcher.decide(item)
        story = decision.story or f"story-{item.uri}"
        matcher.add(item, story)
        item.near = None
        story_of[item.uri] = first[item.uri] = story
        if decision.unsure:
            counts["unsure"] += 1
            waiting.append((clock + int(again_hours * 3_600_000), item.uri))
        mend(item.uri, not decision.unsure)
    for _, uri in waiting:
        mend(uri, True)
    left = [uri for uri, story in first.items() if _resolved(story, redirects) != story_of[uri]]
    return Run(story_of, 1 - len(left) / max(1, len(first)), counts, left)


def _resolved(story: str, redirects: dict[str, str]) -> str:
    while story in redirects:
        story = redirects[story]
    return story


def _carry_out(
    matcher: Matcher, kind: str, story: str, other: str, uris: tuple[str, ...], story_of: dict[str, str],
    redirects: dict[str, str], counts: Counter[str],
) -> None:
    stories = matcher.store.stories
    other = _resolved(other, redirects)
    if story not in stories or (other and other not in stories) or story == other:
        return
    members = [uri for _, uri, _ in stories[story].members]
    leaving = [uri for uri in uris if uri in members] or ([] if uris else members)
    if not leaving:
        return
    if len(leaving) == len(members):
        kind = "merge"
        story, other = sorted((story, other), key=lambda name: stories[name].members[0], reverse=True)
        leaving = [uri for _, uri, _ in stories[story].members]
        redirects[story] = other
    counts[kind] += 1
    other = other or f"split-{leaving[0]}-{counts[kind]}"
    for uri in leaving:
        matcher.move(uri, other)
        story_of[uri] = other

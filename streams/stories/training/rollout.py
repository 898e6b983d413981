"""Streams run through the matcher, with every comparison it made and what the labels say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.blend import blend
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.matcher import LOOKS, Matcher
from streams.stories.matching.model import Model
from streams.stories.matching.store import Held
from streams.stories.training.corpus import Stream

__all__ = ["Comparison", "Log", "rollout", "run"]

Array = NDArray[np.float64]
#: Chances by row; also given what the labels say, so that a teacher can be put in the place of a model.
Judge = Callable[[Array, Array], Array]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One article (or blended story) of gold story ``own`` against candidates: features, the gold story that most of
    each candidate is of, and what share of the candidate is of ``own``."""

    own: str
    rows: Array
    others: list[str]
    same: Array


@dataclass(slots=True)
class Log:
    """``predicted``: the final story by uri. ``first``: the share of articles whose first story is their last one."""

    predicted: dict[str, str] = field(default_factory=dict)
    joins: list[Comparison] = field(default_factory=list)
    merges: list[Comparison] = field(default_factory=list)
    merged: int = 0


def rollout(items: Stream, gold: dict[str, str], model: Model, settings: MatchSettings,
            join: Judge, merge: Judge) -> Log:
    """Run ``items`` with ``join`` and ``merge`` as judges, and log what they were shown."""
    matcher = Matcher(settings, model)
    log = Log()
    redirects: dict[str, str] = {}
    first: dict[str, str] = {}
    for item in items:
        story = None
        if (found := matcher.features(item)) is not None:
            rows, stories = found
            seen = _compared(gold, gold[item.uri], 1.0, rows, stories)
            log.joins.append(seen)
            chances = join(rows, seen.same)
            best = int(np.argmax(chances))
            if chances[best] >= settings.threshold(len(stories[best].members)):
                story = stories[best].id
        story = story or f"story-{item.uri}"
        matcher.add(item, story)
        first[item.uri] = story
        while (other := _merge(matcher, story, gold, settings, merge, log)) is not None:
            old, new = sorted((story, other), key=lambda name: matcher.held(name).members[0])
            for _, uri, _ in list(matcher.held(new).members):
                matcher.move(uri, old)
            redirects[new] = story = old
            log.merged += 1
    for uri, story in first.items():
        while story in redirects:
            story = redirects[story]
        log.predicted[uri] = story
    return log


def _merge(
    matcher: Matcher, story: str, gold: dict[str, str], settings: MatchSettings, merge: Judge, log: Log
) -> str | None:
    held = matcher.held(story)
    if len(held.members) not in LOOKS:
        return None
    found = matcher.features(blend(matcher.store, held), held)
    if found is None:
        return None
    rows, stories = found
    own, share = _most(gold, held)
    seen = _compared(gold, own, share, rows, stories)
    log.merges.append(seen)
    chances = merge(rows, seen.same)
    best = int(np.argmax(chances))
    return stories[best].id if chances[best] >= settings.merge_threshold else None


def run(items: Stream, model: Model, settings: MatchSettings) -> tuple[dict[str, str], int]:
    """As the stage does it: the final story by uri, and how many merges there were."""
    matcher = Matcher(settings, model)
    redirects: dict[str, str] = {}
    first: dict[str, str] = {}
    merged = 0
    for item in items:
        story = matcher.decide(item).story or f"story-{item.uri}"
        matcher.add(item, story)
        first[item.uri] = story
        while found := matcher.proposals(story, item.time_ms):
            old, new = sorted((story, found[0].other), key=lambda name: matcher.held(name).members[0])
            for _, uri, _ in list(matcher.held(new).members):
                matcher.move(uri, old)
            redirects[new] = story = old
            merged += 1
    predicted = {}
    for uri, story in first.items():
        while story in redirects:
            story = redirects[story]
        predicted[uri] = story
    return predicted, merged


def _most(gold: dict[str, str], held: Held) -> tuple[str, float]:
    counts = Counter(gold[uri] for _, uri, _ in held.members)
    story, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return story, count / len(held.members)


def _compared(gold: dict[str, str], own: str, share: float, rows: Array, stories: list[Held]) -> Comparison:
    most = [_most(gold, held) for held in stories]
    same = np.array([min(share, part) if story == own else 0.0 for story, part in most])
    return Comparison(own, rows, [story for story, _ in most], same)

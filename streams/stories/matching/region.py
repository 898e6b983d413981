"""The articles around one article: whom it is near to with their stories, and how they belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.stories.matching.context import MILLION
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.judge import Judge
from streams.stories.matching.linkage import linked
from streams.stories.matching.store import Held, Store

__all__ = ["FACE", "Region", "face", "region_of"]

#: Newest members that stand for a story, one of each text family, of so many that are looked through.
FACE = 16
_LOOKED_THROUGH = 200
#: Log-odds in tenths from which an article's neighbour brings its story into view: a chance of 3 %.
_IN_VIEW = -35
_MOST = 96


@dataclass(slots=True, eq=False)
class Region:
    """``uris``: the article first, where it is in no story yet, then the faces of ``stories`` one after the other.
    ``parts``: the places of each story. ``chance`` [n][n] in millionths; ``label``: which belong together."""

    uris: list[str]
    stories: list[Held]
    parts: list[range]
    chance: list[list[int]]
    label: list[int]

    def mean(self, some: Sequence[int], others: Sequence[int]) -> float:
        """The mean chance between two groups of places."""
        rows = [self.chance[place] for place in some]
        total = sum([row[place] for row in rows for place in others])
        return round(total / (len(some) * len(others) * MILLION), 6)

    def label_of(self, story: int) -> int:
        """The group that most of a story is in: of its oldest on a tie."""
        labels = self.labels(story)
        if labels.count(labels[0]) == len(labels):
            return labels[0]
        counts = Counter(labels)
        return max(dict.fromkeys(labels), key=lambda label: counts[label])

    def labels(self, story: int) -> list[int]:
        """The groups of a story's places."""
        part = self.parts[story]
        return self.label[part.start : part.stop]


def face(store: Store, held: Held) -> list[tuple[str, int]]:
    """(uri, slot) of the members that stand for a story, oldest first."""
    found: dict[str, tuple[str, int]] = {}
    for _, uri, slot in reversed(held.members[-_LOOKED_THROUGH:]):
        found.setdefault(store.family_of(slot) or uri, (uri, slot))
        if len(found) == FACE:
            break
    return list(found.values())[::-1]


def region_of(
    store: Store, judge: Judge, settings: MatchSettings, uri: str, near: Mapping[str, int], fresh: bool
) -> Region | None:
    """Around ``uri``, whose neighbours are ``near``, all held; None where there is nothing to see. ``fresh``: it is not
    held yet."""
    seen = sorted((-odds, other) for other, odds in near.items() if odds >= _IN_VIEW)
    stories: dict[str, Held] = {}
    if not fresh:
        own = store.story_at(store.slot_of[uri])
        stories[own.id] = own
    for _, other in seen:
        held = store.story_at(store.slot_of[other])
        stories.setdefault(held.id, held)
    uris = [uri] if fresh else []
    parts: list[range] = []
    kept: list[Held] = []
    for held in stories.values():
        members = [other for other, _ in face(store, held)
                   if store.neighbours.of(other) or (fresh and other in near)]
        if members and len(uris) + len(members) <= _MOST:
            parts.append(range(len(uris), len(uris) + len(members)))
            uris += members
            kept.append(held)
    if len(uris) < 2 or not kept:
        return None
    chance = judge.ahead(uris, near) if fresh else judge(uris)
    found = Region(uris, kept, parts, chance.tolist(), linked(chance, settings.same_threshold * MILLION))
    _stay(found, settings)
    return found


def _stay(region: Region, settings: MatchSettings) -> None:
    """Articles stay in their story unless they are clearly nearer to others."""
    for story, places in enumerate(region.parts):
        labels = set(region.labels(story))
        if len(labels) == 1:
            continue
        most = region.label_of(story)
        rest = [place for place in places if region.label[place] == most]
        for label in sorted(labels - {most}):
            leaving = [place for place in places if region.label[place] == label]
            others = [place for place, each in enumerate(region.label) if each == label and place not in places]
            pull = region.mean(leaving, others) if others else settings.same_threshold
            if region.mean(leaving, rest) >= pull - settings.leave_margin:
                for place in leaving:
                    region.label[place] = most

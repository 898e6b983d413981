"""The articles around one article: whom it is near to with their stories, and how they belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.context import FLOOR, context
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.linkage import linked
from streams.stories.matching.model import Forest, chances
from streams.stories.matching.store import Held, Store

__all__ = ["FACE", "Region", "face", "region_of", "row_of"]

#: Newest members that stand for a story, one of each text family, of so many that are looked through.
FACE = 16
_LOOKED_THROUGH = 200
#: Log-odds in tenths from which an article's neighbour brings its story into view: a chance of 3 %.
_IN_VIEW = -35
_MOST = 96


@dataclass(slots=True, eq=False)
class Region:
    """``uris``: the article first, where it is in no story yet, then the faces of ``stories`` one after the other.
    ``home``: the place in ``stories`` of each, -1 for an article in none. ``chance`` [n, n]; ``label``: which belong
    together."""

    uris: list[str]
    stories: list[Held]
    home: list[int]
    chance: NDArray[np.float64]
    label: list[int]

    def mean(self, some: list[int], others: list[int]) -> float:
        """The mean chance between two groups of places."""
        return round(float(self.chance[np.ix_(some, others)].mean()), 6)

    def places(self, story: int) -> list[int]:
        return [place for place, home in enumerate(self.home) if home == story]

    def label_of(self, story: int) -> int:
        """The group that most of a story is in: of its oldest on a tie."""
        labels = [self.label[place] for place in self.places(story)]
        counts = Counter(labels)
        return max(dict.fromkeys(labels), key=lambda label: counts[label])


def face(store: Store, held: Held) -> list[tuple[str, int]]:
    """(uri, slot) of the members that stand for a story, oldest first."""
    found: dict[str, tuple[str, int]] = {}
    for _, uri, slot in reversed(held.members[-_LOOKED_THROUGH:]):
        found.setdefault(store.family_of(slot) or uri, (uri, slot))
        if len(found) == FACE:
            break
    return list(found.values())[::-1]


def region_of(
    store: Store, forest: Forest, settings: MatchSettings, uri: str, near: Mapping[str, int], fresh: bool
) -> Region | None:
    """Around ``uri``, whose neighbours are ``near``; None where there is nothing to see. ``fresh``: it is in no story
    yet."""
    seen = sorted((-odds, other) for other, odds in near.items() if odds >= _IN_VIEW)
    stories: dict[str, Held] = {}
    if not fresh:
        own = store.story_at(store.slot_of[uri])
        stories[own.id] = own
    for _, other in seen:
        held = store.story_at(store.slot_of[other])
        stories.setdefault(held.id, held)
    uris, home = ([uri], [-1]) if fresh else ([], [])
    rows: list[Mapping[str, int]] = [near] if fresh else []
    kept: list[Held] = []
    for held in stories.values():
        members = [(other, row) for other, _ in face(store, held)
                   if (row := row_of(store, other, uri if fresh else "", near if fresh else {}))]
        if members and len(uris) + len(members) <= _MOST:
            uris += [other for other, _ in members]
            rows += [row for _, row in members]
            home += [len(kept)] * len(members)
            kept.append(held)
    if len(uris) < 2 or not kept:
        return None
    found = Region(uris, kept, home, _chances(rows, uris, len(store), forest), [])
    found.label = linked(found.chance, settings.same_threshold)
    _stay(found, settings)
    return found


def row_of(store: Store, uri: str, fresh: str, near: Mapping[str, int]) -> dict[str, int]:
    """The neighbours of ``uri`` among what is held, and the article ``fresh``, which is not and has ``near``."""
    if uri == fresh:
        return {other: odds for other, odds in near.items() if other in store.slot_of}
    row = store.neighbours.of(uri, store.slot_of)
    if uri in near and fresh not in store.slot_of:
        row[fresh] = near[uri]
    return row


def _chances(rows: list[Mapping[str, int]], uris: list[str], held: int, forest: Forest) -> NDArray[np.float64]:
    found = np.full((len(uris), len(uris)), FLOOR)
    left, right, features = context(rows, uris, held)
    if len(left):
        found[left, right] = found[right, left] = chances(forest(features))
    np.fill_diagonal(found, 1.0)
    return found


def _stay(region: Region, settings: MatchSettings) -> None:
    """Articles stay in their story unless they are clearly nearer to others."""
    for story in range(len(region.stories)):
        places = region.places(story)
        most = region.label_of(story)
        rest = [place for place in places if region.label[place] == most]
        for label in sorted({region.label[place] for place in places} - {most}):
            leaving = [place for place in places if region.label[place] == label]
            others = [place for place, each in enumerate(region.label) if each == label and place not in leaving]
            pull = region.mean(leaving, others) if others else settings.same_threshold
            if region.mean(leaving, rest) >= pull - settings.leave_margin:
                for place in leaving:
                    region.label[place] = most

"""Two clusterings of the same articles side by side: how far they agree, which stories differ, what moved and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.contracts.records import StoryEvent

__all__ = ["Comparison", "Difference", "Move", "compare", "reasons"]


@dataclass(frozen=True, slots=True)
class Move:
    """An article that is with other company in B; ``why_a`` and ``why_b`` are the decisions that put it there."""

    uri: str
    story_a: str
    story_b: str
    why_a: str
    why_b: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A story of A whose members are not those of the story of B that shares most with it."""

    story_a: str
    story_b: str
    headline: str
    shared: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``articles`` are those that both have; ``only_a`` and ``only_b`` are uris."""

    articles: int
    stories_a: int
    stories_b: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    differences: tuple[Difference, ...]
    moves: tuple[Move, ...]


def reasons(events: Iterable[StoryEvent]) -> dict[str, str]:
    """uri -> the words of the last decision that put it into a story."""
    return {entry.uri: event.because.text for event in events for entry in event.delta.added}


def compare(
    a: Mapping[str, str], b: Mapping[str, str], why_a: Mapping[str, str], why_b: Mapping[str, str],
    headlines: Mapping[str, str],
) -> Comparison:
    """``a`` and ``b``: uri -> story; ``why_*``: uri -> words; ``headlines``: story -> headline, of either."""
    members_a, members_b = _by_story(a), _by_story(b)
    partner = {story: _partner(uris, b) for story, uris in members_a.items()}
    differences = []
    for story, uris in members_a.items():
        other = partner[story]
        theirs = members_b.get(other, [])
        mine, yours = set(uris), set(theirs)
        if mine != yours:
            differences.append(Difference(
                story, other, headlines.get(story, ""), len(mine & yours),
                tuple(uri for uri in uris if uri not in yours), tuple(uri for uri in theirs if uri not in mine),
            ))
    moves = tuple(
        Move(uri, story, b[uri], why_a.get(uri, ""), why_b.get(uri, ""))
        for uri, story in a.items()
        if uri in b and b[uri] != partner[story]
    )
    differences.sort(key=lambda each: (-len(each.only_a) - len(each.only_b), each.story_a))
    return Comparison(
        articles=sum(uri in b for uri in a), stories_a=len(members_a), stories_b=len(members_b),
        only_a=tuple(uri for uri in a if uri not in b), only_b=tuple(uri for uri in b if uri not in a),
        differences=tuple(differences), moves=moves,
    )


def _by_story(membership: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for uri, story in membership.items():
        found.setdefault(story, []).append(uri)
    return found


def _partner(uris: Iterable[str], other: Mapping[str, str]) -> str:
    """The story of the other side that has most of ``uris``; empty where it has none."""
    counts: dict[str, int] = {}
    for uri in uris:
        if uri in other:
            counts[other[uri]] = counts.get(other[uri], 0) + 1
    return min(counts, key=lambda story: (-counts[story], story)) if counts else ""

"""What should be mended in a region: where its groups and its stories differ."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.records import Shared
from streams.stories.matching.context import MILLION
from streams.stories.matching.decisions import MatchSettings, Proposal
from streams.stories.matching.region import Region
from streams.stories.matching.store import Store

__all__ = ["repairs"]


def repairs(store: Store, region: Region, settings: MatchSettings) -> list[Proposal]:
    """Stories of one group become one; articles of a story whose group is not that of most of it leave, for the story
    of their group or for a new one."""
    label_of = [region.label_of(story) for story in range(len(region.stories))]
    eldest: dict[int, int] = {}
    for story in sorted(range(len(region.stories)), key=lambda story: region.stories[story].members[0]):
        eldest.setdefault(label_of[story], story)
    found: list[Proposal] = []
    for story, held in enumerate(region.stories):
        into = eldest[label_of[story]]
        if into != story:
            other = region.stories[into]
            score = region.mean(region.parts[story], region.parts[into])
            found.append(Proposal(
                "merge", held.id, other.id, (), score, settings.same_threshold, Shared(),
                f"{_articles(len(held.members))} and {_articles(len(other.members))} tell the same"
                f"{_nearest(region, region.parts[story], region.parts[into])}"))
    for story, (held, places) in enumerate(zip(region.stories, region.parts, strict=True)):
        labels = set(region.labels(story)) - {label_of[story]}
        if not labels:
            continue
        rest = [place for place in places if region.label[place] == label_of[story]]
        for label in sorted(labels):
            leaving = [place for place in places if region.label[place] == label]
            uris = _with_copies(store, held.id, [region.uris[place] for place in leaving])
            own = region.mean(leaving, rest)
            to = eldest.get(label)
            if to is None:
                found.append(Proposal("split", held.id, "", uris, own, settings.same_threshold, Shared(),
                                      f"{_articles(len(uris))} tell something else than the rest"
                                      f"{_nearest(region, leaving, rest)}"))
            else:
                score = region.mean(leaving, region.parts[to])
                found.append(Proposal("move", held.id, region.stories[to].id, uris, score, own, Shared(),
                                      f"{_articles(len(uris))} nearer to {region.stories[to].id} ({score:.2f}) than to "
                                      f"the rest of their story ({own:.2f})"
                                      f"{_nearest(region, leaving, region.parts[to])}"))
    return found


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def _nearest(region: Region, some: Sequence[int], others: Sequence[int]) -> str:
    """The pair of articles, one of each side, that speaks most for their being one story."""
    chance, one, other = max((region.chance[one][other], -one, -other) for one in some for other in others)
    return (f"; nearest to each other are {region.uris[-one]} and {region.uris[-other]} "
            f"({chance / MILLION:.2f})")


def _with_copies(store: Store, story: str, uris: list[str]) -> tuple[str, ...]:
    """Members with those of the same text families: a copy goes along with its original."""
    families = {store.family_of(store.slot_of[uri]) or uri for uri in uris}
    return tuple(uri for _, uri, slot in store.stories[story].members if (store.family_of(slot) or uri) in families)

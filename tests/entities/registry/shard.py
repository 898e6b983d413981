"""A registry under test, with a consumer that folds what it tells and a changelog that it can be restored from."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from streams import topics
from streams.contracts.codec import decode
from streams.contracts.records import EntityEvent, EntityType, StoryEntity
from streams.entities.registry import Identified, Registry
from streams.stage import Change, Outgoing

NOW_MS = 1_600_000_000_000


def person(name: str, *aliases: str) -> StoryEntity:
    return entity(name, "PER", *aliases)


def body(name: str, *aliases: str) -> StoryEntity:
    return entity(name, "ORG", *aliases)


def place(name: str, geonames_id: int | None, *aliases: str) -> StoryEntity:
    return entity(name, "LOC", *aliases, geonames_id=geonames_id)


def entity(name: str, kind: EntityType, *aliases: str, geonames_id: int | None = None) -> StoryEntity:
    return StoryEntity(name=name, type=kind, aliases=list(aliases), articles=1, mentions=1, geonames_id=geonames_id)


class EntityFold:
    """What a consumer of ``entities.updated`` and ``entities.current`` knows; checks the contract as it reads."""

    def __init__(self) -> None:
        self.events: list[EntityEvent] = []
        self.stories: dict[str, dict[str, None]] = {}
        self.versions: dict[str, int] = {}
        self.current: dict[str, EntityEvent] = {}
        self.ended: set[str] = set()

    def read(self, outputs: Iterable[Outgoing | Identified]) -> list[EntityEvent]:
        told = []
        for out in chain.from_iterable((each,) if isinstance(each, Outgoing) else each.written() for each in outputs):
            id = out.key.decode()
            if out.topic == topics.ENTITIES_UPDATED:
                told.append(decode(out.value, EntityEvent))
                self._apply(told[-1], dict(out.headers)["ce_id"].decode())
            elif out.topic == topics.ENTITIES_CURRENT and out.value is not None:
                self.current[id] = decode(out.value, EntityEvent)
                assert self.current[id] == self.events[-1], "the newest event is the current state"
            elif out.topic == topics.ENTITIES_CURRENT:
                del self.current[id]
                self.ended.add(id)
        return told

    def forget(self, story: str) -> None:
        """The story's tombstone has come."""
        for stories in self.stories.values():
            stories.pop(story, None)

    def _apply(self, event: EntityEvent, identity: str) -> None:
        id = event.identity_id
        assert identity == f"{id}:{event.version}"
        assert id not in self.ended, "an identity that has ended is not told of again, and its id is not given again"
        assert event.version == self.versions.get(id, 0) + 1, "versions rise by one"
        stories = self.stories.setdefault(id, {})
        for link in event.delta.removed:
            stories.pop(link.story_id, None)
        for link in event.delta.added:
            assert link.story_id not in stories, "a story is added once"
            stories[link.story_id] = None
        if event.status != "open":
            stories.clear()
        assert len(stories) == event.stories, "the deltas add up"
        assert {link.story_id for link in event.links} <= stories.keys()
        self.versions[id] = event.version
        self.events.append(event)


class Shard:
    """Stories with names, one step a call."""

    def __init__(self) -> None:
        self.registry = Registry("en", lambda story, forms: [f"{story}/{sorted(forms)[0]}"])
        self.fold = EntityFold()
        self.entries: dict[bytes, bytes] = {}
        self.told: dict[str, list[StoryEntity]] = {}

    def see(self, story: str, *entities: StoryEntity, lost: bool = False) -> list[EntityEvent]:
        """The story names these now."""
        self.told[story] = self.registry.see(story, list(entities), lost=lost)
        return self.settle()

    def forget(self, story: str) -> list[EntityEvent]:
        self.fold.forget(story)
        self.registry.forget(story)
        return self.settle()

    def settle(self) -> list[EntityEvent]:
        outputs, changes = self.registry.settle(NOW_MS, NOW_MS)
        self.keep(changes)
        return self.fold.read(outputs)

    def keep(self, changes: Iterable[Change]) -> None:
        for key, value in changes:
            self.entries.pop(key, None)
            if value is not None:
                self.entries[key] = value

    def restored(self) -> Registry:
        """A registry that has just loaded the changelog."""
        fresh = Registry("en", lambda story, forms: [f"{story}/{sorted(forms)[0]}"])
        entries = []
        for key, value in self.entries.items():
            kind, _, id = key.decode().split("|", 2)
            entries.append((kind, id, value))
        fresh.restore(entries)
        return fresh

    def id(self, story: str, name: str) -> str:
        """The id that the story's next event has for whom it calls ``name``."""
        told = self.registry.see(story, self.told[story])
        return next(each.id for each in told if name in (each.name, *each.aliases))

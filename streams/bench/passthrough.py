"""Stages that do next to nothing, on the same topics with the same keys as the real ones: what is left is the price of
the shell. The stateful ones keep a changelog, and the last one tells stories with ids and versions, so that the same
checks hold on its output. Used by the benchmarks and the fault tests; the shipped worker cannot choose them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence

import orjson

from streams import topics
from streams.clock import rfc3339
from streams.contracts import cloudevents
from streams.contracts.codec import encode
from streams.contracts.records import Because, Counts, Delta, DeltaEntry, StoryEvent, StorySnapshot
from streams.stage import Change, Incoming, Outgoing, Rejection, Result, Stage

__all__ = ["PassDedupe", "PassEntities", "PassIntake", "PassStories", "passthrough", "story_id"]

#: Some five wires a story where the feed has 20,000.
_STORIES = 4096
#: What an instance remembers has a limit, as a real stage's window has: the newest uris, the newest members of a story.
_SEEN, _MEMBERS = 20_000, 8


class PassIntake:
    """Keys by language; refuses what is no JSON object with a uri, as intake does."""

    name = "intake"
    source = topics.INCOMING
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [self._one(record) for record in batch]

    def restore(self, _: Iterable[tuple[bytes, bytes]]) -> None:
        return None

    @staticmethod
    def _one(record: Incoming) -> Result:
        try:
            wire = orjson.loads(record.value or b"")
            uri, language = wire["uri"], wire.get("language") or "und"
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return Result(rejection=Rejection("NotAWire", "expected a JSON object with a uri"))
        head = cloudevents.headers(kind="article.clean", id=uri, source="streams/intake", subject=uri,
                                   time_ms=record.timestamp_ms)
        return Result([Outgoing(topics.CLEAN, language.encode(), record.value, record.timestamp_ms, head)])


class PassDedupe:
    """Remembers how often it saw each uri, of the newest."""

    name = "dedupe"
    source = topics.CLEAN
    changelog: str | None = topics.DEDUPE_CHANGELOG

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        results = []
        for record in batch:
            uri = cloudevents.header(record.headers, "ce_subject") or ""
            # Taken out first: in the order of their last writes, as restored ones are.
            count = self._seen[uri] = self._seen.pop(uri, 0) + 1
            key = uri.encode()
            out = Outgoing(topics.DEDUPED, key, record.value, record.timestamp_ms, record.headers)
            changes: list[Change] = [(key, b"%d" % count)]
            if len(self._seen) > _SEEN:
                oldest = next(iter(self._seen))
                del self._seen[oldest]
                changes.append((oldest.encode(), None))
            results.append(Result([out], changes))
        return results

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        self._seen = {key.decode(): int(value) for key, value in entries}


class PassEntities:
    """Keys by language again."""

    name = "entities"
    source = topics.DEDUPED
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [
            Result([Outgoing(topics.ANALYZED, (orjson.loads(record.value or b"{}").get("language") or "und").encode(),
                             record.value, record.timestamp_ms, record.headers)])
            for record in batch
        ]

    def restore(self, _: Iterable[tuple[bytes, bytes]]) -> None:
        return None


def story_id(uri: str) -> str:
    return f"pass-{zlib.crc32(uri.encode()) % _STORIES:04x}"


class PassStories:
    """A uri's story follows from the uri; a uri that is one of the newest members already changes nothing."""

    name = "stories"
    source = topics.ANALYZED
    changelog: str | None = topics.STORIES_CHANGELOG

    def __init__(self) -> None:
        #: Story -> how many members it had, which is its version, and the newest of them in the order they came.
        self._stories: dict[str, tuple[int, dict[str, int]]] = {}

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [self._one(record) for record in batch]

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        self._stories = {key.decode(): tuple(orjson.loads(value)) for key, value in entries}

    def _one(self, record: Incoming) -> Result:
        uri = cloudevents.header(record.headers, "ce_subject") or ""
        language = (record.key or b"").decode()
        # A story is within a shard, as the real one's are.
        story = f"{language}-{story_id(uri)}"
        version, members = self._stories.get(story, (0, {}))
        if uri in members:
            return Result()
        version += 1
        if len(members) == _MEMBERS:
            del members[next(iter(members))]
        members[uri] = record.timestamp_ms
        self._stories[story] = (version, members)
        time = rfc3339(record.timestamp_ms)
        event = StoryEvent(
            story_id=story, version=version, change="created" if version == 1 else "articleAdded", material=False,
            headline=story, first_seen=rfc3339(min(members.values())), last_updated=time, language=language,
            counts=Counts(articles=version, sources=1, origins=1, duplicates=0),
            delta=Delta(added=[DeltaEntry(uri=uri, event_time=time)]), because=Because(article=uri, rule="passthrough"),
        )
        key = story.encode()
        head = cloudevents.headers(kind="story.updated", id=f"{story}:{version}", source="streams/stories",
                                   subject=story, time_ms=record.timestamp_ms)
        snapshot = StorySnapshot(story_id=story, version=version, event=event)
        return Result(
            [Outgoing(topics.UPDATED, key, encode(event), record.timestamp_ms, head),
             Outgoing(topics.CURRENT, key, encode(snapshot), record.timestamp_ms, head)],
            [(key, orjson.dumps([version, members]))],
        )


_STAGES: dict[str, Callable[[], Stage]] = {
    "IntakeStage": PassIntake, "DedupeStage": PassDedupe, "EntitiesStage": PassEntities, "StoriesStage": PassStories,
}


class PassCommands:
    """Nothing."""

    name = "commands"
    source = topics.COMMANDS
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [Result() for _ in batch]

    def restore(self, _: Iterable[tuple[bytes, bytes]]) -> None:
        return None


def passthrough(path: str) -> Callable[[], Stage]:
    """In the place of ``runtime.stages.shipped``."""
    return _STAGES.get(path.split(":")[1], PassCommands)

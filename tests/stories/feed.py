"""Records of ``articles.analyzed`` for tests, from the few things a test is about."""

from __future__ import annotations

from typing import Any

from streams import topics
from streams.clock import millis, rfc3339
from streams.contracts.codec import decode, encode
from streams.contracts.records import (
    Analysis,
    AnalyzedArticle,
    Article,
    EntityMention,
    NamedEntity,
    Provenance,
    StoryCommand,
    StoryEvent,
    StorySnapshot,
)
from streams.stage import Incoming, Outgoing, Rejection, Result
from streams.stories.commands import COMMAND_TYPE
from streams.stories.settings import StorySettings
from streams.stories.stage import StoriesStage
from tests.stories.toy import ToyToolkit

START_MS = millis("2021-07-14T12:00:00Z")
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def analyzed(
    uri: str, topic: str = "t1", *, at_ms: int = START_MS, record_ms: int | None = None, version: int = 1,
    verdict: Any = "unique", body: str = "", dated: bool = True, names: tuple[str, ...] = (), offset: int = 0,
    **provenance: Any,
) -> Incoming:
    """An article about ``topic`` ("t1 t2"); ``provenance`` overrides fields of its provenance."""
    record_ms = at_ms if record_ms is None else record_ms
    headline = f"{topic} report of the day"
    body = body or f"Something about {topic} happened on Wednesday, officials of the region told reporters."
    target = provenance.pop("signal_target", "")
    article = Article(
        uri=uri, version=version, headline=headline, body=body, language="en", source=provenance.pop("source", ""),
        event_time=rfc3339(at_ms), event_time_from="versionCreated" if dated else "record",
        received=rfc3339(record_ms), signal_target=target,
    )
    found = Provenance(**{"verdict": verdict, "family": uri, **provenance})
    entities = [
        NamedEntity(name=name, type="PER", salience=1.0, mentions=[EntityMention(text=name, start=0, end=len(name))])
        for name in names
    ]
    record = AnalyzedArticle(article=article, provenance=found, analysis=Analysis(entities=entities))
    return Incoming(topics.ANALYZED, 0, offset, record_ms, b"en", encode(record))


def command(id: str, action: Any, story_id: str, *, at_ms: int = START_MS, **more: Any) -> Incoming:
    record = StoryCommand(id=id, action=action, story_id=story_id, **more)
    return Incoming(topics.ANALYZED, 0, 0, at_ms, b"en", encode(record), (("ce_type", COMMAND_TYPE.encode()),))


def toy_stage(**settings: Any) -> StoriesStage:
    return StoriesStage(StorySettings(**settings), ToyToolkit())


def events(results: list[Result]) -> list[StoryEvent]:
    return [
        decode(out.value, StoryEvent) for result in results for out in result.outputs if out.topic == topics.UPDATED
    ]


def snapshots(results: list[Result]) -> dict[str, StorySnapshot]:
    """What a compacted ``stories.current`` holds after ``results``."""
    found: dict[str, StorySnapshot] = {}
    for result in results:
        for out in result.outputs:
            if out.topic == topics.CURRENT:
                if out.value is None:
                    found.pop(out.key.decode(), None)
                else:
                    found[out.key.decode()] = decode(out.value, StorySnapshot)
    return found


def rejections(results: list[Result]) -> list[Rejection]:
    return [result.rejection for result in results if result.rejection is not None]


def outputs(results: list[Result]) -> list[Outgoing]:
    return [out for result in results for out in result.outputs]


class Changelog:
    """What a compacted changelog holds: the newest value of each key, in the order of the last writes."""

    def __init__(self) -> None:
        self.entries: dict[bytes, bytes] = {}

    def append(self, results: list[Result]) -> None:
        for result in results:
            for key, value in result.changes:
                self.entries.pop(key, None)
                if value is not None:
                    self.entries[key] = value

"""From a change of a story to its event, its snapshot and their bytes, bounded whatever the story's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import orjson

from streams import topics
from streams.clock import rfc3339
from streams.contracts.cloudevents import headers
from streams.contracts.codec import encode
from streams.contracts.records import (
    MAX_LIST,
    Because,
    DeltaEntry,
    Redirect,
    StoryChange,
    StoryEvent,
)
from streams.stage import Outgoing
from streams.stories.member import Content

__all__ = ["MAX_EVENT_BYTES", "Told", "Unwritten", "chunks", "entry_of", "tombstone"]

#: No event is larger, and so no snapshot by more than its frame.
MAX_EVENT_BYTES = 60_000
#: One event tells of so many bytes of entries at the most; what is more is told in several events.
_MAX_DELTA_BYTES = 24_000
_SOURCE = "/streams/stories"


class Told(msgspec.Struct):
    """What is said of a change: everything on the event that the story's members do not say themselves."""

    change: StoryChange
    because: Because
    added: Sequence[DeltaEntry] = ()
    removed: Sequence[DeltaEntry] = ()
    revised: Sequence[DeltaEntry] = ()
    reasons: Sequence[str] = ()
    redirects: Sequence[Redirect] = ()
    note: str = ""


def entry_of(uri: str, content: Content, *, story_id: str = "", verdict: str = "") -> DeltaEntry:
    """The entry of an article in an event's delta."""
    return DeltaEntry(
        uri=uri, version=content.version, headline=content.headline, source=content.source,
        verdict=verdict or content.verdict, duplicate_of=content.duplicate_of, family=content.family,
        event_time=rfc3339(content.time_ms), story_id=story_id,
    )


def chunks(entries: Sequence[DeltaEntry]) -> Iterator[list[DeltaEntry]]:
    """``entries`` in runs that fit into one event each; nothing for nothing."""
    run: list[DeltaEntry] = []
    size = 0
    for entry in entries:
        room = len(encode(entry))
        if run and (len(run) == MAX_LIST or size + room > _MAX_DELTA_BYTES):
            yield run
            run, size = [], 0
        run.append(entry)
        size += room
    if run:
        yield run


class Unwritten(msgspec.Struct, frozen=True, gc=False):
    """An event that is decided, and whose bytes are still to be made."""

    event: StoryEvent
    timestamp_ms: int
    redirect_to: str = ""

    def written(self) -> tuple[Outgoing, Outgoing]:
        """The event and the snapshot of the same version; the snapshot holds the event's bytes as they are."""
        event = self.event
        data = _bounded(event)
        id = f"{event.story_id}:{event.version}"
        key = event.story_id.encode()
        snapshot = orjson.dumps({
            "storyId": event.story_id, "version": event.version, "redirectTo": self.redirect_to,
            "event": orjson.Fragment(data),
        })
        return (
            Outgoing(topics.UPDATED, key, data, self.timestamp_ms, headers(
                kind="story.updated", id=id, source=_SOURCE, subject=event.story_id, time_ms=self.timestamp_ms,
                change=event.change, material=str(event.material).lower())),
            Outgoing(topics.CURRENT, key, snapshot, self.timestamp_ms, headers(
                kind="story.current", id=id, source=_SOURCE, subject=event.story_id, time_ms=self.timestamp_ms)),
        )


def tombstone(story_id: str, version: int, timestamp_ms: int) -> Outgoing:
    """What takes the snapshot of a story off ``stories.current``."""
    return Outgoing(topics.CURRENT, story_id.encode(), None, timestamp_ms, headers(
        kind="story.current", id=f"{story_id}:{version}", source=_SOURCE, subject=story_id, time_ms=timestamp_ms))


def _bounded(event: StoryEvent) -> bytes:
    """The event's bytes; when they are too many, lists give way in the order of their use to a reader, last the
    hostile: names and texts of an entry. Counts and the delta's uris always stay."""
    data = encode(event)
    if len(data) <= MAX_EVENT_BYTES:
        return data
    for shrunk in _shrinking(event):
        data = encode(shrunk)
        if len(data) <= MAX_EVENT_BYTES:
            break
    return data


def _shrinking(event: StoryEvent) -> Iterator[StoryEvent]:
    replace = msgspec.structs.replace
    for keep in (10, 3, 0):
        event = replace(
            event,
            origins=[replace(origin, members=origin.members[:keep]) for origin in event.origins[: max(keep, 2)]],
            statements=[replace(each, articles=each.articles[:keep]) for each in event.statements[:keep]],
            timeline=event.timeline[:1] + event.timeline[1:][-keep:] if keep else [],
            entities=[replace(each, aliases=each.aliases[:3]) for each in event.entities[: keep * 2]],
            places=event.places[:keep],
        )
        yield event
    delta = event.delta
    bare = {
        name: [replace(entry, headline="", duplicate_of="", family=entry.family if len(entry.family) < 200 else "")
               for entry in getattr(delta, name)]
        for name in ("added", "removed", "revised")
    }
    event = replace(event, summary=event.summary[:1], origins=[], keywords=[], delta=replace(delta, **bare),
                    because=replace(event.because, shared=type(event.because.shared)(), text=event.because.text[:200]))
    yield event
    yield replace(event, summary=[], because=replace(event.because, article="", runner_up=None, text=""))

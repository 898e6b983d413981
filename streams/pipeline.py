"""The way of a wire without a broker: the same stages in one process, joined by lists instead of topics.

With one partition a topic this is what the worker does on Kafka, to the byte: the stages see the same records with
the same offsets. Used by the offline commands, the demo's checks and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from streams import topics
from streams.clock import millis
from streams.stage import Headers, Incoming, Outgoing, Rejection, Stage

__all__ = ["STEP_MS", "FeedRecord", "Link", "Pipeline", "Rejected", "arriving", "core", "incoming", "own_time"]

#: Key, value and headers of a wire before it has a place in a log.
FeedRecord = tuple[bytes | None, bytes, Headers]
#: Distance of two wires of a replay with a fixed start.
STEP_MS = 1000
#: Undated wires ahead of any dated one get times from here on: before any feed, so that they hold nothing back.
UNDATED_START_MS = millis("2000-01-01T00:00:00Z")

_TIME_FIELDS = ("versioncreated", "versionCreated", "contentcreated", "contentCreated", "firstcreated", "firstCreated")
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that a stage refused, with the reason."""

    stage: str
    record: Incoming
    rejection: Rejection


@dataclass(slots=True)
class Link:
    """One stage with the offset of the next record on its source topic."""

    stage: Stage
    offset: int = 0


@dataclass(slots=True)
class Pipeline:
    """Stages in the order of the hops; ``rejected`` grows as records are refused."""

    links: list[Link]
    rejected: list[Rejected] = field(default_factory=list)

    def run(
        self,
        wires: Iterable[Incoming],
        *,
        batch: int = _BATCH,
        written: Callable[[Outgoing], None] | None = None,
    ) -> Iterator[Outgoing]:
        """Push records of ``wires.incoming`` through; yields every record that the last stage writes. ``written``
        is called with every record of every stage, in the order of the logs."""
        pending: list[Incoming] = []
        for wire in wires:
            pending.append(wire)
            if len(pending) >= batch:
                yield from self._push(pending, written)
                pending = []
        yield from self._push(pending, written)

    def _push(
        self, records: Sequence[Incoming], written: Callable[[Outgoing], None] | None
    ) -> list[Outgoing]:
        out: list[Outgoing] = []
        for position, link in enumerate(self.links):
            out = []
            for record, result in zip(records, link.stage.process(records), strict=True):
                out.extend(result.outputs)
                if result.rejection is not None:
                    self.rejected.append(Rejected(link.stage.name, record, result.rejection))
            if written is not None:
                for item in out:
                    written(item)
            if position + 1 < len(self.links):
                records = self._deliver(out, self.links[position + 1])
        return out

    @staticmethod
    def _deliver(outputs: Sequence[Outgoing], link: Link) -> list[Incoming]:
        delivered: list[Incoming] = []
        for out in outputs:
            if out.topic != link.stage.source:
                continue
            delivered.append(
                Incoming(out.topic, 0, link.offset, out.timestamp_ms, out.key, out.value, out.headers)
            )
            link.offset += 1
        return delivered


def core(until: str = "stories", **stories_settings: str) -> Pipeline:
    """Fresh stages from intake to ``until`` (a stage name). Imports what it needs and nothing more."""
    from streams.intake.stage import IntakeStage

    links = [Link(IntakeStage())]
    if until == "intake":
        return Pipeline(links)
    from streams.dedupe.stage import DedupeStage

    links.append(Link(DedupeStage()))
    if until == "dedupe":
        return Pipeline(links)
    from streams.entities.stage import EntitiesStage

    links.append(Link(EntitiesStage()))
    if until == "entities":
        return Pipeline(links)
    from streams.stories.settings import settings_from
    from streams.stories.stage import StoriesStage

    links.append(Link(StoriesStage(settings_from(stories_settings))))
    return Pipeline(links)


def incoming(wires: Iterable[FeedRecord], *, start_ms: int, step_ms: int = STEP_MS) -> Iterator[Incoming]:
    """A feed as records of ``wires.incoming``, one partition, ``step_ms`` apart from ``start_ms``."""
    for offset, (key, value, headers) in enumerate(wires):
        yield Incoming(topics.INCOMING, 0, offset, start_ms + offset * step_ms, key, value, headers)


def arriving(wires: Iterable[FeedRecord]) -> Iterator[Incoming]:
    """A feed as it would have arrived: each record's timestamp is the wire's own time where its metadata has one,
    and never before the one ahead of it. A feed without any date starts at ``UNDATED_START_MS``."""
    clock = UNDATED_START_MS
    for offset, (key, value, headers) in enumerate(wires):
        clock = max(clock + 1, own_time(value) or 0)
        yield Incoming(topics.INCOMING, 0, offset, clock, key, value, headers)


def own_time(value: bytes) -> int | None:
    """The time a ninjs wire states for itself, in milliseconds; None where there is none that can be read."""
    try:
        wire = orjson.loads(value)
        for name in _TIME_FIELDS:
            if isinstance(wire, dict) and isinstance(wire.get(name), str):
                return millis(wire[name])
    except (ValueError, OverflowError):
        return None
    return None

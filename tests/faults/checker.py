"""The six invariants, checked exactly over whole logs. Pure: everything it needs is in ``Logs``.

The heart is a replay: a fresh pure stage runs over the log of its source partition, and what it gives must be what
stands in the logs of its targets, byte for byte, each record once and in order. A lost record, a record told twice,
another body under the same id and a step from stale state all show up as a difference, with the record's place.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from streams import topics
from streams.contracts.cloudevents import header
from streams.stage import Incoming, Outgoing, Stage
from tests.faults.identities import check_identities

__all__ = ["INVARIANTS", "Ack", "Hop", "Logs", "Report", "Sample", "Violation", "check", "replay"]

#: Short names of what is checked, in the order of the design's invariants.
INVARIANTS = (
    "lost", "two-bodies", "visible-duplicate", "unexpected", "order", "gap", "fold-snapshot", "offset-ahead",
    "offset-behind", "state", "event-size", "dead-letter", "acknowledged",
)
MAX_EVENT_BYTES = 64 * 1024
#: Violations kept with their details per invariant; all are counted.
_KEPT = 20

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Ack:
    """What a producer of wires was told: this value stands at this place."""

    partition: int
    offset: int
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop as deployed: how to make its fresh stage, and the consumer group that carries its offsets."""

    name: str
    make: Callable[[], Stage]
    group: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Taken during the run: the committed offsets of one hop, and afterwards where the logs ended."""

    hop: str
    committed: Mapping[int, int]
    ends: Mapping[tuple[str, int], int]


@dataclass(slots=True)
class Logs:
    """``records``: topic -> all committed records, in offset order within each partition. ``ends``: end offset by
    (topic, partition). ``committed``: offset by (hop, partition of its source)."""

    records: dict[str, list[Incoming]]
    acks: list[Ack] = field(default_factory=list)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    committed: dict[tuple[str, int], int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    where: str
    detail: str


@dataclass(slots=True)
class Report:
    """Counts of everything, and the first violations of each invariant."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, invariant: str, where: str, detail: str) -> None:
        """A record counts once for an invariant, also where two checks find it."""
        assert invariant in INVARIANTS, invariant
        if (invariant, where) in self._seen:
            return
        self._seen.add((invariant, where))
        self.counts[invariant] += 1
        if self.counts[invariant] <= _KEPT:
            self.violations.append(Violation(invariant, where, detail))

    @property
    def ok(self) -> bool:
        return not self.counts


def check(logs: Logs, hops: Sequence[Hop]) -> Report:
    """All invariants. The hops in the order of the way; the first reads ``wires.incoming``."""
    report = Report()
    _check_acks(logs, report)
    for hop in hops:
        _check_hop(logs, hop, report)
    if topics.UPDATED in logs.records:
        members = _check_events(logs.records[topics.UPDATED], logs.records.get(topics.CURRENT, []), report)
        _check_accounted(logs, members, report)
    check_identities(logs.records.get(topics.ENTITIES_UPDATED, []), logs.records.get(topics.ENTITIES_CURRENT, []),
                     MAX_EVENT_BYTES, report.add)
    report.figures["wires acknowledged"] = len(logs.acks)
    for topic, records in logs.records.items():
        report.figures[topic] = len(records)
    return report


# --- invariant 1: what was acknowledged is accounted for --------------------------------------------------------


def _check_acks(logs: Logs, report: Report) -> None:
    stored = {(record.partition, record.offset): record for record in logs.records.get(topics.INCOMING, [])}
    for ack in logs.acks:
        record = stored.get((ack.partition, ack.offset))
        if record is None or (record.key, record.value) != (ack.key, ack.value):
            found = "nothing" if record is None else "another wire"
            report.add("acknowledged", f"{topics.INCOMING} {ack.partition}/{ack.offset}",
                       f"{_text(ack.key)}: acknowledged, but {found} stands there")


def _check_accounted(logs: Logs, members: set[str], report: Report) -> None:
    refused = {
        (_number(letter, "dlq_partition"), _number(letter, "dlq_offset"))
        for letter in logs.records.get(topics.REJECTED, [])
        if header(letter.headers, "dlq_topic") == topics.INCOMING
    }
    refused_later = {
        uri for letter in logs.records.get(topics.REJECTED, [])
        if header(letter.headers, "dlq_topic") != topics.INCOMING and (uri := _uri_of(letter.value)) is not None
    }
    for record in logs.records.get(topics.INCOMING, []):
        if (record.partition, record.offset) in refused:
            continue
        uri = _uri_of(record.value) or _text(record.key)
        if uri not in members and uri not in refused_later:
            report.add("lost", f"{topics.INCOMING} {record.partition}/{record.offset}",
                       f"wire {uri} is neither in a story nor rejected")


def _uri_of(value: bytes | None) -> str | None:
    try:
        content = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    while isinstance(content, dict):
        if isinstance(content.get("uri"), str):
            return str(content["uri"])
        content = content.get("article")
    return None


# --- invariants 3 and 4: the pure stage over the source's log gives the targets' logs ---------------------------


@dataclass(slots=True)
class Replayed:
    """What a stage gives for one source partition: outputs by source offset, and the refused records."""

    outputs: list[tuple[int, Outgoing]] = field(default_factory=list)
    refused: list[tuple[Incoming, str]] = field(default_factory=list)
    entries: dict[bytes, bytes] = field(default_factory=dict)


def replay(make: Callable[[], Stage], records: Iterable[Incoming]) -> Replayed:
    """Run a fresh stage over one partition, a record at a time. A record on which the stage raises is refused, and
    the stage goes on from its state before it, as the worker does."""
    stage, found = make(), Replayed()
    for record in records:
        try:
            (result,) = stage.process([record])
        except Exception as error:  # whatever it is, the record is poison
            found.refused.append((record, type(error).__name__))
            stage = make()
            stage.restore(list(found.entries.items()))
            continue
        found.outputs.extend((record.offset, output) for output in result.outputs)
        for key, value in result.changes:
            found.entries.pop(key, None)  # the newest write goes to the end
            if value is not None:
                found.entries[key] = value
        if result.rejection is not None:
            found.refused.append((record, result.rejection.error))
    return found


def _check_hop(logs: Logs, hop: Hop, report: Report) -> None:
    source = hop.make().source
    by_partition = _partitions(logs.records.get(source, []))
    expected = {number: replay(hop.make, records) for number, records in by_partition.items()}
    targets = {output.topic for found in expected.values() for _, output in found.outputs}
    places = _match(logs, hop, source, expected, targets, report)
    _check_dead_letters(logs, hop, source, expected, places, report)
    _check_offsets(logs, hop, source, by_partition, places, report)
    _check_state(logs, hop, expected, report)


def _check_state(logs: Logs, hop: Hop, expected: Mapping[int, Replayed], report: Report) -> None:
    """What the changelog holds alive is what the pure replay ends with."""
    changelog = hop.make().changelog
    if changelog is None or changelog not in logs.records:
        return
    live: dict[int, dict[bytes, bytes]] = defaultdict(dict)
    for record in logs.records[changelog]:
        live[record.partition].pop(record.key or b"", None)
        if record.value is not None:
            live[record.partition][record.key or b""] = record.value
    for number, found in expected.items():
        wrong = [key for key in {**found.entries, **live[number]} if found.entries.get(key) != live[number].get(key)]
        for key in wrong:
            report.add("state", f"{changelog} {number} {_text(key)}", f"{hop.name}: differs from the pure replay")


def _match(
    logs: Logs, hop: Hop, source: str, expected: Mapping[int, Replayed], targets: set[str], report: Report
) -> dict[tuple[int, int], list[Place]]:
    """Pair expected with actual records; returns the places of what each source record gave."""
    waiting: dict[tuple[str, bytes | None, bytes | None, int], deque[Incoming]] = defaultdict(deque)
    for topic in sorted(targets):
        for record in logs.records.get(topic, []):
            waiting[(topic, record.key, record.value, record.timestamp_ms)].append(record)
    names = {(record.partition, record.offset): _uri_of(record.value) or _text(record.key)
             for record in logs.records.get(source, [])}
    places: dict[tuple[int, int], list[Place]] = defaultdict(list)
    known: set[tuple[str, bytes | None, bytes | None, int]] = set()
    for number, found in sorted(expected.items()):
        last: dict[tuple[str, int], int] = {}
        for offset, output in found.outputs:
            signature = (output.topic, output.key, output.value, output.timestamp_ms)
            known.add(signature)
            if not waiting[signature]:
                report.add("lost", f"{source} {number}/{offset}",
                           f"{hop.name}: {names[(number, offset)]}: its output to {output.topic} under "
                           f"{_text(output.key)} is not in the log")
                continue
            actual = waiting[signature].popleft()
            places[(number, offset)].append((actual.topic, actual.partition, actual.offset))
            if not set(output.headers) <= set(actual.headers):
                report.add("unexpected", _place(actual), f"{hop.name}: headers differ from those of the pure replay")
            target = (actual.topic, actual.partition)
            if actual.offset < last.get(target, -1):
                report.add("order", _place(actual), f"{hop.name}: stands before an output of an earlier record of "
                                                    f"{source} {number}")
            last[target] = max(last.get(target, -1), actual.offset)
    for left_signature, left in waiting.items():
        for record in left:
            kind = "visible-duplicate" if left_signature in known else "unexpected"
            why = "told again" if left_signature in known else "the pure replay does not give it"
            report.add(kind, _place(record), f"{hop.name}: {_text(record.key)}: {why}")
    return places


def _check_dead_letters(
    logs: Logs, hop: Hop, source: str, expected: Mapping[int, Replayed],
    places: dict[tuple[int, int], list[Place]], report: Report,
) -> None:
    letters: dict[tuple[int, int], list[Incoming]] = defaultdict(list)
    for letter in logs.records.get(topics.REJECTED, []):
        if header(letter.headers, "dlq_topic") == source and header(letter.headers, "dlq_stage") == hop.name:
            letters[(_number(letter, "dlq_partition"), _number(letter, "dlq_offset"))].append(letter)
    for number, found in sorted(expected.items()):
        for record, error in found.refused:
            where = f"{source} {number}/{record.offset}"
            written = letters.pop((number, record.offset), [])
            if not written:
                report.add("lost", where, f"{hop.name}: refused ({error}) and not in {topics.REJECTED}")
            for letter in written[:1]:
                places[(number, record.offset)].append((letter.topic, letter.partition, letter.offset))
                if (letter.key, letter.value) != (record.key, record.value):
                    report.add("dead-letter", _place(letter), f"key or value differs from {where}")
                if _number(letter, "dlq_timestamp") != record.timestamp_ms:
                    report.add("dead-letter", _place(letter), f"timestamp differs from {where}")
            for letter in written[1:]:
                report.add("visible-duplicate", _place(letter), f"second dead letter of {where}")
    for (number, offset), written in letters.items():
        for letter in written:
            report.add("unexpected", _place(letter), f"dead letter of {source} {number}/{offset}, which is sound")


def _check_offsets(
    logs: Logs, hop: Hop, source: str, by_partition: Mapping[int, Sequence[Incoming]],
    places: Mapping[tuple[int, int], Sequence[Place]], report: Report,
) -> None:
    for number, records in by_partition.items():
        committed = logs.committed.get((hop.name, number), 0)
        end = logs.ends.get((source, number), records[-1].offset + 1)
        if committed > end:
            report.add("offset-ahead", f"{source} {number}",
                       f"{hop.name}: committed {committed}, the log ends at {end}")
        if committed <= records[-1].offset:
            report.add("offset-behind", f"{source} {number}",
                       f"{hop.name}: committed {committed}, the last record is {records[-1].offset}")
    for sample in logs.samples:
        if sample.hop != hop.name:
            continue
        for number, committed in sample.committed.items():
            for record in by_partition.get(number, ()):
                if record.offset >= committed:
                    break
                late = [place for place in places.get((number, record.offset), ())
                        if place[2] >= sample.ends.get(place[:2], place[2] + 1)]
                if late:
                    report.add("offset-ahead", f"{source} {number}/{record.offset}",
                               f"{hop.name}: {committed} was committed before {late[0][0]} had its output")


# --- invariants 2, 3 and 5: ids, versions, fold and snapshot ----------------------------------------------------


def _check_events(events: Sequence[Incoming], snapshots: Sequence[Incoming], report: Report) -> set[str]:
    """Returns every uri that a story has told of."""
    bodies: dict[str, bytes] = {}
    last: dict[str, Any] = {}
    members: set[str] = set()
    for record in events:
        identity = header(record.headers, "ce_id") or ""
        body = record.value or b""
        if len(body) > MAX_EVENT_BYTES:
            report.add("event-size", _place(record), f"{identity}: {len(body)} bytes")
        if identity in bodies:
            same = bodies[identity] == body
            report.add("visible-duplicate" if same else "two-bodies", _place(record),
                       f"{identity}: told before, with {'the same' if same else 'another'} body")
            continue
        bodies[identity] = body
        event = orjson.loads(body)
        story, version = event["storyId"], event["version"]
        if identity != f"{story}:{version}":
            report.add("two-bodies", _place(record), f"ce_id {identity} on version {version} of {story}")
        before = last[story]["version"] if story in last else 0
        if version != before + 1:
            report.add("gap", _place(record), f"{story}: version {version} after {before}")
        last[story] = event
        for kind in ("added", "revised"):
            members.update(entry["uri"] for entry in event["delta"].get(kind, ()))
    _check_snapshots(last, snapshots, report)
    return members


def _check_snapshots(last: Mapping[str, Any], snapshots: Sequence[Incoming], report: Report) -> None:
    current = {_text(record.key): record for record in snapshots}
    for story, event in last.items():
        record = current.get(story)
        if record is None or record.value is None:
            if record is None or event.get("status", "open") == "open":
                report.add("fold-snapshot", f"{topics.CURRENT} {story}",
                           f"version {event['version']} was told, there is no snapshot")
            continue
        snapshot = orjson.loads(record.value)
        if snapshot["version"] != event["version"] or snapshot["event"] != event:
            report.add("fold-snapshot", _place(record),
                       f"{story}: snapshot of version {snapshot['version']}, the fold is at {event['version']}"
                       + ("" if snapshot["version"] != event["version"] else " with other content"))
    for story in sorted(set(current) - set(last)):
        report.add("fold-snapshot", _place(current[story]), f"{story}: a snapshot of a story nobody told of")


# --- small things -----------------------------------------------------------------------------------------------


def _partitions(records: Iterable[Incoming]) -> dict[int, list[Incoming]]:
    found: dict[int, list[Incoming]] = defaultdict(list)
    for record in records:
        found[record.partition].append(record)
    return dict(sorted(found.items()))


def _number(record: Incoming, name: str) -> int:
    text = header(record.headers, name) or ""
    return int(text) if text.lstrip("-").isdigit() else -1


def _place(record: Incoming) -> str:
    return f"{record.topic} {record.partition}/{record.offset}"


def _text(data: bytes | None) -> str:
    return "(no key)" if data is None else data.decode("utf-8", "backslashreplace")[:80]

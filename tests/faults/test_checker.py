"""The checker finds each broken invariant, and nothing in a sound run. Logs are made by hand, no broker."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from streams import topics
from streams.stage import Incoming, Outgoing
from tests.faults.checker import Ack, Hop, Logs, Report, Sample, check, replay
from tests.faults.stages import fault_stages

HOPS = [Hop(name, stage, f"streams-{name}") for name, stage in fault_stages().items()]
PARTITIONS = 2


def wire(number: int, text: str = "some text") -> bytes:
    uri = f"s{number % 5}-a{number}"
    return orjson.dumps({"uri": uri, "version": 1, "language": ("en", "de", "fr")[number % 3], "text": text})


class Written:
    """Topics as a sound run writes them."""

    def __init__(self) -> None:
        self.logs = Logs(records={})

    def append(self, topic: str, key: bytes, value: bytes | None, time_ms: int, headers: tuple[tuple[str, bytes], ...],
               partition: int | None = None) -> Incoming:
        number = zlib.crc32(key) % PARTITIONS if partition is None else partition
        log = self.logs.records.setdefault(topic, [])
        # Every other offset is a transaction marker's, as in a real log.
        offset = 2 * sum(1 for record in log if record.partition == number)
        record = Incoming(topic, number, offset, time_ms, key, value, headers)
        log.append(record)
        self.logs.ends[(topic, number)] = offset + 2
        return record

    def out(self, output: Outgoing) -> None:
        self.append(output.topic, output.key, output.value, output.timestamp_ms, output.headers)


def sound_run(values: list[bytes] | None = None) -> Logs:
    run = Written()
    for number, value in enumerate(values or [wire(number) for number in range(40)]):
        key = f"s{number % 5}-a{number}".encode()
        record = run.append(topics.INCOMING, key, value, 1_000 + number, ())
        run.logs.acks.append(Ack(record.partition, record.offset, key, value))
    for hop in HOPS:
        source = hop.make().source
        for number in range(PARTITIONS):
            records = [record for record in run.logs.records[source] if record.partition == number]
            found = replay(hop.make, records)
            for _, output in found.outputs:
                run.out(output)
            for entry, value in found.entries.items():
                run.append(hop.make().changelog or "", entry, value, 0, (), number)
            for record, error in found.refused:
                fields = {"dlq_topic": record.topic, "dlq_partition": str(number), "dlq_offset": str(record.offset),
                          "dlq_timestamp": str(record.timestamp_ms), "dlq_stage": hop.name, "dlq_error": error}
                run.append(topics.REJECTED, record.key or b"", record.value, 0,
                           tuple((name, text.encode()) for name, text in fields.items()))
            run.logs.committed[(hop.name, number)] = run.logs.ends.get((source, number), 0)
    return run.logs


@pytest.fixture(scope="module")
def sound() -> Logs:
    return sound_run()


def broken(logs: Logs, topic: str, change: Callable[[list[Incoming]], object]) -> Report:
    other = copy.copy(logs)
    other.records = {name: list(records) for name, records in logs.records.items()}
    change(other.records[topic])
    return check(other, HOPS)


def test_a_sound_run_has_no_violation(sound: Logs) -> None:
    report = check(sound, HOPS)
    assert report.violations == []
    assert report.figures["wires acknowledged"] == 40


@pytest.mark.parametrize("topic", [topics.CLEAN, topics.DEDUPED, topics.ANALYZED, topics.UPDATED])
def test_a_lost_record_is_named_on_every_hop(sound: Logs, topic: str) -> None:
    report = broken(sound, topic, lambda records: records.pop(7))
    assert report.counts["lost"] >= 1
    assert any("is not in the log" in violation.detail for violation in report.violations)


def test_a_wire_that_no_hop_has_seen_is_lost(sound: Logs) -> None:
    logs = copy.copy(sound)
    gone = sound.records[topics.INCOMING][3]
    logs.records = {
        topic: [record for record in records if b'"s3-a3"' not in (record.value or b"") or topic == topics.INCOMING]
        for topic, records in sound.records.items()
    }
    report = check(logs, HOPS)
    assert any(f"{gone.partition}/{gone.offset}" in found.where and "s3-a3" in found.detail
               for found in report.violations if found.invariant == "lost")


@pytest.mark.parametrize("topic", [topics.CLEAN, topics.DEDUPED, topics.ANALYZED, topics.UPDATED])
def test_a_record_told_twice_is_a_visible_duplicate(sound: Logs, topic: str) -> None:
    report = broken(sound, topic, lambda records: records.append(replace(records[5], offset=9_999)))
    assert report.counts["visible-duplicate"] >= 1


def test_an_id_with_another_body_is_told_with_its_id(sound: Logs) -> None:
    def change(records: list[Incoming]) -> None:
        records.append(replace(records[5], offset=9_999, value=(records[5].value or b"").replace(b"open", b"shut")))

    report = broken(sound, topics.UPDATED, change)
    assert report.counts["two-bodies"] == 1
    assert report.counts["unexpected"] == 1
    identity = dict(sound.records[topics.UPDATED][5].headers)["ce_id"].decode()
    assert any(identity in found.detail for found in report.violations if found.invariant == "two-bodies")


def test_an_event_from_stale_state_is_unexpected_and_its_sound_twin_is_lost(sound: Logs) -> None:
    def change(records: list[Incoming]) -> None:
        event = orjson.loads(records[9].value or b"")
        records[9] = replace(records[9], value=orjson.dumps({**event, "past": "stale"}))

    report = broken(sound, topics.UPDATED, change)
    assert (report.counts["unexpected"], report.counts["lost"]) == (1, 1)


def test_outputs_of_one_partition_out_of_order_are_found(sound: Logs) -> None:
    def change(records: list[Incoming]) -> None:
        mine = [index for index, record in enumerate(records) if record.partition == records[0].partition
                and record.key == records[0].key]
        first, second = mine[0], mine[1]
        records[first], records[second] = (replace(records[first], offset=records[second].offset),
                                           replace(records[second], offset=records[first].offset))

    assert broken(sound, topics.CLEAN, change).counts["order"] >= 1


def test_a_version_that_is_missing_is_a_gap(sound: Logs) -> None:
    events = sound.records[topics.UPDATED]
    story = orjson.loads(events[0].value or b"")["storyId"]
    assert sum(orjson.loads(event.value or b"")["storyId"] == story for event in events) > 1
    report = broken(sound, topics.UPDATED, lambda records: records.pop(0))
    assert [found.detail for found in report.violations if found.invariant == "gap"] == [f"{story}: version 2 after 0"]


def test_fold_and_snapshot_are_compared_by_story(sound: Logs) -> None:
    def last(records: list[Incoming]) -> None:
        snapshot = orjson.loads(records[-1].value or b"")
        snapshot["event"]["past"] = "other"
        records[-1] = replace(records[-1], value=orjson.dumps(snapshot))

    assert broken(sound, topics.CURRENT, last).counts["fold-snapshot"] == 1
    key = sound.records[topics.CURRENT][-1].key or b""

    def forget(records: list[Incoming]) -> None:
        records[:] = [record for record in records if record.key != key]

    report = broken(sound, topics.CURRENT, forget)
    assert any(key.decode() in found.where and "there is no snapshot" in found.detail for found in report.violations)
    assert broken(sound, topics.CURRENT, lambda records: records.append(
        replace(records[-1], key=b"nobody", offset=9_999))).counts["fold-snapshot"] == 1


def test_an_offset_beyond_the_log_and_one_that_stayed_behind_are_found(sound: Logs) -> None:
    for change, invariant in ((+2, "offset-ahead"), (-2, "offset-behind")):
        logs = copy.copy(sound)
        logs.committed = {**sound.committed, ("stories", 0): sound.committed[("stories", 0)] + change}
        assert check(logs, HOPS).counts == {invariant: 1}


def test_an_offset_committed_before_its_output_was_there_is_found(sound: Logs) -> None:
    logs = copy.copy(sound)
    source = sound.records[topics.CLEAN]
    ends = dict.fromkeys(sound.ends, 0)
    logs.samples = [Sample("dedupe", {source[0].partition: source[0].offset}, ends)]
    assert check(logs, HOPS).ok
    logs.samples = [Sample("dedupe", {source[0].partition: source[0].offset + 2}, ends)]
    report = check(logs, HOPS)
    assert report.counts == {"offset-ahead": 1}
    assert f"{source[0].partition}/{source[0].offset}" in report.violations[0].where


def test_a_state_that_the_replay_does_not_reach_is_named_by_its_key(sound: Logs) -> None:
    key = sound.records[topics.DEDUPE_CHANGELOG][4].key or b""

    def applied_twice(records: list[Incoming]) -> None:
        records.append(replace(records[4], value=b"2", offset=9_999))

    report = broken(sound, topics.DEDUPE_CHANGELOG, applied_twice)
    assert [(found.invariant, found.where.split()[-1]) for found in report.violations] == [("state", key.decode())]
    assert broken(sound, topics.STORIES_CHANGELOG, lambda records: records.pop()).counts == {"state": 1}


def test_an_event_beyond_the_bound_is_found(sound: Logs) -> None:
    def grow(records: list[Incoming]) -> None:
        event = orjson.loads(records[0].value or b"")
        records[0] = replace(records[0], value=orjson.dumps({**event, "more": "x" * 70_000}))

    assert broken(sound, topics.UPDATED, grow).counts["event-size"] == 1


def test_an_identity_of_two_bodies_a_gap_and_a_stale_state_are_found(sound: Logs) -> None:
    assert len(sound.records[topics.ENTITIES_UPDATED]) == 25

    def another(records: list[Incoming]) -> None:
        records.append(replace(records[0], offset=9_999, value=(records[0].value or b"").replace(b"open", b"shut")))

    assert broken(sound, topics.ENTITIES_UPDATED, another).counts["two-bodies"] == 1
    assert broken(sound, topics.ENTITIES_UPDATED, lambda records: records.pop(0)).counts["gap"] >= 1
    assert broken(sound, topics.ENTITIES_CURRENT, lambda records: records.pop()).counts["fold-snapshot"] == 1


def test_an_acknowledged_wire_that_is_not_in_its_log_is_found(sound: Logs) -> None:
    assert broken(sound, topics.INCOMING, lambda records: records.pop()).counts["acknowledged"] == 1


@pytest.fixture(scope="module")
def poisoned() -> Logs:
    values = [wire(number) for number in range(40)]
    values[4] = b"not json"
    values[11] = wire(11, "some POISON text")
    values[17] = wire(17, "some late-poison text")
    return sound_run(values)


def test_poison_is_accounted_for_by_its_dead_letter(poisoned: Logs) -> None:
    assert len(poisoned.records[topics.REJECTED]) == 3
    assert check(poisoned, HOPS).violations == []


def test_a_dropped_poison_record_is_lost(poisoned: Logs) -> None:
    for index in range(3):
        report = broken(poisoned, topics.REJECTED, lambda records, index=index: records.pop(index))  # type: ignore[misc]  # mypy knows no default arguments of lambdas
        assert report.counts["lost"] >= 1


def test_dead_letters_that_are_changed_repeated_or_sound_are_found(poisoned: Logs) -> None:
    def touch(records: list[Incoming]) -> None:
        records[0] = replace(records[0], value=(records[0].value or b"") + b" ")

    assert broken(poisoned, topics.REJECTED, touch).counts == {"dead-letter": 1}
    assert broken(poisoned, topics.REJECTED, lambda records: records.append(
        replace(records[0], offset=9_999))).counts == {"visible-duplicate": 1}

    def sound_letter(records: list[Incoming]) -> None:
        headers = {**dict(records[0].headers), "dlq_offset": b"0", "dlq_partition": b"1"}
        records.append(replace(records[0], offset=9_999, headers=tuple(headers.items())))

    assert broken(poisoned, topics.REJECTED, sound_letter).counts["unexpected"] == 1


def test_all_violations_are_counted_and_the_first_are_told(sound: Logs) -> None:
    report = broken(sound, topics.UPDATED, lambda records: records.clear())
    assert report.counts["lost"] == 80
    assert sum(found.invariant == "lost" for found in report.violations) == 20
    assert not report.ok

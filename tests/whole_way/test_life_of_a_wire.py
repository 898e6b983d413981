"""Revisions, corrections, kills, resends and late versions, from the wire to the story that other teams see."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pytest

from streams import topics
from streams.clock import rfc3339
from streams.contracts.codec import decode
from streams.contracts.records import StoryEvent
from streams.pipeline import FeedRecord, core, incoming
from streams.stories.fold import Fold
from tests.conftest import Cluster
from tests.whole_way.seeds import START, feed, texts
from tests.whole_way.service import streams, tail, workers

HEADLINE = "Ferry sinks off Panay, 31 missing"
AGENCY = """MANILA (Reuters) - A ferry with 120 people on board sank off the island of Panay on Monday, the coast \
guard said, and rescuers were searching for 31 missing passengers.

The vessel, the Santa Lucia, went down within minutes after taking on water in heavy seas near the port of \
Culasi, coast guard spokesman Armand Balilo told reporters.

Fishing boats picked up most of the survivors before navy ships arrived. "We saw people clinging to drums and crates," \
fisherman Rodel Santos said.

The ferry was bound for Romblon and had been cleared to sail despite a gale warning, according to port records.
"""


def wire(uri: str, version: int = 1, **fields: object) -> FeedRecord:
    content = {"uri": uri, "version": str(version), "headline": HEADLINE, "body_text": AGENCY}
    return (uri.encode(), orjson.dumps({**content, **fields}), ())


COPIES = [wire("agency"), wire("copy-1", headline="31 missing as ferry goes down"),
          wire("copy-2", headline="Philippine ferry disaster"), wire("copy-3", headline="Search on after ferry sinks")]
KILL = wire("agency", 2, pubstatus="canceled", body_text="", headline="KILL: Ferry sinks off Panay")


def told(records: Sequence[FeedRecord]) -> tuple[Fold, list[StoryEvent]]:
    fold, events = Fold(), []
    for record in core().run(incoming(records, start_ms=START)):
        if record.topic == topics.UPDATED and record.value is not None:
            event = decode(record.value, StoryEvent)
            fold.apply(event)
            events.append(event)
    return fold, events


def assert_killed(fold: Fold, events: Sequence[StoryEvent]) -> None:
    """The killed wire is out, its three copies are flagged, and no origin of the story stands any more."""
    removed = {entry.uri for event in events for entry in event.delta.removed}
    flagged = {entry.uri for event in events for entry in event.delta.revised if entry.verdict == "source-withdrawn"}
    assert removed == {"agency"}
    assert flagged == {"copy-1", "copy-2", "copy-3"}
    last = list(fold.current().values())[-1]
    assert all(origin.withdrawn for origin in last.origins)
    assert any(event.material for event in events if event.change in ("retracted", "flagged"))


def test_a_kill_reaches_every_copy() -> None:
    fold, events = told([*COPIES, KILL])
    assert len({event.story_id for event in events}) == 1
    assert_killed(fold, events)


def test_resending_every_wire_twice_changes_no_event() -> None:
    once = feed(texts())
    _, events = told(once)
    _, again = told([*once, *once, *once])
    # Record times differ, so the comparison is of what was told, not of the clock.
    assert [(e.story_id, e.version, e.change, e.delta) for e in again] == [
        (e.story_id, e.version, e.change, e.delta) for e in events
    ]


def test_a_late_older_version_changes_nothing() -> None:
    newer = wire("agency", 3, body_text=AGENCY.replace("31 missing", "12 missing"))
    _, events = told([newer])
    _, late = told([newer, wire("agency", 2)])
    assert [event.delta.changed for event in late[len(events):] if event.delta.changed] == []
    assert late[-1].counts == events[-1].counts
    assert "12 missing" in " ".join(line.text for line in late[-1].summary)


def test_a_revision_replaces_the_text_and_says_what_changed() -> None:
    fold, events = told([wire("agency"), wire("agency", 2, body_text=AGENCY.replace("31 missing", "12 missing"))])
    assert events[-1].change == "revised"
    assert events[-1].delta.revised[0].uri == "agency"
    assert events[-1].delta.revised[0].version == 2
    assert list(fold.membership()) == ["agency"]
    assert "31 missing" not in " ".join(line.text for line in events[-1].summary)


def test_a_correction_is_material() -> None:
    corrected = wire("agency", 2, headline="CORRECTED: Ferry sinks off Panay, 13 missing",
                     body_text=AGENCY.replace("31 missing", "13 missing"))
    _, events = told([wire("agency"), corrected])
    assert events[-1].change == "revised"
    assert events[-1].material


def test_an_embargoed_wire_waits_for_its_time() -> None:
    held = wire("held", ednote=f"EMBARGO until {rfc3339(START + 3_600_000)}", headline="Budget to rise by a fifth",
                body_text="The ministry of finance will raise the budget for schools by a fifth next year. " * 3)
    fold, _ = told([held, wire("agency")])
    assert "held" not in fold.membership()
    later = [(key, value, headers) for key, value, headers in [held, wire("agency")]]
    pipeline = core()
    first = list(pipeline.run(incoming(later, start_ms=START)))
    assert first
    late = list(pipeline.run(incoming([wire("other", body_text="Rain fell on the hills of Umbria all day. " * 6)],
                                      start_ms=START + 7_200_000)))
    members = {entry.uri for record in late if record.topic == topics.UPDATED and record.value is not None
               for entry in decode(record.value, StoryEvent).delta.added}
    assert {"held", "other"} <= members


@pytest.mark.kafka
@pytest.mark.timeout(240)
def test_a_kill_reaches_every_copy_on_kafka(kafka: Cluster, tmp_path: Path) -> None:
    at = ("--bootstrap-servers", kafka.bootstrap)
    first, second = tmp_path / "wires.jsonl", tmp_path / "kill.jsonl"
    first.write_bytes(b"".join(value + b"\n" for _, value, _ in COPIES))
    second.write_bytes(KILL[1] + b"\n")
    streams("topics", "create", *at, "--partitions", "1")
    with workers(kafka.bootstrap):
        streams("replay", first, *at, "--start-at", rfc3339(START))
        wait_for(kafka.bootstrap, lambda events: sum(len(event.delta.added) for event in events) >= 4)
        streams("replay", second, *at, "--start-at", rfc3339(START + 60_000))
        events = wait_for(kafka.bootstrap, lambda events: any(event.change == "retracted" for event in events))
    fold = Fold()
    for event in events:
        fold.apply(event)
    assert_killed(fold, events)


def wait_for(
    bootstrap: str, enough: Callable[[list[StoryEvent]], bool], timeout_s: float = 60
) -> list[StoryEvent]:
    ends = time.monotonic() + timeout_s
    while True:
        events = [decode(value, StoryEvent) for value in tail(bootstrap, topics.UPDATED, 1)]
        if enough(events):
            return events
        assert time.monotonic() < ends, [event.change for event in events]

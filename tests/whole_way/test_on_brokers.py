"""The whole way through real processes: on the embedded broker, and on a real Kafka."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from streams import topics
from streams.clock import rfc3339
from streams.contracts.codec import decode
from streams.contracts.records import StoryEvent, StorySnapshot
from streams.feed import read_feed
from streams.pipeline import core, incoming
from streams.stories.fold import Fold
from tests.conftest import Cluster
from tests.whole_way.seeds import SEEDS, START
from tests.whole_way.service import Worker, streams, tail, workers

SHARED = Path(__file__).resolve().parent.parent.parent.parent / "shared"
STREAM = SHARED / "data" / "stories" / "wires.jsonl"


def offline() -> list[bytes]:
    """What the pure core tells of the seeds."""
    told = core().run(incoming(read_feed([SEEDS]), start_ms=START))
    return [record.value for record in told if record.topic == topics.UPDATED and record.value is not None]


def until(found: Callable[[], bool], timeout_s: float) -> None:
    ends = time.monotonic() + timeout_s
    while not found():
        assert time.monotonic() < ends, f"not within {timeout_s} s"
        time.sleep(0.5)


@pytest.mark.embedded
@pytest.mark.timeout(180)
def test_the_demo_tells_the_bytes_of_the_pure_core(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    out = streams("demo", "--no-board", "--events", events, "--start-at", rfc3339(START), "--pause", "0")
    assert "5 articles, 1 story" in out
    assert events.read_bytes().splitlines() == offline()


@pytest.mark.kafka
@pytest.mark.timeout(300)
def test_a_replay_on_one_partition_tells_the_bytes_of_the_pure_core(kafka: Cluster) -> None:
    at = ("--bootstrap-servers", kafka.bootstrap)
    streams("topics", "create", *at, "--partitions", "1")
    streams("topics", "check", *at)
    with workers(kafka.bootstrap) as (worker,):
        out = streams("replay", SEEDS, *at, "--start-at", rfc3339(START), "--json")
        assert orjson.loads(out)["acknowledged"] == 5
        until(lambda: len(tail(kafka.bootstrap, topics.UPDATED, 1)) >= 5, 60)
        code, drained_s = worker.stop()
    assert code == 0
    assert drained_s < 10
    assert tail(kafka.bootstrap, topics.UPDATED) == offline()
    last = decode(tail(kafka.bootstrap, topics.CURRENT)[-1], StorySnapshot)
    assert last.event.counts.articles == 5
    assert last.event.counts.origins == 2


@pytest.mark.kafka
@pytest.mark.timeout(120)
def test_the_worker_refuses_topics_that_are_missing_and_names_them(kafka: Cluster) -> None:
    worker = Worker(kafka.bootstrap)
    with worker:
        assert worker.process.wait(timeout=60) == 1
        assert "wires.incoming" in worker.log.read_text()


@pytest.mark.kafka
@pytest.mark.shared
@pytest.mark.timeout(600)
@pytest.mark.skipif(not STREAM.exists(), reason="no development data beside the checkout")
def test_two_workers_account_for_every_wire_of_the_stream_exactly_once(kafka: Cluster) -> None:
    at = ("--bootstrap-servers", kafka.bootstrap)
    uris = {orjson.loads(line)["uri"] for line in STREAM.read_bytes().splitlines()}
    streams("topics", "create", *at)
    with workers(kafka.bootstrap, 2):
        streams("replay", STREAM, *at)
        fold, ids = Fold(), list[tuple[str, int]]()
        until(lambda: accounted(kafka.bootstrap) >= uris, 400)
    for value in tail(kafka.bootstrap, topics.UPDATED):
        event = decode(value, StoryEvent)
        ids.append((event.story_id, event.version))
        fold.apply(event)
    assert len(ids) == len(set(ids))
    current: dict[str, StoryEvent] = {}
    for value in tail(kafka.bootstrap, topics.CURRENT):
        if value != b"null":
            snapshot = decode(value, StorySnapshot)
            current[snapshot.story_id] = snapshot.event
    assert current == fold.current()


def accounted(bootstrap: str) -> set[str]:
    """Uris that are in the membership or refused."""
    told = {entry.uri for value in tail(bootstrap, topics.UPDATED)
            for entry in decode(value, StoryEvent).delta.added}
    refused = {orjson.loads(value).get("uri", "") for value in tail(bootstrap, topics.REJECTED, 1)}
    return told | refused

"""A lane against a broker in memory: taking over, gaps, failures at each step, pauses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, ProducerFenced
from faust.types import TP

from streams import topics
from streams.runtime import changelog, failures, lane
from streams.runtime.app import Lanes
from streams.runtime.lane import Hop, Lane, Shore
from streams.runtime.metrics import Metrics
from streams.runtime.settings import Settings
from streams.runtime.transaction import Record
from streams.runtime.transport import Chunk
from tests.runtime.fakes import Counting

SOURCE = TopicPartition(topics.CLEAN, 0)
STEPS = ("start", "processed", "outputs", "changelog", "before-commit", "commit-lost", "commit-done")


@dataclass(slots=True)
class Log:
    """What is committed, as a broker would have it; ``failing`` says what the next call of a step raises."""

    records: list[Record] = field(default_factory=list)
    committed: int | None = None
    epoch: int = 0
    failing: dict[str, deque[Exception]] = field(default_factory=dict)
    seeks: list[int] = field(default_factory=list)
    fatal: list[str] = field(default_factory=list)
    earliest: int = 0

    async def reached(self, step: str, _lane: str = "") -> None:
        if self.failing.get(step):
            raise self.failing[step].popleft()

    def values(self, topic: str) -> list[bytes | None]:
        return [record.value for record in self.records if record.topic == topic]


@dataclass(slots=True)
class FakeTransaction:
    log: Log
    epoch: int = 0
    pending: list[Record] = field(default_factory=list)
    next_offset: int = 0

    async def start(self) -> None:
        self.log.epoch += 1
        self.epoch = self.log.epoch
        await self.log.reached("start")

    async def begin(self, _: TopicPartition, next_offset: int) -> None:
        self.pending, self.next_offset = [], next_offset

    async def write(self, records: Sequence[Record]) -> None:
        self.pending += records

    async def commit(self, before: Callable[[], Awaitable[None]]) -> None:
        await before()
        if self.epoch != self.log.epoch:
            raise ProducerFenced
        await self.log.reached("commit-lost")
        self.log.records += self.pending
        self.log.committed = self.next_offset
        # The answer to a commit that did happen may be lost.
        await self.log.reached("commit-done")

    async def close(self) -> None:
        return None

    async def discard(self) -> None:
        self.pending = []


def chunk(start: int, end: int, values: dict[int, bytes] | None = None) -> Chunk:
    records = tuple(
        SimpleNamespace(topic=SOURCE.topic, partition=0, offset=n, timestamp=1000 + n, key=b"k",
                        value=(values or {}).get(n, b"{}"), headers=())
        for n in range(start, end)
    )
    return Chunk(start, end, end, records, 300 * len(records))


@asynccontextmanager
async def running(
    log: Log, monkeypatch: pytest.MonkeyPatch, metrics: Metrics | None = None
) -> AsyncIterator[Lane]:
    async def load(*_: Any, **__: Any) -> changelog.State:
        live: dict[bytes, bytes] = {}
        for record in log.records:
            if record.topic == topics.DEDUPE_CHANGELOG:
                live[record.key or b""] = record.value or b""
        return changelog.State(list(live.items()), (log.committed or 0) - 1, len(live))

    async def committed(_: TopicPartition) -> int | None:
        return log.committed

    async def earliest(_: TopicPartition) -> int:
        return log.earliest

    async def seek(_: TopicPartition, offset: int) -> None:
        log.seeks.append(offset)

    monkeypatch.setattr(lane, "Transaction", lambda *_: FakeTransaction(log))
    monkeypatch.setattr(changelog, "load", load)
    monkeypatch.setattr(lane, "backoff_s", lambda attempt: min(0.001, failures.backoff_s(attempt)))
    shore = Shore(Settings(), "g", True, log, committed, earliest, seek, log.fatal.append, asyncio.Semaphore(4))
    hop = Hop("counting", SOURCE.topic, topics.DEDUPE_CHANGELOG, Counting)
    one = Lane(hop, SOURCE, shore, (metrics or Metrics()).lane("counting", 0))
    one.start()
    try:
        await until(lambda: one.ready or bool(log.fatal))
        yield one
    finally:
        await one.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # the lane tells its progress to nobody
            await asyncio.sleep(0)


async def test_records_go_through_with_their_changes_and_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(0, 3, {1: b"bad"}))
        await until(lambda: log.committed == 3)
    assert log.values(topics.DEDUPED) == [b"1", b"2"]
    assert log.values(topics.DEDUPE_CHANGELOG) == [b"1", b"2"]
    assert log.values(topics.REJECTED) == [b"bad"]
    applied = [dict(r.headers)["applied"] for r in log.records if r.topic == topics.DEDUPE_CHANGELOG]
    assert applied == [b"articles.clean/0/0", b"articles.clean/0/2"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_failure_at_any_step_changes_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(failing={step: deque([KafkaConnectionError("away")] * 3)})
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(0, 4, {2: b"poison"}))
        await one.offer(chunk(4, 6))
        await until(lambda: log.committed == 6)
    assert log.values(topics.DEDUPED) == [b"1", b"2", b"3", b"4", b"5"]
    assert log.values(topics.REJECTED) == [b"poison"]
    assert not log.fatal


@pytest.mark.parametrize("step", ["processed", "before-commit", "commit-lost"])
async def test_a_new_owner_ends_the_old_one_and_nothing_of_it_shows(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(failing={step: deque([ProducerFenced()])})
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(0, 2))
        await until(lambda: bool(log.fatal))
        assert not one.ready
    assert [reason.split(":")[1] for reason in log.fatal] == [" ProducerFenced"]
    assert log.records == []


async def test_an_owner_that_was_overtaken_is_fenced_at_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        log.epoch += 1
        await one.offer(chunk(0, 2))
        await until(lambda: bool(log.fatal))
    assert log.records == []


async def test_what_is_committed_already_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(committed=5)
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(2, 7))
        await until(lambda: log.committed == 7)
    assert len(log.values(topics.DEDUPED)) == 2


async def test_a_gap_is_refused_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(0, 2))
        await one.offer(chunk(5, 7))
        assert log.seeks == [2]
        await one.offer(chunk(2, 7))
        await until(lambda: log.committed == 7)
    assert len(log.values(topics.DEDUPED)) == 7


async def test_what_retention_took_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(committed=2, earliest=10)
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(10, 12))
        await until(lambda: log.committed == 12)
    assert log.seeks == []


async def test_markers_of_transactions_are_no_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    metrics = Metrics()
    async with running(log, monkeypatch, metrics) as one:
        await one.offer(chunk(0, 2))
        await until(lambda: log.committed == 2)
        # The commit marker at offset 2: it moves the position and is no record.
        await one.offer(Chunk(2, 3, 3, (), 0))
        assert b'streams_lag{partition="0",stage="counting"} 0.0' in metrics.text()


async def test_a_paused_lane_drops_what_it_holds_and_goes_on_from_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        await one.offer(chunk(0, 2))
        await until(lambda: log.committed == 2)
        assert await one.pause()
        assert not one.room()
        await one.offer(chunk(2, 4))
        one.resume()
        assert one.room()
        # After a rebalance the consumer stands where the group has committed, which may lag behind.
        await one.offer(chunk(1, 5))
        await until(lambda: log.committed == 5)
    assert log.values(topics.DEDUPED) == [b"1", b"2", b"3", b"4", b"5"]


async def test_a_lane_takes_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        hold = [one.shore.slots.acquire() for _ in range(4)]
        await asyncio.gather(*hold)
        assert one.room()
        one.expect()
        assert not one.room(), "one chunk at a time is on its way"
        await one.offer(chunk(0, 1000))
        assert not one.room()
        for _ in range(4):
            one.shore.slots.release()
        await until(lambda: log.committed == 1000)
        assert one.room()


async def test_a_few_large_wires_are_as_much_as_many_small(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        await asyncio.gather(*(one.shore.slots.acquire() for _ in range(4)))
        large = chunk(0, 2)
        await one.offer(Chunk(0, 2, 2, large.records, 10_000_000))
        assert not one.room()


async def test_a_chunk_lost_on_its_way_to_a_quiet_partition_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        lanes = Lanes([], one.shore, Metrics())
        lanes.by_partition[TP(*SOURCE)] = one
        await one.offer(chunk(0, 2))
        await until(lambda: log.committed == 2)
        one.expect()  # the consumer has polled 2 to 4; it never arrives, and nothing follows
        await lanes.recheck({TP(*SOURCE): 4})
        assert log.seeks == []  # it may still be on its way
        await lanes.recheck({TP(*SOURCE): 4})
        assert log.seeks == [2]
        assert one.room()
        await one.offer(chunk(2, 4))
        await until(lambda: log.committed == 4)
        for _ in range(3):
            await lanes.recheck({TP(*SOURCE): 4})
    assert log.seeks == [2]
    assert len(log.values(topics.DEDUPED)) == 4


async def test_a_chunk_that_was_only_slow_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    async with running(log, monkeypatch) as one:
        one.expect()
        await one.read_again(2)
        assert log.seeks == [0]
        await one.offer(chunk(0, 2))
        await one.offer(chunk(0, 2))
        await until(lambda: log.committed == 2)
    assert len(log.values(topics.DEDUPED)) == 2


async def test_what_retention_has_removed_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(earliest=5)
    async with running(log, monkeypatch) as one:
        lanes = Lanes([], one.shore, Metrics())
        lanes.by_partition[TP(*SOURCE)] = one
        for _ in range(3):
            await lanes.recheck({TP(*SOURCE): 5})
    assert log.seeks == []

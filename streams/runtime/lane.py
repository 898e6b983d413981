"""A lane: one stage on one input partition, from the first record to the last commit.

Taking over: the transactional producer first (it ends what the last owner left open and fences it), then the committed
offset, then the state. From then on batches: records in, one transaction out with outputs, state changes, dead letters
and the consumed offset. The producer's epoch is the lock; the consumer group only says who should take it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka import TopicPartition

from streams.runtime import changelog
from streams.runtime.failures import Failure, backoff_s, classify, describe
from streams.runtime.letters import dead_letter
from streams.runtime.metrics import LaneMetrics
from streams.runtime.settings import Settings
from streams.runtime.stepping import Entries, Stepper
from streams.runtime.transaction import Record, Transaction
from streams.runtime.transport import Chunk
from streams.stage import Change, Incoming, Result, Stage

__all__ = ["Hop", "Lane", "NoProbe", "Probe", "Shore"]

log = logging.getLogger(__name__)

#: A batch is what is there, up to this much: short waits when there is little, throughput when there is a lot.
_BATCH_RECORDS = 500
_BATCH_BYTES = 4 * 1024 * 1024
#: Polled and not yet committed; everything else waits in Kafka. Two batches keep a lane busy.
_BUFFER_RECORDS = 1000
_BUFFER_BYTES = 8 * 1024 * 1024
#: How long a revocation waits for the batch in work. After that the next owner aborts it.
_DRAIN_S = 2.0


class Probe(Protocol):
    """Awaited at each step of a batch; for tests that end the process there."""

    async def reached(self, step: str, lane: str) -> None: ...


class NoProbe:
    async def reached(self, step: str, lane: str) -> None:  # noqa: ARG002  # nothing is what it does
        return None


@dataclass(frozen=True, slots=True)
class Hop:
    """What is known of a stage before there is an instance for a partition. ``shared``: an instance that all lanes may
    use, for stages that keep nothing between records; its models are in memory once."""

    name: str
    source: str
    changelog: str | None
    factory: Callable[[], Stage]
    shared: Stage | None = None


@dataclass(frozen=True, slots=True)
class Shore:
    """What the lanes of a worker share. ``committed``: the group's committed offset of a partition, None without one;
    ``earliest``: the first offset still in its log; ``seek``: set the consumer; ``fatal``: end the process, saying
    why."""

    settings: Settings
    group: str
    check_crcs: bool
    probe: Probe
    committed: Callable[[TopicPartition], Awaitable[int | None]]
    earliest: Callable[[TopicPartition], Awaitable[int]]
    seek: Callable[[TopicPartition, int], Awaitable[None]]
    fatal: Callable[[str], None]
    #: A batch takes one for as long as it is in work. With few at a time each transaction is quick, and the lanes that
    #: wait meanwhile gather larger batches: a broker does some hundred transactions a second and core, whatever is in
    #: them.
    slots: asyncio.Semaphore
    #: See ``Stepper``.
    restoring: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Lane:
    """``offer`` it chunks while there is ``room``; ``pause`` and ``resume`` around a rebalance; ``close`` when the
    partition has gone."""

    hop: Hop
    source: TopicPartition
    shore: Shore
    metrics: LaneMetrics
    ready: bool = False
    #: Since when (monotonic seconds) the lane takes over or works on a batch; None while it waits for records.
    busy_since: float | None = None
    _buffer: deque[Incoming] = field(default_factory=deque)
    _bytes: int = 0
    _batch: list[Incoming] = field(default_factory=list)
    _on_the_way: int = 0
    #: The offset that the next batch starts at or after: everything before is committed.
    _position: int = 0
    #: The offset up to which ``_batch`` and ``_buffer`` hold everything from ``_position`` on.
    _end: int = 0
    _highwater: int = 0
    _applied: int = -1
    _paused: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _transaction: Transaction | None = None
    _stepper: Stepper | None = None
    _task: asyncio.Task[None] | None = None
    _attempt: int = 0

    @property
    def name(self) -> str:
        return f"{self.hop.name}/{self.source.partition}"

    def start(self) -> None:
        self._stepper = Stepper(self.hop.factory, self._load, self.hop.shared, self.shore.restoring)
        self._task = asyncio.create_task(self._run(), name=self.name)

    # --- what the consumer does ---

    def room(self) -> bool:
        """Whether to poll for more: nothing is accepted before the takeover is done."""
        return (
            self.ready and not self._paused and not self._on_the_way
            and len(self._buffer) + len(self._batch) < _BUFFER_RECORDS and self._bytes < _BUFFER_BYTES
        )

    def expect(self) -> None:
        """A chunk has been polled and will be offered."""
        self._on_the_way += 1

    async def offer(self, chunk: Chunk) -> None:
        """Take a chunk. What is known already is left out; a chunk that leaves a gap is refused and the consumer set
        back, unless the log itself begins there."""
        try:
            await self._take(chunk)
        finally:
            # Only now: a poll while the consumer is being set back would bring the same gap again.
            self._on_the_way = max(0, self._on_the_way - 1)

    async def _take(self, chunk: Chunk) -> None:
        if self._paused or not self.ready:
            return
        expected = self._expected
        if chunk.start > expected:
            earliest = await self.shore.earliest(self.source)
            if earliest < chunk.start:
                log.warning("%s: polled from offset %d, expected %d; reading again from there", self.name,
                            chunk.start, expected)
                await self.shore.seek(self.source, expected)
                return
            if expected:
                log.error("%s: records %d to %d were removed from %s by its retention before they were read",
                          self.name, expected, earliest - 1, self.source.topic)
        for record in chunk.records:
            if record.offset >= expected:
                self._buffer.append(_incoming(record))
        self._bytes += chunk.size
        self._end = max(expected, chunk.end)
        self._highwater = chunk.highwater
        self.metrics.lag.set(self._lag())
        self._wake.set()

    @property
    def _expected(self) -> int:
        """The offset that the next chunk must begin at, at the latest."""
        return max(self._end, self._position)

    def missing(self, position: int) -> tuple[int, int] | None:
        """From and up to which offset the lane waits for records, where the consumer, which stands at ``position``,
        takes them for delivered; None where it waits for nothing of the kind. True for a moment for every chunk on its
        way."""
        waits = self.ready and not self._paused and not self._buffer and not self._batch
        return (self._expected, position) if waits and position > self._expected else None

    async def read_again(self, position: int) -> None:
        """A chunk was lost on its way through Faust (a rebalance drops what it finds). The next one would show the gap,
        but on a quiet partition there is none: set the consumer back. Does no harm when the chunk still comes."""
        self._on_the_way = 0
        if await self.shore.earliest(self.source) >= position or self.missing(position) is None:
            return  # the log itself begins there, or the chunk came meanwhile
        log.warning("%s: the consumer stands at offset %d, %d was not delivered; reading again from there", self.name,
                    position, self._expected)
        await self.shore.seek(self.source, self._expected)

    # --- what a rebalance does ---

    async def pause(self) -> bool:
        """Finish the batch in work and take no other; False when it is better to close the lane (it was taking over, or
        the batch takes too long)."""
        self._paused = True
        self._forget_buffer()
        if not self.ready:
            return False
        try:
            await asyncio.wait_for(self._idle.wait(), _DRAIN_S)
        except TimeoutError:
            return False
        return self.ready

    def resume(self) -> None:
        """Go on with the state there is: nobody else can have owned the partition meanwhile."""
        self._forget_buffer()
        self._paused = False
        self._wake.set()

    async def close(self) -> None:
        """Stop at once; a transaction in work is left for the next owner to abort."""
        self.ready = False
        self.metrics.ready.set(0)
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            await (transaction.close() if self._idle.is_set() else transaction.discard())

    def _forget_buffer(self) -> None:
        self._buffer.clear()
        self._bytes = self._on_the_way = 0
        self._end = 0

    # --- the lane's own task ---

    async def _run(self) -> None:
        while True:
            try:
                await self._unpaused()
                await self._take_over()
                while True:
                    await self._step()
            except Exception as error:
                self.ready = False
                self.metrics.ready.set(0)
                transaction, self._transaction = self._transaction, None
                if transaction is not None:
                    await transaction.discard()
                if classify(error) is Failure.FATAL:
                    log.exception("%s: fatal", self.name)
                    self.shore.fatal(f"{self.name}: {describe(error)}")
                    return
                # What was in work comes again, in its place.
                self._buffer.extendleft(reversed(self._batch))
                self._batch = []
                self._attempt += 1
                self.metrics.failures.inc()
                wait_s = backoff_s(self._attempt)
                log.warning("%s: %s; starting over in %.1f s (attempt %d)", self.name, describe(error), wait_s,
                            self._attempt)
                await asyncio.sleep(wait_s)

    async def _unpaused(self) -> None:
        while self._paused:
            self._idle.set()
            self._wake.clear()
            await self._wake.wait()
        self._idle.clear()

    async def _take_over(self) -> None:
        self.busy_since = began = time.monotonic()
        self._transaction = Transaction(
            self.shore.settings, f"{self.shore.group}.{self.hop.name}.{self.source.partition}", self.shore.group
        )
        await self._transaction.start()
        fenced = time.monotonic()
        committed = await self.shore.committed(self.source)
        assert self._stepper is not None
        self._applied = -1
        await self._stepper.fresh()
        # The two are written together. They differ only when the group's offsets have expired or were reset: the state
        # then knows what it has seen.
        position = max(committed or 0, self._applied + 1)
        if position < self._position:
            # Somebody set the offsets back: what comes from there is not in the buffer.
            self._forget_buffer()
            await self.shore.seek(self.source, position)
        self._position = position
        self.ready = True
        self.metrics.ready.set(1)
        self.metrics.state_entries.set(self._stepper.state_entries)
        log.info("%s: taken over at offset %d, %d keys of state (%.2f s to fence, %.2f s to load)", self.name,
                 position, self._stepper.state_entries, fenced - began, time.monotonic() - fenced)

    async def _load(self) -> Entries:
        assert self.hop.changelog is not None
        state = await changelog.load(
            self.shore.settings, self.hop.changelog, self.source.partition, check_crcs=self.shore.check_crcs
        )
        self._applied = state.applied
        return state.entries

    async def _step(self) -> None:
        """Wait for records, then one batch."""
        await self._records_wait()
        # Nothing is in work while it waits for its turn: a rebalance need not wait for that.
        self._idle.set()
        async with self.shore.slots:
            self._idle.clear()
            self._batch = self._next_batch()
            if self._batch:
                await self._work()

    async def _work(self) -> None:
        assert self._transaction is not None
        assert self._stepper is not None
        self.busy_since = began = time.monotonic()
        probe, batch = self.shore.probe, self._batch
        following = batch[-1].offset + 1
        await self._transaction.begin(self.source, following)
        results = await self._stepper.run(batch)
        processed = time.monotonic()
        await probe.reached("processed", self.name)
        outputs, changes, letters = self._records(batch, results)
        await self._transaction.write(outputs + letters)
        await probe.reached("outputs", self.name)
        await self._transaction.write(changes)
        await probe.reached("changelog", self.name)
        await self._transaction.commit(lambda: probe.reached("before-commit", self.name))
        self._attempt = 0
        self._position = following
        self._bytes = self._bytes - sum(_size(record) for record in batch) if self._buffer else 0
        self._batch = []
        self._stepper.committed([change for result in results for change in result.changes])
        self._count(batch, len(outputs), len(letters), processed - began, time.monotonic() - processed)

    async def _records_wait(self) -> None:
        await self._unpaused()
        while not self._buffer:
            self.busy_since = None
            self._idle.set()
            self._wake.clear()
            await self._wake.wait()
            await self._unpaused()

    def _next_batch(self) -> list[Incoming]:
        """What is there, up to the limits; empty when a rebalance has begun, or when it all was committed before."""
        batch: list[Incoming] = []
        size = 0
        while self._buffer and len(batch) < _BATCH_RECORDS and size < _BATCH_BYTES and not self._paused:
            record = self._buffer.popleft()
            if record.offset >= self._position:
                batch.append(record)
                size += _size(record)
        return batch

    def _records(
        self, batch: Sequence[Incoming], results: Sequence[Result]
    ) -> tuple[list[Record], list[Record], list[Record]]:
        """Outputs, changelog records and dead letters of a batch."""
        outputs: list[Record] = []
        changes: list[Record] = []
        letters: list[Record] = []
        for record, result in zip(batch, results, strict=True):
            outputs += (Record(out.topic, None, out.key, out.value, out.timestamp_ms, out.headers)
                        for out in result.outputs)
            if result.changes:
                changes += self._changes(record, result.changes)
            if result.rejection is not None:
                letters.append(dead_letter(record, self.hop.name, result.rejection))
        return outputs, changes, letters

    def _changes(self, record: Incoming, changes: Sequence[Change]) -> list[Record]:
        assert self.hop.changelog is not None, f"{self.hop.name} has changes and no changelog"
        headers = (changelog.applied_header(record.topic, record.partition, record.offset),)
        return [Record(self.hop.changelog, self.source.partition, key, value, record.timestamp_ms, headers)
                for key, value in changes]

    def _lag(self) -> int:
        """Offsets that wait. With nothing in hand everything polled is done, the markers of transactions included."""
        done = self._position if self._buffer or self._batch else max(self._position, self._end)
        return max(0, self._highwater - done)

    def _count(self, batch: Sequence[Incoming], out: int, rejected: int, process_s: float, commit_s: float) -> None:
        metrics = self.metrics
        metrics.records_in.inc(len(batch))
        metrics.records_out.inc(out)
        metrics.rejected.inc(rejected)
        metrics.batches.inc()
        metrics.batch_records.observe(len(batch))
        metrics.process_seconds.observe(process_s)
        metrics.commit_seconds.observe(commit_s)
        metrics.lag.set(self._lag())
        assert self._stepper is not None
        metrics.state_entries.set(self._stepper.state_entries)
        if log.isEnabledFor(logging.DEBUG):
            for record in batch:
                log.debug("%s: done", self.name, extra={"record": record})


def _size(record: Incoming) -> int:
    return len(record.value or b"") + len(record.key or b"") + 200


def _incoming(record: Any) -> Incoming:
    return Incoming(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value,
        tuple((name, value or b"") for name, value in record.headers),
    )

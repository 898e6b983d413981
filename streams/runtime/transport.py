"""Faust's aiokafka driver with three narrow changes.

- ``read_committed``: the driver opens its consumers ``read_uncommitted`` unless Faust's own exactly-once is on, which
  is not reliable.
- A message is a *chunk*: all records of one partition that a poll returned. Faust's machinery costs some 72 µs a
  message; a chunk pays it once.
- Only partitions with room are polled (``Intake.room``), so what waits in Kafka stays in Kafka. Faust's own flow
  control drops to one poll a second when every buffer is full.

Faust never acknowledges or commits here: its topics are made with ``acks=False``, and the consumer refuses to commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiokafka
import faust
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams.runtime.settings import MAX_RECORD_BYTES, client_options

__all__ = ["Chunk", "Chunks", "Intake", "Transport"]

#: How long a poll waits for data. Short while a partition without room is left out, so that it is soon asked again.
_IDLE_POLL_S = 0.5
_BUSY_POLL_S = 0.02
_POLL_RECORDS = 1000
#: What a broker sends of one partition at once; a larger single record still comes.
_PARTITION_FETCH_BYTES = 1024 * 1024
_FETCH_WAIT_MS = 25
_FETCH_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one partition as polled: everything there is in the log from offset ``start`` up to ``end``, which is
    not in it. ``highwater`` is the offset after the partition's last committed record."""

    start: int
    end: int
    highwater: int
    records: tuple[Any, ...]
    size: int


class Intake(Protocol):
    """Who takes the chunks; asked before each poll."""

    def room(self, tp: TP) -> bool: ...

    def handed_over(self, tp: TP) -> None:
        """A chunk is on its way through Faust's stream to the agent."""
        ...


class ConsumerThread(driver.AIOKafkaConsumerThread):
    logger = driver.logger

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Positions that were set during the present poll.
        self._moved: dict[TopicPartition, int] = {}

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ARG002  # Faust's signature
        app: Any = self.app
        conf = app.conf
        return aiokafka.AIOKafkaConsumer(
            **client_options(app.settings),
            client_id=conf.broker_client_id,
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id or None,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            check_crcs=conf.broker_check_crcs,
            max_partition_fetch_bytes=_PARTITION_FETCH_BYTES,
            fetch_max_bytes=_FETCH_BYTES,
            # A node answers one fetch at a time: a partition that was just drained waits for the one under way.
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            metadata_max_age_ms=60_000,
        )

    async def leave(self) -> None:
        """Leave the group now. aiokafka would first finish what the group is about, and that may be a rebalance whose
        callbacks wait for a Faust that is stopping."""
        if self._consumer is not None:
            leaving = asyncio.run_coroutine_threadsafe(_leave(self._consumer._coordinator), self.thread_loop)
            await asyncio.wrap_future(leaving)

    async def move(self, partition: TopicPartition, offset: int) -> None:
        """Set the position, in the thread whose futures it touches."""
        async def seek() -> None:
            self._ensure_consumer().seek(partition, offset)
            # A poll that waits meanwhile goes on from here and not from where it began.
            self._moved[partition] = offset

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(seek(), self.thread_loop))

    def positions(self) -> dict[TP, int]:
        """Read from another thread than the one that moves them: as they were a moment ago."""
        subscription = self._consumer._subscription.subscription if self._consumer is not None else None
        if subscription is None or subscription.assignment is None:
            return {}
        partitions = {partition: TP(*partition) for partition in subscription.assignment.tps}
        return {partitions[partition]: offset for partition, offset in self._positions(partitions).items()}

    async def chunks(self, wanted: set[TP], timeout_s: float) -> dict[TP, Chunk]:
        """Poll in the consumer's thread."""
        found: dict[TP, Chunk] = await self.call_thread(self._poll, wanted, timeout_s)
        return found

    async def _poll(self, wanted: set[TP], timeout_s: float) -> dict[TP, Chunk]:
        if not self.consumer.flow_active:
            return {}
        consumer = self._ensure_consumer()
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError()
        partitions = {TopicPartition(tp.topic, tp.partition): tp for tp in wanted}
        self._moved.clear()
        before = self._positions(partitions)
        with fetcher._subscriptions.fetch_context():
            polled = await fetcher.fetched_records(set(partitions), timeout=timeout_s, max_records=_POLL_RECORDS)
        before |= self._moved
        after = self._positions(partitions)
        chunks = {}
        for partition, end in after.items():
            records = tuple(polled.get(partition, ()))
            start = before.get(partition, records[0].offset if records else end)
            # Also without records: a stretch of transaction markers alone moves the position on.
            if end > start:
                state = self._state(partition)
                size = sum(len(record.value or b"") + len(record.key or b"") + 200 for record in records)
                chunks[partitions[partition]] = Chunk(start, end, state.lso or state.highwater or end, records, size)
        return chunks

    def _state(self, partition: TopicPartition) -> Any:
        assignment = self._ensure_consumer()._subscription.subscription.assignment
        return assignment.state_value(partition) if assignment is not None else None

    def _positions(self, partitions: Mapping[TopicPartition, TP]) -> dict[TopicPartition, int]:
        subscription = self._ensure_consumer()._subscription.subscription
        if subscription is None or subscription.assignment is None:
            return {}
        states = {partition: subscription.assignment.state_value(partition) for partition in partitions
                  if partition in subscription.assignment.tps}
        return {partition: state._position for partition, state in states.items() if state.has_valid_position}


async def _leave(coordinator: Any) -> None:
    """In the consumer's thread; afterwards the coordinator counts as closed."""
    if coordinator._closing.done():
        return
    coordinator._closing.set_result(None)
    coordinator._coordination_task.cancel()
    await asyncio.wait([coordinator._coordination_task], timeout=0.2)
    await coordinator._stop_heartbeat_task()
    await coordinator._stop_commit_offsets_refresh_task()
    # aiokafka lets a named member leave no group. A planned stop is no restart: the others should not wait for it.
    coordinator._group_instance_id = None
    await coordinator._maybe_leave_group()


class Consumer(driver.Consumer):
    _thread: ConsumerThread

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def leave(self) -> None:
        """Tell the group that this member goes, so that it need not wait for the session to run out."""
        await self._thread.leave()

    def positions(self) -> dict[TP, int]:
        """The offset that this member polls next, of each partition it owns."""
        return self._thread.positions()

    async def move(self, partition: TopicPartition, offset: int) -> None:
        """Poll ``partition`` from ``offset`` on. Raises IllegalStateError when it is not this member's."""
        self._read_offset[TP(*partition)] = offset if offset else None
        await self._thread.move(partition, offset)

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002  # Faust's
        """Offsets are committed in the lanes' transactions and nowhere else."""
        return False

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ARG002, ASYNC109  # Faust's
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        app: Any = self.app
        generation = app.consumer_generation_id
        intake: Intake = app.intake
        active = self._get_active_partitions()
        wanted = {tp for tp in active if intake.room(tp)}
        if not wanted:
            await asyncio.sleep(_BUSY_POLL_S)
            return
        chunks = await self._thread.chunks(wanted, _IDLE_POLL_S if len(wanted) == len(active) else _BUSY_POLL_S)
        for tp, chunk in chunks.items():
            # A rebalance began meanwhile: the positions are set back to what is committed, nothing is lost.
            if not self.flow_active or generation != app.consumer_generation_id or self.should_stop:
                return
            intake.handed_over(tp)
            value: Any = chunk
            yield tp, ConsumerMessage(
                tp.topic, tp.partition, chunk.end - 1, 0.0, 0, None, None, value, None, 0, 0, tp,
                generation_id=generation,
            )


class Transport(driver.Transport):
    Consumer = Consumer


class Chunks(faust.Schema[Any, Any]):
    """What an agent gets is the chunk itself; decoding is the stage's."""

    def loads_key(self, *_: Any, **__: Any) -> Any:
        return None

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002  # Faust's signature
        return message.value


assert MAX_RECORD_BYTES < _FETCH_BYTES

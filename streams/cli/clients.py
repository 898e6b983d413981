"""A reader without a group and a writer that counts, for the commands around the topics."""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiokafka
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from streams.errors import StreamsError
from streams.runtime.settings import MAX_RECORD_BYTES, Settings, client_options
from streams.stage import Headers, Incoming

__all__ = ["KafkaUnavailable", "Reader", "Sender", "reader", "run", "sender"]

T = TypeVar("T")
#: Records sent and not yet acknowledged: enough to keep the broker busy, at most some 100 MB of wires of 5 MB.
_IN_FLIGHT = 2000
_IN_FLIGHT_BYTES = 32 * 1024 * 1024
_START_S = 20
_HELD_BACK_S = 10


class KafkaUnavailable(StreamsError):
    """No broker answered, or the topic is not there; the message names the address and the remedy."""

    retriable = True


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C cancels ``work``, which cleans up after itself, and raises KeyboardInterrupt.
    What the client library logs about connections is told once, as the error the command ends with."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return asyncio.run(work)


@dataclass(slots=True)
class Sender:
    """Sends without waiting for each, in order within a partition, and counts what was acknowledged by all replicas."""

    producer: Any
    topic: str
    partitions: list[int]
    sent: int = 0
    acknowledged: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)
    _bytes: int = 0
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> None:
        """Waits only while too much is on its way. A record that cannot be sent is counted and named in ``errors``."""
        if partition is None and key is None:
            # The same wire goes to the same partition in every run, also without a key.
            partition = self.partitions[zlib.crc32(value or b"") % len(self.partitions)]
        self.sent += 1
        name = "no key" if key is None else ascii(key.decode("utf-8", "replace")[:80])
        size = len(value or b"")
        while self.pending >= _IN_FLIGHT or (self.pending > 1 and self._bytes + size > _IN_FLIGHT_BYTES):
            self._room.clear()
            await self._room.wait()
        self._bytes += size
        try:
            future = await self.producer.send(
                self.topic, value, key=key, partition=partition, timestamp_ms=timestamp_ms, headers=list(headers)
            )
        except KafkaError as error:
            self._settle(name, size, error)
        else:
            future.add_done_callback(lambda done: self._settle(name, size, done.exception()))

    @property
    def pending(self) -> int:
        """Records of which nothing is known yet."""
        return self.sent - self.acknowledged - self.failed

    def _settle(self, name: str, size: int, error: BaseException | None) -> None:
        self._bytes -= size
        self._room.set()
        if error is None:
            self.acknowledged += 1
            return
        self.failed += 1
        if len(self.errors) < 10:
            self.errors.append(f"{name}: {type(error).__name__}: {error}")

    async def flush(self, limit_s: float | None = None) -> None:
        """Wait until everything is settled, at most ``limit_s`` seconds where given."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while self.pending:
                    self._room.clear()
                    await self._room.wait()


@asynccontextmanager
async def sender(settings: Settings, topic: str) -> AsyncIterator[Sender]:
    """An idempotent producer with acks=all: a retry within it writes nothing twice. Raises KafkaUnavailable."""
    producer = aiokafka.AIOKafkaProducer(
        **client_options(settings), acks="all", enable_idempotence=True, linger_ms=5, max_batch_size=256 * 1024,
        max_request_size=MAX_RECORD_BYTES,
    )
    try:
        await _started(producer, settings)
        partitions = await _partitions(producer.client, settings, topic)
        yield Sender(producer, topic, partitions)
    finally:
        # The producer would flush without end when the broker is away; what was to be sent has been awaited before.
        with suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(producer.stop(), 5)


@dataclass(slots=True)
class Reader:
    """Reads committed records of every partition of one topic."""

    consumer: Any
    partitions: list[Any]

    async def to_the_end(self) -> AsyncIterator[Incoming]:
        """Every record that is there now, from the beginning, a partition after the other. What a transaction that
        stays open holds back is left out after ``_HELD_BACK_S``."""
        for partition in self.partitions:
            self.consumer.assign([partition])
            end = (await self.consumer.end_offsets([partition]))[partition]
            await self.consumer.seek_to_beginning(partition)
            moved, position = time.monotonic(), -1
            while position < end and time.monotonic() - moved < _HELD_BACK_S:
                for record in (await self.consumer.getmany(timeout_ms=500)).get(partition, ()):
                    if record.offset < end:
                        yield _incoming(record)
                if (now_at := await self.consumer.position(partition)) > position:
                    moved, position = time.monotonic(), now_at

    async def follow(self, *, from_start: bool, until_idle_s: float | None) -> AsyncIterator[Incoming]:
        """Records as they come; ends after ``until_idle_s`` seconds without one, else never."""
        self.consumer.assign(self.partitions)
        if from_start:
            await self.consumer.seek_to_beginning(*self.partitions)
        else:
            await self.consumer.seek_to_end(*self.partitions)
        heard = time.monotonic()
        while until_idle_s is None or time.monotonic() - heard < until_idle_s:
            found = await self.consumer.getmany(timeout_ms=100)
            for records in found.values():
                for record in records:
                    yield _incoming(record)
            if found:
                heard = time.monotonic()


@asynccontextmanager
async def reader(settings: Settings, topic: str, *, check_crcs: bool = True) -> AsyncIterator[Reader]:
    """A consumer without a group: nothing is committed, nobody is disturbed. The embedded broker rewrites batches
    without their checksums: ``check_crcs=False`` is for it alone. Raises KafkaUnavailable."""
    consumer = aiokafka.AIOKafkaConsumer(
        **client_options(settings), isolation_level="read_committed", enable_auto_commit=False,
        auto_offset_reset="earliest", max_partition_fetch_bytes=MAX_RECORD_BYTES, check_crcs=check_crcs,
    )
    try:
        await _started(consumer, settings)
        # The private client is the only way to ask for one topic: ``topics()`` lists but does not wait for it.
        numbers = await _partitions(consumer._client, settings, topic)
        yield Reader(consumer, [aiokafka.TopicPartition(topic, number) for number in numbers])
    finally:
        with suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(consumer.stop(), 5)


async def _started(client: Any, settings: Settings) -> None:
    try:
        async with asyncio.timeout(_START_S):
            await client.start()
    except (KafkaError, TimeoutError, OSError) as error:
        raise KafkaUnavailable(
            f"no Kafka answered at {settings.bootstrap_servers} ({settings.security_protocol}): "
            f"{type(error).__name__}: {error}"
        ) from None


async def _partitions(client: Any, settings: Settings, topic: str) -> list[int]:
    try:
        async with asyncio.timeout(5):
            return sorted(await client._wait_on_metadata(topic))
    except (UnknownTopicOrPartitionError, TimeoutError):
        raise KafkaUnavailable(
            f"no topic {topic!r} at {settings.bootstrap_servers}: create the topics with 'streams topics create'"
        ) from None


def _incoming(record: Any) -> Incoming:
    headers: Iterable[tuple[str, bytes]] = record.headers or ()
    return Incoming(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value,
        tuple((name, value or b"") for name, value in headers),
    )

"""Read everything that stands in Kafka, as a ``read_committed`` consumer sees it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import aiokafka
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams import topics
from streams.stage import Incoming
from tests.faults.checker import Hop

__all__ = ["committed_offsets", "end_offsets", "read_topics"]

_ALL = tuple(getattr(topics, name) for name in topics.__all__)
_STUCK_S = 60


async def read_topics(bootstrap: str, names: Sequence[str] = _ALL) -> dict[str, list[Incoming]]:
    """Every committed record of the topics, in offset order within a partition. Raises TimeoutError when an end is
    not reached (a transaction that stays open)."""
    found: dict[str, list[Incoming]] = {}
    async with asyncio.timeout(_STUCK_S * 3):
        for name in names:
            found[name] = await _read(bootstrap, name)
    return found


async def _read(bootstrap: str, topic: str) -> list[Incoming]:
    consumer = aiokafka.AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", enable_auto_commit=False,
        auto_offset_reset="earliest", max_partition_fetch_bytes=16 * 1024 * 1024, fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        partitions = await _partitions(consumer, topic)
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        records: dict[Any, list[Incoming]] = {partition: [] for partition in partitions}
        while True:
            open_ = [partition for partition in partitions if await consumer.position(partition) < ends[partition]]
            if not open_:
                return [record for partition in partitions for record in records[partition]]
            for partition, batch in (await consumer.getmany(*open_, timeout_ms=500)).items():
                records[partition].extend(
                    Incoming(topic, found.partition, found.offset, found.timestamp, found.key, found.value,
                             tuple((name, value or b"") for name, value in found.headers))
                    for found in batch
                )
    finally:
        await consumer.stop()


async def _partitions(consumer: Any, topic: str) -> list[Any]:
    await consumer._client._wait_on_metadata(topic)
    return [aiokafka.TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]


async def end_offsets(bootstrap: str, names: Sequence[str] = _ALL) -> dict[tuple[str, int], int]:
    """Where the logs end now, transaction markers included."""
    consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [partition for name in names for partition in await _partitions(consumer, name)]
        ends = await consumer.end_offsets(partitions)
        return {(partition.topic, partition.partition): end for partition, end in ends.items()}
    finally:
        await consumer.stop()


async def committed_offsets(bootstrap: str, hops: Sequence[Hop]) -> Mapping[tuple[str, int], int]:
    """(hop, source partition) -> the committed offset; asks again while the coordinator is loading."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        found: dict[tuple[str, int], int] = {}
        deadline = time.monotonic() + 30
        for hop in hops:
            offsets = await _group_offsets(admin, hop.group, deadline)
            source = hop.make().source
            found |= {(hop.name, tp.partition): held.offset for tp, held in offsets.items()
                      if tp.topic == source and held.offset >= 0}
        return found
    finally:
        with suppress(KafkaError):
            await admin.close()


async def _group_offsets(admin: Any, group: str, deadline: float) -> dict[Any, Any]:
    while True:
        try:
            return dict(await admin.list_consumer_group_offsets(group))
        except KafkaError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)

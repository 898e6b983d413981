"""Read a stage's committed state from its changelog partition, whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.runtime.settings import MAX_RECORD_BYTES, Settings, client_options

__all__ = ["APPLIED", "State", "applied_header", "load"]

log = logging.getLogger(__name__)

#: Header of a changelog record: the source record whose effect it is, ``topic/partition/offset``.
APPLIED = "applied"
_PROGRESS_S = 2.0


@dataclass(frozen=True, slots=True)
class State:
    """``entries`` are the live keys in the order of their last writes; ``applied`` the highest source offset that is
    in them, -1 where there is none; ``records`` how many were read for it."""

    entries: list[tuple[bytes, bytes]]
    applied: int
    records: int


def applied_header(topic: str, partition: int, offset: int) -> tuple[str, bytes]:
    return APPLIED, f"{topic}/{partition}/{offset}".encode()


async def load(
    settings: Settings, topic: str, partition: int, *, check_crcs: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> State:
    """Every committed record of the partition up to where it ended when asked. Call it only while this process is
    the partition's only writer. ``progress`` is told records read and offsets left. Raises KafkaError."""
    consumer = AIOKafkaConsumer(
        **client_options(settings), isolation_level="read_committed", enable_auto_commit=False,
        auto_offset_reset="earliest", check_crcs=check_crcs,
        # One partition and nothing else: large fetches save round trips.
        max_partition_fetch_bytes=MAX_RECORD_BYTES, fetch_max_wait_ms=50,
    )
    try:
        await consumer.start()
        source = TopicPartition(topic, partition)
        consumer.assign([source])
        end = (await consumer.end_offsets([source]))[source]
        await consumer.seek_to_beginning(source)
        live: dict[bytes, bytes] = {}
        applied, records = -1, 0
        told = began = time.monotonic()
        while (position := await consumer.position(source)) < end:
            for record in (await consumer.getmany(source, timeout_ms=200)).get(source, ()):
                if record.offset >= end:
                    break
                records += 1
                # Taken out first, so that the order of the dictionary is that of the last writes.
                live.pop(record.key, None)
                if record.value is not None:
                    live[record.key] = record.value
                applied = max(applied, _applied(record.headers))
            if (now := time.monotonic()) - told >= _PROGRESS_S:
                told = now
                log.info("loading %s/%d: %d records read, at offset %d of %d", topic, partition, records, position, end)
                if progress is not None:
                    progress(records, end - position)
        if records:
            log.info("loaded %s/%d: %d keys from %d records in %.1f s", topic, partition, len(live), records,
                     time.monotonic() - began)
        return State(list(live.items()), applied, records)
    finally:
        with suppress(KafkaError):
            await consumer.stop()


def _applied(headers: tuple[tuple[str, bytes], ...]) -> int:
    for name, value in headers:
        if name == APPLIED:
            return int(value.rsplit(b"/", 1)[1])
    return -1

"""One transactional producer, as a lane needs it: start (and thereby fence), write a batch, let go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import ConcurrentTransactions, KafkaError, for_code
from aiokafka.producer import sender
from aiokafka.structs import OffsetAndMetadata

from streams.runtime.settings import MAX_RECORD_BYTES, Settings, client_options
from streams.stage import Headers

__all__ = ["Record", "Transaction"]

log = logging.getLogger(__name__)

#: A broker finishes a transaction some milliseconds after it has said so, and refuses the id until then. aiokafka asks
#: again after 20 ms, which would be most of a hop's latency.
sender.BACKOFF_OVERRIDE = 0.005

_next_request = sender.Sender._maybe_do_transactional_request


def _offsets_first(self: sender.Sender) -> asyncio.Task[object] | None:
    """In the place of aiokafka's order: the group and its offsets, and only then the partitions. A broker asks the
    coordinator at each first write to a partition whether it belongs to the transaction, and keeps one such question a
    transaction: offsets and records sent side by side push each other out, the loser is refused (as
    NOT_ENOUGH_REPLICAS or COORDINATOR_LOAD_IN_PROGRESS) and comes again a backoff of 50 ms later."""
    manager = self._txn_manager
    group = manager.consumer_group_to_add()
    if group is not None:
        return asyncio.create_task(self._do_add_offsets_to_txn(group))
    commit = manager.offsets_to_commit()
    if commit is not None:
        return asyncio.create_task(self._do_txn_offset_commit(*commit))
    following: asyncio.Task[object] | None = _next_request(self)
    return following


_group_answer = sender.AddOffsetsToTxnHandler.handle_response


def _ask_soon(self: sender.AddOffsetsToTxnHandler, answer: Any) -> float | None:
    """The group is the first thing of a transaction now, so it is what meets the end of the last one."""
    wait_s: float | None = _group_answer(self, answer)
    return sender.BACKOFF_OVERRIDE if wait_s and for_code(answer.error_code) is ConcurrentTransactions else wait_s


sender.Sender._maybe_do_transactional_request = _offsets_first
sender.AddOffsetsToTxnHandler.handle_response = _ask_soon

#: A dead letter is its wire plus some headers.
_MAX_REQUEST = MAX_RECORD_BYTES + 512 * 1024
#: A broker that is away for a minute must not find our transaction expired when it is back (that would look like
#: fencing). An owner that died is not waited for: the next one ends its transaction by taking the id.
_TIMEOUT_MS = 300_000
_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class Record:
    """To be written; ``partition`` None: it follows from the key."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Headers


@dataclass(slots=True)
class Transaction:
    """Starting it completes or aborts what the id's last owner left and fences that owner. Afterwards one batch at a
    time: ``begin``, ``write`` …, ``commit``. After any error it is of no use: ``discard`` it."""

    settings: Settings
    transactional_id: str
    group: str
    _producer: AIOKafkaProducer | None = None
    _sent: list[asyncio.Future[object]] = field(default_factory=list)

    async def start(self) -> None:
        self._producer = AIOKafkaProducer(
            **client_options(self.settings),
            transactional_id=self.transactional_id,
            transaction_timeout_ms=_TIMEOUT_MS,
            # A whole batch for one partition goes in one request; the default of 16 kB is five wires.
            max_batch_size=1024 * 1024,
            max_request_size=_MAX_REQUEST,
            retry_backoff_ms=50,
        )
        await self._producer.start()

    async def begin(self, source: TopicPartition, next_offset: int) -> None:
        """``next_offset`` becomes the group's position with the commit; the coordinator is told of the group while the
        batch is in work."""
        assert self._producer is not None
        self._sent = []
        await self._producer.begin_transaction()
        offsets = self._producer.send_offsets_to_transaction({source: OffsetAndMetadata(next_offset, "")}, self.group)
        self._sent.append(asyncio.ensure_future(offsets))
        await asyncio.sleep(0)  # so that it starts

    async def write(self, records: Sequence[Record]) -> None:
        """Hand over; delivery is awaited in ``commit``."""
        assert self._producer is not None
        for record in records:
            if record.key is None and record.value is None:
                # ``send`` refuses a record of nothing; a dead letter may be one.
                batch = self._producer.create_batch()
                batch.append(key=None, value=None, timestamp=record.timestamp_ms, headers=list(record.headers))
                self._sent.append(await self._producer.send_batch(batch, record.topic, partition=0))
                continue
            self._sent.append(await self._producer.send(
                record.topic, record.value, key=record.key, partition=record.partition,
                timestamp_ms=record.timestamp_ms, headers=list(record.headers),
            ))

    async def commit(self, before: Callable[[], Awaitable[None]]) -> None:
        """Everything written and the offset become visible together, or nothing does. ``before`` is awaited when all
        is at the broker and only the commit is missing."""
        assert self._producer is not None
        await asyncio.gather(*self._sent)
        await before()
        await self._producer.commit_transaction()

    async def close(self) -> None:
        """Orderly, with no transaction open."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(producer.stop(), _STOP_S)

    async def discard(self) -> None:
        """Let go in whatever state it is, without sending anything more. ``stop`` would wait for pending batches,
        without end when the broker is away; without its connections it fails at once."""
        producer, self._producer = self._producer, None
        for future in self._sent:
            _unheard(future)
        self._sent = []
        if producer is None:
            return
        _unheard(producer._txn_manager._transaction_waiter)
        # Batches that wait to be sent: aiokafka fails these futures too, and waits for them only where one is full.
        for batches in producer._message_accumulator._batches.values():
            for batch in batches:
                _unheard(batch._drain_waiter)
        try:
            with suppress(Exception):
                await producer.client.close()
            with suppress(Exception):
                await asyncio.wait_for(producer.stop(), _STOP_S)
        finally:
            # Closing fails what was in work, and for that the manager may have made another one.
            _unheard(producer._txn_manager._transaction_waiter)


def _unheard(future: asyncio.Future[Any] | None) -> None:
    """Nobody awaits it any more; its error is the one that was handled."""
    if future is not None:
        future.add_done_callback(lambda done: done.cancelled() or done.exception())

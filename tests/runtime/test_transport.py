"""A chunk says truly where it begins, also when the consumer was set back while the poll was waiting."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from faust.types import TP

from streams.runtime.transport import ConsumerThread

PARTITION = TopicPartition("t", 0)


class FakeThread(ConsumerThread):
    """One partition at offset 10; while a poll waits, ``meanwhile`` is done, and then two records come."""

    def __init__(self, meanwhile: int | None) -> None:
        self._moved: dict[TopicPartition, int] = {}
        self.stands_at = 10
        self.meanwhile = meanwhile
        self.consumer: Any = SimpleNamespace(flow_active=True)
        self.fetcher = SimpleNamespace(
            _closed=False, _subscriptions=SimpleNamespace(fetch_context=nullcontext), fetched_records=self.fetched)

    def _ensure_consumer(self) -> Any:
        return SimpleNamespace(_closed=False, _fetcher=self.fetcher, seek=self.seek)

    def _positions(self, partitions: Any) -> dict[TopicPartition, int]:
        return {PARTITION: self.stands_at}

    def _state(self, partition: TopicPartition) -> Any:
        return SimpleNamespace(lso=100, highwater=100)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.stands_at = offset

    async def fetched(self, *_: Any, **__: Any) -> dict[TopicPartition, list[Any]]:
        if self.meanwhile is not None:
            self.seek(PARTITION, self.meanwhile)
            self._moved[PARTITION] = self.meanwhile
        found = [SimpleNamespace(offset=self.stands_at + n, key=b"", value=b"") for n in (1, 2)]
        self.stands_at += 3
        return {PARTITION: found}


async def polled(meanwhile: int | None) -> tuple[int, int]:
    (chunk,) = (await FakeThread(meanwhile)._poll({TP("t", 0)}, 0.1)).values()
    return chunk.start, chunk.end


async def test_a_chunk_begins_where_the_consumer_stood() -> None:
    assert await polled(None) == (10, 13)


async def test_set_back_during_a_poll_the_chunk_begins_where_it_was_set_to() -> None:
    # With 10 as its start the lane would see the same gap again, set back again, and so on without end.
    assert await polled(4) == (4, 7)

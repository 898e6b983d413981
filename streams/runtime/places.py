"""Where the group stands on a partition, and where the partition's log begins."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.runtime.settings import Settings, client_options

__all__ = ["Places"]


class Places:
    """One client for all lanes. Its methods raise KafkaError; asked again, they connect again."""

    def __init__(self, settings: Settings, group: str) -> None:
        self._settings = settings
        self._group = group
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None

    async def __aenter__(self) -> Self:
        self._admin = AIOKafkaAdminClient(**client_options(self._settings), request_timeout_ms=10_000)
        self._consumer = AIOKafkaConsumer(**client_options(self._settings), enable_auto_commit=False)
        await self._admin.start()
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for client in (self._admin and self._admin.close(), self._consumer and self._consumer.stop()):
            if client:
                with suppress(KafkaError):
                    await client

    async def committed(self, source: TopicPartition) -> int | None:
        """The group's committed offset, None where there is none. Not while a transaction on it is pending: call it
        after the partition's producer has started."""
        assert self._admin is not None
        found = await self._admin.list_consumer_group_offsets(self._group, partitions=[source])
        place = found.get(source)
        return None if place is None or place.offset < 0 else int(place.offset)

    async def earliest(self, source: TopicPartition) -> int:
        """The first offset still in the log."""
        assert self._consumer is not None
        return int((await self._consumer.beginning_offsets([source]))[source])

"""Events for the commands that look back: from a file of JSON lines, or from the topic."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from streams.contracts.codec import ContractError, decode
from streams.errors import InputError
from streams.runtime.settings import Settings

__all__ = ["read_events", "read_events_from_kafka"]

E = TypeVar("E", bound=msgspec.Struct)


def read_events(path: Path, kind: type[E]) -> Iterator[E]:
    """The events of that ``kind`` in a file as ``streams stories --events`` or ``streams tail --json`` write it, .gz or
    not. Raises InputError naming file and line."""
    try:
        with (gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield decode(line, kind)
                    except ContractError as error:
                        raise InputError(f"{path} line {number}: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: {error}") from None


def read_events_from_kafka(settings: Settings, topic: str, kind: type[E]) -> list[E]:
    """All that ``topic`` holds now, events of that ``kind``. Raises KafkaUnavailable."""
    from streams.cli.clients import reader, run  # aiokafka is slow to import, and a file needs none

    async def read() -> list[E]:
        async with reader(settings, topic) as source:
            return [decode(record.value, kind) async for record in source.to_the_end()]

    return run(read())

"""Story events for the commands that look back: from a file of JSON lines, or from the topic."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from streams import topics
from streams.contracts.codec import ContractError, decode
from streams.contracts.records import StoryEvent
from streams.errors import InputError
from streams.runtime.settings import Settings

__all__ = ["read_events", "read_events_from_kafka"]


def read_events(path: Path) -> Iterator[StoryEvent]:
    """The events of a file as ``streams stories --events`` or ``streams tail --json`` write it, .gz or not. Raises
    InputError naming file and line."""
    try:
        with (gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield decode(line, StoryEvent)
                    except ContractError as error:
                        raise InputError(f"{path} line {number}: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: {error}") from None


def read_events_from_kafka(settings: Settings) -> list[StoryEvent]:
    """All that ``stories.updated`` holds now. Raises KafkaUnavailable."""
    from streams.cli.clients import reader, run  # aiokafka is slow to import, and a file needs none

    async def read() -> list[StoryEvent]:
        async with reader(settings, topics.UPDATED) as source:
            return [decode(record.value, StoryEvent) async for record in source.to_the_end()]

    return run(read())

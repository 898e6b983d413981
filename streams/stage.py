"""What a hop is to the shell: a pure stage that turns records into records.

A stage knows nothing of Kafka, asyncio or the wall clock. The shell (``streams.runtime``) feeds it batches in log
order and makes its outputs, its state changes and the consumed offsets visible together; the offline driver
(``streams.pipeline``) feeds it from a file. Replaying the same records into a fresh stage gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

__all__ = ["Change", "Headers", "Incoming", "Outgoing", "Rejection", "Result", "Stage"]

Headers = tuple[tuple[str, bytes], ...]
#: One entry of the stage's state: key, and its new value or None where it is gone.
Change = tuple[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as it was read from its topic; ``timestamp_ms`` is its CreateTime."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A record to be written; the partition follows from the key."""

    topic: str
    key: bytes
    value: bytes | None
    timestamp_ms: int
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record is dead-lettered: a short stable ``error`` type and a ``message`` saying what, where,
    expected, got. The record's own bytes go to ``wires.rejected`` untouched."""

    error: str
    message: str


@dataclass(slots=True)
class Result:
    """What one incoming record gave: outputs, state changes, or the reason it was refused."""

    outputs: list[Outgoing] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    rejection: Rejection | None = None


class Stage(Protocol):
    """One instance per owned input partition; used by one task at a time."""

    name: str
    source: str
    changelog: str | None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        """One result per record, in order. A refused record is a Rejection, never an exception. An exception
        means a poison record the stage did not foresee: the shell discards this instance, restores a fresh
        one, finds the record and dead-letters it."""
        ...

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Load the newest value of each live key, in the order of their last writes, into a fresh instance.
        Afterwards the instance behaves byte for byte like the one that wrote them."""
        ...

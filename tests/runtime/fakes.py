"""Stages and records for tests of the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from streams import topics
from streams.stage import Incoming, Outgoing, Rejection, Result

__all__ = ["Counting", "incoming"]


def incoming(offset: int, value: bytes | None = b"{}", **other: object) -> Incoming:
    fields: dict[str, object] = {"topic": topics.CLEAN, "partition": 0, "offset": offset, "timestamp_ms": 1000 + offset,
                                 "key": b"k%d" % offset, "value": value, "headers": (("kept", b"1"),)}
    return Incoming(**(fields | other))  # type: ignore[arg-type]  # a table of fields


class Counting:
    """Counts values; says the count so far. Raises on ``b"poison"``, refuses ``b"bad"``, and keeps the damage that a
    half-done step does: a shell that went on with this instance would count wrong."""

    name = "counting"
    source = topics.CLEAN
    changelog: str | None = topics.DEDUPE_CHANGELOG

    def __init__(self, raises: Callable[[], Exception] = lambda: ValueError("cannot count this")) -> None:
        self.count = 0
        self._raises = raises

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [self._one(record) for record in batch]

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        self.count = sum(int(value) for _, value in entries)

    def _one(self, record: Incoming) -> Result:
        if record.value == b"poison":
            self.count += 1000
            raise self._raises()
        if record.value == b"bad":
            return Result(rejection=Rejection("Bad", "expected something good"))
        if record.value == b"huge":
            self.count += 1000
            return Result([Outgoing(topics.DEDUPED, b"k", b"x" * (11 * 1024 * 1024), 0)])
        self.count += 1
        total = b"%d" % self.count
        return Result([Outgoing(topics.DEDUPED, record.key or b"", total, record.timestamp_ms)], [(b"n", total)])

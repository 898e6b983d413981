"""How far event time has come, in spite of wires with wrong dates.

The age of state is measured on a clock of event time. One wire dated next year must not make everything else old,
and one dated last year must not stop the clock; so the clock is the median of the last few wires' times and never
goes back (a watermark, in the sense of Akidau et al. 2015, made robust).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

__all__ = ["Clock"]

#: Wires whose times vote. An odd number of few: the clock follows within a handful of wires.
VOTES = 15


class _Kept(msgspec.Struct, array_like=True):
    votes: list[int]
    now_ms: int
    start_ms: int
    latest_ms: int
    records: int


@dataclass(slots=True)
class Clock:
    """``now_ms`` is None until ``VOTES`` wires were seen; nothing ages before. ``start_ms`` is its first value: what
    was used before counts as used then. ``latest_ms`` is the latest time of any wire, for embargoes. ``records``
    counts wires, and orders uses of the same millisecond."""

    votes: list[int] = field(default_factory=list)
    now_ms: int | None = None
    start_ms: int = 0
    latest_ms: int = -(1 << 62)
    records: int = 0

    def see(self, event_ms: int) -> None:
        """A wire of that event time (milliseconds) has come."""
        self.records += 1
        self.latest_ms = max(self.latest_ms, event_ms)
        self.votes.append(event_ms)
        if len(self.votes) < VOTES:
            return
        del self.votes[:-VOTES]
        median = sorted(self.votes)[VOTES // 2]
        if self.now_ms is None:
            self.now_ms = self.start_ms = median
        self.now_ms = max(self.now_ms, median)

    def stamp(self) -> int:
        """The time to write on what is used now."""
        return self.start_ms if self.now_ms is None else self.now_ms

    def age(self, stamp_ms: int) -> int:
        """Milliseconds since the use that ``stamp`` dated; 0 before the clock runs."""
        return 0 if self.now_ms is None else self.now_ms - max(stamp_ms, self.start_ms)

    def pack(self) -> bytes:
        now = -(1 << 62) if self.now_ms is None else self.now_ms
        return msgspec.msgpack.encode(_Kept(self.votes, now, self.start_ms, self.latest_ms, self.records))

    @classmethod
    def unpack(cls, data: bytes) -> Clock:
        kept = msgspec.msgpack.decode(data, type=_Kept)
        now = None if kept.now_ms == -(1 << 62) else kept.now_ms
        return cls(kept.votes, now, kept.start_ms, kept.latest_ms, kept.records)

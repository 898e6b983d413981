"""What one incoming record brings about, decided first and written down later.

The bytes of events and of changelog records (JSON, deflate) follow from what was decided alone. So a batch is decided
record by record, and then written record by record: the same code works on one after another, which costs less.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import msgspec

from streams.entities.registry import Identified
from streams.stage import Change, Outgoing, Rejection, Result
from streams.stories.deflate import deflated
from streams.stories.events import Unwritten
from streams.stories.member import pack

__all__ = ["Kept", "Step"]


class Kept(msgspec.Struct, frozen=True, gc=False):
    """The changelog record of an article's content: what deflates, and what does not."""

    loose: tuple[bytes, bytes]
    dense: bytes

    def written(self) -> bytes:
        return pack((deflated(pack(self.loose)), self.dense))


class Step(msgspec.Struct):
    """What one incoming record brings about."""

    timestamp_ms: int
    told: list[Outgoing | Unwritten | Identified] = []
    #: Keys of what changed, in the order of the first change; the values are read at the end.
    stories: dict[str, None] = {}
    members: dict[str, None] = {}
    #: Whole changes: contents, commands, and what is gone.
    changes: dict[bytes, bytes | Kept | None] = {}
    #: All changes, once the step is finished.
    finished: list[tuple[bytes, bytes | Kept | None]] = []
    rejection: Rejection | None = None

    def finish(self, first: Iterable[Change], last: Iterable[Change]) -> None:
        """``first`` and ``last``: what changed beside ``changes``."""
        self.finished = [*first, *self.changes.items(), *last]

    def result(self) -> Result:
        """It as bytes."""
        outputs = chain.from_iterable([(each,) if isinstance(each, Outgoing) else each.written() for each in self.told])
        changes = [(key, value.written() if isinstance(value, Kept) else value) for key, value in self.finished]
        return Result([*outputs], changes, self.rejection)

"""Run a stage over a batch: in slices that leave the event loop free, and with the one bad record found.

No Kafka in here: the state comes from a callable, so a test needs neither broker nor Faust.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from streams.runtime.failures import Fatal, describe, is_poison
from streams.runtime.garbage import look_away
from streams.runtime.settings import MAX_RECORD_BYTES
from streams.stage import Change, Incoming, Rejection, Result, Stage

__all__ = ["Entries", "Stepper"]

log = logging.getLogger(__name__)


class Oversize(ValueError):
    """An output that no topic would take."""


#: The newest value of each live key, in the order of their last writes.
Entries = Sequence[tuple[bytes, bytes]]
#: How long a slice should keep the event loop. Heartbeats have a thread of their own; producers and the health page
#: share this loop. A batch's results do not depend on how it is cut.
_SLICE_S = 0.04
_LARGEST_SLICE = 256


@dataclass(slots=True)
class Stepper:
    """A stage instance that can be made again. ``load`` gives the committed state; asked only by stages that have
    any. ``shared``: an instance that keeps nothing between records, in the place of any made here. ``restoring`` is
    held while a state is rebuilt: two at once, in threads of one interpreter, take half as long again as one after the
    other. One batch at a time."""

    factory: Callable[[], Stage]
    load: Callable[[], Awaitable[Entries]]
    shared: Stage | None = None
    restoring: asyncio.Lock = field(default_factory=asyncio.Lock)
    stage: Stage | None = None
    live: dict[bytes, None] | None = None
    _slice: int = 1

    @property
    def state_entries(self) -> int:
        """Keys alive in the state of this instance."""
        return len(self.live) if self.live is not None else 0

    async def fresh(self) -> None:
        """Replace the instance by one with the committed state. Raises what ``load`` raises, and Fatal when the
        state cannot be restored: it was written by this program, so that is a bug, and going on would tell lies."""
        self.stage = None
        stage = self.shared or self.factory()
        if stage.changelog is not None:
            entries = await self.load()
            try:
                # In a thread: a large state takes seconds, and the loop has other lanes to serve.
                async with self.restoring:
                    with look_away():
                        await asyncio.to_thread(stage.restore, entries)
            except Exception as error:
                raise Fatal(f"{stage.name}: the state cannot be restored: {describe(error)}") from error
            self.live = dict.fromkeys(key for key, _ in entries)
        self.stage = stage

    async def run(self, batch: Sequence[Incoming]) -> list[Result]:
        """One result per record, in order. A record the stage raises on becomes a Rejection, and the instance is made
        anew so that nothing of a half-done step stays."""
        if self.stage is None:
            await self.fresh()
        try:
            results = await self._sliced(batch)
        except Exception as error:
            if not is_poison(error):
                raise Fatal(f"{self._name}: {describe(error)}") from error
            log.warning("%s: a record in a batch of %d raised %s; looking for it", self._name, len(batch),
                        describe(error), exc_info=error)
            results = await self._isolated(batch)
        return results

    def committed(self, changes: Sequence[Change]) -> None:
        """Keep count of the live keys."""
        if self.live is not None:
            for key, value in changes:
                if value is None:
                    self.live.pop(key, None)
                else:
                    self.live[key] = None

    @property
    def _name(self) -> str:
        return self.stage.name if self.stage is not None else "stage"

    async def _sliced(self, batch: Sequence[Incoming]) -> list[Result]:
        results: list[Result] = []
        while len(results) < len(batch):
            part = batch[len(results) : len(results) + self._slice]
            began = time.perf_counter()
            results += self._process(part)
            took = time.perf_counter() - began
            self._slice = max(1, min(_LARGEST_SLICE, int(len(part) * _SLICE_S / max(took, 1e-6)), self._slice * 4))
            if len(results) < len(batch):
                await asyncio.sleep(0)
        return results

    def _process(self, part: Sequence[Incoming]) -> list[Result]:
        assert self.stage is not None
        results = self.stage.process(part)
        if len(results) != len(part):
            raise Fatal(f"{self.stage.name}: {len(results)} results for {len(part)} records; expected one for each")
        for record, result in zip(part, results, strict=True):
            for out in result.outputs:
                if out.value is not None and len(out.value) > MAX_RECORD_BYTES:
                    raise Oversize(
                        f"output for {out.topic} of record {record.offset}: at most {MAX_RECORD_BYTES} bytes expected, "
                        f"got {len(out.value)}"
                    )
        return results

    async def _isolated(self, batch: Sequence[Incoming]) -> list[Result]:
        """Record by record on a fresh instance; each that raises is set aside and the batch begun again without it."""
        poison: dict[int, Rejection] = {}
        while True:
            await self.fresh()
            results: list[Result] = []
            for position, record in enumerate(batch):
                if position in poison:
                    results.append(Result(rejection=poison[position]))
                    continue
                try:
                    results += self._process([record])
                except Exception as error:
                    if not is_poison(error):
                        raise
                    poison[position] = Rejection(
                        type(error).__name__,
                        f"{self._name} failed on {record.topic}/{record.partition}@{record.offset}: {describe(error)}",
                    )
                    break
                await asyncio.sleep(0)
            else:
                return results

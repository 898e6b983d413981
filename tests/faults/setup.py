"""What a run is made of: its stages, its wires and its poison, cheap ones or the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from streams.runtime import stages as shipped
from streams.runtime.service import GROUP
from streams.stage import Incoming, Result, Stage
from tests.faults.checker import Hop
from tests.faults.load import wires
from tests.faults.stages import fault_stages
from tests.faults.texts import news

__all__ = ["Setup", "factories", "setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """``wires``: seed -> endless wires; ``poison``: a wire and a number -> what makes a stage refuse or raise."""

    hops: list[Hop]
    wires: Callable[[int], Iterator[bytes]]
    poison: Callable[[bytes, int], bytes]


@dataclass(slots=True)
class _Raising:
    """A stage with a bug: it raises on records with this text in them."""

    stage: Stage
    text: bytes

    def __post_init__(self) -> None:
        self.name, self.source, self.changelog = self.stage.name, self.stage.source, self.stage.changelog

    name: str = ""
    source: str = ""
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        # Half of the batch is done when it raises, as with a real bug.
        for position, record in enumerate(batch):
            if self.text in (record.value or b""):
                self.stage.process(batch[:position])
                raise ArithmeticError("poison")
        return self.stage.process(batch)

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        self.stage.restore(entries)


def _raising(make: Callable[[], Stage], text: bytes) -> Callable[[], Stage]:
    return lambda: _Raising(make(), text)


def factories(stages: str) -> dict[str, Callable[[], Stage]]:
    """Name -> how to make the stage, of ``fault`` (cheap) or ``real`` (the shipped ones, of which the first and the
    last raise on poison)."""
    if stages == "fault":
        return fault_stages()
    found = {hop.name: hop.factory for hop in shipped.hops(shipped.STAGES)}
    return {**found, "intake": _raising(found["intake"], b" POISON "),
            "stories": _raising(found["stories"], b" LATE-POISON ")}


def setup(stages: str) -> Setup:
    """Parts of a run of ``fault`` or ``real`` stages."""
    hops = [Hop(name, make, GROUP) for name, make in factories(stages).items()]
    return Setup(hops, wires if stages == "fault" else news, poison)


def poison(wire: bytes, kind: int) -> bytes:
    """Not JSON; a wire that makes the first stage raise; one that makes the last stage raise."""
    if kind == 0:
        return b"{broken " + wire
    content = orjson.loads(wire)
    field = "text" if "text" in content else "body_text"
    content[field] += " POISON here" if kind == 1 else " and the LATE-POISON here"
    return orjson.dumps(content)

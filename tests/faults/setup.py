"""What a run is made of: its stages, its wires and its poison, cheap ones or the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from streams.runtime.service import GROUP
from streams.stage import Stage
from tests.faults.checker import Hop
from tests.faults.load import wires
from tests.faults.stages import fault_stages

__all__ = ["Setup", "factories", "setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """``wires``: seed -> endless wires; ``poison``: a wire and a number -> what makes a stage refuse or raise."""

    hops: list[Hop]
    wires: Callable[[int], Iterator[bytes]]
    poison: Callable[[bytes, int], bytes]


def factories(stages: str) -> dict[str, Callable[[], Stage]]:
    """Name -> how to make the stage, of ``fault`` (cheap) or ``real``."""
    if stages == "fault":
        return fault_stages()
    raise ValueError(f"unknown stages: {stages}")


def setup(stages: str) -> Setup:
    return Setup([Hop(name, make, GROUP) for name, make in factories(stages).items()], wires, poison)


def poison(wire: bytes, kind: int) -> bytes:
    """Not JSON; a wire that makes the first stage raise; one that makes the last stage raise."""
    if kind == 0:
        return b"{broken " + wire
    content = orjson.loads(wire)
    content["text"] += " POISON here" if kind == 1 else " LATE-POISON here"
    return orjson.dumps(content)

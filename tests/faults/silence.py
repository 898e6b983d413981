"""How long story events were silent: when each wire was acknowledged, when its event could be read, and the longest
time between the two for the wires around a fault."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import aiokafka
import orjson
from aiokafka.errors import KafkaError

from streams import topics
from tests.faults.load import Load
from tests.faults.schedule import DATA, Fault

__all__ = ["Acked", "Struck", "Told", "measured", "percentile", "silences"]

#: Wires sent this long after a fault count for it, and those that were just on their way.
_WINDOW_S = 5.0
#: After a broker's fault wires count that were sent up to so long after it answered again.
_BACK_S = 1.0
_ON_THE_WAY_S = 0.4


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happened, at a monotonic time; ``others``: how many workers beside the one it struck were ready to
    take over; ``down_s``: how long the broker was away, from its end until it answered again; ``silence_s``: the
    longest that any wire of the five seconds after it (or up to the next fault of a process) waited for its story
    event; after a broker's fault, counted from its answering again, any wire up to a second after that. None where no
    wire came."""

    fault: Fault
    at: float
    others: int
    silence_s: float | None = None
    down_s: float = 0.0


@dataclass(slots=True)
class Told:
    """When each uri was first told of, by a reader that follows ``stories.updated``."""

    at: dict[str, float] = field(default_factory=dict)

    async def follow(self, bootstrap: str) -> None:
        while True:
            consumer = aiokafka.AIOKafkaConsumer(
                bootstrap_servers=bootstrap, isolation_level="read_committed", enable_auto_commit=False,
                auto_offset_reset="earliest", fetch_max_wait_ms=50, retry_backoff_ms=50,
            )
            try:
                await consumer.start()
                await consumer._client._wait_on_metadata(topics.UPDATED)
                consumer.assign([aiokafka.TopicPartition(topics.UPDATED, number)
                                 for number in consumer.partitions_for_topic(topics.UPDATED)])
                while True:
                    for records in (await consumer.getmany(timeout_ms=500)).values():
                        now = time.monotonic()
                        for record in records:
                            for entry in orjson.loads(record.value)["delta"]["added"]:
                                self.at.setdefault(entry["uri"], now)
            except (KafkaError, OSError):
                await asyncio.sleep(0.2)
            finally:
                with suppress(KafkaError, TimeoutError):
                    await asyncio.wait_for(consumer.stop(), 5)


@dataclass(slots=True)
class Acked:
    """When each wire that gives a story event was acknowledged first."""

    load: Load
    at: dict[str, float] = field(default_factory=dict)

    async def follow(self) -> None:
        seen = 0
        while True:
            now = time.monotonic()
            for ack in self.load.acks[seen:]:
                if b"POISON" not in ack.value and not ack.value.startswith(b"{broken"):
                    self.at.setdefault(ack.key.decode(), now)
            seen = len(self.load.acks)
            await asyncio.sleep(0.02)


def measured(
    struck: Sequence[Struck], acked: Mapping[str, float], latencies: Mapping[str, float], down_s: Mapping[int, float]
) -> list[Struck]:
    """With the silence of each. A wire counts for one fault of a process only."""
    processes = [one.at for one in struck if one.fault.kind not in DATA]
    found = []
    for one in struck:
        following = min((at for at in processes if at > one.at), default=float("inf"))
        down = down_s.get(one.fault.number, 0.0)
        end = min(one.at + (down + _BACK_S if down else _WINDOW_S), following - _ON_THE_WAY_S)
        back = one.at + down if down else 0.0
        # A wire that was told before the broker went did not wait for it.
        waits = [max(0.0, at + latencies[uri] - max(at, back)) for uri, at in acked.items()
                 if one.at - _ON_THE_WAY_S <= at < end and uri in latencies]
        found.append(replace(one, silence_s=max(waits, default=None), down_s=down))
    return found


def silences(struck: Sequence[Struck], kinds: Sequence[str], *, covered: bool = True) -> list[float]:
    """Of the faults of these kinds that struck a worker while another was ready (not ``covered``: while none was)."""
    return [one.silence_s for one in struck
            if one.fault.kind in kinds and (one.others > 0) is covered and one.silence_s is not None]


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; 0 for no values."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0

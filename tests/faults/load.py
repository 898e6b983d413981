"""The load: producers of wires that never stop, and write down what Kafka has acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import aiokafka
import orjson
from aiokafka.errors import KafkaError

from streams import topics
from tests.faults.checker import Ack

__all__ = ["Load", "wires"]

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_WORDS = "port strike talks minister storm vote court budget rail flood bank treaty fire summit harvest".split()
_WINDOW = 64


def wires(seed: int) -> Iterator[bytes]:
    """Endless wires with text from the seed; stories take turns, as in a real stream."""
    draw = random.Random(seed)
    number = 0
    while True:
        story = draw.randrange(max(0, number // 40 - 8), number // 40 + 1)
        text = " ".join(draw.choices(_WORDS, k=draw.randrange(8, 60)))
        yield orjson.dumps({
            "uri": f"s{story}-a{number}", "version": 1, "language": _LANGUAGES[story % len(_LANGUAGES)], "text": text,
        })
        number += 1


@dataclass(slots=True)
class Load:
    """Sends ``rate`` wires a second until ``stop``. ``modes`` holds the producers' faults that are on now, with the
    number of wires they are still on for: poison, twice, resend, reorder."""

    bootstrap: str
    rate: float
    source: Iterator[bytes]
    seed: int
    poison: Callable[[bytes, int], bytes]
    acks: list[Ack] = field(default_factory=list)
    sent: int = 0
    modes: dict[str, int] = field(default_factory=dict)
    restarts: int = 0
    _stopping: bool = False
    _unsettled: list[bytes] = field(default_factory=list)

    def stop(self) -> None:
        self._stopping = True

    def _on(self, mode: str) -> bool:
        left = self.modes.get(mode, 0)
        if left:
            self.modes[mode] = left - 1
        return left > 0

    async def run(self) -> None:
        """A producer that fails for good is replaced, and what it had not settled is sent again (a resend)."""
        draw = random.Random(self.seed)
        started, base = time.monotonic(), 0
        while not self._stopping or self._unsettled:
            producer = aiokafka.AIOKafkaProducer(
                bootstrap_servers=self.bootstrap, acks="all", enable_idempotence=True, linger_ms=5)
            try:
                await producer.start()
                again, self._unsettled = self._unsettled, []
                await self._send(producer, again)
                while not self._stopping:
                    due = started + (self.sent - base) / self.rate - time.monotonic()
                    # The broker was away, or a producers' fault sent more at once: go on at the rate, with neither a
                    # burst nor a silence of our own making.
                    if due < -5 or due > 0.5:
                        started, base, due = time.monotonic(), self.sent, 0.0
                    await asyncio.sleep(max(due, 0.02))
                    want = int((time.monotonic() - started) * self.rate) + base - self.sent
                    await self._send(producer, self._next(draw, min(max(want, 1), 200)))
            except (KafkaError, OSError, TimeoutError):
                self.restarts += 1
                await asyncio.sleep(0.5)
            finally:
                with suppress(TimeoutError, KafkaError):
                    await asyncio.wait_for(producer.stop(), 5)

    def _next(self, draw: random.Random, count: int) -> list[bytes]:
        if self._on("reorder"):
            count = _WINDOW
        batch = [next(self.source) for _ in range(count)]
        if count == _WINDOW and self.modes.get("reorder", 0) >= 0:
            draw.shuffle(batch)
        if self._on("poison"):
            batch.insert(len(batch) // 2, self.poison(next(self.source), draw.randrange(3)))
        if self._on("twice"):
            batch = [wire for wire in batch for _ in range(2)]
        if self._on("resend"):
            batch = batch + batch
        self.sent += len(batch)
        return batch

    async def _send(self, producer: aiokafka.AIOKafkaProducer, batch: list[bytes]) -> None:
        pending = []
        for value in batch:
            key = _key(value)
            pending.append((key, value, await producer.send(topics.INCOMING, value, key=key)))
        failed: BaseException | None = None
        for key, value, future in pending:
            try:
                done = await asyncio.wait_for(asyncio.shield(future), 120)
                self.acks.append(Ack(done.partition, done.offset, key, value))
            except (KafkaError, TimeoutError) as error:
                self._unsettled.append(value)
                failed = error
        if failed is not None:
            raise failed


def _key(value: bytes) -> bytes:
    try:
        return str(orjson.loads(value)["uri"]).encode()
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return b"broken-%d" % len(value)

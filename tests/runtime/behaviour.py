"""What the shell promises, as steps that run on any broker: the embedded one and a real Kafka."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.runtime.settings import Settings
from streams.runtime.topics import admin_client, create, specs

__all__ = ["Running", "create_topics", "produce", "read_all", "told", "until", "wire", "worker"]

_ROOT = Path(__file__).resolve().parents[2]


def wire(uri: str, language: str = "en") -> tuple[bytes | None, bytes | None]:
    return uri.encode(), orjson.dumps({"uri": uri, "language": language, "body_text": "text of " + uri})


async def create_topics(bootstrap: str, partitions: int = 4) -> None:
    async with admin_client(Settings(bootstrap_servers=bootstrap)) as admin:
        await create(admin, specs(partitions))


async def produce(bootstrap: str, topic: str, records: Sequence[tuple[bytes | None, bytes | None]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    await producer.start()
    try:
        await asyncio.gather(*[await producer.send(topic, value, key=key) for key, value in records])
    finally:
        await producer.stop()


async def read_all(bootstrap: str, topic: str, *, check_crcs: bool = True) -> list[Any]:
    """Every committed record that is there now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed",
                                enable_auto_commit=False, auto_offset_reset="earliest", check_crcs=check_crcs)
    await consumer.start()
    found: list[Any] = []
    try:
        numbers = sorted(await consumer._client._wait_on_metadata(topic))
        for partition in (TopicPartition(topic, number) for number in numbers):
            consumer.assign([partition])
            end = (await consumer.end_offsets([partition]))[partition]
            await consumer.seek_to_beginning(partition)
            while await consumer.position(partition) < end:
                found += (await consumer.getmany(partition, timeout_ms=100)).get(partition, [])
    finally:
        await consumer.stop()
    return found


def told(records: Sequence[Any]) -> list[str]:
    """The uris that story events added, each as often as it was told."""
    return [entry["uri"] for record in records for entry in orjson.loads(record.value)["delta"]["added"]]


async def until(holds: Callable[[], Any], limit_s: float = 40.0) -> None:
    """Ask ``holds`` (a coroutine function) again and again until it is true."""
    async with asyncio.timeout(limit_s):
        while not await holds():  # noqa: ASYNC110  # what another process does gives no event
            await asyncio.sleep(0.3)


class Running:
    """A worker process and its health page."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def url(self) -> str:
        for line in self.log.splitlines():
            if "health and metrics at" in line:
                return str(orjson.loads(line)["message"]).rsplit(" ", 1)[1]
        return ""

    async def get(self, path: str) -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.get(self.url() + path) as answer:
            return answer.status, await answer.read()

    async def ready(self) -> bool:
        assert self.process.poll() is None, self.log[-3000:]
        if not self.url():
            return False
        with contextlib.suppress(aiohttp.ClientError):
            return (await self.get("/readyz"))[0] == 200
        return False

    async def ended(self, limit_s: float = 12.0) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(limit_s):
            while self.process.poll() is None:  # noqa: ASYNC110  # Popen has no asynchronous wait
                await asyncio.sleep(0.05)
        return int(self.process.returncode)

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; exit code, and seconds to the end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(), time.monotonic() - began


@asynccontextmanager
async def worker(folder: Path, bootstrap: str, *, module: str = "streams.bench.worker",
                 arguments: Sequence[str] = (), environment: dict[str, str] | None = None) -> AsyncIterator[Running]:
    """A worker with the pass-through stages, killed at the end if it still runs."""
    log = folder / f"worker-{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: ASYNC220  # returns at once, and the tests stop it in a finally
            [sys.executable, "-m", module, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=_ROOT,
            env={**os.environ, "STREAMS_BOOTSTRAP_SERVERS": bootstrap, "OMP_NUM_THREADS": "1", **(environment or {})},
        )
    try:
        yield Running(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)

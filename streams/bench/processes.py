"""What benchmarks on a running broker share: topics, worker processes and what these take, and telling the result."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import click
import orjson

from streams.errors import StreamsError
from streams.runtime.settings import Settings
from streams.runtime.topics import DEFAULT_PARTITIONS, admin_client, create, specs

__all__ = ["WrongAnswer", "beside", "cpu_s", "end", "make_topics", "memory_mb", "ready", "tell", "workers"]

_READY_S = 60.0


class WrongAnswer(StreamsError):
    """The run lost wires or told some twice; its speed is of no interest."""


async def make_topics(settings: Settings, partitions: int = DEFAULT_PARTITIONS) -> None:
    """Every topic of the service that is not there yet."""
    async with admin_client(settings) as admin:
        await create(admin, specs(partitions))


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """``work`` in a task of its own while the block runs, and no longer. What it raises is for the block to ask for;
    where the block fails first, its error is the one that is told."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()  # also keeps asyncio from telling of an error that nobody asked for
        await asyncio.wait([task])


def tell(result: dict[str, Any], seed: int, *, as_json: bool) -> None:
    """Print ``result``, with the seed and the machine it was measured on, as a line of JSON or a line for each."""
    result = result | {"seed": seed, "machine": _machine()}
    if as_json:
        click.echo(orjson.dumps(result).decode())
        return
    for name, value in result.items():
        click.echo(f"{name:24} {value}")


@asynccontextmanager
async def workers(settings: Settings, count: int) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """So many, all ready; ended afterwards. Raises StreamsError with a worker's log when one does not get ready."""
    if settings.security_protocol != "PLAINTEXT":
        raise StreamsError("this benchmark runs on a plaintext listener only")
    with tempfile.TemporaryDirectory() as folder:
        logs = [_log_file(Path(folder) / f"worker-{number}.log") for number in range(count)]
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "streams.bench.worker", "--bootstrap-servers", settings.bootstrap_servers,
                stdout=log, stderr=log,
            ) for log in logs
        ]
        try:
            for process, log in zip(processes, logs, strict=True):
                await ready(process, Path(log.name).read_text)
            yield processes
        finally:
            await end(processes)
            for log in logs:
                log.close()


async def end(processes: list[asyncio.subprocess.Process]) -> None:
    """SIGTERM to all at once; SIGKILL to one that is still there after 15 s."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    for process in processes:
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()


def _log_file(path: Path) -> IO[bytes]:
    return path.open("wb")


async def ready(process: asyncio.subprocess.Process, log: Callable[[], str], limit_s: float = _READY_S) -> None:
    """Wait until the worker owns partitions and works on them; ``log`` gives what it has logged so far. Raises
    StreamsError."""
    import aiohttp

    deadline = time.monotonic() + limit_s
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            if process.returncode is not None:
                raise StreamsError(f"a worker ended with {process.returncode}: {log()[-2000:]}")
            for line in log().splitlines():
                message = orjson.loads(line).get("message", "") if line.startswith("{") else ""
                if message.startswith("health and metrics at "):
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(message.rsplit(" ", 1)[1] + "/readyz") as answer:
                            if answer.status == 200:
                                return
            await asyncio.sleep(0.1)
    raise StreamsError(f"a worker was not ready within {limit_s:.0f} s: {log()[-2000:]}")


def cpu_s(processes: list[asyncio.subprocess.Process]) -> float:
    """User and system seconds of the workers so far (Linux; 0 elsewhere)."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def memory_mb(process: asyncio.subprocess.Process, kind: str) -> float:
    """``VmHWM``, the peak resident set so far, or ``VmRSS``, the present one (Linux; 0 elsewhere)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"

"""``streams bench backlog``: a worker that starts on a backlog. What waits must stay in Kafka: the worker's memory must
not grow with it, and every wire must be told once. Pass-through stages, whose state has a limit.
"""

from __future__ import annotations

import asyncio
import random
import time
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from typing import Any

import click
import orjson

from streams import topics
from streams.bench.processes import WrongAnswer, beside, cpu_s, make_topics, memory_mb, tell, workers
from streams.cli.clients import Reader, reader, run, sender
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings

__all__ = ["command"]

_PATIENCE_S = 60.0
_REPETITIONS_S = 3.0
_LANGUAGES = ("en", "de", "fr", "es")
_TOLD_EVERY_S = 10.0


@dataclass(slots=True)
class _Told:
    """How often each wire was, by its number; ``peaks``: how many were told, and the worker's peak memory in MB."""

    times: bytearray
    count: int = 0
    repeated: int = 0
    last: float = field(default_factory=time.monotonic)
    peaks: list[tuple[int, float]] = field(default_factory=list)


@click.command("backlog")
@kafka_options
@click.option("--wires", default=1_000_000, show_default=True, type=click.IntRange(1000), help="Wires that wait.")
@click.option("--size", default=1000, show_default=True, type=click.IntRange(200), help="Bytes of a wire.")
@click.option("--partitions", default=4, show_default=True, type=click.IntRange(1),
              help="Partitions of the topics, where they are not there yet.")
@click.option("--seed", default=1, show_default=True, help="Seed of the generated wires.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a line of JSON.")
def command(settings: Settings, wires: int, size: int, partitions: int, seed: int, as_json: bool) -> int:
    """A worker works off wires that wait: its peak memory after a tenth of them and at the end, and the rate.

    Each wire must come out exactly once for a reader of committed records, or there is no result. The broker needs
    some nine times wires x size of disk; the topics keep what was sent.
    """
    result = run(_bench(settings, wires, size, partitions, random.Random(seed)))  # noqa: S311  # text of wires
    tell(result, seed, as_json=as_json)
    return 0


async def _bench(
    settings: Settings, wires: int, size: int, partitions: int, random_: random.Random
) -> dict[str, Any]:
    await make_topics(settings, partitions)
    marker = f"backlog-{time.time_ns():x}-"
    began = time.monotonic()
    await _send(settings, marker, wires, size, random_)
    click.echo(f"{wires} wires of {size} bytes wait, after {time.monotonic() - began:.0f} s", err=True)
    told = _Told(bytearray(wires))
    async with (
        reader(settings, topics.UPDATED) as source,
        beside(_listen(source, marker, told)) as listening,
    ):
        await asyncio.sleep(1.0)  # so that it stands at the end
        began = time.monotonic()
        async with workers(settings, 1) as (worker,):
            at_start = memory_mb(worker, "VmHWM")
            await _all_told(told, worker, listening)
            took, cpu = told.last - began, cpu_s([worker])
            await asyncio.sleep(_REPETITIONS_S)
            told.peaks.append((told.count, memory_mb(worker, "VmHWM")))
            at_end = memory_mb(worker, "VmRSS")
    if told.repeated or not all(told.times):
        raise WrongAnswer(f"{told.times.count(0)} wires lost, {told.repeated} told twice")
    tenth = next(peak for count, peak in told.peaks if count >= wires // 10)
    return {
        "wires": wires, "bytes": size, "partitions": partitions, "answer": "every wire exactly once",
        "seconds": round(took, 1), "wires_per_s": round(wires / took, 1),
        "worker_cpu_us_per_wire": round(cpu / wires * 1e6, 1), "peak_mb_when_ready": round(at_start, 1),
        "peak_mb_after_a_tenth": round(tenth, 1), "peak_mb": round(told.peaks[-1][1], 1),
        "resident_mb_at_the_end": round(at_end, 1),
    }


async def _send(settings: Settings, marker: str, wires: int, size: int, random_: random.Random) -> None:
    async with sender(settings, topics.INCOMING) as out:
        body = "".join(random_.choices("abcdefghij klmnopqrst uvwxyz", k=size))
        for number in range(wires):
            uri = f"{marker}{number}"
            head = {"uri": uri, "language": random_.choice(_LANGUAGES)}
            room = size - len(orjson.dumps({**head, "body_text": ""}))
            await out.send(uri.encode(), orjson.dumps({**head, "body_text": body[:room]}))
        await out.flush()
    if out.failed:
        raise WrongAnswer(f"{out.failed} wires were not accepted: {out.errors[:1]}")


async def _listen(source: Reader, marker: str, told: _Told) -> None:
    async for record in source.follow(from_start=False, until_idle_s=None):
        for entry in orjson.loads(record.value or b"{}")["delta"]["added"]:
            if entry["uri"].startswith(marker):
                number = int(entry["uri"][len(marker):])
                told.repeated += told.times[number]
                told.count += not told.times[number]
                told.times[number] = 1
                told.last = time.monotonic()


async def _all_told(told: _Told, worker: Process, listening: asyncio.Task[None]) -> None:
    """Write down the worker's peak memory meanwhile. Raises WrongAnswer when nothing new comes for a minute."""
    spoken = time.monotonic()
    told.last = spoken
    while told.count < len(told.times):
        await asyncio.sleep(0.5)
        if listening.done():
            listening.result()
        if worker.returncode is not None:
            raise WrongAnswer(f"the worker ended with {worker.returncode}")
        now = time.monotonic()
        if now - told.last > _PATIENCE_S:
            raise WrongAnswer(f"{len(told.times) - told.count} of {len(told.times)} wires have no story event, and "
                              f"none came for {_PATIENCE_S:.0f} s")
        told.peaks.append((told.count, memory_mb(worker, "VmHWM")))
        if now - spoken > _TOLD_EVERY_S:
            spoken = now
            click.echo(f"{told.count} told, peak {told.peaks[-1][1]:.1f} MB, now "
                       f"{memory_mb(worker, 'VmRSS'):.1f} MB", err=True)

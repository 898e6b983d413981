"""``streams bench hops``: what the guarantees cost. Pass-through stages in the real shell."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from typing import Any

import click
import orjson

from streams import topics
from streams.bench.processes import WrongAnswer, beside, cpu_s, make_topics, tell
from streams.bench.processes import workers as worker_processes
from streams.cli.clients import Reader, reader, run, sender
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings

__all__ = ["command"]

_PATIENCE_S = 60.0
_LANGUAGES = ("en", "en", "en", "de", "fr", "es")


@dataclass(slots=True)
class _Told:
    """When each uri's story event could be read; more than one time is a repetition."""

    times: dict[str, list[float]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@click.command("hops")
@kafka_options
@click.option("--embedded", "use_embedded", is_flag=True, help="Use a broker in memory instead of a real Kafka.")
@click.option("--wires", default=20_000, show_default=True, type=click.IntRange(1), help="Wires of the unpaced run.")
@click.option("--size", default=3000, show_default=True, type=click.IntRange(200), help="Bytes of a wire.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 8), help="Worker processes.")
@click.option("--partitions", default=4, show_default=True, type=click.IntRange(1),
              help="Partitions of the topics, where they are not there yet.")
@click.option("--rate", default=100.0, show_default=True, type=click.FloatRange(1), help="Wires/s of the paced run.")
@click.option("--warm-up", "warm_up", default=40.0, show_default=True, type=click.FloatRange(0),
              help="Seconds at the same rate before it, checked and not measured: a broker that was just started "
                   "spends its first minute on compiling itself.")
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1), help="Length of the paced run.")
@click.option("--seed", default=1, show_default=True, help="Seed of the generated wires.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a line of JSON.")
def command(
    settings: Settings, use_embedded: bool, wires: int, size: int, workers: int, partitions: int, rate: float,
    warm_up: float, seconds: float, seed: int, as_json: bool,
) -> int:
    """Wires through the four hops, unpaced for the rate and paced for the latency.

    Each wire must come out exactly once for a reader of committed records, or there is no result. Latency is from the
    broker's acknowledgement of the wire to its story event at such a reader.
    """
    with contextlib.ExitStack() as stack:
        if use_embedded:
            from streams.runtime.embedded import embedded

            settings = Settings(bootstrap_servers=stack.enter_context(embedded()))
        random_ = random.Random(seed)  # noqa: S311  # text of wires, no secret
        result = run(_bench(settings, wires, size, workers, partitions, rate, warm_up, seconds, random_,
                            check_crcs=not use_embedded))
    result |= {"broker": "embedded" if use_embedded else "kafka"}
    tell(result, seed, as_json=as_json)
    return 0


async def _bench(
    settings: Settings, wires: int, size: int, workers: int, partitions: int, rate: float, warm_up: float,
    seconds: float, random_: random.Random, *, check_crcs: bool,
) -> dict[str, Any]:
    await make_topics(settings, partitions)
    marker = f"bench-{time.time_ns():x}"
    async with (
        reader(settings, topics.UPDATED, check_crcs=check_crcs) as source,
        worker_processes(settings, workers) as processes,
        beside(_listen(source, marker, told := _Told())) as listening,
    ):
        await asyncio.sleep(1.0)
        used = cpu_s(processes)
        began = time.monotonic()
        sent = await _send(settings, f"{marker}-a", wires, size, None, random_)
        await _all_told(told, len(sent), listening)
        took = max(max(times) for times in told.times.values()) - began
        cpu = cpu_s(processes) - used
        _check(told, sent)
        told.times.clear()
        first = int(rate * warm_up)
        paced = await _send(settings, f"{marker}-b", first + int(rate * seconds), size, rate, random_)
        await _all_told(told, len(paced), listening)
        _check(told, paced)
        measured = [f"{marker}-b-{number}" for number in range(first, len(paced))]
        waits = sorted(told.times[uri][0] - paced[uri] for uri in measured)
    return {
        "wires": wires, "bytes": size, "workers": workers, "partitions": partitions,
        "answer": "every wire exactly once",
        "wires_per_s": round(wires / took, 1), "worker_cpu_us_per_wire": round(cpu / wires * 1e6, 1),
        "paced_wires_per_s": rate, "p50_ms": round(_quantile(waits, 0.5) * 1e3, 1),
        "p99_ms": round(_quantile(waits, 0.99) * 1e3, 1), "max_ms": round(waits[-1] * 1e3, 1),
    }


async def _send(
    settings: Settings, marker: str, count: int, size: int, rate: float | None, random_: random.Random
) -> dict[str, float]:
    """uri -> when the broker had it."""
    acknowledged: dict[str, float] = {}
    async with sender(settings, topics.INCOMING) as out:
        body = "".join(random_.choices("abcdefghij klmnopqrst uvwxyz", k=size))
        began = time.monotonic()
        for number in range(count):
            uri = f"{marker}-{number}"
            wire = orjson.dumps({"uri": uri, "language": random_.choice(_LANGUAGES), "body_text": body})
            if rate is None:
                await out.send(uri.encode(), wire)
                acknowledged[uri] = 0.0
                continue
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            future = await out.producer.send(topics.INCOMING, wire, key=uri.encode())
            future.add_done_callback(lambda _, uri=uri: acknowledged.__setitem__(uri, time.monotonic()))
        await out.flush()
        await out.producer.flush()
    if out.failed:
        raise WrongAnswer(f"{out.failed} wires were not accepted: {out.errors[:1]}")
    return acknowledged


async def _listen(source: Reader, marker: str, told: _Told) -> None:
    async for record in source.follow(from_start=False, until_idle_s=None):
        event = orjson.loads(record.value or b"{}")
        now = time.monotonic()
        for entry in event["delta"]["added"]:
            if entry["uri"].startswith(marker):
                told.times.setdefault(entry["uri"], []).append(now)
        told.changed.set()


async def _all_told(told: _Told, count: int, listening: asyncio.Task[None]) -> None:
    """Wait for ``count`` uris, and a moment longer for repetitions."""
    while len(told.times) < count:
        told.changed.clear()
        changed = asyncio.create_task(told.changed.wait())
        done, _ = await asyncio.wait({changed, listening}, timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()
        if listening in done:
            listening.result()
        if not done:
            raise WrongAnswer(
                f"{count - len(told.times)} of {count} wires gave no story event within {_PATIENCE_S:.0f} s"
            )
    await asyncio.sleep(1.0)


def _check(told: _Told, sent: dict[str, float]) -> None:
    missing = [uri for uri in sent if uri not in told.times]
    repeated = [uri for uri, times in told.times.items() if len(times) > 1]
    if missing or repeated:
        raise WrongAnswer(f"{len(missing)} wires lost ({missing[:3]}), {len(repeated)} told twice ({repeated[:3]})")


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


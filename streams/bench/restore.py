"""``streams bench restore``: how long a worker takes until it is ready again with the state of many articles.

Made-up articles go through the pure stages dedupe and stories, and their changes are written to the changelogs with the
headers of the shell. Then the shipped worker starts on them. All articles are of one language and so in one partition:
the worst case, as the partitions of several load side by side.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson

from streams import topics
from streams.bench.dedupe import texts
from streams.bench.processes import WrongAnswer, cpu_s, end, make_topics, memory_mb, ready, tell
from streams.bench.reports import START_MS, wires
from streams.cli.clients import run, sender
from streams.clock import rfc3339
from streams.contracts.codec import encode
from streams.contracts.records import Article
from streams.dedupe.stage import DedupeStage
from streams.errors import StreamsError
from streams.runtime.changelog import applied_header
from streams.runtime.garbage import look_seldom
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stage import Incoming, Stage
from streams.stories.stage import StoriesStage

__all__ = ["command"]

_BATCH = 200
_GAP_MS = 400
_READY_S = 300.0
_PARTITION = 0
#: What the worker says of a recovery.
_SAYS = ("loading ", "loaded ", "dedupe/0: taken over", "stories/0: taken over", "ready")


@dataclass(slots=True)
class _Filled:
    """Of one changelog: records and bytes written to it, and the keys that are alive."""

    records: int = 0
    size: int = 0
    live: set[bytes] = field(default_factory=set)


@click.command("restore")
@kafka_options
@click.option("--articles", default=100_000, show_default=True, type=click.IntRange(100), help="In each of the states.")
@click.option("--per-story", default=10, show_default=True, type=click.IntRange(1), help="Articles of a story.")
@click.option("--filled", is_flag=True, help="The changelogs are filled from an earlier run: only start the worker.")
@click.option("--seed", default=1, show_default=True, help="Seed of the generated articles.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a line of JSON.")
def command(settings: Settings, articles: int, per_story: int, filled: bool, seed: int, as_json: bool) -> int:
    """Fill the changelogs of dedupe and stories, start the shipped worker, and wait until it is ready.

    Needs a broker with nothing in its topics (they are made where they are missing) and some minutes for the filling.
    There is no result unless the worker has exactly the keys that were alive.
    """
    result = run(_bench(settings, articles, per_story, seed, filled=filled))
    tell(result, seed, as_json=as_json)
    return 0


async def _bench(settings: Settings, articles: int, per_story: int, seed: int, *, filled: bool) -> dict[str, Any]:
    await make_topics(settings)
    result: dict[str, Any] = {"articles": articles}
    expected = {}
    look_seldom()
    if not filled:
        at_once = max(50, articles // per_story // 20)
        for stage, records in (
            (DedupeStage(), _clean(articles, seed)),
            (StoriesStage(), (one for one, _ in wires(articles, seed, per_story=per_story, at_once=at_once))),
        ):
            began = time.monotonic()
            found = await _fill(settings, stage, records)
            expected[stage.name] = len(found.live)
            result |= {f"{stage.name}_records": found.records, f"{stage.name}_mb": round(found.size / 1e6, 1),
                       f"{stage.name}_keys": len(found.live)}
            click.echo(f"{stage.changelog} filled in {time.monotonic() - began:.0f} s", err=True)
    return result | await _restored(settings, expected)


def _clean(articles: int, seed: int) -> Iterator[Incoming]:
    for number, text in enumerate(texts(articles, seed)):
        time_ms = START_MS + number * _GAP_MS
        article = Article(uri=f"urn:made-up:{seed}:{number}", headline=text[:60], body=text, language="en",
                          event_time=rfc3339(time_ms), received=rfc3339(time_ms), source=f"Agency {number % 40}")
        yield Incoming(topics.CLEAN, _PARTITION, number, time_ms, b"en", encode(article))


async def _fill(settings: Settings, stage: Stage, records: Iterator[Incoming]) -> _Filled:
    """Write the changes of ``stage`` on ``records`` as a lane does."""
    found = _Filled()
    assert stage.changelog is not None
    async with sender(settings, stage.changelog) as out:
        while batch := list(islice(records, _BATCH)):
            for record, result in zip(batch, stage.process(batch), strict=True):
                header = applied_header(record.topic, record.partition, record.offset)
                for key, value in result.changes:
                    await out.send(key, value, (header,), record.timestamp_ms, _PARTITION)
                    found.records += 1
                    found.size += len(key) + len(value or b"")
                    (found.live.discard if value is None else found.live.add)(key)
        await out.flush()
    if out.failed:
        raise WrongAnswer(f"{out.failed} changes were not accepted: {out.errors[:1]}")
    return found


async def _restored(settings: Settings, expected: dict[str, int]) -> dict[str, Any]:
    """Start the worker and wait. ``expected``: keys by stage. Raises WrongAnswer."""
    if settings.security_protocol != "PLAINTEXT":
        raise StreamsError("bench restore runs on a plaintext listener only")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "worker.log"
        with path.open("wb") as log:
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "streams", "worker", "--http-port", "0", "--bootstrap-servers",
                settings.bootstrap_servers, stdout=log, stderr=log)
        try:
            await ready(process, path.read_text, _READY_S)
            took = time.monotonic() - began
            result = {"seconds_to_ready": round(took, 1), "worker_cpu_s": round(cpu_s([process]), 1),
                      "peak_mb": round(memory_mb(process, "VmHWM"), 1),
                      "resident_mb": round(memory_mb(process, "VmRSS"), 1)}
            said = [line["message"] for line in map(orjson.loads, path.read_text().splitlines())
                    if line["message"].startswith(_SAYS)]
        finally:
            await end([process])
    for stage, keys in expected.items():
        if not any(message.startswith(f"{stage}/0: taken over") and f" {keys} keys of state" in message
                   for message in said):
            raise WrongAnswer(f"{stage}: expected {keys} keys of state; the worker said: {said}")
    return result | {f"log {number}": message for number, message in enumerate(said, 1)}

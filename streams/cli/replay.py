"""``streams replay``: files of wires into Kafka, at a rate, at their own pace, or as fast as it goes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import orjson

from streams import topics
from streams.cli.clients import Sender, run, sender
from streams.cli.progress import tracked
from streams.clock import millis
from streams.errors import InputError
from streams.feed import arranged, files, read_feed
from streams.pipeline import arriving, incoming
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stage import Incoming
from streams.text.printable import printable

__all__ = ["command"]

_PATH = click.Path(path_type=Path, exists=True, readable=True)
#: A feed up to this size is counted first, for a bar with an end.
_COUNTED_BYTES = 200 * 1024 * 1024
_REPORT_S = 5.0
#: How long Ctrl-C waits for what is on its way.
_LAST_ACKS_S = 5.0


class _PerSecond(click.ParamType):
    """``5`` or ``5/s``: a number above 0."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            rate = float(str(value).removesuffix("/s"))
        except ValueError:
            rate = 0.0
        if not 0 < rate < float("inf"):
            self.fail(f"expected a number of wires per second above 0, like 5 or 5/s, got {value!r}", param, ctx)
        return rate


@click.command("replay")
@click.argument("paths", type=_PATH, nargs=-1, required=True)
@kafka_options
@click.option("--topic", default=topics.INCOMING, show_default=True, help="Topic to write to.")
@click.option("--rate", type=_PerSecond(), metavar="N[/s]",
              help="Wires per second; as fast as Kafka takes them without it.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), metavar="X",
              help="Keep the distances of the wires' own times, X times as fast (60: an hour in a minute).")
@click.option("--start-at", metavar="RFC3339",
              help="Record timestamp (CreateTime) of the first wire. Each further wire is a second later; with --speed "
              "the distances are those of the wires' own times. Without --start-at the timestamps are the wires' own "
              "times with --speed, else the time of sending.")
@click.option("--shuffle", type=int, metavar="SEED", help="Send in an order that the seed decides.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="Send everything N times; with --shuffle each round has its own order.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one line of JSON.")
def command(
    paths: tuple[Path, ...], settings: Settings, topic: str, rate: float | None, speed: float | None,
    start_at: str | None, shuffle: int | None, repeat: int, as_json: bool,
) -> int:
    """Send the wires of PATHS (.txt, .json, .jsonl, .html, .xml, .gz of these, folders) to Kafka.

    Prints how many the broker has acknowledged. Exit code 0 only when that is all of them.
    """
    if speed is not None and (rate is not None or shuffle is not None or repeat > 1):
        raise click.UsageError("--speed keeps the wires' own times; it cannot go with --rate, --shuffle or --repeat")
    start_ms: int | None = None
    if start_at is not None:
        try:
            start_ms = millis(start_at)
        except ValueError:
            raise InputError(f"--start-at: expected RFC 3339 like 2021-07-14T12:00:00Z, got {start_at!r}") from None
    feed = incoming(arranged(paths, shuffle=shuffle, repeat=repeat), start_ms=start_ms or 0)
    if speed is not None:
        feed = _shifted(arriving(read_feed(paths)), start_ms)
    stamped = start_ms is not None or speed is not None
    wires = tracked(feed, f"→ {topic}", _total(paths, repeat))
    return run(_replay(settings, topic, wires, stamped=stamped, rate=rate, speed=speed, as_json=as_json))


def _total(paths: tuple[Path, ...], repeat: int) -> int | None:
    """How many wires there are, where somebody watches and counting is quick."""
    if not sys.stderr.isatty() or sum(path.stat().st_size for path in files(paths)) > _COUNTED_BYTES:
        return None
    return repeat * sum(1 for _ in read_feed(paths))


def _shifted(feed: Iterator[Incoming], start_ms: int | None) -> Iterator[Incoming]:
    """The same distances, the first one at ``start_ms``."""
    shift: int | None = None
    for wire in feed:
        if shift is None:
            shift = 0 if start_ms is None else start_ms - wire.timestamp_ms
        yield replace(wire, timestamp_ms=wire.timestamp_ms + shift)


async def _replay(
    settings: Settings, topic: str, wires: Iterator[Incoming], *, stamped: bool, rate: float | None,
    speed: float | None, as_json: bool,
) -> int:
    async with sender(settings, topic) as out:
        started = time.monotonic()
        reported = started
        finished = False
        first_ms: int | None = None
        try:
            for number, wire in enumerate(wires):
                first_ms = wire.timestamp_ms if first_ms is None else first_ms
                due = number / rate if rate else (wire.timestamp_ms - first_ms) / 1000 / speed if speed else 0.0
                # Without a pace too, the loop must let the producer work from time to time.
                if (wait := started + due - time.monotonic()) > 0 or number % 500 == 0:
                    await asyncio.sleep(max(wait, 0))
                await out.send(wire.key, wire.value, wire.headers, wire.timestamp_ms if stamped else None)
                if not sys.stderr.isatty() and time.monotonic() - reported > _REPORT_S:
                    reported = time.monotonic()
                    click.echo(f"{out.sent} sent, {out.acknowledged} acknowledged", err=True)
            await out.flush()
            finished = True
        finally:
            if not finished:
                await out.flush(_LAST_ACKS_S)
            _report(out, time.monotonic() - started, finished=finished, as_json=as_json)
    return 0 if out.acknowledged == out.sent else 1


def _report(out: Sender, elapsed_s: float, *, finished: bool, as_json: bool) -> None:
    for error in out.errors:
        click.echo(f"not sent: {printable(error)}", err=True)
    if as_json:
        click.echo(orjson.dumps({
            "topic": out.topic, "sent": out.sent, "acknowledged": out.acknowledged, "failed": out.failed,
            "complete": finished, "seconds": round(elapsed_s, 3), "errors": out.errors,
        }))
        return
    stopped = "" if finished else "stopped: "
    pace = f"{out.acknowledged / elapsed_s:.0f}/s" if elapsed_s > 0 else "at once"
    click.echo(f"{stopped}{out.acknowledged} of {out.sent} wires acknowledged by {out.topic} "
               f"in {elapsed_s:.1f} s ({pace})")

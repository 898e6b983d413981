"""``streams demo``: seeds in, a story out, on the embedded broker with the real worker."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import click
from rich.console import Console

from streams import topics
from streams.cli.board import serve
from streams.cli.clients import Reader, reader, run, sender
from streams.cli.story_view import story_panel
from streams.clock import millis
from streams.contracts.codec import decode
from streams.contracts.records import StoryEvent
from streams.errors import StreamsError
from streams.feed import read_feed
from streams.pipeline import incoming
from streams.runtime.embedded import embedded
from streams.runtime.settings import Settings

__all__ = ["command"]

_SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
#: Fixed, so that the demo tells the same bytes each time: the day after the seeds' day.
START = "2021-07-15T06:00:00Z"
#: The first wire waits for the worker to start, which takes some seconds on a busy machine.
_FIRST_S = 60.0
_EACH_S = 10.0


@click.command("demo")
@click.argument("paths", type=click.Path(path_type=Path, exists=True), nargs=-1)
@click.option("--events", type=click.Path(path_type=Path, dir_okay=False), help="Write each story event, a line of "
              "JSON each.")
@click.option("--board/--no-board", default=True, help="With --serve: open the live page too.")
@click.option("--serve", "stay", is_flag=True, help="Stay up afterwards with the live page, until Ctrl-C.")
@click.option("--port", default=6067, show_default=True, type=click.IntRange(0, 65535), help="Port of the page.")
@click.option("--start-at", default=START, show_default=True, metavar="RFC3339",
              help="Record timestamp of the first wire; each further wire comes a second later.")
@click.option("--pause", default=0.3, show_default=True, type=click.FloatRange(0), help="Seconds between two wires.")
def command(
    paths: tuple[Path, ...], events: Path | None, board: bool, stay: bool, port: int, start_at: str, pause: float
) -> int:
    """Show a story grow: starts a broker in memory and the real worker, replays PATHS (the seed articles without
    any), tells each event, and ends by itself.

    The broker is librdkafka's mock, in memory: for trying and testing only.
    """
    feed = list(paths) or [_SEEDS]
    if not paths and not _SEEDS.is_dir():
        raise StreamsError(f"demo: the seed articles are not at {_SEEDS}; name a feed: streams demo PATH")
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(events.open("wb")) if events is not None else None
        page = port if board and stay else None
        return run(_demo(feed, out, start_ms=millis(start_at), pause_s=pause, port=page, stay=stay))


async def _demo(
    feed: list[Path], out: IO[bytes] | None, *, start_ms: int, pause_s: float, port: int | None, stay: bool
) -> int:
    console = Console(highlight=False)
    began = time.monotonic()
    with embedded() as bootstrap:
        settings = Settings(bootstrap_servers=bootstrap)
        console.print(f"[dim]broker in memory at {bootstrap}; starting the worker …[/dim]")
        teller = _Teller(out, console)
        source = reader(settings, topics.UPDATED, check_crcs=False)
        async with _worker(bootstrap) as worker, source as events, sender(settings, topics.INCOMING) as wires:
            page = asyncio.create_task(serve(settings, "127.0.0.1", port, check_crcs=False)) if port else None
            telling = asyncio.create_task(teller.follow(events))
            sent = 0
            for wire in incoming(read_feed(feed), start_ms=start_ms):
                await wires.send(wire.key, wire.value, wire.headers, wire.timestamp_ms)
                sent += 1
                # A wire after the other: the embedded broker's topics have four partitions, which alone keep no order.
                uri = (wire.key or b"").decode("utf-8", "replace")
                if not await teller.told(uri, _FIRST_S if sent == 1 else _EACH_S):
                    console.print(f"[yellow]nothing was told of wire {sent}[/yellow]")
                await asyncio.sleep(pause_s)
                if worker.returncode is not None or telling.done():
                    break
            if worker.returncode is not None:
                console.print(f"[red]the worker ended with exit code {worker.returncode}[/red]")
                return 1
            console.print(f"\n[bold]{teller.summary()}[/bold] [dim]in {time.monotonic() - began:.1f} s[/dim]")
            if stay:
                console.print("[dim]staying up; Ctrl-C ends[/dim]")
                await (page if page is not None else asyncio.Event().wait())
            telling.cancel()
            return 0 if len(teller.members) == sent else 1


class _Teller:
    """Shows each event and knows which wires have become members of a story."""

    def __init__(self, out: IO[bytes] | None, console: Console) -> None:
        self.members: dict[str, str] = {}
        self._out = out
        self._console = console
        self._news = asyncio.Condition()

    async def follow(self, source: Reader) -> None:
        async for record in source.follow(from_start=True, until_idle_s=None):
            event = decode(record.value, StoryEvent)
            if self._out is not None:
                self._out.write((record.value or b"") + b"\n")
                self._out.flush()
            self._console.print(story_panel(event))
            async with self._news:
                self.members.update((entry.uri, event.story_id) for entry in event.delta.added)
                self._news.notify_all()

    async def told(self, uri: str, patience_s: float) -> bool:
        """True as soon as the wire is in a story; False after ``patience_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s), self._news:
                await self._news.wait_for(lambda: uri in self.members)
        return uri in self.members

    def summary(self) -> str:
        articles, stories = len(self.members), len(set(self.members.values()))
        return (f"{articles} {'article' if articles == 1 else 'articles'}, "
                f"{stories} {'story' if stories == 1 else 'stories'}")


@asynccontextmanager
async def _worker(bootstrap: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real worker in a process of its own, as an operator starts it; stopped with SIGTERM."""
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "streams", "worker", "--bootstrap-servers", bootstrap, "--http-port", "0",
            stdout=log, stderr=log,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), 15)
                except TimeoutError:
                    process.kill()
                    await process.wait()
            if process.returncode:
                log.seek(0)
                click.echo(log.read().decode("utf-8", "replace")[-4000:], err=True)

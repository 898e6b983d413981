"""``streams board``: the live page over ``stories.updated``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import click
from aiohttp import web

from streams import topics
from streams.board.server import Board
from streams.cli.clients import reader, run
from streams.contracts.codec import ContractError, decode
from streams.contracts.records import StoryEvent
from streams.errors import StreamsError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings

__all__ = ["command", "serve"]

_LOG = logging.getLogger(__name__)


@click.command("board")
@kafka_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; the page has no login.")
@click.option("--port", default=6067, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
def command(settings: Settings, host: str, port: int) -> None:
    """Show the stories as they change, on a web page. Ctrl-C ends it."""
    run(serve(settings, host, port))


async def serve(settings: Settings, host: str, port: int, *, check_crcs: bool = True) -> None:
    """Serve the board until cancelled. Raises StreamsError when the port is taken or the broker is not there."""
    board = Board()
    runner = web.AppRunner(board.app(), access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise StreamsError(f"board: cannot listen on {host}:{port}: {error.strerror or error}") from None
        address = runner.addresses[0]
        click.echo(f"board: http://{address[0]}:{address[1]}/")
        await board.follow(_events(settings, check_crcs))
    finally:
        await runner.cleanup()


async def _events(settings: Settings, check_crcs: bool) -> AsyncIterator[StoryEvent]:
    async with reader(settings, topics.UPDATED, check_crcs=check_crcs) as source:
        async for record in source.follow(from_start=True, until_idle_s=None):
            try:
                yield decode(record.value, StoryEvent)
            except ContractError as error:
                # A page for people goes on; the record is named so that somebody can look at it.
                _LOG.warning("%s/%s/%s: %s", record.topic, record.partition, record.offset, error)

"""``streams story merge|split|move|pin|close``: an editor's word, sent to ``stories.commands``."""

from __future__ import annotations

import functools
import time
import uuid
from collections.abc import Callable
from typing import Any

import click

from streams import topics
from streams.clock import rfc3339
from streams.contracts.cloudevents import headers
from streams.contracts.codec import encode
from streams.contracts.records import StoryCommand
from streams.errors import InputError, StreamsError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stories.commands import COMMAND_TYPE, problem
from streams.text.printable import printable

__all__ = ["command"]


@click.group("story")
def command() -> None:
    """Correct the stories by hand. Each subcommand sends one command, which becomes part of the log: a replay honours
    it, and the clusterer does not undo it."""


def _sends(make: Callable[..., dict[str, Any]]) -> Callable[..., int]:
    """Decorator: adds the options that all commands share, and sends what ``make`` returns."""

    @kafka_options
    @click.option("--id", "id", default="", help="Id of the command; sent again under the same id it does nothing. "
                                                 "A new one is made without it.")
    @click.option("--by", default="", help="Who orders it.")
    @click.option("--reason", default="", help="Why.")
    @functools.wraps(make)
    def wrapped(*args: Any, settings: Settings, id: str, by: str, reason: str, **more: Any) -> int:
        now_ms = time.time_ns() // 1_000_000
        said = make(*args, **more)
        record = StoryCommand(id=id or uuid.uuid4().hex, by=by, reason=reason, at=rfc3339(now_ms), **said)
        if wrong := problem(record):
            raise InputError(wrong)
        _send(settings, record, now_ms)
        click.echo(f"sent {record.action} {printable(record.story_id)} as command {printable(record.id)}")
        return 0

    return wrapped


def _send(settings: Settings, record: StoryCommand, now_ms: int) -> None:
    from streams.cli.clients import run, sender  # aiokafka is slow to import, and --help needs none

    async def send() -> None:
        async with sender(settings, topics.COMMANDS) as out:
            await out.send(record.story_id.encode(), encode(record), headers(
                kind=COMMAND_TYPE, id=record.id, source="/streams/cli", subject=record.story_id, time_ms=now_ms))
            await out.flush(30)
            if not out.acknowledged:
                raise StreamsError(f"the command was not acknowledged: {'; '.join(out.errors) or 'no answer in 30 s'}")

    run(send())


@command.command("merge")
@click.argument("story")
@click.argument("other")
@_sends
def merge(story: str, other: str) -> dict[str, Any]:
    """STORY and OTHER are one; the older of the two goes on."""
    return {"action": "merge", "story_id": story, "into": other}


@command.command("split")
@click.argument("story")
@click.argument("uris", nargs=-1, required=True)
@_sends
def split(story: str, uris: tuple[str, ...]) -> dict[str, Any]:
    """The articles URIS leave STORY for a new story."""
    return {"action": "split", "story_id": story, "uris": list(uris)}


@command.command("move")
@click.argument("story")
@click.argument("uris", nargs=-1, required=True)
@click.option("--into", default="", help="The story to move to; a new one without it.")
@_sends
def move(story: str, uris: tuple[str, ...], into: str) -> dict[str, Any]:
    """The articles URIS move from STORY to another."""
    return {"action": "move", "story_id": story, "uris": list(uris), "into": into}


@command.command("pin")
@click.argument("story")
@click.argument("headline", default="")
@_sends
def pin(story: str, headline: str) -> dict[str, Any]:
    """STORY is to be called HEADLINE; without one the pin is taken off."""
    return {"action": "pinHeadline", "story_id": story, "headline": headline}


@command.command("close")
@click.argument("story")
@_sends
def close(story: str) -> dict[str, Any]:
    """STORY is over: what comes later begins a new one that continues it."""
    return {"action": "close", "story_id": story}

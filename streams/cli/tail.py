"""``streams tail``: what comes on a topic, for a person or for a program."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import orjson

from streams import topics
from streams.cli.clients import reader, run
from streams.cli.telling import story_lines
from streams.clock import rfc3339
from streams.contracts.codec import ContractError, decode
from streams.contracts.records import EntityEvent, StoryEvent
from streams.entities.registry.explain import entity_lines
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stage import Incoming
from streams.text.printable import printable

__all__ = ["command", "paragraph"]

_EXCERPT = 300


@click.command("tail")
@click.argument("topic")
@kafka_options
@click.option("--json", "as_json", is_flag=True,
              help="One line of JSON a record: its value as it is; a value that is no JSON as a string.")
@click.option("--envelope", is_flag=True, help="With --json: topic, partition, offset, timestamp, key, headers, value.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest record; otherwise only what comes from now on.")
@click.option("--until-idle", type=click.FloatRange(min=0, min_open=True), metavar="S",
              help="End after S seconds without a record.")
@click.option("--max", "most", type=click.IntRange(min=1), metavar="N", help="End after N records.")
def command(
    topic: str, settings: Settings, as_json: bool, envelope: bool, from_start: bool, until_idle: float | None,
    most: int | None,
) -> int:
    """Print what comes on TOPIC, e.g. stories.updated.

    Reads committed records of all partitions and commits nothing. Control characters of a wire never reach the
    terminal; into a file or a pipe, --json writes values byte for byte.
    """
    if envelope and not as_json:
        raise click.UsageError("--envelope goes with --json")
    return run(_tail(settings, topic, as_json=as_json, envelope=envelope, from_start=from_start,
                     until_idle=until_idle, most=most))


async def _tail(
    settings: Settings, topic: str, *, as_json: bool, envelope: bool, from_start: bool, until_idle: float | None,
    most: int | None,
) -> int:
    terminal = sys.stdout.isatty()
    printed = 0
    async with reader(settings, topic) as source:
        async for record in source.follow(from_start=from_start, until_idle_s=until_idle):
            if as_json:
                click.echo(_line(record, envelope=envelope, terminal=terminal))
            else:
                click.echo(paragraph(record))
            printed += 1
            if printed == most:
                break
    return 0


def _line(record: Incoming, *, envelope: bool, terminal: bool) -> bytes:
    content: Any
    try:
        content = None if record.value is None else orjson.loads(record.value)
        # An own value is written without a line break; what a wire's producer wrote is made one line.
        if record.value is not None and not envelope and not terminal and b"\n" not in record.value:
            return record.value
    except orjson.JSONDecodeError:
        content = (record.value or b"").decode("utf-8", "backslashreplace")
    if envelope:
        content = {
            "topic": record.topic, "partition": record.partition, "offset": record.offset,
            "timestamp": rfc3339(record.timestamp_ms), "key": _text(record.key),
            "headers": {name: _text(value) for name, value in record.headers}, "value": content,
        }
    # On a terminal every character that is not ASCII is escaped: JSON as good as before, and nothing to obey.
    return json.dumps(content).encode() if terminal else orjson.dumps(content)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "backslashreplace")


def paragraph(record: Incoming) -> str:
    """A record for a person, control characters taken out: events of stories and identities told, anything else as
    one line."""
    if record.topic == topics.UPDATED:
        try:
            return "\n".join(story_lines(decode(record.value, StoryEvent)))
        except ContractError:
            pass  # printed as any other record
    if record.topic in (topics.ENTITIES_UPDATED, topics.ENTITIES_CURRENT) and record.value is not None:
        try:
            return "\n".join(map(printable, entity_lines(decode(record.value, EntityEvent))))
        except ContractError:
            pass
    key = printable(_text(record.key) or "—")[:80]
    value = "(tombstone)" if record.value is None else printable(_text(record.value[: 4 * _EXCERPT]) or "")[:_EXCERPT]
    error = next((f" {printable(_text(text) or '')}:" for name, text in record.headers if name == "dlq_error"), "")
    return f"{record.partition}/{record.offset} {rfc3339(record.timestamp_ms)} {key}:{error} {value}"

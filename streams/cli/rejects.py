"""``streams rejects``: look at dead letters, and send them again."""

from __future__ import annotations

import base64
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from streams import topics
from streams.cli.clients import reader, run, sender
from streams.clock import millis, rfc3339
from streams.contracts.cloudevents import header
from streams.errors import InputError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stage import Headers, Incoming
from streams.text.printable import printable

__all__ = ["ATTEMPTS", "Filter", "command", "redriven"]

#: The header that counts how often a record was refused; it travels with a record that is sent again.
ATTEMPTS = "dlq_attempts"
_PLACE = re.compile(r"^(\d+)/(\d+)$")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dead letters; an empty field takes all. ``places`` are (partition, offset) on wires.rejected."""

    stage: str | None = None
    error: str | None = None
    key: str | None = None
    since_ms: int | None = None
    places: frozenset[tuple[int, int]] = frozenset()

    def takes(self, record: Incoming) -> bool:
        return (
            (not self.places or (record.partition, record.offset) in self.places)
            and (self.since_ms is None or record.timestamp_ms >= self.since_ms)
            and self.stage in (None, header(record.headers, "dlq_stage"))
            and self.error in (None, header(record.headers, "dlq_error"))
            and (self.key is None or record.key == self.key.encode())
        )

    @property
    def all(self) -> bool:
        return self == Filter()


def redriven(letter: Incoming, value: bytes | None) -> tuple[str, int, Headers]:
    """Topic, partition and headers of a dead letter that goes back to where it was refused. Its own headers are
    kept, those of the dead letter are dropped except the count of attempts, so that the next refusal is one more."""
    topic = header(letter.headers, "dlq_topic") or topics.INCOMING
    partition = header(letter.headers, "dlq_partition") or ""
    own = [(name, text) for name, text in letter.headers if not name.startswith("dlq_")]
    if value is not None:
        # A repaired wire is a ninjs object, whatever the broken one was said to be.
        own = [(name, text) for name, text in own if name != "content-type"]
        own.append(("content-type", b"application/json"))
    attempts = header(letter.headers, ATTEMPTS) or "1"
    return topic, int(partition) if partition.isdigit() else -1, (*own, (ATTEMPTS, attempts.encode()))


class _Place(click.ParamType):
    """``P/O`` as (partition, offset)."""

    name = "P/O"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        match = _PLACE.match(value)
        if match is None:
            self.fail(f"expected PARTITION/OFFSET on {topics.REJECTED}, e.g. 0/15, got {value!r}", param, ctx)
        return int(match[1]), int(match[2])


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed((
        click.option("--stage", help="Only those of this stage (intake, dedupe, entities, stories)."),
        click.option("--error", help="Only those with this error, e.g. not-json."),
        click.option("--key", help="Only those with this key (a wire's uri)."),
        click.option("--since", metavar="RFC3339", help="Only those with a record timestamp at or after this."),
        click.option("--at", "places", multiple=True, type=_Place(),
                     help="Only this partition and offset of wires.rejected; may be repeated."),
    )):
        command = option(command)
    return command


def _filter(
    stage: str | None, error: str | None, key: str | None, since: str | None, places: tuple[tuple[int, int], ...]
) -> Filter:
    try:
        since_ms = None if since is None else millis(since)
    except ValueError:
        raise InputError(f"--since: expected RFC 3339 like 2021-07-14T12:00:00Z, got {since!r}") from None
    return Filter(stage, error, key, since_ms, frozenset(places))


async def _letters(settings: Settings, wanted: Filter) -> AsyncIterator[Incoming]:
    async with reader(settings, topics.REJECTED) as source:
        async for record in source.to_the_end():
            if wanted.takes(record):
                yield record


def _said(record: Incoming, name: str) -> str:
    return printable(header(record.headers, name) or "?")


def _document(record: Incoming) -> dict[str, Any]:
    return {
        "partition": record.partition, "offset": record.offset, "timestamp": rfc3339(record.timestamp_ms),
        "key": None if record.key is None else record.key.decode("utf-8", "backslashreplace"),
        "headers": {name: value.decode("utf-8", "backslashreplace") for name, value in record.headers},
    }


@click.group("rejects")
def command() -> None:
    """Records that could not be processed (wires.rejected): look at them, send them again."""


@command.command("list")
@kafka_options
@_filters
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a dead letter.")
def list_(settings: Settings, as_json: bool, **filters: Any) -> int:
    """List dead letters: where they are, which stage refused what, and why."""
    return run(_list(settings, _filter(**filters), as_json=as_json))


async def _list(settings: Settings, wanted: Filter, *, as_json: bool) -> int:
    errors: Counter[str] = Counter()
    async for record in _letters(settings, wanted):
        errors[f"{_said(record, 'dlq_stage')}: {_said(record, 'dlq_error')}"] += 1
        if as_json:
            click.echo(orjson.dumps(_document(record)))
            continue
        key = printable((record.key or b"").decode("utf-8", "replace"))[:60] or "—"
        click.echo(
            f"{record.partition}/{record.offset}  {_said(record, 'dlq_stage')}  {_said(record, 'dlq_error')}  {key}  "
            f"{_said(record, 'dlq_message')[:200]}  (attempt {_said(record, ATTEMPTS)}, from "
            f"{_said(record, 'dlq_topic')} {_said(record, 'dlq_partition')}/{_said(record, 'dlq_offset')})"
        )
    if not as_json:
        for what, count in sorted(errors.items()):
            click.echo(f"{count:6} {what}", err=True)
        click.echo(f"{errors.total():6} dead letters", err=True)
    return 0


@command.command("show")
@click.argument("place", type=_Place(), metavar="P/O")
@kafka_options
@click.option("--raw", is_flag=True, help="Write the refused value to standard output, byte for byte, nothing else.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON; the value as base64.")
def show(place: tuple[int, int], settings: Settings, raw: bool, as_json: bool) -> int:
    """Show the dead letter at partition P and offset O of wires.rejected, with the refused bytes."""
    return run(_show(settings, place, raw=raw, as_json=as_json))


async def _show(settings: Settings, place: tuple[int, int], *, raw: bool, as_json: bool) -> int:
    found = [record async for record in _letters(settings, Filter(places=frozenset([place])))]
    if not found:
        raise InputError(f"{topics.REJECTED} has no dead letter at {place[0]}/{place[1]}")
    record = found[0]
    if raw:
        sys.stdout.buffer.write(record.value or b"")
        sys.stdout.flush()
    elif as_json:
        value = None if record.value is None else base64.b64encode(record.value).decode()
        click.echo(orjson.dumps({**_document(record), "value_base64": value}))
    else:
        click.echo(f"key: {printable((record.key or b'').decode('utf-8', 'backslashreplace')) or '—'}")
        for name, value_ in record.headers:
            click.echo(f"{printable(name)}: {printable(value_.decode('utf-8', 'backslashreplace'))}")
        text = (record.value or b"").decode("utf-8", "backslashreplace")
        click.echo("\n" + "\n".join(printable(line) for line in text.splitlines()))
    return 0


@command.command("redrive")
@kafka_options
@_filters
@click.option("--all", "everything", is_flag=True, help="All of them; needed when no filter is given.")
@click.option("--value", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Send the bytes of FILE under the dead letter's key instead: a repaired wire. Needs one --at.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def redrive(settings: Settings, everything: bool, value: Path | None, dry_run: bool, **filters: Any) -> int:
    """Send dead letters again, to the topic and partition they were refused from, with their key and value.

    Exit code 0 only when all were acknowledged. They stay on wires.rejected; a wire that has been processed
    already is a resend, which changes nothing.
    """
    wanted = _filter(**filters)
    if wanted.all and not everything:
        raise click.UsageError("name what to send: --stage, --error, --key, --since, --at, or --all")
    if value is not None and len(wanted.places) != 1:
        raise click.UsageError("--value repairs one wire: name it with --at P/O")
    return run(_redrive(settings, wanted, None if value is None else value.read_bytes(), dry_run=dry_run))


async def _redrive(settings: Settings, wanted: Filter, value: bytes | None, *, dry_run: bool) -> int:
    letters: dict[str, list[tuple[Incoming, int, Headers]]] = {}
    async for record in _letters(settings, wanted):
        topic, partition, headers = redriven(record, value)
        letters.setdefault(topic, []).append((record, partition, headers))
        click.echo(f"{'would send' if dry_run else 'sending'} {record.partition}/{record.offset} → {printable(topic)} "
                   f"{printable((record.key or b'').decode('utf-8', 'replace'))[:80]}")
    total = sum(len(group) for group in letters.values())
    if dry_run:
        click.echo(f"{total} dead letters would be sent again")
        return 0
    acknowledged = 0
    for topic, group in letters.items():
        async with sender(settings, topic) as out:
            for record, partition, headers in group:
                where = partition if partition in out.partitions else None
                # The refused record's own time: a repaired wire takes its place in its story, not at today's end.
                time_ms = header(record.headers, "dlq_timestamp") or ""
                await out.send(record.key, record.value if value is None else value, headers,
                               int(time_ms) if time_ms.isdigit() else None, where)
            await out.flush()
            acknowledged += out.acknowledged
            for error in out.errors:
                click.echo(f"not sent: {printable(error)}", err=True)
    click.echo(f"{acknowledged} of {total} dead letters sent again")
    return 0 if acknowledged == total else 1

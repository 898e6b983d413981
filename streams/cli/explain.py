"""``streams explain URI|STORY``: why an article is where it is, from the log alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from streams.cli.events import read_events, read_events_from_kafka
from streams.errors import InputError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stories.explain import explain
from streams.text.printable import printable

__all__ = ["command"]


@click.command("explain")
@click.argument("target", metavar="URI|STORY")
@click.option("--events", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="File of story events, a line of JSON each; without it, stories.updated is read.")
@click.option("--json", "as_json", is_flag=True, help="The lines as a JSON array.")
@kafka_options
def command(target: str, events: Path | None, as_json: bool, settings: Settings) -> int:
    """Say why an article (URI) is in its story, or how a STORY became what it is."""
    told = read_events(events) if events is not None else read_events_from_kafka(settings)
    lines = explain(target, told)
    if not lines:
        raise InputError(f"no story event tells of {printable(target)}: expected a story id or the uri of a wire")
    if as_json:
        click.echo(json.dumps(lines))
    else:
        for line in lines:
            click.echo(printable(line))
    return 0

"""``streams explain``: why an article is where it is, and who a name stands for, from the log alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from streams import topics
from streams.cli.events import read_events, read_events_from_kafka
from streams.contracts.records import EntityEvent, StoryEvent
from streams.entities.registry.explain import explain_identity, is_identity
from streams.errors import InputError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings
from streams.stories.explain import explain
from streams.text.printable import printable

__all__ = ["command"]


@click.command("explain")
@click.argument("target", metavar="URI|STORY|IDENTITY")
@click.option("--events", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="File of events, a line of JSON each; without it, stories.updated (entities.updated) is read.")
@click.option("--json", "as_json", is_flag=True, help="The lines as a JSON array.")
@kafka_options
def command(target: str, events: Path | None, as_json: bool, settings: Settings) -> int:
    """Say why an article (URI) is in its story, how a STORY became what it is, or whom an IDENTITY stands for."""
    if is_identity(target):
        found = (read_events(events, EntityEvent) if events is not None
                 else read_events_from_kafka(settings, topics.ENTITIES_UPDATED, EntityEvent))
        lines = explain_identity(target, found)
    else:
        told = (read_events(events, StoryEvent) if events is not None
                else read_events_from_kafka(settings, topics.UPDATED, StoryEvent))
        lines = explain(target, told)
    if not lines:
        raise InputError(f"no event tells of {printable(target)}: expected a story id, the uri of a wire, or the id of "
                         f"an identity that several stories name")
    if as_json:
        click.echo(json.dumps(lines))
    else:
        for line in lines:
            click.echo(printable(line))
    return 0

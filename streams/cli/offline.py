"""``streams stories`` and ``streams dedupe``: the pure core over a file, no broker."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from streams import topics
from streams.cli.progress import tracked
from streams.clock import millis
from streams.contracts.codec import decode
from streams.contracts.records import DedupedArticle, StoryEvent
from streams.dedupe.origins import Origins
from streams.errors import InputError
from streams.feed import read_feed
from streams.pipeline import Pipeline, arriving, core, incoming
from streams.stage import Incoming
from streams.stories.fold import Fold

__all__ = ["dedupe", "stories"]

_FILE = click.Path(path_type=Path, exists=True, readable=True)
_OUT = click.Path(path_type=Path, dir_okay=False, writable=True)
_feed = click.argument("wires", type=_FILE, nargs=-1, required=True)
_out = click.option("--out", type=_OUT, required=True, help="Tab-separated file to write.")
_start = click.option(
    "--start-at", metavar="RFC3339",
    help="Record timestamp of the first wire; each further wire comes a second later, as with 'streams replay'. "
    "Without it a wire arrives at its own time.",
)


def _wires(paths: Iterable[Path], start_at: str | None) -> Iterator[Incoming]:
    feed = tracked(read_feed(paths), "wires")
    if start_at is None:
        return arriving(feed)
    try:
        start = millis(start_at)
    except ValueError:
        raise InputError(f"--start-at: expected RFC 3339 like 2021-07-14T12:00:00Z, got {start_at!r}") from None
    return incoming(feed, start_ms=start)


def _report(pipeline: Pipeline) -> None:
    for refused in pipeline.rejected:
        key = (refused.record.key or b"").decode("utf-8", "replace")[:80]
        click.echo(f"rejected by {refused.stage}: {key!a}: {refused.rejection.error}: "
                   f"{refused.rejection.message!a}", err=True)


@click.command("stories")
@_feed
@_out
@click.option("--events", type=_OUT, help="Also write each story event, a line of JSON each.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a setting of the clusterer.")
@_start
def stories(
    wires: tuple[Path, ...], out: Path, events: Path | None, settings: tuple[str, ...], start_at: str | None
) -> None:
    """Group the articles of WIRES into stories; writes uri TAB storyId, as at the end of the stream."""
    pairs: dict[str, str] = {}
    for setting in settings:
        key, divider, value = setting.partition("=")
        if not divider:
            raise click.UsageError(f"--set {setting}: expected KEY=VALUE")
        pairs[key] = value
    pipeline = core(**pairs)
    fold = Fold()
    seen: dict[str, None] = {}
    told = 0
    stream = events.open("wb") if events is not None else None
    try:
        def note(record_uri: str) -> None:
            seen.setdefault(record_uri)

        for record in pipeline.run(_wires(wires, start_at)):
            if record.topic != topics.UPDATED or record.value is None:
                continue
            event = decode(record.value, StoryEvent)
            fold.apply(event)
            told += 1
            for entry in event.delta.added:
                note(entry.uri)
            if stream is not None:
                stream.write(record.value + b"\n")
    finally:
        if stream is not None:
            stream.close()
    membership = fold.membership()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for uri in seen:
            if uri in membership:
                file.write(f"{uri}\t{membership[uri]}\n")
    _report(pipeline)
    click.echo(
        f"{len(membership)} articles in {len(set(membership.values()))} stories, {told} events, "
        f"{len(pipeline.rejected)} rejected", file=sys.stderr,
    )


@click.command("dedupe")
@_feed
@_out
@_start
def dedupe(wires: tuple[Path, ...], out: Path, start_at: str | None) -> None:
    """Find who copied whom in WIRES; writes uri TAB verdict TAB duplicateOf TAB origin."""
    pipeline = core("dedupe")
    verdicts: dict[str, int] = {}
    origins = Origins()
    rows: list[tuple[str, str, str, str]] = []
    for record in pipeline.run(_wires(wires, start_at)):
        if record.topic != topics.DEDUPED:
            continue
        deduped = decode(record.value, DedupedArticle)
        found = deduped.provenance
        origins.see(found)
        verdicts[found.verdict] = verdicts.get(found.verdict, 0) + 1
        rows.append((deduped.article.uri, found.verdict, found.duplicate_of, found.family))
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for uri, verdict, duplicate_of, family in rows:  # a later wire may have shown that two families are one
            file.write(f"{uri}\t{verdict}\t{duplicate_of}\t{origins.of(family)}\n")
    _report(pipeline)
    summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    click.echo(f"{summary or 'nothing'}; {len(pipeline.rejected)} rejected", file=sys.stderr)

"""``streams compare EVENTS_A EVENTS_B``: what another setting would have told."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from streams.cli.events import read_events
from streams.contracts.records import StoryEvent
from streams.eval.clusters import ClusterScores, cluster_scores
from streams.stories.compare import Comparison, compare, reasons
from streams.stories.fold import fold
from streams.text.printable import printable

__all__ = ["command"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("compare")
@click.argument("events_a", type=_FILE)
@click.argument("events_b", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@click.option("--most", type=click.IntRange(min=0), default=20, show_default=True,
              help="How many stories and articles to list.")
def command(events_a: Path, events_b: Path, as_json: bool, most: int) -> int:
    """Compare two runs over the same wires (files of story events): which stories differ, by how much, which
    articles moved and why."""
    a, b = list(read_events(events_a, StoryEvent)), list(read_events(events_b, StoryEvent))
    fold_a, fold_b = fold(a), fold(b)
    headlines = {id: event.headline for state in (fold_b, fold_a) for id, event in state.current().items()}
    scores = cluster_scores(fold_a.membership(), fold_b.membership())
    found = compare(fold_a.membership(), fold_b.membership(), reasons(a), reasons(b), headlines)
    if as_json:
        click.echo(json.dumps({"scores": dataclasses.asdict(scores), **dataclasses.asdict(found)}))
    else:
        for line in _lines(found, scores, most):
            click.echo(printable(line))
    return 0


def _lines(found: Comparison, scores: ClusterScores, most: int) -> list[str]:
    lines = [
        f"{found.articles} articles in both; {found.stories_a} stories in A, {found.stories_b} in B",
        f"BCubed of B against A: precision {scores.bcubed_precision:.4f}, recall {scores.bcubed_recall:.4f}, "
        f"F1 {scores.bcubed_f1:.4f}",
        f"{len(found.differences)} stories of A differ, {len(found.moves)} articles moved",
    ]
    for side, uris in (("A", found.only_a), ("B", found.only_b)):
        if uris:
            lines.append(f"{len(uris)} articles only in {side}: {', '.join(uris[:5])}{' …' if len(uris) > 5 else ''}")
    for difference in found.differences[:most]:
        lines.append(f"{difference.story_a} → {difference.story_b or '(nothing)'}: {difference.headline}")
        lines.append(f"  {difference.shared} shared")
        lines += [f"  only in A: {uri}" for uri in difference.only_a[:5]]
        lines += [f"  only in B: {uri}" for uri in difference.only_b[:5]]
    for move in found.moves[:most]:
        lines += [f"{move.uri}: {move.story_a} → {move.story_b}", f"  A: {move.why_a}", f"  B: {move.why_b}"]
    return lines

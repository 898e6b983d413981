"""``streams eval stories``: a clustering of wires against labels, and how steady it was on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from streams.errors import InputError
from streams.eval.clusters import bootstrap, cluster_scores

__all__ = ["command", "read_labels", "read_predictions", "stream_measures"]


def read_labels(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """A labels file (header ``id story corpus``, tab between) -> story by id, corpus by id. Raises InputError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t")[:2] != ["id", "story"]:
        raise InputError(f"{path}:1: expected the header id, story, corpus divided by tabs, got {lines[:1]}")
    stories: dict[str, str] = {}
    corpora: dict[str, str] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) < 2 or not cells[0]:
            raise InputError(f"{path}:{number}: expected id, story, corpus divided by tabs, got {line[:80]!r}")
        stories[cells[0]] = cells[1]
        corpora[cells[0]] = cells[2] if len(cells) > 2 else ""
    return stories, corpora


def read_predictions(path: Path) -> dict[str, str]:
    """A file of ``uri<TAB>storyId`` -> story by uri. Raises InputError."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        uri, tab, story = line.partition("\t")
        if not tab or not uri or not story:
            raise InputError(f"{path}:{number}: expected uri<TAB>storyId, got {line[:80]!r}")
        found[uri] = story
    return found


def stream_measures(events: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """From story events in log order: the share of articles whose first story is their final one, redirects followed;
    how often an article changed its id otherwise, per article; merges and splits per 1,000 articles."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    redirects: dict[str, str] = {}
    moves = merges = splits = 0
    seen: set[tuple[str, int]] = set()
    for event in events:
        key = (event["storyId"], event["version"])
        if key in seen:
            continue
        seen.add(key)
        for redirect in event.get("redirects", []):
            if redirect["kind"] == "merged" and redirect["fromId"] not in redirects:
                redirects[redirect["fromId"]] = redirect["toId"]
                merges += 1
        if event["change"] == "split" and event["delta"].get("removed"):
            splits += 1
        for entry in event["delta"].get("added", []):
            uri, story = entry["uri"], event["storyId"]
            if uri in last and _final(last[uri], redirects) != _final(story, redirects):
                moves += 1
            first.setdefault(uri, story)
            last[uri] = story
    kept = sum(_final(first[uri], redirects) == _final(last[uri], redirects) for uri in first)
    total = max(1, len(first))
    return {"articles": len(first), "first_is_final": kept / total, "moves_per_article": moves / total,
            "merges_per_1000": 1000 * merges / total, "splits_per_1000": 1000 * splits / total}


def _final(story: str, redirects: Mapping[str, str]) -> str:
    """Where redirects lead; a cycle ends where it closes."""
    passed = {story}
    while (after := redirects.get(story)) is not None and after not in passed:
        story = after
        passed.add(story)
    return story


def _events(path: Path) -> Iterable[dict[str, Any]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise InputError(f"{path}:{number}: expected a story event as a line of JSON: {error}") from error
            if not isinstance(event, dict) or not {"storyId", "version", "change", "delta"} <= event.keys():
                raise InputError(f"{path}:{number}: expected a story event with storyId, version, change and delta")
            yield event


@click.command(name="stories")
@click.argument("predictions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gold", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Labels: id, story, corpus, divided by tabs, with that header.")
@click.option("--events", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Story events, a line of JSON each: adds the stream measures.")
@click.option("--rounds", default=1000, show_default=True, help="Bootstrap rounds, by story; 0: no intervals.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def command(predictions: Path, gold: Path, events: Path | None, rounds: int, as_json: bool) -> None:
    """BCubed, pairwise and AMI of PREDICTIONS (uri<TAB>storyId), overall and per corpus."""
    stories, corpora = read_labels(gold)
    predicted = read_predictions(predictions)
    missing = [uri for uri in stories if uri not in predicted]
    if len(missing) == len(stories):
        raise InputError(f"{predictions}: none of the {len(stories)} labelled ids is in it")
    groups: dict[str, set[str] | None] = {"all": None}
    for name in sorted(set(corpora.values()) - {""}):
        groups[name] = {uri for uri, corpus in corpora.items() if corpus == name}
    result: dict[str, Any] = {"missing": len(missing), "scores": {}}
    for name, only in groups.items():
        scores: dict[str, Any] = cluster_scores(stories, predicted, only).as_dict()
        if rounds:
            scores["intervals"] = bootstrap(stories, predicted, only, rounds=rounds)
        result["scores"][name] = scores
    if events is not None:
        result["stream"] = stream_measures(_events(events))
    if as_json:
        click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    _show(result)


def _show(result: Mapping[str, Any]) -> None:
    table = Table(title="Stories", caption="95 % intervals by bootstrap over stories" if any(
        "intervals" in scores for scores in result["scores"].values()) else None)
    for title in ("corpus", "articles", "gold", "found", "BCubed P", "R", "F1", "pairwise P", "R", "F1", "AMI"):
        table.add_column(title, justify="left" if title == "corpus" else "right")
    for name, scores in result["scores"].items():
        cells = []
        for measure in ("bcubed", "pairwise"):
            cells += [f"{scores[f'{measure}_precision']:.3f}", f"{scores[f'{measure}_recall']:.3f}"]
            low, high = scores.get("intervals", {}).get(f"{measure}_f1", (None, None))
            span = "" if low is None else f" ({low:.3f}–{high:.3f})"
            cells.append(f"{scores[f'{measure}_f1']:.3f}{span}")
        table.add_row(name, str(scores["articles"]), str(scores["gold_stories"]), str(scores["stories"]), *cells,
                      f"{scores['ami']:.3f}")
    console = Console(width=150)
    console.print(table)
    if result["missing"]:
        console.print(f"{result['missing']} labelled articles are not in the predictions and were left out")
    for name, value in result.get("stream", {}).items():
        console.print(f"{name.replace('_', ' ')}: {value:.4g}")

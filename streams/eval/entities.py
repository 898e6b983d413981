"""``streams eval entities``: names in tokens or in articles against annotation, by type, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from streams.errors import InputError
from streams.eval.names import TYPES, Annotated, Counts, compare_article, intervals, plain, token_counts, total

__all__ = ["command", "read_entities", "read_tags", "score_articles", "score_tokens"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


def read_tags(path: Path) -> list[list[tuple[str, str]]]:
    """Sentences of (token, tag): a token, a tab and a BIO tag a line, a blank line between sentences. Raises
    InputError with file and line."""
    sentences: list[list[tuple[str, str]]] = [[]]
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            sentences.append([])
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) < 2 or not (cells[-1] == "O" or cells[-1][:2] in ("B-", "I-")):
            raise InputError(f"{path}:{number}: expected token TAB BIO tag, got {line[:80]!r}")
        sentences[-1].append((cells[0], cells[-1]))
    return [sentence for sentence in sentences if sentence]


def read_entities(path: Path) -> dict[str, list[Annotated]]:
    """Entities by uri: a line of JSON each, ``{uri, entities: [{type, mentions: [string], unsure?}]}``. Raises
    InputError with file and line."""
    found: dict[str, list[Annotated]] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
            found[record["uri"]] = [
                Annotated(entity["type"], frozenset(map(plain, entity["mentions"])), bool(entity.get("unsure")))
                for entity in record["entities"]
            ]
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path}:{number}: expected {{uri, entities: [{{type, mentions}}]}}, got {line[:80]!r} ({error})"
            ) from None
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected UTF-8, got other bytes at {error.start}") from None


def score_tokens(
    gold: Sequence[Sequence[tuple[str, str]]], predicted: Sequence[Sequence[tuple[str, str]]]
) -> dict[str, list[Counts]]:
    """Counts a sentence, by type and for 'all'. Raises InputError where the tokens differ."""
    if len(gold) != len(predicted):
        raise InputError(f"sentences: expected {len(gold)} as in the gold file, got {len(predicted)}")
    parts: dict[str, list[Counts]] = {kind: [] for kind in ("all", *TYPES)}
    for number, (wanted, found) in enumerate(zip(gold, predicted, strict=True), 1):
        if [token for token, _ in wanted] != [token for token, _ in found]:
            raise InputError(f"sentence {number}: expected the tokens {[t for t, _ in wanted][:8]}, "
                             f"got {[t for t, _ in found][:8]}")
        counts = token_counts([tag for _, tag in wanted], [tag for _, tag in found])
        for kind in TYPES:
            parts[kind].append(counts[kind])
        parts["all"].append(total(counts.values()))
    return parts


def score_articles(
    gold: Mapping[str, Sequence[Annotated]], predicted: Mapping[str, Sequence[Annotated]]
) -> tuple[dict[str, dict[str, list[Counts]]], float]:
    """Counts an article for 'entities' and 'mentions', by type and for 'all', and the share of gold entities that are
    wrongly merged or split. Articles of the answer that the gold file lacks are left out."""
    parts: dict[str, dict[str, list[Counts]]] = {
        measure: {kind: [] for kind in ("all", *TYPES)} for measure in ("entities", "mentions")
    }
    wanted = confused = 0
    for uri, entities in gold.items():
        result = compare_article(entities, predicted.get(uri, ()))
        wanted += result.wanted
        confused += result.merged_or_split
        for measure, counts in (("entities", result.entities), ("mentions", result.mentions)):
            for kind in TYPES:
                parts[measure][kind].append(counts[kind])
            parts[measure]["all"].append(total(counts.values()))
    return parts, confused / wanted if wanted else 0.0


def _figures(parts: Mapping[str, Sequence[Counts]], rounds: int) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}
    for kind, counts in parts.items():
        whole = total(counts)
        figures[kind] = {"precision": whole.precision, "recall": whole.recall, "f1": whole.f1, "right": whole.right,
                         "found": whole.found, "wanted": whole.wanted}
        if rounds:
            figures[kind]["interval"] = intervals(counts, rounds)
    return figures


@click.command(name="entities")
@click.argument("gold", type=_FILE)
@click.argument("predictions", type=_FILE)
@click.option("--tsv", "kind", flag_value="tsv", envvar="STREAMS_EVAL_ENTITIES_TSV",
              help="Both files are token TAB BIO tag: strict span F1.")
@click.option("--wires", "kind", flag_value="wires", envvar="STREAMS_EVAL_ENTITIES_WIRES",
              help="Both files are a line of JSON an article, {uri, entities: [{type, mentions}]}: entity F1, mention "
              "F1, wrongly merged or split.")
@click.option("--rounds", default=1000, show_default=True, type=click.IntRange(0, 100_000),
              envvar="STREAMS_EVAL_ENTITIES_ROUNDS", help="Bootstrap rounds; 0: no intervals.")
@click.option("--json", "as_json", is_flag=True, envvar="STREAMS_EVAL_ENTITIES_JSON",
              help="One JSON object instead of a table.")
def command(gold: Path, predictions: Path, kind: str | None, rounds: int, as_json: bool) -> None:
    """Compare PREDICTIONS with GOLD; without --tsv or --wires the ending of GOLD tells (.jsonl is wires)."""
    result: dict[str, Any]
    if (kind or ("wires" if gold.suffix == ".jsonl" else "tsv")) == "tsv":
        result = {"spans": _figures(score_tokens(read_tags(gold), read_tags(predictions)), rounds)}
    else:
        wanted, found = read_entities(gold), read_entities(predictions)
        missing = [uri for uri in wanted if uri not in found]
        if len(missing) == len(wanted):
            raise InputError(f"{predictions}: none of the {len(wanted)} uris of {gold} is in it")
        parts, confused = score_articles(wanted, found)
        result = {measure: _figures(counts, rounds) for measure, counts in parts.items()}
        result["merged_or_split"] = confused
        result["missing"] = len(missing)
    if as_json:
        click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    _show(result)


def _show(result: Mapping[str, Any]) -> None:
    console = Console(width=110)
    table = Table(caption="95 % intervals by bootstrap")
    for title in ("measure", "type", "precision", "recall", "F1", "interval", "right", "found", "wanted"):
        table.add_column(title, justify="left" if title in ("measure", "type") else "right")
    for measure in ("spans", "entities", "mentions"):
        for kind, row in result.get(measure, {}).items():
            low, high = row.get("interval", (None, None))
            table.add_row(
                measure, kind, f"{row['precision']:.3f}", f"{row['recall']:.3f}", f"{row['f1']:.3f}",
                "" if low is None else f"{low:.3f}–{high:.3f}",
                str(row["right"]), str(row["found"]), str(row["wanted"]),
            )
    console.print(table)
    if "merged_or_split" in result:
        console.print(f"wrongly merged or split: {100 * result['merged_or_split']:.1f} % of the gold entities")
    if result.get("missing"):
        console.print(f"{result['missing']} articles are not in the predictions; all their entities count as missed")

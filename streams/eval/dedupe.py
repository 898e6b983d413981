"""``streams eval dedupe``: verdicts and families against labelled pairs of wires.

Gold, a tab-separated file with the header ``uri kind relation of``: a line says that ``uri`` is a ``duplicate`` of
``of``, belongs to its ``family``, or is ``different``; ``kind`` names the edit, or the sort of look-alike. A uri may
have several lines. Pairs that no line names are not judged. Predictions: what ``streams dedupe`` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from streams.errors import InputError

__all__ = ["Pair", "Prediction", "Scores", "command", "read_gold", "read_predictions", "scores", "scores_by_kind"]

_RELATIONS = ("duplicate", "family", "different")
_HEADER = ["uri", "kind", "relation", "of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair of wires."""

    uri: str
    kind: str
    relation: str
    of: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What dedupe said of a wire."""

    verdict: str
    duplicate_of: str
    origin: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Over pairs: of those said to be together, the share that are (1.0 where none was said); of those that are, the
    share that was said; their harmonic mean; labelled pairs; of the ``different`` ones, the share said together."""

    precision: float
    recall: float
    f1: float
    pairs: int
    wrongly_joined: float


def read_gold(path: Path) -> list[Pair]:
    """Raises InputError naming the line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != _HEADER:
        raise InputError(f"{path}:1: expected the header {', '.join(_HEADER)} divided by tabs, got {lines[:1]}")
    pairs = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != 4 or cells[2] not in _RELATIONS:
            raise InputError(
                f"{path}:{number}: expected uri, kind, relation ({', '.join(_RELATIONS)}), of; got {line[:120]!r}")
        pairs.append(Pair(*cells))
    return pairs


def read_predictions(path: Path) -> dict[str, Prediction]:
    """Of several lines of one uri (versions, resends) the first counts. Raises InputError."""
    found: dict[str, Prediction] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) != 4:
            raise InputError(f"{path}:{number}: expected uri, verdict, duplicateOf, origin; got {line[:120]!r}")
        found.setdefault(cells[0], Prediction(*cells[1:]))
    return found


def _canonical(uri: str, said: Mapping[str, Prediction]) -> str:
    for _ in range(len(said)):  # chains end; the bound keeps a circular file from hanging
        found = said.get(uri)
        if found is None or found.verdict != "duplicate" or not found.duplicate_of:
            break
        uri = found.duplicate_of
    return uri


def _together(pair: Pair, said: Mapping[str, Prediction], duplicates: bool) -> bool:
    one, other = said.get(pair.uri), said.get(pair.of)
    if one is None or other is None:
        return False
    if duplicates:
        return _canonical(pair.uri, said) == _canonical(pair.of, said)
    return one.origin == other.origin


def scores(gold: Iterable[Pair], said: Mapping[str, Prediction], *, duplicates: bool) -> Scores:
    """Scores of the verdict ``duplicate`` (labels ``family`` are then not judged: an edit may leave the same wire or
    not), or of membership in families, where duplicates count as family."""
    pairs = [pair for pair in gold if not duplicates or pair.relation != "family"]
    joined = [pair for pair in pairs if _together(pair, said, duplicates)]
    true = [pair for pair in pairs if pair.relation != "different"]
    right = sum(pair.relation != "different" for pair in joined)
    precision = right / len(joined) if joined else 1.0
    recall = right / len(true) if true else 1.0
    apart = len(pairs) - len(true)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Scores(precision, recall, f1, len(pairs), (len(joined) - right) / apart if apart else 0.0)


def scores_by_kind(
    gold: Sequence[Pair], said: Mapping[str, Prediction], *, duplicates: bool
) -> dict[str, Scores]:
    """The same per kind of edit, in the order of the file, and for all as ``all``."""
    kinds = dict.fromkeys(pair.kind for pair in gold if not duplicates or pair.relation != "family")
    found = {
        kind: scores([pair for pair in gold if pair.kind == kind], said, duplicates=duplicates) for kind in kinds
    }
    return {**found, "all": scores(gold, said, duplicates=duplicates)}


@click.command()
@click.argument("predictions", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--gold", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True,
              help="Labelled pairs: uri, kind, relation, of, with a header.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def command(predictions: Path, gold: Path, as_json: bool) -> None:
    """Precision, recall and F1 over labelled pairs, for duplicates and for families, per kind of edit."""
    pairs, said = read_gold(gold), read_predictions(predictions)
    tables = {
        "duplicates": scores_by_kind(pairs, said, duplicates=True),
        "families": scores_by_kind(pairs, said, duplicates=False),
    }
    if as_json:
        click.echo(orjson.dumps({
            name: {kind: asdict(found) for kind, found in rows.items()} for name, rows in tables.items()
        }))
        return
    for name, rows in tables.items():
        table = Table("kind", "pairs", "precision", "recall", "F1", "wrongly joined", title=name)
        for kind, found in rows.items():
            table.add_row(kind, str(found.pairs), f"{found.precision:.4f}", f"{found.recall:.4f}",
                          f"{found.f1:.4f}", f"{found.wrongly_joined:.4f}")
        Console().print(table)

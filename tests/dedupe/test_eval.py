"""The measures on labelled pairs, and that the benchmark checks its answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.bench import dedupe as bench
from streams.errors import InputError
from streams.eval.dedupe import Pair, Prediction, command, read_gold, read_predictions, scores, scores_by_kind

GOLD = [
    Pair("d1", "advert", "duplicate", "o"), Pair("d2", "advert", "duplicate", "o"), Pair("f1", "cut-30", "family", "o"),
    Pair("x", "one-event", "different", "o"), Pair("y", "one-event", "different", "o"),
]
SAID = {
    "o": Prediction("unique", "", "F"), "d1": Prediction("duplicate", "o", "F"), "d2": Prediction("unique", "", "G"),
    "f1": Prediction("unique", "", "F"), "x": Prediction("unique", "", "F"), "y": Prediction("unique", "", "H"),
}


def test_duplicates_are_scored_by_pair_and_edits_of_a_family_are_not_judged() -> None:
    found = scores(GOLD, SAID, duplicates=True)
    assert (found.precision, found.recall, found.pairs, found.wrongly_joined) == (1.0, 0.5, 4, 0.0)


def test_families_count_what_is_joined_rightly_and_wrongly() -> None:
    found = scores_by_kind(GOLD, SAID, duplicates=False)
    assert (found["all"].precision, found["all"].recall) == (2 / 3, 2 / 3)
    assert found["one-event"].wrongly_joined == 0.5
    assert found["cut-30"].recall == 1.0


def test_a_duplicate_that_came_before_its_original_counts() -> None:
    said = {"d": Prediction("unique", "", "F"), "o": Prediction("duplicate", "d", "F")}
    assert scores([Pair("d", "k", "duplicate", "o")], said, duplicates=True).recall == 1.0


def test_chains_that_run_in_circles_end() -> None:
    said = {"a": Prediction("duplicate", "b", "F"), "b": Prediction("duplicate", "a", "F")}
    assert scores([Pair("a", "k", "duplicate", "b")], said, duplicates=True).pairs == 1


def test_the_command_prints_json_for_programs(tmp_path: Path) -> None:
    gold, said = tmp_path / "g.tsv", tmp_path / "p.tsv"
    gold.write_text("uri\tkind\trelation\tof\nd1\tadvert\tduplicate\to\n")
    said.write_text("o\tunique\t\tF\nd1\tduplicate\to\tF\n")
    result = CliRunner().invoke(command, ["--gold", str(gold), str(said), "--json"])
    assert result.exit_code == 0
    assert '"precision":1.0' in result.output
    assert "duplicates" in CliRunner().invoke(command, ["--gold", str(gold), str(said)]).output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uri kind\n", ":1: expected the header uri, kind, relation, of"),
        ("uri\tkind\trelation\tof\na\tb\tsame\tc\n", ":2: expected uri, kind, relation"),
    ],
)
def test_gold_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gold.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_gold(path)


def test_predictions_that_cannot_be_read_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "said.tsv"
    path.write_text("a\tunique\t\tF\nb\tunique\n")
    with pytest.raises(InputError, match=r":2: expected uri, verdict, duplicateOf, origin"):
        read_predictions(path)


def test_the_benchmark_measures_what_it_has_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_MEASURED", 320)
    _, row = bench.measure([320, 640], seed=3)
    assert row.found >= 0.99
    assert row.articles_per_s > 0
    monkeypatch.setattr(bench, "_LIKELY", 40)
    with pytest.raises(bench.WrongAnswerError, match="of the copies found, expected"):
        bench.measure([640], seed=3)

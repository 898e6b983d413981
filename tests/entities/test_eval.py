"""What the measures of names count."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from streams.errors import InputError
from streams.eval.entities import command, read_entities, read_tags
from streams.eval.names import Annotated, Counts, compare_article, intervals, plain, spans_of, token_counts, total


def entity(kind: str, *strings: str, unsure: bool = False) -> Annotated:
    return Annotated(kind, frozenset(map(plain, strings)), unsure)


def test_a_span_is_right_when_both_ends_and_the_type_are() -> None:
    gold = ["B-PER", "I-PER", "O", "B-ORG", "O", "B-LOC", "B-LOC"]
    found = ["B-PER", "I-PER", "O", "B-LOC", "O", "B-LOC", "I-LOC"]
    counts = token_counts(gold, found)
    assert counts == {"PER": Counts(1, 1, 1), "ORG": Counts(0, 0, 1), "LOC": Counts(0, 2, 2)}
    assert total(counts.values()).f1 == pytest.approx(2 / 7)


def test_a_continuation_of_nothing_begins_a_span() -> None:
    assert spans_of(["I-PER", "I-ORG", "O", "I-ORG"]) == {(0, 1, "PER"), (1, 2, "ORG"), (3, 4, "ORG")}


def test_case_spacing_and_the_do_not_count() -> None:
    assert plain("The  Times") == plain("times") == "times"
    assert plain("The") == "the"


def test_entities_match_one_to_one_by_most_shared_strings_and_type() -> None:
    gold = [entity("PER", "Joe Biden", "Biden"), entity("ORG", "NATO")]
    found = [entity("PER", "Biden"), entity("PER", "Joe Biden", "Biden"), entity("LOC", "NATO")]
    counts = compare_article(gold, found)
    assert counts.entities == {"PER": Counts(1, 2, 1), "ORG": Counts(0, 0, 1), "LOC": Counts(0, 1, 0)}
    assert counts.mentions == {"PER": Counts(2, 2, 2), "ORG": Counts(0, 0, 1), "LOC": Counts(0, 1, 0)}


def test_unsure_entries_are_scored_neither_way() -> None:
    gold = [entity("PER", "Ann"), entity("ORG", "Twitter", unsure=True)]
    for found in ([entity("PER", "Ann")], [entity("PER", "Ann"), entity("LOC", "Twitter")]):
        assert total(compare_article(gold, found).entities.values()) == Counts(1, 1, 1)


def test_splits_and_merges_are_counted_once_a_gold_entity() -> None:
    gold = [entity("PER", "Joe Biden", "Biden"), entity("PER", "Jill Biden"), entity("ORG", "NATO")]
    assert compare_article(gold, [entity("PER", "Joe Biden"), entity("PER", "Biden")]).merged_or_split == 1
    assert compare_article(gold, [entity("PER", "Joe Biden", "Jill Biden")]).merged_or_split == 2
    right = [entity("PER", "Joe Biden", "Biden"), entity("PER", "Jill Biden")]
    assert compare_article(gold, right).merged_or_split == 0


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    parts = [Counts(1, 2, 1), Counts(0, 1, 1), Counts(3, 3, 4)] * 10
    low, high = intervals(parts, 200)
    assert low < total(parts).f1 < high
    assert (low, high) == intervals(parts, 200)


@pytest.mark.parametrize("line", ["token", "token\tPER", "token\tB_PER"])
def test_a_line_that_is_no_token_and_tag_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(f"a\tO\n{line}\n")
    with pytest.raises(InputError, match=r"x\.tsv:2: expected token TAB BIO tag"):
        read_tags(path)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"uri": "a"}', '{"uri": "a", "entities": [1]}', '{"uri":"a","entities":[{"type":"PER"}]}'])
def test_a_line_that_is_no_article_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"uri": "a", "entities": []}}\n{line}\n')
    with pytest.raises(InputError, match=r"x\.jsonl:2: expected \{uri, entities"):
        read_entities(path)


def test_the_command_tells_both_kinds(tmp_path: Path) -> None:
    tags, wires = tmp_path / "gold.tsv", tmp_path / "gold.jsonl"
    tags.write_text("Ann\tB-PER\nleft\tO\n\nNATO\tB-ORG\n")
    ann = {"name": "Ann", "type": "PER", "mentions": ["Ann"]}
    wires.write_bytes(orjson.dumps({"uri": "a", "entities": [ann]}) + b"\n")
    for path, measure in ((tags, "spans"), (wires, "entities")):
        told = CliRunner().invoke(command, [str(path), str(path), "--json", "--rounds", "10"])
        assert told.exit_code == 0
        assert orjson.loads(told.output)[measure]["all"]["f1"] == 1.0
        assert "1.000" in CliRunner().invoke(command, [str(path), str(path), "--rounds", "0"]).output

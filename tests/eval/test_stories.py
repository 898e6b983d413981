"""The measures of a clustering: known values, chance, and the command."""

from __future__ import annotations

import random
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from streams.errors import InputError
from streams.eval.clusters import adjusted_mutual_information, bootstrap, cluster_scores
from streams.eval.stories import command, read_labels, read_predictions, stream_measures

GOLD = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}


def test_the_same_grouping_under_other_names_is_perfect() -> None:
    found = cluster_scores(GOLD, {uri: "x" + story for uri, story in GOLD.items()})
    assert [found.bcubed_f1, found.pairwise_f1, found.ami] == pytest.approx([1.0, 1.0, 1.0])


def test_known_values() -> None:
    found = cluster_scores(GOLD, {"a": "x", "b": "x", "c": "y", "d": "y", "e": "z"})
    assert found.bcubed_precision == pytest.approx((1 + 1 + 0.5 + 0.5 + 1) / 5)
    assert found.bcubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert found.pairwise_precision == pytest.approx(1 / 2)
    assert found.pairwise_recall == pytest.approx(1 / 4)


def test_an_article_of_another_corpus_in_the_group_counts_against_it() -> None:
    found = cluster_scores(GOLD, dict.fromkeys(GOLD, "x"), only={"d", "e"})
    assert found.articles == 2
    assert found.bcubed_precision == pytest.approx(2 / 5)
    assert found.bcubed_recall == 1.0


def test_all_alone_loses_recall_and_no_precision() -> None:
    found = cluster_scores(GOLD, {uri: uri for uri in GOLD})
    assert (found.bcubed_precision, found.pairwise_recall) == (1.0, 0.0)


def test_ami_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is only there for training")
    draw = random.Random(3)
    for groups in (2, 5, 30):
        gold = {str(n): str(draw.randrange(groups)) for n in range(120)}
        mixed = {uri: story if draw.random() < 0.6 else str(draw.randrange(groups)) for uri, story in gold.items()}
        expected = metrics.adjusted_mutual_info_score(list(gold.values()), list(mixed.values()))
        assert adjusted_mutual_information(gold, mixed) == pytest.approx(expected, abs=1e-9)


def test_ami_of_chance_is_about_nothing() -> None:
    draw = random.Random(4)
    gold = {str(n): str(draw.randrange(20)) for n in range(400)}
    assert abs(adjusted_mutual_information(gold, {uri: str(draw.randrange(20)) for uri in gold})) < 0.06


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    gold = {str(n): str(n // 4) for n in range(200)}
    predicted = {uri: story if int(uri) % 9 else "lost" for uri, story in gold.items()}
    found = bootstrap(gold, predicted, rounds=200)
    low, high = found["bcubed_f1"]
    assert low <= cluster_scores(gold, predicted).bcubed_f1 <= high
    assert found == bootstrap(gold, predicted, rounds=200)


def event(story: str, version: int, change: str, added: tuple[str, ...] = (), removed: tuple[str, ...] = (),
          merged: str = "") -> dict[str, object]:
    redirects = [{"fromId": merged, "toId": story, "kind": "merged"}] if merged else []
    return {"storyId": story, "version": version, "change": change, "redirects": redirects,
            "delta": {"added": [{"uri": uri} for uri in added], "removed": [{"uri": uri} for uri in removed]}}


def test_a_merge_keeps_first_ids_and_a_move_does_not() -> None:
    log = [event("s", 1, "created", ("a",)), event("t", 1, "created", ("b",)),
           event("s", 2, "merged", ("b",), merged="t"), event("u", 1, "created", ("c",)),
           event("s", 3, "split", removed=("a",)), event("v", 1, "created", ("a",)),
           event("v", 1, "created", ("a",))]
    found = stream_measures(log)
    assert found == {"articles": 3, "first_is_final": pytest.approx(2 / 3), "moves_per_article": pytest.approx(1 / 3),
                     "merges_per_1000": pytest.approx(1000 / 3), "splits_per_1000": pytest.approx(1000 / 3)}


def test_the_command_tells_all_and_each_corpus(tmp_path: Path) -> None:
    (tmp_path / "gold.tsv").write_text("id\tstory\tcorpus\na\t1\tx\nb\t1\tx\nc\t2\ty\n")
    (tmp_path / "pred.tsv").write_text("a\ts\nb\ts\nc\tt\n")
    (tmp_path / "events.jsonl").write_bytes(orjson.dumps(event("s", 1, "created", ("a",))) + b"\n")
    result = CliRunner().invoke(command, [str(tmp_path / "pred.tsv"), "--gold", str(tmp_path / "gold.tsv"), "--json",
                                          "--events", str(tmp_path / "events.jsonl"), "--rounds", "20"])
    assert result.exit_code == 0, result.output
    found = orjson.loads(result.output)
    assert set(found["scores"]) == {"all", "x", "y"}
    assert found["scores"]["all"]["bcubed_f1"] == 1.0
    assert found["stream"]["first_is_final"] == 1.0


def test_bad_files_are_named_with_their_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("uri\tx\n")
    with pytest.raises(InputError, match=r"bad\.tsv:1: expected the header id, story, corpus"):
        read_labels(bad)
    bad.write_text("a\ts\nno tab\n")
    with pytest.raises(InputError, match=r"bad\.tsv:2: expected uri<TAB>storyId, got 'no tab'"):
        read_predictions(bad)

"""An editor's word: checked, obeyed once, kept by the clusterer; and the commands that look back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from streams import topics
from streams.cli.compare import command as compare_command
from streams.cli.explain import command as explain_command
from streams.cli.story import command as story_command
from streams.contracts.codec import decode, encode
from streams.contracts.records import StoryCommand, StoryEvent
from streams.errors import InputError
from streams.stage import Incoming
from streams.stories.commands import CommandsStage
from streams.stories.compare import compare
from streams.stories.ids import new_id, shard_of
from tests.stories.feed import MINUTE_MS, START_MS, analyzed, command, events, rejections, toy_stage

STORY, OTHER = "en-aaaaaaaaaaaaa", "en-bbbbbbbbbbbbb"


def sent(**more: object) -> Incoming:
    fields = {"id": "c1", "action": "close", "storyId": STORY, **more}
    return Incoming(topics.COMMANDS, 0, 0, START_MS, b"k", json.dumps(fields).encode())


def test_a_command_goes_to_the_log_of_the_shard_its_story_is_in() -> None:
    (result,) = CommandsStage().process([sent()])
    (out,) = result.outputs
    assert (out.topic, out.key) == (topics.ANALYZED, b"en")
    assert decode(out.value, StoryCommand).story_id == STORY
    assert ("ce_type", b"story.command") in out.headers


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"storyId": "nonsense"}, "expected <language>-<13 characters>, got 'nonsense'"),
        ({"action": "merge"}, "merge expects the other story, got nothing"),
        ({"action": "merge", "into": "fr-aaaaaaaaaaaaa"}, "expected a story of the same language"),
        ({"action": "split"}, "split expects 1 to 1000 articles, got 0"),
        ({"action": "explode"}, "Invalid enum value 'explode'"),
        ({"id": ""}, "length >= 1"),
    ],
)
def test_a_command_that_cannot_be_meant_is_refused_with_the_reason(wrong: dict[str, object], words: str) -> None:
    (refused,) = rejections(CommandsStage().process([sent(**wrong)]))
    assert refused.error == "bad-command"
    assert words in refused.message


def test_bytes_that_are_no_command_are_refused() -> None:
    record = Incoming(topics.COMMANDS, 0, 0, START_MS, None, b"\xff")
    assert rejections(CommandsStage().process([record]))[0].error == "bad-command"


def test_story_ids_name_their_shard_and_avoid_what_is_taken() -> None:
    first = new_id("pt-br", "uri", 1, START_MS, ())
    assert shard_of(first) == "pt-br"
    assert new_id("pt-br", "uri", 1, START_MS, {first}) != first
    assert shard_of("en-short") == shard_of("") == ""


def test_a_command_is_obeyed_once_whatever_its_repetition_says() -> None:
    stage = toy_stage()
    (first,) = events(stage.process([analyzed("a")]))
    results = stage.process([command("c", "pinHeadline", first.story_id, headline="Told by hand"),
                             command("c", "pinHeadline", first.story_id, headline="Another")])
    assert [event.headline for event in events(results)] == ["Told by hand"]


def test_a_pinned_headline_outlasts_new_articles_and_can_be_taken_off() -> None:
    stage = toy_stage()
    (first,) = events(stage.process([analyzed("a")]))
    results = stage.process([command("1", "pinHeadline", first.story_id, headline="By hand\x1b[31m"), analyzed("b"),
                             command("2", "pinHeadline", first.story_id)])
    assert [event.headline for event in events(results)] == ["By hand [31m", "By hand [31m", first.headline]


def test_what_an_editor_has_split_off_is_not_merged_back() -> None:
    stage = toy_stage()
    told = events(stage.process([analyzed("a", "t1 t2"), analyzed("b", "t1 t2"), analyzed("c", "t1 t2")]))
    results = stage.process([command("1", "split", told[0].story_id, uris=["b"])])
    later = START_MS + 300 * MINUTE_MS
    results += stage.process([analyzed("a", "t1 t2 t3", version=2, verdict="revision", at_ms=later)])
    assert "merged" not in {event.change for event in events(results)}


def test_what_an_editor_has_merged_is_not_split() -> None:
    stage = toy_stage()
    one, other = events(stage.process([analyzed("a", "t1"), analyzed("b", "t2")]))
    results = stage.process([analyzed("c", "t1"), command("1", "merge", one.story_id, into=other.story_id)])
    later = START_MS + 300 * MINUTE_MS
    results += stage.process([analyzed("b", "t9", version=2, verdict="revision", at_ms=later)])
    assert {event.change for event in events(results)} == {"articleAdded", "merged", "revised"}


def test_moving_all_articles_is_a_merge_so_that_the_id_leads_on() -> None:
    stage = toy_stage()
    one, other = events(stage.process([analyzed("a", "t1"), analyzed("b", "t2")]))
    results = stage.process([command("1", "move", one.story_id, into=other.story_id, uris=["a"])])
    assert {event.change for event in events(results)} == {"merged"}


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (command("1", "close", STORY), "unknown-story"),
        (command("1", "merge", "HERE", into=STORY), "unknown-story"),
        (command("1", "merge", "HERE", into="HERE"), "nothing-to-do"),
        (command("1", "split", "HERE", uris=["a"]), "nothing-to-do"),
        (command("1", "split", "HERE", uris=["nowhere"]), "not-a-member"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(order: Incoming, error: str) -> None:
    stage = toy_stage()
    (first,) = events(stage.process([analyzed("a")]))
    value = (order.value or b"").replace(b"HERE", first.story_id.encode())
    results = stage.process([Incoming(order.topic, 0, 1, START_MS, b"en", value, order.headers)])
    assert [refused.error for refused in rejections(results)] == [error]
    assert events(results) == []


def written(path: Path, told: list[StoryEvent]) -> str:
    path.write_bytes(b"".join(encode(event) + b"\n" for event in told))
    return str(path)


def test_explain_tells_of_an_article_and_of_a_story_from_the_events(tmp_path: Path) -> None:
    told = events(toy_stage().process([analyzed("a\x1b]0;x", "t1"), analyzed("b", "t1")]))
    file = written(tmp_path / "events.jsonl", told)
    article = CliRunner().invoke(explain_command, ["b", "--events", file], catch_exceptions=False)
    assert f"joined {told[0].story_id} (version 2, articleAdded, unique)" in article.output
    assert "because: It belongs to" in article.output
    story = CliRunner().invoke(explain_command, [told[0].story_id, "--events", file], catch_exceptions=False)
    assert "2 articles, 2 independent origins" in story.output
    assert "material: new-origin" in story.output
    assert "\x1b" not in story.output


def test_explain_says_when_nothing_is_known(tmp_path: Path) -> None:
    file = written(tmp_path / "events.jsonl", [])
    with pytest.raises(InputError, match="no event tells of x"):
        CliRunner().invoke(explain_command, ["x", "--events", file], catch_exceptions=False)


def test_compare_names_the_stories_that_differ_and_the_articles_that_moved(tmp_path: Path) -> None:
    wires = [analyzed("a", "t1"), analyzed("b", "t1"), analyzed("c", "t2")]
    a = written(tmp_path / "a.jsonl", events(toy_stage().process(wires)))
    b = written(tmp_path / "b.jsonl", events(toy_stage().process([*wires[:1], analyzed("b", "t2"), wires[2]])))
    found = CliRunner().invoke(compare_command, [a, b, "--json"], catch_exceptions=False)
    report = json.loads(found.output)
    assert [move["uri"] for move in report["moves"]] == ["b"]
    assert len(report["differences"]) == 2
    assert report["scores"]["bcubed_f1"] < 1
    same = CliRunner().invoke(compare_command, [a, a], catch_exceptions=False)
    assert "0 stories of A differ, 0 articles moved" in same.output


def test_compare_counts_articles_of_one_side_only() -> None:
    found = compare({"a": "1", "b": "1"}, {"a": "x", "c": "x"}, {}, {}, {})
    assert (found.only_a, found.only_b, found.articles) == (("b",), ("c",), 1)


def test_story_command_checks_before_it_sends() -> None:
    with pytest.raises(InputError, match="storyId: expected"):
        CliRunner().invoke(story_command, ["close", "nonsense"], catch_exceptions=False)

"""Bounds: an event's bytes, whatever the story and whatever the wires; settings; what is restored goes on the same."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from streams.contracts.codec import decode, encode
from streams.contracts.records import AnalyzedArticle, EntityMention, NamedEntity, Place, Quote
from streams.errors import InputError
from streams.stage import Incoming, Result
from streams.stories.fold import FoldError, fold
from streams.stories.settings import StorySettings, settings_from
from tests.stories.feed import MINUTE_MS, START_MS, Changelog, analyzed, command, events, outputs, rejections, toy_stage

LIMIT = 64_000
BAD = "😈\\\"\u0007"


def hostile(uri: str, **more: Any) -> Incoming:
    """An article with everything as large and as dear to write as the contract allows."""
    record = analyzed(uri, **more)
    found = decode(record.value, AnalyzedArticle)
    mention = EntityMention(text="x", start=0, end=1)
    names = [
        NamedEntity(name=f"{BAD * 200}{n}", type="ORG", aliases=[BAD * 100] * 20, salience=0.5, mentions=[mention] * 3)
        for n in range(400)
    ]
    places = [Place(name=BAD * 100, geonames_id=n, country="XX" * 20, lat=1.0, lon=2.0) for n in range(100)]
    quotes = [Quote(text=BAD * 2000, speaker=BAD * 1000) for _ in range(20)]
    article = replace(found.article, headline=f"t1 {BAD * 2000}", body=f"{BAD * 60} said {BAD}. " * 400,
                      source=BAD * 99)
    analysis = replace(found.analysis, entities=names, places=places, quotes=quotes, main_place=3)
    return replace_value(record, encode(replace(found, article=article, analysis=analysis)))


def replace_value(record: Incoming, value: bytes) -> Incoming:
    return Incoming(record.topic, 0, record.offset, record.timestamp_ms, record.key, value, record.headers)


def largest(results: list[Result]) -> int:
    return max(len(out.value or b"") for out in outputs(results))


def test_an_event_is_small_whatever_the_wires_hold() -> None:
    stage = toy_stage()
    uris = ["😈" * 2000 + str(n) for n in range(12)]
    results = stage.process([hostile(uri, family=uri) for uri in uris])
    assert rejections(results) == []
    assert largest(results) <= LIMIT
    assert fold(events(results)).membership().keys() == set(uris)


def test_a_kill_and_a_merge_of_articles_with_enormous_uris_are_small_too() -> None:
    stage = toy_stage()
    uris = ["😈" * 2000 + str(n) for n in range(12)]
    results = stage.process([hostile(uri, family=uri) for uri in uris])
    results += stage.process([analyzed("z", "t9", at_ms=START_MS + MINUTE_MS)])
    one, other = dict.fromkeys(event.story_id for event in events(results))
    results += stage.process([command("1", "merge", one, into=other),
                              hostile("k" * 2000, verdict="kill", signal_target=uris[0], affects=uris[1:])])
    assert largest(results) <= LIMIT
    state = fold(events(results))
    assert state.membership() == {uri: min((one, other), key=lambda id: id != one) for uri in [*uris[1:], "z"]}
    assert "k" * 2000 in state.told


def test_counts_are_not_capped_where_lists_are() -> None:
    told = events(toy_stage().process([
        analyzed(f"w{n}", source=f"source {n}", names=tuple(f"Ab{n}x{m}" for m in range(9))) for n in range(80)
    ]))
    last = told[-1]
    assert (last.counts.articles, last.counts.sources, last.counts.origins) == (80, 80, 80)
    sizes = [len(last.entities), len(last.origins), len(last.timeline), len(last.summary), len(last.keywords)]
    assert max(sizes) <= 50
    assert len(last.timeline) == 20
    assert last.timeline[0].version == 1


def test_a_restored_stage_goes_on_with_the_same_bytes() -> None:
    records = [analyzed(f"w{n}", f"t{n % 3}", at_ms=START_MS + n * MINUTE_MS, names=(f"Ada Brook{n % 4}",))
               for n in range(30)]
    undisturbed = toy_stage()
    log = Changelog()
    log.append(undisturbed.process(records[:20]))
    restored = toy_stage()
    restored.restore(list(log.entries.items()))
    assert outputs(restored.process(records[20:])) == outputs(undisturbed.process(records[20:]))


def test_the_order_of_the_changelog_does_not_matter() -> None:
    records = [analyzed(f"w{n}", f"t{n % 3}", at_ms=START_MS + n * MINUTE_MS) for n in range(12)]
    log = Changelog()
    log.append(toy_stage().process(records[:9]))
    there, back = toy_stage(), toy_stage()
    there.restore(list(log.entries.items()))
    back.restore(list(log.entries.items())[::-1])
    assert outputs(there.process(records[9:])) == outputs(back.process(records[9:]))


def test_two_shards_in_one_stage_know_nothing_of_each_other() -> None:
    french = analyzed("b", "t1")
    french = Incoming(french.topic, 0, 1, french.timestamp_ms, b"fr", french.value)
    one, other = events(toy_stage().process([analyzed("a", "t1"), french]))
    assert (one.story_id[:3], other.story_id[:3]) == ("en-", "fr-")


@pytest.mark.parametrize(
    ("value", "words"),
    [(b"nonsense", "AnalyzedArticle: not JSON"), (b"{}", "missing required field"), (None, "got no value")],
)
def test_what_is_no_article_is_refused_and_the_next_is_told(value: bytes | None, words: str) -> None:
    bad = Incoming("articles.analyzed", 0, 0, START_MS, b"en", value)
    results = toy_stage().process([bad, analyzed("a")])
    assert words in rejections(results)[0].message
    assert len(events(results)) == 1


def test_the_fold_refuses_a_gap_and_what_cannot_be() -> None:
    told = events(toy_stage().process([analyzed("a"), analyzed("b"), analyzed("c")]))
    with pytest.raises(FoldError, match="expected version 2, got 3"):
        fold([told[0], told[2]])
    with pytest.raises(FoldError, match="adds a, which is a member"):
        fold([told[0], replace(told[1], delta=told[0].delta)])
    with pytest.raises(FoldError, match="removes b, which is no member"):
        fold([told[0], replace(told[1], delta=replace(told[1].delta, added=[], removed=told[1].delta.added))])
    assert fold([told[0], told[0], told[1]]).members(told[0].story_id) == ["a", "b"]


def test_settings_are_set_by_name() -> None:
    found = settings_from({"quiet_hours": "12", "join_threshold": "0.4", "repairs": "no"})
    assert (found.quiet_hours, found.match.join_threshold, found.match.repairs) == (12.0, 0.4, False)
    assert settings_from({}) == StorySettings()


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"quiet": "3"}, "unknown setting 'quiet', expected one of: .*quiet_hours"),
        ({"quiet_hours": "soon"}, "setting quiet_hours: expected a value like 168.0, got 'soon'"),
        ({"quiet_hours": "-1"}, "setting quiet_hours: expected hours above 0"),
        ({"repairs": "perhaps"}, "setting repairs: expected true or false, got 'perhaps'"),
    ],
)
def test_a_setting_that_cannot_be_is_an_error_that_says_so(pairs: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        settings_from(pairs)

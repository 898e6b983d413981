"""The clusterer's promises: state is a function of what is held, copies follow, look-alikes stay apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.bench.reports import items
from streams.stories.features import Item
from streams.stories.matching import Matcher, MatchSettings
from streams.stories.matching.model import shipped_model
from streams.stories.training.rollout import run
from tests.stories.matching.making import item

ITEMS = [item(event, report, hours=event * 0.7 + report * 1.3) for event in range(6) for report in range(4)]
PROBES = [item(event, 9, hours=9.0) for event in range(8)]


@pytest.fixture(scope="module", autouse=True)
def _known_neighbours() -> None:
    """An article is looked at once, when it comes: here in the order of their times."""
    matcher = Matcher()
    for each in sorted(ITEMS, key=lambda each: (each.time_ms, each.uri)):
        matcher.add(each, each.uri.split("-")[0])


def answers(matcher: Matcher) -> list[object]:
    """All that can be seen of a matcher."""
    looked = [matcher.decide(probe) for probe in PROBES]
    repairs = [matcher.proposals(uri, True) for uri in sorted(matcher.store.slot_of)]
    near = [matcher.similarity(a.uri, b.uri) for a in ITEMS[:4] for b in ITEMS[:4]]
    return [looked, repairs, near]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_answers_depend_on_what_is_held_and_not_on_the_way_there(data: st.DataObject) -> None:
    placed = {each.uri: f"s{data.draw(st.integers(0, 5))}" for each in ITEMS}
    kept = data.draw(st.sets(st.sampled_from(range(len(ITEMS))), min_size=1))
    matcher, other = Matcher(), Matcher()
    for index in data.draw(st.permutations(range(len(ITEMS)))):
        matcher.add(ITEMS[index], "elsewhere" if index % 3 == 0 else placed[ITEMS[index].uri])
    for index in data.draw(st.permutations(range(len(ITEMS)))):
        if index not in kept:
            matcher.remove(ITEMS[index].uri)
        elif index % 3 == 0:
            matcher.move(ITEMS[index].uri, placed[ITEMS[index].uri])
    for index in data.draw(st.permutations(sorted(kept))):
        other.add(Item.from_parts(*ITEMS[index].parts()), placed[ITEMS[index].uri])
    assert answers(matcher) == answers(other)


def test_to_decide_changes_nothing() -> None:
    matcher = Matcher()
    for each in ITEMS:
        matcher.add(each, each.uri.split("-")[0])
    before = answers(matcher)
    assert answers(matcher) == before


def test_reports_of_one_event_come_together_and_other_events_begin_their_own() -> None:
    stream = [Item.from_parts(*each.parts()) for each in sorted(ITEMS, key=lambda each: (each.time_ms, each.uri))]
    found = run(stream, shipped_model(), MatchSettings())
    for event in range(6):
        assert len({found.predicted[f"e{event}-{report}"] for report in range(4)}) == 1, event
    assert len(set(found.predicted.values())) == 6
    assert found.kept == 1


def test_the_first_article_begins_a_story() -> None:
    found = Matcher().decide(ITEMS[0])
    assert (found.story, found.rule, found.score) == (None, "new-story", 0.0)


def test_an_article_that_is_held_is_not_decided_on() -> None:
    matcher = Matcher()
    for report in range(2):
        matcher.add(item(0, report), "a")
    with pytest.raises(ValueError, match="is held already, expected an article to decide on"):
        matcher.decide(item(0, 1))


def test_a_copy_goes_where_its_original_is_whatever_the_scores() -> None:
    matcher = Matcher(MatchSettings(join_threshold=0.999999))
    matcher.add(item(0, 0, uri="original"), "a")
    matcher.add(item(1, 0, uri="other"), "b")
    found = matcher.decide(item(1, 1, uri="copy", family="original", duplicate_of="original"))
    assert (found.story, found.rule) == ("a", "same-text")


def test_a_text_family_whose_founder_is_gone_is_found_by_its_members() -> None:
    matcher = Matcher()
    matcher.add(item(0, 0, uri="original"), "a")
    matcher.add(item(0, 1, uri="second", family="original"), "a")
    matcher.remove("original")
    assert matcher.decide(item(2, 0, uri="third", family="original")).story == "a"
    matcher.remove("second")
    assert matcher.decide(item(2, 0, uri="third", family="original")).story is None


def test_a_closed_story_takes_nothing_and_leaves_nothing() -> None:
    matcher = Matcher()
    for each in ITEMS:
        matcher.add(each, each.uri.split("-")[0])
    for story in sorted(matcher.store.stories):
        matcher.close(story)
    assert len(matcher.store) == 0
    assert not matcher.store.postings
    assert not matcher.store.frequency.any()
    assert answers(matcher) == answers(Matcher())


def test_two_stories_of_one_event_are_proposed_to_merge() -> None:
    matcher = Matcher()
    for report in range(4):
        matcher.add(item(3, report, hours=report), "a" if report % 2 else "b")
    for event in (0, 1, 2, 4, 5):
        matcher.add(item(event, 0), f"e{event}")
    (proposal,) = matcher.proposals("e3-0", True)
    assert (proposal.kind, proposal.story, proposal.other) == ("merge", "a", "b")
    assert proposal.score >= proposal.threshold
    assert Matcher(MatchSettings(repairs=False)).proposals("e3-0", True) == []


def test_the_evidence_names_what_is_shared_and_the_runner_up() -> None:
    matcher = Matcher()
    for each in ITEMS:
        matcher.add(each, each.uri.split("-")[0])
    found = matcher.decide(PROBES[0])
    assert found.story == "e0"
    assert "Varga" in " ".join(found.shared.names)
    assert found.runner_up is not None
    assert found.runner_up.score <= found.score


def test_an_article_without_a_single_word_is_no_trouble() -> None:
    matcher = Matcher()
    empty = item(0, 0, uri="empty", body="!")
    empty = Item(empty.uri, empty.time_ms, empty.family, "", empty.ids[:0], empty.views[:0], empty.rarity[:0],
                 empty.vectors * 0, {})
    for each in ITEMS:
        matcher.add(each, each.uri.split("-")[0])
    assert matcher.decide(empty).story is None
    matcher.add(empty, "alone")
    assert matcher.decide(PROBES[0]).story == "e0"
    assert matcher.similarity("empty", ITEMS[0].uri) == 0.0


@pytest.mark.parametrize("uri", ["nobody", ""])
def test_what_is_not_held_can_be_removed_and_moved_without_effect(uri: str) -> None:
    matcher = Matcher()
    matcher.remove(uri)
    matcher.move(uri, "a")
    matcher.close("a")
    assert matcher.similarity(uri, uri) == 0.0


def test_a_story_is_found_among_many_as_it_is_among_few() -> None:
    """Between two reports of a story come as many more articles as there are more stories: that alone parts nothing."""
    def joined(at_once: int, held: int) -> float:
        matcher = Matcher()
        right = 0
        for index, (each, story) in enumerate(items(held + 100, 5, at_once=at_once)):
            right += index >= held and matcher.decide(each).story == f"s{story}"
            matcher.add(each, f"s{story}")
        return right / 100

    assert joined(20, 800) > 0.8
    assert joined(200, 8000) > 0.8


def test_what_is_proposed_after_a_decision_is_what_is_proposed_without_one() -> None:
    """What was judged for the decision is kept for the look at what came of it, and nothing shows it."""
    one, other = Matcher(), Matcher()
    for number, each in enumerate(replace(each, near=None) for each in ITEMS):
        story = one.decide(each).story or f"s{number % 7}"
        one.add(each, story)
        other.add(Item.from_parts(*each.parts()), story)
        assert one.proposals(each.uri, True) == other.proposals(each.uri, True)
        if number % 5 == 4:
            one.decide(replace(PROBES[0]))
            assert one.proposals(each.uri, True) == other.proposals(each.uri, True)
            one.remove(ITEMS[number - 1].uri)
            other.remove(ITEMS[number - 1].uri)
            assert one.proposals(each.uri, True) == other.proposals(each.uri, True)

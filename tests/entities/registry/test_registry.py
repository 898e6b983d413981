"""Whom two stories mean by a name: keys block, context decides, and evidence that turns is told of."""

from __future__ import annotations

import pytest

from streams.contracts.codec import encode
from streams.contracts.records import StoryEntity
from tests.entities.registry.shard import Shard, body, person, place

KABUL = (body("Taliban"), body("Afghan Interior Ministry"), person("Raz Mohammad"), place("Kabul", 1138958))
BAGHDAD = (body("Baath Party"), person("Saddam Hussein"), place("Baghdad", 98182), body("Iraqi High Tribunal"))
CRICKET = tuple(person(f"{name} Batsman") for name in ("Ian", "Alan", "Steve", "Mark", "David", "Shane"))
SENATE = tuple(person(f"{name} Senator") for name in ("Joe", "Mitch", "Chuck", "Susan", "Rand", "Mike"))


@pytest.fixture
def shard() -> Shard:
    return Shard()


def test_one_story_is_told_to_nobody_and_has_ids_all_the_same(shard: Shard) -> None:
    assert shard.see("en-a", person("Tariq Arian"), *KABUL) == []
    assert shard.id("en-a", "Tariq Arian").startswith("en-per-")
    assert len({each.id for each in shard.told["en-a"]}) == 5


def test_a_second_story_announces_the_identity_with_its_evidence(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), body("Taliban"))
    told = {event.name: event for event in shard.see("en-b", person("Tariq Arian"), body("Taliban"))}
    event = told["Tariq Arian"]
    assert (event.change, event.version, event.stories) == ("created", 1, 2)
    assert event.identity_id == shard.id("en-b", "Tariq Arian")
    assert [link.story_id for link in event.delta.added] == ["en-a", "en-b"]
    assert (event.because.rule, event.because.story_id, event.because.via) == ("full-name", "en-b", "en-a")
    assert event.because.articles == ["en-b/Tariq Arian", "en-a/Tariq Arian"]
    assert event.because.shared == ["Taliban"]
    assert event.context == ["Taliban"]


def test_tariq_aziz_is_not_tareq_arian(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Aziz"), *KABUL)
    assert not [event for event in shard.see("en-b", person("Tareq Arian"), *KABUL) if event.type == "PER"
                and event.name != "Raz Mohammad"]
    assert shard.id("en-a", "Tariq Aziz") != shard.id("en-b", "Tareq Arian")


def test_another_spelling_joins_where_the_contexts_speak_for_it(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tareq Arian"), *KABUL)
    shard.see("en-c", person("Tarek Arian"), *BAGHDAD)
    assert shard.id("en-a", "Tariq Arian") == shard.id("en-b", "Tareq Arian")
    assert shard.id("en-c", "Tarek Arian") != shard.id("en-a", "Tariq Arian")
    event = next(event for event in shard.fold.events if event.name in ("Tariq Arian", "Tareq Arian"))
    assert event.because.rule == "transliteration"
    assert {event.name, *(alias.form for alias in event.aliases)} == {"Tariq Arian", "Tareq Arian"}


def test_a_context_that_grows_may_support_a_spelling_later(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tareq Arian"))
    before = shard.id("en-b", "Tareq Arian")
    assert before != shard.id("en-a", "Tariq Arian")
    shard.see("en-b", person("Tareq Arian"), *KABUL)
    assert shard.id("en-b", "Tareq Arian") == shard.id("en-a", "Tariq Arian")


@pytest.mark.parametrize(("one", "other"), [
    (person("John F. Kirby"), person("John Kirby")),
    (body("Inter-Services Public Relations"), body("ISPR")),
    (place("Panjwai Gardens", None), place("Panjway Gardens", None)),
])
@pytest.mark.parametrize("supported", [True, False])
def test_fuller_and_other_forms_join_with_support_alone(
    shard: Shard, one: StoryEntity, other: StoryEntity, supported: bool
) -> None:
    shard.see("en-a", one, *KABUL)
    shard.see("en-b", other, *(KABUL if supported else ()))
    assert (shard.id("en-a", one.name) == shard.id("en-b", other.name)) == supported


def test_one_full_name_in_contexts_without_a_name_in_common_is_two_people(shard: Shard) -> None:
    shard.see("en-a", person("John Smith"), *CRICKET)
    shard.see("en-b", person("John Smith"), *SENATE)
    shard.see("en-c", person("John Smith"), *SENATE)
    assert shard.id("en-a", "John Smith") != shard.id("en-b", "John Smith") == shard.id("en-c", "John Smith")


def test_two_middle_names_are_two_people(shard: Shard) -> None:
    shard.see("en-a", person("George H. W. Bush", "George Bush"), *SENATE)
    shard.see("en-b", person("George W. Bush", "George Bush"), *SENATE)
    assert shard.id("en-a", "George Bush") != shard.id("en-b", "George Bush")


def test_whom_one_story_tells_apart_is_two(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tariq Arian"), person("Tareq Arian"), *KABUL)
    assert shard.id("en-b", "Tareq Arian") != shard.id("en-b", "Tariq Arian") == shard.id("en-a", "Tariq Arian")


def test_a_bare_last_name_is_nobody_in_particular(shard: Shard) -> None:
    shard.see("en-a", person("Arian"), *KABUL)
    shard.see("en-b", person("Arian"), *KABUL)
    assert shard.id("en-a", "Arian") == shard.id("en-b", "Arian") == ""


def test_a_place_is_its_place_on_the_map(shard: Shard) -> None:
    shard.see("en-a", place("US", 6252001), *KABUL)
    shard.see("en-b", place("United States", 6252001), place("Georgia", 614540))
    shard.see("en-c", place("Georgia", 4197000), place("United States", 6252001))
    assert shard.id("en-a", "US") == shard.id("en-b", "United States")
    assert shard.id("en-b", "Georgia") != shard.id("en-c", "Georgia")


def test_a_body_of_one_word_needs_something_in_common(shard: Shard) -> None:
    shard.see("en-a", body("Apollo"), body("NASA"))
    shard.see("en-b", body("Apollo"), body("Lehman Brothers"))
    shard.see("en-c", body("Apollo"), body("NASA"))
    assert shard.id("en-b", "Apollo") != shard.id("en-a", "Apollo") == shard.id("en-c", "Apollo")


def test_growth_is_told_at_sizes_that_double(shard: Shard) -> None:
    for number in range(20):
        shard.see(f"en-{number}", person("Joe Biden"))
    sizes = [event.stories for event in shard.fold.events]
    assert sizes == [2, 4, 8, 16]
    assert len(shard.fold.stories[shard.id("en-0", "Joe Biden")]) == 16


def test_a_new_form_is_told(shard: Shard) -> None:
    for number in range(4):
        shard.see(f"en-{number}", person("Joe Biden"))
    (event,) = shard.see("en-1", person("Joe Biden", "Joseph Biden"))
    assert (event.change, event.delta.aliases) == ("aliasAdded", ["Joseph Biden"])


def test_a_link_goes_with_its_evidence_and_an_event_says_so(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tareq Arian"), *KABUL)
    old = shard.id("en-b", "Tareq Arian")
    told = shard.see("en-b", person("Tareq Arian"), lost=True)
    new = shard.id("en-b", "Tareq Arian")
    assert new != old == shard.id("en-a", "Tariq Arian")
    (event,) = [event for event in told if event.identity_id == old]
    assert (event.change, event.stories) == ("split", 1)
    assert [link.story_id for link in event.delta.removed] == ["en-b"]
    assert [(redirect.from_id, redirect.to_id, redirect.kind) for redirect in event.redirects] == [(old, new, "split")]
    assert "en-b" in event.because.text


def test_a_link_goes_with_the_evidence_of_the_other_story(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tareq Arian"), *KABUL)
    old = shard.id("en-a", "Tariq Arian")
    shard.see("en-a", person("Tariq Arian"), lost=True)
    assert shard.id("en-a", "Tariq Arian") == old != shard.id("en-b", "Tareq Arian")


def test_a_link_that_another_story_holds_stays(shard: Shard) -> None:
    for story in ("en-a", "en-b", "en-c"):
        shard.see(story, person("Joe Biden"), *SENATE)
    told = shard.see("en-b", lost=True)
    assert shard.id("en-c", "Joe Biden") == shard.id("en-a", "Joe Biden")
    assert {event.change for event in told} == {"retracted"}
    assert all(event.stories == 2 for event in told)


def test_a_name_that_bridges_two_identities_merges_them_and_its_loss_parts_them(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"))
    shard.see("en-b", person("Tariq Arian"))
    shard.see("en-c", person("Tarek Aryan"))
    shard.see("en-d", person("Tarek Aryan"))
    one, two = shard.id("en-a", "Tariq Arian"), shard.id("en-c", "Tarek Aryan")
    assert one != two
    told = shard.see("en-e", person("Tariq Arian", "Tarek Aryan"))
    assert {event.identity_id: (event.change, event.status) for event in told} == {
        one: ("merged", "open"), two: ("merged", "merged")}
    assert all([(each.from_id, each.to_id) for each in event.redirects] == [(two, one)] for event in told)
    assert {event.because.text for event in told} == {"Tarek Aryan of en-e is Tarek Aryan of en-d: full-name."}
    assert shard.fold.ended == {two}
    told = shard.see("en-e", lost=True)
    parted = {event.identity_id: event for event in told}
    assert parted.pop(one).stories == 2
    ((fresh, event),) = parted.items()
    assert fresh not in (one, two)
    assert (event.change, event.version, sorted(shard.fold.stories[fresh])) == ("split", 1, ["en-c", "en-d"])


def test_what_a_forgotten_story_proved_stays_proved(shard: Shard) -> None:
    shard.see("en-a", person("Tariq Arian"), *KABUL)
    shard.see("en-b", person("Tareq Arian", "Tariq Arian"))
    shard.see("en-c", person("Tareq Arian"))
    assert shard.forget("en-b") == []
    shard.see("en-c", person("Tareq Arian"), lost=True)
    assert shard.id("en-c", "Tareq Arian") == shard.id("en-a", "Tariq Arian")


def test_an_identity_ends_with_its_last_story_and_leaves_nothing(shard: Shard) -> None:
    shard.see("en-a", person("Joe Biden"))
    shard.see("en-b", person("Joe Biden"))
    id = shard.id("en-a", "Joe Biden")
    shard.forget("en-a")
    (event,) = shard.forget("en-b")
    assert (event.status, event.stories) == ("ended", 0)
    assert shard.fold.ended == {id}
    assert [key for key in shard.entries if not key.startswith(b"q|")] == []
    shard.see("en-c", person("Joe Biden"))
    assert shard.id("en-c", "Joe Biden") != id


def test_names_that_others_crowd_out_of_the_list_stay(shard: Shard) -> None:
    shard.see("en-a", person("Joe Biden"))
    shard.see("en-b", person("Joe Biden"))
    crowd = [person(f"Person Number{number}") for number in range(50)]
    assert shard.see("en-b", *crowd) == []
    assert shard.fold.stories[shard.id("en-a", "Joe Biden")].keys() == {"en-a", "en-b"}


def test_an_event_is_bounded(shard: Shard) -> None:
    long = "Ж" * 100
    for number in range(120):
        shard.see(f"en-{'x' * 40}{number}", *(person(f"{long} {long[:15]}{n % 50}") for n in range(50)))
    assert shard.fold.events
    assert max(len(encode(event)) for event in shard.fold.events) < 60_000

"""Five scraped articles become one story with two independent origins, and everybody in it is who they are."""

from __future__ import annotations

import itertools
import random

import pytest

from streams.contracts.records import NamedEntity, StoryEntity
from tests.whole_way.seeds import RENAMED, Run, feed, renamed, run, texts

BOILERPLATE = ("kootneeti", "facebook", "source link", "certificate", "join today", "international relations",
               "bur-star", "last updated", "published", "taliban news")


@pytest.fixture(scope="module")
def seeds() -> Run:
    return run(feed(texts()))


@pytest.fixture(scope="module")
def other_names() -> Run:
    return run(feed({name: renamed(text) for name, text in texts().items()}))


def origins(found: Run) -> set[frozenset[str]]:
    return {frozenset(origin.members) for origin in found.last.origins}


def entity(found: Run, name: str) -> StoryEntity:
    """The one entity of the story that carries this name."""
    carriers = [e for e in found.last.entities if name in (e.name, *e.aliases)]
    assert len(carriers) == 1, f"{name}: {[(e.name, e.aliases) for e in carriers] or 'nobody'}"
    return carriers[0]


def article_entities(found: Run) -> list[NamedEntity]:
    return [e for article in found.articles.values() for e in article.analysis.entities]


def assert_one_story_two_origins(found: Run) -> None:
    assert found.rejected == 0
    assert {event.story_id for event in found.events} == {found.last.story_id}
    assert found.last.counts.articles == 5
    assert found.last.counts.origins == 2
    assert origins(found) == {frozenset({"000", "004"}), frozenset({"001", "002", "003"})}


def test_one_story_five_articles_two_origins(seeds: Run) -> None:
    assert_one_story_two_origins(seeds)


def test_a_second_run_tells_the_same_bytes(seeds: Run) -> None:
    assert run(feed(texts())).event_bytes == seeds.event_bytes


def test_versions_are_without_a_gap_and_each_event_is_small(seeds: Run) -> None:
    assert [event.version for event in seeds.events] == list(range(1, len(seeds.events) + 1))
    assert max(map(len, seeds.event_bytes)) <= 64_000


def test_another_copy_is_not_material(seeds: Run) -> None:
    assert seeds.events[0].material
    assert sum(not event.material for event in seeds.events) >= 2


def test_no_date_is_invented(seeds: Run) -> None:
    dates = {uri: (a.article.event_time_from, a.article.event_time[:10]) for uri, a in seeds.articles.items()}
    assert dates["002"] == ("text", "2021-07-14")
    assert dates["004"] == ("text", "2021-07-14")
    assert {dates[uri][0] for uri in ("000", "001", "003")} == {"record"}


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Spin Boldak", "Spinboldak"), "LOC"),
        (("Tareq Arian", "Tariq Arian", "Tarek Arian"), "PER"),
        (("Raz Mohammad", "Raz Muhammad", "Raz Mohamed"), "PER"),
        (("Balochistan", "Baluchistan"), "LOC"),
    ],
)
def test_spellings_of_one_name_are_one_entity(seeds: Run, names: tuple[str, ...], kind: str) -> None:
    found = [entity(seeds, name) for name in names]
    assert len({id(e) for e in found}) == 1
    assert found[0].type == kind


@pytest.mark.parametrize(("last", "full"), [("Kirby", "John Kirby"), ("Kakar", "Arif Kakar")])
def test_a_last_name_is_its_full_name(seeds: Run, last: str, full: str) -> None:
    assert entity(seeds, full).name == full
    assert [e.name for e in seeds.last.entities if e.name == last] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, "PER") for name in ("Ashraf Ghani", "Joe Biden", "Donald Trump", "Zabihullah Mujahid", "Lyse Doucet",
                                "John Kirby", "Arif Kakar")]
    + [(name, "ORG") for name in ("Taliban", "AFP", "BBC", "Al Jazeera")]
    + [(name, "LOC") for name in ("Afghanistan", "Pakistan", "Kandahar", "Chaman", "Karachi", "Kabul", "Quetta",
                                  "Iran", "Tajikistan", "Turkmenistan", "Washington", "Arabian Sea")],
)
def test_each_name_of_the_story_is_found_with_its_type(seeds: Run, name: str, kind: str) -> None:
    assert entity(seeds, name).type == kind


def test_pentagon_and_nato_are_found_once(seeds: Run) -> None:
    assert entity(seeds, "Pentagon").type in ("ORG", "LOC")
    nato = [e for e in seeds.last.entities if "nato" in {name.lower() for name in (e.name, *e.aliases)}]
    assert [e.type for e in nato] == ["ORG"]


def test_no_boilerplate_is_an_entity(seeds: Run) -> None:
    names = [name.lower() for e in article_entities(seeds) for name in (e.name, *e.aliases)]
    assert [name for name in names if name == "source" or any(bad in name for bad in BOILERPLATE)] == []


def test_the_main_place_is_on_the_map(seeds: Run) -> None:
    place = seeds.last.main_place
    assert place is not None
    assert (place.name, place.country) == ("Spin Boldak", "AF")
    assert abs(place.lat - 31.0) < 0.2
    assert abs(place.lon - 66.4) < 0.2


def test_the_summary_tells_the_claim_and_the_denial(seeds: Run) -> None:
    told = " ".join(sentence.text for sentence in seeds.last.summary).lower()
    assert 2 <= len(seeds.last.summary) <= 4
    assert any(word in told for word in ("captured", "control", "seized", "occupied", "raised"))
    assert any(word in told for word in ("denied", "insisted", "repelled"))
    assert all(sentence.uri in seeds.articles for sentence in seeds.last.summary)


def test_why_each_article_joined_is_told(seeds: Run) -> None:
    for event in seeds.events:
        assert event.because.article in seeds.articles
        assert event.because.text
        assert event.because.rule


@pytest.mark.parametrize("order", list(itertools.permutations(["000", "001", "002", "003", "004"]))[::17])
def test_any_order_of_arrival_gives_the_same_story(order: tuple[str, ...]) -> None:
    assert_one_story_two_origins(run(feed(texts(), order)))


def test_other_names_give_the_same_structure(other_names: Run) -> None:
    assert_one_story_two_origins(other_names)


@pytest.mark.parametrize(
    "names",
    [("Khaled Bashir", "Khalid Bashir", "Kaled Bashir"), ("Gul Yousuf", "Gul Yusuf", "Gul Youssef"),
     ("Gallabat", "Galabat")],
)
def test_other_names_resolve_alike(other_names: Run, names: tuple[str, ...]) -> None:
    assert len({id(entity(other_names, name)) for name in names}) == 1


@pytest.mark.parametrize("full", ["Peter Lawson", "Yonas Haile", "Omar Siddig", "Martin Caldwell", "Abdulrauf Haniya"])
def test_other_people_are_found(other_names: Run, full: str) -> None:
    assert entity(other_names, full).type == "PER"


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_and_renamed_feeds_give_the_same_structure(seed: int) -> None:
    order = sorted(texts())
    random.Random(seed).shuffle(order)
    assert_one_story_two_origins(run(feed({name: renamed(text) for name, text in texts().items()}, order)))


def test_every_name_is_replaced_in_the_renamed_seeds() -> None:
    left = " ".join(renamed(text) for text in texts().values())
    assert [name for name in RENAMED if f" {name} " in left] == []

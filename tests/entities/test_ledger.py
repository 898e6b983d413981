"""Who is who across the articles of a story."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.records import EntityMention, EntityType, NamedEntity, StoryEntity
from streams.entities.ledger import Ledger


def named(
    name: str, kind: EntityType = "PER", *aliases: str,
    mentions: int = 1, place: int | None = None, demonym: bool = False,
) -> NamedEntity:
    where = [EntityMention(text=name, start=0, end=len(name))] * mentions
    return NamedEntity(name=name, type=kind, aliases=list(aliases), mentions=where, geonames_id=place, demonym=demonym)


def story(*articles: list[NamedEntity]) -> Ledger:
    ledger = Ledger()
    for number, entities in enumerate(articles):
        ledger.add(f"a{number}", entities)
    return ledger


def told(ledger: Ledger) -> list[tuple[str, int]]:
    return [(entity.name, entity.articles) for entity in ledger.entities(50)]


def one(ledger: Ledger) -> StoryEntity:
    (entity,) = ledger.entities(50)
    return entity


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        ("PER", ("Tareq Arian", "Tariq Arian", "Tarek Arian")),
        ("PER", ("Raz Mohammad", "Raz Muhammad", "Raz Mohamed")),
        ("PER", ("Gul Yousuf", "Gul Yusuf", "Gul Youssef")),
        ("PER", ("Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodimir Zelenskiy")),
        ("LOC", ("Spin Boldak", "Spinboldak")),
        ("LOC", ("Balochistan", "Baluchistan")),
        ("ORG", ("Hezbollah", "Hizbullah")),
        ("ORG", ("NATO", "Nato")),
    ],
)
def test_spellings_of_one_name_are_one(kind: EntityType, forms: tuple[str, ...]) -> None:
    entity = one(story(*[[named(form, kind)] for form in forms]))
    assert {entity.name, *entity.aliases} == set(forms)
    assert (entity.type, entity.articles) == (kind, len(forms))


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("PER", "Tariq Aziz", "Tareq Arian"),
        ("PER", "Joe Biden", "Hunter Biden"),
        ("PER", "Kim Jong Un", "Kim Yo Jong"),
        ("LOC", "Iran", "Iraq"),
        ("LOC", "Niger", "Nigeria"),
        ("LOC", "Austria", "Australia"),
        ("ORG", "World Bank", "World Health Organization"),
        ("PER", "Paul Martin", "Paul Morton"),
    ],
)
def test_other_names_stay_apart(kind: EntityType, a: str, b: str) -> None:
    assert len(story([named(a, kind)], [named(b, kind)]).entities(50)) == 2


def test_two_places_on_the_map_are_two_however_alike_they_are_written() -> None:
    ledger = story([named("Galabat", "LOC", place=1)], [named("Gallabat", "LOC", place=2)])
    assert len(ledger.entities(50)) == 2


def test_one_place_on_the_map_is_one_under_any_name() -> None:
    entity = one(story([named("US", "LOC", place=6)], [named("United States", "LOC", place=6)]))
    assert (entity.articles, entity.geonames_id) == (2, 6)


def test_a_last_name_is_the_only_person_of_that_name() -> None:
    entity = one(story([named("John Kirby")], [named("Kirby")]))
    assert (entity.name, entity.aliases) == ("John Kirby", ["Kirby"])


def test_a_last_name_that_two_people_have_goes_to_the_one_who_is_called_so() -> None:
    called = story([named("Joe Biden", "PER", "Biden")], [named("Hunter Biden")], [named("Biden")])
    assert told(called) == [("Joe Biden", 2), ("Hunter Biden", 1)]
    unclear = story([named("Joe Biden")], [named("Hunter Biden")], [named("Biden")])
    assert len(unclear.entities(50)) == 3


def test_an_acronym_is_the_organisation_with_these_initials() -> None:
    assert one(story([named("World Health Organization", "ORG")], [named("WHO", "ORG")])).articles == 2


def test_what_one_article_calls_by_a_name_the_story_knows_by_it() -> None:
    ledger = story([named("Reuters News Agency", "ORG", "Thomson wire")], [named("Thomson wire", "ORG", mentions=9)],
                   [named("Thomson wire", "ORG")])
    assert one(ledger).articles == 3
    assert [(join.name, join.form, join.rule, join.articles) for join in ledger.evidence()] == [
        ("Thomson wire", "Reuters News Agency", "alias", ("a0",))]


def test_an_identity_goes_when_the_article_that_made_it_goes() -> None:
    ledger = story([named("John Kirby")], [named("Kirby")], [named("Jack Kirby")])
    ledger.remove("a2")
    assert told(ledger) == [("John Kirby", 2)]
    ledger.remove("a0")
    assert told(ledger) == [("Kirby", 1)]
    ledger.remove("a1")
    assert told(ledger) == []


def test_an_article_that_comes_again_is_replaced() -> None:
    ledger = story([named("John Kirby")])
    ledger.add("a0", [named("Arif Kakar")])
    assert told(ledger) == [("Arif Kakar", 1)]


def test_the_type_that_most_mentions_have_is_the_type() -> None:
    ledger = story([named("Pentagon", "ORG", mentions=2)], [named("Pentagon", "LOC")])
    assert (one(ledger).type, one(ledger).mentions) == ("ORG", 3)


def test_demonyms_are_no_entities() -> None:
    assert told(story([named("Afghanistan", "LOC", "Afghan", demonym=True)])) == []


_FORMS = [
    "John Kirby", "Kirby", "Jack Kirby", "J. Kirby", "Tareq Arian", "Tariq Arian", "Arian", "Tariq Aziz",
    "NATO", "Nato", "North Atlantic Treaty Organization", "Spin Boldak", "Spinboldak",
    "WHO", "World Health Organization", "Health", "Kandahar", "Qandahar", "US", "U.S.", "…",
]
_entities = st.builds(
    NamedEntity,
    name=st.sampled_from(_FORMS), type=st.sampled_from(["PER", "ORG", "LOC"]),
    aliases=st.lists(st.sampled_from(_FORMS), max_size=2, unique=True),
    geonames_id=st.sampled_from([None, None, 1, 2]),
)
_articles = st.lists(st.lists(_entities, max_size=4), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(_articles, st.data())
def test_a_story_is_its_articles_whatever_came_and_went_in_what_order(
    articles: list[list[NamedEntity]], data: st.DataObject
) -> None:
    kept = {f"a{number}": entities for number, entities in enumerate(articles)}
    straight, winding = Ledger(), Ledger()
    for uri, entities in kept.items():
        straight.add(uri, entities)
    order = data.draw(st.permutations(sorted(kept)))
    for position, uri in enumerate(order):
        winding.add(f"x{position}", articles[position % len(articles)][::-1])
        winding.add(uri, kept[uri])
        if position % 2:
            winding.entities(5)
        winding.remove(f"x{position}")
    assert winding.entities(50) == straight.entities(50)
    assert winding.evidence() == straight.evidence()


@settings(max_examples=100, deadline=None)
@given(_articles)
def test_every_mention_counts_once(articles: list[list[NamedEntity]]) -> None:
    ledger = story(*articles)
    assert sum(entity.mentions for entity in ledger.entities(1000)) == sum(map(len, articles))


def test_a_story_of_thousands_is_asked_after_every_article() -> None:
    """About 0.5 ms an article here; the limit only catches a cost that grows with the story."""
    ledger = Ledger()
    usual = [named("Taliban", "ORG"), named("Pakistan", "LOC", place=1), named("Joe Biden", "PER", "Biden")]
    start = time.process_time()
    for number in range(3000):
        rare = [named(f"Person{number} Name{number % 500}"), named(f"Firm{number}", "ORG")] if number % 3 == 0 else []
        ledger.add(f"a{number}", usual + rare)
        assert len(ledger.entities(20)) == min(20, 3 + 2 * (number // 3 + 1))
    assert time.process_time() - start < 20

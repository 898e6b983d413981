"""Which names of one article are one person, organisation or place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.entities.places import fold_name
from streams.entities.recogniser import Span
from streams.entities.resolve import resolve
from streams.entities.resolve.names import edges
from streams.entities.resolve.spelling import close_spelling
from tests.entities.names import forms, gazetteer, resolved


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("John Kirby spoke. Kirby left.", "John Kirby; Kirby", [{"John Kirby", "Kirby"}]),
        ("Jack Del Rio won. Del Rio smiled.", "Jack Del Rio; Del Rio", [{"Jack Del Rio", "Del Rio"}]),
        ("Joe Biden met Hunter Biden.", "Joe Biden; Hunter Biden", [{"Joe Biden"}, {"Hunter Biden"}]),
        ("Joe Biden met Joseph R. Biden.", "Joe Biden; Joseph R. Biden", [{"Joe Biden", "Joseph R. Biden"}]),
        ("Tareq Arian, or Tariq Arian.", "Tareq Arian; Tariq Arian", [{"Tareq Arian", "Tariq Arian"}]),
        ("Raz Mohamed came. Mohammad said so.", "Raz Mohamed; Mohammad", [{"Raz Mohamed", "Mohammad"}]),
        ("Tariq Aziz met Tareq Arian.", "Tariq Aziz; Tareq Arian", [{"Tariq Aziz"}, {"Tareq Arian"}]),
        ('Vincent "The Chin" Gigante, called Vincent Gigante.', 'Vincent "The Chin" Gigante; Vincent Gigante',
         [{'Vincent "The Chin" Gigante', "Vincent Gigante"}]),
        ("President Ashraf Ghani and Gen. Mark Milley's men.", "President Ashraf Ghani; Gen. Mark Milley's",
         [{"Ashraf Ghani"}, {"Mark Milley"}]),
    ],
)
def test_people(text: str, names: str, wanted: list[set[str]]) -> None:
    assert forms(text, PER=names) == [("PER", strings) for strings in wanted]


def test_a_bare_last_name_is_whoever_was_named_last_before_it() -> None:
    text = "Joe Biden came. Later Hunter Biden came. Biden left."
    found = forms(text, PER="Joe Biden; Hunter Biden; Biden")
    assert found == [("PER", {"Joe Biden"}), ("PER", {"Hunter Biden", "Biden"})]


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("the World Health Organization (WHO). WHO said.", "the World Health Organization; WHO",
         [{"World Health Organization", "WHO"}]),
        ("the Department of Justice; the DOJ", "Department of Justice; DOJ", [{"Department of Justice", "DOJ"}]),
        ("the Fundamentalist Church of Latter Day Saints (FLDS)", "Fundamentalist Church of Latter Day Saints; FLDS",
         [{"Fundamentalist Church of Latter Day Saints", "FLDS"}]),
        ("United Nations Security Council, UN Security Council, UNSC",
         "United Nations Security Council; UN Security Council; UNSC",
         [{"United Nations Security Council", "UN Security Council", "UNSC"}]),
        ("NATO said. Nato allies", "NATO; Nato", [{"NATO", "Nato"}]),
        ("The New York Times reported. The Times wrote.", "The New York Times; The Times",
         [{"New York Times", "Times"}]),
        ("The UN met the UN Security Council.", "UN; UN Security Council", [{"UN"}, {"UN Security Council"}]),
        ("the Senate and the Senate Judiciary Committee", "Senate; Senate Judiciary Committee",
         [{"Senate"}, {"Senate Judiciary Committee"}]),
    ],
)
def test_organisations(text: str, names: str, wanted: list[set[str]]) -> None:
    assert forms(text, ORG=names) == [("ORG", strings) for strings in wanted]


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("the Chaman-Spinboldak border near Spin Boldak", "Chaman-Spinboldak; Spin Boldak",
         [{"Chaman"}, {"Spinboldak", "Spin Boldak"}]),
        ("the US and the United States and U.S. troops", "US; United States; U.S.", [{"US", "United States", "U.S."}]),
        ("Balochistan or Baluchistan", "Balochistan; Baluchistan", [{"Balochistan", "Baluchistan"}]),
        ("North Korea. The North said S. Korea lied. South Korea", "North Korea; North; Korea; South Korea",
         [{"North Korea", "North"}, {"S. Korea", "South Korea"}]),
        ("in Springfield, Mo., today", "Springfield; Mo", [{"Springfield"}, {"Mo."}]),
        ("Korea-related talks in KUNDUZ, Kunduz", "Korea-related; KUNDUZ; Kunduz",
         [{"Korea"}, {"KUNDUZ", "Kunduz"}]),
    ],
)
def test_places(text: str, names: str, wanted: list[set[str]]) -> None:
    assert forms(text, LOC=names) == [("LOC", strings) for strings in wanted]


def test_demonyms_are_flagged_and_carry_their_country() -> None:
    (entity,) = resolved("Afghan officials", MISC="Afghan").entities
    assert (entity.demonym, entity.name, entity.aliases) == (True, "Afghanistan", ["Afghan"])


def test_one_form_has_one_type() -> None:
    text = "Pentagon one. Pentagon two. Pentagon three."
    marks = [Span(0, 8, "ORG", 0.9), Span(14, 22, "ORG", 0.9), Span(28, 36, "LOC", 0.9)]
    assert [(e.type, len(e.mentions)) for e in resolve(text, marks, gazetteer()).entities] == [("ORG", 3)]


@pytest.mark.parametrize(
    ("name", "read", "wanted"),
    [("Korean Peninsula", "ORG", "LOC"), ("San Diego Superior Court", "LOC", "ORG"), ("Margaret Court", "PER", "PER"),
     ("World Series", "ORG", "MISC"), ("Voting Rights Act", "ORG", "MISC"), ("Doris Day", "PER", "PER"),
     ("Kam Air Airlines", "MISC", "ORG"), ("UK", "ORG", "LOC"), ("Taliban", "ORG", "ORG")],
)
def test_the_last_word_and_the_map_settle_the_type(name: str, read: str, wanted: str) -> None:
    (entity,) = resolve(name, [Span(0, len(name), read, 0.5)], gazetteer()).entities
    assert entity.type == wanted


def test_what_a_body_holds_is_not_the_body() -> None:
    found = resolved("MVC said the MVC Tournament begins", ORG="MVC; MVC Tournament").entities
    assert [(entity.name, entity.type) for entity in found] == [("MVC", "ORG"), ("MVC Tournament", "MISC")]


def test_the_north_is_no_person_beside_north_korea() -> None:
    text = "North Korea spoke. North fired."
    marks = [Span(0, 11, "LOC", 0.9), Span(19, 24, "PER", 0.9)]
    assert [(e.type, len(e.mentions)) for e in resolve(text, marks, gazetteer()).entities] == [("LOC", 2)]


def test_what_the_text_writes_in_lower_case_is_no_name() -> None:
    assert forms("Members met. The members and other members left.", ORG="Members") == []


@pytest.mark.parametrize("waste", ["@someone", "#Eagles", "Monday", "5xHvOx9TAd", "'", "the", "31GMT"])
def test_waste_is_no_name(waste: str) -> None:
    assert resolve(waste, [Span(0, len(waste), "ORG", 0.5)], gazetteer()).entities == []


@pytest.mark.parametrize(
    ("surface", "kind", "wanted"),
    [
        ("the Taliban's", "ORG", "Taliban"), ("Texans’", "ORG", "Texans"),
        ("Prime Minister Boris Johnson", "PER", "Boris Johnson"),
        ("province of Guanacaste", "LOC", "Guanacaste"), ("de la Rosa", "PER", "de la Rosa"),
        ("“Al Quintero,”", "PER", "Al Quintero"),
        ("A. J. Smith", "PER", "A. J. Smith"), ("(AFP)", "ORG", "AFP"), ("the", "ORG", "the"), ("...", "ORG", "..."),
    ],
)
def test_what_does_not_belong_to_a_name_is_cut_off(surface: str, kind: str, wanted: str) -> None:
    start, end = edges(surface, kind)
    assert surface[start:end] == wanted


@pytest.mark.parametrize(
    ("a", "b"),
    [("Tareq", "Tarek"), ("Mohammad", "Muhammad"), ("Muhammad", "Mohamed"), ("Yousuf", "Youssef"), ("Khaled", "Kaled"),
     ("Hussein", "Hussain"), ("Zelensky", "Zelenskiy"), ("Qaeda", "Qaida"), ("Abdullah", "Abdulla"),
     ("Spin Boldak", "Spinboldak"), ("Gallabat", "Galabat"), ("Kandahar", "Qandahar"), ("Ahmad", "Ahmed"),
     ("Jon", "John"), ("Omar", "Umar")],
)
def test_one_name_in_two_romanisations(a: str, b: str) -> None:
    assert close_spelling(a, b)
    assert close_spelling(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Martin", "Morton"), ("Miller", "Muller"), ("Iran", "Iraq"), ("Niger", "Nigeria"), ("Austria", "Australia"),
     ("Gaza", "Giza"), ("Biden", "Baden"), ("Khalid", "Khaleda"), ("Firm1", "Firm2"), ("", "")],
)
def test_two_names(a: str, b: str) -> None:
    assert not close_spelling(a, b)


_words = st.sampled_from(
    ["John", "Smith", "Kabul", "the", "U.S.", "Dr.", "NATO", "Smiths'", "Arian", "Tareq", "-", "—", "“", "(FLDS)", "ﷺ",
     "国", "\n\n", "É", "of", "Afghan", "North", "Korea", "\u200b", "'s"])


@settings(max_examples=200, deadline=None)
@given(st.lists(_words, max_size=25), st.data())
def test_no_mention_is_lost_or_told_twice(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    marks = [
        Span(a, b, data.draw(st.sampled_from(["PER", "ORG", "LOC", "MISC"])), 0.5)
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    entities = resolve(text, marks, gazetteer()).entities
    told = sorted((mention.start, mention.end) for entity in entities for mention in entity.mentions)
    assert len(told) == len(set(told))
    assert all(text[m.start : m.end] == m.text for entity in entities for m in entity.mentions)
    for span in marks:
        surface = text[span.start : span.end]
        plain = surface.isalpha() and surface.istitle() and surface.isascii() and len(surface) > 2
        if plain and surface.lower() not in text:
            assert any(start < span.end and span.start < end for start, end in told), surface
    assert all(entity.name and fold_name(entity.name) for entity in entities)

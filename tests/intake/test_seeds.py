"""The five seeds, sentence by sentence: what must go is gone, what is the article's is all there, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.contracts.records import Article
from tests.intake.helpers import bag, reasons, take

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
#: Per seed, the lines (from 0) of its text that are no part of the article, and those that lose a part.
WHOLE = {
    "000": set(),
    "001": {24, 48, 49, 51, 52, 54, 56, 57, 58, 60, 62},
    "002": {2, 4, 6, 9, 10, 48, 50},
    "003": {48},
    "004": set(),
}
PARTS = {
    ("001", 26): "## ",
    ("002", 30): "- ",
    ("003", 12): " [File: Akhter Gulfam/EPA]",
    ("003", 34): " [File: Akhter Gulfam/EPA]",
    ("004", 0): " date 2021-07-14 ",
}
HEADLINES = {
    "000": "Afghanistan: Taliban take control of key border crossing with Pakistan",
    "001": "",
    "002": "Taliban announces control of Spin Boldak border crossing with Pakistan",
    "003": "Taliban claims to occupy key border crossings between Afghanistan and Pakistan",
    "004": "",
}


def seed(number: str) -> tuple[str, Article]:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    return path.read_text(), take(path.read_bytes(), "text/plain", path.stem.encode())


def expected_lines(number: str, text: str) -> list[str]:
    """The article's own lines: all but the headline's and those that must go."""
    kept = []
    for at, line in enumerate(text.split("\n")):
        if at in WHOLE[number] or not line.strip() or (HEADLINES[number] and at == 0):
            continue
        part = PARTS.get((number, at), "")
        line = line.replace(part, "").replace(part[::-1], "") if part else line
        kept.append(" ".join(line.split()))
    return kept


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?…][\"”])\s+|(?<=[.!?…])\s+|\n+", text) if part]


@pytest.mark.parametrize("number", WHOLE)
def test_every_sentence_of_the_article_is_kept_in_order(number: str) -> None:
    text, article = seed(number)
    wanted = sentences(
        "\n".join(expected_lines(number, text)).replace("Taliban's\nwar chest", "Taliban's war chest")
    )
    assert sentences(article.body) == wanted


@pytest.mark.parametrize("number", WHOLE)
def test_the_headline_is_the_first_line_only_where_that_is_shaped_like_one(number: str) -> None:
    assert seed(number)[1].headline == HEADLINES[number]


@pytest.mark.parametrize("number", WHOLE)
def test_every_word_is_in_the_article_or_in_what_was_removed(number: str) -> None:
    text, article = seed(number)
    found = bag(article.headline) + bag(article.body)
    for removal in article.removed:
        found += bag(removal.text)
    assert found == bag(text)


@pytest.mark.parametrize("number", WHOLE)
def test_each_removal_names_its_line_in_the_original(number: str) -> None:
    text, article = seed(number)
    lines = text.split("\n")
    for removal in article.removed:
        if removal.reason != "markup":
            assert removal.text in lines[removal.line]


def test_the_advertisement_with_its_addresses_and_disclaimer_goes() -> None:
    _, article = seed("001")
    assert {
        "advertisement",
        "call-to-action",
        "contact",
        "address",
        "disclaimer",
        "share-buttons",
        "photo-credit",
    } <= reasons(article).keys()
    for word in ("Kootneeti", "KOOTNEETI", "JOIN", "COURSE", "Facebook", "Image source", "**", "##"):
        assert word not in article.body


def test_the_label_the_dates_the_doubled_headline_and_the_desk_marks_go() -> None:
    _, article = seed("002")
    found = reasons(article)
    assert found["section-label"] == "World"
    assert found["published-line"] == "Published: 2021-07-14 14:11"
    assert found["updated-line"] == "Last Updated: 2024-04-21 05:17"
    assert found["agency-initials"] == "bur-star/r k/g t"
    assert found["copyright"] == "© 1994-2021 Agence France-Presse"
    assert [removal.line for removal in article.removed if removal.reason == "doubled-headline"] == [9, 10]


def test_site_label_photo_credit_and_source_link_go_and_captions_stay() -> None:
    _, article = seed("003")
    assert {"site-label", "photo-credit", "source-link"} == reasons(article).keys()
    assert "People crossing the Pakistan-Afghan border in Chaman, Pakistan\n" in article.body
    assert "[government]" in article.body


def test_a_date_is_taken_from_the_text_and_never_invented() -> None:
    times = {number: (seed(number)[1].event_time, seed(number)[1].event_time_from) for number in WHOLE}
    assert times["002"] == ("2021-07-14T14:11:00.000Z", "text")
    assert times["004"] == ("2021-07-14T00:00:00.000Z", "text")
    assert times["000"] == times["001"] == times["003"] == ("2021-07-14T17:00:00.000Z", "record")


def test_credits_name_the_agency_the_photographer_and_who_is_quoted() -> None:
    credits = {number: {(credit.kind, credit.name) for credit in seed(number)[1].credits} for number in WHOLE}
    assert credits["000"] == set()
    assert credits["001"] == {("photo", "Dawn"), ("attribution", "AFP")}
    assert credits["002"] == {("agency", "AFP"), ("attribution", "AFP")}
    assert credits["003"] == {("photo", "Akhter Gulfam/EPA"), ("attribution", "AFP"), ("attribution", "Al Jazeera")}
    assert credits["004"] == {("attribution", "AFP"), ("attribution", "BBC")}


@pytest.mark.parametrize("number", WHOLE)
def test_every_seed_is_english(number: str) -> None:
    assert seed(number)[1].language == "en"

"""Who is quoted as a source, under one name whatever the text calls it."""

from __future__ import annotations

import pytest

from streams.intake.credits import agencies, attributions


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("the minister told AFP on Monday", "AFP", "told AFP"),
        ("the flag is flying, reports the BBC.", "BBC", "reports the BBC"),
        ("he told the AFP news agency that", "AFP", "told the AFP news agency"),
        ("According to BBC correspondent Jane Doe, it", "BBC", "According to BBC correspondent"),
        ("sagte er der Nachrichtenagentur dpa in Kabul", "dpa", "Nachrichtenagentur dpa"),
        ("an AFP reporter saw the men", "AFP", "AFP reporter"),
        ("police told The Associated Press late", "AP", "told The Associated Press"),
        ("Reuters reported that the", "Reuters", "Reuters reported"),
        ("a video seen by Al Jazeera shows", "Al Jazeera", "seen by Al Jazeera"),
        ("Reuters could not verify the", "Reuters", "Reuters could not"),
        ("she told the Example Daily Herald that", "Example Daily Herald", "told the Example Daily Herald"),
    ],
)
def test_attribution(text: str, name: str, words: str) -> None:
    assert [(credit.kind, credit.name, credit.text) for credit in attributions(text)] == [
        ("attribution", name, words)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Reuters moved to a new building.",
        "He told reporters that",
        "the AFPX index",
        "she told President Doe",
        "shares of AP Moller fell",
        "told by all who",
    ],
)
def test_a_name_alone_is_no_attribution(text: str) -> None:
    assert attributions(text) == []


def test_each_source_is_named_once() -> None:
    assert [
        credit.name
        for credit in attributions("he told AFP. She told AFP and told Reuters. An AFP reporter saw it.")
    ] == ["AFP", "Reuters"]


def test_agencies_are_normalised_in_order() -> None:
    assert agencies("Agence France-Presse and the Associated Press, also AFP") == ["AFP", "AP"]

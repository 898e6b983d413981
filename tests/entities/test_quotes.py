"""Who said what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.records import EntityMention, NamedEntity, Quote
from streams.entities.quotes import quotes
from tests.entities.names import resolved

PEOPLE = "Ana Ruiz; Ruiz; Tom Berg; Berg"
BODIES = "Reuters; AFP; Interior Ministry; Taliban"


def said(text: str) -> list[Quote]:
    return quotes(text, resolved(text, PER=PEOPLE, ORG=BODIES).entities)


@pytest.mark.parametrize(
    ("text", "speaker", "cue"),
    [
        ('"We will not go back," Ana Ruiz said.', "Ana Ruiz", "said"),
        ('"We will not go back," said Ana Ruiz, a farmer.', "Ana Ruiz", "said"),
        ('“We will not go back,” Ana Ruiz told Reuters.', "Ana Ruiz", "told"),
        ('“We will not go back,” Ana Ruiz, spokeswoman for the Interior Ministry, told AFP.', "Ana Ruiz", "told"),
        ('Ana Ruiz told AFP that "we will not go back".', "Ana Ruiz", "told"),
        ('In a statement, Ana Ruiz said: "We will not go back."', "Ana Ruiz", "said"),
        ("Ana Ruiz was there. «We will not go back», she said.", "Ana Ruiz", "said"),
        ("‘We won’t go back,’ said Ana Ruiz.", "Ana Ruiz", "said"),
        ("„We will not go back“, said Tom Berg.", "Tom Berg", "said"),
        ('Tom Berg agreed. "We will not go back," said Ruiz, as Ana Ruiz is known.', "Ana Ruiz", "said"),
        ('"We will not go back," a farmer told Reuters.', "", ""),
        ('"We will not go back."', "", ""),
    ],
)
def test_a_quotation_has_its_speaker(text: str, speaker: str, cue: str) -> None:
    found = [quote for quote in said(text) if "go back" in quote.text and text[quote.start] in "\"“«‘„"]
    assert [(quote.speaker, quote.cue) for quote in found] == [(speaker, cue)]
    assert found[0].text in text[found[0].start : found[0].end]


def test_a_quotation_that_goes_on_has_the_same_speaker() -> None:
    found = said('"It is over," said Ana Ruiz. "We go home."')
    assert [(quote.text, quote.speaker) for quote in found] == [("It is over", "Ana Ruiz"), ("We go home.", "Ana Ruiz")]


def test_a_quotation_in_a_quotation_is_part_of_it() -> None:
    found = said("“He told me ‘go home now’ and left,” said Ana Ruiz.")
    assert [quote.text for quote in found] == ["He told me ‘go home now’ and left"]


def test_an_open_quotation_ends_with_its_paragraph() -> None:
    found = said("“It is over.\n\n“We go home,” said Ana Ruiz.")
    assert [quote.text for quote in found] == ["It is over.", "We go home"]


def test_a_claim_is_its_whole_sentence() -> None:
    (claim,) = said("It rained. The Taliban denied on Friday that the town had fallen. It rained.")
    assert (claim.speaker, claim.cue) == ("Taliban", "denied")
    assert claim.text == "The Taliban denied on Friday that the town had fallen."


@pytest.mark.parametrize(
    "text",
    ["The Taliban are reported to have taken the town.", "A farmer said it was over and done.",
     'The so-called "test" ran.'])
def test_nobody_named_claims_nothing(text: str) -> None:
    assert said(text) == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="“”\"‘’«» .\nsaid told A", max_size=300))
def test_any_text_gives_quotations_that_stand_in_it(text: str) -> None:
    where = EntityMention(text="A", start=0, end=1)
    for quote in quotes(text, [NamedEntity(name="A", type="PER", mentions=[where])]):
        assert quote.text in text[quote.start : quote.end]

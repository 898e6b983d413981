"""Cleaning never raises, loses no word, and changes nothing that is clean."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.contracts import codec
from streams.contracts.records import Article
from streams.intake import clean
from streams.intake.normal import scrub
from tests.intake.helpers import STAGE, bag, ninjs, record
from tests.intake.strategies import headlines, texts

_quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_quick
@given(headlines.map(scrub), texts.map(scrub))
def test_every_word_is_in_the_article_or_in_what_was_removed(headline: str, text: str) -> None:
    result = clean(headline, text)
    found = bag(result.headline) + bag(result.body)
    for removal in result.removed:
        found += bag(removal.text)
    assert found == bag(headline) + bag(text)


@_quick
@given(headlines.map(scrub), texts.map(scrub))
def test_what_is_clean_stays_as_it_is(headline: str, text: str) -> None:
    once = clean(headline, text)
    if once.headline:  # without one, a second look may take the first line for it
        again = clean(once.headline, once.body)
        assert (again.headline, again.paragraphs, again.removed) == (once.headline, once.paragraphs, [])


@_quick
@given(st.text(max_size=300))
def test_scrubbing_twice_is_scrubbing_once_and_always_writable(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once
    once.encode()


@_quick
@given(headlines, texts)
def test_any_text_gives_a_valid_article_or_a_rejection(headline: str, text: str) -> None:
    result = STAGE.process([record(ninjs(headline=headline, body_text=text))])[0]
    if result.rejection is None:
        assert codec.decode(result.outputs[0].value, Article).body.strip()
    else:
        assert result.rejection.error == "empty-body"


@_quick
@given(
    st.binary(max_size=200),
    st.sampled_from(("", "text/plain", "application/json", "text/html", "application/xml", "x/y")),
)
def test_any_bytes_give_an_article_or_a_rejection(value: bytes, content_type: str) -> None:
    result = STAGE.process([record(value, content_type)])[0]
    assert (result.rejection is None) == (len(result.outputs) == 1)

"""The development stream: nothing is lost, and next to nothing of real articles is taken out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streams.intake import clean
from streams.intake.normal import scrub
from tests.intake.helpers import bag, take

STREAM = Path(__file__).resolve().parents[3] / "shared" / "data" / "stories" / "wires.jsonl"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not STREAM.exists(), reason=f"the development data is not there: {STREAM}"),
]


def sample() -> list[dict[str, str]]:
    return [json.loads(line) for line in STREAM.read_text().splitlines()[::5]]


def test_every_word_is_kept_or_accounted_for_and_a_second_cleaning_changes_nothing() -> None:
    for wire in sample():
        headline, text = scrub(wire["headline"]), scrub(wire["body_text"])
        once = clean(headline, text)
        found = bag(once.headline) + bag(once.body)
        for removal in once.removed:
            found += bag(removal.text)
        assert found == bag(headline) + bag(text), wire["uri"]
        if once.headline:
            again = clean(once.headline, once.body)
            assert (again.paragraphs, again.removed) == (once.paragraphs, []), wire["uri"]


def test_less_than_a_hundredth_of_the_words_goes_and_all_of_it_is_english() -> None:
    removed = total = 0
    for wire in sample():
        article = take(json.dumps(wire).encode(), ms=1_700_000_000_000)
        assert (article.language, article.event_time_from) == ("en", "versionCreated")
        assert article.body
        total += bag(wire["body_text"]).total()
        removed += sum(bag(removal.text).total() for removal in article.removed)
    assert removed / total < 0.01

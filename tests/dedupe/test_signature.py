"""A text's sketch depends on its words alone: not on typography, batch or process."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.dedupe.compare import Text, compare, prepare
from streams.dedupe.signature import SAMPLE, decode, encode, signatures, sketches
from streams.dedupe.words import MAX_WORDS, words
from tests.dedupe.helpers import prose


def hashes(text: str) -> list[int]:
    found: list[int] = words([text]).hashes.tolist()
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He said: “No — never…” at ‘10’", 'HE SAID "no -- NEVER..." AT \'10\''),
        ("café Müller naïve", "cafe Muller naive"),
        ("cafe\u0301 Mu\u0308ller", "café Müller"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("ﬁnal oﬀer", "final offer"),
        ("one\u00a0two\tthree\r\nfour", "one two three four"),
        ("𝐁𝐨𝐥𝐝 move 🔴 now", "Bold move now"),
    ],
)
def test_two_typographies_of_a_text_have_the_same_words(one: str, other: str) -> None:
    assert hashes(one) == hashes(other)


def test_characters_of_a_script_without_spaces_are_words() -> None:
    assert len(hashes("東京で火災 fire")) == 6


def test_passages_are_cut_out_as_the_text_has_them() -> None:
    found = words(["first text", "A “small” re\u00adport, then."])
    assert found.passage(1, 1, 2) == "small” re\u00adport"


@given(st.lists(st.text(max_size=60), max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_it_and_a_batch_gives_what_single_texts_give(texts: list[str]) -> None:
    assert signatures(texts) == [signature for text in texts for signature in signatures([text])]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_texts_of_any_length_side_by_side_do_not_touch_each_other(lengths: list[int]) -> None:
    texts = [prose(seed, length) for seed, length in enumerate(lengths)]
    assert signatures(texts) == [signature for text in texts for signature in signatures([text])]


def test_the_sketch_holds_the_same_part_of_a_cut_as_the_cut_keeps_of_the_text() -> None:
    shared = []
    for seed in range(60):
        text = prose(seed, 400)
        cut = " ".join(text.split()[:120])
        (_, whole), (_, part) = sketches(words([text, cut]))
        shared.append(len(set(whole.tolist()) & set(part.tolist())) / SAMPLE)
    assert 0.24 <= np.mean(shared) <= 0.36


def test_a_signature_is_read_back_and_a_foreign_one_is_refused() -> None:
    sketch = sketches(words([prose(1, 200)]))[0]
    read = decode(encode(sketch))
    assert read is not None
    assert read[0] == sketch[0]
    assert read[1].tolist() == sketch[1].tolist()
    assert decode("") is not None
    assert decode("not base64!") is None
    assert decode("AAAA") is None
    assert decode("AgAAAAABAAAA") is None


def test_a_huge_text_costs_no_more_than_its_length() -> None:
    before = time.process_time()
    found = words(["word " * 1_000_000, "x" * 5_000_000])
    assert time.process_time() - before < 5
    assert np.diff(found.bounds).tolist() == [MAX_WORDS, 1]


def test_direct_speech_names_and_narrative_are_told_apart() -> None:
    text = 'The minister spoke of rising water. "We shall rebuild every single house," said John Alan Smith today.'
    other = '"We shall rebuild every single house," John Alan Smith promised. Rain fell for the third week in a row.'
    one, two = (Text(prepare(words([t]), 0)) for t in (text, other))
    found = compare(one, two)
    assert found.shared >= 5
    assert found.told == 0

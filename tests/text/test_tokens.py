"""Tokens tile the text, know their offsets, and cost time linear in its length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.text.sentences import sentence_starts, split_sentences
from streams.text.tokens import tokenise


def words(text: str) -> list[str]:
    return tokenise(text).words


def test_newswire_habits_are_kept() -> None:
    assert words("Gen. Mark A. Milley's aide left the U.S. on Monday.") == [
        "Gen.", "Mark", "A.", "Milley", "'s", "aide", "left", "the", "U.S.", "on", "Monday", ".",
    ]  # fmt: skip
    assert words("AT&T, O'Brien and Jean-Pierre don’t") == ["AT&T", ",", "O'Brien", "and", "Jean-Pierre", "don’t"]


def test_scraped_text_comes_apart_where_names_end() -> None:
    assert words("Gulfam/EPA said.The Kabul-based") == ["Gulfam", "/", "EPA", "said", ".", "The", "Kabul", "-based"]
    assert words("“Go,” bbc.co.uk AFP’s") == ["“", "Go", ",", "”", "bbc.co.uk", "AFP", "’s"]


@given(st.text(max_size=300))
def test_words_are_the_text_without_white_space_and_offsets_point_at_them(text: str) -> None:
    tokens = tokenise(text)
    assert all(text.startswith(word, start) for word, start in zip(tokens.words, tokens.starts, strict=True))
    assert "".join(tokens.words) == "".join(text.split())


def test_a_blank_line_divides_paragraphs_even_with_blanks_in_it() -> None:
    tokens = tokenise("a b\nc \n \n d\n\n\ne\n")
    assert (tokens.words, tokens.breaks, tokens.gaps) == (["a", "b", "c", "d", "e"], [2], [3, 4])


@given(st.text(alphabet="ab A.!?\n\"'", max_size=200))
def test_sentences_cover_every_word_in_order(text: str) -> None:
    starts = sentence_starts(tokenise(text))
    assert starts == sorted(set(starts))
    spans = split_sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = 'Headline\n\nHe met Gen. Lee in the U.S. The talks failed. "Go," he said. It\nrained… and "stopped." Yes'
    assert [text[a:b] for a, b in split_sentences(text)] == [
        "Headline",
        "He met Gen. Lee in the U.S.",
        "The talks failed.",
        '"Go," he said.',
        "It\nrained… and \"stopped.\"",
        "Yes",
    ]


@pytest.mark.parametrize(
    "unit", ["A", "A.", "a-", "a'", "1,", "\u200b", "..", " \n", "x@", "https://", "مر", "🙂\u200d", "-based", "Mr."]
)
def test_a_megabyte_of_anything_takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    split_sentences(text)
    assert time.process_time() - began < 5

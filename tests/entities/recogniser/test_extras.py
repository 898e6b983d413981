"""The optional recognisers: reached by name only, and the same interface in front of a stand-in."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams.entities.recogniser import Recogniser, Span
from streams.entities.recogniser.extras import GlinerRecogniser, SpacyRecogniser, load_extra, tags_of
from streams.errors import InputError


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="expected one of spacy, gliner, got flair"):
        load_extra("flair")


def test_the_core_imports_no_extra() -> None:
    extras = {"spacy", "gliner", "numba", "torch"}
    code = f"import sys, streams.entities.recogniser.crf; print({extras} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(importlib.util.find_spec("spacy") is not None, reason="spaCy is installed here")
def test_a_missing_package_is_named() -> None:
    with pytest.raises(InputError, match="the package spacy is not installed"):
        load_extra("spacy")


def test_words_partly_in_a_span_are_in_the_name() -> None:
    words = ["Rita", "Moss", "left", "Oslo."]
    assert tags_of(words, [Span(0, 9, "PER", 1.0), Span(15, 19, "LOC", 1.0)]) == ["B-PER", "I-PER", "O", "B-LOC"]


class _Model:
    """A stand-in for a GLiNER model: finds one name."""

    def predict_entities(self, text: str, labels: list[str]) -> list[dict[str, Any]]:
        assert labels == ["person", "organization", "location"]
        at = text.find("Oslo")
        return [] if at < 0 else [{"start": at, "end": at + 4, "label": "location", "score": 0.9}]


def test_gliner_paragraphs_keep_their_offsets_in_the_article() -> None:
    recogniser = GlinerRecogniser(_Model())
    text = "Oslo\n\nNothing here\n\nBack in Oslo"
    assert [text[s.start : s.end] for s in recogniser.recognise([text])[0]] == ["Oslo", "Oslo"]
    assert isinstance(recogniser, Recogniser)


@dataclass
class _Entity:
    start_char: int
    end_char: int
    label_: str


@dataclass
class _Document:
    ents: list[_Entity]


class _Pipeline:
    def pipe(self, texts: list[str]) -> list[_Document]:
        return [_Document([_Entity(0, 4, "GPE"), _Entity(5, 9, "DATE")]) for _ in texts]


def test_spacy_types_are_ours_and_what_is_no_name_is_dropped() -> None:
    assert SpacyRecogniser(_Pipeline()).recognise(["Oslo 1999"]) == [[Span(0, 4, "LOC", 1.0)]]
    assert SpacyRecogniser(_Pipeline()).tag([["Oslo", "1999"]]) == [["B-LOC", "O"]]


def test_a_real_spacy_pipeline_stands_behind_the_interface(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="the optional package spacy is not installed")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Oslo"}])
    pipeline.to_disk(tmp_path / "pipeline")
    found = load_extra("spacy", tmp_path / "pipeline").recognise(["She left Oslo."])
    assert [(s.start, s.end, s.type) for s in found[0]] == [(9, 13, "LOC")]

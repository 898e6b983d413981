"""Other recognisers behind the same interface: spaCy and GLiNER. Nothing here is imported unless chosen by name.

They are slower by an order of magnitude and more, and fetch or bring models of their own, with licences of their own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from streams.entities.recogniser import Recogniser
from streams.entities.recogniser.spans import Span
from streams.errors import InputError

__all__ = ["EXTRAS", "GlinerRecogniser", "SpacyRecogniser", "load_extra", "tags_of"]

#: Names of types elsewhere, and ours.
_TYPES = {
    "PER": "PER", "PERSON": "PER", "person": "PER", "ORG": "ORG", "organization": "ORG", "LOC": "LOC", "GPE": "LOC",
    "FAC": "LOC", "location": "LOC", "MISC": "MISC", "NORP": "MISC", "EVENT": "MISC", "WORK_OF_ART": "MISC",
    "PRODUCT": "MISC",
}  # fmt: skip
_GLINER_LABELS = ["person", "organization", "location"]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise InputError(f"recogniser {name}: the package {name} is not installed (pip install {name})") from None


def tags_of(words: Sequence[str], spans: Iterable[Span]) -> list[str]:
    """BIO tags of ``words`` for spans found in the words joined by blanks; a word partly in a span counts as in it."""
    tags = ["O"] * len(words)
    spans = sorted(spans, key=lambda span: span.start)
    start = 0
    for index, word in enumerate(words):
        end = start + len(word)
        for span in spans:
            if span.start < end and start < span.end:
                tags[index] = f"{'I' if span.start < start else 'B'}-{span.type}"
                break
        start = end + 1
    return tags


class _Texts:
    """What both have in common: tagging ready-made tokens by way of text."""

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        raise NotImplementedError

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        found = self.recognise([" ".join(words) for words in sentences])
        return [tags_of(words, spans) for words, spans in zip(sentences, found, strict=True)]


class SpacyRecogniser(_Texts):
    """A spaCy pipeline with an entity recogniser. ``pipeline``: an installed package or folder, or a loaded one."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    @classmethod
    def load(cls, path: Path | None = None, without: frozenset[str] = frozenset()) -> SpacyRecogniser:
        """``path`` (default ``en_core_web_sm``) as ``spacy.load`` takes it. Raises ``InputError`` where spaCy or the
        pipeline is missing, or for ``without``, which spaCy's models cannot do."""
        if without:
            raise InputError("recogniser spacy: names cannot be left out of its model")
        name = str(path or "en_core_web_sm")
        try:
            return cls(_module("spacy").load(name))
        except OSError:
            raise InputError(f"recogniser spacy: no pipeline {name} (python -m spacy download {name})") from None

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        return [
            [
                Span(entity.start_char, entity.end_char, _TYPES[entity.label_], 1.0)
                for entity in document.ents
                if entity.label_ in _TYPES
            ]
            for document in self._pipeline.pipe(texts)
        ]


class GlinerRecogniser(_Texts):
    """A GLiNER model, asked for people, organisations and locations, a paragraph at a time (its window is short)."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def load(cls, path: Path | None = None, without: frozenset[str] = frozenset()) -> GlinerRecogniser:
        """``path``: a folder with the model. Raises ``InputError`` where gliner or the folder is missing."""
        if without:
            raise InputError("recogniser gliner: names cannot be left out of its model")
        if path is None:
            raise InputError("recogniser gliner: expected the folder of a model, got none")
        return cls(_module("gliner").GLiNER.from_pretrained(str(path), local_files_only=True))

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[Span]:
        spans: list[Span] = []
        start = 0
        for paragraph in text.split("\n\n"):
            if paragraph.strip():
                for entity in self._model.predict_entities(paragraph, _GLINER_LABELS):
                    kind = _TYPES[entity["label"]]
                    spans.append(Span(start + entity["start"], start + entity["end"], kind, round(entity["score"], 3)))
            start += len(paragraph) + 2
        return sorted(spans, key=lambda span: span.start)


EXTRAS: dict[str, Callable[[Path | None], Recogniser]] = {
    "spacy": SpacyRecogniser.load,
    "gliner": GlinerRecogniser.load,
}


def load_extra(name: str, path: Path | None = None) -> Recogniser:
    """The recogniser called ``name``. Raises ``InputError`` for a name that is none, or what it needs and lacks."""
    if name not in EXTRAS:
        raise InputError(f"recogniser: expected one of {', '.join(EXTRAS)}, got {name}")
    return EXTRAS[name](path)

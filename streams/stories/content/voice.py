"""A member as the story's content sees it: its headline and its first sentences, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from streams.stories.content.words import stems
from streams.stories.member import Content
from streams.text.sentences import split_sentences

__all__ = ["Sentence", "Voice"]

_MAX_SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    stems: frozenset[str]
    position: int


class Voice:
    """One of the few members that speak for a story. ``rank`` 0: an own text that stands, 1: a copy, 2: withdrawn
    or outdated. ``original``: the first text of its family in the story."""

    def __init__(self, uri: str, content: Content, rank: int, original: bool) -> None:
        self.uri = uri
        self.rank = rank
        self.original = original
        self.family = content.family
        self.time_ms = content.time_ms
        self.headline = content.headline
        self.quotes: Sequence[tuple[str, str]] = content.quotes
        self.lead = content.lead

    @cached_property
    def sentences(self) -> list[Sentence]:
        spans = split_sentences(self.lead)[:_MAX_SENTENCES]
        return [Sentence(text := self.lead[start:end], stems(text), at) for at, (start, end) in enumerate(spans)]

    @cached_property
    def headline_stems(self) -> frozenset[str]:
        return stems(self.headline)

    @cached_property
    def all_stems(self) -> frozenset[str]:
        return self.headline_stems.union(*(sentence.stems for sentence in self.sentences))

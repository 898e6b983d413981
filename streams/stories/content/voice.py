"""A member as the story's content sees it: its headline and its first sentences, ready to be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from streams.stories.content.words import stems, terms
from streams.stories.member import Content
from streams.text.sentences import split_sentences

__all__ = ["Sentence", "Voice"]

_MAX_SENTENCES = 6
_MAX_TERMS = 24
_MIN_WORDS, _MAX_WORDS = 7, 48
#: Words by which a report says that somebody contradicts.
_CONTRAST = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|denials?|insist(?:s|ed|ing)?|reject(?:s|ed|ing)?|disput(?:e|es|ed|ing)"
    r"|refut(?:e|es|ed|ing)|repel(?:s|led)|contradict(?:s|ed)?|dismiss(?:es|ed)?|rebut(?:s|ted)?|contest(?:s|ed)"
    r"|pushed back|no evidence|not true|false(?:ly)?)\b",
    re.IGNORECASE,
)
#: Words by which a report attributes a claim.
_CLAIM = re.compile(
    r"\b(?:claim(?:s|ed|ing)?|announc(?:e|es|ed|ing)|declar(?:e|es|ed)|said|says|stat(?:ed|es)|told|accord(?:ing|s)"
    r"|confirm(?:s|ed)?|alleg(?:e|es|ed))\b",
    re.IGNORECASE,
)
#: Somebody who can be asked: a claim or a denial counts for more when a body or its speaker stands behind it.
_BODY = re.compile(
    r"\b(?:ministr(?:y|ies|er)|minister|government|officials?|police|army|military|spokes(?:man|woman|person)|court"
    r"|company|president|party|authorit(?:y|ies)|department|agency|lawyers?|attorney|union|committee)\b",
    re.IGNORECASE,
)
_OPENS_BADLY = re.compile(r"(?:he|she|they|it|this|that|these|those|but|and|so)\b|[\"“'‘]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``weight`` is what the sentence is worth by its own form, 0 where it is not fit for a summary; ``contrast``:
    it reports that somebody who can be asked contradicts."""

    text: str
    stems: frozenset[str]
    position: int
    weight: float
    contrast: bool


class Voice:
    """One of the few members that speak for a story. ``rank`` 0: an own text that stands, 1: a copy, 2: withdrawn
    or outdated. ``original``: the first text of its family in the story."""

    def __init__(self, uri: str, content: Content, rank: int, original: bool) -> None:
        self.uri = uri
        self.rank = rank
        self.original = original
        self.family = content.family
        self.headline = content.headline
        self.quotes: Sequence[tuple[str, str]] = content.quotes
        self.lead = content.lead

    @cached_property
    def sentences(self) -> list[Sentence]:
        spans = split_sentences(self.lead)[:_MAX_SENTENCES]
        return [_sentence(self.lead[start:end], at) for at, (start, end) in enumerate(spans)]

    @cached_property
    def plain(self) -> str:
        """Headline and lead for looking words up."""
        return f"{self.headline}\n{self.lead}".casefold()

    @cached_property
    def headline_stems(self) -> frozenset[str]:
        return stems(self.headline)

    @cached_property
    def all_stems(self) -> frozenset[str]:
        return self.headline_stems.union(*(sentence.stems for sentence in self.sentences))

    @cached_property
    def terms(self) -> list[tuple[str, str, int]]:
        """(stem, its first form, how often it is used) of the terms used most; one in the headline counts twice."""
        uses: dict[str, int] = {}
        forms: dict[str, str] = {}
        for weight, text in ((2, self.headline), (1, self.lead)):
            for stem, word in terms(text):
                uses[stem] = uses.get(stem, 0) + weight
                forms.setdefault(stem, word)
        ranked = sorted(uses, key=lambda stem: -uses[stem])[:_MAX_TERMS]
        return [(stem, forms[stem], uses[stem]) for stem in ranked]


def _sentence(text: str, position: int) -> Sentence:
    words = text.count(" ") + 1
    found = stems(text)
    if not found or not _MIN_WORDS <= words <= _MAX_WORDS or text[-1] in ":…":
        return Sentence(text, found, position, 0.0, False)
    # News is written with the most important first.
    weight = 1 / (1 + 0.15 * position)
    if _OPENS_BADLY.match(text):
        weight *= 0.6
    if _CLAIM.search(text):
        weight *= 1.1
    contrast = position <= 4 and _CONTRAST.search(text) is not None and _BODY.search(text) is not None
    return Sentence(text, found, position, weight, contrast)

"""A member as the story's content sees it: its headline and its first sentences, ready to be compared."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from streams.stories.content.sentences import sentences
from streams.stories.content.words import NO_STEM, stem, stems, words
from streams.stories.member import Content

__all__ = ["Sentence", "Voice"]

_MAX_SENTENCES = 5
_MAX_TERMS = 24
_MIN_WORDS, _MAX_WORDS = 7, 48
#: Words by which a report says that somebody contradicts.
_CONTRAST = frozenset(
    "deny denies denied denying denial denials insist insists insisted insisting reject rejects rejected rejecting "
    "dispute disputes disputed disputing refute refutes refuted refuting repel repels repelled contradict contradicts "
    "contradicted dismiss dismisses dismissed rebut rebuts rebutted contests contested false falsely untrue".split()
)
#: Words by which a report attributes a claim.
_CLAIM = frozenset(
    "claim claims claimed claiming announce announces announced announcing declare declares declared said says stated "
    "states told according confirm confirms confirmed allege alleges alleged".split()
)
#: Somebody who can be asked: a denial counts for more when a body or its speaker stands behind it.
_BODY = frozenset(
    "ministry ministries minister government official officials police army military spokesman spokeswoman "
    "spokesperson court company president party authority authorities department agency lawyer lawyers attorney union "
    "committee".split()
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
        self._quotes = content.quotes
        self.lead = content.lead

    @cached_property
    def sentences(self) -> list[Sentence]:
        return [_sentence(text, at) for at, text in enumerate(sentences(self.lead, _MAX_SENTENCES))]

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
        """(stem, its first form, how often it is used) of the words used most; one in the headline counts twice."""
        title, lead = words(self.headline), words(self.lead)
        forms = [word for word in (*title, *lead) if len(word) > 3 and not word.isdigit()]
        found = list(map(stem, forms))
        first = dict(zip(reversed(found), reversed(forms), strict=True))
        uses = Counter(found)
        uses.update(map(stem, title))
        del uses[""]
        ranked = sorted(first.keys() & uses.keys(), key=lambda each: (-uses[each], each))[:_MAX_TERMS]
        return [(each, first[each], uses[each]) for each in ranked]

    @cached_property
    def quotes(self) -> list[tuple[frozenset[str], str, str]]:
        """(stems, speaker, text) of the attributed quotations."""
        return [(stems(text), speaker, text) for speaker, text in self._quotes]


def _sentence(text: str, position: int) -> Sentence:
    length = text.count(" ") + 1
    said = words(text)
    found = frozenset(map(stem, said)) - NO_STEM
    if not found or not _MIN_WORDS <= length <= _MAX_WORDS or text[-1] in ":…":
        return Sentence(text, found, position, 0.0, False)
    # News is written with the most important first.
    weight = 1 / (1 + 0.15 * position)
    if _OPENS_BADLY.match(text):
        weight *= 0.6
    if not _CLAIM.isdisjoint(said):
        weight *= 1.1
    contrast = not _CONTRAST.isdisjoint(said) and not _BODY.isdisjoint(said)
    return Sentence(text, found, position, weight, contrast)

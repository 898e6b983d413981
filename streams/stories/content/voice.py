"""A member as the story's content sees it: its headline and its first sentences, ready to be compared.

What depends on the member alone is worked out once here: a story is told again with each arrival, and most of those who
speak for it are those who spoke before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, repeat

import msgspec

from streams.stories.content.sentences import sentences
from streams.stories.content.words import key_of, stem_of, stems, words
from streams.stories.member import Content

__all__ = ["Sentence", "Voice", "wording"]

_MAX_SENTENCES = 5
_MAX_TERMS = 24
_MIN_WORDS, _MAX_WORDS = 7, 48
#: News is written with the most important first.
_BY_POSITION = tuple(1 / (1 + 0.15 * position) for position in range(_MAX_SENTENCES + 1))
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


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """``stems``: each once, in their order; ``root``: their number to the power of .6, between a sum of their worths
    (long wins) and a mean (short wins). ``weight`` is what the sentence is worth by its own form, 0 where it is not fit
    for a summary; ``contrast``: it reports that somebody who can be asked contradicts."""

    text: str
    stems: tuple[str, ...]
    root: float
    weight: float
    contrast: bool


class Voice:
    """One of the few members that speak for a story. ``rank`` 0: an own text that stands, 1: a copy, 2: withdrawn
    or outdated. ``original``: the first text of its family in the story. ``stems``: all of headline and sentences,
    each once. ``terms``: the stems used most with the form that stands first, most used first, and in ``uses`` each
    as often as it is used; one in the headline counts twice. ``quotes``: stems, speaker and text of each."""

    __slots__ = ("_plain", "family", "headline", "headline_stems", "lead", "original", "quotes", "rank", "sentences",
                 "stems", "terms", "uri", "uses")

    def __init__(self, uri: str, content: Content, rank: int, original: bool) -> None:
        self.uri = uri
        self.rank = rank
        self.original = original
        self.family = content.family
        self.headline = content.headline
        self.lead = content.lead
        said = wording(content.headline, content.lead, content.quotes)
        self.quotes = said.quotes
        self.headline_stems = said.headline_stems
        self.sentences = said.sentences
        self.stems = said.stems
        self.terms, self.uses = said.terms, said.uses
        self._plain: str | None = None

    @property
    def plain(self) -> str:
        """Headline and lead for looking words up, which is seldom done."""
        if self._plain is None:
            self._plain = f"{self.headline}\n{self.lead}".casefold()
        return self._plain


class Wording(msgspec.Struct, frozen=True, gc=False):
    """What a member says, for a ``Voice``, which explains it."""

    headline_stems: tuple[str, ...]
    sentences: list[Sentence]
    stems: tuple[str, ...]
    terms: dict[str, str]
    uses: tuple[str, ...]
    quotes: list[tuple[frozenset[str], str, str]]


@lru_cache(maxsize=1024)
def wording(headline: str, lead: str, quotes: tuple[tuple[str, str], ...]) -> Wording:
    """Remembered for a while: it is worked out when an article is read, and used when its story is told."""
    parts, rest = sentences(lead, _MAX_SENTENCES)
    title, *said = [words(headline), *map(words, parts)]
    named = list(map(stem_of, title))
    told = list(map(_sentence, parts, said, _BY_POSITION))
    once = _distinct(named)
    return Wording(
        once, told, tuple(dict.fromkeys(chain(once, *[part.stems for part in told]))),
        *_terms(named, [*title, *chain(*said), *words(rest)]),
        [(stems(text), speaker, text) for speaker, text in quotes],
    )


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    once = dict.fromkeys(found)
    once.pop("", None)
    return tuple(once)


def _terms(title: list[str], said: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(stem -> its first form, most used first; each stem as often as it is used) of all words that are ``said``;
    ``title``: the stems of the headline's."""
    said.reverse()
    keys = list(map(key_of, said))
    first = dict(zip(keys, said, strict=True))
    first.pop("", None)
    keys += title
    uses = Counter(keys)
    # Two sorts, the second stable: by stem, then by falling use.
    ranked = sorted(sorted(first), key=uses.__getitem__, reverse=True)[:_MAX_TERMS]
    return ({each: first[each] for each in ranked},
            tuple(chain.from_iterable(map(repeat, ranked, map(uses.__getitem__, ranked)))))


def _sentence(text: str, said: list[str], by_position: float) -> Sentence:
    length = text.count(" ") + 1
    found = _distinct(map(stem_of, said))
    root = len(found) ** 0.6
    if not found or not _MIN_WORDS <= length <= _MAX_WORDS or text[-1] in ":…":
        return Sentence(text, found, root, 0.0, False)
    weight = by_position
    if _OPENS_BADLY.match(text):
        weight *= 0.6
    if not _CLAIM.isdisjoint(said):
        weight *= 1.1
    contrast = not _CONTRAST.isdisjoint(said) and not _BODY.isdisjoint(said)
    return Sentence(text, found, root, weight, contrast)

"""Everything a story's members say together, computed from the few of them that speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.contracts.records import Statement, SummarySentence
from streams.stories.content.headline import choose_headline
from streams.stories.content.summary import summarise
from streams.stories.content.voice import Voice
from streams.stories.content.words import stems, terms

__all__ = ["Telling", "tell"]

_MAX_KEYWORDS = 12
_MAX_STATEMENTS = 8
_SAME_CLAIM = 0.6


@dataclass(frozen=True, slots=True)
class Telling:
    headline: str = ""
    summary: tuple[SummarySentence, ...] = ()
    keywords: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


def tell(voices: Sequence[Voice]) -> Telling:
    """A pure function of ``voices``, which come in a fixed order, the best first."""
    if not voices:
        return Telling()
    # Whole numbers: a sum over a set must not depend on the order of its elements, and one of floats would.
    counts: dict[str, int] = {}
    for voice in voices:
        for stem in voice.all_stems:
            counts[stem] = counts.get(stem, 0) + 1
    return Telling(
        choose_headline(voices, counts), tuple(summarise(voices, counts)), _keywords(voices, counts),
        _statements(voices),
    )


def _keywords(voices: Sequence[Voice], counts: dict[str, int]) -> tuple[str, ...]:
    """Words of most voices first (document frequency), then of more use; a word of a headline counts twice."""
    uses: dict[str, int] = {}
    forms: dict[str, dict[str, int]] = {}
    for voice in voices:
        for weight, text in ((2, voice.headline), (1, voice.lead)):
            for stem, word in terms(text):
                uses[stem] = uses.get(stem, 0) + weight
                written = forms.setdefault(stem, {})
                written[word] = written.get(word, 0) + 1
    ranked = sorted(
        (stem for stem in uses if not stem.isdigit()),
        key=lambda stem: (-counts.get(stem, 0) * uses[stem] ** 0.5, stem),
    )
    return tuple(
        min(forms[stem].items(), key=lambda form: (-form[1], form[0]))[0][:40] for stem in ranked[:_MAX_KEYWORDS]
    )


def _statements(voices: Sequence[Voice]) -> tuple[Statement, ...]:
    """Who says what; the same claim in two articles is one, by the words of it."""
    found: list[tuple[frozenset[str], str, str, list[str]]] = []
    for voice in voices:
        for speaker, text in voice.quotes:
            words = stems(text)
            for known, _, _, uris in found:
                if words and len(words & known) >= _SAME_CLAIM * min(len(words), len(known)) and known:
                    if voice.uri not in uris:
                        uris.append(voice.uri)
                    break
            else:
                found.append((words, speaker, text, [voice.uri]))
    found.sort(key=lambda each: -len(each[3]))
    return tuple(Statement(speaker=who, text=what, articles=uris) for _, who, what, uris in found[:_MAX_STATEMENTS])

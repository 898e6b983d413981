"""Everything a story's members say together, computed from the few of them that speak for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, islice

import msgspec

from streams.contracts.records import Statement, SummarySentence
from streams.stories.content.headline import choose_headline
from streams.stories.content.summary import summarise
from streams.stories.content.voice import Voice

__all__ = ["Telling", "tell"]

_MAX_KEYWORDS = 12
_MAX_STATEMENTS = 8
_SAME_CLAIM = 0.6


class Telling(msgspec.Struct, frozen=True, gc=False):
    headline: str = ""
    summary: tuple[SummarySentence, ...] = ()
    keywords: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


def tell(voices: Sequence[Voice]) -> Telling:
    """A pure function of ``voices``, which come in a fixed order, the best first."""
    if not voices:
        return Telling()
    # Whole numbers: a sum over a set must not depend on the order of its elements, and one of floats would.
    counts = Counter(chain.from_iterable([voice.stems for voice in voices])) if len(voices) > 1 else dict.fromkeys(
        voices[0].stems, 1)
    return Telling(
        choose_headline(voices, counts), tuple(summarise(voices, counts)), _keywords(voices, counts),
        _statements(voices),
    )


def _keywords(voices: Sequence[Voice], counts: Mapping[str, int]) -> tuple[str, ...]:
    """Words of most voices first (document frequency), then of more use; in the first voice's form."""
    if len(voices) == 1:
        return tuple([form[:40] for form in islice(voices[0].terms.values(), _MAX_KEYWORDS)])
    uses = Counter(chain.from_iterable([voice.uses for voice in voices]))
    # By voices times the root of the uses, in whole numbers. Few reach the worth of the twelfth: only they are ordered.
    worth = {stem: counts.get(stem, 1) ** 2 * used for stem, used in uses.items()}
    least = min(sorted(worth.values())[-_MAX_KEYWORDS:], default=0)
    ranked = sorted([(-value, stem) for stem, value in worth.items() if value >= least])[:_MAX_KEYWORDS]
    form: dict[str, str] = {}
    for voice in reversed(voices):
        form.update(voice.terms)
    return tuple([form[stem][:40] for _, stem in ranked])


def _statements(voices: Sequence[Voice]) -> tuple[Statement, ...]:
    """Who says what; the same claim in two articles is one, by the words of it."""
    found: list[tuple[frozenset[str], str, str, list[str]]] = []
    for voice in voices:
        for words, speaker, text in voice.quotes:
            for known, _, _, uris in found:
                # Most claims share nothing, which is seen at a tenth of the cost.
                if not words.isdisjoint(known) and len(words & known) >= _SAME_CLAIM * min(len(words), len(known)):
                    if voice.uri not in uris:
                        uris.append(voice.uri)
                    break
            else:
                found.append((words, speaker, text, [voice.uri]))
    found.sort(key=lambda each: -len(each[3]))
    return tuple([Statement(speaker=who, text=what, articles=uris) for _, who, what, uris in found[:_MAX_STATEMENTS]])

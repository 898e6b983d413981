"""The headline: the member headline nearest to what the members say together (a medoid), as a desk would run it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from streams.stories.content.voice import Voice
from streams.stories.wording import shorten

__all__ = ["choose_headline"]

#: Shapes of headlines that tease instead of telling, or that belong to the site and not to the news.
_BAIT = re.compile(
    r"\?\s*$|!|\.\.\.|…$|^\d+\s+(?:\w+\s+){0,2}(?:things|ways|reasons|photos|facts|times|tips|takeaways)\b"
    r"|^(?:here|this|these)(?:['’]s| is| are)?\s|^(?:why|how|what|when|who)\b|\byou(?:['’]ll|r)?\b|\bwon['’]t believe"
    r"|^(?:watch|live|video|photos|opinion|analysis|editorial|exclusive|review|podcast|quiz)\b\s*[:|]",
    re.IGNORECASE,
)
#: A section or site name behind a bar or dash at the end.
_TAIL = re.compile(r"\s+[|–—-]\s+[^|]{2,30}$")
_LEAD_LIMIT = 120


def choose_headline(voices: Sequence[Voice], counts: Mapping[str, int]) -> str:
    """``voices`` in their order, the best first; ``counts``: stem -> how many voices use it. A copy's
    headline is never taken: an own text without a headline gives the beginning of its first sentence instead.
    Never empty unless there are no voices."""
    if len(voices) == 1 and voices[0].headline and voices[0].rank != 1:
        return _without_tail(voices[0].headline)
    best, best_score = "", 0.0
    for voice in voices:
        if not voice.headline or voice.rank == 1:
            continue
        score = _score(voice, counts)
        if not best or score > best_score:
            best, best_score = voice.headline, score
    if best and (best_score > 0 or voices[0].headline):
        return _without_tail(best)
    for voice in voices:
        if voice.sentences:
            return shorten(voice.sentences[0].text, _LEAD_LIMIT)
    return best or next((voice.headline for voice in voices if voice.headline), "") or _nameless(voices)


@lru_cache(maxsize=8192)
def _without_tail(headline: str) -> str:
    shown = _TAIL.sub("", headline)
    return shown if len(shown.split()) >= 4 else headline


def _nameless(voices: Sequence[Voice]) -> str:
    return shorten(voices[0].lead or voices[0].uri, _LEAD_LIMIT) if voices else ""


def _score(voice: Voice, counts: Mapping[str, int]) -> float:
    """Mean weight of the headline's words, times what speaks against it; 0 where it says nothing."""
    found = voice.headline_stems
    if not found:
        return 0.0
    # Between a sum (long wins) and a mean (short wins).
    score: float = sum(map(counts.__getitem__, found)) / len(found) ** 0.6
    for factor in _against(voice.headline, voice.original, voice.rank):
        score *= factor
    return score


@lru_cache(maxsize=8192)
def _against(headline: str, original: bool, rank: int) -> tuple[float, ...]:
    """Factors for what speaks against a headline by its form and by whose it is. Remembered: each event of a story
    looks at the same headlines again."""
    words = len(headline.split())
    found = (
        (words < 4 or words > 18, 0.6), (_BAIT.search(headline), 0.4), (headline.isupper(), 0.8),
        (not original, 0.7), (rank, 0.3),
    )
    return tuple(factor for applies, factor in found if applies)

"""An extractive summary: two to four sentences from different origins that cover the story and do not repeat.

Sentences are taken one by one by maximal marginal relevance (Carbonell and Goldstein, 1998): what covers most of what
the members say, less what is already said. Who disagrees belongs to the news: when a sentence that reports a denial or
contradiction about the story's subject exists, one of them is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from streams.contracts.records import SummarySentence
from streams.stories.content.voice import Sentence, Voice
from streams.stories.wording import shorten

__all__ = ["summarise"]

_MAX_SENTENCES = 4
_MIN_WORDS, _MAX_WORDS = 7, 48
_SENTENCE_LIMIT = 320
#: A sentence that shares so much of its words with one that is taken says the same.
_REPEATS = 0.5
#: Words by which a report says that somebody contradicts.
_CONTRAST = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|denials?|insist(?:s|ed|ing)?|reject(?:s|ed|ing)?|disput(?:e|es|ed|ing)"
    r"|refut(?:e|es|ed|ing)"
    r"|repel(?:s|led)|contradict(?:s|ed)?|dismiss(?:es|ed)?|rebut(?:s|ted)?|contest(?:s|ed)|pushed back"
    r"|no evidence|not true|false(?:ly)?)\b",
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
    r"\b(?:ministr(?:y|ies|er)|minister|government|officials?|police|army|military|spokes(?:man|woman|person)|court|company"
    r"|president|party|authorit(?:y|ies)|department|agency|lawyers?|attorney|union|committee)\b",
    re.IGNORECASE,
)
_OPENS_BADLY = re.compile(r"^(?:he|she|they|it|this|that|these|those|but|and|so|[\"“'‘])(?:\b|(?<=\W))", re.IGNORECASE)


def summarise(voices: Sequence[Voice], counts: Mapping[str, int]) -> list[SummarySentence]:
    """The summary of what ``voices`` say; ``counts``: stem -> how many voices use it."""
    pool = [
        (relevance, order, at, voice, sentence)
        for order, voice in enumerate(voices)
        for at, sentence in enumerate(voice.sentences)
        if (relevance := _relevance(voice, sentence, counts)) > 0
    ]
    if not pool:
        return _anything(voices)
    pool.sort(key=lambda each: (-each[0], each[1], each[2]))
    top = pool[0][0]
    chosen = [pool[0]]
    told = set(pool[0][4].stems)
    contrast = _contrast(pool) if not _CONTRAST.search(pool[0][4].text) else None
    if contrast and contrast is not pool[0] and not _repeats(contrast[4], told, _REPEATS + 0.25):
        chosen.append(contrast)
        told |= contrast[4].stems
    while len(chosen) < _MAX_SENTENCES:
        families = {each[3].family for each in chosen}
        best, best_score = None, 0.0
        for each in pool:
            if each[0] <= best_score or each in chosen:
                continue
            fresh = 1 - _overlap(each[4], told)
            score = each[0] * fresh * (1.0 if each[3].family not in families else 0.75)
            if fresh > 1 - _REPEATS and score > best_score:
                best, best_score = each, score
        # What adds little is left out, but a single sentence is no summary.
        if best is None or (len(chosen) >= 2 and best_score < top * 0.25):
            break
        chosen.append(best)
        told |= best[4].stems
    return [SummarySentence(text=shorten(each[4].text, _SENTENCE_LIMIT), uri=each[3].uri) for each in chosen]


_Candidate = tuple[float, int, int, Voice, Sentence]


def _relevance(voice: Voice, sentence: Sentence, counts: Mapping[str, int]) -> float:
    words = sentence.text.count(" ") + 1
    if words < _MIN_WORDS or words > _MAX_WORDS or not sentence.stems or sentence.text[-1] in ":…":
        return 0.0
    score: float = sum(counts.get(stem, 0) for stem in sentence.stems) / len(sentence.stems) ** 0.6
    # News is written with the most important first.
    score /= 1 + 0.15 * sentence.position
    if _OPENS_BADLY.match(sentence.text):
        score *= 0.6
    if _CLAIM.search(sentence.text):
        score *= 1.1
    if not voice.original:
        score *= 0.85
    return score * (0.3 if voice.rank == 2 else 0.6 if voice.rank == 1 else 1.0)


def _contrast(pool: Sequence[_Candidate]) -> _Candidate | None:
    """The best sentence that reports a contradiction by somebody who can be asked."""
    best, best_score = None, 0.0
    for each in pool:
        text = each[4].text
        if each[4].position <= 4 and _CONTRAST.search(text) and _BODY.search(text) and each[0] > best_score:
            best, best_score = each, each[0]
    return best if best_score >= pool[0][0] * 0.3 else None


def _overlap(sentence: Sentence, told: set[str]) -> float:
    return len(sentence.stems & told) / len(sentence.stems)


def _repeats(sentence: Sentence, told: set[str], limit: float) -> bool:
    return _overlap(sentence, told) > limit


def _anything(voices: Sequence[Voice]) -> list[SummarySentence]:
    """Where no sentence is of decent length: the first words there are."""
    for voice in voices:
        if voice.sentences:
            return [SummarySentence(text=shorten(voice.sentences[0].text, _SENTENCE_LIMIT), uri=voice.uri)]
    return []

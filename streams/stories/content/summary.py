"""An extractive summary: two to four sentences from different origins that cover the story and do not repeat.

Sentences are taken one by one by maximal marginal relevance (Carbonell and Goldstein, 1998): what covers most of what
the members say, less what is already said. Who disagrees belongs to the news: when a sentence that reports a denial or
contradiction about the story's subject exists, one of them is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streams.contracts.records import SummarySentence
from streams.stories.content.voice import Sentence, Voice
from streams.stories.wording import shorten

__all__ = ["summarise"]

_MAX_SENTENCES = 4
_SENTENCE_LIMIT = 320
#: A sentence that shares so much of its words with what is taken says the same.
_REPEATS = 0.5
_CONTRAST_REPEATS = 0.75
#: A sentence that adds less than this, against the best, is left out; but one sentence alone is no summary.
_ENOUGH = 0.25
#: What a sentence is worth when its origin has spoken, and by its voice's rank: a copy, a withdrawn text.
_SAME_ORIGIN = 0.75
_BY_RANK = (1.0, 0.6, 0.3)
_DERIVED = 0.85
#: A contradiction is told when it is worth this much of the best sentence.
_CONTRAST_WORTH = 0.3

_Candidate = tuple[float, int, Voice, Sentence]


def summarise(voices: Sequence[Voice], counts: Mapping[str, int]) -> list[SummarySentence]:
    """The summary of what ``voices`` say; ``counts``: stem -> how many voices use it."""
    pool: list[_Candidate] = []
    for voice in voices:
        factor = _BY_RANK[voice.rank] * (1.0 if voice.original else _DERIVED)
        for sentence in voice.sentences:
            if sentence.weight:
                covered = sum(map(counts.__getitem__, sentence.stems))
                worth = covered * sentence.weight * factor / sentence.root
                pool.append((worth, -len(pool), voice, sentence))
    if not pool:
        return _anything(voices)
    pool.sort(reverse=True)  # the second entry is another for each, so no more are compared
    top = pool[0][0]
    chosen = [pool[0]]
    told = set(pool[0][3].stems)
    contrast = None if pool[0][3].contrast else next((each for each in pool if each[3].contrast), None)
    if (contrast is not None and contrast[0] >= top * _CONTRAST_WORTH
            and _overlap(contrast[3], told) <= _CONTRAST_REPEATS):
        chosen.append(contrast)
        told.update(contrast[3].stems)
    while len(chosen) < _MAX_SENTENCES:
        best, score = _next(pool, chosen, told)
        if best is None or (len(chosen) >= 2 and score < top * _ENOUGH):
            break
        chosen.append(best)
        told.update(best[3].stems)
    return [SummarySentence(text=shorten(each[3].text, _SENTENCE_LIMIT), uri=each[2].uri) for each in chosen]


def _next(pool: Sequence[_Candidate], chosen: Sequence[_Candidate], told: set[str]) -> tuple[_Candidate | None, float]:
    """The candidate that adds most, and how much."""
    families = {each[2].family for each in chosen}
    best, best_score = None, 0.0
    for each in pool:
        worth, _, voice, sentence = each
        if worth <= best_score:
            break
        factor = _SAME_ORIGIN if voice.family in families else 1.0
        if worth * factor <= best_score:
            continue
        overlap = _overlap(sentence, told)
        score = worth * (1 - overlap) * factor
        if overlap < _REPEATS and score > best_score:
            best, best_score = each, score
    return best, best_score


def _overlap(sentence: Sentence, told: set[str]) -> float:
    return len(told.intersection(sentence.stems)) / len(sentence.stems)


def _anything(voices: Sequence[Voice]) -> list[SummarySentence]:
    """Where no sentence is of decent length: the first words there are."""
    for voice in voices:
        if voice.sentences:
            return [SummarySentence(text=shorten(voice.sentences[0].text, _SENTENCE_LIMIT), uri=voice.uri)]
    return []

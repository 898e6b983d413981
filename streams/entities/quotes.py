"""Who said what: direct quotations with speaker and cue verb, and attributed claims, by pattern and position."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from streams.contracts.records import NamedEntity, Quote
from streams.text.sentences import split_sentences

__all__ = ["quotes"]

_CUES = frozenset(
    "said says told added adds announced claimed claims insisted insists denied denies confirmed warned warns stated "
    "argued explained promised vowed asked wrote tweeted replied declared noted acknowledged admitted reported assured "
    "called urged demanded predicted suggested recalled testified".split()
)
#: Behind these stands who was spoken to.
_ADDRESSED = frozenset({"told", "asked", "assured", "warned", "promised"})
_QUOTED = re.compile(r"[“\"]([^“”\"\n]{8,1200})[”\"]")
_WORD = re.compile(r"[A-Za-z]+")
#: A speaker stands at most so many characters from the words that are his.
_REACH = 160
_MOST = 40


def quotes(text: str, entities: Sequence[NamedEntity]) -> list[Quote]:
    """Direct quotations first by position, then claims: sentences that say that somebody named said something."""
    speakers = sorted(
        (mention.start, mention.end, entity.name)
        for entity in entities if entity.type in ("PER", "ORG") and not entity.demonym
        for mention in entity.mentions
    )
    found: list[Quote] = []
    taken: list[tuple[int, int]] = []
    for match in _QUOTED.finditer(text):
        speaker, cue = _around(text, match.start(), match.end(), speakers)
        found.append(Quote(text=match[1].strip(" ,"), speaker=speaker, cue=cue, start=match.start(), end=match.end()))
        taken.append((match.start(), match.end()))
        if len(found) >= _MOST:
            return found
    for start, end in split_sentences(text):
        if any(a < end and start < b for a, b in taken):
            continue
        claim = _claim(text, start, end, speakers)
        if claim is not None:
            found.append(claim)
            if len(found) >= _MOST:
                break
    return sorted(found, key=lambda quote: quote.start)


def _between(speakers: Sequence[tuple[int, int, str]], start: int, end: int) -> list[tuple[int, int, str]]:
    low = bisect_left(speakers, (start, 0, ""))
    high = bisect_left(speakers, (end, 0, ""))
    return list(speakers[low:high])


def _around(text: str, start: int, end: int, speakers: Sequence[tuple[int, int, str]]) -> tuple[str, str]:
    """Speaker and cue: after the quotation on its line, else before it."""
    line_end = text.find("\n", end)
    after = (end, min(end + _REACH, line_end if line_end >= 0 else len(text)))
    line_start = text.rfind("\n", 0, start) + 1
    before = (max(line_start, start - _REACH), start)
    for low, high in (after, before):
        cues = [m for m in _WORD.finditer(text, low, high) if m[0].lower() in _CUES]
        near = _between(speakers, low, high)
        if cues and near:
            cue = cues[0] if low == end else cues[-1]
            if low == end and cue[0].lower() in _ADDRESSED and not any(item[1] <= cue.start() for item in near):
                continue
            return _speaker(near, cue.start(), cue.end()), cue[0].lower()
    return "", ""


def _speaker(near: Sequence[tuple[int, int, str]], cue_start: int, cue_end: int) -> str:
    """The name right before the cue; behind it only when it follows at once ("said Smith"): in "told Reuters" the
    name behind is who listened."""
    before = [item for item in near if item[1] <= cue_start]
    if before:
        return before[-1][2]
    behind = [item for item in near if 0 <= item[0] - cue_end <= 30]
    return behind[0][2] if behind else ""


def _claim(text: str, start: int, end: int, speakers: Sequence[tuple[int, int, str]]) -> Quote | None:
    for word in _WORD.finditer(text, start, end):
        if word[0].lower() not in _CUES:
            continue
        before = [item for item in _between(speakers, start, word.start()) if word.start() - item[1] <= 60]
        if before:
            return Quote(
                text=text[start:end].strip()[:600], speaker=before[-1][2], cue=word[0].lower(), start=start, end=end
            )
    return None

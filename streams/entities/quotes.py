"""Who said what: direct quotations with speaker and cue verb, and attributed claims.

By pattern and position, as in quotation attribution for news (Pouliquen et al. 2007): marks, a cue verb beside them,
and the name that stands on the right side of the verb. A claim is a whole sentence that says that somebody named said
something, so that "denied" stays with what was denied.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from streams.contracts.records import NamedEntity, Quote

__all__ = ["quotes"]

_CUES = (
    "said|says|saying|told|tells|added|adds|announced|claimed|claims|insisted|insists|denied|denies|confirmed|confirms|"
    "warned|warns|stated|states|argued|argues|explained|explains|promised|vowed|asked|wrote|writes|tweeted|replied|"
    "declared|noted|acknowledged|admitted|reported|assured|called|urged|demanded|predicted|suggested|recalled|testified|"
    "alleged|accused|rejected|condemned|quoted"
)
_CUE = re.compile(rf"\b(?:{_CUES})\b")
_CUE_WORDS = tuple(_CUES.split("|"))
#: Behind these stands who was spoken to, and before them who spoke.
_ADDRESSED = frozenset("told tells asked assured warned warns promised urged accused quoted".split())
#: The text between marks, on one line; a quotation of several paragraphs opens each and closes the last.
_MARKED = r"“([^“”\n]{3,1200})(?:”|(?=\n|$))|\"([^\"\n]{3,1200})\"|«([^«»\n]{3,1200})»|„([^„“”\n]{3,1200})[“”]"
_QUOTED = re.compile(_MARKED)
_QUOTED_SINGLE = re.compile(_MARKED + r"|(?<!\w)‘([^‘\n]{3,1200}?)’(?!\w)")  # slower: no mark to look for first
_SENTENCE_END = re.compile(r"[.!?][”\"’)\]]*(?=\s|$)|\n")
#: "The Taliban are reported to": nobody named reports.
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+$")
_PRONOUN = re.compile(r"\b(?:he|she|they|who)\b", re.IGNORECASE)
#: A speaker stands at most so many characters from the words that are his.
_REACH = 200
_NEAR = 60
_LONGEST_CLAIM = 600
_SHORTEST_CLAIM_WORDS = 5
_MOST = 40

_Speaker = tuple[int, int, str, bool]


@dataclass(slots=True)
class _Voices:
    """Mentions of people and organisations by position: start, end, the entity's name, whether a person."""

    mentions: list[_Speaker]
    starts: list[int]

    def between(self, start: int, end: int) -> list[_Speaker]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def quotes(text: str, entities: Sequence[NamedEntity]) -> list[Quote]:
    """Quotations and claims by position, at most 40. Speakers are the entities' names, '' where nobody is named.
    The time is linear in the text."""
    mentions = sorted(
        (mention.start, mention.end, entity.name, entity.type == "PER")
        for entity in entities if entity.type in ("PER", "ORG") and not entity.demonym
        for mention in entity.mentions if mention.end
    )
    voices = _Voices(mentions, [mention[0] for mention in mentions])
    direct = _direct(text, voices)
    return sorted(direct + _claims(text, voices, direct), key=lambda quote: (quote.start, quote.end))[:_MOST]


def _direct(text: str, voices: _Voices) -> list[Quote]:
    found: list[Quote] = []
    for match in (_QUOTED_SINGLE if "‘" in text else _QUOTED).finditer(text):
        words = next(group for group in match.groups() if group is not None).strip(" ,")
        if " " not in words:
            continue  # a title or a word in marks
        start, end = match.span()
        before = found[-1] if found else None
        speaker, cue = _after(text, end, voices, before) or _before(text, start, voices) or ("", "")
        if not cue and before is not None and start - before.end <= _REACH and "\n" not in text[before.end : start]:
            speaker, cue = before.speaker, before.cue  # "…," said X. "…"
        found.append(Quote(text=words, speaker=speaker, cue=cue, start=start, end=end))
        if len(found) >= _MOST:
            break
    return found


def _after(text: str, end: int, voices: _Voices, before: Quote | None) -> tuple[str, str] | None:
    """The rest of the sentence behind a quotation: '," said X' or '," X told Y'."""
    stop = _SENTENCE_END.search(text, end, end + _REACH)
    limit = stop.start() if stop else min(len(text), end + _REACH)
    cue = _CUE.search(text, end, limit)
    if cue is None:
        return None
    ahead = voices.between(end, cue.start())
    if ahead:
        return _nearest(ahead), cue[0]
    if _PRONOUN.search(text, end, cue.start()):
        return _antecedent(voices, end, before), cue[0]
    behind = [] if cue[0] in _ADDRESSED else voices.between(cue.end(), min(limit, cue.end() + _NEAR))
    return (_first(behind), cue[0]) if behind else None


def _before(text: str, start: int, voices: _Voices) -> tuple[str, str] | None:
    """The sentence up to a quotation: 'X said: "…' or 'X told Y that "…'."""
    low = _sentence_start(text, start)
    cues = list(_CUE.finditer(text, low, start))
    if not cues:
        return None
    cue = cues[-1]
    ahead = voices.between(low, cue.start())
    if ahead:
        return _nearest(ahead), cue[0]
    if _PRONOUN.search(text, low, cue.start()):
        return _antecedent(voices, low, None), cue[0]
    behind = [] if cue[0] in _ADDRESSED else voices.between(cue.end(), min(start, cue.end() + _NEAR))
    return (_first(behind), cue[0]) if behind else None


def _claims(text: str, voices: _Voices, direct: Sequence[Quote]) -> list[Quote]:
    found: list[Quote] = []
    done = 0
    starts = [quote.start for quote in direct]
    for at, cue in _cues(text):
        if at < done:
            continue
        low = max(done, _sentence_start(text, at))
        near = voices.between(low, at)
        if not near or at - near[-1][1] > _NEAR or _PASSIVE.search(text, near[-1][1], at):
            continue
        stop = _SENTENCE_END.search(text, at + len(cue), low + _LONGEST_CLAIM)
        end = stop.end() if stop else min(len(text), low + _LONGEST_CLAIM)
        done = end
        position = bisect_right(starts, end)
        if position and direct[position - 1].end > low:
            continue  # the sentence is told with its quotation
        words = text[low:end].strip()
        if words.count(" ") >= _SHORTEST_CLAIM_WORDS - 1:
            found.append(Quote(text=words, speaker=_nearest(near), cue=cue, start=low, end=end))
        if len(found) >= _MOST:
            break
    return found


def _cues(text: str) -> list[tuple[int, str]]:
    """Every cue verb that stands in the text as a word, by position. To look for one word after the other is three
    times as fast as one expression for all."""
    found: list[tuple[int, str]] = []
    for cue in _CUE_WORDS:
        at = text.find(cue)
        while at >= 0:
            end = at + len(cue)
            if not (at and _in_word(text[at - 1])) and not (end < len(text) and _in_word(text[end])):
                found.append((at, cue))
            at = text.find(cue, end)
    return sorted(found)


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _sentence_start(text: str, position: int) -> int:
    """Where the sentence around ``position`` begins, looking back a little way."""
    low = max(0, position - _REACH)
    start = low
    for stop in _SENTENCE_END.finditer(text, low, position):
        start = stop.end()
    while start < position and text[start].isspace():
        start += 1
    return start


def _nearest(near: Sequence[_Speaker]) -> str:
    """Of the names before a verb the last person's, else the last: in 'Arian, spokesman for the ministry, told' it is
    Arian who speaks."""
    return next((item[2] for item in reversed(near) if item[3]), near[-1][2])


def _first(near: Sequence[_Speaker]) -> str:
    """Of the names behind a verb the first."""
    return near[0][2]


def _antecedent(voices: _Voices, position: int, before: Quote | None) -> str:
    """Whom 'he said' means: who spoke last, else the last person named."""
    if before is not None and before.speaker and position - before.end <= 3 * _REACH:
        return before.speaker
    behind = voices.between(max(0, position - 3 * _REACH), position)
    return next((item[2] for item in reversed(behind) if item[3]), "")

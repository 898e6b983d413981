"""Split text into tokens that know where they stand.

The rules follow the habit of the newswire corpora (Penn Treebank): punctuation stands alone, a possessive ``'s`` is a
token, abbreviations and initials keep their full stop, hyphenated words stay whole. What differs is meant for scraped
text: ``Gulfam/EPA`` is three tokens, ``said.The`` three, ``Kabul-based`` is ``Kabul`` and ``-based``.

A text is divided at blanks, and each chunk between them is tiled by one regular expression whose alternatives consume
what they scan and are not nested, so the time is linear in the length whatever the text.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

import numpy as np

from streams.text.remembered import Remembered

__all__ = ["ABBREVIATIONS", "Tokens", "tokenise"]

#: Words that keep a full stop which does not end the sentence.
ABBREVIATIONS = (
    "Mr Mrs Ms Dr Prof St Gen Lt Col Maj Capt Cmdr Sgt Adm Gov Sen Rep Hon Rev Fr Jr Sr Messrs Mt Ft Supt Insp Cpl Pvt "
    "Inc Ltd Corp Co Bros Cos Plc Dept Univ Assn Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec No Nos vs etc approx "
    "Ave Blvd Rd Stn Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev "
    "Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo Ont Que"
).split()

#: What may follow a name after a hyphen without being part of it ("Taliban-held", "US-led").
_SUFFIXES = (
    "based|born|led|backed|held|run|owned|controlled|ruled|occupied|funded|sponsored|supported|trained|educated|made|"
    "listed|registered|flagged|bound|style|era|linked|aligned|affiliated|allied|dominated|administered|brokered|"
    "mediated|supplied|speaking|majority|wide|area|raised|inspired|inclined|imposed|designated|mandated|type|drafted|"
    "related|only|friendly|appointed|elected|installed|like|loving|approved|hosted|leaning|dependent|exclusive"
)
# Letters, digits, combining marks and the invisible characters that scraped text carries inside words.
_L = r"[^\W_\u200b-\u200f\u2060\ufeff]"
_C = r"[\w\u0300-\u036f\u064b-\u065f\u200b-\u200f\u00ad\u2060\ufeff]"
_TOKEN = re.compile(
    rf"""
    \s+
  | https?://\S+ | www\.\S+ | [a-z]{{2,12}}\.(?:[a-z]{{2,12}}\.)?(?:com|org|net|ly|co|uk)/\S+
  | (?:[A-Z]\.){{2,}}                                                # U.S.
  | (?:{"|".join(ABBREVIATIONS)})\.(?=[\s,;:)'’"”]|$) | (?<!\w)[A-Z]\.(?=\s|$)  # Gen. Mark A. Milley
  | \d+(?:[.,:]\d+)*(?:\w+)?                                         # 1,000 14:30 1990s
  | [@\#]\w+
  | (?:[Ee]x|[Pp]ro|[Aa]nti|[Nn]on|[Pp]re|[Pp]ost|[Mm]id)-(?=[A-Z])
  | {_C}+(?:(?:[-‐‑](?!(?:{_SUFFIXES})\b)|[&@.](?=[a-z\d])|&|['’](?![sS]\b))(?={_L}){_C}+)*
  | -(?:{_SUFFIXES})\b
  | ['’][sS]\b
  | \.{{2,}} | -{{2,}} | `` | ''
  | .
    """,
    re.VERBOSE | re.DOTALL,
)

_FULL_STOPS = frozenset(".!?…؟।")
#: What a step says besides how far it goes: a token begins here, and may end a sentence; a line or a paragraph begins.
_TOKEN_HERE, _STOP, _LINE, _PARAGRAPH = 1, 2, 4, 8
_FLAGS, _FAR = 15, 4
_ABBREVIATED = frozenset(ABBREVIATIONS)
_Chunk = tuple[tuple[str, ...], bytes]
"""What stands between two blanks: its words, and the way through it in steps (intc), each the characters from the step
before with flags, the last one to behind the blank. So the steps of a text add up to where its tokens stand."""


def _plain(chunk: str) -> tuple[str, ...]:
    """The tokens of a word of plain letters, also with a comma or full stop behind it; () for any other chunk, which
    takes the expression to split it."""
    if not chunk.isascii():
        return ()
    if chunk.isalpha():
        return (chunk,)
    word, mark = chunk[:-1], chunk[-1:]
    if mark in (",", ".") and word.isalpha() and (mark == "," or (len(word) > 1 and word not in _ABBREVIATED)):
        return (word, mark)
    return ()


def _split(chunk: str) -> _Chunk:
    words: list[str] = []
    steps: list[int] = []
    at = before = 0
    for piece in _plain(chunk) or _TOKEN.findall(chunk):
        flags = 0
        if not piece.isspace():
            words.append(piece)
            flags = _TOKEN_HERE | (_STOP if piece[-1] in _FULL_STOPS else 0)
        elif "\n" in piece:
            flags = _PARAGRAPH if piece.count("\n") > 1 else _LINE
        if flags:
            steps.append((at - before) << _FAR | flags)
            before = at
        at += len(piece)
    steps.append((len(chunk) + 1 - before) << _FAR)
    return tuple(words), array("i", steps).tobytes()


_chunks = Remembered(_split)
_WORDS, _STEPS = itemgetter(0), itemgetter(1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text.

    ``words[i]`` stands at ``starts[i]`` (characters) and is ``len(words[i])`` long. ``breaks`` are the indexes of
    tokens that begin a line, ``gaps`` those that begin a paragraph (after a blank line); 0 is in neither. ``stops`` are
    the indexes of tokens that end in a full stop, question or exclamation mark.
    """

    words: list[str]
    starts: list[int]
    breaks: list[int]
    gaps: list[int]
    stops: list[int]


def tokenise(text: str) -> Tokens:
    """Split ``text`` into tokens; never fails, whatever the text."""
    found = list(map(_chunks.__getitem__, text.split(" ")))
    words = list(chain.from_iterable(map(_WORDS, found)))
    steps = np.frombuffer(b"".join(map(_STEPS, found)), np.intc)
    flags = steps & _FLAGS
    token = flags & _TOKEN_HERE > 0
    starts = np.cumsum(steps >> _FAR)[token].tolist()
    stops = np.flatnonzero(flags[token] & _STOP).tolist()
    lines = np.flatnonzero(flags & (_LINE | _PARAGRAPH))
    return Tokens(words, starts, *_breaks(np.cumsum(token)[lines].tolist(), flags[lines].tolist(), len(words)), stops)


def _breaks(places: list[int], flags: list[int], count: int) -> tuple[list[int], list[int]]:
    """Which of ``count`` tokens begin a line and which a paragraph, from where line breaks stand."""
    breaks: list[int] = []
    gaps: list[int] = []
    for at, flag in zip(places, flags, strict=True):
        if not 0 < at < count or at in gaps[-1:]:
            continue
        paragraph = flag == _PARAGRAPH
        if breaks[-1:] == [at]:
            # Line breaks with only blanks between them divide paragraphs too.
            paragraph = True
            breaks.pop()
        (gaps if paragraph else breaks).append(at)
    return breaks, gaps

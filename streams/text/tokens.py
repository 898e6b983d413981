"""Split text into tokens that know where they stand.

The rules follow the habit of the newswire corpora (Penn Treebank): punctuation stands alone, a possessive ``'s`` is a
token, abbreviations and initials keep their full stop, hyphenated words stay whole. What differs is meant for scraped
text: ``Gulfam/EPA`` is three tokens, ``said.The`` three, ``Kabul-based`` is ``Kabul`` and ``-based``.

One regular expression tiles the text, each alternative consumes what it scans and none is nested, so the time is
linear in the length whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["ABBREVIATIONS", "Tokens", "pieces", "tokenise"]

#: Words that keep a full stop which does not end the sentence.
ABBREVIATIONS = (
    "Mr Mrs Ms Dr Prof St Gen Lt Col Maj Capt Cmdr Sgt Adm Gov Sen Rep Hon Rev Fr Jr Sr Messrs Mt Ft Supt Insp Cpl Pvt "
    "Inc Ltd Corp Co Bros Cos Plc Dept Univ Assn Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec No Nos vs etc approx"
).split()

#: What may follow a name after a hyphen without being part of it ("Taliban-held", "US-led").
_SUFFIXES = (
    "based|born|led|backed|held|run|owned|controlled|ruled|occupied|funded|sponsored|supported|trained|educated|made|"
    "listed|registered|flagged|bound|style|era|linked|aligned|affiliated|allied|dominated|administered|brokered|"
    "mediated|supplied|speaking|majority|wide|area|raised|inspired|inclined|imposed|designated|mandated|type|drafted"
)
# Letters, digits, combining marks and the invisible characters that scraped text carries inside words.
_L = r"[^\W_\u200b-\u200f\u2060\ufeff]"
_C = r"[\w\u0300-\u036f\u064b-\u065f\u200b-\u200f\u00ad\u2060\ufeff]"
_TOKEN = re.compile(
    rf"""
    \s+
  | https?://\S+ | www\.\S+
  | (?:[A-Z]\.){{2,}}                                                # U.S.
  | (?:{"|".join(ABBREVIATIONS)})\.(?=\s|$) | [A-Z]\.(?=\s[A-Z])     # Gen. Mark A. Milley
  | \d+(?:[.,:]\d+)*(?:\w+)?                                         # 1,000 14:30 1990s
  | [@\#]\w+
  | {_C}+(?:(?:[-‐‑](?!(?:{_SUFFIXES})\b)|[&@.](?=[a-z\d])|&|['’](?![sS]\b))(?={_L}){_C}+)*
  | -(?:{_SUFFIXES})\b
  | ['’][sS]\b
  | \.{{2,}} | -{{2,}} | `` | ''
  | .
    """,
    re.VERBOSE | re.DOTALL,
)

#: All pieces of a text, tokens and white space, in order; joined they are the text again.
pieces = _TOKEN.findall


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text.

    ``words[i]`` stands at ``starts[i]`` (characters) and is ``len(words[i])`` long. ``breaks`` are the indexes of
    tokens that begin a line, ``gaps`` those that begin a paragraph (after a blank line); 0 is in neither.
    """

    words: list[str]
    starts: list[int]
    breaks: list[int]
    gaps: list[int]


def tokenise(text: str) -> Tokens:
    """Split ``text`` into tokens; never fails, whatever the text."""
    words: list[str] = []
    starts: list[int] = []
    breaks: list[int] = []
    gaps: list[int] = []
    tiles: list[str] = pieces(text)
    for tile, start in zip(tiles, accumulate(map(len, tiles), initial=0), strict=False):
        if tile == " ":
            continue
        if tile.isspace():
            if words and "\n" in tile:
                (gaps if tile.count("\n") > 1 else breaks).append(len(words))
            continue
        words.append(tile)
        starts.append(start)
    for marks in (breaks, gaps):
        if marks and marks[-1] == len(words):
            marks.pop()
    return Tokens(words, starts, breaks, gaps)

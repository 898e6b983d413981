"""Split text into tokens that know where they stand.

The rules follow the habit of the newswire corpora (Penn Treebank): punctuation stands alone, a possessive ``'s`` is a
token, abbreviations and initials keep their full stop, hyphenated words stay whole. What differs is meant for scraped
text: ``Gulfam/EPA`` is three tokens, ``said.The`` three, ``Kabul-based`` is ``Kabul`` and ``-based``.

A text is divided at blanks, and each chunk between them is tiled by one regular expression whose alternatives consume
what they scan and are not nested, so the time is linear in the length whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, chain, compress
from operator import itemgetter

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
_Chunk = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...], tuple[tuple[int, bool], ...], int]
"""What stands between two blanks: its words, where they begin in it, which may end a sentence, which begin a line
(true: a paragraph), and its length with the blank."""

#: Chunks already split. News repeats its words, so most of a text is looked up and not matched.
_known: dict[str, _Chunk] = {}
_MOST_KNOWN, _LONGEST_KNOWN = 60_000, 40
_WORDS, _STARTS, _STOPS, _LINES, _SIZE = map(itemgetter, range(5))


def _split(chunk: str) -> _Chunk:
    words: list[str] = []
    starts: list[int] = []
    lines: list[tuple[int, bool]] = []
    at = 0
    for piece in _TOKEN.findall(chunk):
        if not piece.isspace():
            words.append(piece)
            starts.append(at)
        elif "\n" in piece:
            lines.append((len(words), piece.count("\n") > 1))
        at += len(piece)
    stops = tuple(place for place, word in enumerate(words) if word[-1] in _FULL_STOPS)
    known = tuple(words), tuple(starts), stops, tuple(lines), len(chunk) + 1
    if len(chunk) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[chunk] = known
    return known


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
    chunks = text.split(" ")
    found = [_known.get(chunk) or _split(chunk) for chunk in chunks]
    words = list(chain.from_iterable(map(_WORDS, found)))
    begins = accumulate(map(_SIZE, found), initial=0)
    starts = [begin + start for begin, chunk in zip(begins, found, strict=False) for start in chunk[1]]
    before = list(accumulate(map(len, map(_WORDS, found)), initial=0))
    stops = [before[n] + place for n in compress(range(len(found)), map(_STOPS, found)) for place in found[n][2]]
    breaks: list[int] = []
    gaps: list[int] = []
    for number in compress(range(len(found)), map(_LINES, found)):
        for place, paragraph in found[number][3]:
            at = before[number] + place
            if not 0 < at < len(words) or at in gaps[-1:]:
                continue
            if breaks[-1:] == [at]:
                # Line breaks with only blanks between them divide paragraphs too.
                paragraph = True
                breaks.pop()
            (gaps if paragraph else breaks).append(at)
    return Tokens(words, starts, breaks, gaps, stops)

"""Forms of a name: what is dropped from it, and keys under which its spellings meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["bare", "close_spelling", "initials", "skeleton", "words"]

#: Titles before a name; longer ones first, since they are matched word by word from the left.
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady rev reverend fr father sen senator rep representative "
    "gov governor gen general lt lieutenant col colonel maj major capt captain cmdr commander sgt sergeant cpl "
    "adm admiral brig brigadier president vice prime minister chancellor secretary ambassador judge justice "
    "chief king queen prince princess pope bishop cardinal archbishop sheikh ayatollah imam mullah coach "
    "officer detective sheriff mayor congressman congresswoman councillor spokesman spokeswoman spokesperson "
    "chairman chairwoman director analyst correspondent reporter attorney former acting deputy foreign "
    "interior defence defense finance state".split()
)
_POSSESSIVE = re.compile(r"(?:['’]s|['’]|s['’])$")
_SMALL = frozenset("of the and for in on at to de la du des von van der al".split())
_DIGRAPHS = (
    ("sch", "C"), ("tch", "C"), ("ch", "C"), ("sh", "C"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"),
    ("ck", "k"), ("q", "k"), ("c", "k"), ("x", "ks"), ("w", "v"), ("j", "j"), ("dj", "j"),
)
_DOUBLE = re.compile(r"(.)\1+")
_TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


def words(name: str) -> list[str]:
    """The words of a name, hyphens and points dividing: 'Agence France-Presse' has three."""
    return _TOKEN.findall(name)


@lru_cache(maxsize=16384)
def bare(name: str, kind: str) -> str:
    """The name without leading titles and articles and without a possessive; empty where nothing is left."""
    parts = _POSSESSIVE.sub("", name.strip(" ,;:\"“”‘’'()[]")).split()
    while len(parts) > 1 and parts[0].lower() in ("the", "a", "an"):
        parts = parts[1:]
    if kind == "PER":
        while len(parts) > 1 and parts[0].rstrip(".").lower() in _TITLES:
            parts = parts[1:]
    return " ".join(parts)


@lru_cache(maxsize=16384)
def skeleton(word: str) -> str:
    """Consonants under the usual romanisations: Tareq, Tariq and Tarek are ``trk``; Mohammad, Muhammad and Mohamed
    are ``mhmd``. A first vowel stays as a mark. Spaces and case play no part."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", word.lower())
        if char.isalpha() and not unicodedata.combining(char)
    )
    for long, short in _DIGRAPHS:
        plain = plain.replace(long, short)
    out: list[str] = []
    for position, char in enumerate(plain):
        if char in "aeiou" or (char == "y" and position > 0):
            if position == 0:
                out.append("A")
            continue
        if not out or out[-1] != char:
            out.append(char)
    return "".join(out)


@lru_cache(maxsize=16384)
def close_spelling(a: str, b: str) -> bool:
    """One name in two romanisations: the same skeleton, and not more than every third letter different."""
    if skeleton(a) != skeleton(b) or not skeleton(a):
        return False
    a, b = (_DOUBLE.sub(r"\1", name.lower().replace(" ", "")) for name in (a, b))
    return a == b or (min(len(a), len(b)) >= 4 and _distance(a, b) <= max(len(a), len(b)) / 3)


def _distance(a: str, b: str) -> int:
    """Levenshtein's edit distance of two short words (at most 40 characters are compared)."""
    a, b = a[:40], b[:40]
    previous = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        current = [i]
        for j, other in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (char != other)))
        previous = current
    return previous[-1]


def initials(name: str) -> str:
    """'Inter-Services Public Relations' -> ISPR; small words do not count."""
    return "".join(word[0] for word in words(name) if word.lower() not in _SMALL).upper()

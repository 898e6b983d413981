"""Two spellings of one name.

Names written in Latin letters from other scripts vary in their vowels, in doubled letters and in a few consonant
pairs. So the consonants make the key under which candidates meet (the idea of Soundex; for Arabic names Freeman, Condon
and Ackerman 2006), and the vowels decide.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

__all__ = ["close_spelling", "skeleton"]

_LONGEST = 80
_DIGRAPHS = (
    ("sch", "c"), ("tch", "c"), ("ch", "c"), ("sh", "c"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("dj", "j"), ("w", "v"),
)
_HARD_C = re.compile(r"c(?=[aouklrt]|$)")
_RUNS = re.compile(r"[aeiouy]+|[^aeiouy]+")
_VOWELS = frozenset("aeiouy")
#: Takes out of an ASCII text all but letters and digits.
_NO_ALNUM = {code: None for code in range(128) if not chr(code).isalnum()}
#: Groups of vowels that stand for one sound in the usual romanisations; others stand for themselves.
_SOUNDS = {
    "e": "e", "i": "i", "y": "i", "ee": "i", "ie": "i", "iy": "i", "ii": "i", "yy": "i", "ij": "i", "ea": "i",
    "o": "u", "u": "u", "ou": "u", "oo": "u", "uu": "u", "a": "a", "aa": "a", "ai": "ai", "ei": "ai", "ay": "ai",
    "ey": "ai", "ae": "ai", "au": "au", "ao": "au",
}
#: How far two sounds are apart; a pair that is not listed counts 1.
_APART = {frozenset("ei"): 0.0, frozenset("ae"): 0.5, frozenset(("ai", "i")): 0.5, frozenset(("ai", "e")): 0.5,
          frozenset(("au", "u")): 0.5, frozenset("au"): 0.9}
#: Names of fewer consonants have too many neighbours: theirs must sound the same.
_ENOUGH_CONSONANTS = 3


@lru_cache(maxsize=32768)
def skeleton(name: str) -> str:
    """The consonants: Tareq, Tariq and Tarek have one skeleton, as have Mohammad, Muhammad and Mohamed, Spin Boldak
    and Spinboldak. A first vowel leaves a mark; spaces, case and accents play no part. Empty without letters."""
    return _sounds(name)[0]


@lru_cache(maxsize=32768)
def close_spelling(a: str, b: str) -> bool:
    """One name in two romanisations: the same consonants, as many vowels, and these alike, the first above all."""
    left, right = _sounds(a), _sounds(b)
    if left[0] != right[0] or len(left[1]) != len(right[1]) or not left[0]:
        return False
    far = [0.0 if x == y else _APART.get(frozenset((x, y)), 1.0) for x, y in zip(left[1], right[1], strict=True)]
    if len(left[0]) < _ENOUGH_CONSONANTS:
        return sum(far) == 0.0
    return sum(far) <= 1.0 and (not far or far[0] < 0.9)


@lru_cache(maxsize=32768)
def _sounds(name: str) -> tuple[str, tuple[str, ...]]:
    """Consonants, doubled ones once, and the groups of vowels between them."""
    plain = _letters(name)
    consonants: list[str] = []
    vowels: list[str] = []
    for index, run in enumerate(_RUNS.findall(plain)):
        if run[0] in _VOWELS:
            vowels.append(_SOUNDS.get(run, run))
            if index == 0:
                consonants.append("'")
            continue
        consonants.append(_heard(run))
    return "".join(consonants), tuple(vowels)


@lru_cache(maxsize=4096)
def _heard(run: str) -> str:
    """A run of consonants, doubled ones once. An h is silent beside another consonant: John, Dhul."""
    return "".join([char for char, _ in groupby(run.replace("h", "") or "h")])


def _letters(name: str) -> str:
    if name.isascii():
        plain = name[:_LONGEST].lower().translate(_NO_ALNUM)
    else:
        folded = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
        plain = "".join(char for char in folded if char.isalnum() and not unicodedata.combining(char))
    for long, short in _DIGRAPHS:
        if long in plain:
            plain = plain.replace(long, short)
    if "c" in plain:
        plain = _HARD_C.sub("k", plain)
    if len(plain) > 3 and plain[-1] == "h" and plain[-2] in _VOWELS:
        plain = plain[:-1]  # Abdullah, Sarah
    if len(plain) > 1 and plain[0] == "y" and plain[1] in _VOWELS:
        plain = "j" + plain[1:]  # a consonant there: Yusuf
    return plain

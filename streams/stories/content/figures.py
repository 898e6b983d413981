"""Key numbers of an article: how many are dead, hurt, missing, held or displaced, and how strong it was.

A number counts when it stands within a few words of what it counts ("at least 41 people were killed", "killing 41",
"death toll rises to 41", "magnitude 7.1"). Numbers of trucks, votes or dollars tell nothing about the state of an
event and are left alone.
"""

from __future__ import annotations

import re

__all__ = ["figures"]

_SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
}
_KINDS = {
    "dead": r"dead|killed|killing|kills|deaths?|died|dies|fatalities|death toll",
    "injured": r"injured|injuring|injures|injuries|wounded|wounding|hurt",
    "missing": r"missing|unaccounted",
    "held": r"arrested|arrests|detained|detains|hostages?|abducted|kidnapped",
    "displaced": r"displaced|evacuated|evacuates|evacuating|homeless",
}
_N = r"(?<![\w.,$£€])(?P<{0}>\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}|" + "|".join(_SMALL) + r")(?![\w%]|[.,:]\d)"
_FILL = r"(?:\s+(?!and\b|but\b|in\b)[a-z'’-]+){0,3}?\s+"
_PATTERNS = {
    kind: re.compile(
        rf"{_N.format('a')}{_FILL}(?:{cue})\b|\b(?:{cue})\s+(?:(?:at|least|to|of|rises|rose|more|than|climbs|as|many|over|"
        rf"nearly|about|some|around|reaches|hits|has|risen|up)\s+){{0,4}}{_N.format('b')}(?!\s+(?:years?|days?|hours?|july))",
        re.IGNORECASE,
    )
    for kind, cue in _KINDS.items()
}
_MAGNITUDE = re.compile(r"(?:magnitude[\s-]+(?:of\s+)?(\d\.\d)|(\d\.\d)[\s-]+magnitude)", re.IGNORECASE)
_CUE = re.compile("|".join(_KINDS.values()) + "|magnitude", re.IGNORECASE)
#: What looks like a year is none of these numbers.
_YEARS = range(1900, 2100)


def figures(text: str) -> list[tuple[str, float]]:
    """(kind, value) of the key numbers, the first value of each kind, by kind. Linear in the length of ``text``."""
    if not _CUE.search(text):
        return []
    found: list[tuple[str, float]] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            value = _number(match["a"] or match["b"])
            if value not in _YEARS:
                found.append((kind, value))
                break
    if strength := _MAGNITUDE.search(text):
        found.append(("magnitude", float(strength[1] or strength[2])))
    return sorted(found)


def _number(text: str) -> float:
    return float(_SMALL.get(text.lower()) or text.replace(",", ""))

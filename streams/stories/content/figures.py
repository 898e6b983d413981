"""Key numbers of an article: how many are dead, hurt, missing, held or displaced, and how strong it was.

A number counts when it stands within a few words of what it counts ("at least 41 people were killed", "killing 41",
"death toll rises to 41", "magnitude 7.1"). Numbers of trucks, votes or dollars tell nothing about the state of an
event and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["figures"]

_SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
}
_KINDS = {
    "dead": r"death toll|dead|killed|killing|kills|deaths?|died|dies|fatalities",
    "injured": r"injured|injuring|injures|injuries|wounded|wounding|hurt",
    "missing": r"missing|unaccounted",
    "held": r"arrested|arrests|detained|detains|hostages?|abducted|kidnapped",
    "displaced": r"displaced|evacuated|evacuates|evacuating|homeless",
}
_NUMBER = r"(?<![\w.,$£€])(\d{1,3}(?:,\d{3})+|\d{1,7}|" + "|".join(_SMALL) + r")(?![\w%]|[.,:]\d)"
#: What stands between a number and what it counts, before the cue word and after it.
_BEFORE = re.compile(_NUMBER + r"(?:\s+(?!and\b|but\b|in\b)[a-z'’-]+){0,3}\s+$", re.IGNORECASE)
_AFTER = re.compile(
    r"\s+(?:(?:at|least|to|of|rises|rose|more|than|climbs|as|many|over|nearly|about|some|around|reaches|hits|has|risen"
    r"|up)\s+){0,4}" + _NUMBER + r"(?!\s+(?:years?|days?|hours?|months?))",
    re.IGNORECASE,
)
_CUES = re.compile("|".join(rf"\b(?P<{kind}>{cue})\b" for kind, cue in _KINDS.items()), re.IGNORECASE)
_MAGNITUDE = re.compile(r"\bmagnitude[\s-]+(?:of\s+)?(\d\.\d)|(?<![\w.])(\d\.\d)[\s-]+magnitude", re.IGNORECASE)
#: Every cue begins with one of these.
_BEGIN = ("dea", "kill", "died", "dies", "fatal", "injur", "wound", "hurt", "missing", "unaccounted", "arrest",
          "detain", "hostage", "abduct", "kidnap", "displace", "evacuat", "homeless")
#: Characters that are looked at on either side of a cue.
_REACH = 60
#: What looks like a year is none of these numbers.
_YEARS = range(1900, 2100)


def figures(text: str) -> list[tuple[str, float]]:
    """(kind, value) of the key numbers, the first value of each kind, by kind. Linear in the length of ``text``."""
    found: dict[str, float] = {}
    for cue in _cues(text):
        kind = cue.lastgroup or ""
        if kind in found:
            continue
        near = _BEFORE.search(text, max(0, cue.start() - _REACH), cue.start()) or _AFTER.match(text, cue.end())
        if near and (value := _number(near[1])) not in _YEARS:
            found[kind] = value
    if "agnitude" in text and (strength := _MAGNITUDE.search(text)):
        found["magnitude"] = float(strength[1] or strength[2])
    return sorted(found.items())


def _cues(text: str) -> Iterable[re.Match[str]]:
    """The cue words in their order. A look for how they begin costs a tenth of the pattern, and most articles count
    nobody."""
    plain = text.lower()
    if len(plain) != len(text):
        return _CUES.finditer(text)
    starts: list[int] = []
    for begin in _BEGIN:
        at = plain.find(begin)
        while at >= 0:
            starts.append(at)
            at = plain.find(begin, at + 1)
    starts.sort()
    return [cue for at in starts if (cue := _CUES.match(text, at))]


def _number(text: str) -> float:
    return float(_SMALL.get(text.lower()) or text.replace(",", ""))

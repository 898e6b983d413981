"""What a provider says a wire does to earlier ones: correct, repeat, withdraw, kill; or hold until a time.

Metadata first (IPTC pubStatus, edNote, profile, genre, embargoed), then the conventions of agencies' headlines
(CORRECTED-, REFILE-, RPT-, WITHDRAWN:, KILL:, EMBARGOED UNTIL …). A convention is a marker in front of a headline:
capitals with a colon or a dash after it, before a headline that is not all capitals itself. So "Kill Bill" and
"Police kill two" are headlines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from streams.intake.times import parse_date
from streams.intake.wire import RawWire

__all__ = ["Signal", "find_signal", "split_slug"]

Kind = Literal["none", "correction", "refile", "repeat", "withdrawn", "kill", "embargo"]


@dataclass(frozen=True, slots=True)
class Signal:
    """``text`` are the words that say so, ``target`` a uri they name, ``until_ms`` the end of an embargo."""

    kind: Kind = "none"
    text: str = ""
    target: str = ""
    until_ms: int | None = None


#: Strongest first: a corrected wire that is then killed is killed.
_ORDER: tuple[Kind, ...] = ("kill", "withdrawn", "embargo", "correction", "refile", "repeat")
_STATUS: dict[str, Kind] = {"canceled": "kill", "cancelled": "kill", "killed": "kill", "withheld": "withdrawn",
                            "withdrawn": "withdrawn"}
#: Whole labels of profile and genre.
_LABELS: dict[str, Kind] = {
    **_STATUS, "kill": "kill", "mandatory kill": "kill", "kill notice": "kill", "withdrawal": "withdrawn",
    "correction": "correction", "corrected": "correction", "corrective": "correction", "refile": "refile",
    "repeat": "repeat", "embargo": "embargo", "embargoed": "embargo",
}
#: How an editor's note starts, or what it says of the wire itself.
_NOTES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("kill", re.compile(r"^\W*(?:mandatory |bulletin )?kill(?:s|ed)?\b|\b(?:please|must) (?:be )?kill|"
                        r"\b(?:story|item|wire|article) (?:has been |is |was )?killed\b", re.I)),
    ("withdrawn", re.compile(r"^\W*withdr(?:awn|aws|awal)\b|\b(?:has been|is|was) withdrawn\b|"
                             r"\bplease disregard\b", re.I)),
    ("embargo", re.compile(r"^\W*(?:under |strict )?embargo(?:ed)?\b", re.I)),
    ("correction", re.compile(r"^\W*correct(?:s|ed|ion|ing|ive)\b|\bthis (?:story |item )?corrects\b", re.I)),
    ("refile", re.compile(r"^\W*refil(?:e|es|ed|ing)\b", re.I)),
    ("repeat", re.compile(r"^\W*(?:repeat(?:s|ed|ing)?|resend(?:s|ing)?|re-?sent)\b", re.I)),
)
_DASH = r"\s*(?::|[-–—]+(?=\s*\w)|\|)\s*"
_SLUGS: tuple[tuple[Kind, str], ...] = (
    ("kill", r"(?:(?:MANDATORY |BULLETIN |ATTENTION )?KILL(?: NOTICE| MANDATORY)?|STORY KILLED|KILLED)"),
    ("withdrawn", r"(?:STORY )?WITHDRAW(?:N|AL|S)(?: STORY)?"),
    ("embargo", r"(?:STRICTLY )?EMBARGO(?:ED)?(?:[ :]+(?:UNTIL|TILL|FOR RELEASE|FOR|TO)"
                r"(?:[^:|]|(?<=\d):(?=\d)){3,60}?(?=\s*:(?!\d)|\s[-–—]\s|\s*\|))?"),
    ("correction", r"(?:CORRECTED|CORRECTION|CORRECTS|CORRECTIVE|Correction|Corrected|Clarification)(?: \(\w+\))?"),
    ("refile", r"(?:REFILE|REFILED|REFILING)"),
    ("repeat", r"(?:REPEAT|REPEATING|RPT|RESEND|REPEATS)"),
    ("none", r"(?:UPDATE \d{1,2}|BREAKING(?: NEWS)?|URGENT|NEWSALERT|ALERT|FLASH|WRAPUP \d{1,2}|LEAD|"
             r"\d(?:ST|ND|RD|TH) LEAD)"),
)
#: A dash or a colon ends each marker; several may follow one another (CORRECTED-UPDATE 2-…).
_SLUG = re.compile(r"\s*(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _SLUGS) + ")" + _DASH)
_UPDATE = re.compile(r"(?:UPDATE|WRAPUP) (\d{1,2})")
_URI = re.compile(r"\b(?:urn:[a-z0-9][a-z0-9-]{1,31}:|tag:|https?://)[^\s<>\"')\]]{1,2000}", re.I)
_UNTIL = re.compile(r"^.*?\b(?:until|till|for release|for|to)\b", re.I | re.S)
#: Reuters opens the text of a correction with what it corrects.
_OPENING = re.compile(r"^\s*\((?:(?P<correction>Corrects|Corrected|Correction)|(?P<refile>Refiles|Refile)|"
                      r"(?P<repeat>Repeats|Repeat))\b[^()]{0,400}\)")
_NOTICE = re.compile(r"^\s*(?:MANDATORY KILL|KILL NOTICE|STORY WITHDRAWN|STORY KILLED)\b")


def split_slug(headline: str) -> tuple[str, str, Kind, int]:
    """(markers, the headline without them, their signal, the update's number or 0).

    >>> split_slug("CORRECTED-UPDATE 2-Taliban seize crossing")
    ('CORRECTED-UPDATE 2-', 'Taliban seize crossing', 'correction', 2)
    """
    at, kinds = 0, []
    while (found := _SLUG.match(headline, at)) is not None:
        kind: Kind = next(name for name in (*_ORDER, "none") if found[name])
        kinds.append(kind)
        at = found.end()
    rest = headline[at:]
    if not at:
        return "", headline, "none", 0
    ambiguous = {"kill", "repeat", "withdrawn"} & set(kinds)
    if ambiguous and rest and rest == rest.upper() and any(map(str.isalpha, rest)):
        return "", headline, "none", 0  # all in capitals: KILL is then just a word
    if not rest.strip():
        return "", headline, next((k for k in _ORDER if k in kinds), "none"), 0
    number = _UPDATE.search(headline[:at])
    return headline[:at], rest, next((k for k in _ORDER if k in kinds), "none"), int(number[1]) if number else 0


def find_signal(wire: RawWire, slug: str, slug_kind: Kind) -> Signal:
    """The strongest signal of the wire's metadata, its headline's markers and the opening of its text."""
    found: dict[Kind, str] = {}
    for field, words in wire.marks:
        kind = _mark(field, words)
        if kind != "none":
            found.setdefault(kind, f"{field}: {words}"[:500])
    if slug_kind != "none":
        found.setdefault(slug_kind, (slug or wire.headline).strip()[:500])
    opening = _OPENING.match(wire.text[:600])
    if opening:
        found.setdefault(next(k for k in _ORDER if opening.groupdict().get(k)), opening[0].strip())
    elif notice := _NOTICE.match(wire.text[:200]):
        found.setdefault("kill" if "KILL" in notice[0] else "withdrawn", notice[0].strip())
    until = parse_date(wire.embargoed)
    if until is not None:
        found.setdefault("embargo", f"embargoed: {wire.embargoed}"[:500])
    kind = next((k for k in _ORDER if k in found), "none")
    if kind == "none":
        return Signal()
    if until is None and "embargo" in found:
        until = parse_date(_UNTIL.sub("", found["embargo"]))
    target = wire.target or (_named_uri(wire, found[kind]) if kind in ("kill", "withdrawn", "correction") else "")
    return Signal(kind, found[kind], target, until)


def _mark(field: str, words: str) -> Kind:
    label = words.casefold().strip()
    if field == "pubStatus":
        return _STATUS.get(label.rpartition(":")[2], "none")
    if field == "edNote":
        return next((kind for kind, pattern in _NOTES if pattern.search(words[:500])), "none")
    return _LABELS.get(label.rpartition(":")[2], "none")


def _named_uri(wire: RawWire, text: str) -> str:
    """A uri in the words of the signal, or in the first lines of a kill's text; "" where it is the wire's own."""
    for place in (text, *(words for field, words in wire.marks if field == "edNote"), wire.text[:1000]):
        for found in _URI.finditer(place):
            uri = found[0].rstrip(".,;:")
            if uri != wire.uri:
                return uri
    return ""

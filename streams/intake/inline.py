"""What is cut from inside a line: datelines, dates before the text, picture and desk credits, markdown marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from streams.intake.credits import AGENCY, agencies, is_agency
from streams.intake.shapes import DATE, is_prose
from streams.intake.times import MONTHS

__all__ = ["Cut", "trim"]


@dataclass(frozen=True, slots=True)
class Cut:
    """``text`` was taken out for ``reason``; it credits ``name``, or a ``place`` and an agency."""

    reason: str
    text: str
    name: str = ""
    place: str = ""


#: What a rule finds: the line without it, and the cut. None where it does not apply.
_Found = tuple[str, Cut] | None

#: How far from a line's end credits are looked for, and the most cuts of one line.
_TAIL, _MAX_CUTS = 500, 20

_DAY = rf"(?:,? ?\(?(?:(?:{MONTHS})\.? \d\d?|\d\d? (?:{MONTHS})\.?)(?:,? \d{{4}})?\)?)"
_REGION = r"(?:, [A-Z][\w.'’]*(?: [A-Z][\w.'’]*){0,3})?"
#: KABUL, Afghanistan, July 14 (AFP) —
_CAPITAL_DATELINE = re.compile(
    rf"(?P<place>[A-Z][A-Z.'’/ -]{{2,40}}{_REGION})(?i:{_DAY})?(?: ?[(\[](?P<agency>[A-Z][^()\[\]]{{1,40}})[)\]])?"
    r" ?(?:--|[-–—])+ (?=[\"“‘'(]?[A-Z0-9])")
#: Kabul, July 14 (AFP) -    West Palm Beach, Florida (CNN)
_AGENCY_DATELINE = re.compile(
    rf"(?P<place>(?:[A-Z][\w.'’-]+(?:[ /][A-Z][\w.'’-]+){{0,3}}{_REGION}(?i:{_DAY})? ?)?)"
    r"[(\[](?P<agency>[A-Za-z][A-Za-z. /]{1,30})[)\]](?: ?(?:--|[-–—:])+)? (?=\S)")
_NO_PLACE = re.compile(r"(?:A|AN|THE|IT|HE|SHE|WE|THEY|IN|ON|AT|FILE|PHOTO|VIDEO|WATCH|UPDATE\w*|BREAKING)\b")
_DATELINE_MARKS = ("- ", "– ", "— ", "(", "[")
_FILE = re.compile(r"FILE ?(?:PHOTO ?)?[-–—:]+ (?=\S)")
_DATE_FIRST = re.compile(
    rf"\W{{0,3}}(?:date|dated|published|posted|updated)(?: on)?\s*[:|-]?\s*{DATE}"
    r"(?:[ T,]+\d{1,2}:\d\d(?::\d\d)?(?: ?(?:Z|UTC|GMT))?)?(?!\w)[\s:|–—-]*(?=\w|\W\w)", re.IGNORECASE)
#: Image copyright EPA Image caption The blast destroyed …: two labels run into the caption.
_CAPTION = re.compile(
    r"(?:Image (?:copyright|source)(?:, )? ?(?P<name>[A-Z][^.:]{1,40}?) )?(?:Image|Media) caption,? ?(?=\w)|"
    rf"© ?(?P<holder>{AGENCY})(?:/ ?[A-Z]\w+ [A-Z]\w+(?= [A-Z]))?[/ ]+(?=[A-Z])")
_SAID = r"(?:file|photo|picture|image|courtesy|credit|pool)s?(?: photo)?"
#: At a caption's end: [File: Name/EPA], (Name, File/Associated Press), (AP Photo/Name), (Name via AP), (Photo: Name).
_CREDIT = re.compile(
    rf"\s*[\[(](?P<credit>(?:{_SAID}\s*:\s*)?[^\[\]()]{{0,80}}?(?:[/,]\s*|(?:photo|picture|image) (?:by|from) |via )"
    rf"(?-i:{AGENCY})(?:[ /]?(?:Photo|File|Images|Pool))?(?:\s*[/,]\s*[^\[\]()]{{2,60}})?|"
    rf"(?-i:{AGENCY}) ?(?:Photo|File|Images|Pool)?\s*[/,]\s*[^\[\]()]{{2,60}}|"
    rf"{_SAID}\s*(?::|by\b|of\b|from\b)\s*[^\[\]()]{{1,80}}|"
    rf"(?:file|archive) (?:photo|picture|image))[\])]\W*$|\s*[\[(](?P<bare>{AGENCY})[\])]$", re.IGNORECASE)
_PHOTOGRAPH = re.compile(
    r"(?:^|\s+)(?:Photograph|Photo credit|Photo|Picture|Image|Credit|Image copyright|Image credit)s?\s*:\s*"
    r"(?P<name>[A-Z][^.:!?]{2,80})$")
_DESK = re.compile(
    r"\s*\((?:additional |with )?(?:reporting|writing|compiled|editing|edited|written|reported)"
    r"(?: and (?:writing|editing))? by\b(?P<names>[^()]{2,400})\)\W*$", re.IGNORECASE)
_READ_MORE = re.compile(r"(?<=\w)\s+(?:Read more|READ MORE|Read More)\s*[>»→]*$")
_LEADING = re.compile(r"(?:#{1,6}(?=\s)|#{2,6}(?=\w)|>(?=\s)|[•●▪■◆·*](?=\s)|\*{1,3}(?=\w))\s*")
_SUBHEAD = re.compile(r"[-–—]+ (?P<words>[^-–—].{0,78}?) [-–—]+")
#: Marks in pairs only: f*** and @_name_ are text.
_EMPHASIS = re.compile(r"(?<![\w@/*_])(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])"
                       r"(?P<words>[^*_]{1,300})(?<=\S)(?P=mark)(?![\w*_])")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((https?://[^()\s]{1,500})\)")


def trim(line: str, first: bool) -> tuple[str, list[Cut]]:
    """The line without what does not belong to its text, and what was taken. ``first``: it opens the article.

    Works on until nothing more is found, so that a second call finds nothing.
    """
    cuts: list[Cut] = []
    while line and len(cuts) < _MAX_CUTS:
        found = _date_before(line) if first else None
        found = found or _dateline(line, first)
        for rule in _RULES:
            found = found or rule(line)
        if found is None:
            break
        line = found[0].strip()
        cuts.append(found[1])
    return line, cuts


def _date_before(line: str) -> _Found:
    found = _DATE_FIRST.match(line[:120])
    return (line[found.end():], Cut("published-line", found[0])) if found else None


def _dateline(line: str, first: bool) -> _Found:
    head = line[:160]
    if not (line[0].isupper() or line[0] in "([") or not any(mark in head for mark in _DATELINE_MARKS):
        return None
    if not is_prose(line):
        return None
    if found := _FILE.match(head):
        return line[found.end():], Cut("media-label", found[0])
    if (" - " in head or "–" in head or "—" in head or "--" in head) and (found := _CAPITAL_DATELINE.match(head)):
        place, agency = found["place"].strip(" ,"), found["agency"] or ""
        town = place.partition(",")[0]
        known = bool(agency) and bool(agencies(agency))
        shouted = town == town.upper() and sum(map(str.isalpha, town)) >= 4 and not _NO_PLACE.match(town)
        if shouted and (first or known):
            return line[found.end():], Cut("dateline", found[0], agency, _titled(place))
    if ("(" in head or "[" in head) and (found := _AGENCY_DATELINE.match(head)) and is_agency(found["agency"]):
        place = re.sub(f"{_DAY}$", "", found["place"].strip(), flags=re.IGNORECASE).strip(" ,")
        return line[found.end():], Cut("dateline", found[0], found["agency"], _titled(place))
    return None


def _titled(place: str) -> str:
    """KABUL, Afghanistan -> Kabul, Afghanistan."""
    return ", ".join(part.title() if part.isupper() and len(part) > 3 else part for part in place.split(", "))


def _caption_label(line: str) -> _Found:
    found = _CAPTION.match(line[:120]) if line[0] in "IM©" else None
    if found is None:
        return None
    return line[found.end():], Cut("photo-credit", found[0], found["name"] or found["holder"] or "")


def _credit_behind(line: str) -> _Found:
    tail = line[-_TAIL:]
    offset = len(line) - len(tail)
    if ("(" in tail or "[" in tail) and tail.rstrip(".*_ ")[-1:] in (")", "]"):
        if found := _DESK.search(tail):
            names = "" if found[0].lstrip(" (").lower().startswith("edit") else found["names"]
            return line[:offset + found.start()], Cut("byline", found[0].strip(), names)
        opening = max(tail.rfind("("), tail.rfind("["))  # a credit has no bracket of its own: one place to look at
        before = max(0, len(tail[:opening].rstrip()))
        if found := _CREDIT.match(tail, before):
            name = found["credit"] or found["bare"]
            return line[:offset + before], Cut("photo-credit", found[0].strip(), name)
    if ":" in tail[-100:] and len(line) < 600 and (found := _PHOTOGRAPH.search(line, max(0, len(line) - 110))):
        return line[:found.start()], Cut("photo-credit", found[0].strip(), found["name"])
    return None


def _marks(line: str) -> _Found:
    if ("*" in line or "_" in line) and (found := _EMPHASIS.search(line)):
        return _EMPHASIS.sub(r"\g<words>", line), Cut("markup", found["mark"])
    if line[0] in "#>•●▪■◆·*" and (found := _LEADING.match(line)):
        return line[found.end():], Cut("markup", found[0].strip())
    if line[0] in "-–—" and len(line) < 90 and (found := _SUBHEAD.fullmatch(line)):
        return found["words"], Cut("markup", "- -")
    if "](" in line and _LINK.search(line):
        return _LINK.sub(r"\1", line), Cut("markup", " ".join(found[2] for found in _LINK.finditer(line)))
    return None


def _read_more(line: str) -> _Found:
    found = _READ_MORE.search(line, max(0, len(line) - 20)) if line[-1] in "eE>»→" else None
    return (line[:found.start()], Cut("read-more", found[0].strip())) if found else None


_RULES: tuple[Callable[[str], _Found], ...] = (_caption_label, _credit_behind, _marks, _read_more)

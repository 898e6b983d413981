"""What is cut from inside a line: datelines, dates before the text, picture and desk credits, markdown marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streams.intake.shapes import DATE, is_prose
from streams.intake.times import MONTHS

__all__ = ["Cut", "trim"]


@dataclass(frozen=True, slots=True)
class Cut:
    """``text`` was taken out for ``reason``; ``name`` is the place, person or agency that it credits."""

    reason: str
    text: str
    name: str = ""


_DAY = rf"(?:,? ?\(?(?:{MONTHS})\.? \d\d?(?:,? \d{{4}})?\)?|,? ?\(?\d\d? (?:{MONTHS})\.?(?: \d{{4}})?\)?)"
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z.'’/ -]{2,40}(?:, [A-Z][\w.'’]*(?: [A-Z][\w.'’]*){0,3})?)"
    rf"(?:{_DAY})?(?: ?[(\[](?P<agency>[A-Z][^()\[\]]{{1,40}})[)\]])? ?(?:--|[-–—])+ (?=\S)|"
    rf"(?P<town>[A-Z][\w.'’-]+(?:[ /][A-Z][\w.'’-]+){{0,3}}(?:, [A-Z][\w.'’]*(?: [A-Z][\w.'’]*){{0,3}})?)(?:{_DAY})?"
    r" ?[(\[](?P<wire>[A-Z][A-Za-z. /]{1,30})[)\]](?: ?(?:--|[-–—:])+)? (?=\S)|"
    r"[(\[](?P<alone>AFP|AP|Reuters|REUTERS|UPI|CNN|dpa|DPA|PTI|ANI|IANS|Xinhua|Bloomberg|EFE|TASS|Kyodo|Yonhap)[)\]] ?(?:--|[-–—:])+ (?=\S)"
)
_DATE_FIRST = re.compile(rf"\W{{0,3}}(?:date|dated|published|posted|updated)(?: on)?\s*[:|-]?\s*{DATE}"
                         r"(?:[ T,]+\d{1,2}:\d\d(?::\d\d)?(?: ?(?:Z|UTC|GMT))?)?[\s:|–—-]*", re.IGNORECASE)
_AGENCY_WORD = (r"AP|AFP|EPA(?:-EFE)?|REUTERS|Reuters|Getty(?: Images)?|Shutterstock|(?:The )?Associated Press|Xinhua|Anadolu(?: Agency)?|AAP|PA|"
                r"NurPhoto|Bloomberg|Al Jazeera|TASS|Sputnik|DPA|dpa|ANSA|EFE|Kyodo|Yonhap|TOLOnews|Twitter|Facebook|Handout|File|Screengrab")
#: Bracketed at a caption's end: [File: Name/EPA], (Name, File/Associated Press), (AP Photo/Name), (Reuters), [Name/Al Jazeera].
_BRACKET_CREDIT = re.compile(
    rf"\s*[\[(](?P<credit>(?:(?:file|photo|picture|image|courtesy|credit|pool)\s*(?:photo\s*)?:\s*)?"
    rf"(?:[^\[\]()]{{0,80}}?(?:[/,]\s*|(?:photo|picture|image) (?:by|from) |via |^))?(?:{_AGENCY_WORD})(?:[ ]?(?:Photo|File|Images|Pool))?"
    rf"(?:\s*[/,]\s*[^\[\]()]{{2,60}})?|(?:file|photo|picture|image|courtesy|credit)s?\s*(?:photo\s*)?(?::|by|of|from)\s*[^\[\]()]{{2,80}})[\])]\s*\.?\s*$",
    re.IGNORECASE)
_PHOTOGRAPH = re.compile(r"\s*(?:Photograph|Photo credit|Photo|Picture|Image|Credit|Photo by|Image copyright)s?\s*:\s*(?P<name>[A-Z][^.:!?]{2,80})$")
_DESK = re.compile(r"\s*\((?:additional |with )?(?:reporting|writing|compiled|editing|edited|written|reported) (?:and (?:writing|editing) )?by\b"
                   r"(?P<names>[^()]{2,400})\)\W*$", re.IGNORECASE)
_READ_MORE = re.compile(r"\s+(?:Read more|Read More|READ MORE)\s*[>»→]*$")
_LEADING = re.compile(r"(?:#{1,6}(?=\s|\w)|>(?=\s)|[•●▪■◆·*](?=\s))\s*")
_SUBHEAD = re.compile(r"[-–—]+ (?P<words>[^-–—].{0,78}?) [-–—]+")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?,])_{1,3}(?!\w)|`+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((https?://[^()\s]{1,500})\)")


def trim(line: str, first: bool) -> tuple[str, list[Cut]]:
    """The line without what does not belong to its text, and what was taken. ``first``: it opens the article.

    Works on until nothing more is found, so that a second call finds nothing.
    """
    cuts: list[Cut] = []
    while True:
        for rest, cut in _found(line, first):
            rest = rest.strip()
            if rest != line:
                cuts.append(cut)
                line = rest
                break
        else:
            return line, cuts
        if not line or len(cuts) >= 20:
            return line, cuts


def _found(line: str, first: bool) -> Iterator[tuple[str, Cut]]:
    head, tail = line[:160], line[-160:]
    if first and (found := _DATE_FIRST.match(head)) and found.end() < len(line):
        yield line[found.end():], Cut("published-line", found[0])
    if (line[0].isupper() or line[0] in "([") and ("-" in head or "–" in head or "—" in head or "(" in head[:100]) \
            and (found := _DATELINE.match(head)) and is_prose(line) and (first or found["agency"] or found["wire"] or found["alone"]):
        agency = found["agency"] or found["wire"] or found["alone"] or ""
        place = found["place"] or found["town"] or ""
        yield line[found.end():], Cut("dateline", found[0], f"{place}|{agency}")
    if line[-1] in ")].*_" and ("(" in line or "[" in line):
        offset = len(line) - len(tail)
        if found := _BRACKET_CREDIT.search(tail):
            yield line[:offset + found.start()], Cut("photo-credit", found[0].strip(), found["credit"])
        if found := _DESK.search(line[-500:]):
            yield line[:max(0, len(line) - 500) + found.start()], Cut("byline", found[0].strip(), found["names"])
    if ":" in tail and (found := _PHOTOGRAPH.search(tail)) and len(line) < 600:
        yield line[:len(line) - len(tail) + found.start()], Cut("photo-credit", found[0].strip(), found["name"])
    if line[0] in "#>•●▪■◆·*" and (found := _LEADING.match(line)):
        yield line[found.end():], Cut("markup", found[0].strip())
    if line[0] in "-–—" and len(line) < 90 and (found := _SUBHEAD.fullmatch(line)):
        yield found["words"], Cut("markup", "- -")
    if "](" in line and _LINK.search(line):
        links = " ".join(found[2] for found in _LINK.finditer(line))
        yield _LINK.sub(r"\1", line), Cut("markup", links)
    if ("*" in line or "_" in line or "`" in line) and (marks := _EMPHASIS.findall(line)):
        yield _EMPHASIS.sub("", line), Cut("markup", " ".join(marks[:20]))
    if line[-1] in "eE>»→" and (found := _READ_MORE.search(tail)):
        yield line[:len(line) - len(tail) + found.start()], Cut("read-more", found[0].strip())

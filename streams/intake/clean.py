"""Boilerplate out, article in: what each line is by shape, where it stands, and what was cut from inside lines.

Nothing vanishes: every word of the input is in the headline, in the body or in ``removed`` with its reason.
Cleaning what is clean changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from streams.contracts.records import Credit, Removal
from streams.intake.credits import agencies
from streams.intake.inline import Cut, trim
from streams.intake.lines import Line, heal, split_lines
from streams.intake.normal import key, squeeze
from streams.intake.shapes import bare_date, byline_name, is_prose, line_shape, looks_like_label, words_in

__all__ = ["Cleaned", "clean"]

#: Rounds until nothing changes; each removes something, real texts need two.
_ROUNDS = 6
#: Lines at the top where a section label, a date, a byline or the headline again may stand.
_HEAD = 8
#: Lines at the top in which a date alone is the text's own, even below its first sentence; later it may be a heading.
_HEAD_DATE = 4
#: Lines that an advertisement may have on each side of its address or call.
_ADVERT_REACH = 8
_STRONG = frozenset({"contact", "call-to-action", "newsletter"})
#: Shapes that one word can have by chance: removed next to other furniture or below the text.
_WEAK = frozenset({"address", "agency-credit"})
_HEAD_REASONS = frozenset({"published-line", "updated-line", "doubled-headline", "byline", "share-buttons"})
#: Names of sections, a closed class; others are known by what stands next to them.
_SECTIONS = frozenset(
    "world news politics business sport sports culture opinion asia europe africa americas america middle east us uk "
    "international national local top stories home economy markets tech technology science health entertainment "
    "lifestyle travel environment climate education analysis features feature latest breaking south north central "
    "monde politique welt politik mundo política".split())
_PHOTO_LABEL = re.compile(
    r"^\W*(?:file|photo|picture|photograph|image|courtesy|credit)s?"
    r"(?: (?:source|credit|copyright|by|of|courtesy|photo))*\W+",
    re.IGNORECASE)
#: " | Site", " » Site": a bar divides a headline from the site's name. A dash does so only before an outlet's name.
_BAR_SUFFIX = re.compile(r"\s+(?:[|»]|::)\s+(?P<label>[^|»]{2,40})$")
#: Words of a headline that may be taken from the start of a paragraph, and what must follow them there.
_MIN_PREFIX = 4
_KEY_WORD = re.compile(r"[^\W_]+")
_PREFIX_END = re.compile(r"[ \"”’']{0,3}(?:[.!?|]+|[-–—] )[ \"”’']{0,3}(?=\S)")
#: One sentence ends and another begins.
_SENTENCES = re.compile(r"[^\W\d_A-Z]{2}[.!?][\"”’]? +[\"“‘]?[A-Z]")
_DASH_SUFFIX = re.compile(
    r"\s+[-–—]\s+(?P<label>(?:The )?(?:[A-Z][\w.&'’]* ){0,3}(?:News|Times|Post|Herald|Tribune|Guardian|"
    r"Telegraph|Reuters|BBC|CNN|AFP|AP|Online|[A-Z]\w*\.(?:com|org|net|co\.uk|in)))$")


@dataclass(slots=True)
class Cleaned:
    """Headline, paragraphs, what was taken out, who is credited there, and the text's own dates."""

    headline: str = ""
    paragraphs: list[str] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    published: str = ""

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


def clean(headline: str, text: str, source: str = "") -> Cleaned:
    """``headline`` "" : it is looked for in the first lines. ``source`` helps to know its name behind a headline."""
    result = Cleaned(headline=squeeze(headline.replace("\n", " ")))
    lines = split_lines(text)
    whole = lines
    if not result.headline:
        lines = _take_headline(result, lines)
    result.headline = _without_site(result, result.headline, source)
    for _ in range(_ROUNDS):
        before = len(result.removed)
        lines = heal(lines)
        lines = _without_adverts(result, lines)
        lines = _without_shapes(result, lines)
        lines = _without_head(result, lines)
        lines = _trimmed(result, lines)
        if len(result.removed) == before:
            break
    else:
        lines = heal(lines)
    if not lines and not headline.strip():  # nothing but a line and furniture: then that is what the wire says
        return Cleaned(paragraphs=[line.text for line in whole])
    result.paragraphs = [line.text for line in lines]
    result.removed.sort(key=lambda removal: removal.line)
    return result


def _remove(result: Cleaned, line: Line, reason: str) -> None:
    """Take a whole line out; what it says of dates and credits is kept."""
    result.removed.append(Removal(text=line.text, reason=reason, line=line.number))
    if reason == "published-line" and not result.published:
        result.published = line.text
    elif reason in ("copyright", "source-link", "agency-credit"):
        for name in agencies(line.text)[:3]:
            _credit(result, "agency", name, line.text)
    elif reason == "photo-credit":
        _credit(result, "photo", _PHOTO_LABEL.sub("", line.text), line.text)
    elif reason == "byline":
        _credit(result, "byline", byline_name(line.text), line.text)


def _cut(result: Cleaned, line: Line, cut: Cut) -> None:
    """The same for what was taken from inside a line."""
    result.removed.append(Removal(text=cut.text.strip(), reason=cut.reason, line=line.number))
    if cut.reason == "published-line" and not result.published:
        result.published = cut.text
    elif cut.reason == "dateline":
        _credit(result, "dateline", cut.place, cut.text)
        for name in agencies(cut.name)[:1] or [cut.name]:
            _credit(result, "agency", name, cut.text)
    elif cut.reason == "photo-credit":
        _credit(result, "photo", _PHOTO_LABEL.sub("", cut.name), cut.text)
    elif cut.reason == "byline":
        _credit(result, "byline", re.split(r"[;,.]", cut.name)[0], cut.text)


def _credit(result: Cleaned, kind: Literal["agency", "photo", "byline", "dateline"], name: str, text: str) -> None:
    name = name.strip(" .,;:[]()/")[:200]
    if name:
        result.credits.append(Credit(kind=kind, name=name, text=text.strip()[:200]))


def _headline_shaped(line: str) -> bool:
    words = words_in(line)
    if _SENTENCES.search(line):
        return False
    return 3 <= len(words) <= 30 and len(line) <= 220 and line[-1] not in ".,;:…" and not bare_date(line) \
        and not byline_name(line) and not line_shape(line)


def _take_headline(result: Cleaned, lines: list[Line]) -> list[Line]:
    """The first line that is shaped like a headline and has text below it, past labels and dates only."""
    for at, line in enumerate(lines[:_HEAD]):
        if line.shape or bare_date(line.text) or looks_like_label(line.text) or byline_name(line.text):
            continue
        if trim(line.text, first=True)[1] and is_prose(line.text):
            return lines
        if _headline_shaped(line.text) and any(not below.shape for below in lines[at + 1:]):
            result.headline, cuts = trim(line.text, first=False)
            for cut in cuts:
                _cut(result, line, cut)
            return lines[:at] + lines[at + 1:]
        return lines
    return lines


def _without_site(result: Cleaned, headline: str, source: str) -> str:
    """``Headline | Site`` -> ``Headline``."""
    for _ in range(3):
        tail = max(0, len(headline) - 80)
        found = _BAR_SUFFIX.search(headline, tail) or _DASH_SUFFIX.search(headline, tail)
        if found is None and 2 < len(source) < 60 and headline.casefold().endswith(source.casefold()):
            found = re.compile(rf"\s+[-–—|]\s+(?P<label>.{{{len(source)}}})$").search(headline, tail)
        if found is None or len(found["label"].split()) > 4 or len(words_in(headline[:found.start()])) < 3:
            break
        result.removed.append(Removal(text=found[0].strip(), reason="site-label", line=0))
        headline = headline[:found.start()].rstrip()
    return headline


def _without_adverts(result: Cleaned, lines: list[Line]) -> list[Line]:
    """An address or a call to act, with the lines around it that shout: an advertisement inside or below the text."""
    taken: dict[int, None] = {}
    for at, line in enumerate(lines):
        if line.shape not in _STRONG:
            continue
        for step in (-1, 1):
            for other in range(at + step, at + step * (_ADVERT_REACH + 1), step):
                if not 0 <= other < len(lines) or other in taken:
                    break
                if not lines[other].shape:
                    if not _shouts(lines[other].text):
                        break
                    taken[other] = None
    for at in taken:
        _remove(result, lines[at], "advertisement")
    return [line for at, line in enumerate(lines) if at not in taken] if taken else lines


def _shouts(text: str) -> bool:
    """All in capitals, all in bold, or a cry, and short: no paragraph of an article."""
    if len(text) > 140 or text[0] in "\"“‘'" or text[-1] in "\"”’'":
        return False
    capitals = text == text.upper() and sum(map(str.isalpha, text)) >= 4
    return capitals or text.startswith("**") or (text.endswith("!") and text.count(" ") < 10)


def _without_shapes(result: Cleaned, lines: list[Line]) -> list[Line]:
    """Lines that are furniture by shape; titles of other articles below a "Read more" at the end go with it."""
    if not any(line.shape for line in lines):
        return lines
    kept: list[Line] = []
    related = _related_from(lines)
    last_prose = max((at for at, line in enumerate(lines) if not line.shape and is_prose(line.text)), default=-1)
    for at, line in enumerate(lines):
        reason = line.shape
        if reason in _WEAK and at < last_prose and not any(
                near.shape not in ("", reason) for near in lines[max(0, at - 1):at + 2]):
            reason = ""  # one such word inside the text may be a subheading or a name
        if not reason and at > related:
            reason = "related-links"
        if reason:
            _remove(result, line, reason)
        else:
            kept.append(line)
    return kept


def _related_from(lines: list[Line]) -> int:
    """Index of the "Read more" below which only titles of other articles stand, len(lines) where there is none."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 12), -1):
        text, shape = lines[at].text, lines[at].shape
        if shape == "read-more":
            return at
        if not shape and (text[-1] in ".!?\"”" or len(text) > 160):
            break
    return len(lines)


def _without_head(result: Cleaned, lines: list[Line]) -> list[Line]:
    """Above the text: the headline again, a section's label, a date, a byline."""
    wanted = key(result.headline)
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if at >= _HEAD:
            return kept + lines[at:]
        if len(lines) == 1:
            return _without_prefix(result, line, wanted)
        if wanted and key(line.text) == wanted:
            _remove(result, line, "doubled-headline")
        elif is_prose(line.text):
            below = lines[at + 1:_HEAD_DATE]
            for dated in (other for other in below if bare_date(other.text)):
                _remove(result, dated, "published-line")
            below = [other for other in below if not bare_date(other.text)]
            return kept + _without_prefix(result, line, wanted) + below + lines[max(at + 1, _HEAD_DATE):]
        elif bare_date(line.text):
            _remove(result, line, "published-line")
        elif byline_name(line.text):
            _remove(result, line, "byline")
        elif wanted and not kept and _is_section(lines, at, result):
            _remove(result, line, "section-label")
        else:
            kept.append(line)
    return kept


def _without_prefix(result: Cleaned, line: Line, wanted: str) -> list[Line]:
    """The first paragraph without the headline, where that stands before it as a sentence of its own."""
    count = wanted.count(" ") + 1
    if count < _MIN_PREFIX or not key(line.text[:2 * len(wanted) + 40]).startswith(wanted + " "):
        return [line]
    ends = [found.end() for _, found in zip(range(count), _KEY_WORD.finditer(line.text), strict=False)]
    mark = _PREFIX_END.match(line.text, ends[-1])
    if mark is None:
        return [line]
    result.removed.append(Removal(text=line.text[:mark.end()].strip(), reason="doubled-headline", line=line.number))
    rest = line.text[mark.end():].strip()
    return [Line(rest, line.number, line.joined, line_shape(rest))]


def _is_section(lines: list[Line], at: int, result: Cleaned) -> bool:
    """A label of one or two words, by what it says or by the furniture next to it."""
    text = lines[at].text
    if not looks_like_label(text):
        return False
    if all(word.casefold() in _SECTIONS for word in words_in(text)):
        return True
    below = lines[at + 1].text if at + 1 < len(lines) else ""
    return bare_date(below) or key(below) == key(result.headline) or any(
        0 < abs(removal.line - lines[at].number) <= 2 and removal.reason in _HEAD_REASONS for removal in result.removed)


def _trimmed(result: Cleaned, lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        text, cuts = trim(line.text, first=not kept)
        for cut in cuts:
            _cut(result, line, cut)
        if text:
            kept.append(Line(text, line.number, line.joined, line_shape(text)) if cuts else line)
    return kept

"""Boilerplate out, article in: what each line is by shape, where it stands, and what was cut from inside lines.

Nothing vanishes: every word of the input is in the headline, in the body or in ``removed`` with its reason.
Cleaning what is clean changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
#: Lines that an advertisement may have on each side of its address or call.
_ADVERT_REACH = 8
_STRONG = frozenset({"contact", "call-to-action", "newsletter"})
#: " | Site", " » Site": a bar divides a headline from the site's name. A dash does so only before an outlet's name.
_BAR_SUFFIX = re.compile(r"\s+(?:[|»]|::)\s+(?P<label>[^|»]{2,40})$")
_DASH_SUFFIX = re.compile(r"\s+[-–—]\s+(?P<label>(?:The )?(?:[A-Z][\w.&'’]*\s?){0,3}(?:News|Times|Post|Herald|Tribune|Guardian|Telegraph|Reuters|BBC|CNN|"
                          r"AFP|AP|Online|\.com|\w+\.(?:com|org|net|co\.uk|in)))$")


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
    if not lines and not result.headline:  # nothing but furniture: then that is what the wire says
        return Cleaned(paragraphs=[line.text for line in whole])
    result.paragraphs = [line.text for line in heal(lines)]
    result.removed.sort(key=lambda removal: removal.line)
    return result


def _remove(result: Cleaned, line: Line, reason: str, text: str = "") -> None:
    text = text or line.text
    result.removed.append(Removal(text=text, reason=reason, line=line.number))
    if reason == "published-line" and not result.published:
        result.published = text
    elif reason in ("copyright", "source-link"):
        result.credits += [Credit(kind="agency", name=name, text=text[:200]) for name in list(agencies(text))[:3]]
    elif reason == "photo-credit" and text == line.text:
        name = re.sub(r"^\W*(?:(?:image|photo|picture|photograph)s?(?: (?:source|credit|copyright|by|courtesy))?)\W*", "",
                      text, flags=re.IGNORECASE)
        _credit(result, "photo", name, text)
    elif reason == "byline":
        _credit(result, "byline", byline_name(text), text)


def _credit(result: Cleaned, kind: str, name: str, text: str) -> None:
    name = name.strip(" .,;:[]()")[:200]
    if name:
        result.credits.append(Credit(kind=kind, name=name, text=text[:200]))  # type: ignore[arg-type]  # one of the four here


def _headline_shaped(line: str) -> bool:
    words = words_in(line)
    return 3 <= len(words) <= 30 and len(line) <= 220 and line[-1] not in ".,;:…" and not bare_date(line) \
        and not byline_name(line) and not line_shape(line)


def _take_headline(result: Cleaned, lines: list[Line]) -> list[Line]:
    """The first line that is shaped like a headline and has text below it, past labels and dates only."""
    for at, line in enumerate(lines[:_HEAD]):
        if line_shape(line.text) or bare_date(line.text) or looks_like_label(line.text) or byline_name(line.text):
            continue
        if trim(line.text, first=True)[1] and is_prose(line.text):
            return lines
        alone = at + 1 < len(lines) and (not lines[at + 1].joined or key(lines[at + 1].text) == key(line.text))
        if _headline_shaped(line.text) and alone and any(is_prose(below.text) for below in lines[at + 1:at + 12]):
            title, cuts = trim(line.text, first=False)
            result.headline = title
            result.removed += [Removal(text=cut.text, reason=cut.reason, line=line.number) for cut in cuts]
            return lines[:at] + lines[at + 1:]
        return lines
    return lines


def _without_site(result: Cleaned, headline: str, source: str) -> str:
    """``Headline | Site`` -> ``Headline``."""
    for _ in range(3):
        found = _BAR_SUFFIX.search(headline) or _DASH_SUFFIX.search(headline)
        if found is None and source and headline.casefold().endswith(source.casefold()):
            found = re.compile(r"\s+[-–—|]\s+(?P<label>" + re.escape(headline[len(headline) - len(source):]) + ")$").search(headline)
        if found is None or len(found["label"].split()) > 4 or len(words_in(headline[:found.start()])) < 3:
            break
        result.removed.append(Removal(text=found[0].strip(), reason="site-label", line=0))
        headline = headline[:found.start()].rstrip()
    return headline


def _without_adverts(result: Cleaned, lines: list[Line]) -> list[Line]:
    """An address or a call to act, with the lines around it that shout: an advertisement inside or below the text."""
    strong = [at for at, line in enumerate(lines) if len(line.text) < 200 and line_shape(line.text) in _STRONG]
    taken: dict[int, None] = {}
    for at in strong:
        for step in (-1, 1):
            for distance in range(1, _ADVERT_REACH + 1):
                other = at + step * distance
                if not 0 <= other < len(lines) or other in taken:
                    break
                text = lines[other].text
                if not (_shouts(text) or line_shape(text)):
                    break
                if _shouts(text) and not line_shape(text):
                    taken[other] = None
    for at in taken:
        _remove(result, lines[at], "advertisement")
    return [line for at, line in enumerate(lines) if at not in taken] if taken else lines


def _shouts(text: str) -> bool:
    """All in capitals, all in bold, or a cry, and short: no paragraph of an article."""
    return len(text) < 140 and (
        (text == text.upper() and sum(map(str.isalpha, text)) >= 4 and text[-1] not in "\"”’'")
        or text.startswith("**") or (text.endswith("!") and text.count(" ") < 10 and text[0] not in "\"“‘'")
    ) and re.search(r"[^\W\d_]", text) is not None


def _without_shapes(result: Cleaned, lines: list[Line]) -> list[Line]:
    """Lines that are furniture by shape; titles of other articles below a "Read more" at the end go with it."""
    kept: list[Line] = []
    related = _related_from(lines)
    for at, line in enumerate(lines):
        reason = line_shape(line.text) or ("related-links" if at >= related else "")
        if reason:
            _remove(result, line, reason)
        else:
            kept.append(line)
    return kept


def _related_from(lines: list[Line]) -> int:
    """Index from which only titles of other articles stand, len(lines) where there are none."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 10), -1):
        text = lines[at].text
        if line_shape(text) == "read-more":
            return at
        if text[-1] in ".!?\"”" or len(text) > 160:
            break
    return len(lines)


def _without_head(result: Cleaned, lines: list[Line]) -> list[Line]:
    """Above the text: the headline again, a section's label, a date, a byline."""
    wanted = key(result.headline)
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if at >= _HEAD:
            kept += lines[at:]
            break
        same = wanted and key(line.text) == wanted
        if same and (len(lines) > 1):
            _remove(result, line, "doubled-headline")
        elif is_prose(line.text):
            kept += lines[at:]
            break
        elif bare_date(line.text):
            _remove(result, line, "published-line")
        elif byline_name(line.text):
            _remove(result, line, "byline")
        elif wanted and not kept and looks_like_label(line.text) and len(lines) > 1:
            _remove(result, line, "section-label")
        else:
            kept.append(line)
    return kept


def _trimmed(result: Cleaned, lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        text, cuts = trim(line.text, first=not kept)
        for cut in cuts:
            result.removed.append(Removal(text=cut.text, reason=cut.reason, line=line.number))
            _credit_cut(result, cut)
        if text:
            kept.append(Line(text, line.number, line.joined))
    return kept


def _credit_cut(result: Cleaned, cut: Cut) -> None:
    if cut.reason == "dateline":
        place, _, agency = cut.name.partition("|")
        _credit(result, "dateline", place.title() if place.isupper() else place, cut.text)
        if agency:
            _credit(result, "agency", next(agencies(agency), agency), cut.text)
    elif cut.reason == "photo-credit":
        _credit(result, "photo", re.sub(r"^(?:file|photo|picture|image|courtesy|credit)s?(?: photo)?\W+", "", cut.name,
                                        flags=re.IGNORECASE), cut.text)
    elif cut.reason == "byline":
        _credit(result, "byline", re.split(r"[;,]", cut.name)[0], cut.text)
    elif cut.reason == "published-line" and not result.published:
        result.published = cut.text

"""Event time without a wall clock: the wire's own dates, bounded by the timestamp of its Kafka record."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

__all__ = ["MONTHS", "EventTime", "event_time", "parse_date"]

EventTime = tuple[int, Literal["versionCreated", "contentCreated", "text", "record"]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Before the telegraph offices of 1900 a news wire is a broken clock, and so is the very start of the Unix epoch.
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
#: What RFC 3339 can write in UTC; a zone can push a date at the edge beyond it.
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
MONTHS = ("jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
          "nov(?:ember)?|dec(?:ember)?")
_NUMBER = {name: i for i, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}
_CLOCK = (
    r"(?:[,T ]*(?:at |- |\| )?(?P<hour>\d{1,2}) ?[:.h] ?(?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:\.\d+)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>Z|UTC|GMT|BST|[A-Z]{2,4}T|[+-]\d\d:?\d\d)?)?"
)
#: Day and month are told apart by a name, the year's place or the dot of German; 07/14 and 14/07 are not guessed.
_WRITTEN = (
    re.compile(rf"(?P<day>\d\d?)\. ?(?P<month>\d\d?)\. ?(?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<day>\d\d?)(?:st|nd|rd|th)? (?P<name>{MONTHS})\.?,? (?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<name>{MONTHS})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE),
)
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T ]\d\d.{0,30})?$")
_RFC_822 = re.compile(r"(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d")
#: Minutes east of Greenwich of the zones that wires write as letters and that mean one thing only.
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "EST": -300,
          "EDT": -240, "CDT": -300, "MDT": -360, "MST": -420, "PST": -480, "PDT": -420, "ET": -300, "PT": -480}


@lru_cache(maxsize=4096)
def parse_date(text: str) -> int | None:
    """Milliseconds of an RFC 3339, RFC 822 or written date, None where it is none.

    A date without a zone is UTC, without a clock time midnight: the least that the words say.
    """
    text = text.strip()[:80]
    if not text:
        return None
    reader = datetime.fromisoformat if _ISO.match(text) else parsedate_to_datetime if _RFC_822.match(text) else None
    if reader is not None:
        try:
            return _millis(reader(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            pass
    return _written(text)


def _millis(moment: datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    found = (moment - _EPOCH) // timedelta(milliseconds=1)
    if not _FIRST_MS <= found <= _LAST_MS:
        raise OverflowError(f"out of the years 1 to 9999 in UTC: {moment}")
    return found


def _written(text: str) -> int | None:
    for pattern in _WRITTEN:
        found = pattern.search(text)
        if found is None:
            continue
        groups = found.groupdict()
        month = _NUMBER[groups["name"][:3].lower()] if groups.get("name") else int(groups["month"])
        hour = int(groups["hour"] or 0)
        half = (groups["half"] or "")[:1].lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        try:
            moment = datetime(int(groups["year"]), month, int(groups["day"]), hour, int(groups["minute"] or 0),
                              int(groups["second"] or 0), tzinfo=UTC)
            return _millis(moment - timedelta(minutes=_offset(groups["zone"] or "")))
        except (ValueError, OverflowError):
            return None
    return None


def _offset(zone: str) -> int:
    if zone[:1] in "+-" and zone:
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        if hours > 14 or minutes > 59:
            raise ValueError(f"no such zone: {zone}")
        return (1 if zone[0] == "+" else -1) * (hours * 60 + minutes)
    return _ZONES.get(zone.upper(), 0)


def event_time(version_created: str, content_created: str, in_text: str, record_ms: int) -> EventTime:
    """The wire's time and where it was found. A later date than the record's is bounded by the record's."""
    sources: tuple[tuple[str, Literal["versionCreated", "contentCreated", "text"]], ...] = (
        (version_created, "versionCreated"), (content_created, "contentCreated"), (in_text, "text"))
    for text, name in sources:
        moment = parse_date(text) if text else None
        if moment is None or moment == 0 or moment < (_FIRST - _EPOCH) // timedelta(milliseconds=1):
            continue
        return (moment, name) if moment <= record_ms else (record_ms, "record")
    return record_ms, "record"

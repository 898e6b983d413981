"""What a story keeps of an article: enough to tell the story again, in about a kilobyte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from streams.clock import millis
from streams.contracts import records
from streams.entities.ledger import Entry
from streams.stories.content.figures import figures
from streams.stories.wording import clean

__all__ = ["HEADLINE_LIMIT", "KILLED", "LIVE", "OUTDATED", "WITHDRAWN", "Content", "Member", "Named", "content_of",
           "event_time", "member_at", "pack", "packed", "unpack"]

HEADLINE_LIMIT = 240
_LEAD_LIMIT = 540
_COPY_LEAD_LIMIT = 200
_NAME_LIMIT = 120
_MAX_ENTITIES = 40
_MAX_ALIASES = 6
_MAX_PLACES = 10
_MAX_QUOTES = 4
_QUOTE_LIMIT = 240

#: Standing of a member: as it came; its source was killed; a correction has taken its place; itself killed.
LIVE, WITHDRAWN, OUTDATED, KILLED = 0, 1, 2, 3


class Named(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A resolved name of an article; ``mentions`` is how often it stands there."""

    name: str
    type: records.EntityType
    aliases: tuple[str, ...]
    mentions: int
    geonames_id: int | None
    demonym: bool


#: geonames id, name, country, latitude, longitude
PlaceTuple = tuple[int, str, str, float, float]


class Content(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One version of an article, as its story keeps it. Lists are capped, texts are clean and cut."""

    version: int
    time_ms: int
    headline: str
    lead: str
    source: str
    credit: str
    family: str
    verdict: records.Verdict
    duplicate_of: str
    entities: tuple[Named, ...]
    places: tuple[PlaceTuple, ...]
    main_place: int | None
    quotes: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, float], ...]

    @property
    def is_copy(self) -> bool:
        return self.verdict == "duplicate"

    def names(self) -> list[Entry]:
        """As the ledger of names counts them."""
        return [((each.name, each.type, each.geonames_id, each.aliases), each.mentions)
                for each in self.entities if not each.demonym]


class Member(msgspec.Struct, array_like=True, gc=False):
    """An article's place: its record is small, so that moving and flagging it costs little; the content has a
    record of its own. ``pinned``: an editor put it there. ``family``: the text family that its own turned out to be.
    ``again_ms``: when it is to be looked at again, on the shard's clock; 0 for never."""

    uri: str
    story: str
    version: int
    standing: int = 0
    pinned: bool = False
    family: str = ""
    again_ms: int = 0
    content: bytes = b""

    def place(self) -> bytes:
        return pack((self.story, self.version, self.standing, self.pinned, self.family, self.again_ms))

    def read(self) -> Content:
        content = unpack(self.content)
        return replace(content, family=self.family) if self.family else content


#: Contents that were packed or unpacked lately, and how many at the most.
_recent: dict[bytes, Content] = {}
_MOST_RECENT = 1024
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Content)
_place_decoder = msgspec.msgpack.Decoder(tuple[str, int, int, bool, str, int])


pack: Callable[[Any], bytes] = _encoder.encode


def packed(content: Content) -> bytes:
    """``content`` for its member."""
    return _remember(pack(content), content)[0]


def unpack(data: bytes) -> Content:
    """Remembered for a while: an article that came is read again as its story is told and repaired."""
    return _recent.get(data) or _remember(data, _decoder.decode(data))[1]


def _remember(data: bytes, content: Content) -> tuple[bytes, Content]:
    if len(_recent) >= _MOST_RECENT:
        _recent.clear()
    _recent[data] = content
    return data, content


def member_at(uri: str, place: bytes, content: bytes) -> Member:
    """A member from its two records."""
    return Member(uri, *_place_decoder.decode(place), content)


def content_of(record: records.AnalyzedArticle, time_ms: int) -> Content:
    """What is kept of ``record``; ``time_ms`` is its event time, bounded by the record's timestamp."""
    article, provenance, analysis = record.article, record.provenance, record.analysis
    copy = provenance.verdict == "duplicate"
    headline = clean(article.headline, HEADLINE_LIMIT)
    lead = _lead(article.body, _COPY_LEAD_LIMIT if copy else _LEAD_LIMIT)
    return Content(
        version=article.version, time_ms=time_ms, headline=headline, lead=lead,
        source=clean(article.source, _NAME_LIMIT) or _host(article.url),
        credit=_credit(record), family=provenance.family or article.uri, verdict=provenance.verdict,
        duplicate_of=provenance.duplicate_of,
        entities=tuple(_named(found) for found in _salient(analysis.entities)),
        places=tuple((at.geonames_id, clean(at.name, _NAME_LIMIT), at.country[:8], at.lat, at.lon)
                     for at in analysis.places[:_MAX_PLACES]),
        main_place=analysis.main_place,
        quotes=() if copy else tuple(
            (clean(quote.speaker, _NAME_LIMIT), clean(quote.text, _QUOTE_LIMIT))
            for quote in analysis.quotes[:_MAX_QUOTES] if quote.speaker and quote.text
        ),
        figures=tuple(figures(headline + ". " + lead)),
    )


def event_time(article: records.Article, timestamp_ms: int) -> int:
    """The article's event time, no later than its record's timestamp. Raises ValueError for no time."""
    return min(millis(article.event_time), timestamp_ms)


def _lead(body: str, limit: int) -> str:
    """The beginning of the body, paragraphs kept apart by a line break, cut after a whole sentence where one ends."""
    parts: list[str] = []
    room = limit
    for line in body[: limit * 2].splitlines():
        text = clean(line, limit * 2)
        if not text:
            continue
        if len(text) > room:
            end = max(text.rfind(mark, 0, room) for mark in (". ", "? ", "! ", ".” ", '." '))
            if end > 0:
                parts.append(text[: end + 1])
            elif not parts:
                parts.append(clean(text, limit))
            break
        parts.append(text)
        room -= len(text) + 1
    return "\n".join(parts)


def _salient(entities: list[records.NamedEntity]) -> list[records.NamedEntity]:
    if len(entities) <= _MAX_ENTITIES:
        return entities
    return sorted(entities, key=lambda each: (-each.salience, each.name, each.type))[:_MAX_ENTITIES]


def _named(entity: records.NamedEntity) -> Named:
    name, aliases = entity.name, tuple(entity.aliases[:_MAX_ALIASES])
    together = name + "".join(aliases) if aliases else name
    if len(together) > _NAME_LIMIT or not together.isprintable():
        name, aliases = clean(name, _NAME_LIMIT), tuple(clean(alias, _NAME_LIMIT) for alias in aliases)
    return Named(name, entity.type, aliases, min(len(entity.mentions), 1000) or 1, entity.geonames_id, entity.demonym)


def _credit(record: records.AnalyzedArticle) -> str:
    """Who the text is credited to: the agency that dedupe found, else the credits in the order of their weight."""
    if record.provenance.agency:
        return clean(record.provenance.agency, _NAME_LIMIT)
    for kind in ("agency", "attribution"):
        for credit in record.article.credits:
            if credit.kind == kind and credit.name:
                return clean(credit.name, _NAME_LIMIT)
    return ""


def _host(url: str) -> str:
    """The host of a url without www, for articles that name no source."""
    host = url[:300].partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    return clean(host.removeprefix("www."), _NAME_LIMIT)

"""What the clusterer knows of an article: hashed terms with the views they stand in, made once where the text is.

``encode_features`` runs in the stateless entities hop and its result travels as opaque text; the stories hop only
decodes it. A term is the CRC-32 of a normalised word, bigram or name, with a byte that says in which views of the
article it stands and how often.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from streams.clock import millis
from streams.contracts.records import AnalyzedArticle, Article, NamedEntity

__all__ = ["FORMAT", "Item", "encode_features", "encode_features_batch"]

#: First byte of the encoded features; another number is another format.
FORMAT = 1
TITLE, LEAD, NAME, PAIR = 16, 32, 64, 128
MAX_TERMS = 96
_LEAD_WORDS = 80
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_STOP = frozenset(
    "a about after again all also an and any are as at be because been before being between both but by can could did "
    "do does down during each few for from further had has have he her here hers him his how i if in into is it its "
    "just me more most my new no nor not now of off on once one only or other our out over own said same say says she "
    "so some such than that the their them then there these they this those through to too two under until up us very "
    "was we were what when where which while who whom why will with would you your mr mrs ms according told".split()
)


@dataclass(slots=True, eq=False)
class Item:
    """The decoded features of one article. ``time_ms``: event time. ``terms``: pairs of term id and view byte."""

    uri: str
    time_ms: int
    family: str
    duplicate_of: str
    terms: list[tuple[int, int]]
    names: dict[int, str]

    @classmethod
    def from_record(cls, record: AnalyzedArticle, time_ms: int | None = None) -> Item:
        """``time_ms`` replaces the article's own event time where the caller bounds it."""
        at = millis(record.article.event_time) if time_ms is None else time_ms
        data = record.analysis.features or encode_features(record.article, record.analysis.entities)
        version, terms, names = _decoder.decode(base64.b64decode(data))
        if version != FORMAT:
            raise ValueError(f"article {record.article.uri!r}: features of format {version}, expected {FORMAT}")
        origin = record.provenance
        return cls(record.article.uri, at, origin.family, origin.duplicate_of, terms, dict(names))

    def to_bytes(self) -> bytes:
        return _encoder.encode((self.uri, self.time_ms, self.family, self.duplicate_of, self.terms,
                                list(self.names.items())))

    @classmethod
    def from_bytes(cls, data: bytes) -> Item:
        uri, time_ms, family, duplicate_of, terms, names = _item_decoder.decode(data)
        return cls(uri, time_ms, family, duplicate_of, terms, dict(names))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[int, list[tuple[int, int]], list[tuple[int, str]]])
_item_decoder = msgspec.msgpack.Decoder(tuple[str, int, str, str, list[tuple[int, int]], list[tuple[int, str]]])


def encode_features(article: Article, entities: Sequence[NamedEntity]) -> str:
    """Base64 of an article's features; deterministic, about a kilobyte."""
    views: dict[int, int] = {}
    counts: dict[int, int] = {}
    names: dict[int, str] = {}
    words = _words(article.body)
    for view, part in ((TITLE, _words(article.headline)), (LEAD, words[:_LEAD_WORDS]), (0, words)):
        before = ""
        for raw in part:
            word = _norm(raw)
            if word in _STOP or (len(word) < 2 and not word.isdigit()):
                before = ""
                continue
            key = zlib.crc32(word.encode())
            views[key] = views.get(key, 0) | view
            if view == 0:
                counts[key] = counts.get(key, 0) + 1
            if raw[0].isupper():
                names.setdefault(key, raw[:40])
                views[key] |= NAME
            if before and view:
                pair = zlib.crc32(f"{before} {word}".encode())
                views[pair] = views.get(pair, 0) | view | PAIR
            before = word
    del entities
    best = sorted(views, key=lambda key: (-(bool(views[key] & TITLE) * 4 + bool(views[key] & LEAD) * 2
                                            + min(counts.get(key, 0), 6)), key))[:MAX_TERMS]
    terms = [(key, views[key] | min(counts.get(key, 0), 15)) for key in sorted(best)]
    shown = sorted((key, names[key]) for key in best if key in names)[:24]
    return base64.b64encode(_encoder.encode((FORMAT, terms, shown))).decode()


def encode_features_batch(pairs: Sequence[tuple[Article, Sequence[NamedEntity]]]) -> list[str]:
    """``encode_features`` of many articles."""
    return [encode_features(article, entities) for article, entities in pairs]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _norm(raw: str) -> str:
    word = raw.lower().replace("’", "'").removesuffix("'s")
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word

"""What the clusterer knows of an article: hashed terms with the views they stand in, and two static vectors.

``encode_features`` runs in the stateless entities hop, where the text is; the result travels as opaque text and the
stories hop only decodes it. A term is the CRC-32 of a normalised word, word pair, number, date, name or place, with a
byte for how rare such a term is in general and the views of the article it stands in.

Layout (little endian): format, number of terms n, dimensions; n ids (uint32), n views (uint16), n rarities (uint8),
the vector of the whole text and that of headline and lead (int8), then the words of the leading terms for people.
"""

from __future__ import annotations

import binascii
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.clock import millis
from streams.contracts.records import AnalyzedArticle, Article, NamedEntity
from streams.stories.terms import TermReader
from streams.text.vectors import DIMENSIONS, StaticVectors

__all__ = ["FORMAT", "VECTOR_UNITS", "Item", "encode_features", "encode_features_batch"]

#: First byte of the encoded features; another number is another format.
FORMAT = 3
#: A unit vector is stored in this many parts: its entries seldom reach a third.
VECTOR_UNITS = 400
_LEAD_CHARS = 500
_VECTOR_CHARS = 6000
_HEAD = struct.Struct("<BBH")
_loaded: list[tuple[TermReader, StaticVectors]] = []


def _static() -> tuple[TermReader, StaticVectors]:
    """Shared, with the table loaded when first needed: the stories hop never needs it."""
    if not _loaded:
        vectors = StaticVectors()
        _loaded.append((TermReader(vectors.rank), vectors))
    return _loaded[0]


@dataclass(slots=True, eq=False)
class Item:
    """The decoded features of one article. ``time_ms``: event time. ``ids``, ``views``, ``rarity``: one entry a term,
    by falling weight; ``vectors``: int8, whole text and lead; ``shown``: words for people by the term's index."""

    uri: str
    time_ms: int
    family: str
    duplicate_of: str
    ids: NDArray[np.uint32]
    views: NDArray[np.uint16]
    rarity: NDArray[np.uint8]
    vectors: NDArray[np.int8]
    shown: dict[int, str]
    near: Mapping[str, int] | None = None
    """What the article was near to when it came, see ``matching.neighbours``; None before it was looked at."""
    packed: bytes = b""
    """What it was decoded from, where it was."""

    @classmethod
    def from_record(cls, record: AnalyzedArticle, time_ms: int | None = None) -> Item:
        """``time_ms`` replaces the article's own event time where the caller bounds it. Raises ValueError for
        features of another format."""
        at = millis(record.article.event_time) if time_ms is None else time_ms
        text = record.analysis.features or encode_features(record.article, record.analysis.entities)
        origin = record.provenance
        return _item(record.article.uri, at, origin.family, origin.duplicate_of, binascii.a2b_base64(text))

    def to_bytes(self) -> bytes:
        """For the changelog, about a kilobyte. What came packed is not packed again."""
        packed = self.packed or _packed(self.ids, self.views, self.rarity, self.vectors, list(self.shown.items()))
        return _encoder.encode((self.uri, self.time_ms, self.family, self.duplicate_of, packed, self.near))

    @classmethod
    def from_bytes(cls, data: bytes) -> Item:
        uri, time_ms, family, duplicate_of, blob, near = _decoder.decode(data)
        item = _item(uri, time_ms, family, duplicate_of, blob)
        item.near = near
        return item


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, int, str, str, bytes, dict[str, int] | None])


def encode_features(article: Article, entities: Sequence[NamedEntity]) -> str:
    """Base64 of an article's features; deterministic, about a kilobyte."""
    return encode_features_batch([(article, entities)])[0]


def encode_features_batch(pairs: Sequence[tuple[Article, Sequence[NamedEntity]]]) -> list[str]:
    """``encode_features`` of many articles: together they cost a third."""
    reader, static = _static()
    found = reader.read([(article.headline, article.body, entities) for article, entities in pairs])
    units = static.leads([(article.headline, article.body) for article, _ in pairs], (_VECTOR_CHARS, _LEAD_CHARS))
    vectors = np.round(units * VECTOR_UNITS).clip(-127, 127).astype(np.int8)
    return [
        binascii.b2a_base64(_packed(
            np.array(terms.ids, np.uint32), np.array(terms.views, np.uint16), np.array(terms.rarity, np.uint8),
            own, terms.shown,
        ), newline=False).decode()
        for terms, own in zip(found, vectors, strict=True)
    ]


def _packed(
    ids: NDArray[np.uint32], views: NDArray[np.uint16], rarity: NDArray[np.uint8], vectors: NDArray[np.int8],
    shown: Sequence[tuple[int, str]],
) -> bytes:
    words = "\n".join(f"{index} {word}" for index, word in shown)
    return b"".join((
        _HEAD.pack(FORMAT, len(ids), vectors.shape[1]), ids.astype("<u4").tobytes(), views.astype("<u2").tobytes(),
        rarity.tobytes(), vectors.tobytes(), words.encode("utf-8", "replace"),
    ))


def _item(uri: str, time_ms: int, family: str, duplicate_of: str, blob: bytes) -> Item:
    version, count, dims = _HEAD.unpack_from(blob)
    if version != FORMAT or dims != DIMENSIONS:
        raise ValueError(f"article {uri!r}: features of format {version} with {dims} dimensions, "
                         f"expected {FORMAT} with {DIMENSIONS}")
    at = _HEAD.size
    ids = np.frombuffer(blob, "<u4", count, at)
    views = np.frombuffer(blob, "<u2", count, at + 4 * count)
    rarity = np.frombuffer(blob, "u1", count, at + 6 * count)
    vectors = np.frombuffer(blob, "i1", 2 * dims, at + 7 * count).reshape(2, dims)
    shown = {}
    for line in blob[at + 7 * count + 2 * dims :].decode().split("\n"):
        index, _, word = line.partition(" ")
        if word:
            shown[int(index)] = word
    return Item(uri, time_ms, family or uri, duplicate_of, ids, views, rarity, vectors, shown, None, blob)

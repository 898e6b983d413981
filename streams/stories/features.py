"""What the clusterer knows of an article: hashed terms with the views they stand in, and two static vectors.

``encode_features`` runs in the stateless entities hop, where the text is; the result travels as opaque text and the
stories hop only decodes it. A term is 24 bits of the CRC-32 of a normalised word, word pair, number, date, name or
place (two articles have an accidental term in common in 3 of 10,000 pairs), with a byte for how rare such a term is in
general and the views of the article it stands in. An entry of a vector is one of fifteen levels.

Layout (little endian): format, number of terms n, dimensions; n ids (3 bytes), n rarities (uint8), the vector of the
whole text and that of headline and lead (4 bits an entry, the first entry in the low ones); then what deflates well: n
views (uint16) and the words of the leading terms for people.
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
from streams.stories.terms import ALL_VIEWS, ID_BITS, MAX_TERMS, TermReader
from streams.text.vectors import DIMENSIONS, StaticVectors

__all__ = ["FORMAT", "VECTOR_UNITS", "Item", "encode_features", "encode_features_batch"]

#: First byte of the encoded features; another number is another format.
FORMAT = 4
#: A unit vector is stored in this many parts: its entries seldom reach a third.
VECTOR_UNITS = 400
#: What an entry of a vector can be, in these parts: the levels with the least square error (Lloyd 1982; Max 1960) for
#: the entries of the development stream's vectors, 1.7 % of their squares; cosines are off by .016.
_MAGNITUDES = (0, 7, 14, 22, 31, 45, 65, 104)
_LEAD_CHARS = 500
_VECTOR_CHARS = 6000
_HEAD = struct.Struct("<BBH")
_LEVELS = np.array([-each for each in _MAGNITUDES[:0:-1]] + list(_MAGNITUDES), np.int8)
#: By an entry's value + 128 its level's number; by a byte of two levels their values.
_NEAREST = np.abs(np.arange(-128, 128)[:, None] - _LEVELS).argmin(axis=1).astype(np.uint8)
_PAIRS = np.stack([_LEVELS.take(np.arange(256) & 15, mode="clip"), _LEVELS.take(np.arange(256) >> 4, mode="clip")], 1)
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

    def features(self) -> bytes:
        """As they travel, before base64. What came packed is not packed again."""
        return self.packed or _packed(self.ids, self.views, self.rarity, self.vectors, list(self.shown.items()))

    def parts(self) -> tuple[bytes, bytes]:
        """For the changelog, about a kilobyte: what deflates well, and what does not."""
        packed = self.features()
        dense = _HEAD.size + 4 * len(self.ids) + self.vectors.size // 2
        loose = self.uri, self.time_ms, self.family, self.duplicate_of, self.near, packed[dense:]
        return _encoder.encode(loose), packed[:dense]

    @classmethod
    def from_parts(cls, loose: bytes, dense: bytes) -> Item:
        uri, time_ms, family, duplicate_of, near, rest = _decoder.decode(loose)
        item = _item(uri, time_ms, family, duplicate_of, dense + rest)
        item.near = near
        return item


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, int, str, str, dict[str, int] | None, bytes])


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
    levels = _NEAREST.take(vectors.reshape(-1).astype(np.int16) + 128)
    return b"".join((
        _HEAD.pack(FORMAT, len(ids), vectors.shape[1]),
        ids.astype("<u4").view(np.uint8).reshape(len(ids), 4)[:, :3].tobytes(), rarity.tobytes(),
        (levels[::2] | levels[1::2] << 4).tobytes(), views.astype("<u2").tobytes(), words.encode("utf-8", "replace"),
    ))


def _item(uri: str, time_ms: int, family: str, duplicate_of: str, blob: bytes) -> Item:
    version, count, dims = _HEAD.unpack_from(blob)
    if version != FORMAT or dims != DIMENSIONS:
        raise ValueError(f"article {uri!r}: features of format {version} with {dims} dimensions, "
                         f"expected {FORMAT} with {DIMENSIONS}")
    at = _HEAD.size
    # Four bytes at every third; the last one's fourth is a rarity.
    ids: NDArray[np.uint32] = np.ndarray((count,), "<u4", blob, at, (3,)) & np.uint32(ID_BITS)
    rarity = np.frombuffer(blob, np.uint8, count, at + 3 * count)
    vectors = _PAIRS.take(np.frombuffer(blob, np.uint8, dims, at + 4 * count), axis=0).reshape(2, dims)
    at += 4 * count + dims
    views = np.frombuffer(blob, "<u2", count, at)
    if count > MAX_TERMS or (count and views.max() > ALL_VIEWS):
        raise ValueError(f"article {uri!r}: features of {count} terms in views up to {views.max()}, "
                         f"expected at most {MAX_TERMS} in views up to {ALL_VIEWS}")
    shown = {}
    for line in blob[at + 2 * count :].decode().split("\n"):
        index, _, word = line.partition(" ")
        if word:
            shown[int(index)] = word
    return Item(uri, time_ms, family or uri, duplicate_of, ids, views, rarity, vectors, shown, None, blob)

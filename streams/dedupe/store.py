"""What the stage remembers: documents, identities of wires, linked families, wires under embargo, the clock.

Every change of memory is one changelog entry (key and compact binary value); loading the newest value of each live
key gives the same memory. Documents (texts to compare with) are never changed: they leave in the order in which they
came. Identities (uris) are rewritten when they are used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np

from streams.dedupe.index import SMALLEST_INDEX, Index
from streams.dedupe.window import Clock
from streams.dedupe.words import U32, U64
from streams.stage import Change

__all__ = ["Document", "Held", "Identity", "Store", "family_id"]

_ENCODER = msgspec.msgpack.Encoder()


class Document(msgspec.Struct, array_like=True):
    """A text that later ones are compared with. ``coded``, ``sketch`` and ``lines`` are arrays as bytes: words,
    sampled 3-grams, and the hashes of its lines."""

    number: int
    stamp_ms: int
    uri: str
    version: int
    family: str
    canonical: str
    language: str
    event_ms: int
    dated: bool
    source: str
    agency: str
    coded: bytes
    sketch: bytes
    lines: bytes

    def words(self) -> U32:
        return np.frombuffer(self.coded, "<u4").astype(np.uint32)

    def keys(self) -> U32:
        return np.frombuffer(self.sketch, "<u4").astype(np.uint32)

    def line_hashes(self) -> U64:
        return np.frombuffer(self.lines, "<u8").astype(np.uint64)


class Identity(msgspec.Struct, array_like=True):
    """What is known of a uri. ``seen``: digests of what was sent under it, newest last. ``number``: the document of
    its newest text, 0 for none. ``event_ms``: time of its newest version, or of the kill when ``killed``."""

    uri: str
    stamp_ms: int
    order: int
    version: int
    headline: str
    seen: list[bytes]
    number: int
    family: str
    canonical: str
    parent: str
    event_ms: int
    agency: str
    credits: list[str]
    killed: bool


class Held(msgspec.Struct, array_like=True):
    """A wire under embargo, whole."""

    until_ms: int
    order: int
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    value: bytes


def family_id(uri: str) -> str:
    """The id of the family that ``uri`` founds."""
    return "f" + hashlib.sha256(uri.encode("utf-8", "replace")).hexdigest()[:16]


def _digest(uri: str) -> bytes:
    return hashlib.blake2b(uri.encode("utf-8", "replace"), digest_size=16).digest()


class Store:
    """The memory of one stage instance. Methods that change it return the changelog entries."""

    def __init__(self, ttl_ms: int, keep: int) -> None:
        """``ttl_ms``: event time after its last use that an entry is kept; ``keep``: entries of a kind that stay
        whatever their age."""
        self.ttl_ms = ttl_ms
        self.keep = keep
        self.clock = Clock()
        self.index = Index(SMALLEST_INDEX)
        self.documents: dict[int, Document] = {}
        self.identities: dict[str, Identity] = {}
        self.members: dict[str, dict[str, None]] = {}
        self.aliases: dict[str, str] = {}
        self.linked: dict[str, list[str]] = {}
        self.votes: dict[str, dict[str, int]] = {}
        self.founders: dict[str, int] = {}
        self.held: dict[int, Held] = {}
        self.lines: dict[int, int] = {}
        self.generation = 0
        self.next_number = 1
        self.next_order = 1

    # --- reading

    def root(self, family: str) -> str:
        """The family that ``family`` is part of now."""
        return self.aliases.get(family, family)

    def together(self, family: str) -> list[str]:
        """A family (a root) and those linked with it."""
        return [family, *self.linked.get(family, ())]

    def family_uris(self, family: str) -> list[str]:
        """The remembered members of a family and of those linked with it, in the order of their last use."""
        uris = [uri for name in self.together(family) for uri in self.members.get(name, ())]
        return sorted(uris, key=lambda uri: self.identities[uri].order)

    def credits(self, family: str) -> dict[str, int]:
        """Per credited name, how many remembered members of the family credit it."""
        counts: dict[str, int] = {}
        for name in self.together(family):
            for credit, votes in self.votes.get(name, {}).items():
                counts[credit] = counts.get(credit, 0) + votes
        return counts

    def document_of(self, uri: str) -> Document | None:
        """The newest text of a wire, where it is still remembered."""
        identity = self.identities.get(uri)
        return None if identity is None else self.documents.get(identity.number)

    def founder(self, family: str) -> Document | None:
        """The text that founded a family, where it is still remembered."""
        return self.documents.get(self.founders.get(family, 0))

    # --- changing

    def tick(self) -> Change:
        """The clock and the size of the index, as they are after a record."""
        return b"m", _ENCODER.encode([self.clock.pack(), self.index.buckets, self.next_number, self.next_order])

    def enter(self, document: Document) -> list[Change]:
        """Add a document; its number must be ``next_number``."""
        self.next_number = document.number + 1
        self._load_document(document)
        if self.index.add(document.number, document.keys()):
            self.generation += 1
            self._grow()
        return [(b"d" + document.number.to_bytes(8, "big"), _ENCODER.encode(document))]

    def _grow(self) -> None:
        sample = max(1, sum(len(d.sketch) for d in self._newest(64)) // 4 // min(64, len(self.documents)))
        while self.index.crowded(len(self.documents), sample):
            self.index.rebuild((d.number, d.keys()) for d in self.documents.values())

    def _newest(self, count: int) -> Iterator[Document]:
        for number, _ in zip(reversed(self.documents), range(count), strict=False):
            yield self.documents[number]

    def _load_document(self, document: Document) -> None:
        self.documents[document.number] = document
        if document.family == family_id(document.uri):
            self.founders[document.family] = document.number
        for line in document.line_hashes().tolist():
            self.lines[line] = self.lines.get(line, 0) + 1

    def identify(self, identity: Identity) -> list[Change]:
        """Write an identity, used now."""
        identity.order, self.next_order = self.next_order, self.next_order + 1
        identity.stamp_ms = self.clock.stamp()
        self._load_identity(identity)
        return [(b"u" + _digest(identity.uri), _ENCODER.encode(identity))]

    def _load_identity(self, identity: Identity) -> None:
        self._forget(identity.uri)
        self.identities[identity.uri] = identity
        self.members.setdefault(identity.family, {})[identity.uri] = None
        votes = self.votes.setdefault(identity.family, {})
        for name in identity.credits:
            votes[name] = votes.get(name, 0) + 1

    def link(self, root: str, other: str) -> list[Change]:
        """From now on the family ``other`` (a root) is part of ``root``."""
        moved = sorted([*self.linked.get(other, ()), other])
        for name in moved:
            self._load_alias(name, root)
        return [(b"a" + name.encode(), root.encode()) for name in moved]

    def _load_alias(self, name: str, root: str) -> None:
        old = self.aliases.get(name)
        if old is not None:
            self._unlink(name, old)
        self.aliases[name] = root
        self.linked.setdefault(root, []).append(name)

    def _unlink(self, name: str, root: str) -> None:
        self.linked[root].remove(name)
        if not self.linked[root]:
            del self.linked[root]

    def hold(self, held: Held) -> list[Change]:
        self.held[held.order] = held
        return [(b"h" + held.order.to_bytes(8, "big"), _ENCODER.encode(held))]

    def release(self) -> tuple[list[Held], list[Change]]:
        """The wires whose embargo is over, in the order of their times."""
        over = sorted(
            (h for h in self.held.values() if h.until_ms <= self.clock.latest_ms),
            key=lambda h: (h.until_ms, h.order),
        )
        for held in over:
            del self.held[held.order]
        return over, [(b"h" + held.order.to_bytes(8, "big"), None) for held in over]

    def expire(self) -> list[Change]:
        """Forget what was not used for ``ttl_ms`` of event time, but for the newest ``keep``."""
        gone: list[Change] = []
        while len(self.documents) > self.keep:
            number, document = next(iter(self.documents.items()))
            if self.clock.age(document.stamp_ms) <= self.ttl_ms:
                break
            self._drop_document(document)
            gone.append((b"d" + number.to_bytes(8, "big"), None))
        while len(self.identities) > self.keep:
            identity = next(iter(self.identities.values()))
            if self.clock.age(identity.stamp_ms) <= self.ttl_ms:
                break
            gone.append((b"u" + _digest(identity.uri), None))
            self._forget(identity.uri)
            root = self.aliases.get(identity.family)
            if root is not None and identity.family not in self.members:
                del self.aliases[identity.family]
                self._unlink(identity.family, root)
                gone.append((b"a" + identity.family.encode(), None))
        return gone

    def _drop_document(self, document: Document) -> None:
        del self.documents[document.number]
        self.index.oldest = next(iter(self.documents), document.number + 1)
        if self.founders.get(document.family) == document.number:
            del self.founders[document.family]
        for line in document.line_hashes().tolist():
            self.lines[line] -= 1
            if not self.lines[line]:
                del self.lines[line]

    def _forget(self, uri: str) -> None:
        identity = self.identities.pop(uri, None)
        if identity is None:
            return
        family = self.members[identity.family]
        del family[uri]
        votes = self.votes[identity.family]
        for name in identity.credits:
            votes[name] -= 1
            if not votes[name]:
                del votes[name]
        if not family:
            del self.members[identity.family], self.votes[identity.family]

    # --- loading

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Load changelog entries, in any order, into this fresh store."""
        documents: list[Document] = []
        identities: list[Identity] = []
        aliases: list[tuple[str, str]] = []
        buckets = self.index.buckets
        for key, value in entries:
            kind = key[:1]
            if kind == b"d":
                documents.append(msgspec.msgpack.decode(value, type=Document))
            elif kind == b"u":
                identities.append(msgspec.msgpack.decode(value, type=Identity))
            elif kind == b"a":
                aliases.append((key[1:].decode(), value.decode()))
            elif kind == b"h":
                held = msgspec.msgpack.decode(value, type=Held)
                self.held[held.order] = held
            elif kind == b"m":
                meta: list[Any] = msgspec.msgpack.decode(value)
                self.clock = Clock.unpack(meta[0])
                buckets, self.next_number, self.next_order = meta[1:]
            else:
                raise ValueError(f"dedupe.changelog: unknown key {key[:40]!r}, expected d…, u…, a…, h… or m")
        for identity in sorted(identities, key=lambda i: i.order):
            self._load_identity(identity)
        for name, root in sorted(aliases):
            self._load_alias(name, root)
        documents.sort(key=lambda d: d.number)
        self.index = Index(buckets)
        if documents:
            self.index.oldest = documents[0].number
        for document in documents:
            self._load_document(document)
            self.index.add(document.number, document.keys())
        self.index.newest = max(self.index.newest, self.next_number - 1)

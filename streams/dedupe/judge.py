"""The verdict on one article: which wire it is (identity), what it is made of (text), and what follows from both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from streams.clock import millis
from streams.contracts.records import Article, Provenance, Verdict
from streams.dedupe.compare import Text, prepare
from streams.dedupe.evidence import agency_of, citations, covered, in_words, phrases
from streams.dedupe.index import Hit
from streams.dedupe.kinship import Kinship, kinship
from streams.dedupe.recurring import line_hashes, source_of
from streams.dedupe.store import Document, Identity, Store
from streams.dedupe.withdraw import SEEN, copies_of, identity_of, is_withdrawn, kill
from streams.dedupe.words import U32, Words
from streams.stage import Change

__all__ = ["Reading", "judge"]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article's words (text ``at`` of ``found``), its sketch, and the index table's answer at ``generation``."""

    found: Words
    at: int
    sketch: U32
    hits: Sequence[Hit]
    generation: int


def judge(store: Store, article: Article, reading: Reading) -> tuple[Provenance, list[Change]]:
    """Decide, then change the store: its memory is untouched while anything can still fail."""
    known = store.identities.get(article.uri)
    digest = _digest(article)
    if known is not None and digest in known.seen:
        return _resend(store, article, reading, known, digest)
    coded = prepare(reading.found, reading.at)
    family = "" if known is None or article.signal == "kill" else store.root(known.family)
    kin = kinship(store, article, Text(coded), _hits(store, reading), family)
    if article.signal in ("kill", "withdrawn"):
        return kill(store, article, known, digest, kin)
    return _text(store, article, reading, known, digest, coded, kin)


def _digest(article: Article) -> bytes:
    """Of what makes a resend a resend: version, headline, text, and what the wire does to others."""
    parts = (str(article.version), article.headline, article.body, article.signal, article.signal_target)
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "replace"), digest_size=12).digest()


def _hits(store: Store, reading: Reading) -> list[Hit]:
    """The live documents that share sampled 3-grams with the article."""
    hits = reading.hits
    if reading.generation != store.generation:  # the table has changed since
        (hits,) = store.index.lookup([reading.sketch])
    return [hit for hit in hits if hit[0] in store.documents] + store.index.recent(reading.sketch)


def _resend(
    store: Store, article: Article, reading: Reading, known: Identity, digest: bytes
) -> tuple[Provenance, list[Change]]:
    """The same again. It counts as a use: what would soon be forgotten is written anew."""
    age = store.clock.age(known.stamp_ms)
    newest = known.seen[-1] == digest
    document = store.documents.get(known.number)
    provenance = Provenance(
        verdict="resend",
        family=store.root(known.family),
        duplicate_of=article.uri,
        similarity=1.0,
        parent=known.parent,
        agency=known.agency,
        source_withdrawn=known.killed,
        supersedes_late=article.version < known.version,
        evidence=f"Sent before: same uri, same version {article.version}, same headline and text"
        + ("." if newest else ", which another has replaced since: it stays replaced."),
    )
    changes: list[Change] = []
    number = known.number
    if newest and number and (document is None or store.clock.age(document.stamp_ms) > store.ttl_ms // 2):
        number = store.next_number
        coded = prepare(reading.found, reading.at)
        changes += store.enter(_document(store, article, known.family, known.canonical, known.agency, coded, reading))
    if changes or age > store.ttl_ms // 12:
        changes += store.identify(msgspec.structs.replace(known, number=number))
    return provenance, changes


def _text(
    store: Store, article: Article, reading: Reading, known: Identity | None, digest: bytes, coded: U32, kin: Kinship
) -> tuple[Provenance, list[Change]]:
    late = known is not None and _is_late(article, known)
    verdict, earlier = _verdict(article, known, kin)
    agency = agency_of(article, store, kin.family)
    match = kin.nearest if known is None or kin.before is None else kin.before
    parent = kin.parent
    corrected = store.identities.get(earlier) if verdict == "correction" else None
    provenance = Provenance(
        verdict=verdict,
        family=kin.family,
        duplicate_of=earlier,
        similarity=round(match.comparison.most, 4) if match is not None else 0.0,
        parent="" if parent is None else parent.document.uri,
        containment=0.0 if parent is None else round(parent.comparison.mine, 4),
        own_share=round(1.0 - covered(kin.kin, len(coded)), 4),
        agency=agency,
        cites=citations(article, kin, store, reading.found, reading.at, agency),
        shared_phrases=[] if match is None else phrases(reading.found, reading.at, match),
        evidence=in_words(article, known, kin),
        source_withdrawn=is_withdrawn(store, kin) or (late and known is not None and known.killed),
        affects=[] if corrected is None else copies_of(store, corrected),
        supersedes_late=late,
        linked=kin.linked,
    )
    family = kin.family if known is None else known.family
    canonical = earlier if verdict == "duplicate" else ""
    identity = identity_of(article, digest, known, family)
    identity.agency = agency
    if known is None:
        identity.canonical, identity.parent = canonical, provenance.parent
    if known is not None and late:
        identity = msgspec.structs.replace(known, seen=[digest, *known.seen[1 - SEEN :]])  # the newest stays last
    else:
        identity.number = store.next_number
    changes: list[Change] = []
    for other in kin.linked:
        changes += store.link(kin.family, other)
    changes += store.enter(_document(store, article, family, canonical, agency, coded, reading, not kin.kin))
    changes += store.identify(identity)
    return provenance, changes


def _is_late(article: Article, known: Identity) -> bool:
    """An older version that arrived after a newer one. After a kill, only what is newer by version and by time
    takes the wire up again."""
    if known.killed:
        return article.version <= known.version or millis(article.event_time) <= known.event_ms
    return article.version < known.version


def _verdict(article: Article, known: Identity | None, kin: Kinship) -> tuple[Verdict, str]:
    """The verdict, and the earlier uri that it refers to."""
    target = article.signal_target
    if article.signal in ("correction", "refile"):
        if target and target != article.uri:
            return "correction", target
        if known is not None:
            return "correction", article.uri
        if kin.kin:
            nearest = kin.repeats or kin.kin[0]
            return "correction", nearest.document.canonical or nearest.document.uri
    if known is not None:
        return "revision", article.uri
    if kin.repeats is not None:
        return "duplicate", kin.repeats.document.canonical or kin.repeats.document.uri
    return "unique", ""


def _document(
    store: Store, article: Article, family: str, canonical: str, agency: str, coded: U32, reading: Reading,
    founds: bool = False,
) -> Document:
    """The text as it is kept. Its lines count for what recurs in a source only where it ``founds`` a family: copies
    share lines by being copies."""
    return Document(
        number=store.next_number,
        stamp_ms=store.clock.stamp(),
        uri=article.uri,
        version=article.version,
        family=family,
        canonical=canonical,
        language=article.language,
        event_ms=millis(article.event_time),
        dated=article.event_time_from != "record",
        source=source_of(article),
        agency=agency,
        coded=coded.astype("<u4").tobytes(),
        sketch=reading.sketch.astype("<u4").tobytes(),
        lines=(line_hashes(article) if founds else np.zeros(0, np.uint64)).astype("<u8").tobytes(),
    )

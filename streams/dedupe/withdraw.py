"""Kills, and what they reach: the wire itself, its copies, and copies that are still to come."""

from __future__ import annotations

import re

import msgspec

from streams.clock import millis
from streams.contracts.records import Article, Provenance
from streams.dedupe.compare import Text
from streams.dedupe.evidence import credited
from streams.dedupe.kinship import Kinship
from streams.dedupe.relate import relate
from streams.dedupe.store import Identity, Store, family_id
from streams.stage import Change

__all__ = ["SEEN", "copies_of", "identity_of", "is_withdrawn", "kill"]

#: A text is a copy of a withdrawn one when so much of it stands there.
_DERIVED = 0.5
#: Digests kept of what was sent under one uri.
SEEN = 8
#: Characters of a kill's text in which a uri is looked for.
_MENTION = 2000


def identity_of(article: Article, digest: bytes, known: Identity | None, family: str) -> Identity:
    """What is remembered of the article's uri from now on, but for what the comparison of its text adds."""
    seen = [*([] if known is None else known.seen), digest]
    return Identity(
        uri=article.uri, stamp_ms=0, order=0, version=article.version, headline=article.headline, seen=seen[-SEEN:],
        number=0 if known is None else known.number, family=family,
        canonical="" if known is None else known.canonical, parent="" if known is None else known.parent,
        event_ms=millis(article.event_time), agency="" if known is None else known.agency,
        credits=credited(article), killed=False,
    )


def kill(
    store: Store, article: Article, known: Identity | None, digest: bytes, kin: Kinship
) -> tuple[Provenance, list[Change]]:
    """Withdraw the wire that the article names, else its own uri, else the one whose text it repeats, whose uri it
    mentions or whose headline it has. A wire that is not known yet is remembered as withdrawn."""
    target = store.identities.get(article.signal_target) if article.signal_target else known or _meant(
        store, article, kin)
    name = target.uri if target is not None else article.signal_target or article.uri
    family = family_id(name) if target is None else target.family
    affects = [] if target is None else copies_of(store, target)
    said = f"Withdrawn by the provider ({article.signal_text or article.signal}): {name}."
    said += " That wire is not remembered here: never seen, or too long ago." if target is None else (
        f" {len(affects)} other wire(s) of its family derive from it.")
    provenance = Provenance(
        verdict="kill",
        family=store.root(family),
        duplicate_of=name,
        affects=affects,
        agency="" if target is None else target.agency,
        evidence=said,
    )
    own = identity_of(article, digest, known, known.family if known is not None else family)
    own.version = max(article.version, 0 if known is None else known.version)
    own.killed = name == article.uri
    changes = store.identify(own)
    if name != article.uri:
        ghost = Identity(name, 0, 0, 0, "", [], 0, family, "", "", own.event_ms, "", [], True)
        changes += store.identify(
            ghost if target is None else msgspec.structs.replace(target, killed=True, event_ms=own.event_ms)
        )
    return provenance, changes


def _meant(store: Store, article: Article, kin: Kinship) -> Identity | None:
    """The wire that a kill without a target means."""
    if kin.repeats is not None:
        return store.identities.get(kin.repeats.document.uri)
    for word in f"{article.signal_text} {article.headline} {article.body[:_MENTION]}".split():
        found = store.identities.get(word) or store.identities.get(word.strip(".,:;()[]'\"“”"))
        if found is not None:
            return found
    own = _plain(article.headline)
    for identity in reversed(store.identities.values()):
        headline = _plain(identity.headline)
        if headline.count(" ") >= 2 and own.endswith(headline):
            return identity
    return None


def _plain(headline: str) -> str:
    return " ".join(re.findall(r"\w+", headline.casefold()))


def copies_of(store: Store, target: Identity) -> list[str]:
    """Members of the target's family that derive from it: by their parents, or by text and time."""
    source = store.documents.get(target.number)
    text = None if source is None else Text(source.words())
    found: dict[str, None] = {}
    for uri in store.family_uris(store.root(target.family)):
        member = store.identities[uri]
        if uri == target.uri or member.number == 0:
            continue
        derived = member.canonical == target.uri or member.parent == target.uri or member.parent in found
        document = store.documents.get(member.number)
        if not derived and text is not None and source is not None and document is not None:
            later = document.number > source.number or document.event_ms > source.event_ms
            derived = later and relate(Text(document.words()), text)[0].mine >= _DERIVED
        if derived:
            found[uri] = None
    return list(found)


def is_withdrawn(store: Store, kin: Kinship) -> bool:
    """Whether most of the article stands in a withdrawn wire, or in a copy of one."""
    for match in kin.kin:
        if match.comparison.mine < _DERIVED:
            continue
        for uri in (match.document.uri, match.document.canonical):
            identity = store.identities.get(uri)
            if identity is not None and identity.killed:
                return True
    return False

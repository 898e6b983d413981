"""The verdict on one article: who it is (identity), what it is made of (text), and what follows from both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from streams.clock import millis
from streams.contracts.records import Article, Citation, Provenance, Verdict
from streams.dedupe import words as wording
from streams.dedupe.compare import Text, passages, prepare
from streams.dedupe.index import Hit
from streams.dedupe.relate import Match, Relation, relate, same_origin
from streams.dedupe.store import Document, Identity, Store, family_id
from streams.stage import Change

__all__ = ["Judge", "Reading"]

#: Earlier texts that are compared word by word with an article.
_COMPARED = 8
#: Texts of one uri and version that are told apart; a provider without versions resends corrected text.
_SEEN = 8
_PHRASES = 3
#: Of a killed wire's text, so much in a copy makes it a copy of that wire.
_DERIVED = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """An article's words (text ``at`` of ``found``), its sketch, and the index table's answer at ``generation``."""

    found: wording.Words
    at: int
    sketch: wording.U32
    hits: list[Hit]
    generation: int


@dataclass(frozen=True, slots=True)
class _Text:
    """What the comparison with earlier texts gave: matches by rank, and the family they put the article in."""

    matches: list[Match]
    family: str
    linked: list[str]


class Judge:
    """Decides on a ``Store``: first everything is worked out, then the store is changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def judge(self, article: Article, reading: Reading) -> tuple[Article, Provenance, list[Change]]:
        """The article as it goes on, its provenance, and the changes of state."""
        known = self._store.identities.get(article.uri)
        digest = _digest(article)
        if article.signal in ("kill", "withdrawn"):
            return self._kill(article, known, digest)
        if known is not None and digest in known.seen and article.version == known.version:
            return self._resend(article, reading, known, digest)
        return self._text(article, reading, known, digest)

    # --- identity

    def _resend(
        self, article: Article, reading: Reading, known: Identity, digest: bytes
    ) -> tuple[Article, Provenance, list[Change]]:
        changes: list[Change] = []
        older = known.seen[-1] != digest
        stale = self._store.clock.age(known.stamp_ms) > self._store.ttl_ms // 12
        document = self._store.documents.get(known.number)
        fading = document is None or self._store.clock.age(document.stamp_ms) > self._store.ttl_ms // 2
        if fading and not older:
            coded = prepare(reading.found, reading.at)
            changes += self._enter(article, known.family, known.canonical, known.agency, coded, reading.sketch)
            known.number = self._store.next_number - 1
        if changes or stale:
            changes += self._store.identify(known)
        which = "an earlier text of this version" if older else "the wire as it was"
        provenance = Provenance(
            verdict="resend",
            family=self._store.root(known.family),
            duplicate_of=article.uri,
            similarity=1.0,
            parent=known.parent,
            agency=known.agency,
            source_withdrawn=known.killed,
            evidence=f"Sent again: same uri, same version {article.version}, same text; it is {which}.",
        )
        return article, provenance, changes

    def _kill(
        self, article: Article, known: Identity | None, digest: bytes
    ) -> tuple[Article, Provenance, list[Change]]:
        store = self._store
        target = store.identities.get(article.signal_target) if article.signal_target else None
        target = target or known
        changes: list[Change] = []
        affects: list[str] = []
        said = f"Withdrawn by the provider: {article.signal_text or article.signal}."
        if target is not None:
            affects = self._copies(target)
            family = store.root(target.family)
            if not target.killed:
                target.killed = True
                changes += store.identify(target)
            said += f" {len(affects)} other wire(s) of its family derive from {target.uri}."
        else:
            family = family_id(article.signal_target or article.uri)
            said += " The wire it withdraws is not known here (never seen, or older than the window)."
        if known is None:
            killed = target is None and not article.signal_target
            changes += store.identify(_identity(article, digest, 0, target.family if target else family,
                                                "", "", "", killed))
            if target is None and article.signal_target:
                ghost = article.signal_target
                changes += store.identify(Identity(ghost, 0, 0, 0, [], 0, family, "", "", 0, "", [], True))
        elif known is not target or article.version > known.version:
            known.version = max(known.version, article.version)
            changes += store.identify(known)
        provenance = Provenance(
            verdict="kill",
            family=family,
            duplicate_of=target.uri if target else article.signal_target,
            affects=affects,
            agency=target.agency if target else "",
            evidence=said,
        )
        return article, provenance, changes

    def _copies(self, target: Identity) -> list[str]:
        """Members of the family that derive from the target: by their parents, or by text and time."""
        store = self._store
        family = store.root(target.family)
        source = store.documents.get(target.number)
        text = None if source is None else Text.of(source.words())
        found: dict[str, None] = {}
        for uri in store.family_uris(family):
            member = store.identities[uri]
            if uri == target.uri:
                continue
            derived = member.parent == target.uri or member.parent in found or member.canonical == target.uri
            document = store.documents.get(member.number)
            if not derived and text is not None and document is not None and member.event_ms >= target.event_ms:
                derived = relate(Text.of(document.words()), text)[0].mine >= _DERIVED
            if derived:
                found[uri] = None
        return list(found)

    # --- text

    def _text(
        self, article: Article, reading: Reading, known: Identity | None, digest: bytes
    ) -> tuple[Article, Provenance, list[Change]]:
        store = self._store
        coded = prepare(reading.found, reading.at)
        this = Text.of(coded)
        matches = self._matches(article, reading, this)
        others = [m for m in matches if m.document.uri != article.uri]
        judged = self._family(article, known, others)
        origin = [m for m in others if m.relation >= Relation.FAMILY
                  and store.root(m.document.family) in (judged.family, *judged.linked)]
        best = origin[0] if origin else None
        verdict, earlier = self._verdict(article, known, best)
        parent = self._parent(article, origin)
        late = known is not None and article.version < known.version
        withdrawn = self._withdrawn(best) or bool(known is not None and known.killed and late)
        agency = self._agency(article, judged.family)
        cites = self._cites(article, reading, others, judged, agency)
        covered = np.zeros(len(this.shingles), bool)
        for match in origin:
            covered |= match.comparison.matched
        own = 1.0 - _covered_words(covered, len(this.coded))
        provenance = Provenance(
            verdict=verdict,
            family=judged.family,
            duplicate_of=earlier,
            similarity=round(best.comparison.most, 4) if best else 0.0,
            parent=parent.document.uri if parent else "",
            containment=round(parent.comparison.mine, 4) if parent else 0.0,
            own_share=round(min(1.0, max(0.0, own)), 4) if origin else 1.0,
            agency=agency,
            cites=cites,
            shared_phrases=_phrases(reading, (parent or best), _PHRASES) if origin else [],
            evidence=self._evidence(article, known, best, parent, matches, judged),
            source_withdrawn=withdrawn,
            supersedes_late=late,
        )
        changes: list[Change] = []
        for other in judged.linked:
            changes += store.link(judged.family, other)
        kept = known.family if known is not None else judged.family
        changes += self._enter(article, kept, earlier if verdict == "duplicate" else "", agency, coded, reading.sketch)
        changes += store.identify(self._remembered(article, known, digest, kept, provenance, late))
        return article, provenance, changes

    def _matches(self, article: Article, reading: Reading, this: Text) -> list[Match]:
        """The earlier texts most likely to share text with this one, compared word by word, by rank."""
        store = self._store
        hits = reading.hits
        if reading.generation != store.generation:
            (hits,) = store.index.lookup([reading.sketch])
        live = [hit for hit in hits if hit[0] in store.documents] + store.index.recent(reading.sketch)
        live.sort(key=lambda hit: (-hit[1], -hit[0]))
        matches = []
        for number, _ in live[:_COMPARED]:
            document = store.documents[number]
            text = Text.of(document.words())
            comparison, relation = relate(this, text)
            if document.language != article.language and relation < Relation.DUPLICATE:
                continue
            if relation > Relation.NONE:
                matches.append(Match(document, text, comparison, relation))
        return sorted(matches, key=lambda match: match.rank, reverse=True)

    def _family(self, article: Article, known: Identity | None, others: list[Match]) -> _Text:
        store = self._store
        joined = [m for m in others if m.relation >= Relation.FAMILY]
        if known is not None:
            return _Text(others, store.root(known.family), [])
        if not joined:
            return _Text(others, store.root(family_id(article.uri)), [])
        best: dict[str, Match] = {}
        for match in joined:
            best.setdefault(store.root(match.document.family), match)
        first = next(iter(best))
        linked = [root for root, match in best.items() if root != first and same_origin(best[first], match)]
        if linked:  # the family that was there first keeps its name
            oldest = min([first, *linked], key=lambda root: best[root].document.number)
            linked = [root for root in [first, *linked] if root != oldest]
            first = oldest
        return _Text(others, first, linked)

    def _verdict(self, article: Article, known: Identity | None, best: Match | None) -> tuple[Verdict, str]:
        """The verdict, and the earlier uri it refers to."""
        target = article.signal_target
        if article.signal in ("correction", "refile") and (known is not None or target or best is not None):
            if target and target != article.uri:
                return "correction", target
            return "correction", article.uri if known is not None or best is None else _canonical(best)
        if known is not None and known.version + len(known.seen) > 0:
            return "revision", article.uri
        if best is not None and best.relation >= Relation.DUPLICATE:
            return "duplicate", _canonical(best)
        return "unique", ""

    @staticmethod
    def _parent(article: Article, origin: list[Match]) -> Match | None:
        """Whom the article derives from: of those not dated later, the one with most of its text."""
        mine = millis(article.event_time)
        dated = article.event_time_from != "record"
        earlier = [m for m in origin if not (dated and m.document.dated and m.document.event_ms > mine)]
        return max(earlier, key=lambda m: (round(m.comparison.mine, 6), -m.document.number), default=None)

    def _withdrawn(self, best: Match | None) -> bool:
        if best is None or best.comparison.mine < _DERIVED:
            return False
        names = (best.document.uri, best.document.canonical)
        return any(name in self._store.identities and self._store.identities[name].killed for name in names)

    def _agency(self, article: Article, family: str) -> str:
        """The agency credited by the article, else the one its family's members credit most."""
        own = [credit.name for credit in article.credits if credit.kind == "agency"]
        if own:
            return own[0]
        votes: dict[str, int] = {}
        for uri in self._store.family_uris(family):
            identity = self._store.identities[uri]
            if identity.credits and identity.agency:
                return identity.agency
        for names in [[c.name for c in article.credits if c.kind == "attribution"]]:
            for name in names:
                votes[name] = votes.get(name, 0) + 1
        ranked = sorted(votes.items(), key=lambda vote: -vote[1])
        return ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else ""

    def _cites(
        self, article: Article, reading: Reading, others: list[Match], judged: _Text, agency: str
    ) -> list[Citation]:
        cites: dict[str, Citation] = {}
        for match in others:
            family = self._store.root(match.document.family)
            if family in (judged.family, *judged.linked) or family in cites:
                continue
            phrase = _phrases(reading, match, 1, shortest=3)
            cites[family] = Citation(kind="quotes", name=match.document.agency or match.document.source,
                                     uri=match.document.uri, family=family, text=phrase[0] if phrase else "")
        credited: dict[str, Citation] = {}
        for credit in article.credits:
            if credit.kind in ("agency", "attribution") and credit.name not in (agency, article.source):
                credited.setdefault(credit.name, Citation(kind="credits", name=credit.name, text=credit.text))
        return [*cites.values(), *credited.values()]

    # --- writing

    def _enter(
        self, article: Article, family: str, canonical: str, agency: str, coded: wording.U32, sketch: wording.U32
    ) -> list[Change]:
        store = self._store
        return store.enter(Document(
            number=store.next_number,
            stamp_ms=store.clock.stamp(),
            uri=article.uri,
            version=article.version,
            family=family,
            canonical=canonical,
            language=article.language,
            event_ms=millis(article.event_time),
            dated=article.event_time_from != "record",
            source=_source(article),
            agency=agency,
            coded=coded.astype("<u4").tobytes(),
            sketch=sketch.astype("<u4").tobytes(),
            lines=b"",
        ))

    def _remembered(
        self, article: Article, known: Identity | None, digest: bytes, family: str, said: Provenance, late: bool
    ) -> Identity:
        number = self._store.next_number - 1
        canonical = said.duplicate_of if said.verdict == "duplicate" else ""
        if known is None:
            return _identity(article, digest, number, family, canonical, said.parent, said.agency, False)
        if late:
            return known
        seen = [*known.seen, digest] if article.version == known.version else [digest]
        made = _identity(article, digest, number, family, known.canonical, known.parent or said.parent,
                         said.agency, False)
        made.seen = seen[-_SEEN:]
        return made

    def _evidence(
        self, article: Article, known: Identity | None, best: Match | None, parent: Match | None,
        matches: list[Match], judged: _Text,
    ) -> str:
        said = []
        if known is not None:
            if article.version < known.version:
                said.append(f"Version {article.version} came after version {known.version}: kept, never takes over.")
            elif article.version > known.version:
                said.append(f"Version {article.version} replaces version {known.version}.")
            else:
                said.append(f"Version {article.version} again with other text: taken as a revision.")
            before = next((m for m in matches if m.document.uri == article.uri), None)
            if before is not None:
                said.append(f"{before.comparison.mine:.0%} of its text stood in the version before.")
        if best is None:
            if known is None:
                near = matches[0] if matches else None
                said.append("No earlier text shares its narrative." if near is None else
                            f"Nearest earlier text: {near.document.uri} with {near.comparison.shared} shared "
                            f"3-word sequences ({near.comparison.most:.0%}); too little for a common origin.")
            return " ".join(said)
        comparison = best.comparison
        said.append(
            f"Compared with {best.document.uri}: {comparison.shared} shared 3-word sequences, {comparison.mine:.0%} "
            f"of this text and {comparison.theirs:.0%} of that one ({comparison.narrative_mine:.0%} and "
            f"{comparison.narrative_theirs:.0%} outside direct speech)."
        )
        said.append({
            Relation.SAME: "The words are the same.",
            Relation.DUPLICATE: "Nearly all of the shorter text stands in the longer one in order: the same wire.",
            Relation.FAMILY: "Too much for chance, too little for the same wire: a common origin.",
        }[best.relation])
        if parent is not None and parent is not best:
            said.append(f"Derives most from {parent.document.uri}.")
        if judged.linked:
            said.append(f"It links the families {', '.join([judged.family, *judged.linked])} into one.")
        return " ".join(said)


def _identity(
    article: Article, digest: bytes, number: int, family: str, canonical: str, parent: str, agency: str, killed: bool
) -> Identity:
    credits = [c.name for c in article.credits if c.kind in ("agency", "attribution")]
    return Identity(article.uri, 0, 0, article.version, [digest], number, family, canonical, parent,
                    millis(article.event_time), agency, credits, killed)


def _digest(article: Article) -> bytes:
    """Of what makes a resend a resend: text, headline and what the wire does to others."""
    text = "\x00".join((article.headline, article.body, article.signal, article.signal_target))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


def _canonical(match: Match) -> str:
    return match.document.canonical or match.document.uri


def _source(article: Article) -> str:
    return article.source or (urlsplit(article.url).hostname or "" if article.url else "")


def _covered_words(matched: NDArray[np.bool_], count: int) -> float:
    """Share of the words that lie in a shared 3-gram."""
    if not len(matched):
        return 0.0
    covered = np.zeros(count, bool)
    for step in range(wording.NGRAM):
        covered[step : step + len(matched)] |= matched
    return float(covered.mean())


def _phrases(reading: Reading, match: Match | None, most: int, shortest: int = 6) -> list[str]:
    if match is None:
        return []
    found = passages(match.comparison.matched, most, shortest)
    return [reading.found.passage(reading.at, first, last)[:300] for first, last in found]

"""An article among the texts it meets: which of them it repeats, which family it belongs to, whom it derives from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.clock import millis
from streams.contracts.records import Article
from streams.dedupe.compare import Text
from streams.dedupe.index import Hit
from streams.dedupe.relate import Match, Relation, relate, same_origin
from streams.dedupe.store import Document, Store, family_id

__all__ = ["Kinship", "kinship"]

#: Earlier texts that are compared word by word with an article, the likeliest first.
_COMPARED = 8
#: Of texts that share a single sampled 3-gram so many are compared: enough for a paraphrase, few enough for chance.
_BY_ONE = 4
#: Of those, so many bring the text that they repeat and the one that founded their family.
_FOLLOWED = 3
#: A likeness, of the text or of its narrative, from which on it makes a family by itself; and the shared narrative
#: 3-grams that a weaker one needs in the founding text as well.
STRONG = 0.5
STRONG_NARRATIVE = 0.38
DRIFT_TOLD = 6
#: A copy of a copy is still the same wire when it has so much of its length, whatever the original was.
COPY_LENGTH = 0.56


@dataclass(frozen=True, slots=True)
class Kinship:
    """``matches``: the texts of other wires that share text with the article, closest first. ``before``: the
    article's own earlier version. ``family``: the family it belongs to. ``linked``: families that it shows to be one
    with that family. ``kin``: the matches within these. ``repeats``: the canonical text it is a duplicate of.
    ``parent``: the text it derives from most."""

    matches: list[Match]
    before: Match | None
    family: str
    linked: list[str] = field(default_factory=list)
    kin: list[Match] = field(default_factory=list)
    repeats: Match | None = None
    parent: Match | None = None

    @property
    def nearest(self) -> Match | None:
        """The match that decided: the text repeated, else the closest of the family."""
        return self.repeats or (self.kin[0] if self.kin else None)


def kinship(store: Store, article: Article, this: Text, hits: Sequence[Hit], known_family: str) -> Kinship:
    """Compare the article with the documents of ``hits``. ``known_family``: the family of its uri, empty for a new
    uri; a wire never leaves its family."""
    found = _Found(store, article, this)
    likely = sorted(hits, key=lambda hit: (-hit[1], -hit[0]))
    several = sum(count > 1 for _, count in likely)
    for number, _ in likely[: min(_COMPARED, several + _BY_ONE)]:
        found.compare(store.documents.get(number))
    for match in [m for m in found.ranked() if m.relation >= Relation.FAMILY][:_FOLLOWED]:
        found.compare(store.document_of(match.document.canonical))
        found.compare(store.founder(store.root(match.document.family)))
        found.compare(store.founder(match.document.family))
    ranked = _without_drift(store, found.ranked())
    before = next((m for m in ranked if m.document.uri == article.uri), None)
    matches = [m for m in ranked if m.document.uri != article.uri]
    family, linked = _family(store, article, matches, known_family)
    kin = [
        m for m in matches
        if m.relation >= Relation.FAMILY and store.root(m.document.family) in (family, *linked)
    ]
    return Kinship(matches, before, family, linked, kin, _repeated(store, kin), _parent(article, kin))


class _Found:
    """The comparisons made so far, each document once."""

    def __init__(self, store: Store, article: Article, this: Text) -> None:
        self._store, self._article, self._this = store, article, this
        self._matches: dict[int, Match | None] = {}

    def compare(self, document: Document | None) -> None:
        if document is None or document.number in self._matches:
            return
        text = Text(document.words())
        comparison, relation = relate(self._this, text)
        if document.language != self._article.language and relation < Relation.DUPLICATE:
            relation = Relation.NONE  # what two languages have in common is names, unless it is the text itself
        match = Match(document, comparison, relation) if relation > Relation.NONE else None
        self._matches[document.number] = match

    def ranked(self) -> list[Match]:
        return sorted((m for m in self._matches.values() if m is not None), key=lambda m: m.rank, reverse=True)


def _without_drift(store: Store, matches: list[Match]) -> list[Match]:
    """Matches where a weak likeness to a copy counts only if the text that founded the family has some of it too.
    Else families would grow along chains, each text a little like the one before, to texts that share nothing."""
    told = {match.document.number: match.comparison.scattered for match in matches}
    kept = []
    for match in matches:
        founder = store.founder(store.root(match.document.family))
        drifts = (
            match.relation == Relation.FAMILY
            and match.comparison.most < STRONG
            and match.comparison.narrative < STRONG_NARRATIVE
            and founder is not None
            and told.get(founder.number, 0) < DRIFT_TOLD
        )
        kept.append(dataclasses.replace(match, relation=Relation.QUOTES) if drifts else match)
    return sorted(kept, key=lambda match: match.rank, reverse=True)


def _family(store: Store, article: Article, matches: list[Match], known_family: str) -> tuple[str, list[str]]:
    """The article's family, and families that turn out to be the same one.

    Two families are one when the article shares the same passages with the founders of both (a translation back
    that lies between two others). Having a part from each (a splice, a round-up) makes it a member of the nearer.
    """
    if known_family:
        return known_family, []
    roots: dict[str, list[Match]] = {}
    founders: dict[str, Match] = {}
    for match in matches:
        if match.relation >= Relation.FAMILY:
            root = store.root(match.document.family)
            roots.setdefault(root, []).append(match)
            if match.document is store.founder(root):
                founders[root] = match
    if not roots:
        return store.root(family_id(article.uri)), []
    first = _nearest(roots, founders)
    if first not in founders:
        return first, []
    one = [first, *(r for r in founders if r != first and same_origin(founders[first], founders[r]))]
    oldest = min(one, key=lambda root: founders[root].document.number)
    return oldest, [root for root in one if root != oldest]


def _nearest(roots: dict[str, list[Match]], founders: dict[str, Match]) -> str:
    """The family most of the article comes from. Where several have about as much: one whose founder has it (another
    member may have it from elsewhere, as a splice has), then the one that had it first."""
    most = max(match.comparison.mine for found in roots.values() for match in found)
    backed = [root for root, match in founders.items() if match.comparison.mine >= 0.7 * most]
    if backed:
        return max(backed, key=lambda root: (round(founders[root].comparison.mine, 1), -founders[root].document.number))
    return min(roots, key=lambda root: min(
        (match.document.number for match in roots[root] if match.comparison.mine >= 0.9 * most), default=1 << 62,
    ))


def _repeated(store: Store, kin: list[Match]) -> Match | None:
    """The canonical text that the article repeats. A copy of a copy counts by what the original shares with it: a
    cut of a cut is not the original any more."""
    copies = [m for m in kin if m.relation >= Relation.DUPLICATE]
    originals = {m.document.uri: m for m in copies if not m.document.canonical}
    for match in copies:
        canonical = match.document.canonical
        if not canonical:
            return match
        if canonical in originals:
            return originals[canonical]
        if store.document_of(canonical) is None or match.comparison.length >= COPY_LENGTH:
            return match
    return None


def _parent(article: Article, kin: list[Match]) -> Match | None:
    """Whom the article derives from: of those not dated later, the one with most of its text (of equals the first)."""
    mine = millis(article.event_time)
    dated = article.event_time_from != "record"
    earlier = [m for m in kin if not (dated and m.document.dated and m.document.event_ms > mine)]
    return max(earlier, key=lambda m: (round(m.comparison.mine, 2), -m.document.number), default=None)

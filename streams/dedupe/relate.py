"""What two texts are to each other, and what an article is to the families it meets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from streams.dedupe.compare import Comparison, Text, compare, in_order
from streams.dedupe.store import Document

__all__ = ["Match", "Relation", "relate", "same_origin"]

#: A duplicate: so much of the shorter text stands in the longer one, in the same order, …
DUPLICATE_CONTAINED = 0.8
DUPLICATE_IN_ORDER = 0.9
#: … and it is no mere extract: between a cut to 60 % (the same wire) and one to 30 % (made from it).
DUPLICATE_LENGTH = 0.42
#: Members of a family: so much of one text's narrative, and so many 3-grams, stand in the other.
FAMILY_CONTAINED = 0.14
FAMILY_SHARED = 8
#: Shared 3-grams from which on one text quotes the other or the same speaker.
QUOTES_SHARED = 3


class Relation(IntEnum):
    """From nothing to the same words."""

    NONE = 0
    QUOTES = 1
    FAMILY = 2
    DUPLICATE = 3
    SAME = 4


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier document and how this article relates to it."""

    document: Document
    text: Text
    comparison: Comparison
    relation: Relation

    @property
    def rank(self) -> tuple[int, float, int]:
        """Orders matches: closest relation, most in common, earliest."""
        return self.relation, round(self.comparison.most, 6), -self.document.number


def relate(this: Text, other: Text) -> tuple[Comparison, Relation]:
    """Compare two texts; symmetric but for ``mine`` and ``theirs``."""
    found = compare(this, other)
    if len(this.coded) == len(other.coded) and bool(np.array_equal(this.shingles, other.shingles)):
        return found, Relation.SAME
    if found.shared < QUOTES_SHARED:
        return found, Relation.NONE
    length = min(len(this.coded), len(other.coded)) / max(len(this.coded), len(other.coded))
    if (
        found.most >= DUPLICATE_CONTAINED
        and length >= DUPLICATE_LENGTH
        and in_order(this, other, found.matched) >= DUPLICATE_IN_ORDER
    ):
        return found, Relation.DUPLICATE
    narrative = max(found.narrative_mine, found.narrative_theirs)
    if narrative >= FAMILY_CONTAINED and found.told >= FAMILY_SHARED:
        return found, Relation.FAMILY
    return found, Relation.QUOTES


def same_origin(one: Match, other: Match) -> bool:
    """Whether two documents that this article derives from are one origin: the article has the same passages
    from both. A splice has one part from each."""
    both = _nearby(one) & _nearby(other)
    return bool(both.sum() >= 0.5 * min(_nearby(one).sum(), _nearby(other).sum()))


def _nearby(match: Match, reach: int = 15) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The 3-grams of the article within ``reach`` words of one it shares with the match."""
    hits = match.comparison.matched.astype(np.int64)
    sums = np.concatenate(([0], np.cumsum(hits)))
    at = np.arange(len(hits))
    near = sums[np.minimum(at + reach + 1, len(hits))] - sums[np.maximum(at - reach, 0)]
    return np.asarray(near > 0)

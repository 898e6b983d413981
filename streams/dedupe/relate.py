"""What two texts are to each other, and what an article is to the families it meets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.compare import Comparison, Text, compare, in_order
from streams.dedupe.store import Document

__all__ = ["Match", "Relation", "relate", "same_origin"]

#: A duplicate: so much of the shorter text stands in the longer one, in the same order, …
DUPLICATE_CONTAINED = 0.88
DUPLICATE_IN_ORDER = 0.95
#: … and it is no mere extract: between a cut to 60 % (the same wire) and one to 30 % (made from it).
DUPLICATE_LENGTH = 0.35
#: A text with as much again of its own is another one that contains the earlier.
DUPLICATE_LENGTH_GROWN = 0.48
#: Members of a family, any of these. Nearly all of the shorter text, unless it is a mere line of the longer one:
CONTAINED = 0.9
CONTAINED_SHARED = 4
LINE_LENGTH = 0.22
LINE_SHARED = 20
#: much of one text's narrative stands in the other,
NARRATIVE = 0.45
NARRATIVE_TOLD = 12
#: or less of it, but a long unbroken passage of narrative, as in a splice,
PASSAGE = 14
PASSAGE_NARRATIVE = 0.22
#: or most of the text in the same order with words exchanged all over it,
ORDERED = 0.38
ORDERED_TOLD = 8
ORDERED_NARRATIVE = 0.28
ORDERED_IN_ORDER = 0.93
#: or a little, but strewn over the whole text, as a paraphrase leaves it (see ``strewn_needed``).
STREWN_LEAST = 0.14
STREWN_TOLD = 8
#: What two founders of families must share for a third text to show that the families are one.
LINK_STREWN = 0.08
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
    comparison: Comparison
    relation: Relation

    @property
    def rank(self) -> tuple[int, float, float, int]:
        """Orders matches: closest relation, most of the article, most in common, earliest."""
        shared = self.comparison
        return self.relation, round(shared.mine, 2), round(shared.most, 2), -self.document.number


def relate(this: Text, other: Text) -> tuple[Comparison, Relation]:
    """Compare two texts; symmetric but for ``mine`` and ``theirs``."""
    found = compare(this, other)
    if len(this.coded) == len(other.coded) and bool(np.array_equal(this.shingles, other.shingles)):
        return found, Relation.SAME
    if found.shared < QUOTES_SHARED:
        return found, Relation.NONE
    shortest = DUPLICATE_LENGTH if found.mine >= found.theirs else DUPLICATE_LENGTH_GROWN
    if (
        found.most >= DUPLICATE_CONTAINED
        and found.length >= shortest
        and in_order(this, other, found.matched) >= DUPLICATE_IN_ORDER
    ):
        return found, Relation.DUPLICATE
    return found, Relation.FAMILY if _derived(this, other, found) else Relation.QUOTES


def _derived(this: Text, other: Text, found: Comparison) -> bool:
    """Whether what the texts share is too much for chance and for two reports of one event."""
    enough = CONTAINED_SHARED if found.length >= LINE_LENGTH else LINE_SHARED
    if found.most >= CONTAINED and found.shared >= enough:
        return True
    if found.narrative >= NARRATIVE and found.told >= NARRATIVE_TOLD:
        return True
    if found.passage >= PASSAGE and found.narrative >= PASSAGE_NARRATIVE and found.told >= NARRATIVE_TOLD:
        return True
    if found.scattered >= STREWN_TOLD and found.strewn >= strewn_needed(found.scattered):
        return True
    return (
        found.most >= ORDERED
        and found.told >= ORDERED_TOLD
        and found.narrative >= ORDERED_NARRATIVE
        and in_order(this, other, found.matched) >= ORDERED_IN_ORDER
    )


def strewn_needed(told: int) -> float:
    """The share of scattered narrative 3-grams that makes a family, when there are ``told`` of them.

    Two independent reports of one event share set phrases; the shorter they are, the larger the part those can
    make up by chance. Fitted to pairs of reports of one event, and to paraphrases and translations back.
    """
    doublings = math.log2(80 / told)
    return max(STREWN_LEAST, 0.155 + 0.07 * doublings + 0.05 * max(0.0, math.log2(24 / told)))


def same_origin(one: Match, other: Match) -> bool:
    """Whether two texts that an article derives from are one origin: they share text themselves, if less than would
    join them, and the article has the same parts from both. A splice or a round-up has one part from each."""
    between = compare(Text(one.document.words()), Text(other.document.words()))
    if between.scattered < STREWN_TOLD or between.strewn < LINK_STREWN:
        return False
    first, second = _nearby(one), _nearby(other)
    return bool((first & second).sum() >= 0.5 * min(first.sum(), second.sum()))


def _nearby(match: Match, reach: int = 8) -> NDArray[np.bool_]:
    """The 3-grams of the article within ``reach`` words of one it shares with the match."""
    hits = match.comparison.matched.astype(np.int64)
    sums = np.concatenate(([0], np.cumsum(hits)))
    at = np.arange(len(hits))
    near = sums[np.minimum(at + reach + 1, len(hits))] - sums[np.maximum(at - reach, 0)]
    return np.asarray(near > 0)

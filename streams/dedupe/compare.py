"""Two texts side by side: how much of each stands in the other, where, and in which order.

Containment (Broder 1997) rather than resemblance, because a cut keeps little of the original but all of itself.
Direct speech counts apart: two reporters at one press conference quote the same words and copied nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import NGRAM, U32, U64, Words, grams

__all__ = ["Comparison", "Text", "compare", "in_order", "passages", "prepare"]

_QUOTED = np.uint32(1 << 31)
_NAMED = np.uint32(1 << 30)
_HASH = np.uint32((1 << 30) - 1)
#: Direct speech, to its end or to the end of the paragraph (a speaker who goes on has no closing mark).
_QUOTE = re.compile(
    r"(?=[“«„\"‘'])(?:"
    r'“[^“”\n]{3,1200}”?|«[^«»\n]{3,1200}»?|„[^„“”\n]{3,1200}[“”]?|"[^"\n]{3,1200}(?:"|$|(?=\n))'
    r"|(?<!\w)‘[^‘\n]{9,600}?’(?!\w)|(?<!\w)'(?!\s)(?:[^'\n]|'(?=\w)){9,600}'(?!\w))"
)
#: A passage counts for so many 3-grams at most when a text is judged by what is scattered over it.
_RUN_CAP = 12
#: Shared 3-grams below which two texts are not compared any further.
_FEWEST = 3


class Text:
    """A text as it is kept: per word 30 bits of its hash, one bit for direct speech and one for a capital. What is
    derived from it is worked out when it is asked for: most candidates of an article share next to nothing with it."""

    def __init__(self, coded: U32) -> None:
        self.coded = coded
        #: The hash of each 3-gram in order.
        self.shingles = grams((coded & _HASH).astype(np.uint64))

    @cached_property
    def plain(self) -> NDArray[np.bool_]:
        """Whether each 3-gram is narrative, that is neither direct speech nor mostly names and figures, which two
        reporters share without copying."""
        return _plain(self.coded)

    @property
    def known(self) -> U64:
        """The distinct 3-grams, sorted."""
        return self._distinct[0]

    @property
    def places(self) -> NDArray[np.int64]:
        """Where each of the distinct 3-grams first stands."""
        return self._distinct[1]

    @property
    def numbers(self) -> NDArray[np.int64]:
        """For each 3-gram in order, which of the distinct ones it is."""
        return self._distinct[2]

    @cached_property
    def _distinct(self) -> tuple[U64, NDArray[np.int64], NDArray[np.int64]]:
        return np.unique(self.shingles, return_index=True, return_inverse=True)


def _plain(coded: U32) -> NDArray[np.bool_]:
    count = max(0, len(coded) - NGRAM + 1)
    quoted = (coded & _QUOTED) != 0
    named = ((coded & _NAMED) != 0).astype(np.int8)
    spoken = quoted[:count] & quoted[1 : count + 1] & quoted[2 : count + 2]
    names = named[:count] + named[1 : count + 1] + named[2 : count + 2] >= 2
    plain = ~spoken & ~names
    # A text of nothing but speech, or all in capitals, is judged by all it has.
    return np.asarray(plain if plain.sum() >= max(6, count / 5) else np.ones(count, bool))


def prepare(found: Words, index: int) -> U32:
    """The kept form of one text of the batch."""
    low, high = int(found.bounds[index]), int(found.bounds[index + 1])
    coded = (found.hashes[low:high] >> np.uint64(34)).astype(np.uint32)
    coded[found.named[low:high]] |= _NAMED
    text = found.texts[index]
    starts = found.starts[low:high] - found.offsets[index]
    for match in _QUOTE.finditer(text):
        a, b = np.searchsorted(starts, match.span())
        coded[a:b] |= _QUOTED
    return coded


@dataclass(frozen=True, slots=True)
class Comparison:
    """``mine``: share of this text's 3-grams that stand in the other; ``theirs``: the reverse; both 0 to 1.

    ``told``: number of shared narrative 3-grams, and ``narrative`` the larger of the two shares they make up.
    ``scattered`` and ``strewn``: the same, but no passage counts for more than ``_RUN_CAP``. ``passage``: narrative
    3-grams in the longest unbroken passage. ``shared``: number of distinct shared 3-grams. ``matched``: per 3-gram
    of this text, whether the other has it. ``length``: words of the shorter text over words of the longer.
    """

    mine: float
    theirs: float
    narrative: float
    told: int
    strewn: float
    scattered: int
    passage: int
    shared: int
    matched: NDArray[np.bool_]
    length: float

    @property
    def most(self) -> float:
        return max(self.mine, self.theirs)


NOTHING = Comparison(0.0, 0.0, 0.0, 0, 0.0, 0, 0, 0, np.zeros(0, bool), 0.0)


def compare(this: Text, other: Text) -> Comparison:
    """Compare by 3-grams, in time linear in the length of both (but for a binary search)."""
    if not len(this.shingles) or not len(other.shingles):
        return NOTHING
    at = np.searchsorted(this.known, other.shingles)
    at[at == len(this.known)] = 0
    back = this.known[at] == other.shingles
    common = np.zeros(len(this.known), bool)
    common[at[back]] = True
    matched = common[this.numbers]
    if _count(matched) < min(_FEWEST, len(matched)):  # most that the index offers
        return NOTHING
    told, told_back = _count(matched & this.plain), _count(back & other.plain)
    runs, runs_back = _runs(matched, this.plain), _runs(back, other.plain)
    few, few_back = int(np.minimum(runs, _RUN_CAP).sum()), int(np.minimum(runs_back, _RUN_CAP).sum())
    mine, theirs = max(1, _count(this.plain)), max(1, _count(other.plain))
    return Comparison(
        mine=_count(matched) / len(matched),
        theirs=_count(back) / len(back),
        narrative=max(told / mine, told_back / theirs),
        told=min(told, told_back),
        strewn=max(few / mine, few_back / theirs),
        scattered=min(few, few_back),
        passage=int(runs.max(initial=0)),
        shared=_count(common),
        matched=matched,
        length=min(len(this.coded), len(other.coded)) / max(len(this.coded), len(other.coded)),
    )


def _count(mask: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask))


def _runs(matched: NDArray[np.bool_], plain: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Narrative 3-grams in each unbroken run of matched ones."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], matched.astype(np.int8), [0]))))
    sums = np.concatenate(([0], np.cumsum(matched & plain)))
    return np.asarray(sums[edges[1::2]] - sums[edges[0::2]])


def in_order(this: Text, other: Text, matched: NDArray[np.bool_]) -> float:
    """Share of the matched 3-grams that stand in the same order in both: the longest increasing subsequence of their
    places in the other. One that stands there several times is taken where it goes on from the one before it."""
    values = this.shingles[matched]
    firsts = other.places[np.searchsorted(other.known, values)].tolist()
    theirs = other.shingles.tolist()
    tails: list[int] = []
    place = len(theirs)
    for value, first in zip(values.tolist(), firsts, strict=True):
        place = place + 1 if place + 1 < len(theirs) and theirs[place + 1] == value else first
        where = bisect_left(tails, place)
        if where == len(tails):
            tails.append(place)
        else:
            tails[where] = place
    return len(tails) / max(1, len(set(firsts)))


def passages(matched: NDArray[np.bool_], most: int, shortest: int = 6) -> list[tuple[int, int]]:
    """The longest runs of matched 3-grams as (first word, last word), longest first, at least ``shortest`` words."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], matched.astype(np.int8), [0]))))
    runs = [(int(a), int(b) + NGRAM - 2) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    runs = [run for run in runs if run[1] - run[0] + 1 >= shortest]
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))[:most]

"""Two texts side by side: how much of each stands in the other, where, and in which order.

Containment (Broder 1997) rather than resemblance, because a cut keeps little of the original but all of itself.
Direct speech counts apart: two reporters at one press conference quote the same words and copied nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import NGRAM, U32, U64, Words, grams

__all__ = ["Comparison", "Text", "compare", "prepare"]

_QUOTED = np.uint32(1 << 31)
_QUOTE = re.compile(r'“[^“”\n]{3,1200}”|"[^"\n]{3,1200}"|«[^«»\n]{3,1200}»|„[^„“”\n]{3,1200}[“”]')


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is kept: per word 31 bits of its hash, the highest bit set within direct speech.

    ``shingles``: the hash of each 3-gram in order; ``spoken``: whether it stands in direct speech; ``known``: the
    distinct 3-grams, sorted, and ``places`` where each first stands.
    """

    coded: U32
    shingles: U64
    spoken: NDArray[np.bool_]
    known: U64
    places: NDArray[np.int64]

    @classmethod
    def of(cls, coded: U32) -> Text:
        shingles = grams((coded & ~_QUOTED).astype(np.uint64))
        quoted = (coded & _QUOTED) != 0
        spoken = quoted[:-2] & quoted[1:-1] & quoted[2:] if len(coded) >= NGRAM else np.zeros(0, bool)
        known, places = np.unique(shingles, return_index=True)
        return cls(coded, shingles, spoken, known, places)


def prepare(found: Words, index: int) -> U32:
    """The kept form of one text of the batch."""
    low, high = int(found.bounds[index]), int(found.bounds[index + 1])
    coded = (found.hashes[low:high] >> np.uint64(33)).astype(np.uint32)
    text = found.texts[index]
    starts = found.starts[low:high] - found.offsets[index]
    for match in _QUOTE.finditer(text):
        a, b = np.searchsorted(starts, match.span())
        coded[a:b] |= _QUOTED
    return coded


@dataclass(frozen=True, slots=True)
class Comparison:
    """``mine``: share of this text's 3-grams that stand in the other; ``theirs``: the reverse; both 0 to 1.

    ``narrative_mine``/``narrative_theirs``: the same without direct speech. ``shared``/``told``: number of shared
    3-grams, and of those outside direct speech. ``matched``: per 3-gram of this text, whether the other has it.
    """

    mine: float
    theirs: float
    narrative_mine: float
    narrative_theirs: float
    shared: int
    told: int
    matched: NDArray[np.bool_]

    @property
    def most(self) -> float:
        return max(self.mine, self.theirs)


def compare(this: Text, other: Text) -> Comparison:
    """Compare by 3-grams, in time linear in the length of both (but for a binary search)."""
    if not len(this.shingles) or not len(other.shingles):
        return Comparison(0.0, 0.0, 0.0, 0.0, 0, 0, np.zeros(len(this.shingles), bool))
    matched = _among(this.shingles, other.known)
    back = _among(other.shingles, this.known)
    told, told_back = matched & ~this.spoken, back & ~other.spoken
    return Comparison(
        mine=float(matched.mean()),
        theirs=float(back.mean()),
        narrative_mine=float(told.sum() / max(1, (~this.spoken).sum())),
        narrative_theirs=float(told_back.sum() / max(1, (~other.spoken).sum())),
        shared=int(_among(this.known, other.known).sum()),
        told=int(min(told.sum(), told_back.sum())),
        matched=matched,
    )


def _among(values: U64, known: U64) -> NDArray[np.bool_]:
    at = np.searchsorted(known, values)
    at[at == len(known)] = 0
    return np.asarray(known[at] == values)


def in_order(this: Text, other: Text, matched: NDArray[np.bool_]) -> float:
    """Share of the matched 3-grams that stand in the same order in both: the longest increasing subsequence."""
    at = other.places[np.searchsorted(other.known, this.shingles[matched])].tolist()
    tails: list[int] = []
    for place in at:
        where = bisect_left(tails, place)
        if where == len(tails):
            tails.append(place)
        else:
            tails[where] = place
    return len(tails) / max(1, len(set(at)))


def passages(matched: NDArray[np.bool_], most: int, shortest: int = 6) -> list[tuple[int, int]]:
    """The longest runs of matched 3-grams as (first word, last word), longest first, at least ``shortest`` words."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], matched.astype(np.int8), [0]))))
    runs = [(int(a), int(b) + NGRAM - 2) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    runs = [run for run in runs if run[1] - run[0] + 1 >= shortest]
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))[:most]

"""The second pass: what the rest of the article says about the same word.

After a first pass every occurrence of a word (whatever its case) votes with its label; each token then gets features
from the votes of the *other* occurrences in its document. "Ortega" alone is a person where "Luis Ortega" stood;
"Reading" is no town in a text that has "reading" in lower case.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import Flat
from streams.entities.recogniser.hashing import UInts, combine, mix
from streams.entities.recogniser.labels import LABELS

__all__ = ["RECIPES", "Document"]

#: How many features this pass adds to a token.
RECIPES = 12

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]

# Votes: begin and later place of each type, outside with a capital, outside without.
_VOTE_OF_LABEL = np.array([0] + [1 + 2 * t + (place in "IE") for t in range(4) for place in "BIES"])
_VOTES = 10
_TYPE, _VOTE = np.arange(4, dtype=np.int8), np.arange(_VOTES, dtype=np.int8)
assert len(_VOTE_OF_LABEL) == len(LABELS)


class _Groups:
    """Positions with the same key, told apart from those with another: votes are counted within a group."""

    def __init__(self, keys: npt.NDArray[np.uint64], of: Ints | None = None) -> None:
        """``of``: the positions among ``keys`` that are asked about; all where it is None."""
        _, group = np.unique(keys, return_inverse=True)
        self._cells = group * _VOTES
        self._size = (int(group.max(initial=0)) + 1) * _VOTES
        self._asked = of
        self._rows = group if of is None else group[of]

    def others(self, votes: Ints) -> Small:
        """Per position that is asked about, how often each vote was cast by others of its group, shape (votes,
        positions), at most 3. ``votes``: one a key."""
        counts = np.bincount(self._cells + votes, minlength=self._size)
        mine = counts.reshape(-1, _VOTES).take(self._rows, axis=0)
        mine[np.arange(len(mine)), votes if self._asked is None else votes[self._asked]] -= 1
        return np.ascontiguousarray(np.minimum(mine, 3, out=mine).astype(np.int8).T)


def _codes(counts: Small) -> tuple[UInts, UInts, UInts]:
    """Codes of the votes: which types were seen, the leading type with its share, the leading vote. The first of
    several leads; its place rides in the low bits of what the maximum is taken of."""
    types = counts[1:9:2] + counts[2:9:2]
    total = types.sum(axis=0, dtype=np.int8)
    seen = ((types > 0) << _TYPE[:, None]).sum(axis=0, dtype=np.uint32) * np.uint32(16)
    seen += (np.minimum(counts[9], 2) * 4 + np.minimum(counts[0], 2)).astype(np.uint32)
    top = ((types << 2) + (3 - _TYPE)[:, None]).max(axis=0)
    share = ((top >> 2) * 3) // np.maximum(total + counts[0], 1)
    leading = np.where(total > 0, 1 + (3 - (top & 3)) * 16 + share * 4 + np.minimum(total, 3), 0)
    first = ((counts << 4) + (15 - _VOTE)[:, None]).max(axis=0)
    best = np.where(first >> 4 > 0, 16 - (first & 15), 0)
    return seen, leading.astype(np.uint32), best.astype(np.uint32)


class Document:
    """What the other occurrences of a word say, for every position of ``flat.here``. Made once a batch and asked once a
    pass: which occurrences belong together does not depend on their labels.

    ``owners`` numbers the document of each of ``flat.tokens``; ``lower`` (the hash of the word in lower case) and
    ``manner`` are per position.
    """

    def __init__(self, flat: Flat, owners: Ints, lower: UInts, manner: UInts) -> None:
        self._here, self._tokens = flat.here, flat.tokens
        self._outside = np.where(flat.case == 1, 9, 0)
        self._cased = flat.case[flat.here].astype(np.uint32) + 1
        self._manner = manner[flat.here]
        document = np.zeros(len(flat.types), np.uint64)
        document[flat.tokens] = owners.astype(np.uint64) << np.uint64(32)
        self._words = _Groups((document | lower)[flat.tokens], np.searchsorted(flat.tokens, flat.here))
        pair = mix(combine(lower[:-1], lower[1:]))
        self._next = _Groups(document[flat.here] | pair[flat.here])
        self._last = _Groups(document[flat.here] | pair[flat.here - 1])

    def hashes(self, labels: npt.NDArray[np.int8]) -> UInts:
        """Feature hashes, shape (features, positions), 0 where the document is silent; ``labels`` are those of the pass
        before."""
        here = self._here
        votes = self._outside.copy()
        given = _VOTE_OF_LABEL[labels]
        votes[here] = np.where(given == 0, votes[here], given)
        seen, leading, best = _codes(self._words.others(votes[self._tokens]))
        wide = np.zeros((2, len(votes)), np.uint32)
        wide[0, here], wide[1, here] = leading, best
        next_seen, next_leading, next_best = _codes(self._next.others(votes[here]))
        last_seen, last_leading, last_best = _codes(self._last.others(votes[here]))
        cased, mode = self._cased, self._manner
        recipes: list[tuple[UInts, list[UInts]]] = [
            (seen, [cased]),
            (leading, [cased, mode]),
            (best, [cased, mode]),
            (best, [wide[1, here - 1], cased]),
            (best, [wide[1, here + 1], cased]),
            (wide[0, here - 1], [cased]),
            (wide[0, here + 1], [cased]),
            (next_best, [next_leading, cased]),
            (last_best, [last_leading, cased]),
            (next_seen, [cased]),
            (last_seen, [cased]),
            (best, [next_best, last_best, cased]),
        ]
        out = np.empty((len(recipes), len(here)), np.uint32)
        for number, (main, more) in enumerate(recipes):
            total = main ^ mix(np.array([0xD0C + number], np.uint32))
            for value in more:
                total = combine(total, value)
            out[number] = total
        out = mix(out)
        out[np.stack([main == 0 for main, _ in recipes])] = 0
        return out

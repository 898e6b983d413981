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

__all__ = ["RECIPES", "document_hashes"]

#: How many features this pass adds to a token.
RECIPES = 12

Ints = npt.NDArray[np.int64]

# Votes: begin and later place of each type, outside with a capital, outside without.
_VOTE_OF_LABEL = np.array([0] + [1 + 2 * t + (place in "IE") for t in range(4) for place in "BIES"])
_VOTES = 10
assert len(_VOTE_OF_LABEL) == len(LABELS)


def _others(keys: npt.NDArray[np.uint64], votes: Ints) -> Ints:
    """Per token, how often each vote was cast by other tokens with the same key, shape (tokens, votes), at most 3."""
    _, group = np.unique(keys, return_inverse=True)
    counts = np.bincount(group * _VOTES + votes, minlength=(int(group.max(initial=0)) + 1) * _VOTES)
    mine = counts.reshape(-1, _VOTES)[group]
    mine[np.arange(len(votes)), votes] -= 1
    return np.minimum(mine, 3)


def _codes(counts: Ints) -> tuple[UInts, UInts, UInts]:
    """Codes of the votes: which types were seen, the leading type with its share, the leading vote."""
    types = counts[:, 1:9:2] + counts[:, 2:9:2]
    total = types.sum(axis=1)
    seen = ((types > 0) @ np.array([1, 2, 4, 8])) * 16 + np.minimum(counts[:, 9], 2) * 4 + np.minimum(counts[:, 0], 2)
    top = types.argmax(axis=1)
    share = (types.max(axis=1) * 3) // np.maximum(total + counts[:, 0], 1)
    leading = np.where(total > 0, 1 + top * 16 + share * 4 + np.minimum(total, 3), 0)
    best = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1) + 1, 0)
    return seen.astype(np.uint32), leading.astype(np.uint32), best.astype(np.uint32)


def document_hashes(flat: Flat, labels: npt.NDArray[np.int8], owners: Ints, lower: UInts, manner: UInts) -> UInts:
    """Feature hashes of every position of ``flat.here``, shape (features, positions), 0 where the document is silent.

    ``labels`` are the first pass's for ``flat.here``; ``owners`` numbers the document of each of ``flat.tokens``;
    ``lower`` (the hash of the word in lower case) and ``manner`` are per position.
    """
    here, tokens = flat.here, flat.tokens
    votes = np.zeros(len(flat.types), np.int64)
    votes[flat.case == 1] = 9
    given = _VOTE_OF_LABEL[labels]
    votes[here] = np.where(given == 0, votes[here], given)
    document = np.zeros(len(flat.types), np.uint64)
    document[tokens] = owners.astype(np.uint64) << np.uint64(32)
    chosen = np.zeros(len(flat.types), np.bool_)
    chosen[here] = True
    wide = np.zeros((3, len(flat.types)), np.uint32)
    counts = _others((document | lower)[tokens], votes[tokens])[chosen[tokens]]
    seen, leading, best = _codes(counts)
    wide[0, here], wide[1, here], wide[2, here] = seen, leading, best
    pair = mix(combine(lower[:-1], lower[1:]))
    next_seen, next_leading, next_best = _codes(_others(document[here] | pair[here], votes[here]))
    last_seen, last_leading, last_best = _codes(_others(document[here] | pair[here - 1], votes[here]))
    cased = flat.case[here].astype(np.uint32) + 1
    mode = manner[here]
    recipes: list[tuple[UInts, list[UInts]]] = [
        (seen, [cased]),
        (leading, [cased, mode]),
        (best, [cased, mode]),
        (best, [wide[2, here - 1], cased]),
        (best, [wide[2, here + 1], cased]),
        (wide[1, here - 1], [cased]),
        (wide[1, here + 1], [cased]),
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
        out[number] = np.where(main == 0, np.uint32(0), mix(total))
    return out

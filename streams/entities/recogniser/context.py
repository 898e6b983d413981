"""Features of a token among its neighbours: conjunctions, the sentence's manner of capitals, gazetteer spans.

A batch of sentences is one flat row of word type numbers with two pads (type 0) before each sentence and at the end,
so a neighbour is an index away and never of another sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.features import FIELDS
from streams.entities.recogniser.hashing import UInts, combine, mix
from streams.entities.recogniser.lexicon import LONGEST_PHRASE, Lexicon

__all__ = ["ATTRIBUTES", "Flat", "Ints", "context_hashes", "flatten", "manner_of"]

Ints = npt.NDArray[np.int64]

#: The fields of a word that take part in conjunctions.
ATTRIBUTES = tuple(FIELDS.index(n) for n in ("lower", "shape", "cluster_256", "brown_coarse", "flags", "case_habit",
                                             "suffix_3", "cluster_64"))  # fmt: skip
_LOWER, _SHAPE, _CLUSTER, _BROWN, _FLAGS, _HABIT, _SUFFIX, _COARSE = range(len(ATTRIBUTES))


@dataclass(frozen=True, slots=True)
class Flat:
    """Sentences in a row: word ``types`` and their ``case`` classes per position, ``starts`` and ``lengths`` of the
    sentences, ``tokens`` the positions that hold a token.

    Only tokens with a capital and their neighbours can be part of a name: ``here`` are their positions, ``runs`` the
    lengths of the unbroken rows of them, each labelled on its own. Two thirds of a text are never looked at closer.
    """

    types: Ints
    case: npt.NDArray[np.uint8]
    starts: Ints
    lengths: Ints
    tokens: Ints
    here: Ints
    runs: Ints


def flatten(types: Ints, lengths: Ints, case_of_type: npt.NDArray[np.uint8]) -> Flat:
    """Lay out the types of all tokens, sentence after sentence, with pads; ``lengths`` must not hold a 0."""
    ends = np.cumsum(lengths)
    starts = ends - lengths + 2 * np.arange(1, len(lengths) + 1)
    tokens = np.arange(len(types)) + np.repeat(starts - (ends - lengths), lengths)
    flat = np.zeros(len(types) + 2 * len(lengths) + 2, np.int64)
    flat[tokens] = types
    case = case_of_type[flat]
    capital = case >= 2
    near = capital.copy()
    near[1:] |= capital[:-1]
    near[:-1] |= capital[1:]
    here = np.flatnonzero(near & (flat != 0))
    breaks = np.flatnonzero(np.diff(here) != 1) + 1
    runs = np.diff(np.concatenate([[0], breaks, [len(here)]])) if len(here) else np.zeros(0, np.int64)
    return Flat(flat, case, starts, lengths, tokens, here, runs)


def manner_of(flat: Flat) -> UInts:
    """Per position, how its sentence uses capitals: 1 usual, 2 all capitals, 3 title case, 4 none, 5 too short."""
    counts = np.zeros((len(flat.starts), 8), np.int64)
    np.add.at(counts, (np.repeat(np.arange(len(flat.starts)), flat.lengths), flat.case[flat.tokens]), 1)
    lower, title, upper = counts[:, 1], counts[:, 2] + counts[:, 4], counts[:, 3]
    letters = lower + title + upper
    manner = np.ones(len(flat.starts), np.uint32)
    manner[(title > 2) & (lower * 3 <= title + upper)] = 3
    manner[(upper >= 2) & (upper * 10 >= letters * 7) & (lower * 10 <= letters)] = 2
    manner[title + upper == 0] = 4
    manner[letters < 2] = 5
    out = np.zeros(len(flat.types), np.uint32)
    out[flat.tokens] = np.repeat(manner, flat.lengths)
    return out


def _place(flat: Flat) -> UInts:
    """Per position: 1 first of the sentence, 2 second, 3 later, 4 last."""
    out = np.full(len(flat.types), 3, np.uint32)
    out[flat.starts + flat.lengths - 1] = 4
    out[flat.starts + np.minimum(flat.lengths - 1, 1)] = 2
    out[flat.starts] = 1
    return out


def _phrase_codes(lower: UInts, flat: Flat, lexicon: Lexicon) -> tuple[UInts, UInts, UInts]:
    """Per position, the place in the longest gazetteer phrase that covers it, one code each for places (with the
    kind of place), organisations and people; 0 for none."""
    codes = tuple(np.zeros(len(lower), np.uint32) for _ in range(3))
    begins = np.flatnonzero(flat.case >= 2)
    total = np.zeros(len(begins), np.uint32)
    for size in range(1, LONGEST_PHRASE + 1):
        # A phrase never goes beyond its sentence, whatever the hash of what lies there.
        whole = flat.types[begins + size - 1] != 0
        begins, total = begins[whole], total[whole]
        total = mix(combine(total, lower[begins + size - 1]))
        kinds = lexicon.phrases(total)
        hit = np.flatnonzero(kinds)
        if not len(hit):
            continue
        where, kind = begins[hit], kinds[hit].astype(np.uint32)
        place = np.where(kind & 8, 1, np.where(kind & 1, 2, np.where(kind & 2, 3, np.where(kind & 4, 4, 5)))).astype(
            np.uint32
        )
        place += np.uint32(5) * ((kind & 16) > 0)
        for code, member, base in (
            (codes[0], (kind & 31) > 0, place),
            (codes[1], (kind & 32) > 0, np.ones_like(place)),
            (codes[2], (kind & 64) > 0, np.ones_like(place)),
        ):
            spot, value = where[member], base[member] * np.uint32(8)
            for step in range(size):
                role = 1 if size == 1 else 2 if step == 0 else 4 if step == size - 1 else 3
                code[spot + step] = value + np.uint32(role + (4 if size > 2 else 0))
    return codes[0], codes[1], codes[2]


def context_hashes(flat: Flat, attributes: UInts, lexicon: Lexicon, manner: UInts) -> UInts:
    """Feature hashes of every position of ``flat.here``, shape (features, positions).

    ``attributes`` are those of the word types (rows of type numbers); ``manner`` is that of :func:`manner_of`.
    """
    here = flat.here
    columns = list(np.ascontiguousarray(attributes.take(flat.types, axis=0).T))
    place_code, org_code, person_code = _phrase_codes(columns[_LOWER], flat, lexicon)
    columns += [place_code, org_code, person_code, manner, _place(flat), flat.case.astype(np.uint32) + 1,
                combine(combine(place_code, org_code), person_code)]  # fmt: skip
    loc, org, per, man, pos, cas, spans = range(len(ATTRIBUTES), len(columns))
    recipes: tuple[tuple[tuple[int, int], ...], ...] = (
        ((_LOWER, -1), (_LOWER, 0)),
        ((_LOWER, 0), (_LOWER, 1)),
        ((_SHAPE, -1), (_SHAPE, 0)),
        ((_SHAPE, 0), (_SHAPE, 1)),
        ((_SHAPE, -1), (_SHAPE, 0), (_SHAPE, 1)),
        ((_CLUSTER, -1), (_CLUSTER, 0)),
        ((_CLUSTER, 0), (_CLUSTER, 1)),
        ((_LOWER, -1), (_SHAPE, 0)),
        ((_SHAPE, 0), (_LOWER, 1)),
        ((_LOWER, -1), (cas, 0), (_LOWER, 1)),
        ((_FLAGS, -1), (_FLAGS, 0), (cas, 0)),
        ((_FLAGS, 0), (_FLAGS, 1), (cas, 1)),
        ((_CLUSTER, -1), (cas, 0), (_CLUSTER, 1)),
        ((_LOWER, -2), (_LOWER, -1), (cas, 0)),
        ((cas, 0), (_LOWER, 1), (_LOWER, 2)),
        ((_BROWN, -1), (_BROWN, 0)),
        ((_BROWN, 0), (_BROWN, 1)),
        ((_CLUSTER, -2), (_CLUSTER, -1), (cas, 0)),
        ((cas, 0), (_CLUSTER, 1), (_CLUSTER, 2)),
        ((man, 0), (cas, 0), (pos, 0)),
        ((man, 0), (pos, 0), (_HABIT, 0)),
        ((man, 0), (_FLAGS, 0), (pos, 0)),
        ((man, 0), (_CLUSTER, 0)),
        ((man, 0), (_SHAPE, -1), (_SHAPE, 0), (_SHAPE, 1)),
        ((loc, 0), (cas, 0)),
        ((org, 0), (cas, 0)),
        ((per, 0), (cas, 0)),
        ((spans, 0), (man, 0)),
        ((spans, 0), (_HABIT, 0)),
        ((spans, 0), (_LOWER, -1)),
        ((spans, 0), (_LOWER, 1)),
        ((spans, -1), (spans, 0)),
        ((spans, 0), (spans, 1)),
        ((spans, 0), (_FLAGS, 0), (cas, 0)),
        ((cas, -2), (cas, -1), (cas, 0), (cas, 1), (cas, 2)),
        ((_COARSE, -1), (_COARSE, 0), (_COARSE, 1)),
        ((_SUFFIX, -1), (_SUFFIX, 0), (cas, 0)),
    )
    wanted = sorted({part for recipe in recipes for part in recipe})
    value = {(column, step): columns[column].take(here + step) for column, step in wanted}
    out = np.empty((len(recipes), len(here)), np.uint32)
    for number, recipe in enumerate(recipes):
        total = value[recipe[0]] ^ mix(np.array([0x5EED + number], np.uint32))
        for part in recipe[1:]:
            total = combine(total, value[part])
        out[number] = mix(total)
    return out

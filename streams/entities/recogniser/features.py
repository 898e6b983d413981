"""Features of a word by itself: everything that does not depend on its neighbours.

A word's fields (itself, its affixes, shape, clusters, lists) are hashed once per word type. A linear model's score for
a neighbour's field depends on the neighbour's type only, so per type and relative position the score of all fields is
one small vector that the runtime caches (see ``model``); the trainer uses the same hashes unsummed.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.hashing import UInts, combine, mix, text_hash
from streams.entities.recogniser.lexicon import COLUMNS, Lexicon, fold

__all__ = ["CASE", "FIELDS", "OFFSETS", "PAD", "buckets", "case_class", "hashed_fields", "word_fields"]

#: The word that stands before and after every sentence.
PAD = "\x02"

_AFFIXES = ("prefix_1", "prefix_2", "prefix_3", "prefix_4", "suffix_1", "suffix_2", "suffix_3", "suffix_4")
#: Fields of a word, in order.
FIELDS = ("word", "lower", *_AFFIXES, "shape", "long_shape", "first_part", "last_part", "length", *COLUMNS,
          "brown", "brown_coarse", "case_habit", "given", "surname", "roles_person", "roles_org", "roles_place",
          "case")  # fmt: skip
_F = {name: index for index, name in enumerate(FIELDS)}
CASE = _F["case"]

_ALL = [
    _F[name] for name in FIELDS if name not in ("brown_lower", "brown_title", "brown_upper", "title_case", "upper_case")
]
_NEAR = [
    _F[name] for name in ("lower", "suffix_3", "shape", "cluster_64", "cluster_256", "cluster_1024", "brown",
                          "brown_coarse", "case_habit", "flags", "roles_person", "roles_org", "roles_place",
                          "long_shape")
]  # fmt: skip
_FAR = [_F[name] for name in ("lower", "shape", "cluster_256", "flags", "brown_coarse")]
#: Which fields count at which position relative to the token.
OFFSETS: dict[int, list[int]] = {-2: _FAR, -1: _NEAR, 0: _ALL, 1: _NEAR, 2: _FAR}


def case_class(word: str) -> int:
    """0 no letters (or a user name, hashtag or link), 1 lower, 2 Capitalised, 3 UPPER, 4 mIxed, 5 a single capital."""
    if word[:1] in "@#" or "://" in word[:12] or "/" in word[1:-1]:
        return 0
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 and word[1] != "." else 5
    if word[:1].isupper() and word[1:].islower():
        return 2
    return 4 if any(map(str.isalpha, word[:64])) else 0


@lru_cache(maxsize=1 << 14)
def _shape_of(pattern: str) -> tuple[int, int]:
    short = pattern[:1]
    for letter in pattern:
        if letter != short[-1]:
            short += letter
    return text_hash(short), text_hash(pattern)


_SHAPES = {
    c: "d" if chr(c).isdigit() else "X" if chr(c).isupper() else "x" if chr(c).isalpha() else chr(c)
    for c in range(0x250)
}


def _pattern(word: str) -> str:
    start = word[:12]
    if start.isascii():
        return start.translate(_SHAPES)
    return "".join([_SHAPES.get(ord(c)) or ("x" if c.isalpha() else "?") for c in start])


def _spelling(word: str) -> list[int]:
    """The fields that come from the letters alone, ``word`` to ``length``; only the ends of a long word count."""
    if len(word) > 64:
        word = word[:32] + word[-32:]
    lower = word.lower()
    size = len(lower)
    if lower.isascii():  # no four such letters have the hash 0
        letters = lower.encode()
        affixes = [crc32(letters[:n]) if size >= n else 0 for n in (1, 2, 3, 4)]
        affixes += [crc32(letters[-n:]) if size >= n else 0 for n in (1, 2, 3, 4)]
    else:
        affixes = [text_hash(lower[:n]) if size >= n else 0 for n in (1, 2, 3, 4)]
        affixes += [text_hash(lower[-n:]) if size >= n else 0 for n in (1, 2, 3, 4)]
    short, long = _shape_of(_pattern(word))
    first = last = 0
    if "-" in word[1:-1]:
        first, last = text_hash(lower.split("-", 1)[0]), text_hash(lower.rsplit("-", 1)[1])
    return [text_hash(word), text_hash(lower), *affixes, short, long, first, last, min(size, 15)]


def word_fields(words: list[str], lexicon: Lexicon) -> tuple[UInts, npt.NDArray[np.uint8]]:
    """Field values of word types, shape (n, len(FIELDS)), 0 where absent, and their case classes, shape (n,)."""
    folded = [fold(word) for word in words]
    fields = np.zeros((len(words), len(FIELDS)), np.uint32)
    spelling = np.array([_spelling(word) for word in folded], np.uint32).reshape(len(words), -1)
    case = np.array([case_class(word) for word in folded], np.uint8)
    fields[:, : spelling.shape[1]] = spelling
    known = lexicon.words(spelling[:, 1])
    fields[:, _F[COLUMNS[0]] : _F[COLUMNS[-1]] + 1] = known
    column = {name: known[:, index].astype(np.uint32) for index, name in enumerate(COLUMNS)}
    brown = np.where(
        case == 1, column["brown_lower"], np.where(case == 3, column["brown_upper"], column["brown_title"])
    )
    fields[:, _F["brown"]] = brown
    fields[:, _F["brown_coarse"]] = np.where(brown > 0, brown // 16 + 1, 0)
    cased = case.astype(np.uint32) + 1
    fields[:, _F["case_habit"]] = (column["title_case"] * 16 + column["upper_case"]) * 8 + cased
    fields[:, _F["given"]] = np.where(column["flags"] & 1, cased, 0)
    fields[:, _F["surname"]] = np.where(column["flags"] & 2, cased, 0)
    roles = column["roles"]
    fields[:, _F["roles_person"]] = roles >> 10
    fields[:, _F["roles_org"]] = (roles >> 4) & 63
    fields[:, _F["roles_place"]] = roles & 15
    fields[:, _F["case"]] = cased
    return fields, case


def hashed_fields(fields: UInts) -> UInts:
    """A hash for each field and value, 0 where absent."""
    names = mix(np.arange(1, fields.shape[1] + 1, dtype=np.uint32))
    return np.where(fields == 0, np.uint32(0), mix(combine(fields, names[None, :])))


def buckets(hashes: UInts, salt: int, bits: int) -> npt.NDArray[np.int32]:
    """Rows of the weight table for feature hashes; row 0, whose weights are zero, for absent ones."""
    rows = mix(hashes ^ mix(np.array([salt], np.uint32))) >> np.uint32(32 - bits)
    return np.where(hashes == 0, 0, np.maximum(rows, 1)).astype(np.int32)

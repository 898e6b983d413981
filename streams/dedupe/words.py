"""Text to word hashes, many texts in one pass of numpy.

A word is a run of letters and digits, folded: case, accents, quotes, dashes and invisible characters make no
difference, so two typographies of one text give the same words. A character of a script that is written without
spaces is a word of its own. A word's hash is its polynomial over the letters mod 2^64 (Karp & Rabin 1987), mixed by
the finaliser of MurmurHash3; the same on every machine and in every process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_WORDS", "NGRAM", "U32", "U64", "Words", "grams", "mix", "words"]

U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

#: Words of one text that are looked at; what follows is ignored, so that a 5 MB wire costs no more than a long one.
MAX_WORDS = 16_384
#: Words of a shingle. Three survive an edited or translated-back sentence often enough, and rarely meet by chance.
NGRAM = 3

# Values in the table of letters that are none: what divides words, what vanishes inside one (accents in decomposed
# form, soft hyphens), what stands for several letters (a text with one is normalised, NFKC, first).
_DIVIDES, _DELETED, _EXPANDS = 0, 1, 2
_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_STEPS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0xD6E8FEB86659FD93))
_CACHED_POWERS = 1 << 19
_NOT_BMP = re.compile("[\U00010000-\U0010ffff\ud800-\udfff]")
#: Scripts without spaces between words: kana, Han, Thai, Lao, Myanmar, Khmer.
_SPACELESS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
              (0x4E00, 0x9FFF), (0xF900, 0xFAFF))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch of texts, one after the other.

    ``hashes``: uint64 per word. ``lengths``: letters per word. ``bounds``: text ``i`` has words
    ``bounds[i]:bounds[i + 1]``. ``starts``/``ends``: character positions of each word in ``texts`` joined by one
    character (``texts`` are as normalised here, so a passage can be cut out). ``offsets``: where each text begins
    in that joined text. ``named``: whether a word starts with a capital or a digit, as names and figures do.
    """

    hashes: U64
    lengths: I64
    bounds: I64
    starts: I64
    ends: I64
    texts: tuple[str, ...]
    offsets: I64
    named: NDArray[np.bool_]

    def passage(self, index: int, first: int, last: int) -> str:
        """The characters of text ``index`` from its word ``first`` to its word ``last``, both counted in it."""
        base = int(self.bounds[index])
        shift = int(self.offsets[index])
        return self.texts[index][int(self.starts[base + first]) - shift : int(self.ends[base + last]) - shift]


@cache
def _letters() -> U16:
    """Per UTF-16 unit its folded letter, or one of the three values that are none."""
    fold = np.zeros(65_536, np.uint16)
    for code in range(65_536):
        char = chr(code)
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf"):
            fold[code] = _DELETED
        elif category == "Cs":
            fold[code] = _EXPANDS
        elif category[0] in "LN" or category == "Mc":
            plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
            if len(plain) == 1:
                fold[code] = min(ord(plain[0].casefold()[0]), 65_535)
            else:  # a Hangul syllable is one letter here, a ligature several
                fold[code] = code if 0xAC00 <= code <= 0xD7A3 else _EXPANDS
    return fold


@cache
def _capitals() -> NDArray[np.bool_]:
    """Per UTF-16 unit, whether it is a capital or a digit."""
    return np.array([unicodedata.category(chr(code)) in ("Lu", "Lt", "Nd") for code in range(65_536)])


@cache
def _spaceless() -> NDArray[np.bool_]:
    """Per letter, whether it is a word by itself."""
    alone = np.zeros(65_536, bool)
    for low, high in _SPACELESS:
        alone[low : high + 1] = True
    return alone


@cache
def _cached_powers() -> tuple[U64, U64]:
    return _powers(_CACHED_POWERS)


def _powers(size: int) -> tuple[U64, U64]:
    """Powers of the base and of its inverse mod 2^64."""
    tables = []
    for base in (_BASE, _INVERSE):
        steps = np.full(size, base, np.uint64)
        steps[0] = 1
        tables.append(np.cumprod(steps, dtype=np.uint64))
    return tables[0], tables[1]


def mix(values: U64) -> U64:
    """Spread every input bit over the word (MurmurHash3's 64-bit finaliser, Appleby)."""
    values = values ^ (values >> np.uint64(31))
    values *= _STEPS[0]
    values ^= values >> np.uint64(29)
    values *= _STEPS[1]
    values ^= values >> np.uint64(32)
    return values


def _read(texts: Sequence[str]) -> tuple[U16, U16, list[str]]:
    """The UTF-16 units of the texts, their folded letters, one a character, a divider after each text; and the
    texts so read."""
    plain = list(texts)
    units = _units(plain)
    letters = _letters().take(units)
    if (letters == _EXPANDS).any():
        plain = [
            text if text.isascii() else _NOT_BMP.sub(" ", unicodedata.normalize("NFKC", text)) for text in plain
        ]
        units = _units(plain)
        letters = _letters().take(units)
        letters[letters == _EXPANDS] = _DIVIDES
    return units, letters, plain


def _units(texts: list[str]) -> U16:
    return np.frombuffer(("\n".join(texts) + "\n").encode("utf-16-le", "surrogatepass"), np.uint16)


def words(texts: Sequence[str]) -> Words:
    """Hash every word of every text. A text's words beyond ``MAX_WORDS`` are left out. Never raises on any text."""
    units, letters, plain = _read(texts)
    places: I64 | None = None
    if (letters == _DELETED).any():
        places = np.flatnonzero(letters != _DELETED)
        letters = letters[places]
    starts, ends = _edges(letters)
    if len(letters) <= _CACHED_POWERS:
        powers, inverses = _cached_powers()
    else:
        powers, inverses = _powers(len(letters))
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(letters * powers[: len(letters)], out=sums[1:])
    hashes = mix((sums[ends] - sums[starts]) * inverses[starts])
    lengths = ends - starts
    if places is not None:
        starts, ends = places[starts], places[ends - 1] + 1
    offsets = np.concatenate(([0], np.cumsum([len(text) + 1 for text in plain]))).astype(np.int64)
    bounds = np.searchsorted(starts, offsets)
    found = Words(hashes, lengths, bounds, starts, ends, tuple(plain), offsets, _capitals().take(units[starts]))
    return found if not plain or int(np.diff(bounds).max()) <= MAX_WORDS else _capped(found)


def _edges(letters: U16) -> tuple[I64, I64]:
    """Where each word starts and ends (one past its last letter). The last element of ``letters`` divides."""
    inside = letters != _DIVIDES
    if int(letters.max()) < _SPACELESS[0][0]:
        turns = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        if inside[0]:
            turns = np.concatenate(([0], turns))
        return turns[0::2], turns[1::2]
    alone = _spaceless()[letters] & inside
    first = inside.copy()
    first[1:] &= ~inside[:-1] | alone[:-1] | alone[1:]
    last = inside.copy()
    last[:-1] &= ~inside[1:] | alone[:-1] | alone[1:]
    return np.flatnonzero(first), np.flatnonzero(last) + 1


def _capped(found: Words) -> Words:
    keep = np.concatenate(
        [np.arange(a, min(b, a + MAX_WORDS)) for a, b in zip(found.bounds[:-1], found.bounds[1:], strict=True)]
    ).astype(np.int64)
    bounds = np.concatenate(([0], np.cumsum(np.minimum(np.diff(found.bounds), MAX_WORDS)))).astype(np.int64)
    return Words(found.hashes[keep], found.lengths[keep], bounds, found.starts[keep], found.ends[keep],
                 found.texts, found.offsets, found.named[keep])


def grams(hashes: U64) -> U64:
    """The hash of every ``NGRAM`` words in a row: ``len - 2`` values. Fewer words than that give none."""
    if len(hashes) < NGRAM:
        return np.zeros(0, np.uint64)
    return mix(hashes[:-2] * _STEPS[0] + hashes[1:-1] * _STEPS[1] + hashes[2:] * _STEPS[2])

"""What is known about words and phrases beforehand: clusters, case habits, name lists, gazetteers.

Words and phrases are kept as 32-bit hashes only, sorted, so that a batch is looked up with one ``searchsorted``.
A hash that clashes gives a wrong feature to a rare word, never a wrong answer by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.hashing import UInts, combine, mix, text_hash
from streams.text.tokens import tokenise

__all__ = ["COLUMNS", "LONGEST_PHRASE", "NAME_FLAGS", "Lexicon", "fold", "phrase_hash"]

#: Columns of the word table, in order. 0 means unknown in each.
COLUMNS = ("frequency", "title_case", "upper_case", "brown_lower", "brown_title", "brown_upper",
           "cluster_64", "cluster_256", "cluster_1024", "flags", "roles")  # fmt: skip
#: The columns that come from lists of names: they are emptied for words a caller wants removed.
NAME_FLAGS = (COLUMNS.index("flags"), COLUMNS.index("roles"))
LONGEST_PHRASE = 6
_FIRST_BITS = 21
_BEHIND = np.uint32(32 - _FIRST_BITS)

_PLAIN: dict[int, str | None] = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeff"))
_PLAIN |= {ord(mark): "'" for mark in "‘’"} | {ord(mark): '"' for mark in "“”„"}
_PLAIN |= {ord("‐"): "-", ord("‑"): "-", ord("–"): "--", ord("—"): "--", ord("…"): "..."}


def fold(word: str) -> str:
    """The word without invisible characters, with typewriter quotes, hyphens and dashes: the corpora know no others."""
    return word if word.isascii() else word.translate(_PLAIN)


def phrase_hash(words: Iterable[str]) -> int:
    """Hash of a phrase of tokens, whatever its case."""
    total = np.zeros(1, np.uint32)
    for word in words:
        total = mix(combine(total, np.array([text_hash(fold(word).lower())], np.uint32)))
    return int(total[0])


class Lexicon:
    """Word and phrase tables; see the module's text for the layout."""

    def __init__(
        self, words: UInts, columns: npt.NDArray[np.uint16], phrases: UInts, kinds: npt.NDArray[np.uint16]
    ) -> None:
        self._words, self._columns = words, columns
        self._phrases, self._kinds = phrases, kinds
        self._likely = _first_bits(phrases)

    @classmethod
    def load(cls, path: Path, without: frozenset[str] = frozenset()) -> Lexicon:
        """Read ``lexicon.npz``; ``without`` names phrases whose entries, and whose words' entries in the lists of
        names, are left out (case is ignored)."""
        with np.load(path) as file:
            lexicon = cls(file["words"], file["columns"], file["phrases"], file["kinds"])
        if without:
            lexicon._remove(without)
        return lexicon

    def _remove(self, names: frozenset[str]) -> None:
        tokens = [tokenise(name).words for name in sorted(names)]
        phrases = np.array([phrase_hash(words) for words in tokens if words], np.uint32)
        keep = ~np.isin(self._phrases, phrases)
        self._phrases, self._kinds = self._phrases[keep], self._kinds[keep]
        self._likely = _first_bits(self._phrases)
        words = np.array([text_hash(fold(word).lower()) for words in tokens for word in words], np.uint32)
        hit = np.isin(self._words, words)
        self._columns = self._columns.copy()
        for column in NAME_FLAGS:
            self._columns[hit, column] = 0

    def thinned(self, share: float, seed: int) -> Lexicon:
        """A copy that lacks ``share`` of the phrases and of the words' entries in lists of names, for training:
        made-up articles take their names from these very lists, and new text does not."""
        limit = np.uint32(share * 0xFFFFFFFF)
        salt = mix(np.array([seed], np.uint32))
        keep = mix(self._phrases ^ salt) >= limit
        columns = self._columns.copy()
        for column in NAME_FLAGS:
            columns[mix(self._words ^ salt) < limit, column] = 0
        return Lexicon(self._words, columns, self._phrases[keep], self._kinds[keep])

    def words(self, hashes: UInts) -> npt.NDArray[np.uint16]:
        """The rows of the word table for hashes of lower-case words, shape (n, columns)."""
        where = np.minimum(np.searchsorted(self._words, hashes), len(self._words) - 1)
        rows = self._columns[where]
        rows[self._words[where] != hashes] = 0
        return rows

    def phrases(self, hashes: UInts) -> npt.NDArray[np.uint16]:
        """The kinds (bits) of phrases, 0 for none."""
        kinds = np.zeros(len(hashes), np.uint16)
        likely = np.flatnonzero(self._likely.take(hashes >> _BEHIND))
        wanted = hashes[likely]
        where = np.minimum(np.searchsorted(self._phrases, wanted), len(self._phrases) - 1)
        kinds[likely] = np.where(self._phrases[where] == wanted, self._kinds[where], np.uint16(0))
        return kinds


def _first_bits(hashes: UInts) -> npt.NDArray[np.bool_]:
    """Whether some hash begins with these bits: most words begin no phrase, and need not be searched for."""
    marked = np.zeros(1 << _FIRST_BITS, np.bool_)
    marked[hashes >> _BEHIND] = True
    return marked

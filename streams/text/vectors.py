"""Static word-piece vectors: the meaning of a text as the sum of its pieces, at some microseconds a word.

The table was distilled from a sentence transformer (model2vec; see NOTICE) and is shipped as 8-bit rows with a scale
each; a text's vector is the sum over its words. Words are split by greedy longest match (WordPiece, Wu et al. 2016)
and every word type is split once: a bounded cache keeps the rows of its pieces. All sums are of whole numbers, so a
text's vector does not depend on the machine.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "StaticVectors", "words_of"]

DIMENSIONS = 256
_WORD = re.compile(r"\w+")
_LONGEST_WORD = 40
_CACHED_WORDS = 60_000
#: One unit of the summing table; the largest entries are some 20,000 units.
_UNIT = 1.0 / 4096


class StaticVectors:
    """Vectors of texts. Holds the shipped table (about 15 MB); make one and share it."""

    def __init__(self) -> None:
        data = resources.files("streams.text").joinpath("data/static-en-256.npz").read_bytes()
        with np.load(BytesIO(data)) as shipped:
            rows = shipped["rows"].astype(np.float32) * shipped["scales"].astype(np.float32)[:, None]
            pieces = bytes(shipped["pieces"]).decode().split("\n")
            self._mean: NDArray[np.float32] = shipped["mean"].astype(np.float32)
        self._table: NDArray[np.int16] = np.round(rows / _UNIT).astype(np.int16)
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        self._word_ids = lru_cache(maxsize=_CACHED_WORDS)(self._split)

    def rank(self, word: str) -> int:
        """How common a word is by its place in the vocabulary, which is ordered by frequency; the vocabulary's
        size for a word of several pieces."""
        return self._ids.get(word, len(self._ids))

    def text(self, words: list[str]) -> NDArray[np.float32]:
        """The unit vector of a text's words (from ``words_of``), the corpus mean removed; zeros for no words."""
        found = self._word_ids
        ids = [number for word in words for number in found(word)]
        if not ids:
            return np.zeros(DIMENSIONS, np.float32)
        total = self._table[ids].sum(axis=0, dtype=np.int64).astype(np.float64)
        return _unit(_unit(total) - self._mean)

    def _split(self, word: str) -> tuple[int, ...]:
        """Rows of the pieces of ``word``; none where a part of it is unknown."""
        if len(word) > _LONGEST_WORD:
            return ()
        rows: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                row = self._ids.get(("##" if start else "") + word[start:end])
                if row is not None:
                    rows.append(row)
                    start = end
                    break
            else:
                return ()
        return tuple(rows)


def words_of(text: str) -> list[str]:
    """The words of ``text`` as the vocabulary writes them: lower case, without accents or punctuation."""
    folded = text.lower()
    if not folded.isascii():
        folded = "".join(char for char in unicodedata.normalize("NFD", folded) if unicodedata.category(char) != "Mn")
    return _WORD.findall(folded)


def _unit(vector: NDArray[Any]) -> NDArray[np.float32]:
    length = float(np.sqrt(np.square(vector.astype(np.float64)).sum()))
    return (vector / length if length else vector).astype(np.float32)

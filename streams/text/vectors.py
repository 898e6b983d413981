"""Static word-piece vectors: the meaning of a text as the sum of its pieces, at some microseconds a word.

The table was distilled from a sentence transformer (model2vec; see NOTICE) and is shipped as 8-bit rows with a scale
each; a text's vector is the sum over its words. Words are split by greedy longest match (WordPiece, Wu et al. 2016)
and every word type is split once: a bounded cache keeps the rows of its pieces. All sums are of whole numbers, so a
text's vector does not depend on the machine.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.text.remembered import Remembered

__all__ = ["DIMENSIONS", "StaticVectors", "words_of"]

DIMENSIONS = 256
_WORD = re.compile(r"\w+")
_LONGEST_WORD = 40
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
        self._words = Remembered(self._split)
        self._chunks = Remembered(self._rows)

    def rank(self, word: str) -> int:
        """How common a word is by its place in the vocabulary, which is ordered by frequency; the vocabulary's
        size for a word of several pieces."""
        return self._ids.get(word, len(self._ids))

    def text(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a text, the corpus mean removed; zeros for a text without words."""
        found: NDArray[np.float32] = self._units(self._sum(text.split(" "))[None])[0]
        return found

    def leads(self, texts: Sequence[tuple[str, str]], limits: tuple[int, int]) -> NDArray[np.float32]:
        """Two vectors of each headline and body, as ``text`` gives them: with so many characters of the body, and
        with so many less. Shape (texts, 2, dimensions)."""
        totals = np.empty((len(texts), 2, DIMENSIONS), np.int64)
        for number, (headline, body) in enumerate(texts):
            whole, lead = (body[:limit].split(" ") for limit in limits)
            # The lead's last chunk may be cut; what stands before it is the beginning of the whole as well.
            common = len(lead) - 1
            start = self._sum(headline.split(" ") + lead[:common])
            totals[number, 0] = start + self._sum(whole[common:])
            totals[number, 1] = start + self._sum(lead[common:])
        return self._units(totals)

    def _sum(self, chunks: list[str]) -> NDArray[np.int64]:
        rows = np.frombuffer(b"".join(map(self._chunks.__getitem__, chunks)), np.intc)
        found: NDArray[np.int64] = self._table.take(rows, axis=0).sum(axis=0, dtype=np.int32).astype(np.int64)
        return found

    def _units(self, totals: NDArray[np.int64]) -> NDArray[np.float32]:
        """Unit vectors, the mean removed; zeros where there is nothing."""
        found = _unit(_unit(totals.astype(np.float64)) - self._mean)
        found[~totals.any(axis=-1)] = 0
        return found

    def _rows(self, chunk: str) -> bytes:
        """The rows (intc) of the pieces of what stands between two blanks."""
        return b"".join([self._words[word] for word in words_of(chunk)])

    def _split(self, word: str) -> bytes:
        """Rows (intc) of the pieces of ``word``; none where a part of it is unknown."""
        if len(word) > _LONGEST_WORD:
            return b""
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
                return b""
        return array("i", rows).tobytes()


def words_of(text: str) -> list[str]:
    """The words of ``text`` as the vocabulary writes them: lower case, without accents or punctuation."""
    folded = text.lower()
    if not folded.isascii():
        folded = "".join(char for char in unicodedata.normalize("NFD", folded) if unicodedata.category(char) != "Mn")
    return _WORD.findall(folded)


def _unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    length = np.sqrt(np.square(vectors.astype(np.float64)).sum(axis=-1, keepdims=True))
    found: NDArray[np.float32] = (vectors / np.where(length, length, 1).astype(vectors.dtype)).astype(np.float32)
    return found

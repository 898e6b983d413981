"""The weights, and the cached scores of word types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import ATTRIBUTES
from streams.entities.recogniser.features import OFFSETS, PAD, buckets, hashed_fields, word_fields
from streams.entities.recogniser.hashing import UInts
from streams.entities.recogniser.labels import LABELS
from streams.entities.recogniser.lexicon import Lexicon

__all__ = ["Int32", "Sum", "Weights", "WordTypes", "rows_of"]

Int32 = npt.NDArray[np.int32]
Lanes = npt.NDArray[np.uint64]


_LANES = -(-len(LABELS) // 4)
#: Added to each weight, and to each sum kept per word type, so that 16-bit lanes never borrow from one another.
_BIAS, _TYPE_BIAS = 128, 4096


class Weights:
    """A hashed weight table: ``table`` (rows, labels) int8, row 0 all zero; ``transitions`` (labels, labels).

    For adding up, the labels of a row are 16-bit lanes of 64-bit words (``packed``), four sums in one addition: at most
    five word types of less than 8192 and 64 features of less than 256 stay below 65536.
    """

    def __init__(self, table: npt.NDArray[np.int8], transitions: Int32) -> None:
        if table.shape[1:] != (len(LABELS),) or len(table) & (len(table) - 1):
            raise ValueError(f"weight table: expected a power of two by {len(LABELS)}, got {table.shape}")
        self.table, self.transitions = table, transitions
        self.bits = len(table).bit_length() - 1
        self.packed = _pack(table, _BIAS)

    @classmethod
    def load(cls, path: Path) -> Weights:
        with np.load(path) as file:
            table = np.zeros((1 << int(file["bits"]), len(LABELS)), np.int8)
            table[file["rows"]] = file["weights"]
            return cls(table, file["transitions"].astype(np.int32))

    def save(self, path: Path) -> None:
        rows = np.flatnonzero(self.table.any(axis=1)).astype(np.int32)
        np.savez_compressed(
            path, bits=np.int32(self.bits), rows=rows, weights=self.table[rows], transitions=self.transitions
        )


def _pack(table: npt.NDArray[np.signedinteger[Any]], bias: int) -> Lanes:
    wide = np.zeros((len(table), 4 * _LANES), np.int16)
    np.add(table, np.int16(bias), out=wide[:, : table.shape[1]], casting="unsafe")
    return wide.view(np.uint64)


class Sum:
    """Scores being added up, one row per position."""

    def __init__(self, size: int) -> None:
        self._lanes = np.zeros((size, _LANES), np.uint64)
        self._bias = 0

    def add_rows(self, weights: Weights, rows: Int32) -> None:
        """Add the weights of ``rows``, shape (features, positions)."""
        for feature in rows:
            self._lanes += weights.packed.take(feature, axis=0)
        self._bias += _BIAS * len(rows)

    def add_types(self, table: Lanes, types: npt.NDArray[np.int64]) -> None:
        self._lanes += table.take(types, axis=0)
        self._bias += _TYPE_BIAS

    def result(self) -> Int32:
        """The sums, shape (positions, labels)."""
        return self._lanes.view(np.uint16)[:, : len(LABELS)].astype(np.int32) - np.int32(self._bias)


def rows_of(hashes: UInts, bits: int) -> Int32:
    """Rows of the weight table for mixed hashes; 0 stays 0."""
    return (hashes >> np.uint32(32 - bits)).astype(np.int32)


class WordTypes:
    """Numbers for word types, with their attributes and their summed scores per relative position.

    Holds at most ``limit`` types: when a batch would exceed it, everything is forgotten and learned again, which
    changes no answer. Type 0 is the pad.
    """

    def __init__(self, weights: Weights, lexicon: Lexicon, limit: int = 60_000) -> None:
        self._weights, self._lexicon, self._limit = weights, lexicon, limit
        self._forget(1024)

    def _forget(self, size: int) -> None:
        self._numbers: dict[str, int] = {}
        self.attributes = np.zeros((size, len(ATTRIBUTES)), np.uint32)
        self.case = np.zeros(size, np.uint8)
        self.scores = {offset: np.zeros((size, _LANES), np.uint64) for offset in OFFSETS}
        self._learn([PAD])

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, words: list[str]) -> npt.NDArray[np.int64]:
        """The type number of each word; unseen ones are learned."""
        found = list(map(self._numbers.get, words))
        if None in found:
            new = list(dict.fromkeys(word for word, number in zip(words, found, strict=True) if number is None))
            if len(self._numbers) + len(new) > self._limit:
                self._forget(1024)
                new = list(dict.fromkeys(words))
            self._learn(new)
            found = list(map(self._numbers.get, words))
        return np.array(found, np.int64)

    def _learn(self, words: list[str]) -> None:
        base = len(self._numbers)
        while base + len(words) > len(self.case):
            self._grow()
        fields, case = word_fields(words, self._lexicon)
        rows = slice(base, base + len(words))
        self.attributes[rows] = fields[:, list(ATTRIBUTES)]
        self.case[rows] = case
        hashes = hashed_fields(fields)
        for offset, chosen in OFFSETS.items():
            index = buckets(hashes[:, chosen], offset + 10, self._weights.bits)
            total = self._weights.table[index].sum(axis=1, dtype=np.int32)
            limit = _TYPE_BIAS - 1
            self.scores[offset][rows] = _pack(np.clip(total, -limit, limit), _TYPE_BIAS)
        for number, word in enumerate(words, base):
            self._numbers[word] = number

    def _grow(self) -> None:
        size = 2 * len(self.case)
        self.attributes = np.resize(self.attributes, (size, self.attributes.shape[1]))
        self.case = np.resize(self.case, size)
        self.scores = {offset: np.resize(table, (size, table.shape[1])) for offset, table in self.scores.items()}

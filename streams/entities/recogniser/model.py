"""The weights, and the cached scores of word types."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import ATTRIBUTES
from streams.entities.recogniser.features import OFFSETS, PAD, buckets, hashed_fields, word_fields
from streams.entities.recogniser.labels import LABELS
from streams.entities.recogniser.lexicon import Lexicon

__all__ = ["CONTEXT_SALT", "DOCUMENT_SALT", "Weights", "WordTypes", "context_rows", "sum_rows"]

CONTEXT_SALT = 1000
DOCUMENT_SALT = 2000

Int32 = npt.NDArray[np.int32]


class Weights:
    """A hashed weight table: ``table`` (rows, labels) int8, row 0 all zero; ``transitions`` (labels, labels)."""

    def __init__(self, table: npt.NDArray[np.int8], transitions: Int32) -> None:
        if table.shape[1:] != (len(LABELS),) or len(table) & (len(table) - 1):
            raise ValueError(f"weight table: expected a power of two by {len(LABELS)}, got {table.shape}")
        self.table, self.transitions = table, transitions
        self.bits = len(table).bit_length() - 1

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


def sum_rows(weights: Weights, rows: Int32) -> Int32:
    """The sum of the weight rows of each line of ``rows``, exact."""
    out = np.zeros((len(rows), weights.table.shape[1]), np.int32)
    for column in range(rows.shape[1]):
        out += weights.table[rows[:, column]]
    return out


def context_rows(hashes: npt.NDArray[np.uint32], bits: int, salt: int = CONTEXT_SALT) -> Int32:
    out = np.empty(hashes.shape, np.int32)
    for column in range(hashes.shape[1]):
        out[:, column] = buckets(hashes[:, column], salt + column, bits)
    return out


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
        self.scores = {offset: np.zeros((size, len(LABELS)), np.int16) for offset in OFFSETS}
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
            self.scores[offset][rows] = sum_rows(self._weights, index)
        for number, word in enumerate(words, base):
            self._numbers[word] = number

    def _grow(self) -> None:
        size = 2 * len(self.case)
        self.attributes = np.resize(self.attributes, (size, self.attributes.shape[1]))
        self.case = np.resize(self.case, size)
        self.scores = {offset: np.resize(table, (size, table.shape[1])) for offset, table in self.scores.items()}

"""Hashes that are the same on every machine and in every run (Python's own ``hash`` of text is not)."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["UInts", "combine", "mix", "text_hash"]

UInts = npt.NDArray[np.uint32]


def text_hash(text: str) -> int:
    """CRC-32 of the text, never 0 (0 means "absent" wherever hashes are stored); lone surrogates are let through."""
    return crc32(text.encode("utf-8", "surrogatepass")) or 1


def mix(values: UInts) -> UInts:
    """The finaliser of MurmurHash3 (Appleby, public domain): spreads every input bit over the 32 output bits."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def combine(first: UInts, second: UInts) -> UInts:
    """An order-sensitive combination of two hashes, not yet mixed."""
    return (first * np.uint32(0x9E3779B1)) ^ (second * np.uint32(0x85EBCA77) + (first >> np.uint32(15)))

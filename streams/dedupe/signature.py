"""The sketch of a text: the hashes of a few of its word 3-grams, chosen alike in every text that has them.

Bottom-k sampling (Cohen & Kaplan 2007, the one-hash form of Broder's MinHash): of all 3-grams, those with the
smallest ranks. A rank depends on the 3-gram alone, so a copy, a cut or a translation back keeps a proportional part
of the sample. Long words rank first: their 3-grams are rarer, and rare 3-grams tell texts apart. The sketch is made
where the work scales out (intake) and looked up where it cannot (dedupe).
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import NGRAM, U32, Words, grams, words

__all__ = ["SAMPLE", "Sketch", "decode", "encode", "signatures", "sketches"]

#: 3-grams kept of a text. A pair that shares a tenth of its 3-grams has, on average, two or three in both sketches.
SAMPLE = 28

#: How many 3-grams the text has, and the keys of those kept, at most ``SAMPLE``, by rank.
Sketch = tuple[int, U32]

_HEAD = struct.Struct("<BI")  # format, number of 3-grams
_FORMAT = 1
#: Texts sorted at once: the number of the text takes the highest 8 bits of the sort key.
_CHUNK = 128
_RANK_BITS = np.uint64(56)


def _doublings() -> NDArray[np.uint8]:
    """Per number of letters in a 3-gram: how often its rank is halved. 12 letters is an everyday 3-gram of English,
    20 one in ten."""
    steps = np.zeros(256, np.uint8)
    for letters in (12, 16, 20):
        steps[letters:] += 1
    return steps


_HALVINGS = _doublings()


def sketches(found: Words) -> list[Sketch]:
    """The sketch of each text of the batch."""
    count = len(found.bounds) - 1
    result: list[Sketch] = []
    for start in range(0, count, _CHUNK):
        result.extend(_chunk(found, start, min(count, start + _CHUNK)))
    return result


def _chunk(found: Words, start: int, stop: int) -> list[Sketch]:
    bounds = found.bounds[start : stop + 1]
    low, high = int(bounds[0]), int(bounds[-1])
    bounds = bounds - low
    sizes = np.diff(bounds)
    totals = np.maximum(sizes - (NGRAM - 1), 0)
    hashed = grams(found.hashes[low:high])
    if not len(hashed):
        return [(0, np.zeros(0, np.uint32)) for _ in totals]
    size = np.minimum(found.lengths[low:high], 80).astype(np.uint8)
    halved = _HALVINGS.take(size[:-2] + size[1:-1] + size[2:])
    ranks = (hashed >> np.uint64(8)) >> halved
    # Most 3-grams cannot be among the smallest: a bound per text, above what is needed on average, spares the sort.
    weight = np.concatenate(([0], np.cumsum(np.left_shift(1, halved, dtype=np.int64))))
    firsts = np.minimum(bounds[:-1], len(hashed))
    mass = weight[np.maximum(bounds[1:] - (NGRAM - 1), firsts)] - weight[firsts]
    share = np.minimum(1.0, 1.75 * SAMPLE / np.maximum(mass, 1))
    limit = (share * float(1 << 56)).astype(np.uint64)
    limit[totals == 0] = 0
    owner = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)[: len(hashed)]
    close = ranks <= np.repeat(limit, sizes)[: len(hashed)]
    over = (bounds[1:-1, None] - np.arange(1, NGRAM)).ravel()  # 3-grams that run over into the next text
    close[over[(over >= 0) & (over < len(close))]] = False
    picked = np.sort((owner[close] << _RANK_BITS) | ranks[close])
    fresh = np.ones(len(picked), bool)
    fresh[1:] = picked[1:] != picked[:-1]
    picked = picked[fresh]
    edges = np.searchsorted(picked, np.arange(len(sizes) + 1, dtype=np.uint64) << _RANK_BITS)
    keys = picked.astype(np.uint32)
    return [
        (total, keys[a : min(b, a + SAMPLE)])
        for total, a, b in zip(totals.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]


def encode(sketch: Sketch) -> str:
    """Base64 of the sketch; empty for a text without a 3-gram."""
    total, keys = sketch
    return base64.b64encode(_HEAD.pack(_FORMAT, total) + keys.astype("<u4").tobytes()).decode() if len(keys) else ""


def decode(text: str) -> Sketch | None:
    """The sketch in ``text``; None where it is none of ours (then the text has to be read again)."""
    if not text:
        return 0, np.zeros(0, np.uint32)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) < _HEAD.size or (len(data) - _HEAD.size) % 4 or data[0] != _FORMAT:
        return None
    keys = np.frombuffer(data, "<u4", offset=_HEAD.size).astype(np.uint32)
    return (_HEAD.unpack_from(data)[1], keys) if len(keys) <= SAMPLE else None


def signatures(texts: Sequence[str]) -> list[str]:
    """The signature of each text, in order. Give it whole batches: the cost is per call as much as per text."""
    return [encode(sketch) for sketch in sketches(words(texts))] if texts else []

"""The index: what it finds, what it forgets, and that a rebuilt one answers like the old one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.dedupe.index import BLOCK, BUCKET_BYTES, Index
from streams.dedupe.signature import SAMPLE
from streams.dedupe.words import U32


def keys(*values: int) -> U32:
    return np.array(values, np.uint32)


def drawn(seed: int, count: int, size: int = SAMPLE) -> list[U32]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 1 << 32, size, dtype=np.uint64).astype(np.uint32) for _ in range(count)]


def ask(index: Index, sketch: U32) -> dict[int, int]:
    return dict(index.lookup([sketch])[0] + index.recent(sketch))


def test_a_document_is_found_at_once_and_after_its_block_went_into_the_table() -> None:
    index, sketches = Index(), drawn(1, 3 * BLOCK)
    for number, sketch in enumerate(sketches, 1):
        index.add(number, sketch)
        assert ask(index, sketch) == {number: SAMPLE}
    assert ask(index, sketches[0]) == {1: SAMPLE}


def test_a_3_gram_that_all_texts_share_keeps_its_newest_and_costs_nothing_more() -> None:
    index = Index()
    for number in range(1, 20 * BLOCK):
        index.add(number, keys(7, number + 1000))
    found = index.lookup([keys(7)])[0]
    assert [number for number, _ in found] == list(range(20 * BLOCK - 4, 20 * BLOCK))


def test_forgotten_documents_are_not_found() -> None:
    index, sketches = Index(), drawn(2, 2 * BLOCK)
    for number, sketch in enumerate(sketches, 1):
        index.add(number, sketch)
    index.oldest = 50
    assert ask(index, sketches[48]) == {}
    assert ask(index, sketches[49]) == {50: SAMPLE}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(8, 64), st.integers(1, 400), st.floats(0, 1))
def test_a_table_rebuilt_from_the_live_documents_answers_as_the_old_one(
    seed: int, buckets: int, count: int, gone: float
) -> None:
    rng = np.random.default_rng(seed)
    sketches = [rng.integers(0, 300, 10).astype(np.uint32) for _ in range(count)]
    index = Index(buckets)
    oldest = 1
    for number, sketch in enumerate(sketches, 1):
        oldest = max(oldest, int(number * gone * rng.random()))
        index.oldest = oldest
        index.add(number, sketch)
    fresh = Index(buckets)
    fresh.oldest = oldest
    for number in range(oldest, count + 1):
        fresh.add(number, sketches[number - 1])
    probe = keys(*range(300))
    assert sorted(index.lookup([probe])[0]) == sorted(fresh.lookup([probe])[0])
    assert sorted(index.recent(probe)) == sorted(fresh.recent(probe))


def test_growing_keeps_every_document_within_400_bytes_of_index_each() -> None:
    index, sketches = Index(64), drawn(3, 5000)
    for number, sketch in enumerate(sketches, 1):
        if index.add(number, sketch):
            while index.crowded(number, SAMPLE):
                index.rebuild(enumerate(sketches[:number], 1))
    assert index.bytes / 5000 + 4 * SAMPLE <= 400
    assert index.bytes == index.buckets * BUCKET_BYTES
    lost = [SAMPLE - ask(index, sketch).get(number, 0) for number, sketch in enumerate(sketches, 1)]
    assert max(lost) < SAMPLE / 2
    assert np.mean(lost) < 0.05 * SAMPLE

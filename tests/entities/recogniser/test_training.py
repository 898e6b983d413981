"""Training data is made as it says: labels where names are, nothing certain where a corpus is silent."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from streams.entities.recogniser.labels import LABELS, allowed_after, encode, to_bio
from streams.entities.recogniser.viterbi import FORBIDDEN, decode
from streams.entities.training.corpus import ALL, MISC_OR_OUTSIDE, corpora, held_out
from streams.entities.training.newswire import headline_case, with_runtime_tokens

TRAIN = Path(__file__).parents[3].parent / "shared" / "data" / "ner" / "train"


@pytest.mark.parametrize(
    "tags", [["O"], ["B-PER", "I-PER", "O"], ["B-LOC", "B-LOC"], ["B-ORG", "I-ORG", "I-ORG", "B-PER"], ["O", "B-MISC"]]
)
def test_labels_and_tags_say_the_same(tags: list[str]) -> None:
    labels = encode(tags)
    assert to_bio(labels) == tags
    assert all(allowed_after[a, b] for a, b in itertools.pairwise(labels))


def test_the_decoder_finds_the_best_allowed_path() -> None:
    rng = np.random.default_rng(3)
    lengths = np.array([1, 5, 3, 5, 2])
    starts = np.cumsum(lengths) - lengths
    scores = rng.integers(-99, 99, (int(lengths.sum()), len(LABELS))).astype(np.int32)
    moves = rng.integers(-20, 20, (len(LABELS), len(LABELS))).astype(np.int32)
    found = decode(scores, starts, lengths, moves)
    for start, length in zip(starts, lengths, strict=True):
        rows = scores[start : start + length]
        best = _best(rows, moves)
        path = found[start : start + length]
        total = sum(int(rows[t, j]) for t, j in enumerate(path))
        total += sum(int(moves[a, b]) for a, b in itertools.pairwise(path))
        assert all(allowed_after[a, b] for a, b in itertools.pairwise(path))
        assert total == best


def _best(rows: np.ndarray, moves: np.ndarray) -> int:
    """The score of the best path by plain dynamic programming over Python integers."""
    every = range(len(LABELS))
    first = [label[0] in "OBS" for label in LABELS]
    last = [label[0] in "OES" for label in LABELS]
    value = [int(rows[0, j]) if first[j] else FORBIDDEN for j in range(len(LABELS))]
    for row in rows[1:]:
        value = [
            int(row[j]) + max(value[i] + int(moves[i, j]) if allowed_after[i, j] else FORBIDDEN for i in every)
            for j in every
        ]
    return max(v for j, v in enumerate(value) if last[j])


def test_a_headline_has_capitals_and_no_full_stop() -> None:
    tagged = [("talks", "O"), ("in", "O"), ("Oslo", "LOC"), ("fail", "O"), (".", "O")]
    assert headline_case(tagged) == [("Talks", "O"), ("in", "O"), ("Oslo", "LOC"), ("Fail", "O")]


def test_tokens_are_split_as_at_run_time_with_their_tags() -> None:
    words, tags = with_runtime_tokens(["Oslo-based", "AP/Reuters", "U.S."], ["?", "B-ORG", "B-LOC"])
    assert words == ["Oslo", "-based", "AP", "/", "Reuters", "U.S."]
    assert tags == ["?", "O", "B-ORG", "I-ORG", "I-ORG", "B-LOC"]


@pytest.mark.shared
@pytest.mark.skipif(not TRAIN.exists(), reason="the development data is not beside the checkout")
def test_where_a_corpus_does_not_annotate_misc_outside_is_not_certain() -> None:
    documents = corpora(TRAIN)
    tweets = [example for document in documents["btc"] for example in document.examples]
    assert all(mask != 1 for example in tweets for mask in example.allowed)
    assert any(mask == MISC_OR_OUTSIDE for example in tweets for mask in example.allowed)
    assert any(mask == ALL for example in documents["re3d"][0].examples for mask in example.allowed)


@pytest.mark.shared
@pytest.mark.skipif(not TRAIN.exists(), reason="the development data is not beside the checkout")
def test_no_held_out_sentence_is_trained_on() -> None:
    kept = {" ".join(words) for words, _ in held_out(TRAIN) if len(words) > 5}
    trained = {" ".join(e.words) for documents in corpora(TRAIN).values() for d in documents for e in d.examples}
    assert not kept & trained

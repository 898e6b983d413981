"""The learned part: what is computed for all nets and trees at once is what each of them says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.model import CLIP, Forest, Scorer

Array = NDArray[np.float64]
DRAW = np.random.default_rng(3)
#: Two trees: feature 1 at 0.5, then feature 0 at 0.2 on the right; and a leaf alone.
UNEVEN = Forest(
    roots=np.array([0, 5], np.int32), feature=np.array([1, 0, 0, 0, 0, 0], np.int16),
    threshold=np.array([0.5, np.inf, 0.2, np.inf, np.inf, np.inf]), left=np.array([1, 1, 3, 3, 4, 5], np.int32),
    right=np.array([2, 1, 4, 3, 4, 5], np.int32), value=np.array([0.0, 1.0, 0.0, 2.0, 3.0, 10.0]), base=100.0, depth=2,
)


def network(*widths: int) -> tuple[tuple[Array, Array], ...]:
    return tuple((DRAW.normal(size=(a, b)), DRAW.normal(size=b)) for a, b in pairwise(widths))


def said(layers: tuple[tuple[Array, Array], ...], values: Array) -> Array:
    for weights, bias in layers[:-1]:
        values = np.maximum(values @ weights + bias, 0)
    weights, bias = layers[-1]
    found: Array = (values @ weights + bias)[:, 0]
    return found


def test_a_row_goes_left_at_the_threshold_and_down_uneven_trees() -> None:
    rows = np.array([[9.0, 0.5], [0.2, 0.6], [0.3, 0.6], [-9.0, 9.0]])
    assert UNEVEN(rows).tolist() == [111.0, 112.0, 113.0, 112.0]


def test_a_tree_may_be_a_leaf_and_a_forest_may_have_no_tree() -> None:
    for trees, expected in ((0, 1.0), (1, 3.5)):
        nodes = np.zeros(trees, np.int32)
        forest = Forest(nodes, nodes.astype(np.int16), np.zeros(trees), nodes, nodes, np.full(trees, 2.5), 1.0, 0)
        assert forest(np.zeros((2, 3))).tolist() == [expected, expected]


def test_a_score_is_the_mean_of_the_networks_and_the_trees() -> None:
    nets = (network(2, 5, 4, 1), network(2, 3, 6, 1), network(2, 5, 2, 1))
    rows = DRAW.normal(size=(7, 2)) * 3
    small = Forest(UNEVEN.roots, UNEVEN.feature, UNEVEN.threshold, UNEVEN.left, UNEVEN.right, UNEVEN.value / 9, 0.0, 2)
    standard = np.clip((rows - 0.25) / 0.5, -CLIP, CLIP)
    odds = sum(said(net, standard) for net in nets) / 3
    for forest, expected in ((None, odds), (small, (odds + small(rows)) / 2)):
        scorer = Scorer(np.full(2, 0.25), np.full(2, 0.5), nets, forest)
        assert np.allclose(scorer(rows), expected)


def test_a_scorer_survives_its_arrays() -> None:
    rows = DRAW.normal(size=(5, 2))
    nets = tuple(tuple((w.astype(np.float32).astype(np.float64), b.astype(np.float32).astype(np.float64))
                       for w, b in network(2, 4, 1)) for _ in range(2))
    scorer = Scorer(np.zeros(2), np.ones(2), nets, UNEVEN)
    assert Scorer.load("s", scorer.arrays("s"))(rows).tolist() == scorer(rows).tolist()

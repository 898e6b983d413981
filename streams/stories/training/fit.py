"""From comparisons to scorers: small networks on standardised features, and boosted trees on the plain ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier

from streams.stories.matching.model import CLIP, Forest, Scorer
from streams.stories.training.rollout import Comparisons

__all__ = ["fit_context", "fit_pair"]

Array = NDArray[np.float64]
_HIDDEN = 40
#: Passes over few examples learn them by heart.
_EPOCHS = 12
#: How many trees judge a pair among its neighbours: few and small, on few features.
_CONTEXT_TREES = 120


def fit_pair(
    seen: Comparisons, leave_out: set[str], *, nets: int, trees: int, examples: int, penalty: float, seed: int
) -> Scorer:
    """A scorer from all pairs in which no gold story of ``leave_out`` takes part. ``examples``: how many rows each
    network is shown, repeats counted: variations of one stream repeat its articles, and learning on overfits."""
    features, same = chosen(seen, leave_out)
    offset, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = np.clip((features - offset) / scale, -CLIP, CLIP)
    trained = []
    for number in range(nets):
        net = MLPClassifier((_HIDDEN,), alpha=penalty, batch_size=128, learning_rate_init=2e-3,
                            max_iter=max(1, min(_EPOCHS, round(examples / len(same)))), random_state=seed + number)
        net.fit(standard, same)
        trained.append(tuple(
            (weights.astype(np.float32).astype(np.float64), bias.astype(np.float32).astype(np.float64))
            for weights, bias in zip(net.coefs_, net.intercepts_, strict=True)
        ))
    forest = None
    if trees:
        forest = _forest(HistGradientBoostingClassifier(
            max_iter=trees, learning_rate=0.08, max_depth=4, min_samples_leaf=20, l2_regularization=5,
            early_stopping=False, random_state=seed,
        ).fit(features, same))
    return Scorer(offset, scale, tuple(trained), forest)


def fit_context(seen: list[tuple[Comparisons, set[str]]], leave_out: set[str], seed: int) -> Forest:
    """A forest from the pairs among their neighbours: of each of ``seen`` those in which a story of its set takes part,
    which were not learned from by the model that judged them, and none of ``leave_out``."""
    parts = [chosen(each, leave_out, part) for each, part in seen]
    features = np.concatenate([rows for rows, _ in parts])
    same = np.concatenate([labels for _, labels in parts])
    return _forest(HistGradientBoostingClassifier(
        max_iter=_CONTEXT_TREES, learning_rate=0.06, max_depth=3, min_samples_leaf=60, l2_regularization=3,
        max_features=0.5, early_stopping=False, random_state=seed,
    ).fit(features, same))


def chosen(seen: Comparisons, leave_out: set[str], only: set[str] | None = None) -> tuple[Array, NDArray[np.bool_]]:
    """Rows and whether both articles are of one story: without ``leave_out``, with one of ``only`` at the least."""
    keep = np.array([
        left not in leave_out and right not in leave_out and (only is None or left in only or right in only)
        for left, right in zip(seen.left, seen.right, strict=True)
    ])
    same = np.array(seen.left) == np.array(seen.right)
    return np.concatenate(seen.rows)[keep], same[keep]


def _forest(boosted: HistGradientBoostingClassifier) -> Forest:
    nodes = [predictors[0].nodes for predictors in boosted._predictors]
    roots = np.cumsum([0, *(len(tree) for tree in nodes[:-1])])
    whole = np.concatenate(nodes)
    leaf = whole["is_leaf"].astype(bool)
    start = np.repeat(roots, [len(tree) for tree in nodes])
    itself = np.arange(len(whole))
    return Forest(
        roots.astype(np.int32), np.where(leaf, 0, whole["feature_idx"]).astype(np.int16),
        np.where(leaf, np.inf, whole["num_threshold"]).astype(np.float64),
        np.where(leaf, itself, whole["left"] + start).astype(np.int32),
        np.where(leaf, itself, whole["right"] + start).astype(np.int32),
        np.where(leaf, whole["value"], 0.0).astype(np.float32).astype(np.float64),
        float(np.ravel(boosted._baseline_prediction)[0]), int(whole["depth"].max()),
    )

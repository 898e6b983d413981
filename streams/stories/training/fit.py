"""From comparisons to scorers: small networks on standardised features, and boosted trees on the plain ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier

from streams.stories.matching.model import CLIP, Forest, Scorer
from streams.stories.training.rollout import Comparison

__all__ = ["fit"]

_HIDDEN = 40
#: Passes over few examples learn them by heart.
_EPOCHS = 12
#: The share of a mixed story that must be of the article's own for it to count as right; between it and 0 nothing is
#: learned.
_CLEAR = 0.45


def fit(
    seen: list[Comparison], leave_out: set[str], *, nets: int, trees: int, examples: int, penalty: float, seed: int
) -> Scorer:
    """A scorer from all comparisons in which no gold story of ``leave_out`` takes part. ``examples``: how many rows
    each network is shown, repeats counted: variations of one stream repeat its articles, and learning on overfits."""
    rows, labels = [], []
    for each in seen:
        if each.own in leave_out:
            continue
        keep = np.array([story not in leave_out for story in each.others])
        keep &= (each.same == 0) | (each.same >= _CLEAR)
        rows.append(each.rows[keep])
        labels.append(each.same[keep] >= _CLEAR)
    features, same = np.concatenate(rows), np.concatenate(labels)
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
    return Scorer(offset, scale, tuple(trained), _forest(features, same, trees, seed) if trees else None)


def _forest(features: NDArray[np.float64], same: NDArray[np.bool_], trees: int, seed: int) -> Forest:
    boosted = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.08, max_depth=4, min_samples_leaf=20, l2_regularization=5,
        early_stopping=False, random_state=seed,
    ).fit(features, same)
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

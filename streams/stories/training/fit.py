"""From comparisons to scorers: small networks on standardised features, averaged."""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier

from streams.stories.matching.model import CLIP, Scorer
from streams.stories.training.rollout import Comparison

__all__ = ["fit"]

_HIDDEN = 40
#: The share of a mixed story that must be of the article's own for it to count as right; between it and 0 nothing is
#: learned.
_CLEAR = 0.45


def fit(seen: list[Comparison], leave_out: set[str], *, nets: int, examples: int, penalty: float, seed: int) -> Scorer:
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
        net = MLPClassifier((_HIDDEN,), alpha=penalty, batch_size=128, learning_rate_init=2e-3, max_iter=max(1, round(examples / len(same))),
                            random_state=seed + number)
        net.fit(standard, same)
        trained.append(tuple(
            (weights.astype(np.float32).astype(np.float64), bias.astype(np.float32).astype(np.float64))
            for weights, bias in zip(net.coefs_, net.intercepts_, strict=True)
        ))
    return Scorer(offset, scale, tuple(trained))

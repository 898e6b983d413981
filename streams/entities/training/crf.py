"""Train the linear-chain CRF: AdaGrad on single sentences, feature dropout, partial labels. Single thread, seeded.

Lafferty, McCallum and Pereira (2001) for the model; Duchi, Hazan and Singer (2011) for AdaGrad; Tsuboi et al. (2008)
for partial labels: a token may carry a set of allowed labels, and the likelihood sums over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.labels import allowed_after, allowed_first, allowed_last

__all__ = ["Problem", "train"]

Float = npt.NDArray[np.float32]


@dataclass(slots=True)
class Problem:
    """Sentences laid out flat as in ``recogniser.context.Flat``, every feature already a row of the weight table."""

    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    weight: Float
    types: npt.NDArray[np.int64]
    unary: dict[int, npt.NDArray[np.int32]]
    context: npt.NDArray[np.int32]
    document: npt.NDArray[np.int32]
    allowed: npt.NDArray[np.int64]


@numba.njit(cache=True, fastmath=True)
def _marginals(emit, move, mask, first, last, size, out, pair):  # type: ignore[no-untyped-def]  # compiled
    """Scaled forward-backward over allowed labels; fills token marginals and adds transition marginals."""
    labels = emit.shape[1]
    alpha = np.zeros((size, labels), np.float32)
    beta = np.zeros((size, labels), np.float32)
    for t in range(size):
        total = 0.0
        for j in range(labels):
            if not (mask[t] >> j) & 1:
                continue
            if t == 0:
                value = first[j]
            else:
                value = 0.0
                for i in range(labels):
                    value += alpha[t - 1, i] * move[i, j]
            value *= emit[t, j]
            if t == size - 1:
                value *= last[j]
            alpha[t, j] = value
            total += value
        if total <= 0.0:
            return False
        for j in range(labels):
            alpha[t, j] /= total
    for j in range(labels):
        beta[size - 1, j] = last[j]
    for t in range(size - 2, -1, -1):
        total = 0.0
        for i in range(labels):
            value = 0.0
            for j in range(labels):
                if (mask[t + 1] >> j) & 1:
                    value += move[i, j] * emit[t + 1, j] * beta[t + 1, j]
            beta[t, i] = value
            total += value
        if total <= 0.0:
            return False
        for i in range(labels):
            beta[t, i] /= total
    for t in range(size):
        total = 0.0
        for j in range(labels):
            out[t, j] = alpha[t, j] * (beta[t, j] if t < size - 1 else 1.0)
            total += out[t, j]
        for j in range(labels):
            out[t, j] /= total
    for t in range(1, size):
        total = 0.0
        for i in range(labels):
            for j in range(labels):
                if (mask[t] >> j) & 1:
                    total += alpha[t - 1, i] * move[i, j] * emit[t, j] * beta[t, j]
        if total <= 0.0:
            return False
        for i in range(labels):
            for j in range(labels):
                if (mask[t] >> j) & 1:
                    pair[i, j] += alpha[t - 1, i] * move[i, j] * emit[t, j] * beta[t, j] / total
    return True


@numba.njit(cache=True, fastmath=True)
def _epoch(  # type: ignore[no-untyped-def]  # compiled
    order, starts, lengths, weight, types, m2, m1, p0, p1, p2, context, document, allowed, after, first, last,
    table, past, trans, trans_past, rate, keep, document_keep, seed,
):  # fmt: skip
    labels = table.shape[1]
    width = m2.shape[1] + m1.shape[1] + p0.shape[1] + p1.shape[1] + p2.shape[1] + context.shape[1] + document.shape[1]
    longest = lengths.max()
    active = np.zeros((longest, width), np.int32)
    count = np.zeros(longest, np.int32)
    score = np.zeros((longest, labels), np.float32)
    free = np.zeros((longest, labels), np.float32)
    gold = np.zeros((longest, labels), np.float32)
    all_labels = np.full(longest, (1 << labels) - 1, np.int64)
    state = np.uint64(seed * 2654435761 + 88172645463325252)
    threshold = np.uint64(keep * 65536)
    scale = np.float32(1.0 / keep)
    skipped = 0
    for which in order:
        begin, size = starts[which], lengths[which]
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        with_document = (state & np.uint64(65535)) < np.uint64(document_keep * 65536)
        for t in range(size):
            n = 0
            at = begin + t
            for part in range(7):
                if part == 0:
                    rows = m2[types[at - 2]]
                elif part == 1:
                    rows = m1[types[at - 1]]
                elif part == 2:
                    rows = p0[types[at]]
                elif part == 3:
                    rows = p1[types[at + 1]]
                elif part == 4:
                    rows = p2[types[at + 2]]
                elif part == 5:
                    rows = context[at]
                else:
                    if not with_document:
                        continue
                    rows = document[at]
                for row in rows:
                    if row == 0:
                        continue
                    state ^= state << np.uint64(13)
                    state ^= state >> np.uint64(7)
                    state ^= state << np.uint64(17)
                    if (state & np.uint64(65535)) < threshold:
                        active[t, n] = row
                        n += 1
            count[t] = n
            for j in range(labels):
                score[t, j] = 0.0
            for k in range(n):
                row = active[t, k]
                for j in range(labels):
                    score[t, j] += table[row, j]
            top = np.float32(-1e30)
            for j in range(labels):
                score[t, j] *= scale
                if score[t, j] > top:
                    top = score[t, j]
            for j in range(labels):
                score[t, j] = np.exp(max(score[t, j] - top, np.float32(-40.0)))
        move = np.exp(trans) * after
        pair_free = np.zeros((labels, labels), np.float32)
        pair_gold = np.zeros((labels, labels), np.float32)
        ok = _marginals(score, move, all_labels, first, last, size, free, pair_free)
        ok = ok and _marginals(score, move, allowed[begin : begin + size], first, last, size, gold, pair_gold)
        if not ok:
            skipped += 1
            continue
        for t in range(size):
            for j in range(labels):
                gradient = (gold[t, j] - free[t, j]) * weight[which]
                if abs(gradient) < 1e-4:
                    continue
                square = gradient * gradient
                for k in range(count[t]):
                    row = active[t, k]
                    past[row, j] += square
                    table[row, j] += rate * gradient / np.sqrt(past[row, j])
        for i in range(labels):
            for j in range(labels):
                gradient = (pair_gold[i, j] - pair_free[i, j]) * weight[which]
                if after[i, j] > 0 and abs(gradient) > 1e-5:
                    trans_past[i, j] += gradient * gradient
                    trans[i, j] += rate * gradient / np.sqrt(trans_past[i, j])
    return skipped


def train(problem: Problem, bits: int, epochs: int, seed: int, document_keep: float = 0.0, rate: float = 0.04,
          keep: float = 0.5, report: Callable[[str], None] = print) -> tuple[Float, Float]:  # fmt: skip
    """Weights (rows, labels) and transitions (labels, labels) after ``epochs`` passes in a seeded random order.

    The rate falls to a tenth over the passes. ``document_keep`` is the share of sentences that see the second pass's
    features, so the same weights serve both passes.
    """
    labels = len(allowed_first)
    table = np.zeros((1 << bits, labels), np.float32)
    past = np.full((1 << bits, labels), 1e-2, np.float32)
    trans = np.zeros((labels, labels), np.float32)
    trans_past = np.full((labels, labels), 1e-2, np.float32)
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = rng.permutation(len(problem.starts))
        now = rate * (1.0 - 0.9 * epoch / max(1, epochs - 1))
        skipped = _epoch(
            order, problem.starts, problem.lengths, problem.weight, problem.types,
            *(problem.unary[offset] for offset in (-2, -1, 0, 1, 2)), problem.context, problem.document,
            problem.allowed, allowed_after.astype(np.float32), allowed_first.astype(np.float32),
            allowed_last.astype(np.float32), table, past, trans, trans_past, np.float32(now), keep, document_keep,
            seed * 1000 + epoch + 1,
        )  # fmt: skip
        report(f"pass {epoch + 1} of {epochs}: {len(order)} sentences, {skipped} impossible")
    return table, trans

"""Viterbi decoding of many sentences at once, in integers, so the answer is the same on every machine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.labels import LABELS, allowed_after, allowed_first, allowed_last

__all__ = ["FORBIDDEN", "decode"]

#: Far below any sum of weights, far above int32 overflow when multiplied by the label count.
FORBIDDEN = -(1 << 24)

Ints = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]


def decode(emissions: Int32, starts: Ints, lengths: Ints, transitions: Int32) -> npt.NDArray[np.int8]:
    """The best label of every token.

    ``emissions`` is (tokens, labels), sentences one after the other from ``starts`` (rows) with ``lengths`` ≥ 1;
    ``transitions`` (labels, labels). Ties go to the lower label. Each step handles one token of every sentence that
    is long enough.
    """
    count = len(LABELS)
    out = np.zeros(len(emissions), np.int8)
    if not len(starts):
        return out
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    alive = np.searchsorted(-lengths, -np.arange(1, lengths[0] + 1), side="right")
    moves = np.where(allowed_after, transitions, FORBIDDEN).astype(np.int32)
    # The label that a maximum came from rides in its low bits: one maximum instead of maximum and argmax.
    shift = np.int32(5)
    tag = (31 - np.arange(count, dtype=np.int32))[None, :, None]
    score = emissions[starts] + np.where(allowed_first, 0, FORBIDDEN).astype(np.int32)
    back = np.zeros((int(lengths[0]), len(starts), count), np.int8)
    finish = np.where(allowed_last, 0, FORBIDDEN).astype(np.int32)
    last = np.zeros(len(starts), np.int64)
    for step in range(1, int(lengths[0]) + 1):
        live = int(alive[step]) if step < len(alive) else 0
        done = slice(live, int(alive[step - 1]))
        last[done] = np.argmax(score[done] + finish, axis=1)
        if not live:
            break
        keyed = ((score[:live, :, None] + moves[None]) << shift) + tag
        best = keyed.max(axis=1)
        back[step, :live] = 31 - (best & 31)
        score = (best >> shift) + emissions[starts[:live] + step]
        np.maximum(score, 2 * FORBIDDEN, out=score)
    rows = np.arange(len(starts))
    label = last.copy()
    for step in range(int(lengths[0]) - 1, -1, -1):
        live = int(alive[step])
        current = np.where(lengths[:live] - 1 == step, last[:live], label[:live])
        out[starts[:live] + step] = current
        label[:live] = back[step, rows[:live], current]
    return out

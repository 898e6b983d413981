"""Viterbi decoding of many sentences at once, in integers, so the answer is the same on every machine.

Of the 289 pairs of labels that could follow one another only 97 may: what is outside a name, or ends one, is followed
by what is outside or begins one (9 by 9 labels); what is inside a name of a type goes on or ends it (2 by 2, four
times). Scores lie label by label, so that each step is a few additions and maxima of long rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.labels import LABELS, allowed_after, allowed_first, allowed_last

__all__ = ["FORBIDDEN", "decode"]

#: Far below any sum of weights, far above int32 overflow when multiplied by the label count.
FORBIDDEN = -(1 << 24)

Ints = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]

#: Labels with nothing to go on with, and those that may follow them.
_SHUT, _FRESH = np.flatnonzero(allowed_last), np.flatnonzero(allowed_first)
#: Of the four labels of a type (BIES): those to go on with, and those that go on.
_OPEN, _ON = slice(0, 2), slice(1, 3)
assert allowed_after.sum() == len(_SHUT) * len(_FRESH) + 16
#: The label that a maximum came from rides in its low bits: one maximum instead of maximum and argmax.
_SHIFT, _LOW = np.int32(5), 31


def decode(emissions: Int32, starts: Ints, lengths: Ints, transitions: Int32) -> npt.NDArray[np.int8]:
    """The best label of every token.

    ``emissions`` is (tokens, labels), sentences one after the other from ``starts`` (rows) with ``lengths`` ≥ 1;
    ``transitions`` (labels, labels). Ties go to the lower label. Each step handles one token of every sentence that
    is long enough.
    """
    out = np.zeros(len(emissions), np.int8)
    if not len(starts):
        return out
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    longest = int(lengths[0])
    alive = [*np.searchsorted(-lengths, -np.arange(1, longest + 1), side="right").tolist(), 0]
    by_label = np.ascontiguousarray(emissions.T)
    moves = _keyed(transitions)
    finish = np.where(allowed_last, 0, FORBIDDEN).astype(np.int32)[:, None]
    score = by_label.take(starts, axis=1) + np.where(allowed_first, 0, FORBIDDEN).astype(np.int32)[:, None]
    last = np.zeros(len(starts), np.int64)
    back: list[Int32] = []
    for step in range(1, longest + 1):
        live = alive[step]
        if live < alive[step - 1]:
            last[live : alive[step - 1]] = np.argmax(score[:, live:] + finish, axis=0)
        if live:
            best = _step(score[:, :live], moves)
            back.append(best)
            score = (best >> _SHIFT) + by_label.take(starts[:live] + step, axis=1)
    label = last.copy()
    for step in range(longest - 1, -1, -1):
        live = alive[step]
        current = label[:live]
        out[starts[:live] + step] = current
        if step:
            label[:live] = _LOW - (back[step - 1][current, np.arange(live)] & _LOW)
    return out


def _keyed(transitions: Int32) -> tuple[Int32, Int32]:
    """The allowed transitions as they are added to a shifted score, each with the label it comes from in the low bits:
    from shut to fresh labels, shape (9, 9, 1); and by type from begin and inside to inside and end, (4, 2, 2, 1)."""
    moves = (transitions << _SHIFT) + (_LOW - np.arange(len(LABELS), dtype=np.int32))[:, None]
    within = np.stack([moves[at : at + 2, at + 1 : at + 3] for at in range(1, len(LABELS), 4)])
    return moves[np.ix_(_SHUT, _FRESH)][:, :, None], within[..., None]


def _step(score: Int32, moves: tuple[Int32, Int32]) -> Int32:
    """The best keyed score of every label at the next token, shape (labels, sentences)."""
    shifted = score << _SHIFT
    best = np.empty_like(shifted)
    best[_FRESH] = (shifted.take(_SHUT, axis=0)[:, None] + moves[0]).max(axis=0)
    by_type, best_by_type = shifted[1:].reshape(4, 4, -1), best[1:].reshape(4, 4, -1)
    best_by_type[:, _ON] = (by_type[:, _OPEN, None] + moves[1]).max(axis=1)
    return best

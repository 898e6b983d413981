"""An article against candidate stories, as numbers: one row a story, one column a feature.

Dot products are sums of whole numbers (exact, whatever their order), and all else is computed from them in the same
order every time. So equal states give equal features to the last bit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from streams.clock import HOUR_MS
from streams.stories.features import Item
from streams.stories.matching.store import Held, Store
from streams.stories.matching.views import VIEW_NAMES, VIEWS, view_weights
from streams.stories.terms import RARITY_UNIT
from streams.text.vectors import DIMENSIONS

__all__ = ["FEATURES", "Query", "Scratch", "compare"]

Array = NDArray[np.float64]
#: Newest members of a story that an article is compared with.
_MEMBERS = 10
#: Weight of the shipped rarities against the live counts, in articles.
_PRIOR = 1000.0
_LOW_BITS = np.uint32(0xFFFF)
#: A shared term above this rarity counts as strong evidence.
_STRONG = round(4.0 / RARITY_UNIT)
#: Time in articles is not looked at beyond this: a mild law, for streams of any density.
_MOST_BETWEEN = 1000

#: (the article's view, the member's view) of the cosines across views.
_CROSS = (("title", "all"), ("all", "title"), ("title", "lead"), ("lead", "title"))
_CROSS_OWN = [VIEW_NAMES.index(own) for own, _ in _CROSS]
_CROSS_OTHER = [VIEW_NAMES.index(other) for _, other in _CROSS]
_EVIDENCE = ("all", "title", "pairs", "names")
_EVIDENCE_COLUMNS = [VIEW_NAMES.index(name) for name in _EVIDENCE]
_OWN_VIEWS = ("all", "numbers", "dates", "title", "names", "entities")
_OWN_COLUMNS = [VIEW_NAMES.index(name) for name in _OWN_VIEWS]

_MEMBER = (*VIEW_NAMES, "whole", "headlead", *(f"{own}_to_{other}" for own, other in _CROSS),
           *(f"evidence_{name}" for name in _EVIDENCE), "shared", "shared_title", "rarest", "strong")
#: Of the best, the mean and the second best member of each story.
_MEAN = VIEWS + 2
_SECOND = [_MEMBER.index(name) for name in ("all", "title", "names", "whole", "headlead")]
_BASE = (
    *(f"max_{name}" for name in _MEMBER), *(f"mean_{name}" for name in _MEMBER[:_MEAN]),
    *(f"second_{_MEMBER[column]}" for column in _SECOND),
    *(f"any_{name}" for name in VIEW_NAMES), *(f"core_{name}" for name in VIEW_NAMES),
    "centre_whole", "centre_headlead",
    "size", "since_last", "since_first", "between_last", "between_first", "pace", "near", "near_rank",
)
_RIVALS = ("max_all", "any_all", "max_title", "max_pairs", "max_names", "max_headlead", "centre_whole", "any_lead")
_RIVAL_COLUMNS = [_BASE.index(name) for name in _RIVALS]
FEATURES = (*_BASE, *(f"own_{name}" for name in _OWN_VIEWS), "candidates", "tempo", "own_members",
            *(f"ahead_{name}" for name in _RIVALS))


class Query:
    """An article as it is looked up, or a story of so many ``members`` blended into one: weights under the live
    rarities, made once for all candidates."""

    def __init__(self, item: Item, store: Store, members: int = 1) -> None:
        self.item = item
        self.members = members
        live = store.frequencies(item.ids)
        expected = _PRIOR * np.exp(item.rarity * -RARITY_UNIT)
        rarity = -np.log((expected + live) / (_PRIOR + len(store)) + 1e-9)
        self.rarity: NDArray[np.int64] = np.round(np.maximum(rarity, 0.05) / RARITY_UNIT).astype(np.int64)
        self.plain = view_weights(item.views)
        self.weights: NDArray[np.int64] = self.plain * self.rarity[:, None]
        self.norms: Array = np.maximum(np.sqrt(np.square(self.weights).sum(axis=0)), 1e-9)


class Scratch:
    """A table from the low bits of a term to its place in the article, empty between uses."""

    def __init__(self) -> None:
        self.places = np.zeros(1 << 16, np.int16)


def compare(
    store: Store, query: Query, stories: Sequence[Held], near: Sequence[float], scratch: Scratch
) -> Array:
    """[stories, len(FEATURES)]. ``near``: how near each story was at the first look."""
    item, count = query.item, len(stories)
    recent = [held.members[-_MEMBERS:] for held in stories]
    sizes = np.array([len(members) for members in recent])
    starts = [0, *accumulate(sizes.tolist()[:-1])]
    index = np.array([slot for members in recent for _, _, slot in members])
    owner = np.repeat(np.arange(count), sizes)
    by_member, any_, core = _overlaps(store, query, index, owner, sizes, scratch)
    best = np.maximum.reduceat(by_member, starts, axis=0)
    mean = np.add.reduceat(by_member[:, :_MEAN], starts, axis=0) / sizes[:, None]
    base = np.concatenate([
        best, mean, _second(by_member[:, _SECOND], best[:, _SECOND], starts, owner, sizes), any_, core,
        store.centre_cosines(item, [held.number for held in stories]), _frame(store, item, stories),
        np.array([near, range(count)], np.float64).T,
    ], axis=1)
    own = np.log1p(np.array([*query.norms[_OWN_COLUMNS], count, _tempo(store), query.members]))
    return np.concatenate([base, np.broadcast_to(own, (count, len(own))), _ahead(base[:, _RIVAL_COLUMNS])], axis=1)


def _overlaps(
    store: Store, query: Query, index: NDArray[np.int64], owner: NDArray[np.int64], sizes: NDArray[np.int64],
    scratch: Scratch,
) -> tuple[Array, Array, Array]:
    """[members, len(_MEMBER)], and the shares of the weight of each of the article's views that stand in any member and
    in the mean member of each story [stories, VIEWS]."""
    item = query.item
    rows, term, views = _hits(store, item, index, scratch)
    theirs = view_weights(views) * item.rarity[term].astype(np.int64)[:, None]
    mine = query.weights[term]
    rare = query.rarity[term] * (query.plain[term, 0] > 0)
    parts = np.empty((len(rows), VIEWS + 7), np.int64)
    np.multiply(mine, theirs, out=parts[:, :VIEWS])
    np.multiply(mine[:, _CROSS_OWN], theirs[:, _CROSS_OTHER], out=parts[:, VIEWS : VIEWS + 4])
    np.greater(parts[:, :2], 0, out=parts[:, VIEWS + 4 : VIEWS + 6], casting="unsafe")
    np.maximum(rare - _STRONG, 0, out=parts[:, VIEWS + 6])
    sums = np.zeros((len(index), parts.shape[1]))
    rarest = np.zeros(len(index))
    if len(rows):
        edges = np.flatnonzero(np.diff(rows, prepend=-1))
        sums[rows[edges]] = np.add.reduceat(parts, edges, axis=0)
        rarest[rows[edges]] = np.maximum.reduceat(rare, edges)
    norms = np.maximum(store.norms[index], 1e-9)
    wide = store.vectors[index].astype(np.float32).reshape(-1, 2, DIMENSIONS)
    own = item.vectors.astype(np.float32)
    lengths = np.maximum(np.sqrt(np.einsum("vd,vd->v", own, own)) * store.lengths[index], 1e-9)
    by_member = np.concatenate([
        sums[:, :VIEWS] / (query.norms * norms), np.einsum("nvd,vd->nv", wide, own) / lengths,
        sums[:, VIEWS : VIEWS + 4] / (query.norms[_CROSS_OWN] * norms[:, _CROSS_OTHER]),
        np.log1p(sums[:, _EVIDENCE_COLUMNS] * 1e-4), sums[:, VIEWS + 4 : VIEWS + 6],
        np.stack([rarest, sums[:, VIEWS + 6]], axis=1) * RARITY_UNIT,
    ], axis=1)
    cells = np.bincount(owner[rows] * len(item.ids) + term, minlength=len(sizes) * len(item.ids))
    held = cells.reshape(len(sizes), len(item.ids)).astype(np.float64)
    weights = query.weights / np.maximum(query.weights.sum(axis=0), 1)
    return by_member, (held > 0) @ weights, (held / sizes[:, None]) @ weights


def _hits(
    store: Store, item: Item, index: NDArray[np.int64], scratch: Scratch
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint16]]:
    """Where members have terms of the article: member, the article's term, the member's view byte; by member."""
    ids = store.ids[index]
    low = item.ids & _LOW_BITS
    scratch.places[low] = np.arange(len(item.ids), dtype=np.int16)
    places = scratch.places[ids & _LOW_BITS]
    scratch.places[low] = 0
    if not len(item.ids):
        return np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.uint16)
    rows, columns = np.nonzero(item.ids[places] == ids)
    return rows, places[rows, columns], store.views[index[rows], columns]


def _second(values: Array, best: Array, starts: list[int], owner: NDArray[np.int64], sizes: NDArray[np.int64]) -> Array:
    """The second best member of each story, column by column; the best where there is one member."""
    at_best = values == best[owner]
    rest = np.maximum.reduceat(np.where(at_best, -1.0, values), starts, axis=0)
    tied = np.add.reduceat(at_best.astype(np.int64), starts, axis=0) > 1
    return np.where(tied | (sizes == 1)[:, None], best, rest)


def _frame(store: Store, item: Item, stories: Sequence[Held]) -> Array:
    """Size and time of each story as seen from the article: mild logarithms, in hours and in articles."""
    at, times = item.time_ms, store.times
    below, above = bisect_left(times, at), bisect_right(times, at)
    rows = []
    for held in stories:
        first, last = held.members[0][0], held.members[-1][0]
        since_last = max(0, at - last, first - at) / HOUR_MS
        pace = (last - first) / HOUR_MS / max(1, len(held.members) - 1)
        between = [
            min(_MOST_BETWEEN, below - bisect_right(times, then) if then < at else
                max(0, bisect_left(times, then) - above))
            for then in (last, first)
        ]
        rows.append((len(held.members), since_last, abs(at - first) / HOUR_MS, *between, pace))
    return np.log1p(np.array(rows, np.float64))


def _tempo(store: Store) -> float:
    """Articles an hour over the newest hundred."""
    recent = store.times[-100:]
    return len(recent) / max(0.1, (recent[-1] - recent[0]) / HOUR_MS)


def _ahead(columns: Array) -> Array:
    """How far each story is ahead of the best other one; its whole value where it is alone."""
    if len(columns) < 2:
        return columns
    ordered = np.sort(columns, axis=0)
    rival = np.where(columns == ordered[-1], ordered[-2], ordered[-1])
    ahead: Array = columns - rival
    return ahead

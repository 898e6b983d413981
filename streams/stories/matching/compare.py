"""An article against candidate stories, as numbers: one row a story, one column a feature.

Dot products are sums of whole numbers (exact, whatever their order); what is divided afterwards is divided the same way
every time. So equal states give equal features to the last bit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from streams.clock import HOUR_MS
from streams.stories.features import Item
from streams.stories.matching.store import Held, Store
from streams.stories.matching.views import VIEW_NAMES, VIEWS, view_weights
from streams.stories.terms import RARITY_UNIT
from streams.text.vectors import DIMENSIONS

__all__ = ["FEATURES", "Query", "compare"]

#: Newest members of a story that an article is compared with.
_MEMBERS = 12
#: Weight of the shipped rarities against the live counts, in articles.
_PRIOR = 1000.0
_LUT_BITS = 16
_LUT_MASK = np.uint32((1 << _LUT_BITS) - 1)

_BASE = (
    *(f"max_{name}" for name in VIEW_NAMES), *(f"mean_{name}" for name in VIEW_NAMES),
    *(f"any_{name}" for name in VIEW_NAMES), *(f"core_{name}" for name in VIEW_NAMES),
    "max_whole", "max_headlead", "mean_whole", "mean_headlead", "centre_whole", "centre_headlead",
    "second_whole", "second_all",
    "cross_title_all", "cross_all_title", "cross_title_lead", "cross_lead_title",
    "evidence_all", "evidence_title", "evidence_pairs", "evidence_names", "shared", "shared_title", "rarest", "rarest3",
    "size", "since_last", "since_first", "rank_last", "rank_first", "pace", "rough", "rough_rank",
)
_OWN = ("own_all", "own_numbers", "own_dates", "own_title", "own_names", "own_entities", "candidates", "tempo", "own_members")
_RIVALS = ("max_all", "any_all", "max_title", "max_pairs", "max_names", "max_headlead", "centre_whole", "any_lead")
_RIVAL_COLUMNS = [_BASE.index(name) for name in _RIVALS]
FEATURES = (*_BASE, *_OWN, *(f"ahead_{name}" for name in _RIVALS))


class Query:
    """An article as it is looked up, or a story of so many ``members`` blended into one: weights under the live
    rarities, made once for all candidates."""

    def __init__(self, item: Item, store: Store, members: int = 1) -> None:
        self.item = item
        self.members = members
        live = store.frequencies(item.ids)
        prior = item.rarity * RARITY_UNIT
        rarity = -np.log((_PRIOR * np.exp(-prior) + live) / (_PRIOR + len(store)) + 1e-9)
        self.rarity = np.round(np.maximum(rarity, 0.05) / RARITY_UNIT).astype(np.int64)
        self.plain = view_weights(item.views)
        self.weights = self.plain * self.rarity[:, None]
        self.norms = np.sqrt(np.square(self.weights).sum(axis=0))


class Scratch:
    """A table from the low bits of a term to its place in the query, cleared after use."""

    def __init__(self) -> None:
        self.places = np.zeros(1 << _LUT_BITS, np.int16)


def compare(
    store: Store, query: Query, stories: Sequence[Held], rough: Sequence[float], scratch: Scratch
) -> NDArray[np.float64]:
    """[stories, len(FEATURES)]. ``rough``: the overlap by which each story was found."""
    item = query.item
    slots: list[int] = []
    starts: list[int] = []
    for held in stories:
        starts.append(len(slots))
        slots.extend([slot for _, _, slot in held.members[-_MEMBERS:]])
    count = len(stories)
    owner = np.repeat(np.arange(count), np.diff([*starts, len(slots)]))
    sizes = np.bincount(owner, minlength=count)
    index = np.array(slots)
    dots, any_, core, cross, shared = _overlaps(store, query, index, owner, sizes, scratch)
    cosines = dots / (np.maximum(query.norms, 1e-9) * np.maximum(store.norms[index], 1e-9))
    own = item.vectors.astype(np.float32)
    own_lengths = np.maximum(np.sqrt(np.square(own).sum(axis=1)), 1e-9)
    near = store.vectors[index].astype(np.float32).reshape(-1, 2, DIMENSIONS)
    dense = np.einsum("nvd,vd->nv", near, own) / (own_lengths * np.maximum(store.lengths[index], 1e-9))
    centre = store.centre_cosines(item, [held.number for held in stories])
    both = np.concatenate([cosines, dense], axis=1)
    best = np.maximum.reduceat(both, starts, axis=0)
    mean = np.round(np.add.reduceat(both, starts, axis=0) / sizes[:, None], 9)
    second = np.array([_second(both[start : start + size]) for start, size in zip(starts, sizes, strict=True)])
    base = np.concatenate([
        best[:, :VIEWS], mean[:, :VIEWS], any_, core, best[:, VIEWS:], mean[:, VIEWS:], centre,
        second,
        np.maximum.reduceat(_crossed(cross, query, store.norms[index]), starts, axis=0),
        np.log1p(np.maximum.reduceat(dots[:, [0, 1, 3, 4]], starts, axis=0) / 1e4),
        np.maximum.reduceat(shared, starts, axis=0),
        _frame(store, item, stories), np.array(rough)[:, None], np.arange(count)[:, None],
    ], axis=1)
    own_row = np.log1p(np.concatenate([query.norms[[0, 5, 6, 1, 4, 7]], [count, _tempo(store), query.members]]))
    return np.concatenate([base, np.tile(own_row, (count, 1)), _ahead(base[:, _RIVAL_COLUMNS])], axis=1)


def _overlaps(
    store: Store, query: Query, index: NDArray[np.int64], owner: NDArray[np.int64], sizes: NDArray[np.int64],
    scratch: Scratch,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Dot products with each member [members, VIEWS], and the shares of the article's weight that stand in any
    member and in the mean member of each story [stories, VIEWS]."""
    item = query.item
    ids = store.ids[index]
    low = item.ids & _LUT_MASK
    scratch.places[low] = np.arange(len(item.ids), dtype=np.int16)
    places = scratch.places[ids & _LUT_MASK]
    scratch.places[low] = 0
    rows, columns = np.nonzero(item.ids[places] == ids)
    term = places[rows, columns]
    member = view_weights(store.views[index[rows], columns]) * item.rarity[term].astype(np.int64)[:, None]
    dots = np.zeros((len(index), VIEWS))
    if len(rows):
        edges = np.flatnonzero(np.diff(rows, prepend=-1))
        dots[rows[edges]] = np.add.reduceat(query.weights[term] * member, edges, axis=0)
    cross = np.zeros((len(index), 4))
    shared = np.zeros((len(index), 4))
    if len(rows):
        weights = query.weights[term]
        cross[rows[edges]] = np.add.reduceat(weights[:, [1, 0, 1, 2]] * member[:, [0, 1, 2, 1]], edges, axis=0)
        rare = query.rarity[term] * (query.plain[term][:, [0, 1]] > 0).any(axis=1)
        bits = np.stack([member[:, 0] > 0, (query.weights[term, 1] > 0) & (member[:, 1] > 0)], axis=1).astype(np.int64)
        shared[rows[edges], :2] = np.add.reduceat(bits, edges, axis=0)
        shared[rows[edges], 2] = np.maximum.reduceat(rare, edges) * RARITY_UNIT
        strong = np.maximum(rare - round(4 / RARITY_UNIT), 0)
        shared[rows[edges], 3] = np.add.reduceat(strong, edges) * RARITY_UNIT
    present = (member > 0).astype(np.float64)
    cells = np.zeros((len(sizes) * len(item.ids), VIEWS))
    np.add.at(cells, owner[rows] * len(item.ids) + term, present)
    held = cells.reshape(len(sizes), len(item.ids), VIEWS)
    total = np.maximum(query.weights.sum(axis=0), 1)
    any_ = np.einsum("ctv,tv->cv", (held > 0).astype(np.float64), query.weights.astype(np.float64)) / total
    core = np.einsum("ctv,tv->cv", held, query.weights.astype(np.float64)) / (total * sizes[:, None])
    return dots, any_, core, cross, shared


def _crossed(cross: NDArray[np.float64], query: Query, norms: NDArray[np.float32]) -> NDArray[np.float64]:
    mine = np.maximum(query.norms[[1, 0, 1, 2]], 1e-9)
    return cross / (mine * np.maximum(norms[:, [0, 1, 2, 1]], 1e-9))


def _second(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The second best member's whole-text cosines (dense, all terms); the best's where there is one member."""
    ordered = np.sort(values[:, [VIEWS, 0]], axis=0)
    return ordered[-2] if len(ordered) > 1 else ordered[-1]


def _frame(store: Store, item: Item, stories: Sequence[Held]) -> NDArray[np.float64]:
    """Size and time of each story as seen from the article: mild logarithms, in hours and in articles."""
    rows = []
    for held in stories:
        first, last = held.members[0][0], held.members[-1][0]
        since_last = max(0, item.time_ms - last, first - item.time_ms) / HOUR_MS
        since_first = abs(item.time_ms - first) / HOUR_MS
        pace = (last - first) / HOUR_MS / max(1, len(held.members) - 1)
        rows.append((len(held.members), since_last, since_first, _between(store, last, item.time_ms),
                     _between(store, first, item.time_ms), pace))
    return np.log1p(np.array(rows, np.float64))


def _between(store: Store, a: int, b: int) -> int:
    """How many held articles lie between two times: time as the stream itself counts it."""
    low, high = min(a, b), max(a, b)
    return min(1000, bisect_left(store.times, high) - bisect_right(store.times, low)) if high > low else 0


def _tempo(store: Store) -> float:
    """Articles an hour over the newest hundred."""
    if len(store.times) < 2:
        return 1.0
    recent = store.times[-100:]
    return len(recent) / max(0.1, (recent[-1] - recent[0]) / HOUR_MS)


def _ahead(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each story is ahead of the best other one; its whole value where it is alone."""
    if len(columns) < 2:
        return columns
    ordered = np.sort(columns, axis=0)
    rival = np.where(columns == ordered[-1], ordered[-2], ordered[-1])
    return columns - rival

"""The learned part: small neural networks and a boosted forest, from features to the chance that two belong together.

Trained by ``streams.stories.training.train``; at run time a few matrix products and table look-ups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.compiled import compiled

__all__ = ["CLIP", "Forest", "Model", "Scorer", "shipped_model"]

Array = NDArray[np.float64]
#: Standardised features are cut here, so that a stream unlike the training data cannot push a score to the extreme.
CLIP = 4.0
#: Log-odds below which the forest is not asked: of 33,000 pairs of the development stream it lifted none from there to
#: a chance of 1 %, and these are two of three.
_HOPELESS = -7.0
_FOREST = ("roots", "feature", "threshold", "left", "right", "value", "base", "depth")


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Boosted trees as tables of nodes, tree after tree: a node's feature, threshold, the nodes to the left (feature at
    most threshold) and to the right, and its value; a leaf leads to itself. ``roots``: first node of each tree.
    ``whole`` is made of these: the trees as full ones, a row each, in which the children of node n are 2n+1 and 2n+2:
    so a row goes down without a jump that a processor could guess wrong."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: Array
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Array
    base: float
    depth: int
    whole: tuple[NDArray[np.int16], Array, Array] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        node = self.roots.astype(np.intp)[:, None]
        features, thresholds = [np.zeros((len(node), 0), np.int16)], [np.zeros((len(node), 0))]
        for _ in range(self.depth):
            features.append(self.feature[node])
            thresholds.append(self.threshold[node])
            node = np.stack([self.left[node], self.right[node]], axis=2).reshape(len(node), -1).astype(np.intp)
        object.__setattr__(self, "whole", (np.concatenate(features, axis=1), np.concatenate(thresholds, axis=1),
                                           self.value[node]))

    def __call__(self, features: Array) -> Array:
        """[rows, features] -> [rows] log-odds."""
        return _grown(features, *self.whole, self.base)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """For ``np.savez``; the inverse of ``load``."""
        return {f"{name}/forest/{part}": np.asarray(getattr(self, part)) for part in _FOREST}

    @classmethod
    def load(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Forest:
        roots, feature, threshold, left, right, value, base, depth = (
            arrays[f"{name}/forest/{part}"] for part in _FOREST
        )
        return cls(roots, feature, threshold, left, right, value, float(base), int(depth))


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """``nets``: per network the (weights, bias) of its layers, rectified between; their mean
    log-odds and those of the ``forest`` count the same, where the nets leave any hope. ``offset`` and ``scale``
    standardise the nets' features. ``layers`` are those of all nets as of one."""

    offset: Array
    scale: Array
    nets: tuple[tuple[tuple[Array, Array], ...], ...]
    forest: Forest | None = None
    layers: tuple[tuple[Array, Array], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(_side_by_side(self.nets)))

    def __call__(self, features: Array) -> Array:
        """[rows, features] -> [rows] log-odds."""
        odds = _forward(features, self.offset, self.scale, self.layers)
        if self.forest is not None:
            _join(odds, features, *self.forest.whole, self.forest.base)
        return odds

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """For ``np.savez``; the inverse of ``load``."""
        found: dict[str, NDArray[Any]] = {f"{name}/offset": self.offset, f"{name}/scale": self.scale}
        for number, layers in enumerate(self.nets):
            for depth, (weights, bias) in enumerate(layers):
                found[f"{name}/{number}/{depth}/weights"] = weights.astype(np.float32)
                found[f"{name}/{number}/{depth}/bias"] = bias.astype(np.float32)
        if self.forest is not None:
            found |= self.forest.arrays(name)
        return found

    @classmethod
    def load(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Scorer:
        nets: list[tuple[tuple[Array, Array], ...]] = []
        while f"{name}/{len(nets)}/0/weights" in arrays:
            layers: list[tuple[Array, Array]] = []
            while (key := f"{name}/{len(nets)}/{len(layers)}") + "/weights" in arrays:
                layers.append((arrays[key + "/weights"].astype(np.float64), arrays[key + "/bias"].astype(np.float64)))
            nets.append(tuple(layers))
        forest = Forest.load(name, arrays) if f"{name}/forest/roots" in arrays else None
        return cls(arrays[f"{name}/offset"].astype(np.float64), arrays[f"{name}/scale"].astype(np.float64),
                   tuple(nets), forest)


@compiled
def _forward(features: Array, offset: Array, scale: Array, layers: tuple[tuple[Array, Array], ...]) -> Array:
    """The output of a network for each row: rectified between layers, the last of which has one column."""
    odds = np.empty(len(features))
    for number in range(len(features)):
        values = np.empty(len(offset))
        for place in range(len(offset)):
            values[place] = min(max((features[number, place] - offset[place]) / scale[place], -CLIP), CLIP)
        for weights, bias in layers:
            sums = bias.copy()
            for place in range(len(values)):
                value, row = values[place], weights[place]
                for unit in range(len(sums)):
                    sums[unit] += value * row[unit]
            values = np.maximum(sums, 0.0)
        odds[number] = sums[0]
    return odds


@compiled
def _join(
    odds: Array, features: Array, feature: NDArray[np.int16], threshold: Array, leaves: Array, base: float
) -> None:
    """Makes ``odds`` the mean with what the trees say, where they are asked."""
    for number in range(len(odds)):
        if odds[number] > _HOPELESS:
            odds[number] = (odds[number] + _say(features[number], feature, threshold, leaves, base)) / 2


@compiled
def _grown(features: Array, feature: NDArray[np.int16], threshold: Array, leaves: Array, base: float) -> Array:
    """What full trees say of each row, and ``base``."""
    odds = np.empty(len(features))
    for number in range(len(features)):
        odds[number] = _say(features[number], feature, threshold, leaves, base)
    return odds


@compiled
def _say(row: Array, feature: NDArray[np.int16], threshold: Array, leaves: Array, base: float) -> float:
    trees, inner = feature.shape
    total = 0.0
    for tree in range(trees):
        node = 0
        while node < inner:
            node = 2 * node + 1 + (row[feature[tree, node]] > threshold[tree, node])
        total += leaves[tree, node - inner]
    return total + base


def _side_by_side(nets: Sequence[Sequence[tuple[Array, Array]]]) -> list[tuple[Array, Array]]:
    """One network that gives the mean of ``nets``, all of as many layers: the first layers next to each other, the
    others along the diagonal, the outputs averaged."""
    layers: list[tuple[Array, Array]] = []
    for depth, parts in enumerate(zip(*nets, strict=True)):
        weights = [weights for weights, _ in parts]
        if depth == 0:
            joined = np.concatenate(weights, axis=1)
        else:
            joined = np.zeros((sum(len(part) for part in weights), sum(part.shape[1] for part in weights)))
            row = column = 0
            for part in weights:
                joined[row : row + len(part), column : column + part.shape[1]] = part
                row, column = row + len(part), column + part.shape[1]
        layers.append((joined, np.concatenate([bias for _, bias in parts])))
    outputs, biases = layers.pop()
    layers.append((outputs.sum(axis=1, keepdims=True) / len(nets), biases.sum(keepdims=True) / len(nets)))
    return layers


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """``pair``: two articles, by ``pairs.FEATURES``; ``context``: a pair among its neighbours, by
    ``context.CONTEXT``."""

    pair: Scorer
    context: Forest
    names: Sequence[str]


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model in ``streams/stories/data``. Raises ValueError when its features are not those of this code."""
    from streams.stories.matching.context import CONTEXT
    from streams.stories.matching.pairs import FEATURES

    data = resources.files("streams.stories").joinpath("data/matcher.npz").read_bytes()
    with np.load(BytesIO(data)) as arrays:
        names = tuple(str(name) for name in arrays["features"])
        if names != (*FEATURES, *CONTEXT):
            raise ValueError(f"matcher.npz was trained on {len(names)} features that are not the "
                             f"{len(FEATURES) + len(CONTEXT)} of this code: train it again")
        return Model(Scorer.load("pair", arrays), Forest.load("context", arrays), names)

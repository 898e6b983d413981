"""The learned part: small neural networks from features to the chance that two belong together.

Trained by ``streams.stories.training.train``; at run time a few matrix products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLIP", "Model", "Scorer", "shipped_model"]

Array = NDArray[np.float64]
#: Standardised features are cut here, so that a stream unlike the training data cannot push a score to the extreme.
CLIP = 4.0
_DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """``nets``: per network the (weights, bias) of its layers, rectified between; their mean goes through a logistic.
    ``offset`` and ``scale`` standardise the features."""

    offset: Array
    scale: Array
    nets: tuple[tuple[tuple[Array, Array], ...], ...]

    def __call__(self, features: Array) -> Array:
        """[rows, features] -> [rows] chances, rounded: below that digit lies the arithmetic of the machine."""
        standard = np.clip((features - self.offset) / self.scale, -CLIP, CLIP)
        total = np.zeros(len(features))
        for layers in self.nets:
            values = standard
            for weights, bias in layers[:-1]:
                values = np.maximum(values @ weights + bias, 0.0)
            weights, bias = layers[-1]
            total += (values @ weights + bias)[:, 0]
        chances: Array = np.round(1 / (1 + np.exp(-total / len(self.nets))), _DECIMALS)
        return chances

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """For ``np.savez``; the inverse of ``load``."""
        found: dict[str, NDArray[Any]] = {f"{name}/offset": self.offset, f"{name}/scale": self.scale}
        for number, layers in enumerate(self.nets):
            for depth, (weights, bias) in enumerate(layers):
                found[f"{name}/{number}/{depth}/weights"] = weights.astype(np.float32)
                found[f"{name}/{number}/{depth}/bias"] = bias.astype(np.float32)
        return found

    @classmethod
    def load(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Scorer:
        nets = []
        while f"{name}/{len(nets)}/0/weights" in arrays:
            layers = []
            while (key := f"{name}/{len(nets)}/{len(layers)}") + "/weights" in arrays:
                layers.append((arrays[key + "/weights"].astype(np.float64), arrays[key + "/bias"].astype(np.float64)))
            nets.append(tuple(layers))
        return cls(arrays[f"{name}/offset"].astype(np.float64), arrays[f"{name}/scale"].astype(np.float64), tuple(nets))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """``join``: an article and a story; ``merge``: two stories, one of them blended into an article."""

    join: Scorer
    merge: Scorer
    names: Sequence[str]


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model in ``streams/stories/data``. Raises ValueError when its features are not those of this code."""
    from streams.stories.matching.compare import FEATURES

    data = resources.files("streams.stories").joinpath("data/matcher.npz").read_bytes()
    with np.load(BytesIO(data)) as arrays:
        names = tuple(str(name) for name in arrays["features"])
        if names != FEATURES:
            raise ValueError(f"matcher.npz was trained on {len(names)} other features than the {len(FEATURES)} here: "
                             "train it again")
        return Model(Scorer.load("join", arrays), Scorer.load("merge", arrays), names)

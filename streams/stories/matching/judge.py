"""The chances that articles tell the same, each pair judged among its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from streams.stories.matching.context import context, filled
from streams.stories.matching.model import Forest
from streams.stories.matching.store import Store

__all__ = ["Judge"]

Chances = NDArray[np.int64]


class Judge:
    """It keeps what it judged last: an article is decided on, and what came of it looked at, among the same others. A
    pair's chance is a function of the two rows of neighbours and of how many articles are held, so nothing shows
    whether it was kept, as long as it is forgotten when another article comes or one goes."""

    def __init__(self, store: Store, forest: Forest) -> None:
        self._store = store
        self._forest = forest
        self._places: dict[str, int] = {}
        self._chances = np.zeros((0, 0), np.int64)

    def forget(self) -> None:
        self._places = {}

    def __call__(self, uris: list[str]) -> Chances:
        """[n, n] chances in millionths for articles that are held."""
        places = [self._places.get(uri, -1) for uri in uris]
        if -1 in places:
            neighbours = self._store.neighbours
            return self._judge(uris, [neighbours.of(uri) for uri in uris], len(self._store))
        return self._chances.take(places, axis=0).take(places, axis=1)

    def ahead(self, uris: list[str], near: Mapping[str, int]) -> Chances:
        """The same, as if the first of ``uris`` were held, which is ``near`` to these that are."""
        first, neighbours = uris[0], self._store.neighbours
        rows: list[Mapping[str, int]] = [near]
        for uri in uris[1:]:
            row = neighbours.of(uri)
            rows.append({**row, first: max(near[uri], row.get(first, -1000))} if uri in near else row)
        return self._judge(uris, rows, len(self._store) + 1)

    def _judge(self, uris: list[str], rows: list[Mapping[str, int]], held: int) -> Chances:
        left, right, features = context(rows, uris, held)
        self._chances = filled(len(uris), left, right, self._forest(features))
        self._places = {uri: place for place, uri in enumerate(uris)}
        return self._chances

"""The chances that articles tell the same, each pair judged among its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

from streams.stories.matching.context import FLOOR, MILLION, context, millionths
from streams.stories.matching.model import Forest
from streams.stories.matching.store import Store

__all__ = ["Judge"]


class Judge:
    """It keeps what it judged last: an article is decided on, and what came of it looked at, among the same others. A
    pair's chance is a function of the two rows of neighbours and of how many articles are held, so nothing shows
    whether it was kept, as long as it is forgotten when another article comes or one goes."""

    def __init__(self, store: Store, forest: Forest) -> None:
        self._store = store
        self._forest = forest
        self._places: dict[str, int] = {}
        self._chances: list[list[int]] = []

    def forget(self) -> None:
        self._places = {}

    def __call__(self, uris: list[str]) -> list[list[int]]:
        """[n][n] chances in millionths for articles that are held."""
        places = [self._places.get(uri, -1) for uri in uris]
        if -1 in places:
            neighbours = self._store.neighbours
            return self._judge(uris, [neighbours.of(uri) for uri in uris], len(self._store))
        rows = [self._chances[place] for place in places]
        return [[row[place] for place in places] for row in rows]

    def ahead(self, uris: list[str], near: Mapping[str, int]) -> list[list[int]]:
        """The same, as if the first of ``uris`` were held, which is ``near`` to these that are."""
        first, neighbours = uris[0], self._store.neighbours
        rows: list[Mapping[str, int]] = [near]
        for uri in uris[1:]:
            row = neighbours.of(uri)
            rows.append({**row, first: max(near[uri], row.get(first, -1000))} if uri in near else row)
        return self._judge(uris, rows, len(self._store) + 1)

    def _judge(self, uris: list[str], rows: list[Mapping[str, int]], held: int) -> list[list[int]]:
        count = len(uris)
        found = [[FLOOR] * count for _ in uris]
        left, right, features = context(rows, uris, held)
        if len(left):
            odds = millionths(self._forest(features)).astype(int).tolist()
            for one, two, chance in zip(left.tolist(), right.tolist(), odds, strict=True):
                found[one][two] = found[two][one] = chance
        for place, row in enumerate(found):
            row[place] = MILLION
        self._places, self._chances = {uri: place for place, uri in enumerate(uris)}, found
        return found

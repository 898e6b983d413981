"""Forms of one article joined to identities: last name to full name, acronym to expansion, spelling to spelling.

Everything compares a form with the groups of its own type, and an article has at most some hundred forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.entities.places import Gazetteer, Location, Mentioned, fold_name, link_places
from streams.entities.resolve.forms import Form
from streams.entities.resolve.names import (
    GENERIC_BODIES,
    initials,
    is_acronym,
    nicknamed,
    person_words,
    words,
)
from streams.entities.resolve.spelling import close_spelling

__all__ = ["Group", "organisations", "people", "places"]

#: One-word forms of fewer letters have too many neighbours to be taken for a misspelling.
_SHORTEST_MISSPELT = 5
_DIRECTIONS = frozenset("north south east west".split())
#: "Kandahar province" speaks of more than the city.
_REGION = re.compile(r"\s(?:province|district|state|county|region|governorate)\b", re.IGNORECASE)
#: "Kandahar province" and "the province of Kandahar" are not the city. A district or county of the name is neither.
_FIRST_LEVEL = re.compile(r"\s(?:province|state|region|governorate|oblast|prefecture)\b", re.IGNORECASE)
_FIRST_LEVEL_OF = re.compile(r"\b(?:province|state|region|governorate|prefecture) of $", re.IGNORECASE)
_REACH = 20
#: "Central Aceh" is a part of Aceh.
_PARTS_OF_PLACES = _DIRECTIONS | frozenset(
    "central northern southern eastern western upper lower greater new old inner outer downtown".split()
)
_STREETS = frozenset("street st avenue ave road rd boulevard lane drive square".split())


@dataclass(slots=True, eq=False)
class Group:
    """Forms of one entity; the first is its fullest name."""

    forms: list[Form]
    rules: dict[str, None] = field(default_factory=dict)

    @property
    def head(self) -> Form:
        return self.forms[0]

    @property
    def first(self) -> int:
        return min(form.places[0][0] for form in self.forms)

    def take(self, form: Form, rule: str) -> None:
        self.forms.append(form)
        self.rules.setdefault(rule)


# --- people ----------------------------------------------------------------------------------------------------------


def people(forms: Sequence[Form]) -> list[Group]:
    """Full names first, then what is part of one. Two people who share a last name stay two; the bare last name is
    the one's who was named last before it."""
    groups: list[Group] = []
    by_last: dict[str, list[Group]] = {}
    for form in sorted(forms, key=lambda form: (-len(person_words(form.name)), form.places[0])):
        parts = person_words(form.name)
        found = _namesake(form, parts, groups, by_last) or _owner(form, parts, groups)
        if found is not None:
            found[0].take(form, found[1])
            continue
        group = Group([form])
        groups.append(group)
        if parts:
            by_last.setdefault(parts[-1], []).append(group)
    return groups


def _namesake(
    form: Form, parts: Sequence[str], groups: Sequence[Group], by_last: dict[str, list[Group]]
) -> tuple[Group, str] | None:
    """The group whose fullest name this is in another spelling or length."""
    folded = fold_name(form.name)
    for group in by_last.get(parts[-1], ()) if parts else ():
        head = person_words(group.head.name)
        if head == parts or fold_name(group.head.name) == folded:
            return group, "spelling"
        if len(parts) > 1 and len(head) > 1 and _same_given(head[0], parts[0]):
            return group, "middle-name"
    for group in groups:
        head = person_words(group.head.name)
        if len(parts) == len(head) > 1 and all(
            x == y or close_spelling(x, y) for x, y in zip(head, parts, strict=True)
        ):
            return group, "transliteration"
        if fold_name(group.head.name) == folded:
            return group, "spelling"
    return None


def _same_given(a: str, b: str) -> bool:
    if min(len(a), len(b)) == 1 or a[1:2] == "." or b[1:2] == ".":
        return a[0] == b[0]
    return a == b or nicknamed(a, b) or close_spelling(a, b)


def _owner(form: Form, parts: Sequence[str], groups: Sequence[Group]) -> tuple[Group, str] | None:
    """The fuller name of which this form is a part."""
    ranked: list[tuple[int, Group, str]] = []
    for group in groups:
        found = _part(parts, person_words(group.head.name))
        if found is not None:
            ranked.append((found[0], group, found[1]))
    if not ranked:
        return None
    best = min(rank for rank, _, _ in ranked)
    owners = [(group, rule) for rank, group, rule in ranked if rank == best]
    before = [owner for owner in owners if owner[0].first <= form.places[0][0]]
    return max(before, key=lambda owner: owner[0].first) if before else owners[0]


def _part(parts: Sequence[str], full: Sequence[str]) -> tuple[int, str] | None:
    size = len(parts)
    if not 0 < size < len(full):
        return None
    if tuple(full[-size:]) == tuple(parts):
        return 0, "last-name"
    if size == 1 and len(parts[0]) >= _SHORTEST_MISSPELT and close_spelling(parts[0], full[-1]):
        return 1, "last-name-spelling"
    if tuple(full[:size]) == tuple(parts):
        return 2, "first-name"
    if size == 1 and parts[0] in full:
        return 3, "middle-name"
    return None


# --- organisations ---------------------------------------------------------------------------------------------------


def organisations(forms: Sequence[Form]) -> list[Group]:
    """Long names first; acronyms, spellings and unmistakable parts join them."""
    groups: list[Group] = []
    for form in sorted(forms, key=lambda form: (-len(words(form.name)), form.places[0])):
        found = _same_body(form, groups) or _part_of_body(form, groups)
        if found is not None:
            found[0].take(form, found[1])
        else:
            groups.append(Group([form]))
    return groups


def _same_body(form: Form, groups: Sequence[Group]) -> tuple[Group, str] | None:
    folded = fold_name(form.name)
    short = is_acronym(form.name)
    parts = words(form.name)
    for group in groups:
        head = group.head.name
        if folded == fold_name(head) or folded in group.head.stands_for:
            return group, "spelling" if folded == fold_name(head) else "acronym"
        others = words(head)
        if len(others) > 1:
            if short and len(parts) == 1 and folded.upper() in initials(head):
                return group, "acronym"
            if len(parts) > 1 and others[-1] == parts[-1] and not set(initials(head)).isdisjoint(initials(form.name)) \
                    and (is_acronym(parts[0]) or is_acronym(others[0])):
                return group, "acronym"
        if len(folded) > _SHORTEST_MISSPELT and not short and len(parts) == len(others) and all(
            x == y or close_spelling(x, y) for x, y in zip(parts, others, strict=True)
        ):
            return group, "transliteration"
    return None


def _part_of_body(form: Form, groups: Sequence[Group]) -> tuple[Group, str] | None:
    """'Times' is the New York Times, 'Tallgrass' is Tallgrass Distributors: the end of just one name, or its beginning
    unless what follows makes another body of it (the UN and its Security Council)."""
    parts = tuple(words(form.name))
    size = len(parts)
    if not parts or is_acronym(form.name):
        return None
    ends, begins = [], []
    for group in groups:
        full = tuple(words(group.head.name))
        if size < len(full):
            if full[-size:] == parts:
                ends.append(group)
            elif full[:size] == parts and not any(word.lower() in GENERIC_BODIES for word in full[size:]):
                begins.append(group)
    if len(ends) == 1:
        return ends[0], "last-word"
    if not ends and len(begins) == 1:
        return begins[0], "first-word"
    return None


# --- places ----------------------------------------------------------------------------------------------------------


def places(
    forms: Sequence[Form], demonyms: dict[str, list[tuple[int, int]]], gazetteer: Gazetteer, text: str
) -> tuple[list[Group], dict[str, Location], list[Mentioned]]:
    """Groups of place names, the place on the map of each form that has one, and what was mentioned how often."""
    size = max(1, len(text))
    mentioned = [
        Mentioned(form.name, sum(0.5 if _REGION.match(text, end) else 1.0 for _, end in form.places),
                  form.places[0][0] / size, 2 * sum(_as_region(text, *at) for at in form.places) > len(form.places))
        for form in forms
    ]
    linked = link_places(mentioned, {word: len(at) for word, at in demonyms.items()}, gazetteer)
    groups: list[Group] = []
    for form in sorted(forms, key=lambda form: (form.name not in linked, -len(words(form.name)), form.places[0])):
        for group in groups:
            rule = _same_place(group.head.name, form.name, linked)
            if rule:
                group.take(form, rule)
                break
        else:
            groups.append(Group([form]))
    for group in groups:
        # The name used most stands for the place; one that is linked before one that is not.
        group.forms.sort(key=lambda form: (form.name not in linked, form.name.isupper() and len(form.name) > 3,
                                           -len(form.places), form.places[0]))
    return groups, linked, mentioned


def _as_region(text: str, start: int, end: int) -> bool:
    return _FIRST_LEVEL.match(text, end) is not None or (
        start > _REACH and _FIRST_LEVEL_OF.search(text, start - _REACH, start) is not None)


def _same_place(head: str, name: str, linked: dict[str, Location]) -> str:
    place, other = linked.get(name), linked.get(head)
    if fold_name(name) == fold_name(head):
        return "spelling"
    full, parts = [word.lower() for word in words(head)], [word.lower() for word in words(name)]
    if len(full) == 2 and full[0] in _DIRECTIONS and parts in ([full[0]], [full[0][0], full[1]]):
        return "short-form"
    if place is not None and other is not None:
        return "same-place" if place.geonames_id == other.geonames_id else ""
    if len(full) > len(parts) > 1 and full[0] in _DIRECTIONS and parts == full[1:] and parts[-1] in _STREETS:
        return "short-form"
    if place is None and other is None and len(full) > len(parts) == 1 and full[-1] == parts[0] \
            and full[0] not in _PARTS_OF_PLACES:
        return "last-word"
    if (place is None or other is None) and len(name) > _SHORTEST_MISSPELT and close_spelling(head, name):
        return "transliteration"
    return ""

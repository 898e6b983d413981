"""Whether two stories mean the same person, organisation or place by a name: keys block, context decides.

Across stories a name alone proves less than within one. The same full name is one identity unless the contexts speak
against it; a name of one word, another spelling, a fuller form or an acronym only where the contexts speak for it. A
bare last name never comes here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from streams.contracts.records import EntityRule, EntityType
from streams.entities.registry.sighting import Form, Names, Sighting, form_of, traits_of
from streams.entities.resolve.names import initials, is_acronym
from streams.entities.resolve.spelling import close_spelling

__all__ = ["Match", "compare"]

#: Both contexts of at least so many other names and none in common: two people of one name.
_CONTRADICTING = 5
#: So many names in common support a join that the name alone does not carry.
_SUPPORTING = 2
_CACHED = 8192
_SHORTEST_ALIKE = 4
#: With points.
_LONGEST_ACRONYM = 16


class Match(NamedTuple):
    """``form`` of the one is ``name`` of the other by ``rule``; ``shared`` are the keys that their contexts share."""

    rule: EntityRule
    form: str
    name: str
    shared: tuple[str, ...] = ()


def compare(one: Sighting, there: Names, other: Sighting, here: Names, telling: Callable[[str], bool]) -> Match | None:
    """The surest rule by which ``one``, of a story with the names ``there``, and ``other``, of a story with the names
    ``here``, are one; None where none is. ``telling`` says whether a shared name is rare enough to support anything."""
    if one.kind != other.kind:
        return None
    if one.place is not None or other.place is not None:
        return Match("same-place", one.name, other.name) if one.place == other.place else None
    found = _by_name(one.kind, one.forms, other.forms)
    if found is None:
        return None
    rule, form, name, own = found
    shared = tuple([key for key in _common(there.context, here.context) if key not in own])
    if rule == "full-name":
        fits = bool(shared) or min(_others(there, one), _others(here, other)) < _CONTRADICTING
    elif rule == "same-name":
        fits = bool(shared)
    else:
        fits = len(shared) >= _SUPPORTING and any(map(telling, shared))
    return Match(rule, form, name, shared) if fits else None


def _others(names: Names, sighting: Sighting) -> int:
    """How many other names its context has."""
    return len(names.context) - (traits_of(sighting).context in names.context)


@lru_cache(maxsize=256)
def _common(one: frozenset[str], other: frozenset[str]) -> tuple[str, ...]:
    """Remembered for a moment: two stories that are about one thing share many names."""
    return tuple(sorted(one & other))


@lru_cache(maxsize=_CACHED)
def _by_name(kind: EntityType, ours: tuple[str, ...], theirs: tuple[str, ...],
             ) -> tuple[EntityRule, str, str, frozenset[str]] | None:
    """Whether the forms of two names allow that they are one: the rule, one form of each, and the keys of all."""
    pairs = [(one, form_of(one), other, form_of(other)) for one in ours for other in theirs]
    own = frozenset([form_of(form).key for form in (*ours, *theirs)])
    if kind == "PER" and any(_middles_differ(left.words, right.words) for _, left, _, right in pairs):
        return None
    same = ""
    for one, left, other, right in pairs:
        if left.key == right.key:
            if len(left.words) > 1 or len(right.words) > 1:
                return "full-name", one, other, own
            same = one
    if same and kind != "PER":
        return "same-name", same, same, own
    for one, left, other, right in pairs:
        if rule := _alike(kind, one, left, other, right):
            return rule, one, other, own
    return None


def _middles_differ(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    """John A. Smith is not John B. Smith; he may be John Andrew Smith, or John Smith."""
    return len(x) > 2 and len(y) > 2 and x[0] == y[0] and x[-1] == y[-1] and x[1][0] != y[1][0]


def _alike(kind: str, form: str, left: Form, name: str, right: Form) -> EntityRule:
    if len(left.words) == len(right.words) > 0 and min(len(left.key), len(right.key)) >= _SHORTEST_ALIKE and all(
            x == y or close_spelling(x, y) for x, y in zip(left.words, right.words, strict=True)):
        return "transliteration"
    if kind != "PER":
        for short, long, parts in ((form, name, right), (name, form, left)):
            if len(parts.words) > 1 and len(short) <= _LONGEST_ACRONYM and _acronym(short) in initials(long):
                return "acronym"
        return "transliteration" if kind == "LOC" and _one_word(left, right) else ""
    if min(len(left.words), len(right.words)) < 2 or len(left.words) == len(right.words):
        return ""
    ends = ((left.words[-1], right.words[-1]), (left.words[0], right.words[0]))
    return "fuller-name" if all(x == y or close_spelling(x, y) for x, y in ends) else ""


def _acronym(name: str) -> str:
    """Two letters stand for too much."""
    letters = name.replace(".", "").upper()
    return letters if len(letters) > 2 and is_acronym(name) else "-"


def _one_word(left: Form, right: Form) -> bool:
    """Spin Boldak and Spinboldak: the words are divided differently."""
    return len(left.words) != len(right.words) and len(left.key) >= 6 and close_spelling(left.key, right.key)

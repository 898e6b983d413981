"""A name as one story has it, and the keys under which it meets the same name of another story."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import msgspec

from streams.contracts.records import EntityRule, EntityType, StoryEntity
from streams.entities.places import fold_name
from streams.entities.resolve.names import initials, words
from streams.entities.resolve.spelling import skeleton

__all__ = ["Form", "Names", "Sighting", "Traits", "form_of", "forms_of", "traits_of"]

_MOST_FORMS = 4
_CACHED = 16384
_LONGEST_ACRONYM = 8
_NO_LETTERS = re.compile("[^a-z0-9]+")


class Form(msgspec.Struct, frozen=True, gc=False):
    """A written form of a name: its letters and digits in lower case, and its words in lower case."""

    key: str
    words: tuple[str, ...]


@lru_cache(maxsize=_CACHED)
def form_of(name: str) -> Form:
    folded = _NO_LETTERS.sub("", name.lower()) if name.isascii() else fold_name(name)
    return Form(folded or name, tuple(word.casefold() for word in words(name)))


class Sighting(msgspec.Struct, array_like=True, gc=False):
    """What a story's identity is to the shard. ``identity`` is whom it is taken for, on the strength of ``rule`` and of
    the same identity's sighting in the story ``via``; both are empty where it stands for itself. ``number`` rises by
    one with every sighting and every move of one, in the whole shard."""

    identity: str
    kind: EntityType
    place: int | None
    forms: tuple[str, ...]
    number: int
    rule: EntityRule = ""
    via: str = ""

    @property
    def name(self) -> str:
        """As the story calls it."""
        return self.forms[0]


@dataclass(slots=True)
class Names:
    """The sightings of one story by identity, and the keys of all, the context that each stands in."""

    sightings: dict[str, Sighting] = field(default_factory=dict)
    context: frozenset[str] = frozenset()

    def seen(self) -> frozenset[str]:
        """The context that the sightings make."""
        return frozenset([traits_of(each).context for each in self.sightings.values()])


def forms_of(entity: StoryEntity) -> tuple[str, ...]:
    """The name and the other forms that can be recognised in another story, at most four; empty where there are none: a
    person's bare last name is nobody's in particular. Of a place on the map the map knows enough."""
    name, aliases = entity.name, entity.aliases
    if not aliases:
        return () if entity.type == "MISC" or (entity.type == "PER" and " " not in name) else (name,)
    if entity.type == "PER":
        return tuple([form for form in (name, *aliases) if " " in form][:_MOST_FORMS])
    if entity.type == "MISC":
        return ()
    if entity.type == "ORG" or entity.geonames_id is None:
        return (name, *aliases[: _MOST_FORMS - 1])
    return (name,)


class Traits(NamedTuple):
    """What follows from a name and its kind. ``context``: its key in a story's context; ``exact``: sightings that have
    a written form in common, or their place, share one of these; ``close``: those that are alike share at least one,
    and so may a few others, as all keys are hashes."""

    context: str
    exact: tuple[int, ...]
    close: tuple[int, ...]


def traits_of(sighting: Sighting) -> Traits:
    return _traits(sighting.kind, sighting.place, sighting.forms)


@lru_cache(maxsize=_CACHED)
def _traits(kind: EntityType, place: int | None, forms: tuple[str, ...]) -> Traits:
    """Remembered: each sighting of a name asks for the same."""
    if place is not None:
        return Traits(f"@{place}", (place,), ())
    exact = tuple(dict.fromkeys([_hashed("=" + form_of(form).key) for form in forms]))
    return Traits(form_of(forms[0]).key, exact, _close(kind, forms))


def _close(kind: EntityType, forms: tuple[str, ...]) -> tuple[int, ...]:
    """The keys of ``streams.entities.identity``, but fewer: in a shard too many people have one last name, so it stands
    with what the first begins with; and an acronym has three letters or more."""
    found: dict[int, None] = {}
    for written in forms:
        form = form_of(written)
        if kind == "PER":
            if form.words:
                found[_hashed(f"last {skeleton(form.words[-1])} {skeleton(form.words[0])[:1]}")] = None
            continue
        if kind == "LOC":
            found[_hashed("~" + skeleton(form.key))] = None
        for short in initials(written) if len(form.words) > 1 else (written.replace(".", ""),):
            if 2 < len(short) <= _LONGEST_ACRONYM:
                found[_hashed("short " + short.upper())] = None
    return tuple(found)


def _hashed(key: str) -> int:
    """Below zero, so that it is no place's."""
    return ~zlib.crc32(key.encode("utf-8", "surrogatepass"))

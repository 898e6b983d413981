"""A name as one story has it, and the keys under which it meets the same name of another story."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from streams.contracts.records import EntityRule, EntityType, StoryEntity
from streams.entities.places import fold_name
from streams.entities.resolve.names import initials, words
from streams.entities.resolve.spelling import skeleton

__all__ = ["Form", "Names", "Sighting", "block_keys", "context_key", "form_of", "forms_of"]

_MOST_FORMS = 4
_CACHED = 32768
_NO_LETTERS = re.compile("[^a-z0-9]+")


class Form(msgspec.Struct, frozen=True):
    """A written form of a name: its letters and digits in lower case, and its words in lower case."""

    key: str
    words: tuple[str, ...]


@lru_cache(maxsize=_CACHED)
def form_of(name: str) -> Form:
    folded = _NO_LETTERS.sub("", name.lower()) if name.isascii() else fold_name(name)
    return Form(folded or name, tuple(word.casefold() for word in words(name)))


class Sighting(msgspec.Struct, array_like=True):
    """What a story's identity is to the shard. ``identity`` is whom it is taken for, on the strength of ``rule`` and of
    the same identity's sighting in the story ``via``; both are empty where it stands for itself. ``number`` rises by
    one with every sighting and every move of one, in the whole shard."""

    identity: str
    kind: EntityType
    name: str
    place: int | None
    aliases: tuple[str, ...]
    number: int
    rule: EntityRule = ""
    via: str = ""


@dataclass(slots=True)
class Names:
    """The sightings of one story by identity, and the keys of all, the context that each stands in."""

    sightings: dict[str, Sighting] = field(default_factory=dict)
    context: frozenset[str] = frozenset()

    def see(self, coming: Sequence[Sighting] = ()) -> None:
        """Bring the context up to date, with sightings that are to come."""
        self.context = frozenset([context_key(each) for each in (*self.sightings.values(), *coming)])


def context_key(sighting: Sighting) -> str:
    return form_of(sighting.name).key if sighting.place is None else f"@{sighting.place}"


def forms_of(entity: StoryEntity) -> tuple[str, tuple[str, ...]] | None:
    """The name and the other forms that can be recognised in another story, at most four in all; None where there are
    none: a person's bare last name is nobody's in particular, and of a place on the map the map knows enough."""
    if entity.type == "MISC":
        return None
    if entity.type == "LOC":
        return entity.name, () if entity.geonames_id is not None else tuple(entity.aliases[: _MOST_FORMS - 1])
    if entity.type == "ORG":
        return entity.name, tuple(entity.aliases[: _MOST_FORMS - 1])
    if " " in entity.name:
        if not entity.aliases:
            return entity.name, ()
        return entity.name, tuple([alias for alias in entity.aliases if " " in alias][: _MOST_FORMS - 1])
    full = [alias for alias in entity.aliases if " " in alias][:_MOST_FORMS]
    return (full[0], tuple(full[1:])) if full else None


def block_keys(sighting: Sighting) -> tuple[int, ...]:
    """Sightings that could be of one identity share at least one of these; so may a few others, as they are hashes."""
    if sighting.place is not None:
        return (sighting.place,)
    return _name_keys(sighting.kind, sighting.name, sighting.aliases)


@lru_cache(maxsize=_CACHED)
def _name_keys(kind: EntityType, name: str, aliases: tuple[str, ...]) -> tuple[int, ...]:
    """The keys of ``streams.entities.identity``, but for people the last name with what the first begins with: in a
    shard there are too many of one last name."""
    found: dict[str, None] = {}
    for written in (name, *aliases):
        form = form_of(written)
        found["=" + form.key] = None
        if kind == "PER":
            found[f"last {skeleton(form.words[-1])} {skeleton(form.words[0])[:1]}" if form.words else ""] = None
        else:
            if len(form.words) > 1 or kind == "LOC":
                found["~" + skeleton(form.key)] = None
            for short in initials(written) if len(form.words) > 1 else (written.replace(".", "").upper(),):
                found["short " + short] = None
    return tuple([-zlib.crc32(key.encode("utf-8", "surrogatepass")) for key in found])

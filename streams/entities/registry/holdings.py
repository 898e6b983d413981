"""What a registry holds: the names of stories, the identities they are taken for, and where to find them.

The index, the spread of names and the order of sightings follow from the sightings alone, whatever the order in which
these came: what is restored from a changelog is what wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from streams.entities.registry.identity import Identity, Remembered
from streams.entities.registry.sighting import Names, Sighting, Traits, traits_of
from streams.stage import Change

__all__ = ["REGISTRY_KINDS", "Holdings"]

#: Kinds of changelog records: the names of a story, what was told of an identity, the last number given.
REGISTRY_KINDS = ("n", "i", "q")
#: A name of at most so many stories, or of one in twenty, supports a link.
_RARE, _RARE_SHARE = 5, 20

_names_decoder = msgspec.msgpack.Decoder(list[Sighting])
_told_decoder = msgspec.msgpack.Decoder(Remembered)
_pack = msgspec.msgpack.Encoder().encode


class Holdings:
    """Sightings by story and by identity; every change of a story's names makes its record due."""

    def __init__(self, shard: str) -> None:
        self._shard = shard
        self._stories: dict[str, Names] = {}
        self._identities: dict[str, Identity] = {}
        #: key -> the identities that have it, in the order of their ids.
        self._index: dict[int, tuple[str, ...]] = {}
        #: How many stories have a name in their context.
        self._spread: dict[str, int] = {}
        #: The last number given, and the last that was recorded.
        self._number = 0
        self._numbered = 0
        #: Stories whose record changed.
        self._dirty: dict[str, None] = {}

    def stories(self) -> dict[str, dict[str, str]]:
        """identity -> the stories that name it, with the name that each has for it."""
        return {id: {story: sighting.name for _, story, sighting in identity.sightings}
                for id, identity in self._identities.items() if identity.sightings}

    def empty(self) -> bool:
        """Whether nothing is held: what was forgotten leaves no trace."""
        return not (self._stories or self._identities or self._index or self._spread)

    def _place(self, identity: Identity, story: str, sighting: Sighting, traits: Traits) -> None:
        identity.add(story, sighting)
        self._stories[story].sightings[identity.id] = sighting
        self._enter(identity, traits)
        self._count(traits, 1)
        self._dirty[story] = None

    def _displace(self, identity: Identity, story: str, sighting: Sighting) -> None:
        identity.remove(sighting)
        del self._stories[story].sightings[identity.id]
        traits = traits_of(sighting)
        self._unindex(identity, sighting, traits)
        self._count(traits, -1)
        self._dirty[story] = None

    def _enter(self, identity: Identity, traits: Traits) -> None:
        id, index = identity.id, self._index
        for key in traits.exact + traits.close:
            ids = index.get(key)
            if ids is None:
                index[key] = (id,)
            elif id not in ids:
                index[key] = tuple(sorted((*ids, id)))

    def _unindex(self, identity: Identity, sighting: Sighting, traits: Traits) -> None:
        """Take the keys out that no other sighting of the identity has."""
        left = dict.fromkeys(traits.exact + traits.close)
        for _, _, other in identity.sightings:
            if other is sighting:
                continue
            theirs = traits_of(other)
            if theirs is traits:
                return
            for key in theirs.exact + theirs.close:
                left.pop(key, None)
            if not left:
                return
        for key in left:
            ids = tuple([id for id in self._index[key] if id != identity.id])
            if ids:
                self._index[key] = ids
            else:
                del self._index[key]

    def _count(self, traits: Traits, by: int) -> None:
        value = self._spread.get(traits.context, 0) + by
        if value:
            self._spread[traits.context] = value
        else:
            del self._spread[traits.context]

    def _touched(self, story: str) -> None:
        self._stories[story].context = self._stories[story].seen()
        self._dirty[story] = None

    def _telling(self, key: str) -> bool:
        """Whether a person or body that two stories share says that they are about one thing: one of few stories."""
        if key[0] == "@":
            return False
        spread = self._spread.get(key, 0)
        return spread <= _RARE or spread * _RARE_SHARE <= len(self._stories)

    # --- the changelog ---------------------------------------------------------------------------------------------

    def _records(self, told: Iterable[str]) -> list[Change]:
        """The changelog records of what changed since the last time; ``told`` are identities that were told of."""
        changes: list[Change] = []
        for id in told:
            identity = self._identities.get(id)
            changes.append((self._key("i", id), _pack(identity.told) if identity is not None else None))
        for story in self._dirty:
            names = self._stories.get(story)
            held = list(names.sightings.values()) if names is not None else []
            changes.append((self._key("n", story), _pack(held) if held else None))
        self._dirty.clear()
        if self._number != self._numbered:
            self._numbered = self._number
            changes.append((self._key("q", ""), _pack(self._number)))
        return changes

    def _key(self, kind: str, id: str) -> bytes:
        return f"{kind}|{self._shard}|{id}".encode("utf-8", "surrogatepass")

    def restore(self, entries: Sequence[tuple[str, str, bytes]]) -> None:
        """Load (kind, id, value) of the kinds ``n``, ``i`` and ``q`` into a fresh registry, in any order."""
        told: dict[str, Remembered] = {}
        for kind, id, value in entries:
            if kind == "i":
                told[id] = _told_decoder.decode(value)
            elif kind == "q":
                self._number = self._numbered = msgspec.msgpack.decode(value, type=int)
            else:
                self._stories[id] = Names()
                for sighting in _names_decoder.decode(value):
                    identity = self._identities.get(sighting.identity)
                    if identity is None:
                        identity = self._identities[sighting.identity] = Identity(sighting.identity, sighting.kind)
                    sighting.identity = identity.id  # one string for all that have it
                    self._place(identity, id, sighting, traits_of(sighting))
                self._stories[id].context = self._stories[id].seen()
        for id, remembered in told.items():
            self._identities[id].told = remembered
        self._dirty.clear()

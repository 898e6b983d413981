"""One identity of a shard: its sightings, and what is remembered of its last event."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from operator import itemgetter

import msgspec

from streams.contracts.records import EntityChange, EntityRule, EntityType
from streams.entities.registry.rules import Match
from streams.entities.registry.sighting import Sighting

__all__ = ["Identity", "Pending", "Remembered", "new_id"]

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
#: What ten bits are, the lower five first.
_PAIRS = [first + second for second in _BASE32 for first in _BASE32]
_NUMBER = itemgetter(0)
_TYPES = {"PER": "per", "ORG": "org", "LOC": "loc", "MISC": "misc"}


def new_id(shard: str, founder: Sighting) -> str:
    """The id of the identity that ``founder`` founds. The founder's number is given once in a shard, so the id is."""
    basis = f"{shard}\x00{founder.kind}\x00{founder.name}\x00{founder.number}".encode("utf-8", "surrogatepass")
    bits = int.from_bytes(hashlib.sha256(basis).digest()[:9], "big")
    short = "".join([_PAIRS[bits >> at & 1023] for at in range(0, 60, 10)])
    return f"{shard}-{_TYPES[founder.kind]}-{short}{_BASE32[bits >> 60 & 31]}"


class Remembered(msgspec.Struct, array_like=True):
    """What was told of an identity, as the changelog keeps it; only identities that were told of have one."""

    version: int = 0
    stories: int = 0
    last: int = 0
    """The number of the newest sighting that was told."""
    first_ms: int = 0
    forms: list[str] = []


class Pending(msgspec.Struct):
    """What happened to an identity since its last event, within one step; ``changes`` says what, ``lost`` are
    sightings that it no longer has, ``by`` is the link that says why."""

    changes: dict[EntityChange, None] = {}
    lost: list[tuple[str, str, EntityRule]] = []
    redirects: list[tuple[str, str]] = []
    shared: tuple[str, ...] = ()
    form: str = ""
    name: str = ""
    rule: EntityRule = ""
    story: str = ""
    via: str = ""

    def because(self, match: Match, story: str, via: str) -> None:
        """The link that says why."""
        self.rule, self.form, self.name, self.shared = match.rule, match.form, match.name, match.shared
        self.story, self.via = story, via


class Identity:
    """``sightings`` are in the order of their numbers, at most one of a story."""

    __slots__ = ("id", "kind", "sightings", "told")

    def __init__(self, id: str, kind: EntityType) -> None:
        self.id = id
        self.kind = kind
        self.sightings: list[tuple[int, str, Sighting]] = []
        self.told: Remembered | None = None

    def add(self, story: str, sighting: Sighting) -> None:
        entry = sighting.number, story, sighting
        if not self.sightings or self.sightings[-1][0] < sighting.number:
            self.sightings.append(entry)
        else:  # only while a changelog is loaded, in whatever order
            insort(self.sightings, entry, key=_NUMBER)

    def remove(self, sighting: Sighting) -> None:
        del self.sightings[bisect_left(self.sightings, sighting.number, key=_NUMBER)]

    def newest(self, limit: int) -> list[tuple[int, str, Sighting]]:
        """(number, story, sighting), the newest first."""
        return self.sightings[: -limit - 1 : -1]

    def has_since(self, number: int, count: int) -> bool:
        """Whether ``count`` sightings or more have a higher number."""
        return len(self.sightings) >= count and self.sightings[-count][0] > number

    def since(self, number: int) -> list[tuple[str, Sighting]]:
        """(story, sighting) of those with a higher number, the oldest first."""
        start = bisect_right(self.sightings, number, key=_NUMBER)
        return [(story, sighting) for _, story, sighting in self.sightings[start:]]

    def below(self, story: str) -> dict[str, Sighting]:
        """The sighting of ``story`` and all that hang on it, by story: what would go with it."""
        children: dict[str, list[tuple[str, Sighting]]] = {}
        start: Sighting | None = None
        for _, where, sighting in self.sightings:
            if where == story:
                start = sighting
            if sighting.via:
                children.setdefault(sighting.via, []).append((where, sighting))
        assert start is not None
        found = {story: start}
        waiting = [story]
        while waiting:
            for where, sighting in children.get(waiting.pop(), ()):
                if where not in found:
                    found[where] = sighting
                    waiting.append(where)
        return found

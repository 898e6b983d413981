"""The identities of a shard: which story's names are whose.

A story's names meet the names of other stories under shared keys, and ``rules`` decides. The sightings of an identity
hang together as a forest: each but the first says through which other it belongs. When a story loses names, the links
that went through it are looked at again, and what nothing holds any more leaves. What a story that is forgotten once
proved stays proved.

All that decides is in the sightings (a changelog record for each story) and in what was told (one for each announced
identity): a restored registry goes on as the one that wrote them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from streams.contracts.records import EntityChange, EntityRule, EntityType, StoryEntity
from streams.entities.registry.holdings import Holdings
from streams.entities.registry.identity import Identity, Pending, Remembered, new_id
from streams.entities.registry.rules import Match, compare
from streams.entities.registry.sighting import Names, Sighting, Traits, forms_of, traits_of
from streams.entities.registry.telling import Identified, Written, tell, tombstone, worth_telling
from streams.stage import Change, Outgoing

__all__ = ["Registry"]

#: Entities of a story that are looked at, those of most articles; and sightings that a story may hold, as names that
#: others crowd out of its list are kept.
_MOST_NAMES, _MOST_HELD = 40, 60
#: Identities that a name is compared with, and the newest sightings of each: of those with a form in common, and of
#: those that are only alike.
_MOST_CANDIDATES, _MOST_COMPARED, _MOST_ALIKE = 16, 12, 4
#: A key of more identities than this tells nothing apart.
_CROWDED = 48
#: An identity of more stories is not merged into another.
_MOST_MERGED = 40
_ORDER: dict[EntityRule, int] = {
    "same-place": 0, "full-name": 1, "same-name": 2, "transliteration": 3, "fuller-name": 4, "acronym": 5}

#: Sizes of a context at which the names that stand alone are looked at again.
_SIZES = (1, 2, 3, 4, 6, 9, 13, 19, 28, 42)

_Found = tuple[Match, Identity, str]


class Registry(Holdings):
    """``evidence(story, forms)`` names a few articles of the story that have one of the forms."""

    def __init__(self, shard: str, evidence: Callable[[str, frozenset[str]], list[str]]) -> None:
        super().__init__(shard)
        self._evidence = evidence
        self._pending: dict[str, Pending] = {}
        #: Stories that lose what they no longer name at the end of the step.
        self._leaving: dict[str, list[StoryEntity]] = {}

    # --- a story's names -------------------------------------------------------------------------------------------

    def see(self, story: str, entities: list[StoryEntity], *, lost: bool = False, moving: bool = False,
            ) -> list[StoryEntity]:
        """``entities`` of ``story`` with the ids of their identities. ``lost``: the story may have lost evidence.
        ``moving``: articles are on their way from one story to another, so that what is lost is looked at in
        ``settle``, when they have arrived."""
        names = self._stories.get(story)
        if names is None:
            if not entities:
                return entities
            names = self._stories[story] = Names()
        found, fresh, respelt, renamed = self._claim(names, entities)
        gone: list[Sighting] = []
        if len(found) - found.count(None) < len(names.sightings):
            kept = {held.identity for held in found if held is not None}
            gone = [held for held in names.sightings.values() if held.identity not in kept]
        if gone and not lost and len(entities) >= _MOST_NAMES:
            # Names that others crowd out of the list stay; those that are now another's do not.
            written = {form for entity in entities for form in (entity.name, *entity.aliases)}
            gone = [held for held in gone if held.name in written]
        if moving:
            self._leaving[story] = entities
        else:
            for held in gone:
                self._remove(story, held, "retracted")
        fresh = fresh[: max(0, _MOST_HELD - len(names.sightings))]
        if fresh or respelt or (gone and not moving):
            size = len(names.context)
            coming = [traits_of(sighting) for _, sighting in fresh]
            known = names.seen() if renamed or gone else names.context
            names.context = known.union([traits.context for traits in coming])
            self._dirty[story] = None
            for (at, sighting), traits in zip(fresh, coming, strict=True):
                found[at] = sighting
                self._admit(story, names, sighting, traits)
            # Those that came now have been looked at in this context.
            last = fresh[0][1].number if fresh else self._number + 1
            self._look_again(story, names, respelt, last if _looked_at(len(names.context)) > _looked_at(size) else 0)
        if lost and not moving:
            self._recheck_story(story)
        if not names.sightings:
            del self._stories[story]
        return [entity if held is None else replace(entity, id=held.identity)
                for entity, held in zip(entities, found, strict=True)]

    def _claim(self, names: Names, entities: list[StoryEntity],
               ) -> tuple[list[Sighting | None], list[tuple[int, Sighting]], list[int], bool]:
        """For each entity the sighting that the story has of it; new ones with the place of their entity; the numbers
        of those that have other forms now; whether one of them stands in the context under another key."""
        # As _own_key, which takes a quarter of the time of a story's event when it is called for each name.
        known: dict[tuple[str, str | int], Sighting] = {
            (held.kind, held.forms[0] if held.place is None else held.place): held
            for held in names.sightings.values()}
        found: list[Sighting | None] = [None] * len(entities)
        fresh: list[tuple[int, Sighting]] = []
        respelt: list[int] = []
        renamed = False
        for at, entity in enumerate(entities):
            forms = forms_of(entity)
            if not forms:
                continue
            kind = entity.type
            place = entity.geonames_id if kind == "LOC" else None
            held = known.pop((kind, forms[0] if place is None else place), None)
            if held is None and place is None and len(forms) > 1:
                # The name by which the story had it is now another of its names.
                key = next((key for form in forms[1:] if (key := (kind, form)) in known), None)
                held = known.pop(key) if key is not None else None
            if held is not None:
                found[at] = held
                if held.forms != forms:
                    renamed |= self._respell(held, forms)
                    respelt.append(held.number)
            elif at < _MOST_NAMES:
                self._number += 1
                fresh.append((at, Sighting("", kind, place, forms, self._number)))
        return found, fresh, respelt, renamed

    def _respell(self, held: Sighting, forms: tuple[str, ...]) -> bool:
        """Whether its key in the context is another one now."""
        identity = self._identities[held.identity]
        traits = traits_of(held)
        self._unindex(identity, held, traits)
        self._count(traits, -1)
        held.forms = forms
        now = traits_of(held)
        self._count(now, 1)
        self._enter(identity, now)
        if identity.told is not None:
            self._note(identity)
        return now.context != traits.context

    def _admit(self, story: str, names: Names, sighting: Sighting, traits: Traits) -> None:
        """A new sighting: of the identity that it matches best, else an identity of its own."""
        matches = self._matches(names, sighting, traits)
        if matches:
            match, identity, where = matches[0]
            sighting.rule, sighting.via = match.rule, where
            self._note(identity, "linked").because(match, story, where)
        else:
            identity = Identity(new_id(self._shard, sighting), sighting.kind)
            self._identities[identity.id] = identity
        sighting.identity = identity.id
        self._place(identity, story, sighting, traits)
        self._join_all(story, sighting, matches[1:])

    def forget(self, story: str) -> None:
        """The story is forgotten, which its tombstone says. Links that went through it stand; an identity that no other
        story names ends."""
        names = self._stories.get(story)
        if names is None:
            return
        for held in list(names.sightings.values()):
            identity = self._identities[held.identity]
            self._displace(identity, story, held)
            if not identity.sightings:
                self._note(identity, "expired").story = story
        del self._stories[story]
        self._leaving.pop(story, None)
        self._dirty[story] = None

    # --- linking ---------------------------------------------------------------------------------------------------

    def _look_again(self, story: str, names: Names, respelt: Sequence[int], before: int) -> None:
        """Look again for the identities of the names that have other forms now, and of those that stand alone and have
        a number ``before`` this one."""
        if not respelt and not before:
            return
        for sighting in list(names.sightings.values()):
            if sighting.number in respelt or (
                    sighting.number < before and len(self._identities[sighting.identity].sightings) == 1):
                self._join_all(story, sighting, self._matches(names, sighting, traits_of(sighting)))

    def _join_all(self, story: str, sighting: Sighting, matches: Sequence[_Found]) -> None:
        for match, other, where in matches:
            mine = self._identities[sighting.identity]
            if other.sightings and other is not mine and self._may_join(mine, other):
                self._join(mine, story, other, where, match)

    def _matches(self, names: Names, sighting: Sighting, traits: Traits) -> list[_Found]:
        """The identities of other stories that ``sighting`` belongs to, the surest first; those that are only alike
        where none has the same form."""
        alone = 1 if sighting.identity else 0
        for keys, compared in ((traits.exact, _MOST_COMPARED), (traits.close, _MOST_ALIKE)):
            crowds = [crowd for key in keys if (crowd := self._index.get(key)) is not None
                      and alone < len(crowd) <= _CROWDED]
            if crowds and (found := self._among(names, sighting, crowds, compared)):
                return found
        return []

    def _among(self, names: Names, sighting: Sighting, crowds: list[tuple[str, ...]], compared: int) -> list[_Found]:
        ids = dict.fromkeys(chain.from_iterable(crowds))
        found: list[_Found] = []
        for id in islice(ids, _MOST_CANDIDATES):
            identity = self._identities[id]
            # A story that names both says that they are two.
            if id in names.sightings or identity.kind != sighting.kind:
                continue
            best = self._support(names, sighting, identity, (), compared)
            if best is not None:
                found.append((best[0], identity, best[1]))
        if len(found) > 1:
            found.sort(key=lambda each: (_ORDER[each[0].rule], -len(each[1].sightings), each[1].sightings[0][0]))
        return found

    def _support(self, names: Names, sighting: Sighting, identity: Identity, without: Iterable[str],
                 compared: int = _MOST_COMPARED) -> tuple[Match, str] | None:
        """The story through whose sighting of ``identity`` this ``sighting`` belongs to it: the surest rule, then the
        most in common, then the newest of the newest ``compared``. Those of the stories ``without`` do not count."""
        best: tuple[tuple[int, int], Match, str] | None = None
        for _, where, other in identity.newest(compared):
            if other is sighting or where in without:
                continue
            match = compare(sighting, names, other, self._stories[where], self._telling)
            if match is None:
                continue
            rank = _ORDER[match.rule], -len(match.shared)
            if best is None or rank < best[0]:
                best = rank, match, where
            if match.rule in ("same-place", "full-name"):
                break
        return None if best is None else best[1:]

    def _may_join(self, one: Identity, other: Identity) -> bool:
        small, large = sorted((one, other), key=lambda each: len(each.sightings))
        if len(small.sightings) > _MOST_MERGED:
            return False
        return not any(large.id in self._stories[story].sightings for _, story, _ in small.sightings)

    def _join(self, mine: Identity, story: str, other: Identity, where: str, match: Match) -> None:
        """Two identities are one, as they match in ``story`` and ``where``. That of more stories survives, then the
        older."""
        survivor, loser = sorted((mine, other), key=lambda each: (-len(each.sightings), each.sightings[0][0]))
        if loser is mine:
            self._hang(loser, story, where, match.rule)
        else:
            self._hang(loser, where, story, match.rule)
        for _, home, moved in list(loser.sightings):
            self._displace(loser, home, moved)
            self._number += 1
            moved.identity, moved.number = survivor.id, self._number
            self._place(survivor, home, moved, traits_of(moved))
        announced = loser.told is not None
        pending = self._note(survivor, "merged" if announced else "linked")
        pending.because(match, story, where)
        if announced:
            pending.redirects.append((loser.id, survivor.id))
            end = self._note(loser, "merged")
            end.because(match, story, where)
            end.redirects.append((loser.id, survivor.id))
        else:
            self._pending.pop(loser.id, None)
            del self._identities[loser.id]

    def _hang(self, identity: Identity, story: str, via: str, rule: EntityRule) -> None:
        """Make the sighting of ``story`` the one by which the whole identity hangs, on ``via``."""
        while True:
            names = self._stories.get(story)
            sighting = names.sightings.get(identity.id) if names is not None else None
            if sighting is None:
                return
            before = sighting.via, sighting.rule
            sighting.via, sighting.rule = via, rule
            self._dirty[story] = None
            if not before[0]:
                return
            via, (story, rule) = story, before

    # --- evidence that turns ---------------------------------------------------------------------------------------

    def _remove(self, story: str, sighting: Sighting, change: EntityChange, *, trusted: bool = False) -> None:
        """The story no longer has the name. ``trusted``: what it proved stays proved."""
        identity = self._identities[sighting.identity]
        children = [] if trusted or sighting.place is not None else [
            (where, other) for _, where, other in identity.sightings if other.via == story]
        self._displace(identity, story, sighting)
        pending = self._note(identity, change)
        pending.lost.append((story, sighting.name, sighting.rule))
        pending.story = pending.story or story
        if not sighting.via and children:
            # The eldest of those that hung on it is what the identity hangs on from now on.
            where, heir = children.pop(0)
            heir.via, heir.rule = "", ""
            self._dirty[where] = None
        for where, other in children:
            self._recheck(where, other)

    def _recheck_story(self, story: str) -> None:
        """The story has lost evidence: look again at each link that it has part in."""
        for sighting in list(self._stories[story].sightings.values()):
            identity = self._identities[sighting.identity]
            if len(identity.sightings) < 2 or sighting.place is not None:
                continue
            if sighting.via:
                self._recheck(story, sighting)
            identity = self._identities[sighting.identity]
            for _, where, other in list(identity.sightings):
                if other.via == story and other.identity == identity.id:
                    self._recheck(where, other)

    def _recheck(self, story: str, sighting: Sighting) -> None:
        """Whether what ``sighting`` hangs on still holds it; else another of its identity; else it leaves."""
        identity = self._identities[sighting.identity]
        names = self._stories[story]
        home = self._stories.get(sighting.via)
        support = home.sightings.get(identity.id) if home is not None else None
        if home is not None and support is not None:
            match = compare(sighting, names, support, home, lambda _: True)
            if match is not None:
                if match.rule != sighting.rule:
                    sighting.rule = match.rule
                    self._dirty[story] = None
                return
        elif home is None:
            return  # A story that is forgotten: what it proved stays proved.
        leaving = identity.below(story)
        found = self._support(names, sighting, identity, leaving)
        if found is not None:
            sighting.rule, sighting.via = found[0].rule, found[1]
            self._dirty[story] = None
        else:
            self._split(identity, story, leaving)

    def _split(self, identity: Identity, story: str, leaving: dict[str, Sighting]) -> None:
        """``leaving``, which hang on the sighting of ``story``, become an identity of their own."""
        pending = self._note(identity, "split")
        pending.story = pending.story or story
        head = leaving[story]
        pending.via, pending.form = pending.via or head.via, pending.form or head.name
        head.via, head.rule = "", ""
        self._number += 1
        fresh = Identity(new_id(self._shard, replace(head, number=self._number)), identity.kind)
        self._identities[fresh.id] = fresh
        for where, moved in sorted(leaving.items(), key=lambda each: each[1].number):
            self._displace(identity, where, moved)
            pending.lost.append((where, moved.name, moved.rule))
            self._number += 1
            moved.identity, moved.number = fresh.id, self._number
            self._place(fresh, where, moved, traits_of(moved))
        pending.redirects.append((identity.id, fresh.id))
        if len(leaving) > 1:
            self._note(fresh, "split").redirects.append((identity.id, fresh.id))

    # --- the end of a step -----------------------------------------------------------------------------------------

    def _note(self, identity: Identity, change: EntityChange | None = None) -> Pending:
        pending = self._pending.get(identity.id)
        if pending is None:
            pending = self._pending[identity.id] = Pending()
        if change is not None:
            pending.changes[change] = None
        return pending

    def settle(self, now_ms: int, timestamp_ms: int) -> tuple[list[Outgoing | Identified], list[Change]]:
        """End a step: what is to be told, and what is to be remembered."""
        self._leave()
        outputs: list[Outgoing | Identified] = []
        changed: list[str] = []
        written = Written(self._stories)
        for id, pending in self._pending.items():
            identity = self._identities[id]
            if worth_telling(identity, pending):
                if identity.told is None:
                    identity.told = Remembered(first_ms=now_ms)
                outputs.append(tell(identity, pending, written, self._evidence, now_ms, timestamp_ms, self._shard))
                changed.append(id)
            if not identity.sightings:
                del self._identities[id]
                if identity.told is not None:
                    outputs.append(tombstone(id, identity.told.version, timestamp_ms))
        self._pending.clear()
        return outputs, self._records(changed)

    def _leave(self) -> None:
        """Articles have arrived where they went: what their stories no longer name leaves them. All that a story proved
        is proved by the one that took all it had."""
        for story, entities in self._leaving.items():
            names = self._stories.get(story)
            if names is None:
                continue
            named = {_own_key(entity.type, forms[0], entity.geonames_id if entity.type == "LOC" else None)
                     for entity in entities if (forms := forms_of(entity))}
            for held in list(names.sightings.values()):
                if not named or _own_key(held.kind, held.name, held.place) not in named:
                    self._remove(story, held, "moved", trusted=not entities)
            if names.sightings:
                self._touched(story)
                self._recheck_story(story)
            else:
                del self._stories[story]
                self._dirty[story] = None
        self._leaving.clear()

def _looked_at(size: int) -> int:
    """How often a context of this size was looked at, as it grew: at 1, 2, 3, 4, 6, 9, 13, … names."""
    return bisect_right(_SIZES, size)


def _own_key(kind: EntityType, name: str, place: int | None) -> tuple[str, str | int]:
    """What a story tells its names apart by."""
    return (kind, name) if place is None else (kind, place)

"""Events of identities: ``entities.updated``, and the newest of each on ``entities.current``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice, pairwise

import msgspec

from streams import topics
from streams.clock import rfc3339
from streams.contracts.cloudevents import headers
from streams.contracts.codec import encode
from streams.contracts.records import (
    EntityAlias,
    EntityBecause,
    EntityChange,
    EntityDelta,
    EntityEvent,
    EntityLink,
    Redirect,
)
from streams.entities.registry.identity import Identity, Pending, Remembered
from streams.entities.registry.sighting import Names, Sighting, traits_of
from streams.stage import Outgoing

__all__ = ["Identified", "Written", "tell", "tombstone", "worth_telling"]

_MAX_FORMS = 12
_SOURCE = "/streams/stories"
#: Stories that forms and context are counted in, the newest; links on an event; entries of a delta.
_COUNTED, _MAX_LINKS, _MAX_DELTA = 64, 20, 100
_CONTEXT_STORIES, _MAX_CONTEXT, _MAX_SHARED, _MAX_ARTICLES = 2, 8, 8, 4
_MAX_URI, _MAX_NAME = 400, 60
_MOST_GROWTH = 40
#: Newest stories in which a new form is looked for.
_LOOKED_AT = 12
_ORDER: tuple[EntityChange, ...] = ("merged", "split", "retracted", "moved", "expired", "created", "linked",
                                    "aliasAdded")

Evidence = Callable[[str, frozenset[str]], list[str]]


class Identified(msgspec.Struct, frozen=True, gc=False):
    """An event of an identity that is decided, and whose bytes are still to be made."""

    event: EntityEvent
    timestamp_ms: int

    def written(self) -> tuple[Outgoing, Outgoing]:
        """The event, and the same as the identity's current state."""
        event = self.event
        data, key, id = encode(event), event.identity_id.encode(), f"{event.identity_id}:{event.version}"
        updated, current = [
            headers(kind=kind, id=id, source=_SOURCE, subject=event.identity_id, time_ms=self.timestamp_ms,
                    change=event.change)
            for kind in ("entity.updated", "entity.current")
        ]
        return (Outgoing(topics.ENTITIES_UPDATED, key, data, self.timestamp_ms, updated),
                Outgoing(topics.ENTITIES_CURRENT, key, data, self.timestamp_ms, current))


def _has_grown(identity: Identity, told: Remembered) -> bool:
    """Whether as many stories came as were told: growth is told at 2, 4, 8, 16, … stories, later every 40."""
    return identity.has_since(told.last, max(1, min(told.stories, _MOST_GROWTH)))


def worth_telling(identity: Identity, pending: Pending) -> bool:
    """An identity is announced with its second story; then what turns is told at once, what grows at sizes that
    double, and a new form when there is one."""
    told = identity.told
    if told is None:
        return len(identity.sightings) > 1
    if any(change not in ("linked", "created", "aliasAdded") for change in pending.changes):
        return True
    return _has_grown(identity, told) or _has_new_form(identity, told)


def _has_new_form(identity: Identity, told: Remembered) -> bool:
    """Whether its newest sightings have a form that was not told, while there is room for one."""
    known = told.forms
    if len(known) >= _MAX_FORMS:
        return False
    for _, _, seen in identity.newest(_LOOKED_AT):
        for form in seen.forms:
            if form not in known:
                return True
    return False


class Written:
    """What stories call their names. Remembers what it was asked: it is for as long as no story changes."""

    def __init__(self, stories: Mapping[str, Names]) -> None:
        self.stories = stories
        self._names: dict[str, list[str]] = {}
        self._by_context: dict[str, dict[str, str]] = {}

    def names(self, story: str) -> list[str]:
        """By letter."""
        found = self._names.get(story)
        if found is None:
            found = self._names[story] = sorted([each.forms[0] for each in self.stories[story].sightings.values()])
        return found

    def by_context(self, story: str) -> dict[str, str]:
        """By their keys in its context; empty for a story that is gone."""
        found = self._by_context.get(story)
        if found is None:
            names = self.stories.get(story)
            found = self._by_context[story] = {
                traits_of(each).context: each.name for each in names.sightings.values()} if names is not None else {}
        return found


def tell(identity: Identity, pending: Pending, written: Written, evidence: Evidence, now_ms: int, timestamp_ms: int,
         language: str) -> Identified:
    """The next event of ``identity``; what was ``told`` of it is brought up to date."""
    told = identity.told
    assert told is not None
    newest = identity.newest(_COUNTED)
    names, forms = _spelled([seen.forms for _, _, seen in newest])
    name = names[0][0] if names else pending.name or pending.form or (told.forms[0] if told.forms else identity.id)
    shown = [form for form in forms if form[0] != name][: _MAX_FORMS - 1]
    change = _change(identity, pending, told)
    added = [_link(story, seen) for story, seen in identity.since(told.last)[:_MAX_DELTA]]
    known = set(told.forms)
    fresh = [form for form, _ in (*names[:1], *shown) if form not in known]
    because = _because(identity, pending, change, name, evidence, written)
    told.version += 1
    told.stories = len(identity.sightings)
    told.last = identity.sightings[-1][0] if identity.sightings else told.last
    told.forms = [name, *(form for form, _ in shown)]
    ended = not identity.sightings
    return Identified(EntityEvent(
        identity_id=identity.id, version=told.version, change=change,
        status="open" if not ended else "merged" if change == "merged" else "ended",
        name=name, type=identity.kind, aliases=[EntityAlias(form=form, stories=count) for form, count in shown],
        geonames_id=newest[0][2].place if newest else None, stories=told.stories,
        context=_context(identity, written),
        links=[_link(story, seen) for _, story, seen in newest[:_MAX_LINKS]],
        first_seen=rfc3339(told.first_ms), last_updated=rfc3339(now_ms), language=language,
        delta=EntityDelta(
            added=added,
            removed=[EntityLink(story_id=story, name=lost[:_MAX_NAME], rule=rule)
                     for story, lost, rule in pending.lost[:_MAX_DELTA]],
            aliases=fresh,
        ),
        because=because,
        redirects=[Redirect(from_id=old, to_id=new, kind="split" if change == "split" else "merged")
                   for old, new in pending.redirects[:_MAX_DELTA]],
    ), timestamp_ms)


def tombstone(id: str, version: int, timestamp_ms: int) -> Outgoing:
    """What takes an identity off ``entities.current``."""
    return Outgoing(topics.ENTITIES_CURRENT, id.encode(), None, timestamp_ms, headers(
        kind="entity.current", id=f"{id}:{version}", source=_SOURCE, subject=id, time_ms=timestamp_ms))


def _change(identity: Identity, pending: Pending, told: Remembered) -> EntityChange:
    """The gravest of what happened."""
    if told.version == 0 and "split" not in pending.changes:
        return "created"
    for change in _ORDER:
        if change in pending.changes:
            return change if change != "linked" or _has_grown(identity, told) else "aliasAdded"
    return "aliasAdded"


def _spelled(seen: list[tuple[str, ...]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """How many sightings have each name, and how many each form; ``seen``: the forms of each, the name first."""
    together: dict[tuple[str, ...], int] = {}
    for written in seen:
        together[written] = together.get(written, 0) + 1
    names: dict[str, int] = {}
    forms: dict[str, int] = {}
    for written, count in together.items():
        names[written[0]] = names.get(written[0], 0) + count
        for form in written:
            forms[form] = forms.get(form, 0) + count
    return _ranked(names), _ranked(forms)


def _ranked(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, then by letter."""
    if len(counts) < 2:
        return [*counts.items()]
    ranked = sorted(counts)
    ranked.sort(key=counts.__getitem__, reverse=True)
    return [(form, counts[form]) for form in ranked]


def _link(story: str, seen: Sighting) -> EntityLink:
    return EntityLink(story_id=story, name=seen.name[:_MAX_NAME], rule=seen.rule, via=seen.via)


def _context(identity: Identity, written: Written) -> list[str]:
    """The names that most of its newest stories have beside it, then by letter."""
    beside: list[str] = []
    for _, story, seen in identity.newest(_CONTEXT_STORIES):
        beside += written.names(story)
        beside.remove(seen.forms[0])
    beside.sort()
    # What is repeated stands side by side.
    often: dict[str, int] = {}
    for name, after in pairwise(beside):
        if name == after:
            often[name] = often.get(name, 0) + 1
    found = [name for name, _ in _ranked(often)[:_MAX_CONTEXT]]
    if len(found) < _MAX_CONTEXT:
        found += islice((name for name in beside if name not in often), _MAX_CONTEXT - len(found))
    return found


def _because(identity: Identity, pending: Pending, change: EntityChange, name: str, evidence: Evidence,
             written: Written) -> EntityBecause:
    articles: list[str] = []
    for story in dict.fromkeys((pending.story, pending.via)):
        if (names := written.stories.get(story)) is not None and (seen := names.sightings.get(identity.id)) is not None:
            articles += [uri for uri in evidence(story, frozenset(seen.forms)) if len(uri) <= _MAX_URI]
    rule = pending.rule if change in ("created", "linked", "merged") else ""
    return EntityBecause(
        rule=rule, form=pending.form[:_MAX_NAME], name=pending.name[:_MAX_NAME], story_id=pending.story,
        via=pending.via, shared=_shared(pending, written), articles=articles[:_MAX_ARTICLES],
        text=_text(change, pending, name),
    )


def _shared(pending: Pending, written: Written) -> list[str]:
    """What the two contexts share, as the story that joined writes it."""
    if not pending.shared:
        return []
    names = written.by_context(pending.story)
    return [names[key] for key in pending.shared if key in names][:_MAX_SHARED]


def _text(change: EntityChange, pending: Pending, name: str) -> str:
    called = (pending.name or name)[:_MAX_NAME]
    if change in ("created", "linked", "merged"):
        return f"{pending.form[:_MAX_NAME] or called} of {pending.story} is {called} of {pending.via}: {pending.rule}."
    if change == "split":
        return f"Nothing holds {pending.form[:_MAX_NAME] or called} to the others since {pending.story} lost evidence."
    if change == "retracted":
        return f"{pending.story} no longer has {called} as a name of its own."
    if change == "moved":
        return f"The articles of {pending.story} that name {called} moved to another story."
    if change == "expired":
        return f"{pending.story} is forgotten."
    return f"It has a form that was not told of {called}."

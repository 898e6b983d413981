"""The state of one shard, and the telling of events from it."""

from __future__ import annotations

import heapq
import itertools
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import astuple, replace

from streams.clock import rfc3339
from streams.contracts.records import (
    Counts,
    Delta,
    Origin,
    Redirect,
    Statement,
    StoryEntity,
    StoryEvent,
    StoryPlace,
    SummarySentence,
    TimelineEntry,
)
from streams.entities.registry import REGISTRY_KINDS, Registry
from streams.stories.aggregate import Aggregate
from streams.stories.deflate import inflated
from streams.stories.events import Told, Unwritten, tombstone
from streams.stories.member import Content, Member, member_at, pack
from streams.stories.ports import Toolkit
from streams.stories.settings import StorySettings
from streams.stories.step import Kept, Step
from streams.stories.story import Story

__all__ = ["ShardState"]

#: So many stories are kept summed up; another is summed up again from its members when it is touched.
_HOT_STORIES = 4096
_NOTE_LIMIT = 120
#: Articles that are read for the evidence of an identity, and that are told.
_EVIDENCE_READ, _EVIDENCE_TOLD = 12, 2
_CAMEL = {"main_place": "mainPlace", "first_seen": "firstSeen"}

_story_decoder = msgspec.msgpack.Decoder(Story)
_pair_decoder = msgspec.msgpack.Decoder(tuple[bytes, bytes])
_clock_decoder = msgspec.msgpack.Decoder(tuple[int, int])


class View(msgspec.Struct, frozen=True, gc=False):
    """What an event shows of a story; two views differ where the event says ``changed``."""

    status: str
    headline: str
    summary: tuple[SummarySentence, ...]
    first_seen: str
    counts: Counts
    entities: list[StoryEntity]
    places: list[StoryPlace]
    main_place: StoryPlace | None
    keywords: tuple[str, ...]
    origins: list[Origin]
    statements: tuple[Statement, ...]


#: Its fields by their names in the event.
_SHOWN = [_CAMEL.get(name, name) for name in View.__struct_fields__]


class ShardState:
    """Stories and members of one shard (language). ``clock`` is event time: it never goes back."""

    def __init__(self, name: str, settings: StorySettings, toolkit: Toolkit) -> None:
        self.name = name
        self.settings = settings
        self._quiet_ms = settings.ms("quiet")
        self._ended_ms = {"merged": settings.ms("redirect"), "closed": settings.ms("memory")}
        self.toolkit = toolkit
        self.matcher = toolkit.matcher()
        self.clock = 0
        self.last_record_ms = 0
        self.stories: dict[str, Story] = {}
        self.members: dict[str, Member] = {}
        self.members_of: dict[str, dict[str, Member]] = {}
        self.commands: dict[str, int] = {}
        self.registry = Registry(name, self._articles_naming)
        #: With what was last told of them; None where nothing was.
        self._hot: OrderedDict[str, tuple[Aggregate, View | None]] = OrderedDict()
        self._due: list[tuple[int, str]] = []
        self._again: list[tuple[int, str]] = []

    # --- clock ---------------------------------------------------------------------------------------------------

    def advance(self, event_ms: int, record_ms: int, dated: bool) -> None:
        """Move the clock to the newest event time. A wire without a date only lets as much time pass as lies between
        its record and the one before, so that it cannot throw a replay of old wires into the present."""
        if not self.last_record_ms:
            self.clock = event_ms
        elif dated:
            self.clock = max(self.clock, event_ms)
        else:
            self.clock += max(0, record_ms - self.last_record_ms)
        self.last_record_ms = max(self.last_record_ms, record_ms)

    def due(self) -> list[str]:
        """Stories whose time has come, and then no more; in the order of their times."""
        found: dict[str, int] = {}
        while self._due and self._due[0][0] <= self.clock:
            _, id = heapq.heappop(self._due)
            story = self.stories.get(id)
            if story is None or id in found:
                continue
            if (when := self._due_ms(story)) <= self.clock:
                found[id] = when
            else:
                heapq.heappush(self._due, (when, id))
        return sorted(found, key=lambda id: (found[id], id))

    def watch(self, story: Story) -> None:
        heapq.heappush(self._due, (self._due_ms(story), story.id))

    def look_again(self, member: Member) -> None:
        """Plan a second look at ``member``."""
        member.again_ms = self.clock + self.settings.ms("unsure")
        heapq.heappush(self._again, (member.again_ms, member.uri))

    def due_again(self) -> list[Member]:
        """Members whose second look is due, in the order of their times."""
        found = []
        while self._again and self._again[0][0] <= self.clock:
            when, uri = heapq.heappop(self._again)
            member = self.members.get(uri)
            if member is not None and member.again_ms == when:
                found.append(member)
        return found

    def _due_ms(self, story: Story) -> int:
        if story.status == "open":
            return story.touched_ms + self._quiet_ms
        return story.ended_ms + self._ended_ms[story.status]

    # --- stories and members -------------------------------------------------------------------------------------

    def found(self, story: Story, step: Step) -> None:
        """Enter a new story."""
        self.stories[story.id] = story
        self.members_of[story.id] = {}
        step.stories[story.id] = None
        self.watch(story)

    def resolve(self, id: str) -> Story | None:
        """The story that an id leads to, redirects followed."""
        story = self.stories.get(id)
        return self.stories[story.into] if story is not None and story.status == "merged" else story

    def open(self, id: str) -> Aggregate:
        """The sums of a story, with what was last told of it kept in mind. To be called before a change."""
        entry = self._hot.get(id)
        if entry is None:
            sums = Aggregate(self.members_of[id])
            story = self.stories[id]
            entry = self._hot[id] = sums, self._view(story, sums, None) if story.version else None
        else:
            self._hot.move_to_end(id)
        return entry[0]

    def put(self, member: Member, content: Content, step: Step) -> None:
        """Add ``member`` to the story it names."""
        self.members[member.uri] = member
        self.open(member.story).add(member, content)
        step.members[member.uri] = None

    def take(self, member: Member, step: Step) -> Content:
        """Remove ``member`` from its story; the caller puts it somewhere or drops it."""
        content = member.read()
        self.open(member.story).remove(member, content)
        step.members[member.uri] = None
        return content

    def forget(self, story: Story, step: Step) -> None:
        """Drop a story with all that belongs to it, and its snapshot."""
        for id in story.merged_from:
            self._drop(self.stories[id], step)
        for uri in [*self.members_of[story.id], *story.killed]:
            del self.members[uri]
            step.members.pop(uri, None)
            step.changes[self._key("a", uri)] = None
            step.changes[self._key("m", uri)] = None
        self.matcher.close(story.id)
        self.registry.forget(story.id)
        self._drop(story, step)

    def forget_redirect(self, story: Story, step: Step) -> None:
        """The time of a merged story's redirect is over."""
        survivor = self.stories[story.into]
        survivor.merged_from.remove(story.id)
        step.stories[survivor.id] = None
        self._drop(story, step)

    def _drop(self, story: Story, step: Step) -> None:
        del self.stories[story.id]
        del self.members_of[story.id]
        self._hot.pop(story.id, None)
        step.stories.pop(story.id, None)
        step.changes[self._key("s", story.id)] = None
        step.told.append(tombstone(story.id, story.version, step.timestamp_ms))

    # --- telling -------------------------------------------------------------------------------------------------

    def tell(self, story: Story, told: Told, step: Step) -> None:
        """The next version of ``story`` and its event. The story was opened before it was changed."""
        sums, before = self._hot[story.id]
        view = self._view(story, sums, before)
        self._hot[story.id] = sums, view
        changed = [] if before is None else [
            name for name, old, new in zip(_SHOWN, astuple(before), astuple(view), strict=True) if old != new]
        story.version += 1
        story.headline = view.headline
        if told.reasons:
            story.note(TimelineEntry(
                time=rfc3339(self.clock), version=story.version, change=told.change, uri=told.because.article[:300],
                text=(told.note or view.headline)[:_NOTE_LIMIT]))
        entities = self.registry.see(story.id, view.entities, lost=bool(told.removed or told.revised),
                                     moving=told.change in ("merged", "split", "moved"))
        if view.main_place is not None:
            story.main_place = view.main_place.geonames_id
        step.stories[story.id] = None
        step.told.append(Unwritten(StoryEvent(
            story_id=story.id, version=story.version, change=told.change, material=bool(told.reasons),
            material_reasons=list(told.reasons), status=story.status, headline=view.headline,
            summary=list(view.summary), first_seen=view.first_seen, last_updated=rfc3339(self.clock),
            language=self.name, counts=view.counts, entities=entities, places=view.places,
            main_place=view.main_place, keywords=list(view.keywords), origins=view.origins,
            statements=list(view.statements), timeline=story.timeline, trend=sums.trend(self.clock),
            delta=Delta(added=list(told.added), removed=list(told.removed), changed=changed,
                        revised=list(told.revised)),
            because=told.because, redirects=list(told.redirects), continues=story.continues,
        ), step.timestamp_ms, story.into))

    def _view(self, story: Story, sums: Aggregate, before: View | None) -> View:
        telling = sums.tell()
        headline = story.pinned_headline or telling.headline or story.headline or story.id
        if before is not None and not sums.changed:
            return replace(before, status=story.status, headline=headline)
        sums.changed = False
        places, main = sums.places()
        first_ms = sums.first_ms()
        return View(
            status=story.status, headline=headline, summary=telling.summary,
            first_seen=rfc3339(story.born_ms if first_ms is None else first_ms), counts=sums.counts(),
            entities=sums.entities(), places=places, main_place=main, keywords=telling.keywords, origins=sums.origins(),
            statements=telling.statements,
        )

    def redirects_of(self, story: Story) -> list[Redirect]:
        """The redirect that a merged story's event tells."""
        return [Redirect(from_id=story.id, to_id=story.into)]

    def _articles_naming(self, story: str, forms: frozenset[str]) -> list[str]:
        """Two of the story's articles in which one of these forms stands, the first by uri."""
        members = self.members_of[story]
        written = [form.encode("utf-8", "surrogatepass") for form in forms]
        read = sorted(members) if len(members) <= _EVIDENCE_READ else heapq.nsmallest(_EVIDENCE_READ, members)
        naming = (uri for uri in read if any(form in members[uri].content for form in written))
        return list(itertools.islice(naming, _EVIDENCE_TOLD))

    # --- the changelog -------------------------------------------------------------------------------------------

    def finish(self, step: Step) -> None:
        """End a step; afterwards the cache is cut to its size."""
        told, changes = self.registry.settle(self.clock, step.timestamp_ms)
        step.told += told
        step.finish(changes, [
            *[(self._key("m", uri), self.members[uri].place()) for uri in step.members],
            *[(self._key("s", id), pack(self.stories[id])) for id in step.stories],
            (self._key("c", ""), pack((self.clock, self.last_record_ms))),
        ])
        while len(self._hot) > _HOT_STORIES:
            self._hot.popitem(last=False)

    def keep_content(self, member: Member, item: Any, step: Step) -> None:
        """Remember what ``member`` says and what the clusterer has of it; what deflates does so together, as the two
        have names and words in common."""
        loose, dense = self.toolkit.dump(item)
        step.changes[self._key("a", member.uri)] = Kept((member.content, loose), dense)

    def keep_command(self, id: str, step: Step) -> None:
        """Remember an editor's command, and drop what is remembered for too long."""
        self.commands[id] = self.clock
        step.changes[self._key("e", id)] = pack(self.clock)
        horizon = self.clock - self.settings.ms("command")
        for old in [known for known, at in self.commands.items() if at < horizon]:
            del self.commands[old]
            step.changes[self._key("e", old)] = None

    def drop_content(self, uri: str, step: Step) -> None:
        step.changes[self._key("a", uri)] = None

    def _key(self, kind: str, id: str) -> bytes:
        return f"{kind}|{self.name}|{id}".encode("utf-8", "surrogatepass")

    def restore(self, entries: Iterable[tuple[str, str, bytes]]) -> None:
        """Load (kind, id, value) of this shard into a fresh state, in any order."""
        contents: dict[str, bytes] = {}
        places: dict[str, bytes] = {}
        identities: list[tuple[str, str, bytes]] = []
        for kind, id, value in entries:
            if kind == "a":
                contents[id] = value
            elif kind == "m":
                places[id] = value
            elif kind == "s":
                self.stories[id] = _story_decoder.decode(value)
            elif kind == "e":
                self.commands[id] = msgspec.msgpack.decode(value, type=int)
            elif kind in REGISTRY_KINDS:
                identities.append((kind, id, value))
            else:
                self.clock, self.last_record_ms = _clock_decoder.decode(value)
        self.registry.restore(identities)
        self.members_of = {id: {} for id in self.stories}
        for story in self.stories.values():
            self.watch(story)
        for uri, place in places.items():
            if (stored := contents.get(uri)) is None:
                self.members[uri] = member_at(uri, place, b"")
                continue
            squeezed, dense = _pair_decoder.decode(stored)
            content, loose = _pair_decoder.decode(inflated(squeezed))
            member = self.members[uri] = member_at(uri, place, content)
            self.members_of[member.story][uri] = member
            if member.again_ms:
                heapq.heappush(self._again, (member.again_ms, uri))
            self.matcher.add(self.toolkit.load(loose, dense), member.story)

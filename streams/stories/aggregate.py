"""What the members of a story add up to: counts, origins, names, places, and who speaks for it.

Everything here is a function of the set of members, whatever the order they came in: sums are of whole numbers, lists
are kept sorted. So a retraction or a revision is a removal (and an addition), and a restored story is the same story.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from streams.clock import HOUR_MS
from streams.contracts.records import Counts, Origin, StoryEntity, StoryPlace, Trend
from streams.entities.ledger import Ledger
from streams.stories.content.tell import Telling, tell
from streams.stories.content.voice import Voice
from streams.stories.member import LIVE, OUTDATED, WITHDRAWN, Content, Member, PlaceTuple

__all__ = ["Aggregate"]

_MAX_ENTITIES = 50
_MAX_PLACES = 20
_MAX_ORIGINS = 20
_MAX_ORIGIN_MEMBERS = 10
#: So many texts speak for a story (headline, summary, …), so that its cost does not grow with it: the first ones,
#: which say what happened, and the latest, which say where it stands.
_FIRST, _LATEST = 5, 4
_PER_FAMILY = 3

_Key = TypeVar("_Key", bound=Hashable)
#: rank (0 own text that stands, 1 copy, 2 withdrawn or outdated), event time, uri
_Place = tuple[int, int, str]
#: uri, rank, whether it is the first of its family
_Speaker = tuple[str, int, bool]


class _Family:
    """A text family within the story."""

    __slots__ = ("credits", "members", "withdrawn")

    def __init__(self) -> None:
        self.members: list[_Place] = []
        self.withdrawn = 0
        self.credits: dict[str, int] = {}


class Aggregate:
    """The members of one story, summed up."""

    def __init__(self, members: dict[str, Member]) -> None:
        """``members`` is the story's own table; it is summed up and from then on kept by ``add`` and ``remove``."""
        self.members = members
        self._times: list[int] = []
        self._families: dict[str, _Family] = {}
        #: The first member of each family, in the order in which they speak.
        self._heads: list[tuple[_Place, str]] = []
        self._sources: dict[str, int] = {}
        #: How many names of articles are written so, in lower case; counted from when it is first asked.
        self._names: dict[str, int] | None = None
        #: By geonames id, how many articles have the place in which form.
        self._places: dict[int, dict[PlaceTuple, int]] = {}
        self._main_places: dict[int, int] = {}
        self._copies = 0
        self._live_families = 0
        #: Made when names of two articles are to be joined; most stories have one.
        self._ledger: Ledger | None = None
        #: Who speaks for the story, by uri, rank and whether it is the first of its family; and what they tell.
        self._voices: dict[_Speaker, Voice] = {}
        self._telling: Telling | None = None
        #: Whether members came or left since these were found, and since whoever clears it has looked.
        self._unheard = self.changed = True
        for member in members.values():
            self._enter(member, member.read())

    def add(self, member: Member, content: Content) -> None:
        self.members[member.uri] = member
        self._enter(member, content)

    def _enter(self, member: Member, content: Content) -> None:
        self.changed = self._unheard = True
        self._sum(member, content, 1)
        if self._ledger is not None:
            self._ledger.count(member.uri, content.names())
        insort(self._times, content.time_ms)
        family = self._families.get(content.family)
        if family is None:
            family = self._families[content.family] = _Family()
        else:
            self._drop_head(content.family, family)
        self._live_families -= _live(family)
        insort(family.members, _place(member, content))
        family.withdrawn += member.standing == WITHDRAWN
        if content.credit:
            family.credits[content.credit] = family.credits.get(content.credit, 0) + 1
        self._live_families += _live(family)
        insort(self._heads, (family.members[0], content.family))

    def remove(self, member: Member, content: Content) -> None:
        """``member`` and ``content`` as they were added."""
        self.changed = self._unheard = True
        del self.members[member.uri]
        for speaker in [each for each in self._voices if each[0] == member.uri]:
            del self._voices[speaker]  # it may come back with other words
            self._telling = None
        self._sum(member, content, -1)
        if self._ledger is not None:
            self._ledger.remove(member.uri)
        del self._times[bisect_left(self._times, content.time_ms)]
        family = self._families[content.family]
        self._drop_head(content.family, family)
        self._live_families -= _live(family)
        place = _place(member, content)
        del family.members[bisect_left(family.members, place)]
        family.withdrawn -= member.standing == WITHDRAWN
        if content.credit:
            _count(family.credits, content.credit, -1)
        self._live_families += _live(family)
        if family.members:
            insort(self._heads, (family.members[0], content.family))
        else:
            del self._families[content.family]

    def _drop_head(self, name: str, family: _Family) -> None:
        del self._heads[bisect_left(self._heads, (family.members[0], name))]

    def _sum(self, member: Member, content: Content, by: int) -> None:
        self._copies += by * content.is_copy
        if content.source:
            _count(self._sources, content.source, by)
        if self._names is not None:
            _count_names(self._names, content, by)
        if member.standing == WITHDRAWN:
            return
        for place in content.places:
            spelled = self._places.setdefault(place[0], {})
            _count(spelled, place, by)
            if not spelled:
                del self._places[place[0]]
        if content.main_place is not None:
            _count(self._main_places, content.main_place, by)

    # --- what is asked -------------------------------------------------------------------------------------------

    def has_family(self, family: str) -> bool:
        """Whether the story has a text of this origin that is not withdrawn."""
        known = self._families.get(family)
        return known is not None and _live(known)

    def knows_name(self, names: Iterable[str]) -> bool:
        """Whether a member has one of ``names`` as a name of whatever kind, or says it in its first sentences: "the
        interior ministry" is no name to a recogniser, "the Interior Ministry" is."""
        plain = [name.casefold() for name in names]
        if self._names is None:
            self._names = {}
            for member in self.members.values():
                _count_names(self._names, member.read(), 1)
        if not self._names.keys().isdisjoint(plain):
            return True
        self.tell()
        return any(name in voice.plain for voice in self._voices.values() for name in plain)

    def knows_place(self, geonames_id: int) -> bool:
        return geonames_id in self._places

    def counts(self) -> Counts:
        return Counts(articles=len(self.members), sources=len(self._sources), origins=self._live_families,
                      duplicates=self._copies)

    def first_ms(self) -> int | None:
        return self._times[0] if self._times else None

    def entities(self) -> list[StoryEntity]:
        """The identities that most members name. The names of a single member are joined already."""
        if len(self.members) == 1:
            (member,) = self.members.values()
            return _own_entities(member.read())
        if self._ledger is None:
            self._ledger = Ledger()
            for uri, member in self.members.items():
                self._ledger.count(uri, member.read().names())
        return self._ledger.entities(_MAX_ENTITIES)

    def places(self) -> tuple[list[StoryPlace], StoryPlace | None]:
        """The places by number of articles, and the place where most articles say that it happens."""
        mains = self._main_places
        articles = {at: sum(spelled.values()) for at, spelled in self._places.items()}
        ranked = sorted([(-mains.get(at, 0) * 2 - count, at) for at, count in articles.items()])[:_MAX_PLACES]
        shown = {at: _story_place(self._places[at], articles[at]) for _, at in ranked}
        main = min([(-count, -articles[at], at) for at, count in mains.items() if at in articles], default=None)
        if main is None:
            return [*shown.values()], None
        at = main[2]
        return [*shown.values()], shown.get(at) or _story_place(self._places[at], articles[at])

    def origins(self) -> list[Origin]:
        """Families in the order in which they speak."""
        return [
            Origin(
                id=name,
                credit=min(family.credits.items(), key=lambda each: (-each[1], each[0]))[0] if family.credits else "",
                members=[uri for _, _, uri in family.members[:_MAX_ORIGIN_MEMBERS]],
                articles=len(family.members), withdrawn=not _live(family),
            )
            for _, name in self._heads[:_MAX_ORIGINS]
            for family in (self._families[name],)
        ]

    def trend(self, now_ms: int) -> Trend:
        """Articles of the last hour before ``now_ms`` against the story's own mean rate, both by event time."""
        if not self._times:
            return Trend()
        recent = bisect_right(self._times, now_ms) - bisect_left(self._times, now_ms - HOUR_MS)
        hours = max(1.0, (now_ms - self._times[0]) / HOUR_MS)
        rate = len(self._times) / hours
        return Trend(last_hour=recent, per_hour=round(rate, 3), ratio=round(recent / rate, 2))

    def tell(self) -> Telling:
        """Headline, summary, keywords and statements; computed again only when those who speak have changed."""
        if self._telling is None or self._unheard:
            before = self._voices
            self._voices = {speaker: before.get(speaker) or self._voice(*speaker) for speaker in self._speakers()}
            voices = [*self._voices.values()]
            if self._telling is None or voices != [*before.values()]:
                self._telling = tell(voices)
            self._unheard = False
        return self._telling

    def _voice(self, uri: str, rank: int, original: bool) -> Voice:
        return Voice(uri, self.members[uri].read(), rank, original)

    def _speakers(self) -> list[_Speaker]:
        """(uri, rank, whether it is the first of its family), the originals first, in order of time."""
        heads = self._heads
        if len(heads) > _FIRST + _LATEST:
            # Ranks sort before times: the latest are taken among those that stand.
            standing = bisect_left(heads, ((1, 0, ""), "")) or len(heads)
            latest = heads[max(_FIRST, standing - _LATEST) : standing]
            heads = heads[:_FIRST] + latest
        found = [(place[2], place[0], True) for place, _ in heads]
        for place, name in heads:
            if len(found) >= _FIRST + _LATEST:
                break
            others = self._families[name].members[1:_PER_FAMILY]
            found += [(uri, rank, False) for rank, _, uri in others if rank <= place[0]]
        return found[: _FIRST + _LATEST]


def _own_entities(content: Content) -> list[StoryEntity]:
    ranked = sorted(
        (-named.mentions, named.name, number) for number, named in enumerate(content.entities)
        if named.type != "MISC" and not named.demonym
    )
    return [
        StoryEntity(name=named.name, type=named.type, aliases=list(named.aliases), articles=1,
                    mentions=named.mentions, geonames_id=named.geonames_id)
        for _, _, number in ranked[:_MAX_ENTITIES]
        for named in (content.entities[number],)
    ]


def _place(member: Member, content: Content) -> _Place:
    rank = 2 if member.standing in (WITHDRAWN, OUTDATED) else 1 if content.is_copy else 0
    assert rank == 2 or member.standing == LIVE
    return rank, content.time_ms, member.uri


def _live(family: _Family) -> bool:
    return len(family.members) > family.withdrawn


def _story_place(spelled: Mapping[PlaceTuple, int], articles: int) -> StoryPlace:
    """A place as most articles have it, of those the first."""
    id, name, country, lat, lon = next(iter(spelled)) if len(spelled) == 1 else min(
        spelled, key=lambda place: (-spelled[place], place))
    return StoryPlace(name=name, geonames_id=id, country=country, lat=lat, lon=lon, articles=articles)


def _count_names(counter: dict[str, int], content: Content, by: int) -> None:
    for named in content.entities:
        if named.demonym:
            continue
        if not named.aliases:
            _count(counter, named.name.casefold(), by)
        else:
            for name in {named.name.casefold(), *[alias.casefold() for alias in named.aliases]}:
                _count(counter, name, by)


def _count(counter: dict[_Key, int], key: _Key, by: int) -> None:
    """Add to a count; a count of nothing is no entry, so that equal members give equal counters."""
    value = counter.get(key, 0) + by
    if value:
        counter[key] = value
    else:
        counter.pop(key, None)

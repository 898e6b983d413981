"""Which names of a story are one person, organisation or place: the rules of the ledger.

All articles here are about one story, so a name is taken for another when the two agree as far as they go and nothing
speaks against it: Tariq Arian is Tareq Arian, Tariq Aziz is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from streams.contracts.records import EntityType, StoryEntity
from streams.entities.places import fold_name
from streams.entities.resolve.names import initials, words
from streams.entities.resolve.spelling import close_spelling, skeleton

__all__ = ["Entry", "Face", "Group", "Join", "Known", "Said", "face_of", "join"]

_MOST_ALIASES = 12
_MOST_ARTICLES = 12
#: Names compared in one component, those of most articles: the rest of a huge one stands for itself.
_MOST_COMPARED = 400
#: Candidates looked at under one key.
_MOST_CANDIDATES = 16
_SHORTEST_ALIKE = 4
_ORDER: tuple[EntityType, ...] = ("PER", "ORG", "LOC", "MISC")

K = TypeVar("K")
#: What an article says of one of its names: name, type, geonames id, aliases.
Said = tuple[str, EntityType, int | None, tuple[str, ...]]
#: The same, and how often it mentions it.
Entry = tuple[Said, int]
Rule = Literal["same-place", "transliteration", "fuller-name", "last-name", "acronym", "alias"]


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence of one join: ``form`` was taken for ``name`` by ``rule``, on the strength of these articles (the first
    twelve by uri)."""

    name: str
    form: str
    rule: Rule
    articles: tuple[str, ...]


class Face(msgspec.Struct, frozen=True, gc=False):
    """What the rules ask of a name. ``key``: its letters and digits in lower case; ``keys``: names that could be one
    share some; ``place``, that of a place only; ``words`` in lower case."""

    key: str
    name: str
    kind: EntityType
    place: int | None
    words: tuple[str, ...]
    keys: tuple[str, ...]


@lru_cache(maxsize=16_384)
def face_of(said: Said) -> Face:
    """Remembered: the same names come in article after article."""
    name, kind, place, aliases = said
    key = fold_name(name) or name
    if kind != "LOC":
        place = None
    parts = words(name)
    lower = tuple([word.casefold() for word in parts])
    keys = {"=" + key: None, "~" + skeleton(key): None}
    if kind == "PER":
        if parts:
            # In lower case, as the shard's registry asks for it too: one look-up for both.
            keys["last " + skeleton(lower[-1])] = None
    else:
        for short in _short(name, parts):
            keys["short " + short] = None
    if place is not None:
        keys[f"at {place}"] = None
    for alias in aliases:
        # A person's one-word form, a last name mostly, is no identity by itself.
        if kind != "PER" or " " in alias:
            keys["=" + (fold_name(alias) or alias)] = None
    return Face(key, name, kind, place, lower, tuple(keys))


@dataclass(slots=True)
class _Counts:
    """How often a name stands in which spelling, with which type and geonames id, and in how many articles it has which
    other form."""

    spellings: dict[str, int] = field(default_factory=dict)
    types: dict[EntityType, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)

    def count(self, said: Said, mentions: int, times: int) -> None:
        name, kind, place, aliases = said
        _shift(self.spellings, name, mentions)
        _shift(self.types, kind, mentions)
        if place is not None:
            _shift(self.places, place, mentions)
        for alias in aliases:
            _shift(self.aliases, alias, times)

    def said(self) -> Said:
        """As most say it, with all other forms."""
        spellings, types, places = self.spellings, self.types, self.places
        return (
            max(spellings, key=lambda form: (spellings[form], not form.isupper(), form)),
            max(types, key=lambda kind: (types[kind], -_ORDER.index(kind))),
            max(places, key=lambda place: (places[place], -place), default=None), tuple(self.aliases),
        )


class Known:
    """All that the story's articles say under one name (``key``), and how often each article does. Nearly all names
    are said in one way; only where articles differ is each part counted by itself. A name that no other could be is an
    identity by itself: it tells and ranks as a ``Group`` does."""

    __slots__ = ("_counts", "_said", "_times", "_told", "articles", "face", "key", "mentions", "stale")

    def __init__(self, face: Face, said: Said) -> None:
        """A name that no article says yet; ``said`` is what the first will say."""
        self.key = face.key
        self.articles: dict[str, int] = {}
        self.mentions = 0
        self._said = said
        self._times = 0
        self._counts: _Counts | None = None
        self._told: StoryEntity | None = None
        #: What the rules ask of the name as it was counted when it was last ``renewed``; and whether that is due.
        self.face = face
        self.stale = False

    def count(self, uri: str, entry: Entry, sign: int) -> None:
        """Count what an article says under this name, or with -1 take it out again."""
        said, mentions = entry
        if self._counts is None and said != self._said:
            self._counts = _Counts()
            if self._times:
                self._counts.count(self._said, self.mentions, self._times)
        if self._counts is not None:
            self._counts.count(said, mentions * sign, sign)
            self.stale = True
        self._told = None
        self._times += sign
        self.mentions += mentions * sign
        _shift(self.articles, uri, mentions * sign)

    def renew(self) -> None:
        """Bring ``face`` up to date; some article has the name."""
        if self._counts is not None:
            self.face = face_of(self._counts.said())
        self.stale = False

    def forms(self) -> dict[str, int]:
        """How often it has which spelling or other form."""
        if self._counts is None:
            name, _, _, aliases = self._said
            found = {name: self.mentions}
            for alias in aliases:
                found[alias] = found.get(alias, 0) + self._times
            return found
        found = dict(self._counts.spellings)
        for alias, count in self._counts.aliases.items():
            found[alias] = found.get(alias, 0) + count
        return found

    def called(self, key: str) -> int:
        """How often articles say that the name with this ``key`` is another of its forms."""
        if self._counts is None:
            return self._times * sum((fold_name(alias) or alias) == key for alias in self._said[3])
        return sum(count for alias, count in self._counts.aliases.items() if (fold_name(alias) or alias) == key)

    def rank(self) -> tuple[int, int, str]:
        return -len(self.articles), -self.mentions, self.key

    def told(self) -> StoryEntity:
        if self._told is None:
            face = self.face
            simple = self._counts is None and not self._said[3]
            self._told = StoryEntity(
                name=face.name, type=face.kind, articles=len(self.articles), mentions=self.mentions,
                aliases=[] if simple else _aliases([self], face.name), geonames_id=face.place)
        return self._told

    def order(self) -> tuple[bool, int, int, str]:
        """Full names lead, then those of most articles."""
        return len(self.face.words) < 2, -len(self.articles), -self.mentions, self.key


def _shift(counts: dict[K, int], key: K, by: int) -> None:
    left = counts.get(key, 0) + by
    if left:
        counts[key] = left
    else:
        del counts[key]


class Group:
    """One identity: names joined to the first of them, which also gives its ``face`` and with that its kind."""

    __slots__ = ("_counts", "_told", "face", "joined", "names")

    def __init__(self, first: Known) -> None:
        self.names = [first]
        self.face = first.face
        self.joined: Sequence[tuple[Known, Rule]] = ()
        self._counts: tuple[int, int] | None = None
        self._told: StoryEntity | None = None

    @property
    def name(self) -> str:
        """The form of most articles; for a person the fullest that is not the only one of its kind."""
        full = [known for known in self.names if len(known.face.words) > 1] if self.face.kind == "PER" else []
        return min(full or self.names,
                   key=lambda known: (-len(known.articles), -known.mentions, known.face.name)).face.name

    def take(self, known: Known, rule: Rule) -> None:
        self.names.append(known)
        self.joined = [*self.joined, (known, rule)]
        self._counts = None

    def counts(self) -> tuple[int, int]:
        """Articles and mentions."""
        if self._counts is None:
            articles = set(self.names[0].articles).union(*[known.articles for known in self.names[1:]])
            self._counts = len(articles), sum([known.mentions for known in self.names])
        return self._counts

    def rank(self) -> tuple[int, int, str]:
        articles, mentions = self.counts()
        return -articles, -mentions, self.names[0].key

    def told(self) -> StoryEntity:
        if self._told is None:
            shown = self.name
            articles, mentions = self.counts()
            place = next((place for known in self.names if (place := known.face.place) is not None), None)
            self._told = StoryEntity(name=shown, type=self.face.kind, articles=articles, mentions=mentions,
                                     aliases=_aliases(self.names, shown), geonames_id=place)
        return self._told

    def evidence(self) -> list[Join]:
        shown = self.name
        first = self.names[0].face.name
        return [
            Join(shown if known.face.name != shown else first, known.face.name, rule,
                 tuple(sorted(known.articles)[:_MOST_ARTICLES]))
            for known, rule in self.joined
        ]


def _aliases(names: Sequence[Known], shown: str) -> list[str]:
    """The forms but the one ``shown``, those that most articles have first."""
    forms: dict[str, int] = {}
    for known in names:
        for form, count in known.forms().items():
            forms[form] = forms.get(form, 0) + count
    forms.pop(shown, None)
    return sorted(forms, key=lambda form: (-forms[form], form))[:_MOST_ALIASES] if len(forms) > 1 else [*forms]


def _short(name: str, parts: Sequence[str]) -> tuple[str, ...]:
    """What may stand short for a name, in capitals: the initials of several words, or an acronym itself."""
    if len(parts) > 1:
        return initials(name)
    letters = name.replace(".", "")
    return (letters.upper(),) if 2 <= len(letters) <= 8 and letters.isalpha() else ()


def join(names: Sequence[Known]) -> list[Group]:
    """The identities of one component; the answer does not depend on the order of ``names``."""
    ordered = sorted(names, key=Known.order)
    groups: list[Group] = []
    index: dict[str, list[Group]] = {}
    for known in ordered[:_MOST_COMPARED]:
        found = _home(known, index) if groups else None
        if found is not None:
            group, rule = found
            group.take(known, rule)
        else:
            group = Group(known)
            groups.append(group)
        for key in known.face.keys:
            waiting = index.get(key)
            if waiting is None:
                index[key] = [group]
            elif group not in waiting and len(waiting) < _MOST_CANDIDATES:
                waiting.append(group)
    return groups + [Group(known) for known in ordered[_MOST_COMPARED:]]


def _home(known: Known, index: dict[str, list[Group]]) -> tuple[Group, Rule] | None:
    """The group that a name belongs to, and why; the surest rule first."""
    face = known.face
    if face.place is not None:
        for group in index.get(f"at {face.place}", ()):
            return group, "same-place"
    for group in index.get("~" + skeleton(face.key), ()):
        if any(_spelt_alike(face, other.face) for other in group.names):
            return group, "transliteration"
    if face.kind == "PER":
        return _person(known, index)
    if len(face.words) == 1:
        for short in _short(face.name, face.words):
            for group in index.get("short " + short, ()):
                if group.face.kind != "PER" and len(group.names[0].face.words) > 1:
                    return group, "acronym"
    return _called(known, [group for group in _calling(face, index) if group.face.kind != "PER"])


def _person(known: Known, index: dict[str, list[Group]]) -> tuple[Group, Rule] | None:
    said = known.face.words
    if not said:
        return None
    last = said[-1]
    namesakes = [
        group for group in index.get("last " + skeleton(last), ())
        if group.face.kind == "PER" and (theirs := group.names[0].face.words)
        and (theirs[-1] == last or close_spelling(theirs[-1], last))
    ]
    if len(said) == 1:
        if len(namesakes) > 1:
            # Several people of that name: the one whom articles call by it, if they agree.
            called = _called(known, namesakes)
            return (called[0], "last-name") if called is not None else None
        return (namesakes[0], "last-name") if namesakes else None
    for group in namesakes:
        first = group.names[0].face.words[0]
        if first == said[0] or (
            min(len(first), len(said[0])) == 1 and first[0] == said[0][0]
        ) or (len(first) != 1 and close_spelling(first, said[0])):
            return group, "fuller-name"
    return _called(known, [group for group in _calling(known.face, index) if group.face.kind == "PER"])


def _calling(face: Face, index: dict[str, list[Group]]) -> list[Group]:
    """Groups that share a written form with this name."""
    found: dict[int, Group] = {}
    for key in face.keys:
        if key[0] == "=":
            found.update((id(group), group) for group in index.get(key, ()))
    return list(found.values())


def _called(known: Known, groups: Sequence[Group]) -> tuple[Group, Rule] | None:
    """The only group of which articles say that this form is another of its names."""
    calling = []
    for group in groups:
        said = sum(other.called(known.key) + known.called(other.key) for other in group.names)
        if said:
            calling.append((said, group))
    calling.sort(key=lambda pair: (-pair[0], pair[1].rank()))
    if not calling or (len(calling) > 1 and calling[0][0] == calling[1][0]):
        return None
    return calling[0][1], "alias"


def _spelt_alike(a: Face, b: Face) -> bool:
    """Two spellings of one name, word by word where they have as many words. Two places on the map are two."""
    if "PER" in (a.kind, b.kind) and a.kind != b.kind:
        return False
    if a.place is not None and b.place is not None and a.place != b.place:
        return False
    if min(len(a.key), len(b.key)) < _SHORTEST_ALIKE:
        return False
    if len(a.words) == len(b.words):
        return all(x == y or close_spelling(x, y) for x, y in zip(a.words, b.words, strict=True))
    return close_spelling(a.key, b.key)

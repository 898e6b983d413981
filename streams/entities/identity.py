"""Which names of a story are one person, organisation or place: the rules of the ledger.

All articles here are about one story, so a name is taken for another when the two agree as far as they go and nothing
speaks against it: Tariq Arian is Tareq Arian, Tariq Aziz is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

from streams.contracts.records import EntityType, StoryEntity
from streams.entities.places import fold_name
from streams.entities.resolve.names import initials, words
from streams.entities.resolve.spelling import close_spelling, skeleton

__all__ = ["Entry", "Group", "Join", "Known", "join", "keys_of"]

_MOST_ALIASES = 12
_MOST_ARTICLES = 12
#: Names compared in one component, those of most articles: the rest of a huge one stands for itself.
_MOST_COMPARED = 400
#: Candidates looked at under one key.
_MOST_CANDIDATES = 16
_SHORTEST_ALIKE = 4
_ORDER: tuple[EntityType, ...] = ("PER", "ORG", "LOC", "MISC")

K = TypeVar("K")
#: What an article says of one of its names: name, type, geonames id, aliases, mentions.
Entry = tuple[str, EntityType, int | None, tuple[str, ...], int]
Rule = Literal["same-place", "transliteration", "fuller-name", "last-name", "acronym", "alias"]


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence of one join: ``form`` was taken for ``name`` by ``rule``, on the strength of these articles (the first
    twelve by uri)."""

    name: str
    form: str
    rule: Rule
    articles: tuple[str, ...]


@dataclass(slots=True)
class Known:
    """All that the story's articles say under one name (its letters and digits, lower case): how often in which
    spelling, with which type, geonames id and other forms, and in which articles. Each value counts."""

    key: str
    spellings: dict[str, int] = field(default_factory=dict)
    types: dict[EntityType, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    articles: dict[str, int] = field(default_factory=dict)
    mentions: int = 0
    _view: _View | None = None
    #: Whether something was counted since the view was made.
    _counted: bool = False

    # Nearly all names have one spelling, one type and no place or one.

    @property
    def name(self) -> str:
        found = self.spellings
        return next(iter(found)) if len(found) == 1 else max(
            found, key=lambda form: (found[form], not form.isupper(), form))

    @property
    def kind(self) -> EntityType:
        found = self.types
        return next(iter(found)) if len(found) == 1 else max(
            found, key=lambda kind: (found[kind], -_ORDER.index(kind)))

    @property
    def place(self) -> int | None:
        found = self.places
        if len(found) < 2:
            return next(iter(found), None)
        return max(found, key=lambda place: (found[place], -place))

    def count(self, uri: str, entry: Entry, sign: int) -> None:
        """Count what an article says under this name, or with -1 take it out again."""
        name, kind, place, aliases, mentions = entry
        times = mentions * sign
        self.mentions += times
        self._counted = True
        _shift(self.spellings, name, times)
        _shift(self.types, kind, times)
        _shift(self.articles, uri, times)
        if place is not None:
            _shift(self.places, place, times)
        for alias in aliases:
            _shift(self.aliases, alias, sign)

    def view(self) -> _View:
        """What the rules ask of the name as it is counted now."""
        old = self._view
        if old is None or self._counted:
            name, kind, aliases = self.name, self.kind, tuple(self.aliases)
            place = self.place if kind == "LOC" else None
            basis = name, kind, place, aliases
            if old is not None and old.basis == basis:
                # Most articles say of a name what others said. Whoever holds the view joins names anew before he asks.
                old.mentions = self.mentions
            else:
                keys = _keys(self.key, name, kind, place, aliases)
                self._view = old = _View(self, name, kind, place, _lower_words(name), self.mentions, keys, basis)
            self._counted = False
        return old


def _shift(counts: dict[K, int], key: K, by: int) -> None:
    left = counts.get(key, 0) + by
    if left:
        counts[key] = left
    else:
        del counts[key]


@dataclass(slots=True, eq=False)
class _View:
    """A name with what the rules ask of it, computed once; names that could be one share one of ``keys``."""

    known: Known
    name: str
    kind: EntityType
    place: int | None
    words: tuple[str, ...]
    mentions: int
    keys: tuple[str, ...]
    basis: tuple[str, EntityType, int | None, tuple[str, ...]]

    def order(self) -> tuple[bool, int, int, str]:
        """Full names lead, then those of most articles."""
        return len(self.words) < 2, -len(self.known.articles), -self.mentions, self.known.key


class Group:
    """One identity: names joined to the first of them, which also gives its ``kind``."""

    __slots__ = ("_counts", "_told", "joined", "kind", "views")

    def __init__(self, first: _View) -> None:
        self.views = [first]
        self.kind = first.kind
        self.joined: list[tuple[_View, Rule]] = []
        self._counts: tuple[int, int] | None = None
        self._told: StoryEntity | None = None

    @property
    def name(self) -> str:
        """The form of most articles; for a person the fullest that is not the only one of its kind."""
        if len(self.views) == 1:
            return self.views[0].name
        full = [view for view in self.views if len(view.words) > 1] if self.kind == "PER" else []
        return min(full or self.views, key=lambda view: (-len(view.known.articles), -view.mentions, view.name)).name

    def take(self, view: _View, rule: Rule) -> None:
        self.views.append(view)
        self.joined.append((view, rule))
        self._counts = None

    def counts(self) -> tuple[int, int]:
        """Articles and mentions."""
        if self._counts is None:
            first = self.views[0]
            if len(self.views) == 1:
                self._counts = len(first.known.articles), first.mentions
            else:
                articles = set(first.known.articles).union(*(view.known.articles for view in self.views[1:]))
                self._counts = len(articles), sum(view.mentions for view in self.views)
        return self._counts

    def rank(self) -> tuple[int, int, str]:
        articles, mentions = self.counts()
        return -articles, -mentions, self.views[0].known.key

    def told(self) -> StoryEntity:
        if self._told is None:
            shown = self.name
            articles, mentions = self.counts()
            place = self.views[0].place if len(self.views) == 1 else next(
                (view.place for view in self.views if view.place is not None), None)
            self._told = StoryEntity(name=shown, type=self.kind, articles=articles, mentions=mentions,
                                     aliases=self._aliases(shown), geonames_id=place)
        return self._told

    def _aliases(self, shown: str) -> list[str]:
        """The other forms, those that most articles have first."""
        known = self.views[0].known
        if len(self.views) == 1 and len(known.spellings) == 1 and not known.aliases:
            return []
        forms: dict[str, int] = {}
        for view in self.views:
            for counted in (view.known.spellings, view.known.aliases):
                for form, count in counted.items():
                    forms[form] = forms.get(form, 0) + count
        forms.pop(shown, None)
        return sorted(forms, key=lambda form: (-forms[form], form))[:_MOST_ALIASES] if len(forms) > 1 else [*forms]

    def evidence(self) -> list[Join]:
        shown = self.name
        return [
            Join(shown if view.name != shown else self.views[0].name, view.name, rule,
                 tuple(sorted(view.known.articles)[:_MOST_ARTICLES]))
            for view, rule in self.joined
        ]


def keys_of(known: Known) -> tuple[str, ...]:
    """Names that could be one share at least one of these."""
    return known.view().keys


@lru_cache(maxsize=16_384)
def _keys(key: str, name: str, kind: EntityType, place: int | None, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Remembered: the same names come in article after article."""
    parts = words(name)
    keys = {"=" + key: None, "~" + skeleton(key): None}
    if kind == "PER":
        if parts:
            # In lower case, as the shard's registry asks for it too: one look-up for both.
            keys["last " + skeleton(parts[-1].casefold())] = None
    else:
        for short in _short(name, parts):
            keys["short " + short] = None
    if place is not None:
        keys[f"at {place}"] = None
    for alias in aliases:
        # A person's one-word form, a last name mostly, is no identity by itself.
        if kind != "PER" or " " in alias:
            keys["=" + (fold_name(alias) or alias)] = None
    return tuple(keys)


@lru_cache(maxsize=16_384)
def _lower_words(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words(name))


def _short(name: str, parts: Sequence[str]) -> tuple[str, ...]:
    """What may stand short for a name, in capitals: the initials of several words, or an acronym itself."""
    if len(parts) > 1:
        return initials(name)
    letters = name.replace(".", "")
    return (letters.upper(),) if 2 <= len(letters) <= 8 and letters.isalpha() else ()


def join(names: Sequence[Known]) -> list[Group]:
    """The identities of one component; the answer does not depend on the order of ``names``."""
    if len(names) == 1:
        return [Group(names[0].view())]
    views = sorted((known.view() for known in names), key=_View.order)
    groups: list[Group] = []
    index: dict[str, list[Group]] = {}
    for view in views[:_MOST_COMPARED]:
        found = _home(view, index) if groups else None
        if found is not None:
            group, rule = found
            group.take(view, rule)
        else:
            group = Group(view)
            groups.append(group)
        for key in view.keys:
            waiting = index.setdefault(key, [])
            if group not in waiting and len(waiting) < _MOST_CANDIDATES:
                waiting.append(group)
    return groups + [Group(view) for view in views[_MOST_COMPARED:]]


def _home(view: _View, index: dict[str, list[Group]]) -> tuple[Group, Rule] | None:
    """The group that a name belongs to, and why; the surest rule first."""
    if view.place is not None:
        for group in index.get(f"at {view.place}", ()):
            return group, "same-place"
    for group in index.get("~" + skeleton(view.known.key), ()):
        if any(_spelt_alike(view, other) for other in group.views):
            return group, "transliteration"
    if view.kind == "PER":
        return _person(view, index)
    if len(view.words) == 1:
        for short in _short(view.name, view.words):
            for group in index.get("short " + short, ()):
                if group.kind != "PER" and len(group.views[0].words) > 1:
                    return group, "acronym"
    return _called(view, [group for group in _calling(view, index) if group.kind != "PER"])


def _person(view: _View, index: dict[str, list[Group]]) -> tuple[Group, Rule] | None:
    if not view.words:
        return None
    last = view.words[-1]
    namesakes = [
        group for group in index.get("last " + skeleton(last), ())
        if group.kind == "PER" and group.views[0].words
        and (group.views[0].words[-1] == last or close_spelling(group.views[0].words[-1], last))
    ]
    if len(view.words) == 1:
        if len(namesakes) > 1:
            # Several people of that name: the one whom articles call by it, if they agree.
            called = _called(view, namesakes)
            return (called[0], "last-name") if called is not None else None
        return (namesakes[0], "last-name") if namesakes else None
    for group in namesakes:
        first = group.views[0].words[0]
        if first == view.words[0] or (
            min(len(first), len(view.words[0])) == 1 and first[0] == view.words[0][0]
        ) or (len(first) != 1 and close_spelling(first, view.words[0])):
            return group, "fuller-name"
    return _called(view, [group for group in _calling(view, index) if group.kind == "PER"])


def _calling(view: _View, index: dict[str, list[Group]]) -> list[Group]:
    """Groups that share a written form with this name."""
    found: dict[int, Group] = {}
    for key in view.keys:
        if key[0] == "=":
            found.update((id(group), group) for group in index.get(key, ()))
    return list(found.values())


def _called(view: _View, groups: Sequence[Group]) -> tuple[Group, Rule] | None:
    """The only group of which articles say that this form is another of its names."""
    calling = []
    for group in groups:
        said = sum(
            count for other in group.views for alias, count in other.known.aliases.items()
            if (fold_name(alias) or alias) == view.known.key
        ) + sum(
            count for other in group.views for alias, count in view.known.aliases.items()
            if (fold_name(alias) or alias) == other.known.key
        )
        if said:
            calling.append((said, group))
    calling.sort(key=lambda pair: (-pair[0], pair[1].rank()))
    if not calling or (len(calling) > 1 and calling[0][0] == calling[1][0]):
        return None
    return calling[0][1], "alias"


def _spelt_alike(a: _View, b: _View) -> bool:
    """Two spellings of one name, word by word where they have as many words. Two places on the map are two."""
    if "PER" in (a.kind, b.kind) and a.kind != b.kind:
        return False
    if a.place is not None and b.place is not None and a.place != b.place:
        return False
    if min(len(a.known.key), len(b.known.key)) < _SHORTEST_ALIKE:
        return False
    if len(a.words) == len(b.words):
        return all(x == y or close_spelling(x, y) for x, y in zip(a.words, b.words, strict=True))
    return close_spelling(a.known.key, b.known.key)

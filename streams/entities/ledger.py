"""Who is who across the articles of a story.

The ledger keeps what each article names and joins it anew when asked, so what it says is a function of the articles
that are in it now, whatever the order they came in: taking an article out takes its evidence out with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from streams.contracts.records import EntityType, NamedEntity, StoryEntity
from streams.entities.places import fold_name
from streams.entities.resolve.names import close_spelling, initials, skeleton, words

__all__ = ["Join", "Ledger"]

K = TypeVar("K")

#: Names joined at most: those of the most articles. A story of thousands has a long tail of names that stand once.
_MOST_NAMES = 300
_MOST_ALIASES = 12
_ORDER: tuple[EntityType, ...] = ("LOC", "ORG", "PER", "MISC")
#: In fifths, so that the votes stay whole numbers.
_WEIGHT: dict[EntityType, int] = {"LOC": 5, "ORG": 5, "PER": 5, "MISC": 1}

Rule = Literal["same-name", "transliteration", "last-name", "acronym", "same-place", "alias", "middle-name"]


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence of one join: ``form`` was taken for ``name`` by ``rule``, on the strength of these articles."""

    name: str
    form: str
    rule: Rule
    articles: tuple[str, ...]


@dataclass(slots=True)
class _Name:
    """All that the story's articles call by one form of letters."""

    spellings: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    types: dict[EntityType, int] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)
    articles: dict[str, int] = field(default_factory=dict)

    @property
    def mentions(self) -> int:
        return sum(self.articles.values())

    @property
    def name(self) -> str:
        return max(self.spellings, key=lambda spelling: (self.spellings[spelling], spelling))

    @property
    def kind(self) -> EntityType:
        """A reading as MISC weighs little: it is what the recogniser says when it does not know."""
        return max(self.types, key=lambda kind: (self.types[kind] * _WEIGHT[kind], -_ORDER.index(kind)))

    @property
    def geonames_id(self) -> int | None:
        return max(self.ids, key=lambda found: (self.ids[found], -found)) if self.ids else None


@dataclass(slots=True)
class _Group:
    kind: EntityType
    names: list[_Name]
    joins: list[tuple[_Name, Rule]] = field(default_factory=list)


class Ledger:
    """The entities of one story. ``add`` an article once; ``remove`` is its exact inverse."""

    def __init__(self) -> None:
        self._names: dict[str, _Name] = {}
        self._of: dict[str, tuple[NamedEntity, ...]] = {}
        self._joined: list[_Group] | None = None

    def add(self, uri: str, entities: Sequence[NamedEntity]) -> None:
        """Count an article's entities; demonyms are no entities and are left out. An article that is already in it
        is replaced."""
        if uri in self._of:
            self.remove(uri)
        kept = tuple(entity for entity in entities if not entity.demonym)
        self._of[uri] = kept
        for entity in kept:
            self._count(uri, entity, 1)
        self._joined = None

    def remove(self, uri: str) -> None:
        """Take an article out; nothing happens where it is not in it."""
        for entity in self._of.pop(uri, ()):
            self._count(uri, entity, -1)
        self._joined = None

    def _count(self, uri: str, entity: NamedEntity, sign: int) -> None:
        key = fold_name(entity.name) or entity.name
        name = self._names.setdefault(key, _Name())
        weight = max(1, len(entity.mentions)) * sign
        _shift(name.spellings, entity.name, weight)
        for alias in entity.aliases:
            _shift(name.aliases, alias, sign)
        _shift(name.types, entity.type, weight)
        if entity.geonames_id is not None:
            _shift(name.ids, entity.geonames_id, weight)
        _shift(name.articles, uri, weight)
        if not name.articles:
            del self._names[key]

    def entities(self, limit: int) -> list[StoryEntity]:
        """The ``limit`` entities that most articles name, fullest spelling first."""
        told = [_told(group) for group in self._groups() if group.kind != "MISC"]
        told.sort(key=lambda entity: (-entity.articles, -entity.mentions, entity.name))
        return told[:limit]

    def evidence(self) -> list[Join]:
        """Every join of two names that are not written alike, in a fixed order."""
        return [
            Join(group.names[0].name, name.name, rule, tuple(sorted(name.articles))[:_MOST_ALIASES])
            for group in self._groups()
            for name, rule in group.joins
        ]

    def _groups(self) -> list[_Group]:
        if self._joined is None:
            ranked = sorted(
                self._names.values(), key=lambda name: (-len(name.articles), -name.mentions, name.name)
            )[:_MOST_NAMES]
            self._joined = list(_join(ranked))
        return self._joined


def _shift(counts: dict[K, int], key: K, by: int) -> None:
    left = counts.get(key, 0) + by
    if left:
        counts[key] = left
    else:
        counts.pop(key, None)


def _join(ranked: Sequence[_Name]) -> Iterator[_Group]:
    """Full names lead, what is shorter joins them. Candidates meet under a key, so the cost is linear."""
    leaders: dict[tuple[str, str], list[_Group]] = {}
    made: list[_Group] = []
    for name in sorted(ranked, key=lambda name: -min(2, len(words(name.name)))):  # stable: the rank decides ties
        kind = name.kind
        home = _home(name, kind, leaders)
        if home is not None:
            home[0].names.append(name)
            home[0].joins.append((name, home[1]))
            continue
        group = _Group(kind, [name])
        made.append(group)
        for key in _keys(name, kind):
            leaders.setdefault((kind, key), []).append(group)
    yield from made


def _keys(name: _Name, kind: EntityType) -> list[str]:
    """Keys under which others may ask for this name."""
    parts = words(name.name)
    keys = [skeleton(name.name)]
    if name.geonames_id is not None and kind == "LOC":
        keys.append(f"#{name.geonames_id}")
    if kind == "PER" and len(parts) > 1:
        keys.append("last " + skeleton(parts[-1]))
    if kind == "ORG" and len(parts) > 1:
        keys.append("initials " + initials(name.name))
    return keys + ["alias " + fold_name(alias) for alias in name.aliases]


def _home(
    name: _Name, kind: EntityType, leaders: dict[tuple[str, str], list[_Group]]
) -> tuple[_Group, Rule] | None:
    text = name.name
    parts = words(text)
    if kind == "LOC" and name.geonames_id is not None:
        for group in leaders.get((kind, f"#{name.geonames_id}"), ()):
            return group, "same-place"
    for group in leaders.get((kind, skeleton(text)), ()):
        other = group.names[0]
        apart = kind == "LOC" and None not in (name.geonames_id, other.geonames_id)
        if not apart and len(text) >= 5 and _spelt_alike(text, other.name):
            return group, "transliteration"
    if kind == "PER":
        asked = leaders.get((kind, "last " + skeleton(parts[-1])), []) if parts else []
        if len(parts) == 1:
            near = [group for group in asked if close_spelling(words(group.names[0].name)[-1], text)]
            if len(near) == 1:
                return near[0], "last-name"
        for group in asked:
            other_parts = words(group.names[0].name)
            if len(parts) > 1 and parts[0] == other_parts[0] and parts[-1] == other_parts[-1]:
                return group, "middle-name"
    if kind == "ORG" and len(parts) == 1 and text.isupper() and 2 <= len(text) <= 8:
        for group in leaders.get((kind, "initials " + text), ()):
            return group, "acronym"
    called = leaders.get((kind, "alias " + fold_name(text)), ())
    return (called[0], "alias") if len(called) == 1 else None


def _spelt_alike(a: str, b: str) -> bool:
    left, right = words(a), words(b)
    if len(left) == len(right):
        return all(x == y or close_spelling(x, y) for x, y in zip(left, right, strict=True))
    return close_spelling(a, b)


def _told(group: _Group) -> StoryEntity:
    articles: dict[str, int] = {}
    aliases: dict[str, int] = {}
    for name in group.names:
        for uri, mentions in name.articles.items():
            articles[uri] = articles.get(uri, 0) + mentions
        for counts in (name.spellings, name.aliases):
            for spelling, count in counts.items():
                aliases[spelling] = aliases.get(spelling, 0) + count
    lead = group.names[0]
    # A variant that stands more often than the first leads, unless it is only a part of the name.
    full = max(
        (name for name in group.names if len(words(name.name)) >= len(words(lead.name)) or group.kind != "PER"),
        key=lambda name: (len(name.articles), name.mentions, name.name),
    )
    shown = full.name if group.kind != "ORG" else max(
        (name for name in group.names), key=lambda name: (len(name.articles), name.mentions, name.name)).name
    aliases.pop(shown, None)
    return StoryEntity(
        name=shown,
        type=group.kind,
        aliases=sorted(aliases, key=lambda alias: (-aliases[alias], alias))[:_MOST_ALIASES],
        articles=len(articles),
        mentions=sum(articles.values()),
        geonames_id=next((name.geonames_id for name in group.names if name.geonames_id is not None), None),
    )

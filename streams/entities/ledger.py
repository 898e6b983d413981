"""Who is who across the articles of a story.

The ledger counts what each article names, and joins the names where somebody asks. Names that could be one share a key
(spelling, last name, initials, place, alias); names joined by keys form a component, and only components that an
article touched are joined anew. What a component gives depends on its counts alone, so the ledger is a function of the
articles that are in it now, whatever the order they came in: to take an article out takes its evidence out with it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from streams.contracts.records import NamedEntity, StoryEntity
from streams.entities.identity import Entry, Group, Join, Known, join, keys_of
from streams.entities.places import fold_name

__all__ = ["Entry", "Join", "Ledger"]

#: A rank ends with a name that is an identity's own, so that no two are equal.
_Ranked = tuple[tuple[int, int, str], Group]
#: One in so many identities is put into its place; of more all are sorted.
_FEW = 20


@dataclass(slots=True)
class _Component:
    """Names that keys connect, and the identities they make, with their ranks; none until they are asked for."""

    names: dict[str, None]
    groups: list[_Ranked] = field(default_factory=list)


@dataclass(slots=True)
class _Node:
    known: Known
    keys: tuple[str, ...] = ()
    component: _Component | None = None


class Ledger:
    """The identities of one story. Adding or removing an article costs what the article names."""

    def __init__(self) -> None:
        self._nodes: dict[str, _Node] = {}
        self._articles: dict[str, list[tuple[_Node, Entry]]] = {}
        self._sharing: dict[str, dict[str, None]] = {}
        self._components: dict[int, _Component] = {}
        self._unjoined: dict[int, _Component] = {}
        self._ranked: list[_Ranked] = []
        self._touched: dict[str, None] = {}

    def add(self, uri: str, entities: Sequence[NamedEntity]) -> None:
        """Count an article's entities; one that is already in is replaced. What is found as a demonym only is no
        entity of the story."""
        self.count(uri, [(each.name, each.type, each.geonames_id, tuple(each.aliases), max(1, len(each.mentions)))
                         for each in entities if not each.demonym])

    def count(self, uri: str, entries: Sequence[Entry]) -> None:
        """``add`` for what is kept of an article's entities, demonyms left out."""
        self.remove(uri)
        said: list[tuple[_Node, Entry]] = []
        for entry in entries:
            name = entry[0]
            key = fold_name(name) or name
            node = self._nodes.get(key)
            if node is None:
                node = self._nodes[key] = _Node(Known(key))
            node.known.count(uri, entry, 1)
            said.append((node, entry))
            self._touched[key] = None
        self._articles[uri] = said

    def remove(self, uri: str) -> None:
        """Take an article out; nothing happens where it is not in."""
        for node, entry in self._articles.pop(uri, ()):
            node.known.count(uri, entry, -1)
            self._touched[node.known.key] = None

    def entities(self, limit: int) -> list[StoryEntity]:
        """The ``limit`` people, organisations and places that most articles name."""
        self._join()
        shown = (group.told() for _, group in self._ranked if group.kind != "MISC")
        return list(islice(shown, limit))

    def evidence(self) -> list[Join]:
        """Every join of two names that are not written alike, by rank of the identity, then of the name."""
        self._join()
        return [found for _, group in self._ranked for found in group.evidence()]

    def _join(self) -> None:
        self._connect()
        fresh: list[_Ranked] = []
        for component in self._unjoined.values():
            groups = join([self._nodes[key].known for key in component.names])
            component.groups = [(group.rank(), group) for group in groups]
            fresh += component.groups
        if len(fresh) * _FEW > len(self._ranked):
            self._ranked += fresh
            self._ranked.sort()
        else:
            for ranked in fresh:
                insort(self._ranked, ranked)
        self._unjoined.clear()

    def _forget(self, component: _Component) -> None:
        """Take a component's identities out of the ranking."""
        for ranked in component.groups:
            del self._ranked[bisect_left(self._ranked, ranked)]
        component.groups = []

    def _connect(self) -> None:
        """Bring the components up to date with the names that were touched."""
        loose: dict[str, None] = {}
        for key in self._touched:
            node = self._nodes[key]
            keys = keys_of(node.known) if node.known.articles else ()
            if keys == node.keys and node.component is not None:
                self._forget(node.component)
                self._unjoined[id(node.component)] = node.component
                continue
            for old in node.keys:
                del self._sharing[old][key]
                if not self._sharing[old]:
                    del self._sharing[old]
            node.keys = keys
            for new in keys:
                others = self._sharing.get(new)
                if others is None:
                    self._sharing[new] = {key: None}
                else:
                    others[key] = None
            loose[key] = None
        self._touched.clear()
        open_names: dict[str, None] = {}
        for key in loose:
            open_names.update(self._dissolve(self._nodes[key].component))
            open_names[key] = None
            if not self._nodes[key].known.articles:
                del self._nodes[key]
        for key in list(open_names):
            if key in self._nodes and self._nodes[key].component is None:
                self._gather(key)

    def _dissolve(self, component: _Component | None) -> dict[str, None]:
        if component is None or self._components.pop(id(component), None) is None:
            return {}
        self._forget(component)
        self._unjoined.pop(id(component), None)
        for key in component.names:
            self._nodes[key].component = None
        return component.names

    def _gather(self, start: str) -> None:
        """The component of a name, over all keys; components it runs into become part of it."""
        component = _Component({start: None})
        self._components[id(component)] = self._unjoined[id(component)] = component
        if all(len(self._sharing[key]) == 1 for key in self._nodes[start].keys):
            self._nodes[start].component = component  # most names stand alone
            return
        waiting = [start]
        asked: set[str] = set()
        while waiting:
            node = self._nodes[waiting.pop()]
            node.component = component
            for key in node.keys:
                if key in asked:
                    continue
                asked.add(key)
                for other in self._sharing[key]:
                    if other not in component.names:
                        self._dissolve(self._nodes[other].component)
                        component.names[other] = None
                        waiting.append(other)

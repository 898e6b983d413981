"""Who is who across the articles of a story.

The ledger counts what each article names, and joins the names where somebody asks. Names that could be one share a key
(spelling, last name, initials, place, alias); names joined by keys form a component, and only components that an
article touched are joined anew. What a component gives depends on its counts alone, so the ledger is a function of the
articles that are in it now, whatever the order they came in: to take an article out takes its evidence out with it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from streams.contracts.records import NamedEntity, StoryEntity
from streams.entities.identity import Entry, Face, Group, Join, Known, Said, face_of, join

__all__ = ["Entry", "Join", "Ledger"]

#: A rank (three entries) ends with a name that is an identity's own, so that no two are equal.
_Ranked = tuple[int, int, str, Known | Group]
#: One in so many identities is put into its place; of more all are sorted.
_FEW = 20


class _Component:
    """Names that keys connect, and the identities they make, with their ranks; none until they are asked for."""

    __slots__ = ("groups", "names")

    def __init__(self, names: Sequence[_Node]) -> None:
        self.names = names
        self.groups: list[_Ranked] = []


class _Node(Known):
    """A name, with the keys under which it is entered and the component that it is in."""

    __slots__ = ("component", "keys")

    def __init__(self, face: Face, said: Said) -> None:
        super().__init__(face, said)
        self.keys: tuple[str, ...] = ()
        self.component: _Component | None = None


class Ledger:
    """The identities of one story. Adding or removing an article costs what the article names."""

    def __init__(self) -> None:
        self._nodes: dict[str, _Node] = {}
        self._articles: dict[str, list[tuple[_Node, Entry]]] = {}
        #: key -> the name that has it, or the names where they are several.
        self._sharing: dict[str, _Node | dict[_Node, None]] = {}
        self._unjoined: dict[_Component, None] = {}
        self._ranked: list[_Ranked] = []
        self._touched: dict[_Node, None] = {}

    def add(self, uri: str, entities: Sequence[NamedEntity]) -> None:
        """Count an article's entities; one that is already in is replaced. What is found as a demonym only is no
        entity of the story."""
        self.count(uri, [((each.name, each.type, each.geonames_id, tuple(each.aliases)), max(1, len(each.mentions)))
                         for each in entities if not each.demonym])

    def count(self, uri: str, entries: Sequence[Entry]) -> None:
        """``add`` for what is kept of an article's entities, demonyms left out."""
        self.remove(uri)
        said: list[tuple[_Node, Entry]] = []
        for entry in entries:
            face = face_of(entry[0])
            node = self._nodes.get(face.key)
            if node is None:
                node = self._nodes[face.key] = _Node(face, entry[0])
            node.count(uri, entry, 1)
            said.append((node, entry))
            self._touched[node] = None
        self._articles[uri] = said

    def remove(self, uri: str) -> None:
        """Take an article out; nothing happens where it is not in."""
        for node, entry in self._articles.pop(uri, ()):
            node.count(uri, entry, -1)
            self._touched[node] = None

    def entities(self, limit: int) -> list[StoryEntity]:
        """The ``limit`` people, organisations and places that most articles name."""
        self._join()
        shown: list[StoryEntity] = []
        for _, _, _, group in self._ranked:
            if group.face.kind != "MISC":
                shown.append(group.told())
                if len(shown) == limit:
                    break
        return shown

    def evidence(self) -> list[Join]:
        """Every join of two names that are not written alike, by rank of the identity, then of the name."""
        self._join()
        return [found for *_, group in self._ranked if isinstance(group, Group)
                for found in group.evidence()]

    def _join(self) -> None:
        self._connect()
        fresh: list[_Ranked] = []
        for component in self._unjoined:
            names = component.names
            groups: Sequence[Known | Group] = join(names) if len(names) > 1 else names
            component.groups = [(*group.rank(), group) for group in groups]
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
        loose: list[_Node] = []
        for node in self._touched:
            if node.stale and node.articles:
                node.renew()
            keys = node.face.keys if node.articles else ()
            component = node.component
            if component is not None and keys == node.keys:
                self._forget(component)
                self._unjoined[component] = None
                continue
            self._enter(node, keys)
            loose.append(node)
        self._touched.clear()
        waiting: dict[_Node, None] = {}
        for node in loose:
            waiting.update(dict.fromkeys(self._dissolve(node.component)))
            waiting[node] = None
            if not node.articles:
                del self._nodes[node.key]
        for node in waiting:
            if node.articles and node.component is None:
                self._gather(node)

    def _enter(self, node: _Node, keys: tuple[str, ...]) -> None:
        """Enter a name under ``keys`` instead of those it had."""
        sharing = self._sharing
        for key in node.keys:
            others = sharing[key]
            if isinstance(others, dict) and len(others) > 1:
                del others[node]
            else:
                del sharing[key]
        node.keys = keys
        for key in keys:
            found = sharing.get(key)
            if found is None:
                sharing[key] = node
            elif isinstance(found, dict):
                found[node] = None
            else:
                sharing[key] = {found: None, node: None}

    def _dissolve(self, component: _Component | None) -> Sequence[_Node]:
        if component is None:
            return ()
        self._forget(component)
        self._unjoined.pop(component, None)
        for node in component.names:
            node.component = None
        return component.names

    def _gather(self, start: _Node) -> None:
        """The component of a name, over all keys; components it runs into become part of it."""
        sharing = self._sharing
        for key in start.keys:
            if isinstance(sharing[key], dict):
                names: Sequence[_Node] = self._reached(start)
                break
        else:
            names = (start,)  # most names stand alone
        component = _Component(names)
        for node in names:
            node.component = component
        self._unjoined[component] = None

    def _reached(self, start: _Node) -> list[_Node]:
        """A name and all that keys lead to; the components that they were in are no more."""
        found = {start: None}
        waiting = [start]
        asked: set[str] = set()
        while waiting:
            for key in waiting.pop().keys:
                others = self._sharing[key]
                if not isinstance(others, dict) or key in asked:
                    continue
                asked.add(key)
                for other in others:
                    if other not in found:
                        self._dissolve(other.component)
                        found[other] = None
                        waiting.append(other)
        return [*found]

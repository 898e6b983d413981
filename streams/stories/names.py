"""The names of a story's members by exact form, until the ledger of identities takes over."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.records import NamedEntity, StoryEntity

__all__ = ["Ledger"]


class Ledger:
    """Counts articles and mentions of each (type, name); a function of the articles it holds, in any order."""

    def __init__(self) -> None:
        self._articles: dict[str, list[NamedEntity]] = {}

    def add(self, uri: str, entities: Sequence[NamedEntity]) -> None:
        self._articles[uri] = list(entities)

    def remove(self, uri: str) -> None:
        del self._articles[uri]

    def entities(self, limit: int) -> list[StoryEntity]:
        """The names of most articles first, then of most mentions."""
        found: dict[tuple[str, str], list[NamedEntity]] = {}
        for uri in sorted(self._articles):
            for entity in self._articles[uri]:
                found.setdefault((entity.type, entity.name.casefold()), []).append(entity)
        ranked = sorted(
            found.items(), key=lambda each: (-len(each[1]), -sum(len(e.mentions) for e in each[1]), each[0]))
        return [
            StoryEntity(
                name=same[0].name, type=same[0].type,
                aliases=sorted({alias for entity in same for alias in entity.aliases if alias != same[0].name})[:10],
                articles=len(same), mentions=sum(len(entity.mentions) for entity in same),
                geonames_id=next((entity.geonames_id for entity in same if entity.geonames_id is not None), None),
            )
            for _, same in ranked[:limit]
        ]

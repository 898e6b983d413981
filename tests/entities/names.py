"""Spans as a recogniser that makes no mistakes would give them."""

from __future__ import annotations

import re
from functools import lru_cache

from streams.entities.places import Gazetteer
from streams.entities.recogniser import Span
from streams.entities.resolve import Resolved, resolve


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def spans(text: str, **names: str) -> list[Span]:
    """Every occurrence of the names, given as PER="…; …", longest first."""
    kinds = {name: kind for kind, listed in names.items() for name in listed.split("; ") if name}
    pattern = "|".join(re.escape(name) for name in sorted(kinds, key=len, reverse=True))
    return [
        Span(match.start(), match.end(), kinds[match[0]], 0.9)
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text)
    ]


def resolved(text: str, **names: str) -> Resolved:
    return resolve(text, spans(text, **names), gazetteer())


def forms(text: str, **names: str) -> list[tuple[str, set[str]]]:
    """Type and the strings of each entity, demonyms left out."""
    return [
        (entity.type, {mention.text for mention in entity.mentions})
        for entity in resolved(text, **names).entities if not entity.demonym
    ]

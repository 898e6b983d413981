"""A name found in a text."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) are a name of ``type`` PER, ORG, LOC or MISC; ``score`` in 0..1 says
    how far ahead of the next reading it was, and is no probability."""

    start: int
    end: int
    type: str
    score: float

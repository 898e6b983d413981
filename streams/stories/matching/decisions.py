"""What the clusterer answers, with its evidence, and the settings it answers under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from streams.contracts.records import RunnerUp, Shared

__all__ = ["Decision", "MatchSettings", "Proposal"]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Scores are 0–1, mean chances that two articles tell the same.

    ``same_threshold``: from which two groups of articles are one story. ``join_threshold``: from which an article joins
    a story when it comes. It is higher: one that is not sure stands alone at first, and joining later is a merge with
    a redirect, while leaving again would take it from its story. ``leave_margin``: by how much articles must be nearer
    to others than to the rest of their own story before they leave it. ``candidates``: with how many articles one is
    compared. ``repairs``: whether anything is proposed that changes earlier decisions."""

    same_threshold: float = 0.4
    join_threshold: float = 0.8
    leave_margin: float = 0.3
    candidates: int = 24
    repairs: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """``story`` is an open story's id, or None: the article begins one. ``score`` is that of the best candidate (0
    without any), ``rule`` says what decided: similarity, same-text or new-story. ``unsure``: it begins one because no
    candidate was sure enough, and should be looked at again."""

    story: str | None
    score: float
    threshold: float
    rule: str
    shared: Shared
    runner_up: RunnerUp | None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair worth doing. merge: ``story`` and ``other`` are one; split: ``uris`` leave ``story`` for a new one;
    move: ``uris`` leave ``story`` for ``other``. ``text`` says it in words."""

    kind: Literal["merge", "split", "move"]
    story: str
    other: str
    uris: tuple[str, ...]
    score: float
    threshold: float
    shared: Shared
    text: str

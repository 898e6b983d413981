"""What the clusterer answers, with its evidence, and the settings it answers under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from streams.contracts.records import RunnerUp, Shared

__all__ = ["Decision", "MatchSettings", "Proposal"]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Scores are 0–1. ``join_threshold``: from which an article joins a young story, of one or two articles: a wrong
    one there draws in others. ``grown_threshold``: the same for a story of more, where a miss founds a rival that
    splits what comes after. ``merge_threshold``: from which two stories are one. ``candidates``: how many stories are
    scored for an article. ``repairs``: whether merges are proposed at all."""

    join_threshold: float = 0.58
    grown_threshold: float = 0.52
    merge_threshold: float = 0.6
    candidates: int = 10
    repairs: bool = True

    def threshold(self, members: int) -> float:
        """What an article must score to join a story of so many members."""
        return self.join_threshold if members < 3 else self.grown_threshold


@dataclass(frozen=True, slots=True)
class Decision:
    """``story`` is an open story's id, or None: the article begins one. ``score`` is that of the best candidate (0
    without any), ``rule`` says what decided: similarity, same-text or new-story."""

    story: str | None
    score: float
    threshold: float
    rule: str
    shared: Shared
    runner_up: RunnerUp | None


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

"""Measures of names against annotation; pure.

Tokens: strict spans and types, as the CoNLL shared tasks count them (Tjong Kim Sang & De Meulder 2003). Articles:
entities with all their surface strings, matched one to one; and how many are wrongly merged or split. Intervals are
percentile bootstraps (Efron 1979) over sentences or articles with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["TYPES", "Annotated", "ArticleCounts", "Counts", "compare_article", "intervals", "plain", "spans_of",
           "token_counts", "total"]

TYPES = ("PER", "ORG", "LOC")
_SEED = 7


@dataclass(frozen=True, slots=True)
class Counts:
    """Right, found and wanted; adding two adds each."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0


def spans_of(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """BIO tags -> (first token, token after the last, type). An I- that continues nothing begins a span."""
    spans = set()
    start, kind = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        place, _, name = tag.partition("-")
        if kind and (place != "I" or name != kind):
            spans.add((start, index, kind))
            kind = ""
        if place in ("B", "I") and not kind:
            start, kind = index, name
    return spans


def token_counts(gold: Sequence[str], predicted: Sequence[str], types: Sequence[str] = TYPES) -> dict[str, Counts]:
    """One sentence's counts by type: a span is right when both ends and the type are."""
    wanted, found = spans_of(gold), spans_of(predicted)
    return {
        kind: Counts(sum(s[2] == kind for s in wanted & found), sum(s[2] == kind for s in found),
                     sum(s[2] == kind for s in wanted))
        for kind in types
    }


def plain(string: str) -> str:
    """As strings are compared: case, spacing and a leading 'the' ignored."""
    folded = " ".join(string.casefold().split())
    return folded.removeprefix("the ") or folded


@dataclass(frozen=True, slots=True)
class Annotated:
    """One entity of an article: its type and its surface strings in the form of ``plain``. ``unsure`` entries of a
    gold file are scored neither way."""

    type: str
    strings: frozenset[str]
    unsure: bool = False


@dataclass(slots=True)
class ArticleCounts:
    """One article's counts, by type, and the gold entities that the answer splits or merges."""

    entities: dict[str, Counts] = field(default_factory=dict)
    mentions: dict[str, Counts] = field(default_factory=dict)
    wanted: int = 0
    merged_or_split: int = 0


def compare_article(gold: Sequence[Annotated], predicted: Sequence[Annotated]) -> ArticleCounts:
    """Entities: one to one, the pair with most shared strings first, same type. Mentions: sets of (string, type). What
    an answer holds of unsure entries, and nothing else, does not count."""
    sure = [entity for entity in gold if not entity.unsure]
    doubtful = frozenset[str]().union(*(entity.strings for entity in gold if entity.unsure))
    certain = frozenset[str]().union(*(entity.strings for entity in sure))
    doubtful -= certain
    scored = [entity for entity in predicted if entity.type in TYPES and not entity.strings <= doubtful]
    pairs = _matched(sure, scored)
    result = ArticleCounts(wanted=len(sure), merged_or_split=_confused(sure, scored))
    for kind in TYPES:
        result.entities[kind] = Counts(
            sum(sure[g].type == kind for g, _ in pairs), sum(p.type == kind for p in scored),
            sum(g.type == kind for g in sure),
        )
        wanted = frozenset[str]().union(*(g.strings for g in sure if g.type == kind))
        found = frozenset[str]().union(*(p.strings for p in scored if p.type == kind)) - doubtful
        result.mentions[kind] = Counts(len(wanted & found), len(found), len(wanted))
    return result


def _matched(gold: Sequence[Annotated], predicted: Sequence[Annotated]) -> list[tuple[int, int]]:
    shared = sorted(
        (-len(g.strings & p.strings), i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if g.type == p.type and not g.strings.isdisjoint(p.strings)
    )
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    pairs = []
    for _, i, j in shared:
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            pairs.append((i, j))
    return pairs


def _confused(gold: Sequence[Annotated], predicted: Sequence[Annotated]) -> int:
    """Gold entities of which strings stand in two predicted entities, or that share a predicted entity with another
    gold entity. A string that two gold entities carry proves nothing."""
    carriers: dict[str, int] = {}
    for entity in gold:
        for string in entity.strings:
            carriers[string] = carriers.get(string, 0) + 1
    own = [frozenset(s for s in entity.strings if carriers[s] == 1) for entity in gold]
    wrong: set[int] = set()
    for index, strings in enumerate(own):
        if sum(not strings.isdisjoint(p.strings) for p in predicted) > 1:
            wrong.add(index)
    for entity in predicted:
        holds = [index for index, strings in enumerate(own) if not strings.isdisjoint(entity.strings)]
        if len(holds) > 1:
            wrong.update(holds)
    return len(wrong)


def intervals(parts: Sequence[Counts], rounds: int = 1000) -> tuple[float, float]:
    """The 95 % interval of F1 when the parts (sentences, articles) are drawn anew; (0, 0) for no parts."""
    if not parts:
        return 0.0, 0.0
    table: npt.NDArray[np.float64] = np.array([(p.right, p.found + p.wanted) for p in parts], np.float64)
    drawn = np.random.default_rng(_SEED).multinomial(len(parts), np.full(len(parts), 1 / len(parts)), rounds)
    sums = drawn @ table
    scores = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def total(parts: Iterable[Counts]) -> Counts:
    """The sum."""
    return sum(parts, Counts())

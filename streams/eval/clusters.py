"""Measures of a clustering against labels. Pure functions of two mappings from item to group.

BCubed: Bagga and Baldwin 1998, per item, averaged. Pairwise: over pairs of items. AMI: Vinh, Epps and Bailey 2010,
adjusted for chance, normalised by the mean of the two entropies.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

__all__ = ["ClusterScores", "adjusted_mutual_information", "bootstrap", "cluster_scores", "item_scores"]

Groups = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Precision, recall and F1 by article (BCubed) and by pair; AMI; how many articles, gold and predicted groups."""

    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    pairwise_precision: float
    pairwise_recall: float
    pairwise_f1: float
    ami: float
    articles: int
    gold_stories: int
    stories: int

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Item:
    """One article's part: sizes of its predicted group, of its gold group and of their common part."""

    uri: str
    predicted: int
    gold: int
    common: int


def item_scores(gold: Groups, predicted: Groups, only: Collection[str] | None = None) -> list[_Item]:
    """What each article of both mappings (of ``only`` where given) brings to the sums. Groups are those of the whole
    stream: an article of another corpus in an article's group counts against it."""
    both = [uri for uri in gold if uri in predicted]
    groups = Counter(predicted[uri] for uri in both)
    labels = Counter(gold[uri] for uri in both)
    cells = Counter((predicted[uri], gold[uri]) for uri in both)
    return [
        _Item(uri, groups[predicted[uri]], labels[gold[uri]], cells[predicted[uri], gold[uri]])
        for uri in both if only is None or uri in only
    ]


def cluster_scores(gold: Groups, predicted: Groups, only: Collection[str] | None = None) -> ClusterScores:
    """All measures over the articles that both mappings know, of ``only`` where given."""
    items = item_scores(gold, predicted, only)
    precision, recall, pair_precision, pair_recall = _means(items)
    scored_gold = {item.uri: gold[item.uri] for item in items}
    scored = {item.uri: predicted[item.uri] for item in items}
    return ClusterScores(
        precision, recall, f1(precision, recall), pair_precision, pair_recall, f1(pair_precision, pair_recall),
        adjusted_mutual_information(scored_gold, scored), len(items),
        len(set(scored_gold.values())), len(set(scored.values())),
    )


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _means(items: Sequence[_Item]) -> tuple[float, float, float, float]:
    """BCubed precision and recall, pairwise precision and recall. No pairs at all: nothing wrong, nothing missed."""
    if not items:
        return 0.0, 0.0, 0.0, 0.0
    same = sum(item.common - 1 for item in items)
    said = sum(item.predicted - 1 for item in items)
    meant = sum(item.gold - 1 for item in items)
    return (
        sum(item.common / item.predicted for item in items) / len(items),
        sum(item.common / item.gold for item in items) / len(items),
        same / said if said else 1.0, same / meant if meant else 1.0,
    )


def bootstrap(
    gold: Groups, predicted: Groups, only: Collection[str] | None = None, *, rounds: int = 1000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % intervals of the two F1 values, resampling gold stories: articles of one story are not independent."""
    by_story: dict[str, list[_Item]] = {}
    for item in item_scores(gold, predicted, only):
        by_story.setdefault(gold[item.uri], []).append(item)
    names = sorted(by_story)
    if not names:
        return {"bcubed_f1": (0.0, 0.0), "pairwise_f1": (0.0, 0.0)}
    draw = random.Random(seed)  # noqa: S311 -- a seeded resampling, not a secret
    bcubed: list[float] = []
    pairwise: list[float] = []
    for _ in range(rounds):
        sample = [item for name in draw.choices(names, k=len(names)) for item in by_story[name]]
        precision, recall, pair_precision, pair_recall = _means(sample)
        bcubed.append(f1(precision, recall))
        pairwise.append(f1(pair_precision, pair_recall))
    return {"bcubed_f1": _interval(bcubed), "pairwise_f1": _interval(pairwise)}


def _interval(values: list[float]) -> tuple[float, float]:
    values.sort()
    return values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]


def adjusted_mutual_information(gold: Groups, predicted: Groups) -> float:
    """AMI of two groupings of the same items: 1 for equal ones, about 0 for chance."""
    total = len(gold)
    a, b = Counter(gold.values()), Counter(predicted[uri] for uri in gold)
    if len(a) == len(b) and len(a) in (0, 1, total):
        return 1.0
    cells = Counter((gold[uri], predicted[uri]) for uri in gold)
    mutual = sum(n / total * math.log(total * n / (a[i] * b[j])) for (i, j), n in cells.items())
    expected = _expected(Counter(a.values()), Counter(b.values()), total)
    mean = (_entropy(a.values(), total) + _entropy(b.values(), total)) / 2
    spread = mean - expected
    # Where chance explains everything the quotient is 0/0; the sign is kept as the usual implementations do.
    spread = min(spread, -1e-15) if spread < 0 else max(spread, 1e-15)
    return (mutual - expected) / spread


def _entropy(sizes: Collection[int], total: int) -> float:
    return -sum(n / total * math.log(n / total) for n in sizes)


def _expected(a: Mapping[int, int], b: Mapping[int, int], total: int) -> float:
    """Expected mutual information under random grouping with these group sizes; ``a``, ``b`` count groups by size, so
    the cost goes with the number of different sizes and not of groups."""
    log = [0.0, *(math.lgamma(n + 1) for n in range(1, total + 1))]
    value = 0.0
    for x, times_x in a.items():
        for y, times_y in b.items():
            fixed = log[x] + log[y] + log[total - x] + log[total - y] - log[total]
            inner = 0.0
            for n in range(max(1, x + y - total), min(x, y) + 1):
                chance = fixed - log[n] - log[x - n] - log[y - n] - log[total - x - y + n]
                inner += n / total * math.log(total * n / (x * y)) * math.exp(chance)
            value += times_x * times_y * inner
    return value

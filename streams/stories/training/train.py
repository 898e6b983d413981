"""Train the matcher: ``python -m streams.stories.training.train --data FOLDER [--cv] [--write]``.

Two models, one upon the other (stacking: Wolpert 1992). The first judges a pair of articles. The second judges a pair
among its neighbours, from what the first says of all of them; it learns on what the first says of stories that it has
not seen. Pairs come from simulated streams.

Cross-validation is by story and nested: of the stories that are scored, neither model has seen a pair, nor has any
model that made the features which the second learned from. The stream that is run is whole, and only the articles of
the scored stories are counted.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from streams.eval.clusters import cluster_scores, item_scores
from streams.stories.matching.context import CONTEXT
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.model import Forest, Model, Scorer
from streams.stories.matching.pairs import FEATURES
from streams.stories.training.corpus import Corpus, Stream, load, resimulated, shuffled, squeezed
from streams.stories.training.fit import fit_context, fit_pair
from streams.stories.training.rollout import Comparisons, Run, contexts, pairs, run

TARGET = Path(__file__).parents[1] / "data"
Array = NDArray[np.float64]
_FOLDS = 5
_SEED = 7
#: Articles of the short streams that show what a cold start looks like.
_YOUNG = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """``streams``: how many variations of arrival times; ``nets``, ``trees``, ``examples``, ``penalty``: see
    ``fit_pair``."""

    streams: int = 6
    nets: int = 2
    trees: int = 150
    examples: int = 1_000_000
    penalty: float = 0.1


_PLAN = Plan()


def _nothing() -> Model:
    """Sees no two articles as near."""
    width = len(FEATURES)
    pair = Scorer(np.zeros(width), np.ones(width), (((np.zeros((width, 1)), np.full(1, -9.0)),),))
    none = np.zeros(1, np.int32)
    return Model(pair, Forest(none, none.astype(np.int16), np.full(1, np.inf), none, none, np.zeros(1), -9.0, 0), ())


def folds(corpus: Corpus) -> list[set[str]]:
    """Gold stories in ``_FOLDS`` groups, by a seeded shuffle."""
    names = sorted(set(corpus.gold.values()))
    order = np.random.default_rng(_SEED).permutation(len(names))
    return [{names[index] for index in order[number::_FOLDS]} for number in range(_FOLDS)]


def beyond(corpus: Corpus, part: set[str], share: float) -> set[str]:
    """``part`` and all but ``share`` of the other gold stories, by a seeded shuffle: a smaller share is within a larger
    one."""
    others = sorted(set(corpus.gold.values()) - part)
    order = np.random.default_rng(_SEED).permutation(len(others))
    return part | {others[index] for index in order[round(share * len(others)):]}


class Trainer:
    """The pairs of all streams, made once; models for any set of left-out stories."""

    def __init__(self, corpus: Corpus, plan: Plan, settings: MatchSettings) -> None:
        self.corpus, self.plan, self.settings = corpus, plan, settings
        whole: list[Stream] = [corpus.items, shuffled(corpus.items, _SEED), squeezed(corpus.items)]
        whole += [resimulated(corpus, seed) for seed in range(plan.streams - 3)]
        young = [stream[at : at + _YOUNG] for at in range(0, len(corpus.items) - _YOUNG, 2 * _YOUNG)
                 for stream in whole[-2:]]
        #: Streams that the second model learns on.
        self.contexts = [*whole[:2], *young]
        self.pairs = Comparisons()
        for stream in [*whole, *young]:
            self.pairs.extend(pairs(stream, corpus.gold, _nothing(), settings))
        self._scorers: dict[frozenset[str], Scorer] = {}

    def model(self, leave_out: set[str]) -> Model:
        """The second model learns on folds of what is left, each judged by a first model that has not seen it."""
        seen = []
        for part in folds(self.corpus):
            if part <= leave_out:
                continue
            judge = replace(_nothing(), pair=self._pair(leave_out | part))
            seen += [(contexts(stream, self.corpus.gold, judge, self.settings), part) for stream in self.contexts]
        return Model(self._pair(leave_out), fit_context(seen, leave_out, _SEED), (*FEATURES, *CONTEXT))

    def _pair(self, leave_out: set[str]) -> Scorer:
        key = frozenset(leave_out)
        if key not in self._scorers:
            plan = self.plan
            self._scorers[key] = fit_pair(self.pairs, leave_out, nets=plan.nets, trees=plan.trees,
                                          examples=plan.examples, penalty=plan.penalty, seed=_SEED)
        return self._scorers[key]


def scored(corpus: Corpus, predicted: Sequence[tuple[set[str], dict[str, str]]]) -> dict[str, Any]:
    """BCubed and pairwise F1 over all folds, each article scored in the run of its own fold, overall and by corpus."""
    found: dict[str, Any] = {}
    for name in ("all", *sorted(set(corpus.corpora.values()))):
        sums = np.zeros(6)
        for part, groups in predicted:
            only = {uri for uri, story in corpus.gold.items()
                    if story in part and name in ("all", corpus.corpora[uri])}
            sums += _sums(corpus.gold, groups, only)
        precision, recall = sums[0] / sums[5], sums[1] / sums[5]
        pair_p, pair_r = sums[2] / max(1, sums[3]), sums[2] / max(1, sums[4])
        found[name] = {"bcubed": round(2 * precision * recall / (precision + recall), 4),
                       "pairwise": round(2 * pair_p * pair_r / max(1e-9, pair_p + pair_r), 4),
                       "precision": round(precision, 4), "recall": round(recall, 4)}
    return found


def _sums(gold: dict[str, str], groups: dict[str, str], only: set[str]) -> Array:
    items = item_scores(gold, groups, only)
    return np.array([sum(i.common / i.predicted for i in items), sum(i.common / i.gold for i in items),
                     sum(i.common - 1 for i in items), sum(i.predicted - 1 for i in items),
                     sum(i.gold - 1 for i in items), len(items)], float)


def cross_validate(
    corpus: Corpus, trainer: Trainer, grid: Sequence[MatchSettings], share: float
) -> list[dict[str, Any]]:
    """A report for each choice of settings, on the stream as it is; for the first also squeezed into one day. ``share``
    of the stories that are not scored are learned from: a point of the learning curve."""
    parts = folds(corpus)
    models = [trainer.model(beyond(corpus, part, share)) for part in parts]
    reports = []
    for settings in grid:
        report = _report(corpus, corpus.items, parts, models, settings)
        reports.append(report)
    one_day = _report(corpus, squeezed(corpus.items), parts, models, grid[0])
    reports[0]["one_day"] = {key: one_day[key] for key in ("scores", "kept")}
    return reports


def _report(
    corpus: Corpus, items: Stream, parts: Sequence[set[str]], models: Sequence[Model], settings: MatchSettings
) -> dict[str, Any]:
    runs: list[Run] = [run(items, model, settings) for model in models]
    report: dict[str, Any] = {
        "settings": asdict(settings), "kept": sum(each.kept for each in runs) / len(runs),
        "counts": {kind: sum(each.counts[kind] for each in runs) / len(runs)
                   for kind in ("merge", "split", "move", "unsure")},
        "scores": scored(corpus, [(part, each.predicted) for part, each in zip(parts, runs, strict=True)]),
    }
    every = report["scores"]["all"]
    parts_text = " ".join(f"{name} {each['bcubed']:.3f}" for name, each in report["scores"].items() if name != "all")
    click.echo(f"same {settings.same_threshold} join {settings.join_threshold} leave {settings.leave_margin}: "
               f"BCubed {every['bcubed']:.4f} (P {every['precision']:.3f} R {every['recall']:.3f}) "
               f"pairwise {every['pairwise']:.4f} kept {report['kept']:.4f} {report['counts']} | {parts_text}")
    return report


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Where the analysed articles are kept.")
@click.option("--plain", is_flag=True, help="Skip the stages before this one: no families, no entities.")
@click.option("--streams", default=_PLAN.streams, show_default=True)
@click.option("--nets", default=_PLAN.nets, show_default=True)
@click.option("--trees", default=_PLAN.trees, show_default=True)
@click.option("--examples", default=_PLAN.examples, show_default=True)
@click.option("--penalty", default=_PLAN.penalty, show_default=True)
@click.option("--grid", default="0.4:0.8:0.3", show_default=True,
              help="Settings to try: same thresholds:join thresholds:leave margins, each separated by commas.")
@click.option("--share", default=1.0, show_default=True, type=click.FloatRange(0.05, 1.0),
              help="Cross-validation learns from this share of the stories that are not scored: for a learning curve.")
@click.option("--cv", is_flag=True, help="Cross-validate by story and print the figures.")
@click.option("--write", is_flag=True, help="Train on everything and replace the shipped model.")
def main(
    data: Path, cache: Path | None, plain: bool, cv: bool, write: bool, grid: str, share: float, **plan: Any
) -> None:
    warnings.filterwarnings("ignore", message="Stochastic Optimizer")  # a fixed number of epochs is meant
    corpus = load(data, cache, plain=plain)
    trainer = Trainer(corpus, Plan(**plan), MatchSettings())
    click.echo(f"{len(trainer.pairs.left)} pairs")
    report: dict[str, Any] = {"seed": _SEED, "plan": plan}
    if write:
        model = trainer.model(set())
        arrays: dict[str, Any] = {"features": np.array(model.names), **model.pair.arrays("pair"),
                                  **model.context.arrays("context")}
        np.savez_compressed(TARGET / "matcher.npz", **arrays)
        predicted = run(corpus.items, model, trainer.settings).predicted
        report["trained_on_itself"] = cluster_scores(corpus.gold, predicted).as_dict()
    if cv:
        report["share"] = share
        same, join, leave = ([float(text) for text in part.split(",")] for part in grid.split(":"))
        report["cross_validation"] = cross_validate(corpus, trainer, [
            replace(trainer.settings, same_threshold=a, join_threshold=b, leave_margin=c)
            for a in same for b in join for c in leave
        ], share)
    if write:
        (TARGET / "matcher.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Train the matcher: ``python -m streams.stories.training.train --data FOLDER [--cv] [--write]``.

Comparisons come from simulated online runs: first with a teacher's decisions, then with the model's own, so that it
learns from the states that it will meet (the idea of DAgger: Ross, Gordon and Bagnell 2011). Cross-validation is by
story: no comparison in which a scored story takes part is trained on, the stream that is run is whole, and only the
articles of the scored stories are counted.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from streams.eval.clusters import cluster_scores, item_scores
from streams.stories.matching.compare import FEATURES
from streams.stories.matching.decisions import MatchSettings
from streams.stories.matching.model import Model, Scorer
from streams.stories.training.corpus import Corpus, Stream, load, resimulated, shuffled, squeezed
from streams.stories.training.fit import fit
from streams.stories.training.rollout import Array, Comparison, Judge, rollout, run

TARGET = Path(__file__).parents[1] / "data"
_FOLDS = 5
_SEED = 7
_NEAR = FEATURES.index("near")
_ERRING = 3
#: Articles of the short streams that show what a cold start looks like.
_YOUNG = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """``streams``: how many variations of arrival times; ``nets``, ``examples``, ``penalty``: see ``fit``."""

    streams: int = 6
    nets: int = 2
    trees: int = 120
    examples: int = 600_000
    penalty: float = 0.1
    rounds: int = 1


_PLAN = Plan()


def _teacher(_rows: Array, same: Array) -> Array:
    return np.where(same > 0.5, same, 0.0)


def _never(rows: Array, _same: Array) -> Array:
    return np.zeros(len(rows))


def _erring(seed: int) -> Judge:
    """A teacher that misses a third of the joins, so that stories fall apart, and puts one article in twenty-five with
    the nearest wrong story: the states that a model's own errors lead to, for joins and above all for merges."""
    draw = np.random.default_rng(seed)

    def judge(rows: Array, same: Array) -> Array:
        chance = draw.random()
        if chance < 1 / 3:
            return np.zeros(len(rows))
        if chance > 0.96:
            return np.where(same > 0, 0.0, rows[:, _NEAR])
        return _teacher(rows, same)

    return judge


def _judge(model: Model) -> Judge:
    return lambda rows, _: model.join(rows)


def _nothing() -> Scorer:
    width = len(FEATURES)
    return Scorer(np.zeros(width), np.ones(width), (((np.zeros((width, 1)), np.zeros(1)),),))


def folds(corpus: Corpus) -> list[set[str]]:
    """Gold stories in ``_FOLDS`` groups, by a seeded shuffle."""
    names = sorted(set(corpus.gold.values()))
    order = np.random.default_rng(_SEED).permutation(len(names))
    return [{names[index] for index in order[number::_FOLDS]} for number in range(_FOLDS)]


class Trainer:
    """The comparisons of all streams, made once; models for any set of left-out stories."""

    def __init__(self, corpus: Corpus, plan: Plan, settings: MatchSettings) -> None:
        self.corpus, self.plan, self.settings = corpus, plan, settings
        self.empty = Model(_nothing(), _nothing(), FEATURES)
        self.streams: list[Stream] = [corpus.items, shuffled(corpus.items, _SEED), squeezed(corpus.items)]
        self.streams += [resimulated(corpus, seed) for seed in range(plan.streams - 3)]
        self.streams += [stream[at : at + _YOUNG] for at in range(0, len(corpus.items) - _YOUNG, 2 * _YOUNG)
                         for stream in self.streams[-2:]]
        self.joins: list[Comparison] = []
        self.merges: list[Comparison] = []
        for number, stream in enumerate(self.streams):
            log = rollout(stream, corpus.gold, self.empty, settings, _teacher, _never)
            self.joins += log.joins
            if number < _ERRING:
                log = rollout(stream, corpus.gold, self.empty, settings, _erring(number), _never)
                self.joins += log.joins
                self.merges += log.merges

    def model(self, leave_out: set[str], *, final: bool = True) -> Model:
        plan = self.plan
        join, merge = (
            fit(seen, leave_out, nets=plan.nets if final else 1, trees=plan.trees if final else 0,
                examples=plan.examples, penalty=plan.penalty, seed=_SEED)
            for seen in (self.joins, self.merges)
        )
        return Model(join, merge, FEATURES)

    def practise(self) -> None:
        """Add comparisons from runs with own decisions. Each stream is decided by a model that has not seen a fifth of
        its stories, at a threshold of its own, so that wrong states of both kinds are met."""
        parts = folds(self.corpus)
        models = [self.model(part, final=False) for part in parts[:3]]
        for number, stream in enumerate(self.streams):
            model = models[number % len(models)]
            strict = replace(self.settings, join_threshold=(0.4, 0.6, 0.8)[number % 3],
                             grown_threshold=(0.4, 0.6, 0.8)[number % 3])
            log = rollout(stream, self.corpus.gold, model, strict, _judge(model),
                          _teacher if number % 2 else _never)
            self.joins += log.joins
            self.merges += log.merges


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
    corpus: Corpus, trainer: Trainer, grid: Sequence[tuple[float, float, float]]
) -> list[dict[str, Any]]:
    """A report for each choice of thresholds, on the stream as it is; for the best also squeezed into one day."""
    parts = folds(corpus)
    models = [trainer.model(part) for part in parts]
    reports: list[dict[str, Any]] = []
    for join, grown, merge in grid:
        settings = replace(trainer.settings, join_threshold=join, grown_threshold=grown,
                           merge_threshold=merge)
        runs = [(part, *run(corpus.items, model, settings)) for part, model in zip(parts, models, strict=True)]
        report: dict[str, Any] = {"join": join, "grown": grown, "merge": merge,
                                  "merges": sum(merged for *_, merged in runs) / len(runs),
                  "scores": scored(corpus, [(part, groups) for part, groups, _ in runs])}
        report["first"] = [scored(corpus, [(part, groups)])["all"]["bcubed"] for part, groups, _ in runs]
        reports.append(report)
        click.echo(_line(report))
    best = max(reports, key=lambda each: each["scores"]["all"]["bcubed"])
    settings = replace(trainer.settings, join_threshold=best["join"], grown_threshold=best["grown"],
                       merge_threshold=best["merge"])
    day = squeezed(corpus.items)
    squeezed_runs = [(part, run(day, model, settings)[0]) for part, model in zip(parts, models, strict=True)]
    best["one_day"] = scored(corpus, squeezed_runs)
    click.echo(f"one day: {best['one_day']['all']}")
    return reports


def _line(report: dict[str, Any]) -> str:
    parts = " ".join(f"{name} {each['bcubed']:.3f}" for name, each in report["scores"].items() if name != "all")
    every = report["scores"]["all"]
    return (f"join {report['join']} {report['grown']} merge {report['merge']}: BCubed {every['bcubed']:.4f} "
            f"(P {every['precision']:.3f} R {every['recall']:.3f}) pairwise {every['pairwise']:.4f} "
            f"merges {report['merges']:.0f} | {parts}")


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Where the analysed articles are kept.")
@click.option("--plain", is_flag=True, help="Skip the stages before this one: no families, no entities.")
@click.option("--streams", default=_PLAN.streams, show_default=True)
@click.option("--nets", default=_PLAN.nets, show_default=True)
@click.option("--trees", default=_PLAN.trees, show_default=True)
@click.option("--examples", default=_PLAN.examples, show_default=True)
@click.option("--penalty", default=_PLAN.penalty, show_default=True)
@click.option("--rounds", default=_PLAN.rounds, show_default=True, help="Rounds of practice with own decisions.")
@click.option("--grid", default="0.5,0.6:0.4,0.5:0.5,2", show_default=True,
              help="Thresholds to try: young stories:grown stories:merges (2: none).")
@click.option("--cv", is_flag=True, help="Cross-validate by story and print the figures.")
@click.option("--write", is_flag=True, help="Train on everything and replace the shipped model.")
def main(data: Path, cache: Path | None, plain: bool, cv: bool, write: bool, grid: str, **plan: Any) -> None:
    warnings.filterwarnings("ignore", message="Stochastic Optimizer")  # a fixed number of epochs is meant
    corpus = load(data, cache, plain=plain)
    trainer = Trainer(corpus, Plan(**plan), MatchSettings())
    for _ in range(trainer.plan.rounds):
        trainer.practise()
    click.echo(f"{len(trainer.joins)} comparisons of articles, {len(trainer.merges)} of stories")
    report: dict[str, Any] = {"seed": _SEED, "plan": plan}
    if write:
        model = trainer.model(set())
        names = np.array(FEATURES)
        arrays: dict[str, Any] = {"features": names, **model.join.arrays("join"), **model.merge.arrays("merge")}
        np.savez_compressed(TARGET / "matcher.npz", **arrays)
        predicted, _ = run(corpus.items, model, trainer.settings)
        report["trained_on_itself"] = cluster_scores(corpus.gold, predicted).as_dict()
    if cv:
        joins, grown, merges = ([float(text) for text in part.split(",")] for part in grid.split(":"))
        report["cross_validation"] = cross_validate(
            corpus, trainer, [(a, b, c) for a in joins for b in grown for c in merges]
        )
    if write:
        (TARGET / "matcher.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()

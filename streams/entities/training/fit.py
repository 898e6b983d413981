"""From documents to weights: lay out the features, train first models on folds, then the final one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import ATTRIBUTES, Flat, context_hashes, flatten, manner_of
from streams.entities.recogniser.crf import CrfRecogniser
from streams.entities.recogniser.document import RECIPES
from streams.entities.recogniser.features import OFFSETS, PAD, buckets, hashed_fields, word_fields
from streams.entities.recogniser.lexicon import Lexicon
from streams.entities.recogniser.model import Weights, rows_of
from streams.entities.training.corpus import Document
from streams.entities.training.crf import Problem, train

__all__ = ["Part", "fit", "make_problem", "quantise"]

#: One unit of an integer weight is this fraction of a nat.
UNITS = 128

Part = tuple[list[Document], Lexicon]
"""Documents and the lexicon to look them up in."""


def quantise(table: npt.NDArray[np.float32], trans: npt.NDArray[np.float32]) -> Weights:
    """Integer weights. Training scales up what dropout leaves, so at run time every feature counts as it is."""
    small = np.clip(np.rint(table * UNITS), -127, 127).astype(np.int8)
    small[0] = 0
    return Weights(small, np.rint(trans * UNITS).astype(np.int32))


@dataclass(slots=True)
class Layout:
    """A problem, the tokens it was made from, and the sentence of each of its runs."""

    problem: Problem
    flat: Flat
    sentence: npt.NDArray[np.int64]


def make_problem(part: Part, bits: int) -> Layout:
    """Every feature of every run as a row number; the second pass's are still empty."""
    documents, lexicon = part
    words = [w for d in documents for e in d.examples for w in e.words]
    lengths = np.array([len(e.words) for d in documents for e in d.examples], np.int64)
    names = [PAD, *dict.fromkeys(words)]
    number = {word: index for index, word in enumerate(names)}
    fields, case = word_fields(names, lexicon)
    flat = flatten(np.array([number[w] for w in words], np.int64), lengths, case)
    hashes = hashed_fields(fields)
    unary = {offset: buckets(hashes[:, chosen], offset + 10, bits) for offset, chosen in OFFSETS.items()}
    rows = rows_of(context_hashes(flat, fields[:, list(ATTRIBUTES)], lexicon, manner_of(flat)), bits)
    context = np.zeros((len(flat.types), len(rows)), np.int32)
    context[flat.here] = rows.T
    allowed = np.zeros(len(flat.types), np.int64)
    allowed[flat.tokens] = np.array([m for d in documents for e in d.examples for m in e.allowed], np.int64)
    sentence = np.zeros(len(flat.types), np.int64)
    sentence[flat.tokens] = np.repeat(np.arange(len(lengths)), lengths)
    starts = flat.here[np.cumsum(flat.runs) - flat.runs]
    weight = np.array([e.weight for d in documents for e in d.examples], np.float32)[sentence[starts]]
    document = np.zeros((len(flat.types), RECIPES), np.int32)
    problem = Problem(starts, flat.runs, weight, flat.types, unary, context, document, allowed)
    return Layout(problem, flat, sentence[starts])


def _joined(problems: list[Problem]) -> Problem:
    """Several problems as one, each with word types of its own."""
    starts, types = [], []
    flat = number = 0
    for problem in problems:
        starts.append(problem.starts + flat)
        types.append(problem.types + number)
        flat += len(problem.types)
        number += len(problem.unary[0])
    return Problem(
        np.concatenate(starts), np.concatenate([p.lengths for p in problems]),
        np.concatenate([p.weight for p in problems]),
        np.concatenate(types), {o: np.concatenate([p.unary[o] for p in problems]) for o in OFFSETS},
        np.concatenate([p.context for p in problems]), np.concatenate([p.document for p in problems]),
        np.concatenate([p.allowed for p in problems]),
    )  # fmt: skip


def _some(problem: Problem, chosen: npt.NDArray[np.bool_]) -> Problem:
    return replace(
        problem, starts=problem.starts[chosen], lengths=problem.lengths[chosen], weight=problem.weight[chosen]
    )


def _fill_second_pass(part: Part, layout: Layout, weights: Weights, chosen: Callable[[int], bool]) -> None:
    """Write the second pass's rows of the chosen documents that are documents, after ``weights``' first pass."""
    documents, lexicon = part
    recogniser = CrfRecogniser(weights, lexicon)
    first = 0
    batch: list[tuple[int, Document]] = []
    size = 0
    for index, document in enumerate(documents):
        count = len(document.examples)
        if document.together and chosen(index):
            batch.append((first, document))
            size += sum(len(e.words) for e in document.examples)
        first += count
        if batch and (size > 20_000 or index == len(documents) - 1):
            _write_rows(recogniser, layout, batch)
            batch, size = [], 0
    if batch:
        _write_rows(recogniser, layout, batch)


def _write_rows(recogniser: CrfRecogniser, layout: Layout, batch: list[tuple[int, Document]]) -> None:
    words = [w for _, d in batch for e in d.examples for w in e.words]
    lengths = [len(e.words) for _, d in batch for e in d.examples]
    owners = [n for n, (_, d) in enumerate(batch) for _ in d.examples]
    rows = recogniser.document_rows(words, lengths, owners)
    at = 0
    for first, document in batch:
        for number, example in enumerate(document.examples):
            begin = layout.flat.starts[first + number]
            layout.problem.document[begin : begin + len(example.words)] = rows[at : at + len(example.words)]
            at += len(example.words)


def fit(parts: list[Part], bits: int = 20, epochs: int = 8, folds: int = 2, models: int = 1, seed: int = 1,
        report: Callable[[str], None] = print) -> Weights:  # fmt: skip
    """Train both passes. First models on part of the data label the rest, so that the second pass learns from first
    answers as wrong as they will be on new text; the final model sees all, with and without the second pass."""
    layouts = [make_problem(part, bits) for part in parts]
    problems = [layout.problem for layout in layouts]
    fold = np.concatenate([
        np.repeat(np.arange(len(documents)) % folds, [len(d.examples) for d in documents])[layout.sentence]
        for (documents, _), layout in zip(parts, layouts, strict=True)
    ])  # fmt: skip
    for out in range(folds):
        table, trans = train(
            _some(_joined(problems), fold != out), bits, max(3, epochs // 2), seed + out, report=report
        )
        weights = quantise(table, trans)
        for part, layout in zip(parts, layouts, strict=True):
            _fill_second_pass(part, layout, weights, lambda index, out=out: index % folds == out)  # type: ignore[misc]  # bound now
    # The mean of linear models scores as their ensemble would.
    table, trans = train(_joined(problems), bits, epochs, seed + folds, document_keep=0.7, report=report)
    for other in range(1, models):
        more, more_trans = train(
            _joined(problems), bits, epochs, seed + folds + other, document_keep=0.7, report=report
        )
        table += more
        trans += more_trans
    return quantise(table / np.float32(models), trans / np.float32(models))

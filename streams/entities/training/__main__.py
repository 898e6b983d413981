"""Train the recogniser: ``python -m streams.entities.training DATA VECTORS`` (the extra ``train`` must be installed).

DATA holds ``train/*.tsv``; VECTORS is the folder of the static token vectors. Writes ``lexicon.npz`` and
``recogniser.npz`` into ``streams/entities/data``. One thread, seeded: the same data give the same weights.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import context_hashes, flatten
from streams.entities.recogniser.crf import DATA, CrfRecogniser
from streams.entities.recogniser.features import OFFSETS, buckets, hashed_fields, word_fields
from streams.entities.recogniser.lexicon import Lexicon
from streams.entities.recogniser.model import Weights, context_rows
from streams.entities.training import lexicon as lexicon_maker
from streams.entities.training.corpus import Document, corpora
from streams.entities.training.crf import Problem, train

__all__ = ["command", "fit", "make_problem", "quantise"]

#: One unit of an integer weight is this fraction of a nat.
UNITS = 32


def quantise(table: npt.NDArray[np.float32], trans: npt.NDArray[np.float32], keep: float = 0.5) -> Weights:
    """Integer weights. A feature is kept in training with probability ``keep`` and scaled up, so at run time all count
    as they are."""
    small = np.clip(np.rint(table * UNITS), -127, 127).astype(np.int8)
    small[0] = 0
    return Weights(small, np.rint(trans * UNITS).astype(np.int32))


def _flat_words(documents: list[Document]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    words = [w for d in documents for e in d.examples for w in e.words]
    lengths = np.array([len(e.words) for d in documents for e in d.examples], np.int64)
    owners = np.array([n for n, d in enumerate(documents) for _ in d.examples], np.int64)
    return words, lengths, owners


def make_problem(documents: list[Document], lexicon: Lexicon, bits: int) -> Problem:
    """Every feature of every sentence as a row number; the second pass's are still empty."""
    words, lengths, _ = _flat_words(documents)
    names = ["\x02", *dict.fromkeys(words)]
    number = {word: index for index, word in enumerate(names)}
    flat = flatten(np.array([number[w] for w in words], np.int64), lengths)
    fields, case = word_fields(names, lexicon)
    hashes = hashed_fields(fields)
    unary = {offset: buckets(hashes[:, chosen], offset + 10, bits) for offset, chosen in OFFSETS.items()}
    from streams.entities.recogniser.context import ATTRIBUTES

    attributes = fields[:, list(ATTRIBUTES)]
    rows = context_rows(context_hashes(flat, attributes, case, lexicon), bits)
    context = np.zeros((len(flat.types), rows.shape[1]), np.int32)
    context[flat.tokens] = rows
    allowed = np.zeros(len(flat.types), np.int64)
    allowed[flat.tokens] = np.array([m for d in documents for e in d.examples for m in e.allowed], np.int64)
    weight = np.array([e.weight for d in documents for e in d.examples], np.float32)
    document = np.zeros((len(flat.types), 12), np.int32)
    return Problem(flat.starts, lengths, weight, flat.types, unary, context, document, allowed)


def subset(problem: Problem, chosen: npt.NDArray[np.bool_]) -> Problem:
    """The same problem with only the chosen sentences."""
    return Problem(problem.starts[chosen], problem.lengths[chosen], problem.weight[chosen], problem.types,
                   problem.unary, problem.context, problem.document, problem.allowed)  # fmt: skip


def fit(documents: list[Document], lexicon: Lexicon, bits: int = 20, epochs: int = 8, folds: int = 2, seed: int = 1) -> Weights:
    """Train both passes: first models on parts of the data label the other part, so that the second pass learns from
    first answers as wrong as they will be on new text."""
    problem = make_problem(documents, lexicon, bits)
    words, lengths, owners = _flat_words(documents)
    together = np.array([d.together for d in documents])[owners]
    fold = owners % folds
    recogniser: CrfRecogniser
    for part in range(folds):
        table, trans = train(subset(problem, fold != part), bits, max(3, epochs // 2), seed + part)
        recogniser = CrfRecogniser(quantise(table, trans), lexicon)
        first = np.cumsum(lengths) - lengths
        for at in range(0, len(lengths), 2000):
            some = np.arange(at, min(at + 2000, len(lengths)))
            mine = fold[some] == part
            if not mine.any():
                continue
            part_words = [w for s in some for w in words[first[s] : first[s] + lengths[s]]]
            rows = recogniser.document_rows(part_words, lengths[some].tolist(), owners[some].tolist())
            ends = np.cumsum(lengths[some])
            for s, end in zip(some, ends, strict=True):
                if fold[s] == part and together[s]:
                    begin = problem.starts[s]
                    problem.document[begin : begin + lengths[s]] = rows[end - lengths[s] : end]
    table, trans = train(problem, bits, epochs, seed + folds, document_keep=0.7)
    return quantise(table, trans)


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.argument("vectors", type=click.Path(path_type=Path, exists=True))
@click.option("--target", type=click.Path(path_type=Path), default=DATA, help="Folder to write to.")
@click.option("--epochs", default=8, help="Passes over the data.")
@click.option("--keep-lexicon", is_flag=True, help="Use the lexicon.npz that is there.")
def command(data: Path, vectors: Path, target: Path, epochs: int, keep_lexicon: bool) -> None:
    """Train and write the model."""
    began = time.process_time()
    if not keep_lexicon:
        lexicon_maker.build(data, vectors, target / "lexicon.npz")
    documents = [d for part in corpora(data / "train").values() for d in part]
    weights = fit(documents, Lexicon.load(target / "lexicon.npz"), epochs=epochs)
    weights.save(target / "recogniser.npz")
    click.echo(f"trained in {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    command()

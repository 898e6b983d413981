"""Train the recogniser: ``python -m streams.entities.training DATA VECTORS`` (the extra ``train`` must be installed).

DATA holds ``train/*.tsv``; VECTORS is the folder of the static token vectors. Writes ``lexicon.npz`` and
``recogniser.npz`` into ``streams/entities/data``. One thread, seeded: the same data give the same weights.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import click

from streams.entities.recogniser.crf import DATA
from streams.entities.recogniser.lexicon import Lexicon
from streams.entities.training import lexicon as lexicon_maker
from streams.entities.training import sources
from streams.entities.training.corpus import corpora
from streams.entities.training.fit import Part, fit
from streams.entities.training.names import Namer
from streams.entities.training.newswire import articles

__all__ = ["command", "parts"]


def parts(folder: Path, lexicon: Lexicon, made_up: int, seed: int) -> list[Part]:
    """The training documents: annotated ones, and made-up articles seen with a thinned lexicon."""
    gold = [document for group in corpora(folder).values() for document in group]
    rng = random.Random(seed)  # noqa: S311  # for repeatable data, not for secrets
    namer = Namer(rng, sources.read_tsv(folder / "wikiann_silver.tsv"))
    return [(gold, lexicon), (articles(namer, made_up), lexicon.thinned(0.5, seed))]


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.argument("vectors", type=click.Path(path_type=Path, exists=True))
@click.option("--target", type=click.Path(path_type=Path), default=DATA, help="Folder to write to.")
@click.option("--epochs", default=6, help="Passes over the data.")
@click.option("--models", default=3, help="Models to take the mean of.")
@click.option("--made-up", default=6000, help="Made-up articles.")
@click.option("--seed", default=1)
@click.option("--keep-lexicon", is_flag=True, help="Use the lexicon.npz that is there.")
def command(
    data: Path, vectors: Path, target: Path, epochs: int, models: int, made_up: int, seed: int, keep_lexicon: bool
) -> None:
    """Train and write the model."""
    began = time.process_time()
    if not keep_lexicon:
        lexicon_maker.build(data, vectors, target / "lexicon.npz")
    documents = parts(data / "train", Lexicon.load(target / "lexicon.npz"), made_up, seed)
    fit(documents, epochs=epochs, models=models, seed=seed).save(target / "recogniser.npz")
    click.echo(f"trained in {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    command()

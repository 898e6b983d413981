"""``streams bench entities``: articles a second, memory and start-up of the entities stage, next to spaCy if wanted.

The articles are made from the seeds' manner of text: sentences with names and without, 400 words each. Before a rate is
printed, names that are in every article must have been found.
"""

from __future__ import annotations

import importlib.util
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
import orjson

from streams.errors import InputError, StreamsError

__all__ = ["Measured", "articles", "command", "measure"]

WORDS = 400
_BATCH = 64
_GIVEN = "Anna Peter Maria John Fatima Ali Chen Olga David Grace Ivan Rosa Samuel Leila Tom Nadia".split()
_FAMILY = (
    "Novak Harding Okoye Petrov Lindqvist Moreau Castillo Hamidi Tanaka Keller Doyle Banerjee Silva Kovacs".split()
)
_TOWNS = "Lisbon Nairobi Oslo Lima Hanoi Warsaw Tunis Quito Zagreb Dakar Perth Osaka Leeds Boston Lyon Accra".split()
_BODIES = ("Finance Ministry", "World Bank", "Reuters", "Supreme Court", "European Commission", "University of Oxford")
_PLAIN = (
    "The rain had stopped by the evening and the streets were full of people again, though many shops stayed closed.",
    "It was not clear when the talks would go on, and nobody wanted to say how much the plan would cost this year.",
    "Prices have risen for months while wages have hardly moved, and the number of those out of work keeps growing.",
)


class WrongAnswerError(StreamsError):
    """The benchmark's answer is wrong, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``articles_per_s``: articles of 400 words per second of process CPU time; ``start_s``: wall seconds to import
    and load; ``memory_mb``: most memory the process held; ``found``: share of the planted names that came back."""

    what: str
    articles_per_s: float
    start_s: float | None
    memory_mb: float | None
    found: float


def articles(count: int, seed: int) -> list[tuple[str, set[str]]]:
    """``count`` texts of about 400 words with the people and places that were put in; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  # a benchmark's text, no secret
    out = []
    for _ in range(count):
        people = [f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}" for _ in range(4)]
        towns = rng.sample(_TOWNS, 4)
        lines = [f"{rng.choice(_BODIES)} warns of shortages in {towns[0]}", ""]
        words = 0
        while words < WORDS:
            who, where = rng.choice(people), rng.choice(towns)
            lines.append(rng.choice((
                f"{who}, a teacher in {where}, said on Monday that the {rng.choice(_BODIES)} had not answered.",
                f"In {where}, {who} told reporters the school would open again in March {rng.randint(1990, 2030)}.",
                *_PLAIN, *_PLAIN,
            )))  # fmt: skip
            words += len(lines[-1].split())
        lines.append(" ".join(f"{who} lives in {where}." for who, where in zip(people, towns, strict=True)))
        out.append(("\n\n".join(lines), {*people, *towns}))
    return out


def measure(what: str, names: Callable[[Sequence[str]], list[set[str]]], count: int, seed: int) -> Measured:
    """Time ``names`` (texts to the names found in each) over ``count`` articles. Raises ``WrongAnswerError`` where less
    than 80 % of the planted names come back."""
    made = articles(count, seed)
    texts = [text for text, _ in made]
    names(texts[:_BATCH])
    found: list[set[str]] = []
    began = time.process_time()
    for at in range(0, count, _BATCH):
        found += names(texts[at : at + _BATCH])
    seconds = time.process_time() - began
    share = sum(len(want & got) for (_, want), got in zip(made, found, strict=True)) / sum(len(w) for _, w in made)
    if share < 0.8:
        raise WrongAnswerError(f"{what}: expected 80 % of the planted names, got {share:.0%}")
    words = sum(len(text.split()) for text in texts)
    return Measured(what, round(words / WORDS / seconds, 1), None, None, round(share, 4))


def _recogniser() -> Callable[[Sequence[str]], list[set[str]]]:
    from streams.entities.recogniser import Recogniser  # its load is part of what is timed

    model = Recogniser.load()
    return lambda texts: [
        {text[span.start : span.end] for span in spans}
        for text, spans in zip(texts, model.recognise(texts), strict=True)
    ]


def _stage() -> Callable[[Sequence[str]], list[set[str]]]:
    from streams.entities.analyzer import Analyzer  # as above

    analyzer = Analyzer.load()
    return lambda texts: [
        {mention.text for entity in resolved.entities for mention in entity.mentions}
        for resolved in analyzer.resolve(texts)
    ]


def _spacy() -> Callable[[Sequence[str]], list[set[str]]]:
    """spaCy's default architecture for entities, untrained: the time is that of its layers, whatever the weights."""
    if importlib.util.find_spec("spacy") is None:
        raise InputError("--against spacy: the package spacy is not installed (pip install spacy)")
    spacy: Any = importlib.import_module("spacy")
    pipeline = spacy.blank("en")
    recogniser = pipeline.add_pipe("ner")
    for kind in ("PER", "ORG", "LOC", "MISC"):
        recogniser.add_label(kind)
    pipeline.initialize()
    return lambda texts: [{entity.text for entity in document.ents} for document in pipeline.pipe(texts)]


def _start_up(module: str, load: str) -> float:
    """Wall seconds to import and load in a fresh process, the interpreter's own start not counted."""
    code = f"import time; began = time.perf_counter(); import {module}; {load}; print(time.perf_counter() - began)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # fixed
    return round(float(done.stdout), 3)


@click.command("entities")
@click.option("--articles", "count", default=1_000, help="Articles to read, of 400 words each.")
@click.option("--seed", default=7, help="Seed of the articles.")
@click.option("--against", type=click.Choice(["spacy"]), help="Measure this too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def command(count: int, seed: int, against: str | None, as_json: bool) -> None:
    """Articles a second of CPU time, from raw text to entities with places; memory; start-up. The answer is checked."""
    rows: list[Measured] = []
    for what, make, module, load in (
        ("recogniser", _recogniser, "streams.entities.recogniser as r", "r.Recogniser.load()"),
        ("whole stage", _stage, "streams.entities.analyzer as a", "a.Analyzer.load()"),
    ):
        row = measure(what, make(), count, seed)
        memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        rows.append(Measured(what, row.articles_per_s, _start_up(module, load), memory, row.found))
    if against:
        rows.append(_against(min(count, 200), seed))
    machine = f"{platform.machine()}, Python {platform.python_version()}, {count} articles, seed {seed}"
    if as_json:
        click.echo(orjson.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}))
        return
    click.echo(machine)
    for row in rows:
        start = "" if row.start_s is None else f"  start {row.start_s:.2f} s  memory {row.memory_mb:.0f} MB"
        click.echo(f"{row.what:12} {row.articles_per_s:8.1f} articles/s  names found {row.found:.1%}{start}")
    if against:
        click.echo(
            f"whole stage against spaCy's entities alone: {rows[1].articles_per_s / rows[2].articles_per_s:.1f}×"
        )


def _against(count: int, seed: int) -> Measured:
    names = _spacy()
    made = [text for text, _ in articles(count, seed)]
    names(made[:8])
    began = time.process_time()
    for at in range(0, count, _BATCH):
        names(made[at : at + _BATCH])
    seconds = time.process_time() - began
    words = sum(len(text.split()) for text in made)
    return Measured("spacy", round(words / WORDS / seconds, 1), None, None, 0.0)

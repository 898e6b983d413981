"""``streams bench dedupe``: signature and look-up, at several sizes of the window, next to datasketch if installed.

The texts are made up: words by a Zipf law over 60,000, in runs that recur as set phrases do. One in five of the
measured texts is a copy, cut or edited, of a text in the window; it must be found before a rate is printed.
"""

from __future__ import annotations

import importlib.util
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import click
import numpy as np
import orjson
from numpy.typing import NDArray

from streams.dedupe.index import Index
from streams.dedupe.signature import SAMPLE, Sketch, sketches
from streams.dedupe.words import words
from streams.errors import StreamsError

__all__ = ["Measured", "command", "datasketch", "measure", "texts"]

WORDS = 400
_BATCH = 64
_MEASURED = 6_400
_COPIED = 5  # one text in so many is a copy
_FIRST = 2_000  # texts kept to make copies of, besides one in _BATCH of the others
_VOCABULARY = 60_000
_PHRASES = 5_000
_LIKELY = 3  # sampled 3-grams in common that make a candidate
_FOUND = 0.99


class WrongAnswerError(StreamsError):
    """The benchmark's answer is wrong, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``library``: ours or another; ``window``: texts known; ``articles_per_s``: per second of process CPU time;
    ``found``: share of copies whose original came back from the look-up; ``bytes_per_article``: of the index (table
    and sketches); ``words_bytes``: of the words kept apart for verification; ``candidates``: texts per article that
    would be compared word by word."""

    library: str
    window: int
    articles_per_s: float
    found: float
    bytes_per_article: float | None
    words_bytes: float | None
    candidates: float


@cache
def _language() -> tuple[list[str], NDArray[np.float64], NDArray[np.int64]]:
    """Words, the law by which they are drawn (cumulated), and set phrases of five words."""
    rng = np.random.default_rng(0)
    letters = rng.integers(0, 17, (_VOCABULARY, 10)).tolist()
    lengths = rng.integers(2, 11, _VOCABULARY).tolist()
    words = ["".join("aeioubcdfglmnprst"[at] for at in row[:n]) for row, n in zip(letters, lengths, strict=True)]
    ranks = 1.0 / np.arange(1, _VOCABULARY + 1)
    law = np.cumsum(ranks / ranks.sum())
    return words, law, np.searchsorted(law, rng.random((_PHRASES, 5)))


def texts(count: int, seed: int) -> Iterator[str]:
    """``count`` texts of ``WORDS`` words, the same for the same seed."""
    vocabulary, law, set_phrases = _language()
    rng = np.random.default_rng(seed)
    for _ in range(count):
        drawn = np.searchsorted(law, rng.random(WORDS))
        for phrase, at in zip(rng.zipf(1.3, 12) % _PHRASES, rng.integers(0, WORDS - 5, 12), strict=True):
            drawn[at : at + 5] = set_phrases[phrase]
        yield " ".join([vocabulary[word] for word in drawn.tolist()])


def _edited(text: str, rng: np.random.Generator) -> str:
    """Cut to 60 %, or with a passage of its own in the middle."""
    said = text.split(" ")
    if rng.random() < 0.5:
        return " ".join(said[: int(0.6 * len(said))])
    return " ".join([*said[:150], "an", "advertisement", "that", "nobody", "else", "has", *said[180:]])


def _sketched(batch: Sequence[str]) -> list[Sketch]:
    return sketches(words(batch))


def measure(windows: Sequence[int], seed: int) -> list[Measured]:
    """Fill a window of each size, then clock all of them in turns: what else the machine does is the same for each, so
    that their ratio holds. Raises WrongAnswerError."""
    kept: list[Sketch] = []
    sample: list[tuple[int, str]] = []
    source = texts(max(windows), seed)
    filled: list[_Filled] = []
    for window in sorted(windows):
        while len(kept) < window:
            batch = [next(source) for _ in range(min(_BATCH, window - len(kept)))]
            sample += enumerate(batch if len(kept) < _FIRST else batch[:1], len(kept) + 1)
            kept += _sketched(batch)
        filled.append(_Filled(kept, sample, seed + window))
    running = filled
    while running:
        running = [each for each in running if each.take()]
    return [each.measured() for each in filled]


def _feed(sample: Sequence[tuple[int, str]], seed: int) -> tuple[list[str], dict[int, int]]:
    """Unseen texts with copies among them; per position of a copy the number of its original."""
    rng = np.random.default_rng(seed)
    feed = list(texts(_MEASURED, seed))
    origins: dict[int, int] = {}
    chosen = rng.permutation(len(sample)).tolist()
    for at, pick in zip(range(0, _MEASURED, _COPIED), chosen, strict=False):
        number, text = sample[pick]
        feed[at], origins[at] = _edited(text, rng), number
    return feed, origins


class _Filled:
    """An index that holds texts, and what is to come."""

    def __init__(self, kept: Sequence[Sketch], sample: Sequence[tuple[int, str]], seed: int) -> None:
        self._window, self._index = len(kept), Index()
        while self._index.crowded(len(kept), SAMPLE):
            self._index.rebuild(())
        for number, (_, keys) in enumerate(kept, 1):
            self._index.add(number, keys)
        self._bytes = (self._index.bytes + sum(keys.nbytes for _, keys in kept)) / len(kept)
        self._feed, self._origins = _feed(sample, seed)
        self._position = self._found = self._candidates = 0
        self._spent = 0.0

    def take(self) -> bool:
        """Look up and enter the next texts as the stage does; False when all are in."""
        index = self._index
        batch = self._feed[self._position : self._position + index.room()]
        before = time.process_time()
        made = _sketched(batch)
        hits = index.lookup([keys for _, keys in made])
        for at, (_, keys) in enumerate(made):
            hits[at] += index.recent(keys)
            index.add(index.newest + 1, keys)
        self._spent += time.process_time() - before
        for at, near in enumerate(hits, self._position):
            likely = {number for number, count in near if count >= _LIKELY}
            self._candidates += len(likely)
            self._found += self._origins.get(at, 0) in likely
        self._position += len(batch)
        return self._position < len(self._feed)

    def measured(self) -> Measured:
        share, count = self._found / len(self._origins), len(self._feed)
        if share < _FOUND:
            raise WrongAnswerError(f"bench dedupe: window {self._window}: {share:.3f} of the copies found, expected "
                                   f"{_FOUND}")
        return Measured("streams", self._window, count / self._spent, share, self._bytes, 4.0 * WORDS,
                        self._candidates / count)


def datasketch(window: int, seed: int) -> Measured | None:
    """The same texts and copies through datasketch's MinHash (128 permutations) and LSH; None where it is not
    installed. Its threshold, .5, is what a cut to 60 % needs."""
    if importlib.util.find_spec("datasketch") is None:
        return None
    library = importlib.import_module("datasketch")
    known = list(texts(window, seed))
    feed, origins = _feed(list(enumerate(known, 1)), seed + window)
    feed = feed[: _MEASURED // 10]
    lsh = library.MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(known, 1):
        lsh.insert(number, _minhash(library, text))
    found = candidates = 0
    before = time.process_time()
    for at, text in enumerate(feed):
        sketch = _minhash(library, text)
        near = lsh.query(sketch)
        lsh.insert(-at - 1, sketch)
        candidates += len(near)
        found += origins.get(at, 0) in near
    spent = time.process_time() - before
    copies = sum(at < len(feed) for at in origins)
    return Measured("datasketch", window, len(feed) / spent, found / copies, None, None,
                    candidates / len(feed))


def _minhash(library: Any, text: str) -> Any:
    said = text.split(" ")
    sketch = library.MinHash(num_perm=128)
    sketch.update_batch([" ".join(said[at : at + 3]).encode() for at in range(len(said) - 2)])
    return sketch


@click.command()
@click.option("--window", "windows", type=click.IntRange(min=64), multiple=True, default=(10_000, 100_000),
              show_default=True, help="Articles in the window; may be given several times.")
@click.option("--seed", default=1, show_default=True, help="Seed of the texts.")
@click.option("--compare/--no-compare", default=True, show_default=True,
              help="Also run datasketch, where it is installed, on the first 2,000 articles.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def command(windows: tuple[int, ...], seed: int, compare: bool, as_json: bool) -> None:
    """Articles of 400 words a second on one core: signature, look-up and entry."""
    rows = measure(windows, seed)
    other = datasketch(2_000, seed) if compare else None
    if other is not None:
        rows.append(other)
    machine = f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    if as_json:
        click.echo(orjson.dumps({"machine": machine, "seed": seed, "words": WORDS, "measured": _MEASURED,
                                 "rows": [asdict(row) for row in rows]}))
        return
    click.echo(f"{machine}; {_MEASURED} texts of {WORDS} words, one in {_COPIED} a copy, seed {seed}; CPU time")
    for row in rows:
        memory = "" if row.bytes_per_article is None or row.words_bytes is None else (
            f", index {row.bytes_per_article:.0f} B/article, words for verification {row.words_bytes:.0f} B")
        click.echo(
            f"{row.library:10} window {row.window:>9,}: {row.articles_per_s:>8,.0f} articles/s, "
            f"{row.found:.1%} of the copies found, {row.candidates:.2f} candidates each{memory}"
        )

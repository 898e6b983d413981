"""The dedupe hop: articles in, the same articles with their verdict and provenance out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streams import topics
from streams.clock import HOUR_MS, millis
from streams.contracts import cloudevents, codec
from streams.contracts.records import Article, DedupedArticle, Provenance
from streams.dedupe.judge import Judge, Reading
from streams.dedupe.signature import decode, sketches
from streams.dedupe.store import Held, Store
from streams.dedupe.words import words
from streams.stage import Incoming, Outgoing, Rejection, Result

__all__ = ["DedupeStage"]

#: State is forgotten so long after its last use, in event time.
WINDOW_H = 72


@dataclass(slots=True)
class _Read:
    """A record as read, before its turn comes."""

    record: Incoming
    article: Article
    reading: Reading


class DedupeStage:
    """One instance serves one partition. Nothing is dropped: every article goes on with its verdict, or waits here
    for its embargo to end, or is rejected as unreadable. Replay is safe: a wire seen before is a resend."""

    name = "dedupe"
    source = topics.CLEAN
    changelog: str | None = topics.DEDUPE_CHANGELOG

    def __init__(self, window_h: float = WINDOW_H) -> None:
        """``window_h``: hours of event time after its last use that a text or a uri is remembered."""
        self._store = Store(int(window_h * HOUR_MS))
        self._judge = Judge(self._store)

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """See ``streams.stage.Stage``; raises ValueError on a key that this stage never writes."""
        self._store.restore(entries)

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        """One result per record. Outputs of wires whose embargo a record ends stand before its own output."""
        articles = [_decoded(record) for record in batch]
        readings = iter(_readings([a for a in articles if isinstance(a, Article)], self._store))
        results = []
        for record, article in zip(batch, articles, strict=True):
            if isinstance(article, Rejection):
                results.append(Result(rejection=article))
            else:
                results.append(self._one(_Read(record, article, next(readings))))
        return results

    def _one(self, read: _Read) -> Result:
        store, result = self._store, Result()
        event_ms = millis(read.article.event_time)
        store.clock.see(event_ms)
        result.changes.extend(store.expire())
        released, changes = store.release()
        result.changes.extend(changes)
        for held in released:
            record = Incoming(held.topic, held.partition, held.offset, held.timestamp_ms, None, held.value)
            article = codec.decode(held.value, Article)
            (reading,) = _readings([article], store)
            self._pass_on(_Read(record, article, reading), result)
        until = None if read.article.embargo_until is None else millis(read.article.embargo_until)
        if until is not None and until > store.clock.latest_ms:
            record = read.record
            result.changes.extend(
                store.hold(Held(until, store.clock.records, record.topic, record.partition, record.offset,
                                record.timestamp_ms, record.value or b""))
            )
        else:
            self._pass_on(read, result)
        result.changes.append(store.tick())
        return result

    def _pass_on(self, read: _Read, result: Result) -> None:
        article, provenance, changes = self._judge.judge(read.article, read.reading)
        result.changes.extend(changes)
        result.outputs.append(_outgoing(read.record, article, provenance))


def _decoded(record: Incoming) -> Article | Rejection:
    try:
        article = codec.decode(record.value, Article)
        for time in (article.event_time, article.embargo_until):
            if time is not None:
                millis(time)
    except (codec.ContractError, ValueError) as error:
        return Rejection("not-an-article", str(error))
    return article


def _readings(articles: Sequence[Article], store: Store) -> list[Reading]:
    """Words and sketches of a batch at once, and what the index table knows of them as it stands."""
    if not articles:
        return []
    found = words([article.body for article in articles])
    made = None
    keys = []
    for position, article in enumerate(articles):
        sketch = decode(article.signature) if article.signature else None
        if sketch is None:
            made = made or sketches(found)
            sketch = made[position]
        keys.append(sketch[1])
    hits = store.index.lookup(keys)
    return [Reading(found, at, keys[at], hits[at], store.generation) for at in range(len(articles))]


def _outgoing(record: Incoming, article: Article, provenance: Provenance) -> Outgoing:
    headers = cloudevents.headers(
        kind="article.deduped",
        id=f"{record.topic}/{record.partition}/{record.offset}",
        source="/streams/dedupe",
        subject=article.uri,
        time_ms=millis(article.event_time),
        verdict=provenance.verdict,
    )
    value = codec.encode(DedupedArticle(article=article, provenance=provenance))
    return Outgoing(topics.DEDUPED, provenance.family.encode(), value, record.timestamp_ms, headers)

"""The dedupe hop: articles in, the same articles with their verdict and provenance out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from streams import topics
from streams.clock import HOUR_MS, millis
from streams.contracts import cloudevents, codec
from streams.contracts.records import Article, DedupedArticle, Provenance
from streams.dedupe.judge import Reading, judge
from streams.dedupe.recurring import cleaned
from streams.dedupe.signature import decode, sketches
from streams.dedupe.store import Held, Store
from streams.dedupe.words import U32, Words, words
from streams.stage import Incoming, Outgoing, Rejection, Result

__all__ = ["DedupeStage"]

#: State is forgotten so long after its last use, in event time.
WINDOW_H = 72
#: Texts that stay whatever their age, some 16 MB: in a quiet language, or in a feed that is dated out of order, late
#: copies still find their original.
KEEP = 8_192
#: Characters below which a body is compared together with its headline.
_SHORT = 40


class DedupeStage:
    """One instance serves one partition. Nothing is dropped: every article goes on with its verdict, or waits here
    for its embargo to end, or is rejected as unreadable. Replay is safe: a wire seen before is a resend."""

    name = "dedupe"
    source = topics.CLEAN
    changelog: str | None = topics.DEDUPE_CHANGELOG

    def __init__(self, window_h: float = WINDOW_H, keep: int = KEEP) -> None:
        """``window_h``: hours of event time after its last use that a text or a uri is remembered; ``keep``: so many
        of the newest are remembered however old."""
        self._store = Store(int(window_h * HOUR_MS), keep)

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """See ``streams.stage.Stage``; raises ValueError on a key that this stage never writes."""
        self._store.restore(entries)

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        """One result per record. Outputs of wires whose embargo a record ends stand before its own output."""
        articles = [_decoded(record) for record in batch]
        readings = self._readings([article for article in articles if isinstance(article, Article)])
        results = []
        for record, article in zip(batch, articles, strict=True):
            if isinstance(article, Rejection):
                results.append(Result(rejection=article))
            else:
                results.append(self._one(record, article, next(readings)))
        return results

    def _one(self, record: Incoming, article: Article, reading: Reading) -> Result:
        store, result = self._store, Result()
        store.clock.see(millis(article.event_time))
        result.changes.extend(store.expire())
        released, changes = store.release()
        result.changes.extend(changes)
        for held in released:
            again = Incoming(held.topic, held.partition, held.offset, held.timestamp_ms, None, held.value)
            waiting = codec.decode(held.value, Article)
            self._pass_on(again, waiting, next(self._readings([waiting])), result)
        until = None if article.embargo_until is None else millis(article.embargo_until)
        if until is not None and until > store.clock.latest_ms:
            held = Held(until, store.clock.records, record.topic, record.partition, record.offset,
                        record.timestamp_ms, record.value or b"")
            result.changes.extend(store.hold(held))
        else:
            self._pass_on(record, article, reading, result)
        result.changes.append(store.tick())
        return result

    def _pass_on(self, record: Incoming, article: Article, reading: Reading, result: Result) -> None:
        clean = cleaned(article, self._store.lines)
        if clean is not article:
            reading = next(self._readings([clean]))
        provenance, changes = judge(self._store, clean, reading)
        result.changes.extend(changes)
        result.outputs.append(_outgoing(record, clean, provenance))

    def _readings(self, articles: Sequence[Article]) -> Iterator[Reading]:
        """Words, sketches and look-ups of many articles at once; in steps, as the index takes up new texts."""
        start = 0
        while start < len(articles):
            store = self._store
            step = articles[start : start + max(1, store.index.room())]
            found = words([_compared(article) for article in step])
            keys = _sketches(step, found)
            hits, generation = store.index.lookup(keys), store.generation
            for at in range(len(step)):
                yield Reading(found, at, keys[at], hits[at], generation)
            start += len(step)


def _compared(article: Article) -> str:
    """The text that is compared: the body; of a wire of a few words the headline too, or "More soon." is a copy of
    every other "More soon."."""
    return article.body if len(article.body) >= _SHORT else f"{article.headline}\n\n{article.body}"


def _sketches(articles: Sequence[Article], found: Words) -> list[U32]:
    """The sketches that intake made; made here where a text is compared with its headline or has none."""
    given = [decode(a.signature) if a.signature and len(a.body) >= _SHORT else None for a in articles]
    made = sketches(found) if any(sketch is None for sketch in given) else []
    return [made[at][1] if sketch is None else sketch[1] for at, sketch in enumerate(given)]


def _decoded(record: Incoming) -> Article | Rejection:
    try:
        article = codec.decode(record.value, Article)
        for time in (article.event_time, article.embargo_until):
            if time is not None:
                millis(time)
    except (codec.ContractError, ValueError) as error:
        return Rejection("not-an-article", str(error))
    return article


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

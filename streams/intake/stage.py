"""The intake hop: wires.incoming -> articles.clean. It keeps nothing between records, so any number may run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from streams import topics
from streams.contracts import cloudevents, codec
from streams.contracts.records import Article
from streams.dedupe.signature import signatures
from streams.intake.assemble import assemble
from streams.intake.formats import read
from streams.intake.wire import MAX_VALUE, Refused
from streams.stage import Incoming, Outgoing, Rejection, Result

__all__ = ["IntakeStage"]

#: Timestamps that RFC 3339 can write: years 1 to 9999. Kafka uses -1 for "none".
_MAX_MS = 253_402_300_799_999


class IntakeStage:
    """Decodes, validates, cleans, dates and labels each wire. Every record gives one article or one rejection.

    Replay-safe: the output is a function of the record alone.
    """

    name = "intake"
    source = topics.INCOMING
    changelog: str | None = None

    def __init__(self, max_value: int = MAX_VALUE) -> None:
        """``max_value``: bytes of a wire's value above which it is refused as too-large."""
        self._max_value = max_value

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        read = [self._read(record) for record in batch]
        articles = [article for article in read if isinstance(article, Article)]
        sketches = iter(signatures([article.body for article in articles]))
        return [
            Result(rejection=found) if isinstance(found, Rejection)
            else Result(outputs=[_outgoing(record, structs.replace(found, signature=next(sketches)))])
            for record, found in zip(batch, read, strict=True)
        ]

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing to load: the stage has no state."""

    def _read(self, record: Incoming) -> Article | Rejection:
        try:
            return self._article(record)
        except Refused as refused:
            return Rejection(refused.error, str(refused))

    def _article(self, record: Incoming) -> Article:
        if not 0 <= record.timestamp_ms <= _MAX_MS:
            raise Refused("no-timestamp", f"record: expected a timestamp in milliseconds, got {record.timestamp_ms}")
        content_type = cloudevents.header(record.headers, "content-type") or ""
        wire = read(record.value, record.key, content_type, self._max_value)
        return assemble(wire, record.timestamp_ms)


def _outgoing(record: Incoming, article: Article) -> Outgoing:
    return Outgoing(
        topic=topics.CLEAN,
        key=article.language.encode(),
        value=codec.encode(article),
        timestamp_ms=record.timestamp_ms,
        headers=cloudevents.headers(
            kind="article.clean",
            id=f"{record.topic}/{record.partition}/{record.offset}",
            source="/streams/intake",
            subject=article.uri,
            time_ms=record.timestamp_ms,
        ),
    )

"""The entities hop: names, places and quotations of each article, and the clusterer's input. Stateless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streams import topics
from streams.contracts.cloudevents import headers
from streams.contracts.codec import ContractError, decode, encode
from streams.contracts.records import Analysis, AnalyzedArticle, DedupedArticle
from streams.entities.analyzer import Analyzer
from streams.stage import Incoming, Outgoing, Rejection, Result

__all__ = ["EntitiesStage"]

#: A resend tells nothing and a kill has no text: both pass without analysis. Everything else is analysed, copies
#: too: a copy's headline is its own, and the stories stage counts who is named in each article.
_SKIPPED = frozenset({"resend", "kill"})


class EntitiesStage:
    """``articles.deduped`` -> ``articles.analyzed``, keyed by language."""

    name = "entities"
    source = topics.DEDUPED
    changelog: str | None = None

    def __init__(self, analyzer: Analyzer | None = None) -> None:
        self._analyzer = analyzer if analyzer is not None else Analyzer.load()

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        """One result a record; a value that is no DedupedArticle is refused."""
        records: list[DedupedArticle | Rejection] = [_read(record) for record in batch]
        wanted = [r for r in records if isinstance(r, DedupedArticle) and r.provenance.verdict not in _SKIPPED]
        analyses = iter(self._analyzer.analyze([record.article for record in wanted]))
        results = []
        for incoming, record in zip(batch, records, strict=True):
            if isinstance(record, Rejection):
                results.append(Result(rejection=record))
                continue
            skipped = record.provenance.verdict in _SKIPPED
            results.append(Result(outputs=[_told(incoming, record, Analysis() if skipped else next(analyses))]))
        return results

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing to restore: the stage keeps nothing."""


def _read(record: Incoming) -> DedupedArticle | Rejection:
    try:
        return decode(record.value, DedupedArticle)
    except ContractError as error:
        return Rejection("wrong-shape", str(error))


def _told(incoming: Incoming, record: DedupedArticle, analysis: Analysis) -> Outgoing:
    article = record.article
    return Outgoing(
        topics.ANALYZED,
        article.language.encode(),
        encode(AnalyzedArticle(article=article, provenance=record.provenance, analysis=analysis)),
        incoming.timestamp_ms,
        headers(
            kind="article.analyzed", id=f"{incoming.topic}/{incoming.partition}/{incoming.offset}",
            source="/streams/entities", subject=article.uri, time_ms=incoming.timestamp_ms,
            verdict=record.provenance.verdict,
        ),
    )

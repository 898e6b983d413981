"""The entities hop."""

from __future__ import annotations

import pytest

from streams import topics
from streams.contracts.cloudevents import header
from streams.contracts.codec import decode, encode
from streams.contracts.records import AnalyzedArticle, Article, DedupedArticle, Provenance, Verdict
from streams.entities.stage import EntitiesStage
from streams.stage import Incoming, Outgoing

BODY = "Officials in Kabul met Joe Biden on Monday.\n\n\"We will stay,\" Biden told reporters in Afghanistan."


@pytest.fixture(scope="module")
def stage() -> EntitiesStage:
    return EntitiesStage()


def record(offset: int = 0, *, verdict: Verdict = "unique", body: str = BODY, language: str = "en") -> Incoming:
    article = Article(uri=f"u{offset}", headline="Kabul talks", body=body, language=language,
                      event_time="2021-07-14T12:00:00.000Z", received="2021-07-14T12:00:00.000Z")
    value = encode(DedupedArticle(article=article, provenance=Provenance(verdict=verdict, family="f")))
    return Incoming(topics.DEDUPED, 3, offset, 1_626_264_000_000, b"f", value)


def only(stage: EntitiesStage, incoming: Incoming) -> Outgoing:
    (result,) = stage.process([incoming])
    assert result.rejection is None
    (output,) = result.outputs
    return output


def test_an_article_goes_on_with_its_names_places_quotations_and_features(stage: EntitiesStage) -> None:
    output = only(stage, record(7))
    told = decode(output.value, AnalyzedArticle)
    text = f"{told.article.headline}\n\n{told.article.body}"
    names = {entity.name: entity for entity in told.analysis.entities}
    assert [mention.text for mention in names["Joe Biden"].mentions] == ["Joe Biden", "Biden"]
    assert all(text[m.start : m.end] == m.text for e in told.analysis.entities for m in e.mentions)
    assert {place.country for place in told.analysis.places} == {"AF"}
    assert [(quote.speaker, quote.text) for quote in told.analysis.quotes] == [("Joe Biden", "We will stay")]
    assert told.analysis.features
    assert (output.topic, output.key, output.timestamp_ms) == (topics.ANALYZED, b"en", 1_626_264_000_000)
    assert header(output.headers, "ce_id") == "articles.deduped/3/7"
    assert header(output.headers, "verdict") == "unique"


@pytest.mark.parametrize("verdict", ["resend", "kill"])
def test_what_tells_nothing_new_passes_unread(stage: EntitiesStage, verdict: Verdict) -> None:
    told = decode(only(stage, record(verdict=verdict)).value, AnalyzedArticle)
    assert told.analysis.entities == []
    assert told.provenance.verdict == verdict


def test_a_copy_is_read_like_its_original(stage: EntitiesStage) -> None:
    assert decode(only(stage, record(verdict="duplicate")).value, AnalyzedArticle).analysis.entities


def test_a_batch_gives_what_its_records_give_alone(stage: EntitiesStage) -> None:
    batch = [record(0), record(1, body="Nothing here."), record(2, verdict="kill"), record(3, body=BODY.upper())]
    together = [result.outputs[0].value for result in stage.process(batch)]
    assert together == [only(EntitiesStage(), incoming).value for incoming in batch]


def test_of_another_language_only_sure_names_are_told(stage: EntitiesStage) -> None:
    body = ("Die Mitarbeiter der Behörde haben am Dienstag in Berlin mit Angela Merkel gesprochen. Merkel sagte, die "
            "Aufgabe der NATO sei die Sicherheit. Der Sprecher und die Nachbarn hörten die Rede im Garten.")
    told = decode(only(stage, record(body=body, language="de")).value, AnalyzedArticle)
    names = {entity.name for entity in told.analysis.entities}
    assert {"Berlin", "Angela Merkel"} <= names
    assert not names & {"Mitarbeiter der Behörde", "Aufgabe", "Sicherheit", "Garten", "Rede", "Nachbarn", "Sprecher"}


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"article": 1}'])
def test_what_is_no_article_is_refused_and_the_next_goes_on(stage: EntitiesStage, value: bytes | None) -> None:
    broken = Incoming(topics.DEDUPED, 0, 0, 0, None, value)
    refused, fine = stage.process([broken, record(1)])
    assert refused.rejection is not None
    assert "DedupedArticle" in refused.rejection.message
    assert fine.outputs


@pytest.mark.parametrize("body", [
    "🙂" * 5000, "שלום عالم " * 500, "A\u200bB\u200c " * 2000, "Name " * 10_000, "x" * 1_000_000, BODY.upper() * 20,
    "\n" * 9999, "“" * 5000, "Smith said. " * 3000, "\x00\x07 Kabul \ufeff", "U.S." * 3000,
])
def test_hostile_text_is_read_like_any_other(stage: EntitiesStage, body: str) -> None:
    assert decode(only(stage, record(body=body)).value, AnalyzedArticle).article.body == body

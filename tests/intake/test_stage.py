"""What the hop writes: key, headers, time, signature; the same bytes again on every replay."""

from __future__ import annotations

from streams.contracts import codec
from streams.contracts.cloudevents import header
from streams.contracts.records import Article
from streams.dedupe.signature import signatures
from streams.intake import IntakeStage
from streams.stage import Stage
from tests.intake.helpers import RECORD_MS, STAGE, ninjs, record, take


def test_it_is_a_stage_without_state() -> None:
    stage: Stage = IntakeStage()
    assert (stage.name, stage.source, stage.changelog) == ("intake", "wires.incoming", None)
    stage.restore([])


def test_output_is_keyed_by_language_and_says_where_it_came_from() -> None:
    out = STAGE.process([record(ninjs())])[0].outputs[0]
    assert (out.topic, out.key, out.timestamp_ms) == ("articles.clean", b"en", RECORD_MS)
    assert {
        name: header(out.headers, name) for name in ("ce_type", "ce_id", "ce_source", "ce_subject", "ce_time")
    } == {
        "ce_type": "article.clean",
        "ce_id": "wires.incoming/0/7",
        "ce_source": "/streams/intake",
        "ce_subject": "urn:test:1",
        "ce_time": "2021-07-14T17:00:00.000Z",
    }


def test_the_signature_is_that_of_the_clean_body() -> None:
    article = take(ninjs())
    assert article.signature == signatures([article.body])[0]


def test_replay_gives_the_same_bytes_however_the_batches_fall() -> None:
    records = [
        record(ninjs()),
        record(b"\xff"),
        record(b"Some plain text of a wire.", "text/plain"),
        record(ninjs(version=2)),
    ]
    together = IntakeStage().process(records)
    assert [IntakeStage().process([one])[0] for one in records] == together


def test_a_message_is_about_the_wire_even_with_a_hostile_uri() -> None:
    article = take(b'{"uri": "a\\n\\u0000b\\ud800c", "body_text": "The mayor said that it stays closed."}')
    assert article.uri == "a b\ufffdc"


def test_an_article_reads_back_as_it_was_written() -> None:
    value = STAGE.process([record(ninjs())])[0].outputs[0].value
    assert codec.encode(codec.decode(value, Article)) == value


def test_the_size_of_a_value_can_be_bounded_lower() -> None:
    result = IntakeStage(max_value=100).process([record(ninjs())])[0]
    assert result.rejection is not None
    assert result.rejection.error == "too-large"

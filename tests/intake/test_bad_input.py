"""Bad input: refused with a reason or handled, quickly either way, and the next record is processed."""

from __future__ import annotations

import json
import time

import pytest

from streams.contracts import codec
from streams.contracts.records import Article
from tests.intake.helpers import STAGE, ninjs, record, refuse, take

MEGABYTE, MEGABYTES_5 = 1_000_000, 5_000_000
SENTENCE = "The mayor said on Tuesday that the bridge over the river would stay closed. "


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, "empty-value"),
        (b"", "empty-value"),
        (b" \n", "empty-value"),
        (b"not json", "not-json"),
        (b'{"uri": "a", ', "not-json"),
        (b"\x00\x01\x02", "not-json"),
        (b"[1, 2]", "wrong-shape"),
        (b'"text"', "wrong-shape"),
        (b"null", "wrong-shape"),
        (b'{"uri": 5, "body_text": "x"}', "wrong-shape"),
        (b'{"uri": "a", "body_text": 5}', "wrong-shape"),
        (b'{"body_text": "Some text."}', "no-uri"),
        (b'{"uri": " ", "body_text": "Some text."}', "no-uri"),
        (b'{"uri": "a"}', "empty-body"),
        (b'{"uri": "a", "body_text": ""}', "empty-body"),
        (b'{"uri": "a", "body_text": " \\n\\u0000\\u200b "}', "empty-body"),
        (b'{"uri": "a", "body_text": "<p> </p><p></p>"}', "empty-body"),
        (b'{"uri": "a", "body_text": "\xff\xfe text"}', "invalid-utf8"),
        (json.dumps({"uri": "u" * 10_000, "body_text": "Some text."}).encode(), "uri-too-long"),
        (
            json.dumps({"uri": "a", "headline": "h" * 10_000, "body_text": "Some text."}).encode(),
            "headline-too-long",
        ),
        (b'{"uri": "a", "body_text": "' + b"x" * 9_000_000 + b'"}', "too-large"),
        (b'{"uri": "a", "body_text": "' + b"a\\n" * 50_000 + b'"}', "too-large"),
        (b"[" * 100_000, "not-json"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_is_refused_with_a_type_and_a_message_that_says_what(value: bytes | None, error: str) -> None:
    rejection = refuse(value)
    assert rejection.error == error
    assert "expected" in rejection.message
    assert "got" in rejection.message
    assert len(rejection.message) < 400


def test_invalid_utf8_names_the_byte_and_its_place() -> None:
    assert refuse(b'{"uri": "a\xff"}').message == "value: expected UTF-8, got byte 0xff at offset 10"


def test_text_without_a_key_has_no_uri() -> None:
    assert refuse(b"Some text of a wire.", "text/plain", key=None).error == "no-uri"


def test_a_record_without_a_timestamp_is_refused() -> None:
    assert refuse(ninjs(), ms=-1).error == "no-timestamp"


def test_controls_are_dropped_and_words_kept() -> None:
    article = take(
        ninjs(body_text="The may\u0000or\ufeff said\u0007 no.\r\rThe bri\u00addge\u200b stays\tclosed\u2028today.")
    )
    assert article.body == "The mayor said no.\n\nThe bridge stays closed\n\ntoday."


def test_lone_surrogates_become_replacement_characters_and_pairs_are_joined() -> None:
    article = take(
        b'{"uri": "a\\ud800", "body_text": "The \\ud83d\\ude00 mayor \\udc00 said that it stays closed."}'
    )
    assert article.body == "The 😀 mayor \ufffd said that it stays closed."
    assert article.uri == "a\ufffd"


def test_joiners_stay_where_a_script_needs_them() -> None:
    assert "می\u200cخواهم" in take(ninjs(body_text="من می\u200cخواهم به خانه بروم و آنجا بمانم.")).body


@pytest.mark.parametrize("date", ["0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "2121-01-01T00:00:00Z"])
def test_a_date_out_of_the_world_is_bounded_by_the_record(date: str) -> None:
    assert take(ninjs(versionCreated=date)).event_time == "2021-07-14T17:00:00.000Z"


def test_html_instead_of_text_is_read_as_html() -> None:
    article = take(
        ninjs(body_text="<div><p>The mayor said <b>no</b>.</p><p>The bridge &amp; the road stay closed.</p></div>")
    )
    assert article.body == "The mayor said no.\n\nThe bridge & the road stay closed."


def test_a_less_than_sign_is_no_html() -> None:
    assert (
        "a < b and c > d"
        in take(ninjs(body_text="In the proof it is shown that a < b and c > d for all of them.")).body
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Oromoo afaan keenya bareedaa dha, namoonni hedduun itti fayyadamu jedhan", "om"),
        ("ܐܪܡܝܐ ܠܫܢܐ ܗܘ ܕܐܝܬ ܠܗ ܬܫܥܝܬܐ ܪܒܬܐ ܘܥܬܝܩܬܐ", None),
        ("qwzx vbnm plkj hgfd rtyu", None),
    ],
)
def test_a_language_that_is_not_handled_passes(text: str, language: str | None) -> None:
    found = take(ninjs(headline="", body_text=text)).language
    assert found == language if language else len(found) in (2, 3)


@pytest.mark.parametrize(
    "body",
    [
        "word " * 100_000,
        SENTENCE * (MEGABYTE // len(SENTENCE)),
        (SENTENCE + "\n") * 19_000,
        "x" * MEGABYTE,
        "(a/AP " * (MEGABYTE // 6),
        "[" * MEGABYTE,
        "AFP " * (MEGABYTE // 4),
        "*a" * (MEGABYTE // 2),
        "1 " * (MEGABYTE // 2),
        ("Abc / " * 15 + "\n") * 15_000,
        "<div>" * 60_000 + "text",
        "<ul><li>x" * 20_000,
        "a\u0301\u0327" * 300_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_work_is_bounded_for_any_body(body: str) -> None:
    """A quadratic step would take minutes here; the slowest of these needs about a second of processor time."""
    value = ninjs(body_text=body)
    start = time.process_time()
    STAGE.process([record(value)])
    assert time.process_time() - start < 15


def test_a_body_of_5_mb_is_kept_whole() -> None:
    body = SENTENCE * (MEGABYTES_5 // len(SENTENCE))
    assert take(ninjs(body_text=body)).body == body.strip()


def test_the_next_record_is_processed() -> None:
    bad, good = record(b"\xff"), record(ninjs())
    results = STAGE.process([good, bad, bad, good])
    assert [result.rejection is None for result in results] == [True, False, False, True]
    assert codec.decode(results[3].outputs[0].value, Article) == codec.decode(results[0].outputs[0].value, Article)

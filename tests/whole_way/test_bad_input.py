"""Whatever arrives, it is told or refused with a reason, and the wire after it is processed."""

from __future__ import annotations

import random

import orjson
import pytest

from streams import topics
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, StoryEvent
from streams.pipeline import FeedRecord, core, incoming
from tests.whole_way.seeds import START

BODY = (
    "The harbour of Port Lisas was closed on Monday after a tanker ran aground, officials said. "
    "Three tugs are trying to free the ship before the next tide. Nobody was hurt."
)

JAPANESE = "今日は天気がとても良いので、みんなで公園へ行きました。" * 20


def wire(uri: str, **fields: object) -> FeedRecord:
    return (uri.encode(), orjson.dumps({"uri": uri, "headline": "Tanker aground", "body_text": BODY, **fields}), ())


def raw(value: bytes, key: bytes | None = b"bad") -> FeedRecord:
    return (key, value, ())


BAD: dict[str, FeedRecord] = {
    "not JSON": raw(b"this is no JSON"),
    "JSON of the wrong shape": raw(b'["a", 1]'),
    "JSON with fields of the wrong type": raw(b'{"uri": 7, "body_text": {"a": 1}}'),
    "empty value": raw(b""),
    "empty body": wire("bad", body_text="", headline=""),
    "no uri": raw(orjson.dumps({"body_text": BODY}), None),
    "5 MB body": wire("bad", body_text=BODY * (5_000_000 // len(BODY))),
    "invalid UTF-8": raw(b'{"uri": "bad", "body_text": "caf\xe9 \xff\xfe"}'),
    "NUL and control characters": wire("bad", body_text="\x00\x01\x1b[31m" + BODY + "\x7f\u202e"),
    "lone surrogates": raw(b'{"uri": "bad", "body_text": "\\ud800 ' + BODY.encode() + b'\\udfff"}'),
    "a uri of 10 kB": wire("u" * 10_000),
    "a date in year 0": wire("bad", versioncreated="0000-01-01T00:00:00Z"),
    "a date in year 9999": wire("bad", versioncreated="9999-12-31T23:59:59Z"),
    "a date in the future": wire("bad", versioncreated="2050-01-01T00:00:00Z"),
    "a date that is none": wire("bad", versioncreated="yesterday"),
    "HTML instead of text": wire("bad", body_text=f"<html><body><script>x()</script><p>{BODY}</p></body></html>"),
    "one word 100,000 times": wire("bad", body_text="word " * 100_000),
    "one token of 1 MB": wire("bad", body_text="x" * 1_000_000),
    "a language it does not handle": wire("bad", body_text=JAPANESE),
    "deep nesting": raw(b'{"uri":"bad","body_text":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "the same uri and version with other text": wire("good-0", body_text=BODY.replace("Monday", "Tuesday") * 2),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_told_or_refused_and_the_next_wire_is_processed(name: str) -> None:
    pipeline = core()
    feed = [wire("good-0"), BAD[name], wire("good-1", body_text="Voters in Lapland choose a council today. " * 5)]
    members: set[str] = set()
    analyzed: list[str] = []

    for record in pipeline.run(incoming(feed, start_ms=START), batch=3):
        if record.topic == topics.UPDATED and record.value is not None:
            assert len(record.value) <= 64_000
            event = decode(record.value, StoryEvent)
            members.update(entry.uri for entry in [*event.delta.added, *event.delta.revised])
    assert {"good-0", "good-1"} <= members, analyzed
    for refused in pipeline.rejected:
        assert refused.rejection.error
        assert refused.rejection.message
    accounted = len(pipeline.rejected) + len(members)
    expected = 2 if name == "the same uri and version with other text" else 3
    assert accounted >= expected


def test_a_date_in_the_future_is_bounded_by_the_record() -> None:
    pipeline = core("entities")
    times = [
        decode(record.value, AnalyzedArticle).article.event_time
        for record in pipeline.run(incoming([BAD["a date in year 9999"]], start_ms=START))
    ]
    assert times == ["2021-07-15T06:00:00.000Z"]


def test_random_bytes_are_refused_one_by_one() -> None:
    chance = random.Random(7)
    feed = [raw(chance.randbytes(chance.randrange(1, 400)), b"%d" % number) for number in range(200)]
    pipeline = core()
    told = {record.key for record in pipeline.run(incoming(feed, start_ms=START)) if record.topic == topics.UPDATED}
    assert len(pipeline.rejected) + len(told) >= 200

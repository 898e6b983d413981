"""A dead letter is the record as it was, and why."""

from __future__ import annotations

import pytest

from streams import topics
from streams.contracts.cloudevents import header
from streams.runtime.letters import attempts_of, dead_letter
from streams.stage import Rejection
from tests.runtime.fakes import incoming

WHY = Rejection("NotJson", "expected JSON, got NUL")


@pytest.mark.parametrize(("key", "value"), [(b"k", b"\xff\x00"), (None, b"x"), (b"k", None), (None, None), (b"", b"")])
def test_key_and_value_are_untouched(key: bytes | None, value: bytes | None) -> None:
    letter = dead_letter(incoming(5, value, key=key), "intake", WHY)
    assert (letter.topic, letter.key, letter.value, letter.timestamp_ms) == (topics.REJECTED, key, value, 1005)


def test_headers_say_where_it_was_and_why_and_keep_its_own() -> None:
    letter = dead_letter(incoming(5, partition=3), "intake", WHY)
    assert dict(letter.headers) == {
        "kept": b"1", "dlq_topic": b"articles.clean", "dlq_partition": b"3", "dlq_offset": b"5",
        "dlq_timestamp": b"1005", "dlq_stage": b"intake", "dlq_error": b"NotJson",
        "dlq_message": b"expected JSON, got NUL", "dlq_attempts": b"1",
    }


def test_attempts_are_counted_over_redrives() -> None:
    first = dead_letter(incoming(5), "intake", WHY)
    again = dead_letter(incoming(9, headers=first.headers), "dedupe", WHY)
    assert attempts_of(incoming(9, headers=first.headers)) == 1
    assert header(again.headers, "dlq_attempts") == "2"
    assert [name for name, _ in again.headers].count("dlq_topic") == 1


@pytest.mark.parametrize("text", [b"", b"-1", b"many", b"9" * 400, b"\xff"])
def test_nonsense_attempts_count_as_none(text: bytes) -> None:
    assert attempts_of(incoming(1, headers=(("dlq_attempts", text),))) == 0


def test_a_message_is_bounded_and_may_hold_anything() -> None:
    letter = dead_letter(incoming(1), "intake", Rejection("Long", "\ud800" + "x" * 100_000))
    assert len(dict(letter.headers)["dlq_message"]) < 2100

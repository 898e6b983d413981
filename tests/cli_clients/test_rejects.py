"""What is sent again, and where to."""

from __future__ import annotations

from streams.cli.rejects import Filter, redriven
from streams.stage import Incoming

LETTER = Incoming(
    "wires.rejected", 2, 7, 1_000, b"uri-1", b"{broken", (
        ("content-type", b"text/plain"), ("ce_id", b"x"), ("dlq_topic", b"wires.incoming"), ("dlq_partition", b"3"),
        ("dlq_offset", b"41"), ("dlq_timestamp", b"900"), ("dlq_stage", b"intake"), ("dlq_error", b"not-json"),
        ("dlq_message", b"\xff bad"), ("dlq_attempts", b"2"),
    ),
)


def test_a_dead_letter_goes_back_where_it_came_from_with_its_own_headers_and_its_count() -> None:
    assert redriven(LETTER, None) == (
        "wires.incoming", 3, (("content-type", b"text/plain"), ("ce_id", b"x"), ("dlq_attempts", b"2")),
    )


def test_a_repaired_wire_is_ninjs_whatever_the_broken_one_was_said_to_be() -> None:
    _, _, headers = redriven(LETTER, b"{}")
    assert headers == (("ce_id", b"x"), ("content-type", b"application/json"), ("dlq_attempts", b"2"))


def test_filters_take_what_fits_all_of_them() -> None:
    assert Filter().takes(LETTER)
    assert Filter(stage="intake", error="not-json", key="uri-1", since_ms=1_000).takes(LETTER)
    assert Filter(places=frozenset([(2, 7)])).takes(LETTER)
    for other in (Filter(stage="dedupe"), Filter(error="no-uri"), Filter(key="uri"), Filter(since_ms=1_001),
                  Filter(places=frozenset([(2, 8)])), Filter(stage="intake", error="no-uri")):
        assert not other.takes(LETTER)
    assert Filter().all
    assert not Filter(since_ms=0).all

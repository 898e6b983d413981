"""Logs are lines of JSON; wires cannot write to the terminal through them."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from streams.runtime.logs import setup
from streams.text.printable import printable
from tests.runtime.fakes import incoming


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("aiokafka", "kafka", "faust", "mode")}
    stream = io.StringIO()
    setup("debug", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def test_a_record_is_told_by_its_place_and_uri(out: io.StringIO) -> None:
    record = incoming(7, key=b"urn:x\x1b[31m\nfaked line")
    logging.getLogger("test").debug("done", extra={"record": record})
    (line,) = out.getvalue().splitlines()
    assert orjson.loads(line) | {"time": ""} == {
        "time": "", "level": "debug", "logger": "test", "message": "done", "topic": "articles.clean", "partition": 0,
        "offset": 7, "uri": "urn:x [31m faked line",
    }


def test_the_uri_is_the_events_subject_where_it_has_one(out: io.StringIO) -> None:
    logging.getLogger("test").debug("done", extra={"record": incoming(7, headers=(("ce_subject", b"urn:a"),))})
    assert orjson.loads(out.getvalue())["uri"] == "urn:a"


def test_messages_and_tracebacks_stay_on_their_line(out: io.StringIO) -> None:
    try:
        raise ValueError("\x1b]0;title\x07\r\n")
    except ValueError:
        logging.getLogger("test").exception("a\nb\x9b")
    (line,) = out.getvalue().splitlines()
    assert "\x1b" not in line
    assert orjson.loads(line)["message"] == "a b "
    assert any(text.startswith("ValueError") for text in orjson.loads(line)["traceback"])


@pytest.mark.parametrize("text", ["\x00", "\x1b[2J", "\x9b31m", "a\u202eb", "\u2028", "\x7f"])
def test_control_characters_do_not_print(text: str) -> None:
    assert all(ord(c) >= 0x20 and c not in "\x7f\u202e\u2028\x9b" for c in printable(text))

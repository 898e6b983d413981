"""Structured logs: a line of JSON an event on standard error; what a wire said is stripped of control characters."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from streams.text.printable import printable

__all__ = ["JsonLines", "setup"]

_LONGEST_URI = 200
#: They tell every reconnection attempt at error level; the lanes tell what it means.
_NOISY = ("aiokafka", "kafka", "faust", "mode")


class JsonLines(logging.Formatter):
    """``{"time", "level", "logger", "message", …}``; a record passed as ``extra={"record": Incoming}`` adds its place
    and its uri (the key)."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": printable(record.getMessage()),
        }
        wire = getattr(record, "record", None)
        if wire is not None:
            line |= {"topic": wire.topic, "partition": wire.partition, "offset": wire.offset, "uri": _uri(wire)}
        if record.exc_info:
            # JSON escapes the line breaks of a traceback; other control characters in it come from data.
            line["traceback"] = [printable(text) for text in self.formatException(record.exc_info).splitlines()]
        return orjson.dumps(line, default=str).decode()


def _uri(wire: Any) -> str:
    """What the record is about: ce_subject where a stage wrote it, else the key, which is the uri on
    wires.incoming."""
    for name, value in wire.headers:
        if name == "ce_subject":
            return printable(value.decode("utf-8", "replace")[:_LONGEST_URI])
    return printable((wire.key or b"").decode("utf-8", "replace")[:_LONGEST_URI])


def setup(level: str, stream: TextIO | None = None) -> None:
    """Everything at ``level``; the client libraries' messages only when they are critical, unless at debug."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.INFO if level.upper() == "DEBUG" else logging.CRITICAL)

"""Sample records of every channel, taken from a real run of the stages over a feed."""

from __future__ import annotations

from pathlib import Path

import orjson

from streams import topics
from streams.clock import millis
from streams.contracts.catalog import CHANNELS
from streams.feed import read_feed
from streams.pipeline import core, incoming
from streams.stage import Headers, Outgoing

__all__ = ["SAMPLE_START", "samples"]

#: The record timestamps of the samples start here: fixed, so that the samples are the same bytes everywhere.
SAMPLE_START = "2021-07-15T06:00:00Z"


def samples(feed: Path) -> dict[str, bytes]:
    """File name -> a record with its headers, as indented JSON. The first record of each topic, and the last of
    ``stories.updated`` and ``stories.current``."""
    first: dict[str, Outgoing] = {}
    last: dict[str, Outgoing] = {}

    def keep(record: Outgoing) -> None:
        first.setdefault(record.topic, record)
        last[record.topic] = record

    pipeline = core()
    wires = list(incoming(read_feed([feed]), start_ms=millis(SAMPLE_START)))
    for _ in pipeline.run(wires, written=keep):
        pass
    kinds = {channel.topic: channel.kind for channel in CHANNELS}
    found = {
        f"{kinds[topics.INCOMING]}.json": _document(wires[0].key or b"", wires[0].value, wires[0].headers),
    }
    for topic, record in first.items():
        found[f"{kinds[topic]}.json"] = _document(record.key, record.value, record.headers)
    for topic in (topics.UPDATED, topics.CURRENT):
        record = last[topic]
        found[f"{kinds[topic]}.last.json"] = _document(record.key, record.value, record.headers)
    return found


def _document(key: bytes, value: bytes | None, headers: Headers) -> bytes:
    content = {
        "key": key.decode(),
        "headers": {name: text.decode() for name, text in headers},
        "value": orjson.loads(value) if value is not None else None,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"

"""One record in, one article or rejection out."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from streams.contracts import codec
from streams.contracts.records import Article
from streams.intake import IntakeStage
from streams.stage import Incoming, Rejection

#: 2021-07-14T17:00:00Z
RECORD_MS = 1_626_282_000_000
STAGE = IntakeStage()


def record(
    value: bytes | None, content_type: str = "", key: bytes | None = b"key", ms: int = RECORD_MS
) -> Incoming:
    headers = (("content-type", content_type.encode()),) if content_type else ()
    return Incoming("wires.incoming", 0, 7, ms, key, value, headers)


def take(value: bytes | None, content_type: str = "", key: bytes | None = b"key", ms: int = RECORD_MS) -> Article:
    """The article of a value that must be accepted."""
    result = STAGE.process([record(value, content_type, key, ms)])[0]
    assert result.rejection is None, result.rejection
    assert len(result.outputs) == 1
    return codec.decode(result.outputs[0].value, Article)


def refuse(
    value: bytes | None, content_type: str = "", key: bytes | None = b"key", ms: int = RECORD_MS
) -> Rejection:
    """The rejection of a value that must be refused."""
    result = STAGE.process([record(value, content_type, key, ms)])[0]
    assert result.rejection is not None
    assert not result.outputs
    return result.rejection


def ninjs(**fields: Any) -> bytes:
    """A ninjs wire with a text and whatever else is given."""
    text = "Officials said on Tuesday that the bridge over the river would stay closed for another week."
    return json.dumps(
        {"uri": "urn:test:1", "headline": "Bridge stays closed for a week", "body_text": text, **fields}
    ).encode()


def plain(text: str) -> Article:
    return take(text.encode(), "text/plain")


def reasons(article: Article) -> dict[str, str]:
    """What was taken out, by reason; the last of each."""
    return {removal.reason: removal.text for removal in article.removed}


def bag(text: str) -> Counter[str]:
    """The words of a text, whatever stands between them."""
    return Counter(re.findall(r"[^\W_]+", text))

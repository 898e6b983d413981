"""CloudEvents 1.0 Kafka binding, binary content mode: the attributes are Kafka headers, the data is the value."""

from __future__ import annotations

from streams.clock import rfc3339
from streams.stage import Headers

__all__ = ["header", "headers"]

_SCHEMA_BASE = "urn:streams:schema:"


def headers(*, kind: str, id: str, source: str, subject: str, time_ms: int, **extra: str) -> Headers:
    """Headers of one record: ``kind`` is ce_type, ``subject`` what it is about (a uri or a story id), ``extra``
    are our own headers (``verdict``, …). Control characters cannot break a header: values are plain UTF-8 bytes."""
    fixed = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": source,
        "ce_type": kind,
        "ce_subject": subject,
        "ce_time": rfc3339(time_ms),
        "ce_dataschema": _SCHEMA_BASE + kind,
        "content-type": "application/json",
    }
    return tuple((name, value.encode()) for name, value in {**fixed, **extra}.items())


def header(found: Headers, name: str) -> str | None:
    """The first header of that name as text, None where there is none."""
    for key, value in found:
        if key == name:
            return value.decode("utf-8", "replace")
    return None

"""CloudEvents 1.0 Kafka binding, binary content mode: the attributes are Kafka headers, the data is the value."""

from __future__ import annotations

from functools import cache, lru_cache

from streams.clock import rfc3339
from streams.stage import Headers

__all__ = ["header", "headers"]

_SCHEMA_BASE = "urn:streams:schema:"
_VERSION = ("ce_specversion", b"1.0")


def headers(*, kind: str, id: str, source: str, subject: str, time_ms: int, **extra: str) -> Headers:
    """Headers of one record: ``kind`` is ce_type, ``subject`` what it is about (a uri or a story id), ``extra``
    are our own headers (``verdict``, …). Control characters cannot break a header: values are plain UTF-8 bytes."""
    of, schema = _of_kind(kind, source)
    return (_VERSION, ("ce_id", id.encode()), *of, ("ce_subject", subject.encode()), _time(time_ms), *schema,
            *[(name, value.encode()) for name, value in extra.items()])


@cache
def _of_kind(kind: str, source: str) -> tuple[Headers, Headers]:
    """What all records of a kind have in common; there are a dozen kinds."""
    return ((("ce_source", source.encode()), ("ce_type", kind.encode())),
            (("ce_dataschema", (_SCHEMA_BASE + kind).encode()), ("content-type", b"application/json")))


@lru_cache(maxsize=256)
def _time(time_ms: int) -> tuple[str, bytes]:
    """What one record brings about has its time."""
    return "ce_time", rfc3339(time_ms).encode()


def header(found: Headers, name: str) -> str | None:
    """The first header of that name as text, None where there is none."""
    for key, value in found:
        if key == name:
            return value.decode("utf-8", "replace")
    return None

"""Event time as whole milliseconds in the core, RFC 3339 UTC text in the records. Nothing here reads a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

__all__ = ["HOUR_MS", "millis", "rfc3339"]

HOUR_MS = 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def rfc3339(ms: int) -> str:
    """Milliseconds since the epoch -> ``2021-07-14T14:11:00.000Z``; raises OverflowError outside years 1–9999."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=4096)
def millis(text: str) -> int:
    """RFC 3339 text -> milliseconds since the epoch; raises ValueError when it is none or has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {text!r}, expected e.g. 2021-07-14T14:11:00Z")
    return (moment - _EPOCH) // timedelta(milliseconds=1)

"""Wait for what gives no event: processes, files, counters of other tasks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

__all__ = ["until"]


async def until(condition: Callable[[], bool], limit_s: float | None = None, every_s: float = 0.05) -> bool:
    """Whether ``condition`` came true within ``limit_s`` seconds (None: without limit)."""
    deadline = None if limit_s is None else time.monotonic() + limit_s
    while not condition():  # nothing here could set an event
        if deadline is not None and time.monotonic() > deadline:
            return False
        await asyncio.sleep(every_s)
    return True

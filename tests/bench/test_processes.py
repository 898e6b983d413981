"""What benchmarks share: a reader beside the work ends with it, and only the first error is told."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Any

import pytest

from streams.bench.processes import beside


async def _fails() -> None:
    raise ValueError("the reader's own")


async def _waits() -> None:
    await asyncio.Event().wait()


async def test_work_beside_a_block_ends_with_it_however_the_block_ends() -> None:
    async with beside(_waits()) as task:
        await asyncio.sleep(0)
    assert task.cancelled()
    with pytest.raises(RuntimeError, match="a worker ended"):
        async with beside(_waits()) as task:
            raise RuntimeError("a worker ended")
    assert task.cancelled()


async def test_an_error_that_nobody_asked_for_does_not_follow_the_one_that_was_told() -> None:
    said: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))

    async def block() -> None:
        async with beside(_fails()):
            await asyncio.sleep(0)
            raise RuntimeError("a worker ended")

    with contextlib.suppress(RuntimeError):  # pytest.raises would keep the task
        await block()
    gc.collect()
    assert said == []

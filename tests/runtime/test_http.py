"""Health over HTTP: what it says, and its port."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import aiohttp
import orjson
import pytest

from streams.errors import StreamsError
from streams.runtime.http import Health, HealthServer


def server(port: int = 0, *, tries: int = 1, live: Health | None = None, ready: Health | None = None) -> HealthServer:
    fine = Health(ok=True)
    return HealthServer("127.0.0.1", port, lambda: live or fine, lambda: ready or fine, lambda: b"m 1\n", tries)


@pytest.fixture
async def taken() -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield int(held.getsockname()[1])


async def get(url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.read()


async def test_it_says_what_is_the_matter() -> None:
    one = server(ready=Health(ok=False, reasons=("stories/3: taking over or failing",)))
    url = await one.start()
    try:
        assert await get(url + "/healthz") == (200, orjson.dumps({"ok": True, "reasons": []}))
        status, body = await get(url + "/readyz")
        assert (status, orjson.loads(body)["reasons"]) == (503, ["stories/3: taking over or failing"])
        assert await get(url + "/metrics") == (200, b"m 1\n")
    finally:
        await one.stop()


async def test_a_taken_port_that_was_asked_for_is_refused_in_words(taken: int) -> None:
    with pytest.raises(StreamsError, match=f"port {taken} of 127.0.0.1 is taken: choose another with --http-port"):
        await server(taken).start()


async def test_the_next_free_port_is_taken_where_none_was_asked_for(taken: int) -> None:
    one = server(taken, tries=50)
    url = await one.start()
    try:
        assert taken < int(url.rsplit(":", 1)[1]) < taken + 50
        assert (await get(url + "/healthz"))[0] == 200
    finally:
        await one.stop()

"""The board's HTTP side: one page, its two files, and a stream of cards (server-sent events).

Text from wires reaches the browser only as JSON, and the page writes it with ``textContent``; the content security
policy allows nothing but the page's own files, so markup or script in a wire stays text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from importlib.resources import files
from typing import Any

import orjson
from aiohttp import web

from streams.board.view import BoardState
from streams.contracts.records import StoryEvent

__all__ = ["Board"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {"/": ("index.html", "text/html"), "/board.js": ("board.js", "text/javascript"),
          "/board.css": ("board.css", "text/css")}
#: Cards waiting for a page that reads slowly; beyond this the page is told to load everything anew.
_BACKLOG = 256
_KEEPALIVE_S = 15.0


class Board:
    """Feeds every open page from one stream of story events."""

    def __init__(self) -> None:
        self.state = BoardState()
        self._pages: set[asyncio.Queue[bytes]] = set()

    async def follow(self, events: AsyncIterable[StoryEvent]) -> None:
        """Read events until the stream ends or the task is cancelled."""
        async for event in events:
            made = self.state.apply(event)
            if made is not None:
                self._send(b"event: card\ndata: " + orjson.dumps(made) + b"\n\n")

    def _send(self, message: bytes) -> None:
        for page in self._pages:
            if page.full():
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(b"event: reload\ndata: {}\n\n")
            else:
                page.put_nowait(message)

    def app(self) -> web.Application:
        """The aiohttp application; the caller runs and stops it."""
        app = web.Application(middlewares=[_guard])
        for path, (name, kind) in _FILES.items():
            app.router.add_get(path, _file(name, kind))
        app.router.add_get("/stories", self._stories)
        app.router.add_get("/events", self._events)
        return app

    async def _stories(self, _: web.Request) -> web.Response:
        content: dict[str, Any] = {"events": self.state.events, "stories": self.state.cards()}
        return web.Response(body=orjson.dumps(content), content_type="application/json")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        page: asyncio.Queue[bytes] = asyncio.Queue(_BACKLOG)
        self._pages.add(page)
        try:
            await response.write(b": open\n\n")
            while True:
                try:
                    message = await asyncio.wait_for(page.get(), _KEEPALIVE_S)
                except TimeoutError:
                    message = b": still here\n\n"
                await response.write(message)
        except ConnectionResetError:
            return response
        finally:
            self._pages.discard(page)


def _file(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = files("streams.board").joinpath("static", name).read_bytes()

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return handler


@web.middleware
async def _guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response

"""Liveness, readiness and metrics on one port. Nothing else is served, and nothing that a wire said."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from aiohttp import web

from streams.errors import StreamsError

__all__ = ["Health", "HealthServer"]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether something holds, and why not."""

    ok: bool
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class HealthServer:
    """``/healthz``: 200 while the process works, 503 when it should be restarted. ``/readyz``: 200 when every owned
    partition is worked on. ``/metrics``: Prometheus text. Raises StreamsError from ``start`` on a taken port."""

    host: str
    port: int
    live: Callable[[], Health]
    ready: Callable[[], Health]
    metrics: Callable[[], bytes]
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Returns the base URL; with port 0 the system chose the port."""
        app = web.Application()
        app.router.add_get("/healthz", lambda _: _answer(self.live()))
        app.router.add_get("/readyz", lambda _: _answer(self.ready()))
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            if error.errno == errno.EADDRINUSE:
                raise StreamsError(
                    f"port {self.port} of {self.host} is taken: choose another with --http-port, or 0 for any free one"
                ) from None
            raise StreamsError(f"cannot listen on {self.host}:{self.port}: {error}") from None
        address = self._runner.addresses[0]
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        return f"http://{host}:{address[1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self.metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def _answer(health: Health) -> web.Response:
    body = orjson.dumps({"ok": health.ok, "reasons": list(health.reasons)})
    return web.Response(body=body, status=200 if health.ok else 503, content_type="application/json")

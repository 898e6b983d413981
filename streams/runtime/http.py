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
    partition is worked on. ``/metrics``: Prometheus text. ``tries``: so many ports from ``port`` on are tried."""

    host: str
    port: int
    live: Callable[[], Health]
    ready: Callable[[], Health]
    metrics: Callable[[], bytes]
    tries: int = 1
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Returns the base URL; with port 0 the system chose the port. Raises StreamsError when none is free."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        for port in range(self.port, self.port + self.tries):
            try:
                await web.TCPSite(self._runner, self.host, port).start()
            except OSError as error:
                if error.errno == errno.EADDRINUSE and port + 1 < self.port + self.tries:
                    continue
                await self.stop()
                if error.errno == errno.EADDRINUSE:
                    raise StreamsError(
                        f"port {port} of {self.host} is taken: choose another with --http-port, or 0 for any free one"
                    ) from None
                raise StreamsError(f"cannot listen on {self.host}:{port}: {error}") from None
            break
        assert self._runner is not None
        address = self._runner.addresses[0]
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        return f"http://{host}:{address[1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _: web.Request) -> web.Response:
        return _answer(self.live())

    async def _readyz(self, _: web.Request) -> web.Response:
        return _answer(self.ready())

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self.metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def _answer(health: Health) -> web.Response:
    body = orjson.dumps({"ok": health.ok, "reasons": list(health.reasons)})
    return web.Response(body=body, status=200 if health.ok else 503, content_type="application/json")

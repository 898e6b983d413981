"""A worker process: wait for the broker, check the topics, run the lanes, answer health, drain on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.errors import StreamsError
from streams.runtime.app import App, Lanes, make_app
from streams.runtime.failures import describe
from streams.runtime.http import Health, HealthServer
from streams.runtime.lane import Hop, NoProbe, Probe, Shore
from streams.runtime.metrics import Metrics
from streams.runtime.places import Places
from streams.runtime.settings import Settings
from streams.runtime.topics import TopicError, admin_client, check, create, is_embedded, specs

__all__ = ["GROUP", "Options", "Worker"]

log = logging.getLogger(__name__)

#: The consumer group of every worker, whatever stages it runs: the group's offsets belong to the topics.
GROUP = "streams"
#: Batches of a worker that are in work at once.
_TRANSACTIONS = 3
_WATCH_S = 0.25
#: Two rounds of this are what a chunk that a rebalance lost in Faust adds to a silence.
_RECHECK_S = 0.4
#: The consumer has a thread of its own, so that heartbeats go out while a stage computes. With Python's default of
#: 5 ms each thread waits that long for the other after every system call, which was most of a transaction's time.
_SWITCH_S = 0.0005
#: A step that takes longer means that the broker is away or a batch hangs: not ready.
_STUCK_S = 15.0


@dataclass(frozen=True, slots=True)
class Options:
    """``wait_s``: how long to wait for the broker at the start, seconds. ``http_port`` 0: any free one;
    ``http_tries``: of so many ports from ``http_port`` on the first free one. ``instance``: the name under which a
    restarted worker gets its partitions back at once; empty for none. No two that run may have the same."""

    settings: Settings
    http_host: str = "127.0.0.1"
    http_port: int = 6066
    http_tries: int = 1
    wait_s: float = 30.0
    group: str = GROUP
    instance: str = ""


@dataclass(slots=True)
class Worker:
    """``run`` returns the exit code: 0 after SIGTERM or SIGINT, 1 after a fatal failure. Raises StreamsError when it
    cannot start."""

    options: Options
    hops: list[Hop]
    probe: Probe = field(default_factory=NoProbe)
    metrics: Metrics = field(default_factory=Metrics)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _fatal: str = ""
    _lanes: Lanes | None = None
    _app: App | None = None

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        server = HealthServer(self.options.http_host, self.options.http_port, self._live, self._ready,
                              self.metrics.text, self.options.http_tries)
        url = await server.start()
        log.info("health and metrics at %s", url)
        try:
            async with self._connected() as admin:
                if admin is not None:
                    await self._serve(admin)
        finally:
            await server.stop()
        if self._fatal:
            log.critical("stopping: %s", self._fatal)
            return 1
        log.info("stopped")
        return 0

    def fatal(self, reason: str) -> None:
        """End the process; the first reason is told."""
        self._fatal = self._fatal or reason
        self._ending.set()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AIOKafkaAdminClient | None]:
        """The admin client once a broker answers; None when the process is to end before. Raises TopicError after
        ``wait_s``."""
        deadline = time.monotonic() + self.options.wait_s
        async with contextlib.AsyncExitStack() as stack:
            while not self._ending.is_set():
                try:
                    admin = await stack.enter_async_context(admin_client(self.options.settings))
                except TopicError as error:
                    if time.monotonic() >= deadline:
                        raise TopicError(f"{error} (waited {self.options.wait_s:.0f} s)") from None
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._ending.wait(), 0.5)
                else:
                    yield admin
                    return
            yield None

    async def _serve(self, admin: AIOKafkaAdminClient) -> None:
        mock = await is_embedded(admin)
        if mock:
            log.warning("this is the embedded broker: in memory, for trying and testing only")
            await create(admin, specs())
        await self._check_topics(admin)
        async with Places(self.options.settings, self.options.group) as places:
            shore = Shore(self.options.settings, self.options.group, not mock, self.probe, places.committed,
                          places.earliest, self._seek, self.fatal, asyncio.Semaphore(_TRANSACTIONS))
            self._lanes = Lanes(self.hops, shore, self.metrics)
            app = make_app(self.options.settings, self.options.group, self.hops, self._lanes,
                           check_crcs=not mock, on_error=self.fatal, instance=self.options.instance)
            self._app = app
            running = asyncio.create_task(self._run_app(app))
            watching = asyncio.create_task(self._watch())
            rechecking = asyncio.create_task(self._recheck())
            await self._ending.wait()
            watching.cancel()
            rechecking.cancel()
            log.info("draining")
            await self._drain(app, self._lanes)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _drain(self, app: App, lanes: Lanes) -> None:
        """Finish the batches in work, make room for the others, and only then tidy up: they wait for the second."""
        consumer: Any = app.consumer
        for step, limit_s in ((lanes.close, 3.0), (consumer.leave, 1.5), (app.stop, 3.0)):
            try:
                async with asyncio.timeout(limit_s):
                    await step()
            except Exception as error:
                log.warning("stopping: %s: %s", step.__qualname__, describe(error))

    async def _run_app(self, app: App) -> None:
        """Faust runs until it is stopped or one of its services crashes."""
        try:
            await app.start()
            await app.wait_until_stopped()
        except Exception as error:
            log.exception("Faust could not go on")
            self.fatal(f"{type(error).__name__}: {error}")
        else:
            if not self._ending.is_set():
                self.fatal(f"Faust stopped: {app.crash_reason!r}")

    async def _watch(self) -> None:
        """Tell when the worker becomes ready and when it no longer is, and why."""
        told: bool | None = None
        while True:
            health = self._ready()
            if health.ok is not told:
                if health.ok:
                    log.info("ready")
                else:
                    log.warning("not ready: %s", "; ".join(health.reasons[:3]))
                told = health.ok
            await asyncio.sleep(_WATCH_S)

    async def _recheck(self) -> None:
        """Again and again: no lane waits for what the consumer takes for delivered."""
        assert self._app is not None
        assert self._lanes is not None
        while True:
            await asyncio.sleep(_RECHECK_S)
            consumer: Any = self._app.consumer
            try:
                await self._lanes.recheck(consumer.positions())
            except Exception as error:
                # A partition that has just gone, a broker that is away: the next round sees what is left of it.
                log.warning("recheck: %s", describe(error))

    async def _seek(self, source: TopicPartition, offset: int) -> None:
        assert self._app is not None
        consumer: Any = self._app.consumer
        await consumer.move(source, offset)

    async def _check_topics(self, admin: AIOKafkaAdminClient) -> None:
        names = {hop.source for hop in self.hops} | {hop.changelog for hop in self.hops}
        found = await check(admin, specs())
        if found:
            raise TopicError(
                "the topics are not as they must be: " + "; ".join(map(str, found))
                + ". 'streams topics create' makes what is missing; what differs needs the operator"
            )
        log.info("topics checked: %s", ", ".join(sorted(name for name in names if name)))

    def _live(self) -> Health:
        return Health(not self._fatal, (self._fatal,) if self._fatal else ())

    def _ready(self) -> Health:
        lanes = self._lanes
        if self._ending.is_set():
            return Health(False, ("stopping",))
        if lanes is None:
            return Health(False, ("starting",))
        reasons = [] if lanes.settled else ["waiting for the consumer group"]
        now = time.monotonic()
        for lane in lanes.by_partition.values():
            if not lane.ready:
                reasons.append(f"{lane.name}: taking over or failing")
            elif lane.busy_since is not None and now - lane.busy_since > _STUCK_S:
                reasons.append(f"{lane.name}: in one step for {now - lane.busy_since:.0f} s")
        return Health(not reasons, tuple(reasons))


def run_worker(worker_options: Options, hops: list[Hop], probe: Probe | None = None) -> int:
    """Run a worker to its end, in an event loop of its own."""
    async def main() -> int:
        return await Worker(worker_options, hops, probe or NoProbe()).run()

    sys.setswitchinterval(_SWITCH_S)
    try:
        return asyncio.run(main())
    except StreamsError as error:
        log.critical("%s", error)
        return 1

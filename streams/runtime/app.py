"""The Faust app of a worker: an agent a stage, an agent instance and a lane for each owned partition.

Faust gives the consumer group, the rebalancing and the agents; the lanes do the work and the committing. A
rebalance is: every lane finishes its batch (``revoked``), the group decides, lanes that stay go on with their state and
the others are closed (``assigned``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import faust
from aiokafka import TopicPartition
from faust.app.base import BootStrategy
from faust.tables import TableManager
from faust.types import TP

from streams.runtime.failures import Failure, classify, describe
from streams.runtime.lane import Hop, Lane, Shore
from streams.runtime.metrics import Metrics
from streams.runtime.settings import Settings
from streams.runtime.transport import Chunk, Chunks, Transport

__all__ = ["App", "Lanes", "make_app"]

log = logging.getLogger(__name__)

#: A member that is silent this long is replaced. 6 s is the least that brokers allow by default
#: (group.min.session.timeout.ms), and what a failover mostly consists of; a pause of 5 s still fits, with the last
#: heartbeat up to 0.5 s before it.
SESSION_TIMEOUT_S = 6.5
#: Also how soon a member hears of a rebalance.
HEARTBEAT_S = 0.5
#: How long the group waits for a member to come back to a rebalance: lanes drain in at most 2 s.
REBALANCE_TIMEOUT_S = 8.0
#: Longer than any request that the broker may hold (a join waits for the rebalance).
REQUEST_TIMEOUT_S = 20.0


class Lanes:
    """The lanes of a worker by partition; what Faust's consumer asks for room and hands chunks to."""

    def __init__(self, hops: Iterable[Hop], shore: Shore, metrics: Metrics) -> None:
        self.hops = {hop.source: hop for hop in hops}
        self.shore = shore
        self.metrics = metrics
        self.by_partition: dict[TP, Lane] = {}
        #: Whether the group has told this worker what it owns, and no rebalance is under way.
        self.settled = False
        self._generation = -1
        self._closing = False
        self._missing: dict[TP, tuple[int, int]] = {}

    def room(self, tp: TP) -> bool:
        lane = self.by_partition.get(tp)
        return lane is not None and lane.room()

    def handed_over(self, tp: TP) -> None:
        lane = self.by_partition.get(tp)
        if lane is not None:
            lane.expect()

    async def offer(self, tp: TP, chunk: Chunk) -> None:
        lane = self.by_partition.get(tp)
        if lane is not None:
            await lane.offer(chunk)

    async def recheck(self, positions: Mapping[TP, int]) -> None:
        """To be called at intervals with where the consumer stands: what a lane misses for a whole one is lost."""
        before, self._missing = self._missing, {}
        for tp, lane in list(self.by_partition.items()):
            found = lane.missing(positions.get(tp, 0))
            if found is not None and before.get(tp) == found:
                await lane.read_again(found[1])
            elif found is not None:
                self._missing[tp] = found

    async def revoked(self) -> None:
        """A rebalance begins: finish what is in work."""
        if self._closing:
            return
        self.settled = False
        lanes = list(self.by_partition.items())
        kept = await asyncio.gather(*(lane.pause() for _, lane in lanes))
        await self._close([tp for (tp, _), keep in zip(lanes, kept, strict=True) if not keep])

    async def assigned(self, partitions: set[TP], generation: int) -> None:
        """The group has decided."""
        if self._closing:
            return
        # In a generation that this worker was not part of, others have owned its partitions and changed their state.
        missed = generation != self._generation + 1
        self._generation = generation
        self.metrics.rebalances.inc()
        await self._close([tp for tp in self.by_partition if missed or tp not in partitions])
        for tp in sorted(partitions):
            if tp in self.by_partition:
                self.by_partition[tp].resume()
                continue
            hop = self.hops[tp.topic]
            lane = Lane(hop, TopicPartition(tp.topic, tp.partition), self.shore,
                        self.metrics.lane(hop.name, tp.partition))
            self.by_partition[tp] = lane
            lane.start()
        log.info("generation %d: this worker has %d partitions: %s", generation, len(partitions),
                 ", ".join(sorted(lane.name for lane in self.by_partition.values())) or "none")
        self.settled = True

    async def close(self) -> None:
        """Finish what is in work, let everything go, and take nothing more."""
        self._closing = True
        self.settled = False
        await asyncio.gather(*(lane.pause() for lane in self.by_partition.values()))
        await self._close(list(self.by_partition))

    async def _close(self, partitions: list[TP]) -> None:
        lanes = [self.by_partition.pop(tp) for tp in partitions if tp in self.by_partition]
        await asyncio.gather(*(lane.close() for lane in lanes))
        for lane in lanes:
            self.metrics.forget(lane.hop.name, lane.source.partition)


class _Boot(BootStrategy):
    #: Lanes have producers of their own, and health and metrics an HTTP server of their own. Faust's shows its
    #: tables to anyone and takes a fixed port.
    enable_kafka_producer = False
    enable_web = False


class _NoTables(TableManager):
    """Faust waits a second for tables that might still be declared, and only then joins the group."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class App(faust.App):
    BootStrategy = _Boot
    #: Faust's own messages under Faust's name, where the log settings expect them.
    logger = logging.getLogger("faust.app")
    settings: Settings
    intake: Lanes

    async def on_first_start(self) -> None:
        """Faust would make a data folder in the working directory; nothing here needs one."""


def make_app(
    settings: Settings, group: str, hops: list[Hop], lanes: Lanes, *, check_crcs: bool, on_error: Callable[[str], None],
    instance: str = "",
) -> App:
    """A Faust app that is not started yet. ``on_error`` is told what must end the process; ``instance`` is the name
    under which the group knows this worker also after a restart (static membership), empty for none."""
    app = App(
        group,
        broker="kafka://" + settings.bootstrap_servers.split(",", maxsplit=1)[0],  # the transport uses settings
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        broker_session_timeout=SESSION_TIMEOUT_S,
        broker_heartbeat_interval=HEARTBEAT_S,
        broker_rebalance_timeout=REBALANCE_TIMEOUT_S,
        broker_request_timeout=REQUEST_TIMEOUT_S,
        broker_max_poll_interval=300.0,
        consumer_group_instance_id=instance,
        TableManager=_NoTables,
        broker_check_crcs=check_crcs,
        autodiscover=False,
    )
    app.settings = settings
    app.intake = lanes
    app.transport = Transport(app.conf.broker_consumer, app)
    for hop in hops:
        _agent(app, hop, lanes, on_error)

    @app.on_partitions_revoked.connect(weak=False)
    async def revoked(*_: Any, **__: Any) -> None:
        await lanes.revoked()

    @app.on_partitions_assigned.connect(weak=False)
    async def assigned(app: App, partitions: set[TP], **_: Any) -> None:
        await lanes.assigned(set(partitions), app.consumer_generation_id)

    return app


def _agent(app: App, hop: Hop, lanes: Lanes, on_error: Callable[[str], None]) -> None:
    # acks=False: Faust acknowledges messages it skips after a rebalance, and would commit them.
    topic = app.topic(hop.source, schema=Chunks(), acks=False)

    @app.agent(topic, name=hop.name, isolated_partitions=True)
    async def agent(stream: Any) -> None:
        async for event in stream.events():
            try:
                await lanes.offer(event.message.tp, event.value)
            except Exception as error:
                # An exception that leaves an agent loses its message without a word. A chunk that is dropped here
                # is missed by the lane at the next one, and read again.
                if classify(error) is Failure.FATAL:
                    log.exception("%s: a chunk could not be taken", hop.name)
                    on_error(f"{hop.name}: {describe(error)}")
                    return
                log.warning("%s: a chunk could not be taken: %s", hop.name, describe(error))

"""One run: a broker, workers, load and faults; then a drain, and the check of everything."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

import aiokafka
import orjson
from aiokafka.errors import KafkaError

from streams import topics
from streams.runtime.settings import Settings
from streams.runtime.topics import admin_client, create, specs
from tests.faults.checker import Logs, Report, Sample, check
from tests.faults.load import Load
from tests.faults.logs import committed_offsets, end_offsets, read_topics
from tests.faults.schedule import STEPS, Fault, schedule
from tests.faults.setup import Setup, setup
from tests.faults.supervisor import Workers
from tests.faults.waiting import until
from tests.kafka_broker import Kafka

__all__ = ["Outcome", "Plan", "Struck", "alone", "percentile", "run"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. ``away_s``: how long a stopped broker stays away; ``zombie_s``: longer than the session timeout."""

    faults: int
    wires: int
    seed: int
    minutes: float
    kinds: Sequence[str]
    variant: str = "good"
    stages: str = "fault"
    away_s: float = 60.0
    zombie_s: float = 14.0
    drain_s: float = 180.0
    partitions: int = 4
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happened: seconds since the start, whether another worker was there to take over, and the longest
    any wire of the five seconds after it waited for its story event."""

    fault: Fault
    at_s: float
    covered: bool
    silence_s: float | None = None


@dataclass(slots=True)
class Outcome:
    plan: Plan
    report: Report
    struck: list[Struck]
    seconds: float
    latencies_s: list[float]
    exits: Counter[int]
    worker_starts: int
    resent: int
    drained: bool
    rebalances: int


@dataclass(slots=True)
class _Told:
    """When each uri was first told of, by a reader that follows ``stories.updated``."""

    at: dict[str, float] = field(default_factory=dict)

    async def follow(self, bootstrap: str) -> None:
        while True:
            consumer = aiokafka.AIOKafkaConsumer(
                bootstrap_servers=bootstrap, isolation_level="read_committed", enable_auto_commit=False,
                auto_offset_reset="earliest", fetch_max_wait_ms=50, retry_backoff_ms=50,
            )
            try:
                await consumer.start()
                await consumer._client._wait_on_metadata(topics.UPDATED)
                consumer.assign([aiokafka.TopicPartition(topics.UPDATED, number)
                                 for number in consumer.partitions_for_topic(topics.UPDATED)])
                while True:
                    for records in (await consumer.getmany(timeout_ms=500)).values():
                        now = time.monotonic()
                        for record in records:
                            for entry in orjson.loads(record.value)["delta"]["added"]:
                                self.at.setdefault(entry["uri"], now)
            except (KafkaError, OSError):
                await asyncio.sleep(0.2)
            finally:
                with suppress(KafkaError, TimeoutError):
                    await asyncio.wait_for(consumer.stop(), 5)


@dataclass(slots=True)
class _Acked:
    """When each wire was acknowledged first."""

    load: Load
    at: dict[str, float] = field(default_factory=dict)

    async def follow(self) -> None:
        seen = 0
        while True:
            now = time.monotonic()
            for ack in self.load.acks[seen:]:
                self.at.setdefault(ack.key.decode(), now)
            seen = len(self.load.acks)
            await asyncio.sleep(0.02)


class _Run:
    def __init__(self, plan: Plan, broker: Kafka, folder: Path, parts: Setup) -> None:
        self.plan, self.broker, self.parts = plan, broker, parts
        self.workers = Workers("tests.faults.worker", [
            "--bootstrap", broker.bootstrap, "--variant", plan.variant, "--stages", plan.stages], folder)
        self.load = Load(broker.bootstrap, plan.wires / (plan.minutes * 60), parts.wires(plan.seed), plan.seed,
                         parts.poison)
        self.samples: list[Sample] = []
        self.struck: list[Struck] = []
        self.background: set[asyncio.Task[None]] = set()
        self.broker_free = asyncio.Lock()
        self.started = time.monotonic()

    def spawn(self, work: asyncio.Task[None]) -> None:
        self.background.add(work)
        work.add_done_callback(self.background.discard)

    async def strike(self, fault: Fault, say: Callable[[str], None]) -> None:
        pid: int | None = None
        needs_worker = fault.kind.startswith(("kill", "crash", "zombie", "pause", "term"))
        if needs_worker and self.broker_free.locked():
            # Nobody is at work without a broker; the schedule waits for it.
            async with self.broker_free:
                pass
        if needs_worker:
            # Late by at most this, where everybody is just starting: a fault should hit somebody at work.
            await until(self.workers.anybody_at_work, 5)
            await until(lambda: self.workers.pick(fault.worker) is not None)
            pid = self.workers.pick(fault.worker)
        covered = pid is not None and self.workers.others(pid) > 0
        at = time.monotonic()
        if pid is not None:
            at = await self._strike_worker(fault, pid)
        elif fault.kind == "scale":
            self.spawn(asyncio.create_task(self._scale()))
        elif fault.kind.startswith("broker"):
            self.spawn(asyncio.create_task(self._broker_away(self.plan.away_s if fault.kind == "broker-stop" else 0.0)))
        else:
            self.load.modes[fault.kind] = self.load.modes.get(fault.kind, 0) + 3
        self.struck.append(Struck(fault, at - self.started, covered))
        say(f"{at - self.started:7.1f} s  {fault.number + 1:4}  {fault.kind}"
            + (f" in {fault.stage}" if fault.kind.startswith("crash") else ""))
        self.spawn(asyncio.create_task(self._sample()))

    async def _strike_worker(self, fault: Fault, pid: int) -> float:
        if fault.kind == "kill":
            self.workers.kill(pid)
        elif fault.kind == "term":
            self.workers.term(pid)
        elif fault.kind == "pause":
            self.spawn(asyncio.create_task(self.workers.pause(pid, 5.0)))
        elif fault.kind == "zombie":
            # In the middle of a batch: the harder case, the half-done batch is what it wakes up with.
            self.workers.arm(pid, "stop", STEPS[fault.worker % len(STEPS)], fault.stage)
            await self.workers.halted(pid, 3)
            self.spawn(asyncio.create_task(self.workers.pause(pid, self.plan.zombie_s)))
        else:
            self.workers.arm(pid, "kill", fault.kind.removeprefix("crash-"), fault.stage)
            await self.workers.struck(pid, 3)
        return time.monotonic()

    async def _scale(self) -> None:
        for wanted in (3, 1, 2):
            await self.workers.scale(wanted)
            await asyncio.sleep(5)

    async def _broker_away(self, seconds: float) -> None:
        async with self.broker_free:
            if seconds:
                await asyncio.to_thread(self.broker.stop)
                await asyncio.sleep(seconds)
            else:
                await asyncio.to_thread(self.broker.kill)
            await asyncio.to_thread(self.broker.restart)

    async def _sample(self) -> None:
        """Committed offsets first, the ends of the logs after: outputs must be there when their offset is."""
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(20):
                committed = await committed_offsets(self.broker.bootstrap, self.parts.hops)
                ends = await end_offsets(self.broker.bootstrap)
                for hop in self.parts.hops:
                    self.samples.append(Sample(hop.name, {number: offset for (name, number), offset in committed.items()
                                                          if name == hop.name}, ends))

    async def drain(self) -> tuple[Logs, bool]:
        """Wait until every hop has committed everything; then everything that is in Kafka."""
        deadline = time.monotonic() + self.plan.drain_s
        before: object = None
        while True:
            await asyncio.sleep(2)
            ends: dict[tuple[str, int], int] = {}
            committed: dict[tuple[str, int], int] = {}
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(30):
                    committed = dict(await committed_offsets(self.broker.bootstrap, self.parts.hops))
                    ends = await end_offsets(self.broker.bootstrap)
            late = time.monotonic() > deadline
            if (ends and (ends, committed) == before) or late:
                logs = Logs(await read_topics(self.broker.bootstrap), self.load.acks, ends, committed, self.samples)
                behind = any(
                    record.offset >= committed.get((hop.name, record.partition), 0)
                    for hop in self.parts.hops for record in logs.records[hop.make().source]
                )
                if not behind or late:
                    return logs, not behind
            before = (ends, committed)


async def run(plan: Plan, say: Callable[[str], None] = lambda line: None) -> Outcome:
    """Raises tests.kafka_broker.Unavailable where no real Kafka can be started."""
    parts = setup(plan.stages)
    broker = await asyncio.to_thread(Kafka.start)
    folder = Path(tempfile.mkdtemp(prefix="news-streams-faults-")) if plan.keep is None else plan.keep
    folder.mkdir(parents=True, exist_ok=True)
    try:
        async with admin_client(Settings(broker.bootstrap)) as admin:
            await create(admin, specs(plan.partitions))
        return await _under_way(_Run(plan, broker, folder, parts), say)
    finally:
        broker.close()
        if plan.keep is None:
            rmtree(folder, ignore_errors=True)


async def _under_way(this: _Run, say: Callable[[str], None]) -> Outcome:
    plan = this.plan
    told, acked = _Told(), _Acked(this.load)
    faults = schedule(plan.seed, plan.faults, minutes=plan.minutes, kinds=plan.kinds,
                      stages=[hop.name for hop in this.parts.hops])
    tasks = [asyncio.create_task(work) for work in (
        this.workers.watch(), told.follow(this.broker.bootstrap), acked.follow())]
    load = asyncio.create_task(this.load.run())
    try:
        # Faults begin when everything flows.
        if not await until(lambda: bool(told.at) and (plan.variant == "textbook" or this.workers.all_at_work()), 90):
            raise RuntimeError(f"no story event in 90 s; the workers' logs are in {this.workers.folder}")
        generation = this.workers.generation()
        this.started = time.monotonic()
        due = this.started
        for fault in faults:
            # What waited for the broker is not made up for in one burst.
            due = max(due + fault.gap_s, time.monotonic() - 3)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await this.strike(fault, say)
        while this.background:
            await asyncio.wait(set(this.background))
        await until(lambda: this.load.sent >= plan.wires)
        rebalances = this.workers.generation() - generation
        say("faults over; draining")
        await this.workers.scale(2)
        this.load.stop()
        await load
        logs, drained = await this.drain()
    finally:
        for task in (*tasks, load, *this.background):
            task.cancel()
        await asyncio.gather(*tasks, load, *this.background, return_exceptions=True)
        this.workers.close()
    seconds = time.monotonic() - this.started
    say(f"checking {sum(map(len, logs.records.values()))} records")
    latencies = {uri: told.at[uri] - at for uri, at in acked.at.items() if uri in told.at}
    struck = [_silence(one, this.started, acked.at, latencies) for one in this.struck]
    return Outcome(plan, check(logs, this.parts.hops), struck, seconds, sorted(latencies.values()),
                   Counter(this.workers.exits), this.workers.starts, this.load.restarts, drained, rebalances)


def _silence(one: Struck, started: float, acked: dict[str, float], latencies: dict[str, float]) -> Struck:
    begin = started + one.at_s
    waits = [latencies[uri] for uri, at in acked.items() if begin - 0.2 <= at < begin + 5 and uri in latencies]
    return Struck(one.fault, one.at_s, one.covered, max(waits, default=None))


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; 0 for no values."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def alone(struck: Sequence[Struck], kinds: tuple[str, ...], apart_s: float) -> list[float]:
    """Silences of faults of these kinds with no other disturbance of workers or broker within ``apart_s``."""
    disturbing = [one for one in struck if not one.fault.kind.startswith(("poison", "twice", "resend", "reorder"))]
    return [
        one.silence_s for one in disturbing
        if one.fault.kind in kinds and one.covered and one.silence_s is not None
        and all(other is one or abs(other.at_s - one.at_s) > apart_s for other in disturbing)
    ]



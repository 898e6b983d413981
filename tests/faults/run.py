"""One run: a broker, workers, load and faults; then a drain, and the check of everything."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import Any

from aiokafka.errors import KafkaError

from streams.runtime.settings import Settings
from streams.runtime.topics import admin_client, create, specs
from tests.faults.checker import Logs, Report, Sample, check
from tests.faults.load import Load
from tests.faults.logs import committed_offsets, end_offsets, read_topics
from tests.faults.schedule import DATA, STEPS, Fault, schedule
from tests.faults.setup import Setup, setup
from tests.faults.silence import Acked, Struck, Told, measured
from tests.faults.supervisor import Workers
from tests.faults.waiting import until
from tests.kafka_broker import Kafka

__all__ = ["Outcome", "Plan", "run"]

#: Between faults of a paced run, on the average, beside the recovery.
_PACED_GAP_S = 1.0
#: How long a zombie is given to find out.
_AWAKE_S = 3.0
#: A pause that a member must survive, and how much longer to look for a rebalance: past the session timeout.
_PAUSE_S, _LOOK_S = 5.0, 2.0
#: Of so many of the wires acknowledged last none has waited this long for its story event when all is well again.
_RECENT = 2000
_WAITED_S = 1.5
#: How long a fault waits for the service to have got over the last one.
_PATIENCE_S = 40.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. ``away_s``: how long a stopped broker stays away; ``zombie_s``: longer than the session timeout;
    ``restarts_s``: after how long a killed worker is started again, one of them; ``named``: workers keep a name in the
    group over restarts; ``paced``: a fault of a process waits until the service has got over the last one, so that
    ``minutes`` is only what the wires' rate follows from; ``data_times``: how often each producers' fault comes in a
    round of all kinds."""

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
    restarts_s: tuple[float, ...] = (1.0,)
    named: bool = False
    paced: bool = False
    data_times: int = 2


@dataclass(slots=True)
class Outcome:
    plan: Plan
    report: Report
    started: float
    struck: list[Struck]
    seconds: float
    latencies_s: list[float]
    exits: Counter[int]
    worker_starts: int
    resent: int
    drained: bool
    rebalances: int
    #: Of those, how many came with each pause that a worker must survive.
    pauses: list[int]


class _Run:
    def __init__(self, plan: Plan, broker: Kafka, folder: Path, parts: Setup) -> None:
        self.plan, self.broker, self.parts = plan, broker, parts
        self.workers = Workers("tests.faults.worker", [
            "--bootstrap", broker.bootstrap, "--variant", plan.variant, "--stages", plan.stages],
            folder, named=plan.named)
        self.load = Load(broker.bootstrap, plan.wires / (plan.minutes * 60), parts.wires(plan.seed), plan.seed,
                         parts.poison)
        self.samples: list[Sample] = []
        self.struck: list[Struck] = []
        self.down_s: dict[int, float] = {}
        self.pauses: list[int] = []
        self.background: set[asyncio.Task[None]] = set()
        self.disturbing: set[asyncio.Task[None]] = set()
        self.broker_free = asyncio.Lock()
        self.told = Told()
        self.acked = Acked(self.load)
        #: When the last fault struck or ended.
        self.disturbed = self.started = time.monotonic()

    def disturb(self, work: Coroutine[Any, Any, None]) -> None:
        async def until_over() -> None:
            try:
                await work
            finally:
                self.disturbed = time.monotonic()

        self.disturbing.add(self.spawn(until_over()))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        task.add_done_callback(self.disturbing.discard)
        return task

    def recovered(self) -> bool:
        """All are at work, wires that came after the last fault have been told, and none has waited for long."""
        if self.disturbing or not self.workers.all_ready():
            return False
        late = [(at, uri in self.told.at) for uri, at in islice(reversed(self.acked.at.items()), _RECENT)]
        waited = time.monotonic() - _WAITED_S
        return any(told and at > self.disturbed for at, told in late) and all(told or at > waited for at, told in late)

    async def strike(self, fault: Fault, say: Callable[[str], None]) -> None:
        pid: int | None = None
        needs_worker = fault.kind.startswith(("kill", "crash", "zombie", "pause", "term"))
        if needs_worker and self.broker_free.locked():
            # Nobody is at work without a broker; the schedule waits for it.
            async with self.broker_free:
                pass
        if needs_worker:
            # Late by at most this, where everybody is just starting: a fault should hit somebody at work.
            await until(self.workers.anybody_ready, 5)
            await until(lambda: self.workers.pick(fault.worker) is not None)
            pid = self.workers.pick(fault.worker)
        others = self.workers.others_ready(pid) if pid is not None else 0
        at = time.monotonic()
        if pid is not None:
            at = await self._strike_worker(fault, pid)
        elif fault.kind == "scale":
            self.disturb(self._scale())
        elif fault.kind.startswith("broker"):
            self.disturb(self._broker_away(fault, self.plan.away_s if fault.kind == "broker-stop" else 0.0))
        else:
            self.load.modes[fault.kind] = self.load.modes.get(fault.kind, 0) + 3
        if fault.kind not in DATA:
            self.disturbed = at
        self.struck.append(Struck(fault, at, others))
        say(f"{at - self.started:7.1f} s  {fault.number + 1:4}  {fault.kind}"
            + (f" in {fault.stage}" if fault.kind.startswith("crash") else ""))
        self.spawn(self._sample())

    async def _strike_worker(self, fault: Fault, pid: int) -> float:
        self.workers.restart_after(pid, fault.restart_s if fault.kind.startswith(("kill", "crash")) else 1.0)
        if fault.kind == "kill":
            self.workers.kill(pid)
        elif fault.kind == "term":
            self.workers.term(pid)
        elif fault.kind == "pause":
            self.disturb(self._pause(pid))
        elif fault.kind == "zombie":
            # In the middle of a batch: the harder case, the half-done batch is what it wakes up with.
            self.workers.arm(pid, "stop", STEPS[fault.worker % len(STEPS)], fault.stage)
            await self.workers.halted(pid, 3)
            self.disturb(self._zombie(pid))
        else:
            self.workers.arm(pid, "kill", fault.kind.removeprefix("crash-"), fault.stage)
            await self.workers.struck(pid, 3)
        return time.monotonic()

    async def _pause(self, pid: int) -> None:
        before = self.workers.generation()
        await self.workers.pause(pid, _PAUSE_S)
        await asyncio.sleep(_LOOK_S)
        self.pauses.append(self.workers.generation() - before)

    async def _zombie(self, pid: int) -> None:
        await self.workers.pause(pid, self.plan.zombie_s)
        # Awake again it finds that it is fenced and ends, or that it has lost its partitions; what it said of itself
        # before it was paused is old.
        await asyncio.sleep(_AWAKE_S)

    async def _scale(self) -> None:
        for wanted in (3, 1, 2):
            await self.workers.scale(wanted)
            await asyncio.sleep(5)

    async def _broker_away(self, fault: Fault, seconds: float) -> None:
        async with self.broker_free:
            began = time.monotonic()
            if seconds:
                await asyncio.to_thread(self.broker.stop)
                await asyncio.sleep(seconds)
            else:
                await asyncio.to_thread(self.broker.kill)
            await asyncio.to_thread(self.broker.restart)
            self.down_s[fault.number] = time.monotonic() - began

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
    told, acked = this.told, this.acked
    minutes = plan.faults * _PACED_GAP_S / 60 if plan.paced else plan.minutes
    # Nobody sends commands here, so a crash in a batch of theirs would never come.
    stages = [hop.name for hop in this.parts.hops if hop.name != "commands"]
    faults = schedule(plan.seed, plan.faults, minutes=minutes, kinds=plan.kinds, stages=stages,
                      restarts_s=plan.restarts_s, data_times=plan.data_times)
    tasks = [asyncio.create_task(work) for work in (
        this.workers.watch(), told.follow(this.broker.bootstrap), acked.follow())]
    load = asyncio.create_task(this.load.run())
    try:
        # Faults begin when everything flows.
        if not await until(lambda: bool(told.at) and (plan.variant == "textbook" or this.workers.all_ready()), 90):
            raise RuntimeError(f"no story event in 90 s; the workers' logs are in {this.workers.folder}")
        generation = this.workers.generation()
        this.started = time.monotonic()
        due = this.started
        for fault in faults:
            if plan.paced and fault.kind not in DATA:
                await until(this.recovered, _PATIENCE_S)
                due = max(due, time.monotonic())
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
    struck = measured(this.struck, acked.at, latencies, this.down_s)
    return Outcome(plan, check(logs, this.parts.hops), this.started, struck, seconds, sorted(latencies.values()),
                   Counter(this.workers.exits), this.workers.starts, this.load.restarts, drained, rebalances,
                   this.pauses)

"""Worker processes under a supervisor that starts again whatever ends, and the ways to disturb them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.waiting import until
from tests.kafka_broker import die_with_parent

__all__ = ["Workers"]

_RESTART_S = 1.0
_READY, _NOT_READY = b'"message":"ready"', b'"message":"not ready'
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Workers:
    """``module`` is started with ``arguments`` and an own control folder; ``wanted`` many are kept running.
    ``exits`` are the codes of processes that nobody had asked to end. ``named``: each has a name in the group that it
    keeps over restarts."""

    module: str
    arguments: Sequence[str]
    folder: Path
    wanted: int = 2
    named: bool = False
    exits: list[int] = field(default_factory=list)
    starts: int = 0
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _logs: dict[int, Path] = field(default_factory=dict)
    _ended: set[int] = field(default_factory=set)
    _stopped: set[int] = field(default_factory=set)
    _places: dict[int, int] = field(default_factory=dict)
    _restart_s: dict[int, float] = field(default_factory=dict)
    _health: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def start_one(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        taken = {self._places[process.pid] for process in self._running}
        place = next(number for number in range(len(taken) + 1) if number not in taken)
        name = ["--instance", f"worker-{place}"] if self.named else []
        with (self.folder / f"worker-{self.starts}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments, *name, "--control", str(self.folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=_ROOT, preexec_fn=die_with_parent,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        self._running.append(process)
        self._places[process.pid] = place
        self._logs[process.pid] = self.folder / f"worker-{self.starts}.log"
        return process

    async def watch(self) -> None:
        """Keep ``wanted`` processes running, until cancelled."""
        due: list[float] = []
        while True:
            for process in [process for process in self._running if process.poll() is not None]:
                self._running.remove(process)
                if process.pid not in self._ended:
                    self.exits.append(process.returncode)
                due.append(time.monotonic() + self._restart_s.pop(process.pid, _RESTART_S))
                due.sort()
            while len(self._running) < self.wanted and (not due or due[0] <= time.monotonic()):
                if due:
                    due.pop(0)
                self.start_one()
            due = due[: max(self.wanted - len(self._running), 0)]
            await asyncio.sleep(0.05)

    def pick(self, index: int) -> int | None:
        """The process id of one that is at work; of any that runs and is not paused where none is at work (as when
        the broker is away); None where there is none."""
        alive = [process.pid for process in self._running if process.poll() is None
                 and process.pid not in self._stopped and process.pid not in self._ended]
        chosen = [pid for pid in alive if self.ready(pid)] or alive
        return chosen[index % len(chosen)] if chosen else None

    def anybody_ready(self) -> bool:
        pid = self.pick(0)
        return pid is not None and self.ready(pid)

    def all_ready(self) -> bool:
        """As many as wanted, in the group, with their state loaded."""
        return len(self._running) == self.wanted and all(
            process.pid not in self._ended | self._stopped and self.ready(process.pid) for process in self._running)

    def generation(self) -> int:
        """Of the consumer group, as the workers' logs tell it; it grows by one with every rebalance."""
        return max((int(number) for log in self._logs.values()
                    for number in re.findall(r"generation (\d+): this worker", log.read_text())), default=0)

    def ready(self, pid: int) -> bool:
        """What its log said last of its readiness."""
        seen, ready = self._health.get(pid, (0, False))
        with self._logs[pid].open("rb") as log:
            log.seek(seen)
            new = log.read()
        new = new[: new.rfind(b"\n") + 1]
        told = max(new.rfind(_READY), new.rfind(_NOT_READY))
        if told >= 0:
            ready = new.startswith(_READY, told)
        self._health[pid] = (seen + len(new), ready)
        return ready

    def others_ready(self, pid: int) -> int:
        """How many are ready to take over beside ``pid``."""
        return sum(process.poll() is None and process.pid not in (pid, *self._stopped, *self._ended)
                   and self.ready(process.pid) for process in self._running)

    def restart_after(self, pid: int, seconds: float) -> None:
        """Once it has ended, start its successor only then."""
        self._restart_s[pid] = seconds

    def kill(self, pid: int) -> None:
        self._end(pid, signal.SIGKILL)

    def term(self, pid: int) -> None:
        self._end(pid, signal.SIGTERM)

    def _end(self, pid: int, how: signal.Signals) -> None:
        self._ended.add(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, how)

    def arm(self, pid: int, how: str, step: str, stage: str) -> None:
        """The process ends (``kill``) or pauses (``stop``) itself when it next reaches that step of a batch of that
        stage."""
        path = self.folder / f"arm-{pid}"
        path.with_suffix(".new").write_text(f"{how} {step} {stage}")
        path.with_suffix(".new").rename(path)

    async def struck(self, pid: int, limit_s: float) -> None:
        """Wait until the process has ended itself; after ``limit_s`` (it had no such batch) it is killed anyhow."""
        self._ended.add(pid)
        if not await until(lambda: self._gone(pid), limit_s):
            self.kill(pid)
            await until(lambda: self._gone(pid))

    def _gone(self, pid: int) -> bool:
        return all(process.pid != pid or process.poll() is not None for process in self._running)

    async def halted(self, pid: int, limit_s: float) -> None:
        """Wait until the process has stopped itself; after ``limit_s`` it is stopped anyhow."""
        await until(lambda: _is_stopped(pid), limit_s)
        (self.folder / f"arm-{pid}").unlink(missing_ok=True)

    async def pause(self, pid: int, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        self._stopped.add(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            self._stopped.discard(pid)

    async def scale(self, wanted: int) -> None:
        """Start or (SIGTERM) stop so many."""
        self.wanted = wanted
        while sum(process.pid not in self._ended for process in self._running) > wanted:
            pid = self.pick(0)
            if pid is None:
                return
            self.term(pid)
            await asyncio.sleep(0)

    def close(self) -> None:
        """End them all without ceremony."""
        for process in self._running:
            process.kill()
        for process in self._running:
            process.wait(10)
        self._running.clear()


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"
    except OSError:
        return False

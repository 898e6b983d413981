"""The commands as an operator types them, each in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent.parent


def streams(*words: str | Path, timeout_s: float = 120) -> str:
    """Run a command to its end; its standard output. Fails with its standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "streams", *map(str, words)],
        capture_output=True, text=True, timeout=timeout_s, cwd=ROOT, check=False,
    )
    assert done.returncode == 0, f"streams {' '.join(map(str, words))}: {done.returncode}\n{done.stderr[-4000:]}"
    return done.stdout


class Worker:
    """``streams worker`` in the background; ``stop`` is SIGTERM and tells how long the drain took."""

    def __init__(self, bootstrap: str, *options: str) -> None:
        self.log = Path(tempfile.mkstemp(prefix="worker-", suffix=".log")[1])
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streams", "worker", "--bootstrap-servers", bootstrap, "--http-port", "0",
                 *options],
                stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def wait_ready(self, timeout_s: float = 60) -> None:
        """Until /readyz says yes; the port is in the log."""
        ends = time.monotonic() + timeout_s
        while time.monotonic() < ends:
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-4000:]
            address = re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text(errors="replace"))
            if address is not None and _answers(f"{address[0]}/readyz"):
                return
            time.sleep(0.2)
        raise AssertionError(f"not ready in {timeout_s} s:\n{self.log.read_text(errors='replace')[-4000:]}")

    def stop(self) -> tuple[int, float]:
        """Exit code and seconds from SIGTERM to the end."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30), time.monotonic() - started

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def workers(bootstrap: str, count: int = 1) -> Iterator[list[Worker]]:
    """``count`` ready workers on one machine."""
    started = [Worker(bootstrap) for _ in range(count)]
    try:
        for worker in started:
            worker.wait_ready()
        yield started
    finally:
        for worker in started:
            worker.__exit__(None, None, None)


def tail(bootstrap: str, topic: str, idle_s: float = 3) -> list[bytes]:
    """Every committed value of a topic, as ``streams tail --json`` prints it."""
    out = streams("tail", topic, "--bootstrap-servers", bootstrap, "--json", "--from-start",
                  "--until-idle", str(idle_s), timeout_s=300)
    return [line.encode() for line in out.splitlines()]

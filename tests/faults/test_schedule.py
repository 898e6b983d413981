"""A seed is a schedule; the probe strikes once, where it is told to."""

from __future__ import annotations

import itertools
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.load import wires
from tests.faults.schedule import DATA, KINDS, STEPS, Fault, schedule
from tests.faults.silence import Struck, measured
from tests.faults.worker import ArmedProbe

STAGES = ("intake", "dedupe", "entities", "stories")
SLOW = ("broker-stop", "zombie", "scale")


def test_a_seed_reproduces_a_schedule_and_its_wires() -> None:
    first = schedule(7, 40, minutes=2, stages=STAGES)
    assert first == schedule(7, 40, minutes=2, stages=STAGES)
    assert first != schedule(8, 40, minutes=2, stages=STAGES)
    assert list(itertools.islice(wires(7), 50)) == list(itertools.islice(wires(7), 50))
    assert list(itertools.islice(wires(7), 50)) != list(itertools.islice(wires(8), 50))


def test_a_round_has_every_kind_and_the_producers_twice() -> None:
    faults = schedule(3, 60, minutes=5, stages=STAGES)
    kinds = [fault.kind for fault in faults]
    first = Counter({kind: 2 if kind in DATA else 1 for kind in KINDS})
    assert Counter(kinds[: first.total()]) == first
    quick = first - Counter(SLOW)
    assert Counter(kinds[first.total() : first.total() + quick.total()]) == quick
    assert sum(fault.gap_s for fault in faults) == pytest.approx(300)
    assert {fault.stage for fault in faults} == set(STAGES)


def test_producers_faults_may_come_more_often() -> None:
    kinds = [fault.kind for fault in schedule(3, 23, minutes=1, data_times=3)]
    assert Counter(kinds) == Counter({kind: 3 if kind in DATA else 1 for kind in KINDS})


def test_what_takes_long_comes_in_some_rounds_only() -> None:
    faults = schedule(3, 200, minutes=15, stages=STAGES)
    assert Counter(fault.kind for fault in faults if fault.kind in SLOW) == {"broker-stop": 2, "zombie": 4, "scale": 4}
    assert {fault.kind for fault in schedule(3, 3, minutes=1, kinds=["broker-stop"])} == {"broker-stop"}


def test_killed_workers_are_started_again_early_and_late() -> None:
    assert {fault.restart_s for fault in schedule(3, 20, minutes=1, restarts_s=(1.0, 10.0))} == {1.0, 10.0}


def test_every_step_of_a_batch_has_its_kind() -> None:
    assert [kind.removeprefix("crash-") for kind in KINDS if kind.startswith("crash-")] == list(STEPS)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="unknown kinds of fault: flood; known: kill, "):
        schedule(1, 1, minutes=1, kinds=["kill", "flood"])


async def test_the_probe_strikes_once_at_its_step_and_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append(number))
    probe = ArmedProbe(tmp_path)
    await probe.reached("outputs", "stories/3")
    (tmp_path / f"arm-{os.getpid()}").write_text("stop outputs stories")
    for step, lane in (("processed", "stories/3"), ("outputs", "intake/3")):
        await probe.reached(step, lane)
        assert sent == []
    await probe.reached("outputs", "stories/3")
    await probe.reached("outputs", "stories/3")
    assert sent == [signal.SIGSTOP]


def test_waiting_for_a_broker_that_is_away_is_no_silence_of_the_service() -> None:
    struck = [Struck(Fault(0, "broker-kill", 1.0, 0, "", 1.0), 100.0, 1),
              Struck(Fault(1, "kill", 1.0, 0, "", 1.0), 130.0, 1)]
    # Told before the broker went, told when it was back, sent when it was back and long after; and one for the kill.
    acked = {"before": 99.7, "during": 99.9, "after": 112.5, "later": 115.0, "killed": 131.0}
    latencies = {"before": 0.1, "during": 13.0, "after": 1.5, "later": 20.0, "killed": 7.0}
    broker, kill = measured(struck, acked, latencies, {0: 12.0})
    assert broker.silence_s == pytest.approx(1.5)
    assert kill.silence_s == pytest.approx(7.0)

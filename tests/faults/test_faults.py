"""Nothing lost, nothing told twice: faults against processes on a real Kafka, and two variants that must fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import unavailable
from tests.faults.__main__ import summary
from tests.faults.checker import Report
from tests.faults.run import Outcome, Plan, run
from tests.faults.schedule import KINDS
from tests.kafka_broker import Unavailable

pytestmark = pytest.mark.kafka


async def outcome_of(plan: Plan) -> Outcome:
    try:
        return await run(plan, say=print)
    except Unavailable as reason:
        unavailable(reason)
        raise AssertionError("unreachable") from None


def told(report: Report) -> str:
    return "\n".join(f"{one.invariant}: {one.where}: {one.detail}" for one in report.violations)


@pytest.mark.timeout(420)
async def test_every_kind_of_fault_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    # The broker stays away for 8 s here; the long run (docs/reliability.md) leaves it away for 60.
    plan = Plan(faults=24, wires=3000, seed=11, minutes=1.8, kinds=tuple(KINDS), away_s=8, keep=tmp_path)
    outcome = await outcome_of(plan)
    print(summary(outcome))
    assert {one.fault.kind for one in outcome.struck} == set(KINDS)
    assert outcome.report.ok, told(outcome.report)
    assert outcome.drained
    assert outcome.report.figures["wires acknowledged"] >= 3000


@pytest.mark.timeout(180)
async def test_a_pause_of_five_seconds_costs_no_partition(tmp_path: Path) -> None:
    plan = Plan(faults=2, wires=300, seed=5, minutes=0.3, kinds=("pause",), keep=tmp_path)
    outcome = await outcome_of(plan)
    assert outcome.report.ok, told(outcome.report)
    assert outcome.rebalances == 0
    assert not outcome.exits


@pytest.mark.timeout(180)
async def test_a_textbook_agent_is_found_out(tmp_path: Path) -> None:
    plan = Plan(faults=4, wires=500, seed=1, minutes=0.3, kinds=("kill", "poison"), variant="textbook", keep=tmp_path,
                drain_s=20)
    report = (await outcome_of(plan)).report
    assert report.counts["lost"] > 0
    assert report.counts["visible-duplicate"] + report.counts["two-bodies"] > 0


@pytest.mark.timeout(180)
async def test_a_worker_without_fencing_is_found_out_by_zombies(tmp_path: Path) -> None:
    plan = Plan(faults=1, wires=400, seed=2, minutes=0.15, kinds=("zombie",), variant="unfenced", zombie_s=9,
                keep=tmp_path, drain_s=40)
    report = (await outcome_of(plan)).report
    assert report.counts["visible-duplicate"] > 0

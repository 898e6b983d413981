"""``python -m tests.faults``: a schedule of faults against the worker on a real Kafka, and the check afterwards."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import orjson

from tests.faults.checker import INVARIANTS
from tests.faults.run import Outcome, Plan, run
from tests.faults.schedule import DATA, KINDS
from tests.faults.silence import percentile, silences
from tests.faults.variants import VARIANTS
from tests.kafka_broker import VERSION, Unavailable

__all__ = ["main"]

_UNPLANNED = ("kill", "crash-processed", "crash-outputs", "crash-changelog", "crash-before-commit")
_BROKER = ("broker-kill", "broker-stop")


def _kinds(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    chosen = tuple(KINDS) if value is None else tuple(part.strip() for part in value.split(","))
    unknown = [kind for kind in chosen if kind not in KINDS]
    if unknown:
        raise click.BadParameter(f"unknown: {', '.join(unknown)}; known: {', '.join(KINDS)}")
    return chosen


@click.command("faults")
@click.option("--faults", default=24, show_default=True, type=click.IntRange(min=0), help="How many faults.")
@click.option("--wires", default=2000, show_default=True, type=click.IntRange(min=1), help="At least so many wires.")
@click.option("--minutes", default=2.0, show_default=True, type=float, help="Over which the faults are spread.")
@click.option("--seed", default=1, show_default=True, type=int, help="Decides wires and faults.")
@click.option("--kinds", callback=_kinds, metavar="K[,K…]", help="Only these kinds of fault: " + ", ".join(KINDS) + ".")
@click.option("--variant", default="good", show_default=True, type=click.Choice(sorted(VARIANTS)),
              help="What to test; all but 'good' are known to be bad and must be found out.")
@click.option("--stages", default="fault", show_default=True, type=click.Choice(["fault", "real"]),
              help="Cheap stages with a memory, or the service's own.")
@click.option("--away", default=60.0, show_default=True, type=float, help="Seconds a stopped broker stays away.")
@click.option("--zombie", default=14.0, show_default=True, type=float, help="Seconds a zombie is paused.")
@click.option("--paced", is_flag=True, help="A fault of a process or the broker waits until the service "
              "has got over the last one; --minutes is then only what the rate of wires follows from.")
@click.option("--named", is_flag=True, help="The workers keep a name in the group over restarts.")
@click.option("--restart-after", "restarts_s", multiple=True, default=(1.0,), show_default=True, type=float,
              help="Seconds until a killed worker is started again; several take turns.")
@click.option("--data-times", default=2, show_default=True, type=click.IntRange(min=1),
              help="How often each of the producer's faults comes in a round of all kinds.")
@click.option("--partitions", default=4, show_default=True, type=click.IntRange(min=1))
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the workers' logs in this folder.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
def main(
    faults: int, wires: int, minutes: float, seed: int, kinds: tuple[str, ...], variant: str, stages: str,
    away: float, zombie: float, paced: bool, named: bool, restarts_s: tuple[float, ...], data_times: int,
    partitions: int, keep: Path | None, as_json: bool,
) -> None:
    """Run faults against worker processes under load, then check all topics. Exit code 1 when anything is wrong."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # every reconnection of a run that kills brokers
    plan = Plan(faults, wires, seed, minutes, kinds, variant, stages, away_s=away, zombie_s=zombie,
                partitions=partitions, keep=keep, paced=paced, named=named, restarts_s=restarts_s,
                data_times=data_times)
    try:
        outcome = asyncio.run(run(plan, say=lambda line: click.echo(line, err=True)))
    except Unavailable as reason:
        raise click.ClickException(str(reason)) from None
    found = summary(outcome)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        _table(found)
    sys.exit(0 if outcome.report.ok and outcome.drained else 1)


def summary(outcome: Outcome) -> dict[str, Any]:
    """Everything worth writing down about a run."""
    plan, report = outcome.plan, outcome.report
    struck = outcome.struck
    kills = [one for one in struck if one.fault.kind in _UNPLANNED]
    return {
        "machine": f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}",
        "versions": f"Kafka {VERSION}, aiokafka {version('aiokafka')}, faust-streaming {version('faust-streaming')}",
        "seed": plan.seed, "variant": plan.variant, "stages": plan.stages, "seconds": round(outcome.seconds, 1),
        "faults": len(outcome.struck), "kinds": dict(sorted(Counter(one.fault.kind for one in outcome.struck).items())),
        "figures": report.figures, "drained": outcome.drained,
        "violations": {name: report.counts[name] for name in INVARIANTS},
        "first": [{"invariant": one.invariant, "where": one.where, "detail": one.detail} for one in report.violations],
        "workers started": outcome.worker_starts,
        "workers that ended by themselves": {str(code): count for code, count in sorted(outcome.exits.items())},
        "rebalances": outcome.rebalances,
        "rebalances by pauses of 5 s": f"{sum(outcome.pauses)} in {len(outcome.pauses)} pauses",
        "producer restarts": outcome.resent,
        "latency_s": {"p50": round(percentile(outcome.latencies_s, 0.5), 3),
                      "p99": round(percentile(outcome.latencies_s, 0.99), 3),
                      "max": round(percentile(outcome.latencies_s, 1.0), 3)},
        "failover_s": _spread(silences(kills, _UNPLANNED)),
        **{f"failover_s, started again after {after:g} s": _spread(silences(
            [one for one in kills if one.fault.restart_s == after], _UNPLANNED)) for after in sorted(plan.restarts_s)},
        "kills with no other worker ready_s": _spread(silences(kills, _UNPLANNED, covered=False)),
        "planned stop_s": _spread(silences(struck, ["term"])),
        "silence of other faults_s": {kind: _spread(silences(struck, [kind]) + silences(struck, [kind], covered=False))
                                      for kind in KINDS if kind not in (*_UNPLANNED, *_BROKER, "term")},
        "after the broker is back_s": _spread([
            one.silence_s for one in struck if one.down_s and one.silence_s is not None]),
        "broker away_s": _spread([one.down_s for one in struck if one.down_s]),
        "struck": [{"at_s": round(one.at - outcome.started, 1), "fault": one.fault.kind, "others ready": one.others,
                    "restart_s": one.fault.restart_s, "silence_s": round(one.silence_s or 0, 2)}
                   for one in struck if one.fault.kind not in DATA],
    }


def _spread(values: list[float]) -> dict[str, float | int]:
    return {"count": len(values), "p50": round(percentile(values, 0.5), 2), "p95": round(percentile(values, 0.95), 2),
            "max": round(max(values, default=0.0), 2)}


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _table(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if name in ("violations", "first", "kinds", "figures", "struck"):
            continue
        text = ", ".join(f"{key} {item}" for key, item in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name.replace('_s', '') :34} {text}")
    for name in ("kinds", "figures"):
        click.echo(f"{name}:")
        for key, value in found[name].items():
            click.echo(f"    {key:30} {value:8}")
    click.echo("violations:")
    for name, count in found["violations"].items():
        click.echo(f"    {name:30} {count:8}")
    for one in found["first"]:
        click.echo(f"{one['invariant']}: {one['where']}: {one['detail']}")


if __name__ == "__main__":
    main()

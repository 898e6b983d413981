"""What a worker counts, in the Prometheus format. Label values are stages and partitions, never text from wires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

__all__ = ["LaneMetrics", "Metrics"]

_STEPS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class LaneMetrics:
    """The series of one lane."""

    records_in: Counter
    records_out: Counter
    rejected: Counter
    batches: Counter
    failures: Counter
    lag: Gauge
    state_entries: Gauge
    ready: Gauge
    batch_records: Histogram
    process_seconds: Histogram
    commit_seconds: Histogram


@dataclass(slots=True)
class Metrics:
    """One worker's registry; ``lane`` gives a lane its series, ``forget`` takes the gauges away when it has gone."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    rebalances: Counter = field(init=False)
    _counters: dict[str, Counter] = field(default_factory=dict)
    _gauges: dict[str, Gauge] = field(default_factory=dict)
    _histograms: dict[str, Histogram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lane = ("stage", "partition")
        self.rebalances = Counter("streams_rebalances", "Partitions were handed out anew", registry=self.registry)
        for name, text in {
            "records_in": "Records read and committed", "records_out": "Records written to other topics",
            "rejected": "Records dead-lettered", "batches": "Transactions committed",
            "failures": "Retriable failures: the lane started over from the committed offset",
        }.items():
            self._counters[name] = Counter(f"streams_{name}", text, lane, registry=self.registry)
        for name, text in {
            "lag": "Committed records of the input partition that wait", "state_entries": "Keys in the state",
            "ready": "1: working, 0: taking over or failing",
        }.items():
            self._gauges[name] = Gauge(f"streams_{name}", text, lane, registry=self.registry)
        for name, text, buckets in (
            ("batch_records", "Records of a transaction", _SIZES),
            ("process_seconds", "The stage's time for a batch", _STEPS),
            ("commit_seconds", "Time to write and commit a batch", _STEPS),
        ):
            self._histograms[name] = Histogram(f"streams_{name}", text, lane, registry=self.registry, buckets=buckets)

    def lane(self, stage: str, partition: int) -> LaneMetrics:
        label = (stage, str(partition))
        series: dict[str, Any] = {
            name: metric.labels(*label)
            for family in (self._counters, self._gauges, self._histograms)
            for name, metric in family.items()
        }
        return LaneMetrics(**series)

    def forget(self, stage: str, partition: int) -> None:
        for gauge in self._gauges.values():
            gauge.remove(stage, str(partition))

    def text(self) -> bytes:
        return generate_latest(self.registry)

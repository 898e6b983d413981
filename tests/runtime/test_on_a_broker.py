"""One behaviour on two brokers: every wire once, bad ones aside, nothing lost over a stop or a kill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams import topics
from streams.runtime.embedded import embedded
from tests.conftest import Cluster
from tests.runtime.behaviour import create_topics, produce, read_all, told, until, wire, worker

pytestmark = pytest.mark.timeout(150)


@dataclass(frozen=True, slots=True)
class Broker:
    bootstrap: str
    real: bool

    async def read(self, topic: str) -> list[Any]:
        return await read_all(self.bootstrap, topic, check_crcs=self.real)


@pytest.fixture(params=[pytest.param("embedded", marks=pytest.mark.embedded),
                        pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "embedded":
        pytest.importorskip("confluent_kafka")
        with embedded() as bootstrap:
            yield Broker(bootstrap, real=False)
        return
    cluster: Cluster = request.getfixturevalue("kafka")
    yield Broker(cluster.bootstrap, real=True)


async def test_every_wire_comes_out_once_and_the_bad_ones_aside(broker: Broker, tmp_path: Path) -> None:
    await create_topics(broker.bootstrap)
    good = [wire(f"u{n}", ("en", "de", "fr")[n % 3]) for n in range(60)]
    bad: list[tuple[bytes | None, bytes | None]] = [(b"\xff", b"\xfe\x00"), (None, b"{}"), (b"k", None), (b"l", b"[1]")]
    async with worker(tmp_path, broker.bootstrap) as running:
        await until(running.ready)
        await produce(broker.bootstrap, topics.INCOMING, good[:30] + bad + good[30:])

        async def all_told() -> bool:
            return len(told(await broker.read(topics.UPDATED))) >= 60 and len(await broker.read(topics.REJECTED)) >= 4

        await until(all_told)
        code, took_s = await running.terminate()
        assert code == 0
        assert took_s < 10
    assert sorted(told(await broker.read(topics.UPDATED))) == sorted(f"u{n}" for n in range(60))
    letters = await broker.read(topics.REJECTED)
    assert sorted((str(r.key), str(r.value)) for r in letters) == sorted((str(k), str(v)) for k, v in bad)
    assert {dict(r.headers)["dlq_error"] for r in letters} == {b"NotAWire"}
    changes = await broker.read(topics.STORIES_CHANGELOG)
    assert changes
    assert all(re.fullmatch(rb"articles\.analyzed/\d/\d+", dict(r.headers)["applied"]) for r in changes)


async def test_a_restarted_worker_goes_on_where_the_killed_one_was(broker: Broker, tmp_path: Path) -> None:
    await create_topics(broker.bootstrap)

    async def count() -> int:
        return len(told(await broker.read(topics.UPDATED)))

    async def some() -> bool:
        return await count() >= 10

    async def every() -> bool:
        return await count() >= 120

    async with worker(tmp_path, broker.bootstrap) as first:
        await until(first.ready)
        await produce(broker.bootstrap, topics.INCOMING, [wire(f"u{n}") for n in range(60)])
        await until(some)
        first.process.kill()
    await produce(broker.bootstrap, topics.INCOMING, [wire(f"u{n}") for n in range(60, 120)])
    async with worker(tmp_path, broker.bootstrap) as second:
        await until(every)
        assert (await second.terminate())[0] == 0
    events = await broker.read(topics.UPDATED)
    assert sorted(told(events)) == sorted(f"u{n}" for n in range(120))
    ids = [dict(event.headers)["ce_id"] for event in events]
    assert len(ids) == len(set(ids))


async def test_health_says_what_is_the_matter_and_nothing_else_is_served(broker: Broker, tmp_path: Path) -> None:
    await create_topics(broker.bootstrap)
    async with worker(tmp_path, broker.bootstrap) as running:
        await until(running.ready)
        assert running.url().startswith("http://127.0.0.1:")
        assert (await running.get("/healthz"))[0] == 200
        metrics = (await running.get("/metrics"))[1].decode()
        assert "streams_records_in_total" in metrics
        assert "streams_lag{" in metrics
        for path in ("/", "/table/", "/router/", "/graph", "/debug"):
            assert (await running.get(path))[0] == 404


@pytest.mark.kafka
async def test_workers_of_a_machine_share_the_work_and_a_leaving_one_gives_it_back(
    kafka: Cluster, tmp_path: Path
) -> None:
    """On Kafka only: a rebalance with a second member can hang on the embedded broker."""
    await create_topics(kafka.bootstrap)
    async with worker(tmp_path, kafka.bootstrap) as running, worker(tmp_path, kafka.bootstrap) as other:
        await until(running.ready)
        await until(other.ready)
        assert running.url() != other.url()
        assert (await other.terminate())[0] == 0
        await until(running.ready)


@pytest.mark.kafka
async def test_a_worker_refuses_topics_that_are_not_as_they_must_be(kafka: Cluster, tmp_path: Path) -> None:
    async with worker(tmp_path, kafka.bootstrap) as running:
        assert await running.ended(30) == 1
    assert "wires.incoming: expected a topic with 4 partitions, found no such topic" in running.log
    assert "streams topics create" in running.log


async def test_a_worker_says_that_there_is_no_broker_and_ends(tmp_path: Path) -> None:
    arguments = ["worker", "--wait", "0.5", "--http-port", "0", "--stages", "intake"]
    async with worker(tmp_path, "127.0.0.1:1", module="streams", arguments=arguments) as running:
        assert await running.ended(30) == 1
    assert "no Kafka at 127.0.0.1:1" in running.log
    assert "Traceback" not in running.log

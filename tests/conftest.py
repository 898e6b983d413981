"""Fixtures that every area may use: a real Kafka, empty or with extra listeners, and the embedded broker.

``kafka`` is one broker for the session, emptied before each test that asks for it. Tests that kill their broker take
``own_kafka``. With STREAMS_BOOTSTRAP_SERVERS the tests run on that Kafka instead, and **its topics of this project
are deleted**.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from streams import topics as names
from tests.kafka_broker import Kafka, Unavailable

_OURS = {getattr(names, name) for name in names.__all__}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kafka to test against; ``broker`` is the handle where the tests started it themselves."""

    bootstrap: str
    broker: Kafka | None = None


def unavailable(reason: Unavailable) -> None:
    """Skip, saying why; in CI a missing broker is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs a real Kafka: {reason}", pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The session's Kafka as it is, with whatever earlier tests left; most tests want ``kafka``."""
    named = os.environ.get("STREAMS_BOOTSTRAP_SERVERS")
    if named:
        yield Cluster(named)
        return
    try:
        broker = Kafka.start()
    except Unavailable as reason:
        unavailable(reason)
        raise AssertionError("unreachable") from None
    with broker:
        yield Cluster(broker.bootstrap, broker)


@pytest.fixture
def kafka(cluster: Cluster) -> Cluster:
    """The session's Kafka without topics of this project (their group offsets go with them)."""
    asyncio.run(delete_topics(cluster.bootstrap))
    return cluster


@pytest.fixture(scope="module")
def own_kafka() -> Iterator[Kafka]:
    """A broker that this module alone uses and may kill."""
    yield from _started(secure=False)


@pytest.fixture(scope="session")
def secure_kafka() -> Iterator[Kafka]:
    """A broker with a SASL/PLAIN and a TLS listener beside the plain one."""
    yield from _started(secure=True)


def _started(*, secure: bool) -> Iterator[Kafka]:
    if os.environ.get("STREAMS_BOOTSTRAP_SERVERS"):
        pytest.skip("STREAMS_BOOTSTRAP_SERVERS names a Kafka that the tests may not kill or configure")
    try:
        broker = Kafka.start(secure=secure)
    except Unavailable as reason:
        unavailable(reason)
        raise AssertionError("unreachable") from None
    with broker:
        yield broker


async def delete_topics(bootstrap: str) -> None:
    """Delete this project's topics, and return when they are gone."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        for _ in range(100):
            present = sorted(set(await admin.list_topics()) & _OURS)
            if not present:
                return
            await admin.delete_topics(present, timeout_ms=10_000)
            await asyncio.sleep(0.05)
        raise RuntimeError(f"topics that will not go: {present}")
    finally:
        await admin.close()

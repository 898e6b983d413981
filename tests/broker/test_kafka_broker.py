"""The tests' own Kafka: what the other suites rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.helpers import create_ssl_context

from streams import topics
from tests import conftest, kafka_broker
from tests.kafka_broker import PASSWORD, USER, Kafka, Unavailable

pytestmark = pytest.mark.kafka


async def create(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()


async def write(bootstrap: str, topic: str, value: bytes, **options: object) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, **options)
    await producer.start()
    try:
        return int((await producer.send_and_wait(topic, value, partition=0)).offset)
    finally:
        await producer.stop()


async def read(bootstrap: str, topic: str, **options: object) -> bytes:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, **options)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        return bytes((await consumer.getone()).value)
    finally:
        await consumer.stop()


async def test_what_was_acknowledged_survives_kill_9(own_kafka: Kafka) -> None:
    await create(own_kafka.bootstrap, "kept")
    await write(own_kafka.bootstrap, "kept", b"first")
    own_kafka.kill()
    own_kafka.restart()
    assert await write(own_kafka.bootstrap, "kept", b"second") == 1
    assert await read(own_kafka.bootstrap, "kept") == b"first"


async def test_kafka_is_empty_for_each_test(cluster: conftest.Cluster) -> None:
    await conftest.delete_topics(cluster.bootstrap)
    await create(cluster.bootstrap, topics.INCOMING)
    await write(cluster.bootstrap, topics.INCOMING, b"old")
    await conftest.delete_topics(cluster.bootstrap)
    await create(cluster.bootstrap, topics.INCOMING)
    assert await write(cluster.bootstrap, topics.INCOMING, b"new") == 0


async def test_the_secure_listeners_take_a_password_and_a_certificate(secure_kafka: Kafka) -> None:
    sasl = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_plain_username": USER}
    await create(secure_kafka.bootstrap, "safe")
    await write(secure_kafka.sasl, "safe", b"sasl", **sasl, sasl_plain_password=PASSWORD)
    context = create_ssl_context(cafile=str(secure_kafka.ca))
    assert await read(secure_kafka.tls, "safe", security_protocol="SSL", ssl_context=context) == b"sasl"


def test_a_machine_without_java_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no Java"):
        kafka_broker.jars()


def test_a_missing_broker_is_a_skip_for_a_person_and_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Java"):
        conftest.unavailable(Unavailable("no Java"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI needs a real Kafka: no Java"):
        conftest.unavailable(Unavailable("no Java"))

"""The embedded broker: librdkafka's mock cluster, for the demo and for tests.

It lives in this process's memory, keeps some 5 MB a partition, makes a topic with four partitions on first use, and
knows no CreateTopics and no topic settings. Not for data that anybody wants to keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streams.errors import StreamsError

__all__ = ["CLUSTER_PREFIX", "embedded"]

#: How librdkafka names its mock clusters; clients recognise the embedded broker by it.
CLUSTER_PREFIX = "mockCluster"


@contextmanager
def embedded() -> Iterator[str]:
    """Start a broker for as long as the context lasts; yields its address H:P. Raises StreamsError where
    confluent-kafka is not installed (the ``demo`` extra)."""
    try:
        from confluent_kafka import Producer
    except ImportError:
        raise StreamsError(
            "the embedded broker needs confluent-kafka: install the demo extra (pip install 'news-streams[demo]')"
        ) from None
    # The cluster belongs to this client and ends with it.
    owner = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "ignored", "log_level": 0})
    (broker,) = owner.list_topics(timeout=10).brokers.values()
    try:
        yield f"{broker.host}:{broker.port}"
    finally:
        del owner

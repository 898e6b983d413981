"""The topics as the service needs them: created once, checked before every start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from streams import topics
from streams.errors import StreamsError
from streams.runtime.embedded import CLUSTER_PREFIX
from streams.runtime.settings import MAX_RECORD_BYTES, Settings, client_options

__all__ = ["DEFAULT_PARTITIONS", "Mismatch", "TopicError", "TopicSpec", "admin_client", "check", "create",
           "is_embedded", "mismatches", "partition_counts", "specs"]

DEFAULT_PARTITIONS = 4
_DAY_MS = 86_400_000
#: A dead letter is its record plus some headers, so its topic takes a little more than any other.
_REJECTED_BYTES = MAX_RECORD_BYTES + 256 * 1024
_TIMEOUT_MS = 15_000
_PROPAGATION_TRIES = 100
_PROPAGATION_WAIT_S = 0.1


class TopicError(StreamsError):
    """A topic is missing or differs from what the service needs; the message names topic, expected and found."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic: ``config`` are the settings it is created with; ``required`` those of them that a check insists on
    (the others are an operator's choice)."""

    name: str
    partitions: int
    config: dict[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ("cleanup.policy", "max.message.bytes")


@dataclass(frozen=True, slots=True)
class Mismatch:
    topic: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.topic}: expected {self.expected}, found {self.found}"


def specs(partitions: int = DEFAULT_PARTITIONS) -> list[TopicSpec]:
    """Every topic of the service, ``partitions`` for each of the four hops' inputs. A changelog has as many as the
    hop it belongs to reads: the state of input partition n is in changelog partition n."""

    def kept(name: str, count: int, days: int, max_bytes: int = MAX_RECORD_BYTES) -> TopicSpec:
        return TopicSpec(name, count, {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS),
                                       "max.message.bytes": str(max_bytes)})

    def compacted(name: str, count: int) -> TopicSpec:
        # Compaction from 10 % of garbage on, and small segments (the one being written is never compacted): a load
        # reads little more than what is alive.
        return TopicSpec(name, count, {"cleanup.policy": "compact", "max.message.bytes": str(MAX_RECORD_BYTES),
                                       "min.cleanable.dirty.ratio": "0.1", "segment.ms": "3600000",
                                       "segment.bytes": str(16 * 1024 * 1024)})

    return [
        kept(topics.INCOMING, partitions, 14),
        kept(topics.CLEAN, partitions, 7),
        kept(topics.DEDUPED, partitions, 7),
        kept(topics.ANALYZED, partitions, 30),
        kept(topics.UPDATED, partitions, 90),
        compacted(topics.CURRENT, partitions),
        kept(topics.ENTITIES_UPDATED, partitions, 90),
        compacted(topics.ENTITIES_CURRENT, partitions),
        kept(topics.REJECTED, partitions, 90, _REJECTED_BYTES),
        kept(topics.COMMANDS, 1, 30),
        compacted(topics.DEDUPE_CHANGELOG, partitions),
        compacted(topics.STORIES_CHANGELOG, partitions),
    ]


@asynccontextmanager
async def admin_client(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started admin client; raises TopicError when no broker answers."""
    admin = AIOKafkaAdminClient(**client_options(settings), request_timeout_ms=_TIMEOUT_MS)
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        raise TopicError(f"no Kafka at {settings.bootstrap_servers}: {type(error).__name__}: {error}") from None
    try:
        yield admin
    finally:
        await admin.close()


async def is_embedded(admin: AIOKafkaAdminClient) -> bool:
    """Whether this is the embedded broker, which makes topics by itself and cannot tell their settings."""
    return str((await admin.describe_cluster()).get("cluster_id") or "").startswith(CLUSTER_PREFIX)


async def create(admin: AIOKafkaAdminClient, wanted: Iterable[TopicSpec], replication: int = -1) -> list[str]:
    """Create what is missing; returns the names created. ``replication`` -1 is the broker's default. Raises
    TopicError when the broker refuses one. What exists is left as it is."""
    present = set(await admin.list_topics())
    missing = [spec for spec in wanted if spec.name not in present]
    if await is_embedded(admin):
        # Asking for its metadata makes a topic.
        for spec in missing:
            await admin.describe_topics([spec.name])
        return [spec.name for spec in missing]
    if not missing:
        return []
    response = await admin.create_topics(
        # aiokafka wants an assignment beside a replication of -1; an empty one leaves it to the broker.
        [NewTopic(spec.name, spec.partitions, replication, {} if replication == -1 else None, spec.config)
         for spec in missing],
        timeout_ms=_TIMEOUT_MS,
    )
    created = []
    for name, code, *message in response.topic_errors:
        error = for_code(code)
        if code == 0:
            created.append(name)
        elif error is not TopicAlreadyExistsError:  # somebody was faster
            raise TopicError(f"{name}: the broker would not create it: {error.__name__}: {' '.join(map(str, message))}")
    await _known(admin, {spec.name for spec in missing})
    return created


async def _known(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """Return when the brokers' metadata has the topics: the controller answers before they have heard of it. What is
    not there in time is for ``check`` to tell."""
    for _ in range(_PROPAGATION_TRIES):
        if names <= set(await admin.list_topics()):
            return
        await asyncio.sleep(_PROPAGATION_WAIT_S)


async def partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Every topic's number of partitions."""
    return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def check(admin: AIOKafkaAdminClient, wanted: Iterable[TopicSpec]) -> list[Mismatch]:
    """What differs from ``wanted``; nothing else is read. The partition count of a hop's input may be any: what must
    hold is that a changelog has as many as its hop's input."""
    wanted = list(wanted)
    counts = await partition_counts(admin)
    if await is_embedded(admin):
        return mismatches(wanted, counts, {})
    present = [spec.name for spec in wanted if spec.name in counts]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in present]
    configs: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources) if resources else []:
        for resource in response.resources:
            name, entries = resource[3], resource[4]
            configs[name] = {entry[0]: str(entry[1]) for entry in entries}
    return mismatches(wanted, counts, configs)


_OWN_INPUT = {topics.DEDUPE_CHANGELOG: topics.CLEAN, topics.STORIES_CHANGELOG: topics.ANALYZED}


def mismatches(
    wanted: Iterable[TopicSpec], counts: dict[str, int], configs: dict[str, dict[str, Any]]
) -> list[Mismatch]:
    """Compare ``wanted`` with the found partition counts and settings; a topic without found settings (the embedded
    broker) is compared by its partitions only."""
    found: list[Mismatch] = []
    for spec in wanted:
        if spec.name not in counts:
            found.append(Mismatch(spec.name, f"a topic with {spec.partitions} partitions", "no such topic"))
            continue
        source = _OWN_INPUT.get(spec.name)
        if source is not None and source in counts and counts[source] != counts[spec.name]:
            found.append(Mismatch(
                spec.name, f"{counts[source]} partitions, as many as {source} has", f"{counts[spec.name]} partitions"
            ))
        settings = configs.get(spec.name, {})
        found += (
            Mismatch(spec.name, f"{name}={spec.config[name]}", f"{name}={settings.get(name)}")
            for name in spec.required
            if settings and not _enough(name, spec.config[name], str(settings.get(name)))
        )
    return found


def _enough(name: str, expected: str, found: str) -> bool:
    if name == "max.message.bytes":
        return found.isdigit() and int(found) >= int(expected)
    return set(found.split(",")) == set(expected.split(","))

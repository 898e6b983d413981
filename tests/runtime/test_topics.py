"""The topics: what the service needs, and a difference told as topic, expected, found."""

from __future__ import annotations

from streams import topics
from streams.runtime.topics import mismatches, specs

GOOD_COUNTS = {spec.name: spec.partitions for spec in specs()}
GOOD_CONFIGS = {spec.name: dict(spec.config) for spec in specs()}


def told(counts: dict[str, int], configs: dict[str, dict[str, str]]) -> list[str]:
    return [str(found) for found in mismatches(specs(), counts, configs)]


def test_topics_as_created_pass() -> None:
    assert told(GOOD_COUNTS, GOOD_CONFIGS) == []


def test_every_topic_of_the_service_has_a_spec() -> None:
    assert {spec.name for spec in specs()} == {getattr(topics, name) for name in topics.__all__}


def test_a_missing_topic_is_named() -> None:
    counts = {name: count for name, count in GOOD_COUNTS.items() if name != topics.CLEAN}
    assert told(counts, GOOD_CONFIGS) == ["articles.clean: expected a topic with 4 partitions, found no such topic"]


def test_a_changelog_has_as_many_partitions_as_its_hop_reads() -> None:
    assert told(GOOD_COUNTS | {topics.DEDUPE_CHANGELOG: 3}, GOOD_CONFIGS) == [
        "dedupe.changelog: expected 4 partitions, as many as articles.clean has, found 3 partitions"
    ]
    other = {**GOOD_COUNTS, topics.CLEAN: 12, topics.DEDUPE_CHANGELOG: 12}
    assert told(other, GOOD_CONFIGS) == []


def test_a_changelog_that_forgets_is_refused() -> None:
    configs = GOOD_CONFIGS | {topics.STORIES_CHANGELOG: GOOD_CONFIGS[topics.STORIES_CHANGELOG]
                              | {"cleanup.policy": "delete"}}
    assert told(GOOD_COUNTS, configs) == ["stories.changelog: expected cleanup.policy=compact, found "
                                          "cleanup.policy=delete"]


def test_room_for_large_wires_is_required_and_more_is_welcome() -> None:
    small = GOOD_CONFIGS | {topics.INCOMING: {"cleanup.policy": "delete", "max.message.bytes": "1048588"}}
    assert told(GOOD_COUNTS, small) == [
        "wires.incoming: expected max.message.bytes=10485760, found max.message.bytes=1048588"
    ]
    large = GOOD_CONFIGS | {topics.INCOMING: {"cleanup.policy": "delete", "max.message.bytes": "99999999"}}
    assert told(GOOD_COUNTS, large) == []


def test_retention_is_the_operators_choice() -> None:
    configs = {name: config | {"retention.ms": "1"} for name, config in GOOD_CONFIGS.items()}
    assert told(GOOD_COUNTS, configs) == []


def test_a_broker_that_cannot_tell_settings_is_checked_by_partitions() -> None:
    assert told(GOOD_COUNTS, {}) == []

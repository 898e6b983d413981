"""replay, tail and rejects against a real Kafka."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from click.testing import CliRunner, Result

from streams import topics
from streams.cli import rejects, replay, tail
from tests.conftest import Cluster

pytestmark = pytest.mark.kafka
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
START = "2021-07-14T12:00:00Z"


@pytest.fixture
def bootstrap(kafka: Cluster) -> str:
    """A Kafka with the topics these tests use: four partitions of wires, one of dead letters."""

    async def create() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        big = {"max.message.bytes": "10485760"}
        await admin.create_topics([
            NewTopic(topics.INCOMING, num_partitions=4, replication_factor=1, topic_configs=big),
            NewTopic(topics.REJECTED, num_partitions=1, replication_factor=1, topic_configs=big),
        ])
        await admin.close()

    asyncio.run(create())
    return kafka.bootstrap


def run(module: object, *arguments: str | Path, bootstrap: str) -> Result:
    command = module.command  # type: ignore[attr-defined]  # each of the three modules has one
    done = CliRunner().invoke(command, [*map(str, arguments), "--bootstrap-servers", bootstrap],
                              auto_envvar_prefix="STREAMS", standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


def envelopes(bootstrap: str, topic: str = topics.INCOMING) -> list[dict[str, object]]:
    done = run(tail, topic, "--json", "--envelope", "--from-start", "--until-idle", "1", bootstrap=bootstrap)
    return [json.loads(line) for line in done.stdout.splitlines()]


def put(bootstrap: str, folder: Path, lines: Sequence[bytes], *options: str) -> Result:
    path = folder / "wires.jsonl"
    path.write_bytes(b"\n".join(lines))
    return run(replay, path, *options, bootstrap=bootstrap)


def test_a_replay_says_how_many_were_acknowledged_and_sets_the_times(bootstrap: str) -> None:
    done = run(replay, SEEDS, "--start-at", START, bootstrap=bootstrap)
    assert done.return_value == 0
    assert "5 of 5 wires acknowledged by wires.incoming" in done.stdout
    found = sorted(envelopes(bootstrap), key=lambda record: str(record["key"]))
    assert [record["key"] for record in found] == [path.stem for path in sorted(SEEDS.glob("*.txt"))]
    assert [record["timestamp"] for record in found] == [f"2021-07-14T12:00:0{n}.000Z" for n in range(5)]
    assert all(record["headers"] == {"content-type": "application/json"} for record in found)


def test_bad_lines_and_big_wires_are_sent_as_they_are(bootstrap: str, tmp_path: Path) -> None:
    big = orjson.dumps({"uri": "big", "body_text": "x" * 8_000_000})
    done = put(bootstrap, tmp_path, [b"not json", big, b'{"uri": "a"}'], "--json")
    result = json.loads(done.stdout)
    assert (result["sent"], result["acknowledged"], result["complete"]) == (3, 3, True)
    done = run(tail, topics.INCOMING, "--json", "--from-start", "--until-idle", "1", bootstrap=bootstrap)
    assert sorted(done.stdout.splitlines()) == sorted([json.dumps("not json"), big.decode(), '{"uri": "a"}'])


def test_a_wire_that_kafka_cannot_take_is_named_and_the_others_are_sent(bootstrap: str, tmp_path: Path) -> None:
    huge = orjson.dumps({"uri": "huge", "body_text": "x" * 11_000_000})
    done = put(bootstrap, tmp_path, [b'{"uri": "a"}', huge, b'{"uri": "b"}'])
    assert done.return_value == 1
    assert "2 of 3 wires acknowledged" in done.stdout
    assert "not sent: 'huge': MessageSizeTooLargeError" in done.stderr


def test_rate_and_speed_pace_the_sending(bootstrap: str, tmp_path: Path) -> None:
    began = time.monotonic()
    put(bootstrap, tmp_path, [b'{"uri": "%d"}' % n for n in range(10)], "--rate", "10")
    assert 0.9 <= time.monotonic() - began < 8
    wires = [b'{"uri": "s%d", "versioncreated": "2021-01-01T00:0%d:00Z"}' % (n, n) for n in range(3)]
    began = time.monotonic()
    put(bootstrap, tmp_path, wires, "--speed", "120", "--start-at", START)
    assert 1.0 <= time.monotonic() - began < 8
    times = {str(record["key"]): record["timestamp"] for record in envelopes(bootstrap)}
    assert times["s2"] == "2021-07-14T12:02:00.000Z"


def test_a_missing_topic_and_a_missing_broker_are_clear_errors(bootstrap: str) -> None:
    with pytest.raises(Exception, match=r"no topic 'nowhere' at .*streams topics create"):
        run(replay, SEEDS, "--topic", "nowhere", bootstrap=bootstrap)
    with pytest.raises(Exception, match=r"no Kafka answered at 127\.0\.0\.1:9"):
        run(tail, "wires.incoming", bootstrap="127.0.0.1:9")


def test_tail_ends_after_a_number_of_records_and_shows_no_control_characters(bootstrap: str, tmp_path: Path) -> None:
    hostile = '{"uri": "a\u009b2J", "headline": "\u202ereversed"} \x1b[2J\x07'.encode()
    put(bootstrap, tmp_path, [hostile, b'{"uri": "b"}'])
    done = run(tail, topics.INCOMING, "--from-start", "--until-idle", "1", "--max", "2", bootstrap=bootstrap)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    assert any("reversed" in line for line in lines)


def test_ctrl_c_ends_a_replay_and_says_what_was_acknowledged(bootstrap: str) -> None:
    code = "from streams.cli import main; main()"
    command = [sys.executable, "-c", code, "replay", str(SEEDS), "--repeat", "1000", "--rate", "50",
               "--bootstrap-servers", bootstrap]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            run(tail, topics.INCOMING, "--from-start", "--max", "1", bootstrap=bootstrap)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err
    sent = int(out.split()[3])
    assert out.startswith(f"stopped: {sent} of {sent} wires acknowledged")
    assert len(envelopes(bootstrap)) == sent


LETTERS = [
    (b"wire-1", b"{broken \x1b[2J", "intake", "not-json", "0"),
    (b"wire-2", b'{"uri": ""}', "intake", "no-uri", "1"),
    (b"wire-1", b"{broken again", "intake", "not-json", "0"),
]


@pytest.fixture
def letters(bootstrap: str) -> str:
    """Three dead letters, as the worker writes them."""
    import aiokafka

    async def write() -> None:
        producer = aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap)
        await producer.start()
        for number, (key, value, stage, error, partition) in enumerate(LETTERS):
            fields = {"dlq_topic": "wires.incoming", "dlq_partition": partition, "dlq_offset": str(number),
                      "dlq_timestamp": str(1_626_264_000_000 + number), "dlq_stage": stage, "dlq_error": error,
                      "dlq_message": f"value: expected JSON, got \x1b]0;x\x07 {number}", "dlq_attempts": "1"}
            await producer.send_and_wait(topics.REJECTED, value, key=key,
                                         headers=[(name, text.encode()) for name, text in fields.items()])
        await producer.stop()

    asyncio.run(write())
    return bootstrap


def test_rejects_are_listed_by_filter(letters: str) -> None:
    done = run(rejects, "list", bootstrap=letters)
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["0/0", "intake", "not-json"], ["0/1", "intake", "no-uri"], ["0/2", "intake", "not-json"],
    ]
    assert all(line.isprintable() for line in done.stdout.splitlines())
    assert "2 intake: not-json" in done.stderr
    found = run(rejects, "list", "--error", "no-uri", "--json", bootstrap=letters).stdout.splitlines()
    assert [json.loads(line)["key"] for line in found] == ["wire-2"]


def test_one_reject_is_shown_with_its_bytes(letters: str) -> None:
    done = run(rejects, "show", "0/0", bootstrap=letters)
    assert "dlq_error: not-json" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())
    assert run(rejects, "show", "0/0", "--raw", bootstrap=letters).stdout_bytes == LETTERS[0][1]
    with pytest.raises(Exception, match="no dead letter at 0/9"):
        run(rejects, "show", "0/9", bootstrap=letters)


def test_redrive_sends_again_what_the_filter_takes_and_dry_run_sends_nothing(letters: str, tmp_path: Path) -> None:
    assert "2 dead letters would be sent" in run(
        rejects, "redrive", "--error", "not-json", "--dry-run", bootstrap=letters).stdout
    assert envelopes(letters) == []
    with pytest.raises(Exception, match="name what to send"):
        run(rejects, "redrive", bootstrap=letters)
    assert "2 of 2 dead letters sent again" in run(rejects, "redrive", "--error", "not-json", bootstrap=letters).stdout
    repaired = tmp_path / "repaired.json"
    repaired.write_bytes(b'{"uri": "wire-2", "body_text": "whole"}')
    run(rejects, "redrive", "--at", "0/1", "--value", repaired, bootstrap=letters)
    found = sorted(envelopes(letters), key=lambda record: (record["partition"], record["offset"]))
    assert [(record["key"], record["partition"], record["timestamp"], record["headers"]) for record in found] == [
        ("wire-1", 0, "2021-07-14T12:00:00.000Z", {"dlq_attempts": "1"}),
        ("wire-1", 0, "2021-07-14T12:00:00.002Z", {"dlq_attempts": "1"}),
        ("wire-2", 1, "2021-07-14T12:00:00.001Z", {"content-type": "application/json", "dlq_attempts": "1"}),
    ]
    assert found[2]["value"] == {"uri": "wire-2", "body_text": "whole"}

"""A wire that was refused, repaired and sent again takes its place in its story; a second refusal is counted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import orjson
import pytest

from streams import topics
from streams.cli import rejects
from tests.cli_clients.test_commands_on_kafka import run
from tests.conftest import Cluster
from tests.runtime.behaviour import create_topics, produce, read_all, told, until, worker

#: Three articles about one event: uri -> text.
SEEDS = {path.stem: path.read_text("utf-8-sig")
         for path in sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))[:3]}
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


def in_thread(module: object, *arguments: str | Path, bootstrap: str) -> str:
    return run(module, *arguments, bootstrap=bootstrap).stdout


async def test_a_repaired_wire_takes_its_place(kafka: Cluster, tmp_path: Path) -> None:
    await create_topics(kafka.bootstrap, partitions=2)
    whole = [(name.encode(), orjson.dumps({"uri": name, "body_text": text})) for name, text in SEEDS.items()]
    broken = (whole[1][0], whole[1][1][:-20])

    async def rejected(count: int) -> bool:
        return len(await read_all(kafka.bootstrap, topics.REJECTED)) >= count

    async def all_told(count: int) -> bool:
        return len(told(await read_all(kafka.bootstrap, topics.UPDATED))) >= count

    async with worker(tmp_path, kafka.bootstrap, module="streams",
                      arguments=["worker", "--http-port", "0"]) as running:
        await until(running.ready)
        await produce(kafka.bootstrap, topics.INCOMING, [whole[0], broken, whole[2]])
        await until(lambda: rejected(1))
        await until(lambda: all_told(2))
        # Sent again as it is: refused again, and counted.
        await asyncio.to_thread(in_thread, rejects, "redrive", "--stage", "intake", bootstrap=kafka.bootstrap)
        await until(lambda: rejected(2))
        listed = await asyncio.to_thread(in_thread, rejects, "list", "--json", bootstrap=kafka.bootstrap)
        letters = [json.loads(line) for line in listed.splitlines()]
        assert sorted(letter["headers"]["dlq_attempts"] for letter in letters) == ["1", "2"]
        assert {letter["key"] for letter in letters} == {whole[1][0].decode()}
        repaired = tmp_path / "repaired.json"
        repaired.write_bytes(whole[1][1])
        place = f"{letters[0]['partition']}/{letters[0]['offset']}"
        await asyncio.to_thread(in_thread, rejects, "redrive", "--at", place, "--value", repaired,
                                bootstrap=kafka.bootstrap)
        await until(lambda: all_told(3))
    events = [orjson.loads(record.value) for record in await read_all(kafka.bootstrap, topics.UPDATED)]
    homes = {entry["uri"]: event["storyId"] for event in events for entry in event["delta"]["added"]}
    assert set(homes) == set(SEEDS)
    assert len(set(homes.values())) == 1

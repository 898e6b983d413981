"""The published schemas come from the record types and hold for what the stages write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from streams.contracts.catalog import CHANNELS
from streams.contracts.samples import samples
from streams.contracts.schema import documents

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLISHED = ROOT / "docs" / "contracts"
SEEDS = ROOT / "seeds"


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return documents() | {f"samples/{name}": data for name, data in samples(SEEDS).items()}


def schema(made: dict[str, bytes], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(made[f"{kind}.schema.json"])
    return found


def test_every_channel_has_a_valid_2020_12_schema(made: dict[str, bytes]) -> None:
    for channel in CHANNELS:
        jsonschema.Draft202012Validator.check_schema(schema(made, channel.kind))


def test_the_committed_contracts_are_what_the_code_makes(made: dict[str, bytes]) -> None:
    committed = {
        path.relative_to(PUBLISHED).as_posix(): path.read_bytes()
        for path in PUBLISHED.rglob("*.json")
    }
    stale = sorted(name for name in made.keys() | committed.keys() if made.get(name) != committed.get(name))
    assert stale == [], "run: streams contracts --out docs/contracts --seeds seeds"


def test_samples_validate_with_an_independent_library(made: dict[str, bytes]) -> None:
    checked = 0
    for name, data in made.items():
        if not name.startswith("samples/"):
            continue
        kind = name.removeprefix("samples/").removesuffix(".json").removesuffix(".last")
        record = orjson.loads(data)
        validator = jsonschema.Draft202012Validator(
            schema(made, kind), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        validator.validate(record["value"])
        checked += 1
    assert checked >= 8


def test_asyncapi_names_every_topic_and_its_schema(made: dict[str, bytes]) -> None:
    document = orjson.loads(made["asyncapi.json"])
    assert document["asyncapi"] == "3.0.0"
    assert {channel["address"] for channel in document["channels"].values()} == {c.topic for c in CHANNELS}
    for channel in document["channels"].values():
        for message in channel["messages"].values():
            reference = message.get("payload", {}).get("schema", message["headers"])["$ref"]
            assert reference.removeprefix("./") in made

"""An identity in words, from its events; and on the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from streams import topics
from streams.cli.explain import command
from streams.cli.tail import paragraph
from streams.contracts.codec import encode
from streams.contracts.records import EntityEvent
from streams.entities.registry.explain import explain_identity, is_identity
from streams.stage import Incoming
from tests.entities.registry.shard import Shard, body, person


def told() -> list[EntityEvent]:
    shard = Shard()
    for story in ("en-a", "en-b"):
        shard.see(story, person("Tariq Arian", "Tariq \x1b[31mArian"), body("Taliban"))
    return [event for event in shard.fold.events if event.type == "PER"]


def test_an_id_says_that_it_is_an_identity_s() -> None:
    assert is_identity(told()[0].identity_id)
    assert not is_identity("en-abcdefghijklm")
    assert not is_identity("urn:wire:en-per-1")


def test_the_explanation_names_who_where_and_why() -> None:
    text = "\n".join(explain_identity(told()[0].identity_id, told()))
    for part in ("Tariq Arian", "en-a", "en-b", "full-name", "Taliban", "created, 2 stories", "articles: en-b/"):
        assert part in text
    assert explain_identity("en-per-aaaaaaaaaaaaa", told()) == []


def test_the_command_reads_a_file_of_events_and_prints_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    file = tmp_path / "entities.jsonl"
    file.write_bytes(b"".join(encode(event) + b"\n" for event in told()))
    result = CliRunner().invoke(command, [told()[0].identity_id, "--events", str(file)])
    assert result.exit_code == 0
    assert "full-name" in result.output
    assert "\x1b" not in result.output


def test_tail_tells_an_event_in_words() -> None:
    text = paragraph(Incoming(topics.ENTITIES_UPDATED, 0, 0, 0, b"k", encode(told()[0])))
    assert "created" in text
    assert "because" in text
    assert "\x1b" not in text

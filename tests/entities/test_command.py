"""``streams entities``: tokens, text and wires to names."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from streams.cli.entities import command
from streams.errors import InputError

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"


def call(*args: object) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_tokens_come_back_line_by_line_with_a_tag(tmp_path: Path) -> None:
    source, out = tmp_path / "in.tsv", tmp_path / "out.tsv"
    source.write_text("Joe\tB-PER\nBiden\tI-PER\nspoke\tO\n.\tO\n\nHe\nleft\nKabul\n\n\n.\n")
    assert call(source, "--out", out).exit_code == 0
    lines = out.read_text().split("\n")
    assert [line.split("\t")[0] for line in lines[:11]] == [
        "Joe", "Biden", "spoke", ".", "", "He", "left", "Kabul", "", "", "."]
    assert lines[:2] == ["Joe\tB-PER", "Biden\tI-PER"]


def test_text_is_told_as_json_with_how_its_names_were_joined() -> None:
    told = call("--text", SEEDS / "001_f391e4177cea7486.txt")
    assert told.exit_code == 0
    found = {entity["name"]: entity for entity in orjson.loads(told.output)["entities"]}
    assert found["John Kirby"]["aliases"] == ["Kirby"]
    assert found["John Kirby"]["rules"] == ["last-name"]
    assert found["Kandahar"]["geonamesId"] == 1138335  # "across Kandahar province"


def test_wires_give_a_line_a_uri_with_strings_as_they_stand_in_the_text(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    text = "Officials in Kabul met Joe Biden on Monday.\n\nBiden said the Afghan army would hold Kandahar."
    source.write_bytes(orjson.dumps({"uri": "a", "headline": "Kabul talks", "body_text": text}) + b"\n" + b"{}\n")
    told = call("--wires", source, "--out", out)
    assert told.exit_code == 0
    assert "1 articles, 1 rejected" in told.output
    (line,) = map(orjson.loads, out.read_bytes().splitlines())
    assert line["uri"] == "a"
    biden = {"name": "Joe Biden", "type": "PER", "mentions": ["Joe Biden", "Biden"], "geonamesId": None}
    assert biden in line["entities"]
    assert all(string in f"Kabul talks\n{text}" for entity in line["entities"] for string in entity["mentions"])
    assert "Afghan" not in [string for entity in line["entities"] for string in entity["mentions"]]


def test_one_kind_of_input_is_expected(tmp_path: Path) -> None:
    assert call().exit_code == 2
    assert call(SEEDS / "README.md", "--text", SEEDS / "README.md").exit_code == 2
    assert call(SEEDS / "README.md").exit_code == 2


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc\xff")
    assert isinstance(call("--text", tmp_path / "x").exception, InputError)
    with pytest.raises(InputError, match=r"x: expected UTF-8, got other bytes at 3"):
        raise call(tmp_path / "x", "--out", tmp_path / "y").exception or AssertionError

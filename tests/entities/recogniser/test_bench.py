"""The benchmark checks its answer before it tells a speed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from click.testing import CliRunner

from streams.bench.entities import WORDS, WrongAnswerError, articles, command, measure


def test_the_articles_are_long_enough_and_the_same_for_the_same_seed() -> None:
    made = articles(3, seed=5)
    assert made == articles(3, seed=5)
    assert made != articles(3, seed=6)
    assert all(len(text.split()) >= WORDS for text, _ in made)
    assert all(name in text for text, names in made for name in names)


def test_a_recogniser_that_finds_nothing_gets_no_speed() -> None:
    def nothing(texts: Sequence[str]) -> list[set[str]]:
        return [set() for _ in texts]

    with pytest.raises(WrongAnswerError, match="expected 80 % of the planted names, got 0%"):
        measure("nothing", nothing, count=4, seed=1)


def test_the_command_prints_both_rates() -> None:
    done = CliRunner().invoke(command, ["--articles", "20"])
    assert done.exit_code == 0, done.output
    assert "recogniser" in done.output
    assert "whole stage" in done.output

"""The benchmark of the stories hop: it clocks what it says it does, and tells no speed of a wrong answer."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner

from streams.bench.reports import items, wires
from streams.bench.stories import WrongAnswerError, command, matching, stage
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, Shared
from streams.stories.features import Item
from streams.stories.matching import Decision, Matcher


def test_the_made_up_wires_are_valid_records_that_carry_the_made_up_features() -> None:
    for (record, story), (item, of) in zip(wires(30, 7), items(30, 7), strict=True):
        found = decode(record.value, AnalyzedArticle)
        assert (found.article.uri, story) == (item.uri, of)
        assert Item.from_record(found).parts() == item.parts()
        for entity in found.analysis.entities:
            text = found.article.headline + "\n\n" + found.article.body
            assert entity.mentions
            assert all(text[at.start : at.end] == entity.name for at in entity.mentions)


def test_both_parts_are_clocked_over_the_articles_after_the_window() -> None:
    small, alone = matching([100, 300], per_story=5, timed=50, seed=2)
    whole = stage(window=300, per_story=5, timed=50, seed=2)
    assert (small.window, alone.window, alone.timed, whole.timed) == (100, 300, 50, 50)
    assert whole.stories >= 60
    assert whole.changelog_article is not None
    assert whole.changelog_article > 1000
    # The whole stage has the clusterer's part in it.
    assert 0 < whole.matching_us < 1e6 / whole.articles_per_s


def test_no_speed_is_told_where_articles_do_not_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = Decision(None, 0.0, 0.5, "new-story", Shared(), None)
    monkeypatch.setattr(Matcher, "decide", lambda *_: apart)
    monkeypatch.setattr(Matcher, "proposals", lambda *_: [])
    for part in (lambda: matching([100], per_story=5, timed=50, seed=2),
                 lambda: stage(100, per_story=5, timed=50, seed=2)):
        with pytest.raises(WrongAnswerError, match=r"window 100: only \d+% of articles joined"):
            part()


def test_the_command_prints_a_line_for_each_window_of_each_part() -> None:
    told = CliRunner().invoke(command, ["--window", "100", "--window", "200", "--stage-window", "100", "--timed", "40",
                                        "--json"])
    assert told.exit_code == 0, told.output
    lines = [orjson.loads(line) for line in told.output.splitlines()]
    assert [(line["part"], line["window"]) for line in lines] == [("matching", 100), ("matching", 200), ("stage", 100)]

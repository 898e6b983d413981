"""Event time: the wire's own date where it has one, never later than its record, never invented."""

from __future__ import annotations

import pytest

from streams.intake.times import parse_date
from tests.intake.helpers import RECORD_MS, ninjs, plain, take

RECORD = "2021-07-14T17:00:00.000Z"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2021-07-14T10:00:00Z", "2021-07-14T10:00:00.000Z"),
        ("2021-07-14T10:00:00+05:30", "2021-07-14T04:30:00.000Z"),
        ("2021-07-14T10:00:00", "2021-07-14T10:00:00.000Z"),
        ("2021-07-14", "2021-07-14T00:00:00.000Z"),
        ("20210714T100000Z", "2021-07-14T10:00:00.000Z"),
        ("Wed, 14 Jul 2021 10:00:00 +0200", "2021-07-14T08:00:00.000Z"),
        ("July 14, 2021 9:05 am EDT", "2021-07-14T13:05:00.000Z"),
        ("14 July 2021", "2021-07-14T00:00:00.000Z"),
        ("1901-01-01T00:00:00Z", "1901-01-01T00:00:00.000Z"),
    ],
)
def test_a_date_of_the_wires_own(value: str, found: str) -> None:
    article = take(ninjs(versionCreated=value))
    assert (article.event_time, article.event_time_from) == (found, "versionCreated")


@pytest.mark.parametrize(
    "value",
    [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "2021-07-14T17:00:01Z",
        "2031-01-01T00:00:00Z",
        "1899-12-31T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "yesterday",
        "",
        "2021-13-45",
        "99999999999999999999",
        "0001-01-01T00:00:00+14:00",
        "31 February 2021",
        "2021-07-14T25:00:00Z",
    ],
)
def test_a_date_that_cannot_be_falls_to_the_records(value: str) -> None:
    article = take(ninjs(versionCreated=value))
    assert (article.event_time, article.event_time_from, article.received) == (RECORD, "record", RECORD)


def test_content_created_where_there_is_no_version_date() -> None:
    article = take(ninjs(contentCreated="2021-07-14T09:00:00Z", versionCreated="rubbish"))
    assert (article.event_time, article.event_time_from) == ("2021-07-14T09:00:00.000Z", "contentCreated")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Published: 2021-07-13 14:11", "2021-07-13T14:11:00.000Z"),
        ("Posted on July 13, 2021 at 2:11 pm", "2021-07-13T14:11:00.000Z"),
        ("Stand: 13.07.2021, 14:11 Uhr", "2021-07-13T14:11:00.000Z"),
        ("13 July 2021", "2021-07-13T00:00:00.000Z"),
    ],
)
def test_a_date_in_the_texts_own_boilerplate(line: str, found: str) -> None:
    article = plain(f"Bridge stays closed for a week\n\n{line}\n\nThe bridge stays closed, the mayor said.")
    assert (article.event_time, article.event_time_from) == (found, "text")


@pytest.mark.parametrize(
    "text",
    [
        "Bridge stays closed for a week\n\nLast Updated: 2021-07-13 05:17\n\nThe bridge stays closed, the mayor said.",
        "Bridge stays closed for a week\n\nThe bridge was closed on July 1, 2020, the mayor said on Monday.",
    ],
)
def test_no_date_is_made_of_an_update_or_of_the_story(text: str) -> None:
    article = plain(text)
    assert (article.event_time, article.event_time_from) == (RECORD, "record")


def test_published_beats_last_updated() -> None:
    article = plain(
        "Bridge stays closed\n\nLast Updated: 2021-07-14 05:17\nPublished: 2021-07-13 14:11\n\nIt stays closed."
    )
    assert article.event_time == "2021-07-13T14:11:00.000Z"


@pytest.mark.parametrize("ms", [0, RECORD_MS, 253_402_300_799_999])
def test_any_timestamp_of_a_record_can_be_written(ms: int) -> None:
    assert take(ninjs(), ms=ms).received.endswith("Z")


def test_dates_are_read_or_refused_without_an_exception() -> None:
    for text in (
        "1" * 80,
        "-" * 80,
        "Jan " * 20,
        "99:99",
        "Mon, 99 Foo 2021 99:99:99 +9999",
        "2021-07-14T10:00:00+99:99",
    ):
        assert parse_date(text) is None

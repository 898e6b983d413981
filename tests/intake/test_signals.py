"""Signals from metadata and from the conventions of headlines; headlines that only look like them are headlines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.helpers import ninjs, reasons, refuse, take


@pytest.mark.parametrize(
    ("headline", "signal", "rest"),
    [
        ("CORRECTED: Bridge stays closed for a week", "correction", "Bridge stays closed for a week"),
        ("CORRECTED-Bridge stays closed for a week", "correction", "Bridge stays closed for a week"),
        ("CORRECTED-UPDATE 2-Bridge stays closed", "correction", "Bridge stays closed"),
        ("Correction: Bridge stays closed for a week", "correction", "Bridge stays closed for a week"),
        ("REFILE-Bridge stays closed for a week", "refile", "Bridge stays closed for a week"),
        ("REFILE-UPDATE 1-Bridge stays closed", "refile", "Bridge stays closed"),
        ("RPT-Bridge stays closed for a week", "repeat", "Bridge stays closed for a week"),
        ("REPEAT: Bridge stays closed for a week", "repeat", "Bridge stays closed for a week"),
        ("WITHDRAWN: Bridge stays closed for a week", "withdrawn", "Bridge stays closed for a week"),
        ("WITHDRAWN - Bridge stays closed for a week", "withdrawn", "Bridge stays closed for a week"),
        ("KILL: Bridge stays closed for a week", "kill", "Bridge stays closed for a week"),
        ("MANDATORY KILL - Bridge stays closed", "kill", "Bridge stays closed"),
        ("KILL NOTICE: Bridge stays closed for a week", "kill", "Bridge stays closed for a week"),
        ("EMBARGOED UNTIL 14 July 2021 0600 GMT: Bridge stays closed", "embargo", "Bridge stays closed"),
    ],
)
def test_a_marker_before_the_headline_is_a_signal(headline: str, signal: str, rest: str) -> None:
    article = take(ninjs(headline=headline))
    assert (article.signal, article.headline) == (signal, rest)
    assert article.signal_text
    assert reasons(article)["agency-slug"] == article.signal_text


@pytest.mark.parametrize(
    "headline",
    [
        "Kill Bill star says she was hurt in a crash on the set",
        "Kill Bill: the film that made a genre",
        "KILL BILL: VOLUME THREE ANNOUNCED",
        "KILL - OR BE KILLED: LIFE ON THE FRONT",
        "Police kill two in a raid on a house in the south",
        "Repeat offenders: what the figures say",
        "Repeat: a history of the loop",
        "Embargo on arms is lifted after ten years",
        "Oil embargo: what it means for the region",
        "Withdrawn troops arrive at home",
        "Correct answer wins a million",
        "Corrected vision for millions of children",
        "US withdraws story of its envoy",
        "Bridge stays closed for a week",
    ],
)
def test_a_look_alike_is_a_headline(headline: str) -> None:
    article = take(ninjs(headline=headline))
    assert (article.signal, article.headline) == ("none", headline)


@pytest.mark.parametrize(
    ("fields", "signal"),
    [
        ({"pubStatus": "canceled"}, "kill"),
        ({"pubstatus": "canceled"}, "kill"),
        ({"pubStatus": "stat:withheld"}, "withdrawn"),
        ({"pubStatus": "usable"}, "none"),
        ({"edNote": "Corrects spelling of the mayor's name in paragraph 3"}, "correction"),
        ({"ednote": "CORRECTION: figures in the table"}, "correction"),
        ({"edNote": "MANDATORY KILL. The story was wrong."}, "kill"),
        ({"edNote": "This story has been withdrawn."}, "withdrawn"),
        ({"edNote": "Repeats to additional subscribers"}, "repeat"),
        ({"edNote": "Refiles to fix a dropped word"}, "refile"),
        ({"edNote": "Adds quotes from police, who killed two men"}, "none"),
        ({"edNote": "With pictures. Skills of the trade."}, "none"),
        ({"profile": "CORRECTION"}, "correction"),
        ({"genre": [{"name": "Corrective", "code": "genre:corrective"}]}, "correction"),
        ({"genre": [{"name": "Analysis"}]}, "none"),
        (
            {
                "body_text": "(Corrects paragraph 3 to say that it is closed.)\n\nThe bridge is closed, the mayor said."
            },
            "correction",
        ),
        ({"embargoed": "2021-07-15T06:00:00Z"}, "embargo"),
        ({"pubStatus": "canceled", "edNote": "Corrects the name"}, "kill"),
    ],
)
def test_metadata(fields: dict[str, Any], signal: str) -> None:
    article = take(ninjs(**fields))
    assert article.signal == signal
    assert bool(article.signal_text) == (signal != "none")


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"embargoed": "2021-07-15T06:00:00+02:00"}, "2021-07-15T04:00:00.000Z"),
        ({"headline": "EMBARGOED UNTIL 15 July 2021 06:00 GMT: Bridge opens again"}, "2021-07-15T06:00:00.000Z"),
        ({"edNote": "Embargoed until 2021-07-15 06:00 UTC"}, "2021-07-15T06:00:00.000Z"),
        ({"edNote": "Embargoed until further notice"}, None),
    ],
)
def test_the_end_of_an_embargo(fields: dict[str, Any], until: str | None) -> None:
    article = take(ninjs(**fields))
    assert (article.signal, article.embargo_until) == ("embargo", until)


def test_a_kill_names_its_target_and_needs_no_text() -> None:
    article = take(ninjs(pubStatus="canceled", edNote="Kill urn:test:0, which was wrong.", body_text=""))
    assert (article.signal, article.signal_target, article.body) == ("kill", "urn:test:0", "")


def test_a_kill_of_itself_has_no_other_target() -> None:
    assert take(ninjs(pubStatus="canceled", edNote="Kill urn:test:1.")).signal_target == ""


def test_what_a_wire_evolved_from_is_its_target() -> None:
    assert take(ninjs(edNote="CORRECTION", evolvedFrom="urn:test:0")).signal_target == "urn:test:0"


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_newsml_status(status: str) -> None:
    value = (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:test:2" version="2"><itemMeta>'
        f'<pubStatus qcode="stat:{status}"/><link rel="irel:cancels" residref="urn:test:1"/></itemMeta></newsItem>'
    )
    article = take(value.encode())
    assert (article.signal, article.signal_target) == (
        "kill" if status == "canceled" else "withdrawn",
        "urn:test:1",
    )


@pytest.mark.parametrize(
    ("headline", "version"), [("UPDATE 2-Bridge stays closed", 3), ("Bridge stays closed again", 1)]
)
def test_an_update_number_is_a_version_and_no_signal(headline: str, version: int) -> None:
    article = take(ninjs(headline=headline))
    assert (article.version, article.signal) == (version, "none")


def test_a_flash_is_its_headline() -> None:
    assert (
        take(ninjs(headline="Prime minister resigns", body_text="", profile="flash")).body
        == "Prime minister resigns"
    )
    assert refuse(ninjs(headline="Prime minister resigns", body_text="")).error == "empty-body"

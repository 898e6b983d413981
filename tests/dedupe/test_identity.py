"""Which wire is this: resends, revisions, late versions, corrections, kills, embargoes."""

from __future__ import annotations

import pytest

from streams.dedupe.stage import DedupeStage
from tests.dedupe.helpers import article, prose, records, run, told


def test_the_same_wire_again_is_a_resend_even_after_a_newer_version() -> None:
    old, new = article("w", prose(1)), article("w", prose(1) + " And more.", version=2, minutes=5)
    first, second, *again = run(old, new, old, new, old, new)
    assert (first.verdict, second.verdict) == ("unique", "revision")
    assert [p.verdict for p in again] == ["resend"] * 4
    assert [p.supersedes_late for p in again] == [True, False, True, False]


def test_a_revision_says_what_changed() -> None:
    _, told_of = run(article("w", prose(1)), article("w", prose(1, 240), version=2, headline="Another"))
    assert told_of.duplicate_of == "w"
    assert "Version 2 replaces version 1" in told_of.evidence
    assert "Headline was: About w" in told_of.evidence
    assert "of this one is new" in told_of.evidence


def test_a_lower_version_that_comes_late_never_takes_over() -> None:
    stage = DedupeStage()
    run(article("w", prose(1), version=3), stage=stage)
    (late,) = run(article("w", prose(2), version=2), stage=stage)
    assert (late.verdict, late.supersedes_late) == ("revision", True)
    (next_one,) = run(article("w", prose(3), version=3, minutes=9), stage=stage)
    assert "Version 3 again" in next_one.evidence


def test_many_late_versions_do_not_make_the_newest_be_forgotten() -> None:
    stage = DedupeStage()
    newest = article("w", prose(1), version=99)
    run(newest, *(article("w", prose(n), version=n) for n in range(2, 20)), stage=stage)
    (again,) = run(newest, stage=stage)
    assert (again.verdict, again.supersedes_late) == ("resend", False)


def test_the_same_version_with_another_text_is_a_revision_and_says_so() -> None:
    _, other = run(article("w", prose(1)), article("w", prose(2)))
    assert (other.verdict, other.supersedes_late) == ("revision", False)
    assert "again with another text" in other.evidence


def test_a_wire_stays_in_its_family_whatever_its_new_text() -> None:
    a, b, revised = run(article("a", prose(1)), article("b", prose(2)), article("a", prose(2), version=2))
    assert revised.family == a.family != b.family


def test_a_correction_under_a_new_uri_names_the_wire_it_corrects_and_reaches_its_copies() -> None:
    body = prose(1)
    *_, correction = run(
        article("w", body), article("copy", body, minutes=1),
        article("fix", body + " Corrected.", signal="correction", signal_target="w", minutes=2),
    )
    assert (correction.verdict, correction.duplicate_of, correction.affects) == ("correction", "w", ["copy"])


def test_a_correction_without_a_target_finds_it_by_its_text() -> None:
    _, correction = run(article("w", prose(1)), article("fix", prose(1) + " More.", signal="correction"))
    assert (correction.verdict, correction.duplicate_of) == ("correction", "w")


def test_a_kill_reaches_every_copy_before_and_after_it() -> None:
    body = prose(1)
    cut = " ".join(body.split()[:130])
    results = run(
        article("w", body), article("one", body, minutes=1), article("two", cut, minutes=2),
        article("three", "An advert here.\n\n" + body, minutes=3), article("else", prose(5), minutes=4),
        article("w", "Kill this story.", signal="kill", version=2, minutes=5), article("four", body, minutes=6),
    )
    killed, later = results[-2:]
    assert (killed.verdict, killed.duplicate_of) == ("kill", "w")
    assert sorted(killed.affects) == ["one", "three", "two"]
    assert killed.family == results[0].family
    assert later.source_withdrawn
    assert not any(p.source_withdrawn for p in results[:5])


def test_a_kill_under_its_own_uri_names_its_target() -> None:
    *_, killed, old = run(
        article("w", prose(1)), article("k", "Please kill.", signal="kill", signal_target="w", minutes=1),
        article("w", prose(1), version=2, minutes=0.5),
    )
    assert killed.duplicate_of == "w"
    assert old.source_withdrawn  # dated before the kill


@pytest.mark.parametrize(
    ("headline", "body", "signal_text"),
    [
        ("KILL", "Please kill.", "KILL w/2021:1, it is wrong"),
        ("KILL", "Kill the wire (w/2021:1).", ""),
        ("KILL - Bridge falls in the old town", "Please kill.", ""),
    ],
)
def test_a_kill_without_a_target_finds_it_by_uri_or_headline(headline: str, body: str, signal_text: str) -> None:
    *_, killed = run(
        article("w/2021:1", prose(1), headline="Bridge falls in the old town"), article("other", prose(2)),
        article("k", body, signal="kill", headline=headline, signal_text=signal_text, minutes=1),
    )
    assert killed.duplicate_of == "w/2021:1"


def test_a_copy_that_is_killed_takes_nothing_with_it() -> None:
    *_, killed = run(
        article("w", prose(1)), article("copy", prose(1), minutes=1),
        article("copy", "Kill.", signal="withdrawn", version=2, minutes=2),
    )
    assert (killed.verdict, killed.affects) == ("kill", [])


def test_a_kill_that_comes_before_its_wire_is_remembered() -> None:
    killed, wire = run(
        article("k", "Kill it.", signal="kill", signal_target="w", minutes=5), article("w", prose(1), minutes=1),
    )
    assert killed.verdict == "kill"
    assert wire.source_withdrawn


def test_a_newer_version_after_a_kill_takes_the_wire_up_again() -> None:
    *_, back, copy = run(
        article("w", prose(1)), article("w", "Kill.", signal="kill", version=2, minutes=1),
        article("w", prose(1), version=3, minutes=2), article("copy", prose(1), minutes=3),
    )
    assert (back.verdict, back.source_withdrawn, back.supersedes_late) == ("revision", False, False)
    assert not copy.source_withdrawn


def test_a_kill_sent_twice_kills_once() -> None:
    kill = article("w", "Kill.", signal="kill", version=2, minutes=1)
    assert [p.verdict for p in run(article("w", prose(1)), kill, kill)] == ["unique", "kill", "resend"]


def test_an_embargo_holds_a_wire_until_its_time_and_keeps_the_order() -> None:
    until = article("x", "x", minutes=60).event_time
    wires = [
        article("held", prose(1), embargo_until=until), article("later", prose(4), embargo_until=until, minutes=1),
        article("early", prose(2), minutes=59), article("after", prose(3), minutes=61),
    ]
    results = DedupeStage().process(records(wires))
    assert [[d.article.uri for d in told([r])] for r in results] == [[], [], ["early"], ["held", "later", "after"]]


def test_a_wire_under_embargo_survives_a_restart() -> None:
    until = article("x", "x", minutes=60).event_time
    held = DedupeStage().process(records([article("held", prose(1), embargo_until=until)]))
    stage = DedupeStage()
    stage.restore([(key, value) for key, value in held[0].changes if value is not None])
    released = told(stage.process(records([article("after", prose(3), minutes=61)], first=1)))
    assert [d.article.uri for d in released] == ["held", "after"]


def test_outputs_carry_the_coordinates_and_time_of_their_own_record() -> None:
    (result,) = DedupeStage().process(records([article("w", prose(1), minutes=3)], first=41))
    (out,) = result.outputs
    assert dict(out.headers)["ce_id"] == b"articles.clean/0/41"
    assert dict(out.headers)["verdict"] == b"unique"
    assert out.timestamp_ms == records([article("w", "", minutes=3)])[0].timestamp_ms


def test_what_is_no_article_is_refused_and_the_next_one_is_processed() -> None:
    good = records([article("w", prose(1))])[0]
    bad = [good.__class__("articles.clean", 0, 0, 0, None, value) for value in (None, b"{}", b"\xff", b"[]")]
    *refused, fine = DedupeStage().process([*bad, good])
    assert all(r.rejection is not None and r.rejection.error == "not-an-article" for r in refused)
    assert fine.rejection is None
    assert len(fine.outputs) == 1

"""What becomes of a story: each rule of docs/stories.md on the smallest example."""

from __future__ import annotations

from streams.contracts.records import StoryEvent
from streams.stage import Incoming, Result
from streams.stories.fold import fold
from tests.stories.feed import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    START_MS,
    Changelog,
    analyzed,
    command,
    events,
    rejections,
    snapshots,
    toy_stage,
)


def run(*records: Incoming) -> tuple[list[StoryEvent], list[Result]]:
    results = toy_stage().process(records)
    return events(results), results


def story_of(*records: Incoming) -> str:
    """The id that the first of ``records`` gives its story."""
    return run(*records)[0][0].story_id


def test_first_article_founds_a_story_whose_id_says_its_shard() -> None:
    (event,), _ = run(analyzed("a"))
    assert (event.change, event.version, event.material_reasons) == ("created", 1, ["first-event"])
    assert event.story_id.startswith("en-")
    assert [entry.uri for entry in event.delta.added] == ["a"]


def test_an_independent_report_is_material_and_a_copy_is_not() -> None:
    told, _ = run(analyzed("a"), analyzed("b"), analyzed("c", verdict="duplicate", duplicate_of="a", family="a"))
    assert [event.material_reasons for event in told] == [["first-event"], ["new-origin"], []]
    assert (told[-1].counts.articles, told[-1].counts.origins, told[-1].counts.duplicates) == (3, 2, 1)


def test_a_resend_and_a_late_older_version_tell_nothing() -> None:
    told, results = run(
        analyzed("a", version=3), analyzed("a", version=3, verdict="resend"), analyzed("a", version=2),
        analyzed("a", version=1, verdict="revision", supersedes_late=True),
    )
    assert len(told) == 1
    assert rejections(results) == []


def test_a_revision_replaces_the_text_in_its_story() -> None:
    told, _ = run(analyzed("a", "t1"), analyzed("a", "t2", version=2, verdict="revision", duplicate_of="a"))
    assert (told[1].change, told[1].version, told[1].story_id) == ("revised", 2, told[0].story_id)
    assert told[1].headline.startswith("t2")
    assert "headline" in told[1].because.text
    assert not told[1].material


def test_a_correction_under_its_own_uri_silences_what_it_corrects() -> None:
    told, _ = run(analyzed("a", "t1", body="41 people were killed in the region, officials said on Monday."),
                  analyzed("b", "t1", verdict="correction", duplicate_of="a", family="a",
                           body="14 people were killed in the region, officials said on Monday."))
    assert told[1].change == "revised"
    assert told[1].material_reasons == ["correction", "key-number"]
    assert {sentence.uri for sentence in told[1].summary} == {"b"}
    assert told[1].counts.articles == 2


def test_a_kill_retracts_its_target_and_flags_the_copies_in_every_story() -> None:
    told, _ = run(
        analyzed("a", "t1"), analyzed("b", "t1"),
        analyzed("c", "t1", verdict="duplicate", duplicate_of="a", family="a"),
        analyzed("d", "t2"), analyzed("e", "t2", family="a"),
        analyzed("k", "t1", verdict="kill", signal_target="a", affects=["c", "e"]),
    )
    retracted, flagged = told[-2:]
    assert retracted.change == "retracted"
    assert [entry.uri for entry in retracted.delta.removed] == ["a"]
    revised = [(entry.uri, entry.verdict) for entry in retracted.delta.revised]
    assert revised == [("k", "kill"), ("c", "source-withdrawn")]
    assert retracted.counts.origins == 1
    assert [origin.withdrawn for origin in retracted.origins if origin.id == "a"] == [True]
    assert (flagged.change, flagged.counts.articles, flagged.counts.origins) == ("flagged", 2, 1)
    assert retracted.material_reasons == flagged.material_reasons == ["kill"]


def test_a_second_kill_of_what_was_flagged_already_is_told_of_where_the_copies_are() -> None:
    stage = toy_stage()
    stage.process([analyzed("a", "t1"), analyzed("b", "t1"), analyzed("k", verdict="kill", signal_target="a",
                                                                      affects=["b"])])
    told = events(stage.process([analyzed("l", verdict="kill", signal_target="a", affects=["b"])]))
    assert [(event.change, [entry.uri for entry in event.delta.revised]) for event in told] == [("flagged", ["l"])]


def test_a_story_whose_last_member_is_killed_is_closed() -> None:
    told, _ = run(analyzed("a"), analyzed("a", verdict="kill", version=2, duplicate_of="a"))
    assert (told[1].change, told[1].status, told[1].counts.articles) == ("retracted", "closed", 0)
    assert told[1].headline == told[0].headline


def test_what_was_killed_does_not_come_back_by_a_resend() -> None:
    told, _ = run(analyzed("a"), analyzed("a", verdict="kill", version=2, duplicate_of="a"),
                  analyzed("a", verdict="resend", duplicate_of="a"))
    assert len(told) == 2


def test_a_kill_of_an_unknown_article_is_refused_with_both_names() -> None:
    _, results = run(analyzed("k", verdict="kill", signal_target="never-seen"))
    (refused,) = rejections(results)
    assert refused.error == "kill-target-unknown"
    assert "k kills never-seen" in refused.message


def test_a_quiet_story_closes_and_what_comes_later_takes_it_up_under_a_new_id() -> None:
    late = START_MS + 8 * DAY_MS
    told, _ = run(analyzed("a"), analyzed("b", at_ms=late))
    assert [event.change for event in told] == ["created", "closed", "created"]
    assert told[2].continues == told[0].story_id != told[2].story_id
    assert told[2].redirects[0].kind == "continues"


def test_a_closed_story_that_is_taken_up_twice_has_one_continuation() -> None:
    late = START_MS + 8 * DAY_MS
    told, _ = run(analyzed("a"), analyzed("b", at_ms=late), analyzed("c", at_ms=late + HOUR_MS))
    assert told[3].change == "articleAdded"
    assert told[3].story_id == told[2].story_id


def test_a_copy_that_takes_up_a_closed_story_wakes_nobody() -> None:
    late = START_MS + 8 * DAY_MS
    told, _ = run(analyzed("a"), analyzed("b", at_ms=late, verdict="duplicate", duplicate_of="a", family="a"))
    assert (told[2].change, told[2].material) == ("created", False)


def test_a_forgotten_story_leaves_the_snapshots() -> None:
    told, results = run(analyzed("a", "t1"), analyzed("b", "t2", at_ms=START_MS + 8 * DAY_MS),
                        analyzed("c", "t3", at_ms=START_MS + 16 * DAY_MS))
    assert told[0].story_id not in snapshots(results)


def test_a_backdated_article_does_not_make_its_story_the_elder() -> None:
    now, years = START_MS + 30 * HOUR_MS, 3 * 365 * DAY_MS
    told, _ = run(
        analyzed("a", "t1 t2"), analyzed("n", "t8", at_ms=now),
        # Dated three years back, it counts as a day old at the most, and the first story is older than that.
        analyzed("b", "t3 t4", at_ms=now - years, record_ms=now),
        analyzed("a", "t1 t2 t3 t4", version=2, verdict="revision", record_ms=now),
    )
    merged = {event.story_id: event.status for event in told if event.change == "merged"}
    assert merged == {told[0].story_id: "open", told[2].story_id: "merged"}


def test_a_late_article_of_the_lateness_allowed_makes_its_story_the_elder() -> None:
    told, _ = run(analyzed("a", "t1 t2"), analyzed("b", "t3 t4", at_ms=START_MS - HOUR_MS, record_ms=START_MS),
                  analyzed("a", "t1 t2 t3 t4", version=2, verdict="revision"))
    merged = {event.story_id: event.status for event in told if event.change == "merged"}
    assert merged == {told[0].story_id: "merged", told[1].story_id: "open"}


def test_a_merge_leaves_a_redirect_and_chains_are_flattened() -> None:
    first, second, third = START_MS, START_MS + MINUTE_MS, START_MS + 2 * MINUTE_MS
    stage = toy_stage()
    results = stage.process([analyzed("c", "t5", at_ms=third), analyzed("b", "t4", at_ms=second, record_ms=third),
                             analyzed("a", "t3", at_ms=first, record_ms=third)])
    c, b, a = (event.story_id for event in events(results))
    results += stage.process([command("1", "merge", c, into=b), command("2", "merge", b, into=a)])
    current = snapshots(results)
    assert (current[c].redirect_to, current[b].redirect_to, current[a].redirect_to) == (a, a, "")
    assert fold(events(results)).membership() == {"a": a, "b": a, "c": a}


def test_a_redirect_becomes_a_tombstone() -> None:
    stage = toy_stage(redirect_hours=24.0)
    results = stage.process([analyzed("a", "t1"), analyzed("b", "t2")])
    a, b = (event.story_id for event in events(results))
    results += stage.process([command("1", "merge", a, into=b), analyzed("c", "t1", at_ms=START_MS + 2 * DAY_MS)])
    assert sorted(snapshots(results)) == [min(a, b)]


def test_a_merge_of_more_members_than_an_event_holds_is_told_in_several() -> None:
    stage = toy_stage()
    results = stage.process([analyzed("z", "t9")])
    results += stage.process([analyzed(f"w{n:03}", "t1", at_ms=START_MS + MINUTE_MS) for n in range(130)])
    told = events(results)
    survivor, loser = told[0].story_id, told[1].story_id
    results += stage.process([command("1", "merge", loser, into=survivor)])
    merged = [event for event in events(results) if event.change == "merged"]
    assert [len(event.delta.removed) for event in merged if event.story_id == loser] == [50, 50, 30]
    assert [len(event.delta.added) for event in merged if event.story_id == survivor] == [50, 50, 30]
    assert sum(event.material for event in merged) == 2
    state = fold(events(results))
    assert len(state.members(survivor)) == 131
    assert state.current()[loser].status == "merged"


def test_an_undated_wire_does_not_throw_a_replay_of_old_wires_into_the_present() -> None:
    years = 5 * 365 * DAY_MS
    told, _ = run(
        analyzed("a", at_ms=START_MS, record_ms=START_MS + years),
        analyzed("b", at_ms=START_MS + years + 1000, record_ms=START_MS + years + 1000, dated=False),
        analyzed("c", at_ms=START_MS + HOUR_MS, record_ms=START_MS + years + 2000),
    )
    assert [event.change for event in told] == ["created", "articleAdded", "articleAdded"]
    assert told[1].last_updated == "2021-07-14T12:00:01.000Z"


def test_a_repair_waits_an_hour_after_the_opposite_one() -> None:
    records = [analyzed(f"w{n}", "t1 t2") for n in range(3)]
    stray = analyzed("w2", "t7", version=2, verdict="revision")
    back = analyzed("w2", "t1 t2", version=3, verdict="revision", at_ms=START_MS + MINUTE_MS)
    later = analyzed("w2", "t1 t2", version=4, verdict="revision", at_ms=START_MS + 2 * HOUR_MS)
    told, _ = run(*records, stray, back)
    assert [event.because.rule for event in told[-3:]] == ["repair-split", "repair-split", "revision"]
    told, _ = run(*records, stray, back, later)
    assert [event.because.rule for event in told[-3:]] == ["revision", "repair-merge", "repair-merge"]


def test_families_that_turn_out_to_be_one_are_one_origin() -> None:
    pieces = [analyzed("a", family="f1"), analyzed("b", family="f2")]
    whole = analyzed("c", family="f1", linked=["f2"])
    told, _ = run(*pieces, whole)
    assert [event.counts.origins for event in told] == [1, 2, 1]
    assert [sorted(origin.members) for origin in told[-1].origins] == [["a", "b", "c"]]
    assert not told[-1].material


def test_a_joined_origin_is_still_one_after_a_restart() -> None:
    log = [analyzed("a", family="f1"), analyzed("b", family="f2"), analyzed("c", family="f1", linked=["f2"])]
    later = analyzed("d", family="f1")
    stage, changelog = toy_stage(), Changelog()
    changelog.append(stage.process(log))
    restored = toy_stage()
    restored.restore(changelog.entries.items())
    assert restored.process([later]) == stage.process([later])
    assert events(toy_stage().process([*log, later]))[-1].counts.origins == 1

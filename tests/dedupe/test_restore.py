"""State from the changelog behaves like the state that wrote it, wherever the run was cut."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.records import Article
from streams.dedupe.stage import DedupeStage
from streams.stage import Incoming, Result
from tests.dedupe.helpers import article, prose, records, state, told


def feed(seed: int, count: int) -> list[Article]:
    """A feed with everything in it: copies, cuts, splices, versions, resends, kills, embargoes, standing lines."""
    rng = random.Random(seed)
    sent: list[Article] = []
    for number in range(count):
        minutes = number * rng.choice([1, 1, 1, 45]) if rng.random() < 0.9 else rng.randint(0, 20_000)
        body = prose(rng.randint(0, 60), rng.choice([5, 40, 120]))
        kind = rng.choice("nnnncchvvrkesl")
        old = rng.choice(sent) if sent else None
        fields: dict[str, object] = {"source": rng.choice(["", "The Daily", "The Weekly"])}
        uri = f"w{number}"
        if old is not None:
            words = old.body.split()
            if kind == "c":
                body = " ".join(words[: max(3, len(words) * rng.randint(2, 10) // 10)])
            elif kind == "h":
                body, fields["headline"] = old.body, "Another headline"
            elif kind == "v":
                uri, body, fields["version"] = old.uri, old.body + " " + prose(number, 30), rng.randint(1, 4)
            elif kind == "r":
                sent.append(old)
                continue
            elif kind == "k":
                fields["signal"] = "kill"
                if rng.random() < 0.5:
                    uri, fields["version"] = old.uri, old.version
                else:
                    fields["signal_target"] = old.uri
            elif kind == "s":
                body = " ".join(words[: len(words) // 2]) + "\n\n" + body
        if kind == "l":
            body += "\n\nRead our standing offer for 12 new readers"
        if kind == "e":
            fields["embargo_until"] = article("x", "x", minutes=minutes + rng.randint(1, 600)).event_time
        sent.append(article(uri, body, minutes=minutes, **fields))
    return sent


def drive(stage: DedupeStage, items: list[Incoming], rng: random.Random) -> list[Result]:
    results: list[Result] = []
    while items:
        step = rng.choice([1, 2, 7, 64, 150])
        results += stage.process(items[:step])
        items = items[step:]
    return results


def check(seed: int, count: int, window_h: float, keep: int = 0) -> None:
    items = records(feed(seed, count))
    rng = random.Random(seed)
    whole = DedupeStage(window_h, keep).process(items)
    cut = rng.randint(0, len(items))
    before = drive(DedupeStage(window_h, keep), items[:cut], rng)
    fresh = DedupeStage(window_h, keep)
    fresh.restore(list(state(change for result in before for change in result.changes).items()))
    after = drive(fresh, items[cut:], rng)
    assert before + after == whole


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 10.0, 72.0]), st.sampled_from([0, 50]))
def test_a_restored_stage_goes_on_byte_for_byte(seed: int, window_h: float, keep: int) -> None:
    check(seed, 120, window_h, keep)


def test_a_restored_stage_goes_on_byte_for_byte_over_many_blocks_of_the_index() -> None:
    check(1, 400, 40.0)


def test_an_index_small_enough_to_overflow_is_restored_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.dedupe.store.SMALLEST_INDEX", 8)
    check(2, 300, 20.0)


def test_an_unknown_changelog_key_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"dedupe\.changelog: unknown key b'zz'"):
        DedupeStage().restore([(b"zz", b"")])


def test_what_was_not_used_for_the_window_is_forgotten_and_its_keys_are_tombstoned() -> None:
    stage = DedupeStage(window_h=2, keep=0)
    items = records([article(f"w{i}", prose(i, 40), minutes=5 * i) for i in range(200)])
    kept: dict[bytes, bytes] = {}
    for item in items:
        for result in stage.process([item]):
            state(result.changes, kept)
    # Two hours of wires, and those whose age the clock (a median) has yet to see.
    assert len([key for key in kept if key[:1] == b"d"]) <= 24 + 10
    assert len([key for key in kept if key[:1] == b"u"]) <= 24 + 10


def test_the_newest_are_kept_however_old_they_are() -> None:
    stage = DedupeStage(window_h=2, keep=30)
    body = prose(900, 80)
    filler = [article(f"w{i}", prose(i, 40), minutes=60 * i) for i in range(1, 29)]
    results = stage.process(records([article("old", body), *filler, article("copy", body, minutes=60 * 30)]))
    assert told(results)[-1].provenance.duplicate_of == "old"
    assert not [key for result in results for key, value in result.changes if value is None]

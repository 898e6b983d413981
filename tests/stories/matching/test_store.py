"""The parts of the clusterer's memory: sorted times and lists of articles, against plain ones."""

from __future__ import annotations

from bisect import insort

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from streams.stories.matching import postings as postings_module
from streams.stories.matching import times as times_module
from streams.stories.matching.postings import ORDER, Postings
from streams.stories.matching.times import Times


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=150), st.integers(0, 40))
def test_times_are_those_of_a_sorted_list_and_are_counted_between_any_two(
    steps: list[tuple[int, bool]], at: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times_module, "_ROOM", 2)
        times, plain = Times(), list[int]()
        for time, comes in steps:
            if comes or time not in plain:
                times.add(time)
                insort(plain, time)
            else:
                times.remove(time)
                plain.remove(time)
            assert times.between(at, np.arange(41)).tolist() == [
                sum(min(at, other) < held < max(at, other) for held in plain) for other in range(41)]
            assert len(times) == len(plain)


def test_a_time_that_is_not_held_cannot_be_removed() -> None:
    times = Times()
    times.add(5)
    for absent in (4, 6):
        with pytest.raises(ValueError, match=f"{absent} is not held"):
            times.remove(absent)


def order(times: list[int]) -> NDArray[np.void]:
    """Of slots with these times, the lower slot first of equal ones."""
    return np.array(list(zip(times, range(len(times)), strict=True)), ORDER)


def terms(*numbers: int) -> NDArray[np.uint32]:
    return np.array(numbers, np.uint32)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 9, 10, 18]), st.integers(0, 12)), max_size=150), st.integers(1, 5))
def test_a_term_leads_to_its_articles_in_the_order_of_their_times(steps: list[tuple[int, int]], newest: int) -> None:
    times = [draw * 7 % 5 for draw in range(13)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings_module, "_SMALLEST", 8)  # terms 1, 9 and 10, 2, 18 want each other's places
        postings, plain = Postings(), dict[int, set[int]]()
        for term, slot in steps:
            known = plain.setdefault(term, set())
            if slot in known:
                postings.remove(terms(term), slot)
                known.remove(slot)
            else:
                postings.add(terms(term), slot, order(times))
                known.add(slot)
        held = {term: known for term, known in plain.items() if known}
        assert len(postings) == len(held)
        for term in plain:
            ordered = sorted(held.get(term, ()), key=lambda slot: (times[slot], slot))
            assert postings.read(terms(term), 100, 100)[0].tolist() == ordered
            assert postings.read(terms(term), newest, 100)[0].tolist() == ordered[-newest:]


def test_articles_that_come_and_go_leave_no_more_room_behind_than_their_window_took() -> None:
    draw, postings = np.random.default_rng(5), Postings()
    times = order(list(range(100)))
    held: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)] * 100
    room = 0
    for number in range(5000):
        slot = number % 100
        postings.remove(held[slot], slot)
        held[slot] = np.unique(np.concatenate([draw.integers(1, 60, 8), draw.integers(1, 1 << 24, 12)])).astype(
            np.uint32)
        postings.add(held[slot], slot, times)
        if number == 1000:
            room = len(postings._pool)
    assert len(postings) == len(set(np.concatenate(held).tolist()))
    assert len(postings._pool) <= room
    for slot in range(100):
        postings.remove(held[slot], slot)
    assert len(postings) == 0
    assert not postings._table["length"].any()


def test_short_lists_are_read_first_and_only_as_many_as_the_budget_allows() -> None:
    postings = Postings()
    for term, count in ((7, 5), (8, 1), (9, 3)):
        for slot in range(count):
            postings.add(terms(term), slot, order(list(range(5))))
    slots, places, counts = postings.read(terms(7, 8, 9, 10), 100, 4)
    assert (places.tolist(), counts.tolist(), sorted(slots.tolist())) == ([1, 2], [1, 3], [0, 0, 1, 2])
    assert postings.read(terms(7, 8, 9), 2, 5)[2].tolist() == [1, 2, 2]
    assert [len(part) for part in postings.read(terms(10), 100, 4)] == [0, 0, 0]

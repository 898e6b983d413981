"""The parts of the clusterer's memory: sorted times and lists of articles, against plain ones."""

from __future__ import annotations

from bisect import insort

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.stories.matching import postings as postings_module
from streams.stories.matching import times as times_module
from streams.stories.matching.postings import Postings
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


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12)), max_size=120), st.integers(1, 5))
def test_a_term_leads_to_its_articles_in_the_order_of_their_times(steps: list[tuple[int, int]], newest: int) -> None:
    times = [draw * 7 % 5 for draw in range(13)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings_module, "_LONG", 12)
        postings, plain = Postings(lambda slot: (times[slot], str(slot))), dict[int, set[int]]()
        for term, slot in steps:
            known = plain.setdefault(term, set())
            if slot in known:
                postings.remove(term, slot)
                known.remove(slot)
            else:
                postings.add([term], slot)
                known.add(slot)
        held = {term: known for term, known in plain.items() if known}
        assert len(postings) == len(held)
        for term, known in held.items():
            ordered = sorted(known, key=lambda slot: (times[slot], str(slot)))
            assert postings.read([term], 100, 100)[0].tolist() == ordered
            assert postings.read([term], newest, 100)[0].tolist() == ordered[-newest:]


def test_short_lists_are_read_first_and_only_as_many_as_the_budget_allows() -> None:
    postings = Postings(lambda slot: (slot, ""))
    for term, count in ((7, 5), (8, 1), (9, 3)):
        for slot in range(count):
            postings.add([term], slot)
    slots, places, counts = postings.read([7, 8, 9, 10], 100, 4)
    assert (places.tolist(), counts.tolist(), sorted(slots.tolist())) == ([1, 2], [1, 3], [0, 0, 1, 2])
    assert postings.read([7, 8, 9], 2, 5)[2].tolist() == [1, 2, 2]
    assert [len(part) for part in postings.read([10], 100, 4)] == [0, 0, 0]

"""Average linkage and the graph of neighbours: what is grouped, and what is remembered."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.stories.matching.context import CONTEXT, context
from streams.stories.matching.linkage import linked
from streams.stories.matching.neighbours import Neighbours


def groups(labels: list[int]) -> set[frozenset[int]]:
    return {frozenset(place for place, each in enumerate(labels) if each == label) for label in labels}


def test_two_pairs_that_are_far_from_each_other_stay_two() -> None:
    chances = np.full((4, 4), 10)
    chances[0, 1] = chances[1, 0] = chances[2, 3] = chances[3, 2] = 90
    assert groups(linked(chances, 50)) == {frozenset({0, 1}), frozenset({2, 3})}


def test_one_near_member_is_not_enough_where_the_mean_is_low() -> None:
    """What single linkage would chain together, the mean keeps apart."""
    chances = np.full((5, 5), 5)
    for one, two in ((0, 1), (1, 2), (0, 2), (3, 4)):
        chances[one, two] = chances[two, one] = 95
    chances[2, 3] = chances[3, 2] = 90
    assert groups(linked(chances, 42)) == {frozenset({0, 1, 2}), frozenset({3, 4})}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(0, 10_000), st.floats(2.0, 36.0))
def test_no_two_groups_are_left_whose_mean_chance_reaches_the_threshold(count: int, seed: int, least: float) -> None:
    draw = np.random.default_rng(seed).integers(0, 20, (count, count))
    chances = draw + draw.T
    labels = linked(chances, least)
    found = [sorted(group) for group in groups(labels)]
    assert sorted(place for group in found for place in group) == list(range(count))
    for one in found:
        assert labels[one[0]] == one[0]
        for two in found:
            assert one is two or chances[np.ix_(one, two)].mean() < least


def test_the_higher_of_what_two_articles_say_of_each_other_counts() -> None:
    graph = Neighbours()
    graph.add("a", {"b": 5, "gone": 40})
    graph.add("b", {"a": 9, "c": -20})
    graph.add("c", {})
    assert graph.of("a") == {"b": 9}
    assert graph.of("b") == {"a": 9, "c": -20}
    assert graph.of("c") == {"b": -20}


@settings(max_examples=50, deadline=None)
@given(st.permutations(["a", "b", "c", "d"]), st.sets(st.sampled_from("abcd")))
def test_neighbours_depend_on_what_is_held_and_not_on_the_order(order: list[str], removed: set[str]) -> None:
    near = {"a": {}, "b": {"a": 3}, "c": {"a": -5, "b": 30}, "d": {"a": 1, "c": 2}}
    one, two = Neighbours(), Neighbours()
    for uri in order:
        one.add(uri, near[uri])
    for uri in sorted(removed):
        one.remove(uri)
    held = set(near) - removed
    for uri in sorted(held):
        two.add(uri, near[uri])
    assert {uri: one.of(uri) for uri in sorted(held)} == {uri: two.of(uri) for uri in sorted(held)}


def test_a_pair_is_described_by_itself_and_by_the_nearest_of_both() -> None:
    rows = [{"b": 20, "x": 50}, {"a": 20, "x": 45, "y": -30}]
    left, right, features = context(rows, ["a", "b"], 99)
    assert (left.tolist(), right.tolist()) == ([0], [1])
    told = dict(zip(CONTEXT, features[0].tolist(), strict=True))
    assert (told["odds"], told["best_low"], told["best_high"]) == (2.0, 4.5, 5.0)
    assert (told["behind_low"], told["behind_high"]) == (-3.0, -2.5)
    assert told["common"] > 0.9
    assert np.isclose(told["held"], np.log(100))


def test_two_that_were_not_near_are_no_pair_whoever_is_near_to_both() -> None:
    left, _, features = context([{"x": 60}, {"x": 60}], ["a", "b"], 99)
    assert (len(left), features.shape) == (0, (0, len(CONTEXT)))

"""The laws of docs/stories.md over a few hundred random sequences; tests/stories/laws.py runs ten thousand."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.stories.laws import Op, check_sequence, ops


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ops())
def test_the_laws_hold_over_random_sequences(sequence: list[Op]) -> None:
    check_sequence(sequence)

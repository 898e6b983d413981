"""What is remembered is what would be worked out again, in bounded room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.text.remembered import Remembered


@given(st.lists(st.text("abc", max_size=4)))
def test_answers_are_those_of_the_function_whatever_was_forgotten(keys: list[str]) -> None:
    remembered = Remembered(str.upper, limit=3, longest=3)
    assert [remembered[key] for key in keys] == [key.upper() for key in keys]


def test_a_key_that_comes_back_is_not_worked_out_again() -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append, limit=2)
    for key in ["often", "a", "often", "b", "often", "c", "often"]:
        remembered[key]
    assert asked == ["often", "a", "b", "c"]


def test_of_a_flood_of_keys_at_most_twice_the_limit_are_held() -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append, limit=5)
    keys = [str(number) for number in range(100)]
    for key in keys:
        remembered[key]
    del asked[:]
    for key in reversed(keys):
        remembered[key]
    assert len(asked) >= 90
    assert len(remembered) <= 5


def test_long_keys_are_not_kept() -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append, longest=3)
    for key in ["abcd", "abcd", "abc", "abc"]:
        remembered[key]
    assert asked == ["abcd", "abcd", "abc"]


def test_forgetting_asks_anew() -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append, limit=1)
    for key in ["a", "b"]:
        remembered[key]
    remembered.forget()
    for key in ["a", "b"]:
        remembered[key]
    assert asked == ["a", "b", "a", "b"]

"""A few thousand generated wires; the whole 100,000 run with ``python -m tests.intake.fuzz``."""

from __future__ import annotations

from tests.intake.fuzz import account, wires


def test_every_generated_wire_is_accounted_for() -> None:
    ends = account(wires(2000, seed=5))
    assert ends.total() == 2000
    assert ends["article"] > 500
    assert {
        "not-json",
        "wrong-shape",
        "invalid-utf8",
        "no-uri",
        "uri-too-long",
        "empty-body",
        "bad-xml",
    } <= ends.keys()


def test_a_seed_names_a_feed() -> None:
    assert list(wires(50, seed=3)) == list(wires(50, seed=3))
    assert list(wires(50, seed=3)) != list(wires(50, seed=4))

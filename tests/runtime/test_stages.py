"""Which stages a worker runs, by name."""

from __future__ import annotations

import pytest

from streams import topics
from streams.bench.passthrough import passthrough
from streams.errors import InputError
from streams.runtime.stages import STAGES, hops


def test_hops_come_in_the_order_of_the_way_whatever_the_order_asked() -> None:
    assert [hop.name for hop in hops(["stories", "intake"], passthrough)] == ["intake", "stories", "commands"]


def test_stages_without_state_share_an_instance() -> None:
    by_name = {hop.name: hop for hop in hops(STAGES, passthrough)}
    assert by_name["entities"].shared is not None
    assert by_name["stories"].shared is None
    assert by_name["stories"].changelog == topics.STORIES_CHANGELOG


@pytest.mark.parametrize("names", [[], ["storeis"], ["intake", ""]])
def test_an_unknown_stage_is_named(names: list[str]) -> None:
    with pytest.raises(InputError, match="expected some of intake, dedupe, entities, stories, got"):
        hops(names, passthrough)

"""Which stages a worker runs, by name."""

from __future__ import annotations

import pytest

from streams import topics
from streams.bench import passthrough as made_up
from streams.bench.passthrough import passthrough
from streams.errors import InputError
from streams.runtime.stages import STAGES, hops
from streams.stage import Stage
from tests.runtime.fakes import incoming


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


@pytest.mark.parametrize("kind", [made_up.PassDedupe, made_up.PassStories])
def test_a_pass_through_stage_forgets_the_oldest_and_can_be_restored(
    kind: type[Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "_SEEN", 5)
    monkeypatch.setattr(made_up, "_MEMBERS", 2)
    monkeypatch.setattr(made_up, "_STORIES", 3)
    batch = [incoming(n, key=b"en", headers=(("ce_subject", b"u%d" % (n % 9 if n % 4 else 0)),)) for n in range(60)]
    whole, stopped, live = kind(), kind(), dict[bytes, bytes]()
    expected = whole.process(batch)
    for result in stopped.process(batch[:30]):
        for key, value in result.changes:
            live.pop(key, None)
            if value is not None:
                live[key] = value
    restored = kind()
    restored.restore(live.items())
    assert restored.process(batch[30:]) == expected[30:]
    assert len(live) <= 5

"""Laws of the registry over random stories: what it tells adds up, and a restored one goes on with the same bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.records import StoryEntity
from tests.entities.registry.shard import NOW_MS, Shard, body, person, place

NAMES = (
    person("Tariq Arian"), person("Tareq Arian"), person("Tariq Arian", "Tarek Aryan"), person("Tarek Aryan"),
    person("Tariq Aziz"), person("John Smith"), person("John A. Smith"), person("John Smith", "John B. Smith"),
    person("Arian"), body("Taliban"), body("NATO"), body("North Atlantic Treaty Organization"),
    body("Interior Ministry"), body("Interior Ministry", "MOI"), place("Kabul", 1138958), place("Kabul", None),
    place("Spin Boldak", None), place("Spinboldak", None), person("Maria Lopez"), person("Maria Lopes"),
)
STORIES = [f"en-{letter}" for letter in "abcdefgh"]

#: (story, names, what happens): several of one step are told together.
acts = st.tuples(
    st.sampled_from(STORIES), st.sets(st.integers(0, len(NAMES) - 1), max_size=8),
    st.sampled_from(["see", "see", "see", "lost", "move", "forget", "restart"]), st.booleans(),
)


def distinct(numbers: set[int]) -> list[StoryEntity]:
    """One entity a name, as a story's ledger gives them."""
    return list({(NAMES[n].name, NAMES[n].geonames_id): NAMES[n] for n in sorted(numbers)}.values())


@settings(max_examples=300, deadline=None)
@given(st.lists(acts, max_size=40))
def test_a_restored_registry_goes_on_with_the_same_bytes(steps: list[tuple[str, set[int], str, bool]]) -> None:
    shard = Shard()
    twin = shard.restored()
    for story, numbers, act, ends in steps:
        if act == "restart":
            shard.settle()
            twin.settle(NOW_MS, NOW_MS)
            twin = shard.restored()
            continue
        entities = distinct(numbers)
        if act == "forget":
            shard.registry.forget(story)
            shard.fold.forget(story)
            twin.forget(story)
        else:
            how = {"lost": act != "see", "moving": act == "move"}
            shard.told[story] = shard.registry.see(story, entities, **how)
            assert twin.see(story, entities, **how) == shard.told[story]
        if ends:
            outputs, changes = shard.registry.settle(NOW_MS, NOW_MS)
            assert twin.settle(NOW_MS, NOW_MS) == (outputs, changes)
            shard.keep(changes)
            shard.fold.read(outputs)
            check(shard)


def check(shard: Shard) -> None:
    """What is held is what was told, but for what is not worth telling yet; and nothing is held of what is gone."""
    held = shard.registry.stories()
    for id, event in shard.fold.current.items():
        assert shard.fold.stories[id].keys() <= held[id].keys()
        assert len(held[id]) - len(shard.fold.stories[id]) < max(1, event.stories)
        assert event.status == "open"
    announced = shard.fold.current.keys()
    assert all(id in announced for id, stories in held.items() if len(stories) > 1), "a second story announces"
    for story in STORIES:
        ids = [id for id, stories in held.items() if story in stories]
        assert len(ids) == len(set(ids))


@settings(max_examples=100, deadline=None)
@given(st.lists(acts, max_size=30))
def test_when_every_story_is_forgotten_nothing_is_left(steps: list[tuple[str, set[int], str, bool]]) -> None:
    shard = Shard()
    for story, numbers, act, _ in steps:
        shard.registry.see(story, distinct(numbers), lost=act == "lost")
        shard.settle()
    for story in STORIES:
        shard.forget(story)
    assert {key[:1] for key in shard.entries} <= {b"q"}
    assert shard.registry.stories() == {}
    assert shard.fold.current == {}
    assert shard.registry.empty()

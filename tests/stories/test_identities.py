"""Names across stories, through the stage: what wires and editors do to the links between stories."""

from __future__ import annotations

from streams.contracts.records import EntityEvent, StoryEvent
from streams.stage import Incoming, Result
from tests.entities.registry.shard import EntityFold
from tests.stories.feed import DAY_MS, MINUTE_MS, START_MS, analyzed, command, events, toy_stage

KABUL = ("Raz Mohammad", "Zabihullah Mujahid", "Arif Kakar")


class Feed:
    """A stage that is fed one record a minute, and what it told."""

    def __init__(self) -> None:
        self.stage = toy_stage()
        self.fold = EntityFold()
        self.now = START_MS
        self.stories: dict[str, StoryEvent] = {}
        self.homes: dict[str, str] = {}

    def send(self, record: Incoming) -> list[EntityEvent]:
        results: list[Result] = self.stage.process([record])
        for event in events(results):
            self.stories[event.story_id] = event
            self.homes |= {entry.uri: event.story_id for entry in event.delta.added}
        return self.fold.read(out for result in results for out in result.outputs)

    def wire(self, uri: str, topic: str, *names: str, after_ms: int = MINUTE_MS, **more: object) -> list[EntityEvent]:
        self.now += after_ms
        return self.send(analyzed(uri, topic, at_ms=self.now, names=names, **more))  # type: ignore[arg-type]  # of a test helper

    def story(self, uri: str) -> str:
        """The story that the uri joined last."""
        return self.homes[uri]

    def id(self, story: str, name: str) -> str:
        return next(entity.id for entity in self.stories[story].entities if name in (entity.name, *entity.aliases))


def told_of(events: list[EntityEvent], name: str) -> list[EntityEvent]:
    return [event for event in events if name in (event.name, *(alias.form for alias in event.aliases))]


def test_two_stories_point_to_one_identity() -> None:
    feed = Feed()
    assert feed.wire("a", "t1", "Tariq Arian", *KABUL) == []
    (event,) = told_of(feed.wire("b", "t2", "Tareq Arian", *KABUL), "Tareq Arian")
    assert event.change == "created"
    assert feed.id(feed.story("a"), "Tariq Arian") == feed.id(feed.story("b"), "Tareq Arian") == event.identity_id
    assert (event.because.rule, event.because.articles) == ("transliteration", ["b", "a"])


def test_a_kill_undoes_the_link_that_the_killed_article_was_the_evidence_of() -> None:
    feed = Feed()
    feed.wire("a", "t1", "Tariq Arian", *KABUL)
    feed.wire("b1", "t2", "Tareq Arian")
    feed.wire("b2", "t2", "Tareq Arian", *KABUL)
    old = feed.id(feed.story("a"), "Tariq Arian")
    assert feed.id(feed.story("b1"), "Tareq Arian") == old
    undone = feed.wire("b2", "t2", verdict="kill", version=2, duplicate_of="b2")
    (event,) = [event for event in undone if event.identity_id == old]
    assert event.change == "split"
    assert [link.story_id for link in event.delta.removed] == [feed.story("b1")]
    new = feed.id(feed.story("b1"), "Tareq Arian")
    assert new != old
    assert [(redirect.from_id, redirect.to_id) for redirect in event.redirects] == [(old, new)]
    # Who else was in the killed article is no longer in that story.
    gone = {event.name: event for event in undone if event.identity_id != old}
    assert gone.keys() == set(KABUL)
    assert {event.change for event in gone.values()} == {"retracted"}


def test_a_kill_of_a_story_s_only_article_takes_all_its_names() -> None:
    feed = Feed()
    feed.wire("a", "t1", "Joe Biden", *KABUL)
    feed.wire("b", "t2", "Joe Biden", *KABUL)
    told = feed.wire("b", "t2", verdict="kill", version=2, duplicate_of="b")
    assert {(event.change, event.stories) for event in told} == {("retracted", 1)}
    assert len(told) == 4


def test_a_revision_that_names_another_takes_the_first_away() -> None:
    feed = Feed()
    feed.wire("a", "t1", "Tariq Arian", *KABUL)
    feed.wire("b", "t2", "Tariq Arian", *KABUL)
    told = feed.wire("b", "t2", "Tariq Aziz", *KABUL, verdict="revision", version=2, duplicate_of="b")
    assert [(event.change, event.name) for event in told] == [("retracted", "Tariq Arian")]
    assert feed.id(feed.story("a"), "Tariq Arian") != feed.id(feed.story("b"), "Tariq Aziz")


def test_stories_that_merge_take_their_identities_along() -> None:
    feed = Feed()
    for uri, topic in (("a", "t1"), ("b", "t2"), ("c", "t3")):
        feed.wire(uri, topic, "Joe Biden", *KABUL)
    one, two = feed.story("a"), feed.story("b")
    id = feed.id(one, "Joe Biden")
    told = feed.send(command("m", "merge", two, into=one, at_ms=feed.now))
    assert {event.change for event in told} == {"moved"}
    assert feed.id(one, "Joe Biden") == id
    assert feed.fold.stories[id].keys() == {one, feed.story("c")}


def test_a_story_that_splits_shares_its_identities_with_what_leaves_it() -> None:
    feed = Feed()
    feed.wire("a", "t1", "Joe Biden", "Maria Lopez")
    feed.wire("b", "t1", "Joe Biden", "Anna Berg")
    first = feed.story("a")
    id, leaving = feed.id(first, "Joe Biden"), feed.id(first, "Anna Berg")
    told = feed.send(command("s", "split", first, uris=["b"], at_ms=feed.now))
    second = next(story for story in feed.stories if story != first)
    assert [(event.change, event.name) for event in told] == [("created", "Joe Biden")]
    assert feed.id(first, "Joe Biden") == feed.id(second, "Joe Biden") == id
    assert feed.id(second, "Anna Berg") == leaving, "who leaves alone stays who she is"


def test_with_a_forgotten_story_goes_what_it_named() -> None:
    feed = Feed()
    feed.wire("a", "t1", "Joe Biden")
    feed.wire("b", "t2", "Joe Biden")
    id = feed.id(feed.story("a"), "Joe Biden")
    feed.wire("z", "t9", after_ms=8 * DAY_MS)
    assert feed.fold.current.keys() == {id}
    told = feed.wire("y", "t9", after_ms=8 * DAY_MS)
    assert [(event.change, event.status) for event in told] == [("expired", "ended")]
    assert feed.fold.current == {}

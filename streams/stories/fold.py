"""Folding ``stories.updated``: the membership and the current state of every story, from the events alone.

What a consumer does who wants more than the newest event. Repeated events are ignored; a gap is an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.contracts.records import StoryEvent

__all__ = ["Fold", "FoldError", "fold"]


class FoldError(ValueError):
    """Events that do not follow the contract; the message names the story, the version expected and the one found."""


class Fold:
    """The state of all stories after the events that were applied."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, None]] = {}
        self._current: dict[str, StoryEvent] = {}
        #: Every uri that any event has told of, as a member or not.
        self.told: dict[str, None] = {}

    def apply(self, event: StoryEvent) -> None:
        """Take in the next event of a story. A version that was applied before changes nothing. Raises FoldError on a
        gap, and where an event removes what is no member or adds what is one."""
        known = self._current.get(event.story_id)
        version = known.version if known else 0
        if event.version <= version:
            return
        if event.version != version + 1:
            raise FoldError(f"{event.story_id}: expected version {version + 1}, got {event.version}")
        members = self._members.setdefault(event.story_id, {})
        for entry in event.delta.removed:
            self.told[entry.uri] = None
            if members.pop(entry.uri, self) is self:
                raise FoldError(f"{event.story_id}:{event.version}: removes {entry.uri}, which is no member")
        for entry in event.delta.added:
            self.told[entry.uri] = None
            if entry.uri in members:
                raise FoldError(f"{event.story_id}:{event.version}: adds {entry.uri}, which is a member")
            members[entry.uri] = None
        for entry in event.delta.revised:
            self.told[entry.uri] = None
        self._current[event.story_id] = event

    def members(self, story_id: str) -> list[str]:
        """The members of a story, in the order in which they joined it."""
        return list(self._members.get(story_id, ()))

    def membership(self) -> dict[str, str]:
        """uri -> the story it is in. An article that comes back when its story is closed and forgotten begins anew: the
        story that tells of it now counts, whatever the order in which stories were read. Raises FoldError where an
        article is in two open stories."""
        found: dict[str, str] = {}
        for story, uris in self._members.items():
            for uri in uris:
                other = found.get(uri)
                found[uri] = story if other is None else self._later(uri, other, story)
        return found

    def _later(self, uri: str, one: str, two: str) -> str:
        events = self._current[one], self._current[two]
        if all(event.status == "open" for event in events):
            raise FoldError(f"{uri} is in {one} and in {two}")
        return max(events, key=lambda event: (event.status == "open", event.last_updated, event.story_id)).story_id

    def current(self) -> dict[str, StoryEvent]:
        """story id -> its newest event."""
        return dict(self._current)


def fold(events: Iterable[StoryEvent]) -> Fold:
    """All of ``events``, folded."""
    state = Fold()
    for event in events:
        state.apply(event)
    return state

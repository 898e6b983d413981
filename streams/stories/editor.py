"""An editor's word: carried out as it is said, once, and never undone by the clusterer."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.records import StoryCommand
from streams.stage import Rejection
from streams.stories.arrivals import close
from streams.stories.because import by_editor
from streams.stories.events import Told
from streams.stories.member import HEADLINE_LIMIT
from streams.stories.state import ShardState
from streams.stories.step import Step
from streams.stories.story import Story
from streams.stories.surgery import elder, merge, move, split
from streams.stories.wording import clean

__all__ = ["obey"]


def obey(state: ShardState, command: StoryCommand, step: Step) -> Rejection | None:
    """Carry out a command. The same id again does nothing, whatever it says. Redirects are followed."""
    if command.id in state.commands:
        return None
    story = state.resolve(command.story_id)
    if story is None:
        return _no("unknown-story", command, f"no story {command.story_id} is known (any more)")
    other = state.resolve(command.into) if command.into else None
    if command.into and other is None:
        return _no("unknown-story", command, f"no story {command.into} is known (any more)")
    if command.action != "pinHeadline" and (story.status != "open" or (other is not None and other.status != "open")):
        return _no("story-closed", command, "expected open stories, a closed story does not change")
    refused = _ACTIONS[command.action](state, command, story, other, step)
    if refused is None:
        state.keep_command(command.id, step)
    return refused


def _merge(state: ShardState, command: StoryCommand, story: Story, other: Story | None, step: Step) -> Rejection | None:
    if other is None:
        return _no("bad-command", command, "merge expects 'into', the other story")
    if other is story:
        return _no("nothing-to-do", command, f"{command.story_id} and {command.into} are one story already")
    survivor, loser = elder(story, other)
    because = by_editor(command.by, command.reason, f"{loser.id} is merged into {survivor.id}.")
    merge(state, survivor, loser, because, step)
    survivor.fixed = True
    survivor.apart = [id for id in survivor.apart if state.resolve(id) is not survivor]
    return None


def _split(state: ShardState, command: StoryCommand, story: Story, _: Story | None, step: Step) -> Rejection | None:
    if (refused := _check_uris(state, command, story)) is not None:
        return refused
    uris = _distinct(command.uris)
    if len(uris) == len(state.members_of[story.id]):
        return _no("nothing-to-do", command, "all articles of the story are named, expected some")
    because = by_editor(command.by, command.reason, f"{len(uris)} articles leave {story.id} for a new story.")
    target = split(state, story, uris, because, step)
    _part(state, story, target, uris, step)
    return None


def _move(state: ShardState, command: StoryCommand, story: Story, other: Story | None, step: Step) -> Rejection | None:
    if other is None:
        return _split(state, command, story, other, step)
    if other is story:
        return _no("nothing-to-do", command, f"{command.into} is the story that the articles are in")
    if (refused := _check_uris(state, command, story)) is not None:
        return refused
    uris = _distinct(command.uris)
    if len(uris) == len(state.members_of[story.id]):
        # Nothing would stay behind: that is a merge, so that the id goes on leading somewhere.
        return _merge(state, command, story, other, step)
    because = by_editor(command.by, command.reason, f"{len(uris)} articles move from {story.id} to {other.id}.")
    move(state, story, other, uris, because, step)
    _part(state, story, other, uris, step)
    return None


def _pin(state: ShardState, command: StoryCommand, story: Story, _: Story | None, step: Step) -> Rejection | None:
    state.open(story.id)
    story.pinned_headline = clean(command.headline, HEADLINE_LIMIT)
    text = "The headline is pinned." if story.pinned_headline else "The headline is no longer pinned."
    state.tell(story, Told("edited", by_editor(command.by, command.reason, text)), step)
    return None


def _close(state: ShardState, command: StoryCommand, story: Story, _: Story | None, step: Step) -> Rejection | None:
    state.open(story.id)
    close(state, story)
    state.tell(story, Told("closed", by_editor(command.by, command.reason, "The story is closed.")), step)
    return None


_ACTIONS = {"merge": _merge, "split": _split, "move": _move, "pinHeadline": _pin, "close": _close}


def _part(state: ShardState, source: Story, target: Story, uris: Sequence[str], step: Step) -> None:
    """The articles stay where the editor put them, and the two stories stay two."""
    for uri in uris:
        state.members[uri].pinned = True
        step.members[uri] = None
    source.apart = sorted({*source.apart, target.id})
    step.stories[source.id] = step.stories[target.id] = None


def _check_uris(state: ShardState, command: StoryCommand, story: Story) -> Rejection | None:
    if not command.uris:
        return _no("bad-command", command, f"{command.action} expects 'uris', the articles concerned")
    missing = [uri for uri in command.uris if uri not in state.members_of[story.id]]
    if missing:
        return _no("not-a-member", command, f"{missing[0][:200]} is not in {story.id} ({len(missing)} such)")
    return None


def _distinct(uris: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(uris))


def _no(error: str, command: StoryCommand, message: str) -> Rejection:
    return Rejection(error, f"command {command.id} ({command.action} {command.story_id}): {message}")

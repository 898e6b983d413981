"""Moving members between stories: merge, split, move. What is more than an event holds is told in several, each with
its own version, so that folding the deltas gives the full membership at every version."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from streams.contracts.records import Because, DeltaEntry, Redirect, StoryChange
from streams.stories.because import settled
from streams.stories.events import Told, chunks, entry_of
from streams.stories.ids import new_id
from streams.stories.member import LIVE
from streams.stories.state import ShardState
from streams.stories.step import Step
from streams.stories.story import Story

__all__ = ["elder", "merge", "move", "split"]


def elder(one: Story, other: Story) -> tuple[Story, Story]:
    """(the story that survives a merge, the one that does not): the older by event time, the lower id on a tie."""
    first, second = sorted((one, other), key=lambda story: (story.born_ms, story.id))
    return first, second


def merge(state: ShardState, survivor: Story, loser: Story, because: Because, step: Step) -> None:
    """All that ``loser`` has goes to ``survivor``; the loser's id and all that led to it lead there."""
    redirect = Redirect(from_id=loser.id, to_id=survivor.id)
    for story in (survivor, loser):
        state.open(story.id)
    survivor.merged_ms = state.clock
    survivor.split_ms = max(survivor.split_ms, loser.split_ms)
    survivor.touched_ms = max(survivor.touched_ms, loser.touched_ms)
    survivor.fixed |= loser.fixed
    survivor.apart = sorted({*survivor.apart, *loser.apart})
    survivor.figures = {
        kind: max(survivor.figures.get(kind, value), value)
        for kind, value in sorted({**survivor.figures, **loser.figures}.items())
    }
    survivor.killed += loser.killed
    for uri in loser.killed:
        state.members[uri].story = survivor.id
        step.members[uri] = None
    loser.killed = []
    uris = _in_order(state, loser)

    _transfer(state, loser, survivor, uris, "merged", because, redirect, step)
    if (before := state.stories.get(loser.continues)) is not None and before.continued_by == loser.id:
        before.continued_by = survivor.id
        step.stories[before.id] = None
    _flatten(state, survivor, loser, step)


def _flatten(state: ShardState, survivor: Story, loser: Story, step: Step) -> None:
    """What led to the loser leads to the survivor at once: no chain of redirects, ever."""
    for id in loser.merged_from:
        earlier = state.stories[id]
        state.open(id)
        earlier.into = survivor.id
        state.tell(earlier, Told("merged", settled("redirect", f"{loser.id} was merged into {survivor.id}"),
                                 redirects=state.redirects_of(earlier)), step)
    survivor.merged_from = [*survivor.merged_from, loser.id, *loser.merged_from]
    loser.merged_from = []
    step.stories[survivor.id] = step.stories[loser.id] = None


def split(state: ShardState, source: Story, uris: Sequence[str], because: Because, step: Step) -> Story:
    """``uris``, some but not all of ``source``, leave for a new story."""
    ordered = _in_order(state, source, uris)
    state.open(source.id)
    first = state.members[ordered[0]].read()
    target = Story(
        id=new_id(state.name, ordered[0], first.version, state.clock, state.stories),
        born_ms=max(first.time_ms, source.born_ms), touched_ms=source.touched_ms,
        split_ms=state.clock, merged_ms=source.merged_ms,
    )
    source.split_ms = state.clock
    state.found(target, step)
    state.open(target.id)
    redirect = Redirect(from_id=source.id, to_id=target.id, kind="split")
    _transfer(state, source, target, ordered, "split", because, redirect, step)
    return target


def move(state: ShardState, source: Story, target: Story, uris: Sequence[str], because: Because, step: Step) -> None:
    """``uris``, some but not all of ``source``, leave for ``target``."""
    for story in (source, target):
        state.open(story.id)
    target.touched_ms = max(target.touched_ms, source.touched_ms)
    _transfer(state, source, target, _in_order(state, source, uris), "moved", because, None, step)


def _transfer(
    state: ShardState, source: Story, target: Story, uris: Sequence[str], change: StoryChange, because: Because,
    redirect: Redirect | None, step: Step,
) -> None:
    """Move ``uris`` in runs that fit into an event; each run is told by both stories. Only the first is material."""
    runs = list(chunks([entry_of(uri, state.members[uri].read()) for uri in uris]))
    redirects = [redirect] if redirect else []
    for number, run in enumerate(runs):
        reasons = _reasons(state, target, run, change) if number == 0 else []
        for entry in run:
            member = state.members[entry.uri]
            content = state.take(member, step)
            member.story = target.id
            state.put(member, content, step)
            state.matcher.move(entry.uri, target.id)
        if change == "merged" and number == len(runs) - 1:
            source.status, source.into, source.ended_ms = "merged", target.id, state.clock
            state.watch(source)
        gone = [replace(entry, story_id=target.id) for entry in run]
        come = [replace(entry, story_id=source.id) for entry in run]
        state.tell(source, Told(change, because, removed=gone, reasons=reasons if change != "moved" else [],
                                redirects=redirects), step)
        state.tell(target, Told(change, because, added=come, reasons=reasons, redirects=redirects), step)


def _reasons(state: ShardState, target: Story, run: Sequence[DeltaEntry], change: StoryChange) -> list[str]:
    if change != "moved":
        return ["merge" if change == "merged" else "split"]
    sums = state.open(target.id)
    fresh = any(
        not sums.has_family(entry.family) and entry.verdict != "duplicate"
        and state.members[entry.uri].standing == LIVE
        for entry in run
    )
    return ["new-origin"] if fresh else []


def _in_order(state: ShardState, story: Story, uris: Sequence[str] | None = None) -> list[str]:
    """Members by event time."""
    members = state.members_of[story.id]
    chosen = members if uris is None else uris
    return sorted(chosen, key=lambda uri: (members[uri].read().time_ms, uri))

"""Repair: the clusterer's second thoughts, carried out within what editors and hysteresis allow."""

from __future__ import annotations

from streams.stories.because import by_repair
from streams.stories.ports import ProposalLike
from streams.stories.state import ShardState
from streams.stories.step import Step
from streams.stories.story import Story
from streams.stories.surgery import elder, merge, move, split

__all__ = ["repair"]

#: What one repair makes possible is done at once, but no more often than so.
_ROUNDS = 3


def repair(state: ShardState, uri: str, step: Step, *, settled: bool = True) -> None:
    """Carry out what is admissible of what is proposed around ``uri``; ``settled``: see ``MatcherLike.proposals``."""
    for _ in range(_ROUNDS):
        done = [_carry_out(state, proposal, step) for proposal in state.matcher.proposals(uri, settled)]
        if not any(done):
            return


def _carry_out(state: ShardState, proposal: ProposalLike, step: Step) -> bool:
    source = state.stories.get(proposal.story)
    if source is None or source.status != "open":
        return False
    if proposal.kind == "split":
        if not _may_leave(state, source, proposal) or _recent(state, source.merged_ms):
            return False
        split(state, source, proposal.uris, by_repair(proposal, "repair-split"), step)
        return True
    other = state.resolve(proposal.other)
    if other is None or other is source or other.status != "open" or _apart(state, source, other):
        return False
    if proposal.kind == "merge":
        return _merge(state, source, other, proposal, step)
    if not proposal.uris or not all(uri in state.members_of[source.id] for uri in proposal.uris):
        return False
    if len(proposal.uris) == len(state.members_of[source.id]):
        return _merge(state, source, other, proposal, step)
    if not _may_leave(state, source, proposal):
        return False
    move(state, source, other, proposal.uris, by_repair(proposal, "repair-move"), step)
    return True


def _merge(state: ShardState, source: Story, other: Story, proposal: ProposalLike, step: Step) -> bool:
    if _recent(state, source.split_ms) or _recent(state, other.split_ms):
        return False
    survivor, loser = elder(source, other)
    theirs = {entity.name for entity in state.open(loser.id).entities()}
    names = [entity.name for entity in state.open(survivor.id).entities() if entity.name in theirs]
    merge(state, survivor, loser, by_repair(proposal, "repair-merge", names), step)
    return True


def _recent(state: ShardState, when_ms: int) -> bool:
    return state.clock - when_ms < state.settings.ms("hysteresis")


def _may_leave(state: ShardState, source: Story, proposal: ProposalLike) -> bool:
    """Some but not all members, none of them placed by an editor, and of a story that no editor has put together."""
    members = state.members_of[source.id]
    return (
        not source.fixed
        and 0 < len(set(proposal.uris)) < len(members)
        and len(set(proposal.uris)) == len(proposal.uris)
        and all(uri in members and not members[uri].pinned for uri in proposal.uris)
    )


def _apart(state: ShardState, one: Story, other: Story) -> bool:
    """Whether an editor has parted the two, or stories that have since been merged into them."""
    return any(
        (found := state.resolve(id)) is not None and found is there
        for here, there in ((one, other), (other, one))
        for id in here.apart
    )

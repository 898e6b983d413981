"""The commands hop: an editor's command is checked and given its place in the log of the shard it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streams import topics
from streams.contracts.cloudevents import headers
from streams.contracts.codec import ContractError, decode, encode
from streams.contracts.records import StoryCommand
from streams.stage import Incoming, Outgoing, Rejection, Result
from streams.stories.ids import shard_of

__all__ = ["COMMAND_TYPE", "CommandsStage", "problem"]

COMMAND_TYPE = "story.command"
#: A command names articles one by one; what is larger is a mistake.
_MAX_URIS = 1000


class CommandsStage:
    """Stateless: ``stories.commands`` to ``articles.analyzed``, keyed by the shard that the story id names."""

    name = "commands"
    source = topics.COMMANDS
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [self._one(record) for record in batch]

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing to restore."""

    def _one(self, record: Incoming) -> Result:
        try:
            command = decode(record.value, StoryCommand)
        except ContractError as error:
            return Result(rejection=Rejection("bad-command", str(error)))
        shard = shard_of(command.story_id)
        if wrong := problem(command):
            return Result(rejection=Rejection("bad-command", f"command {command.id}: {wrong}"))
        return Result([Outgoing(
            topics.ANALYZED, shard.encode(), encode(command), record.timestamp_ms,
            headers(kind=COMMAND_TYPE, id=command.id, source="/streams/commands", subject=command.story_id,
                    time_ms=record.timestamp_ms),
        )])


def problem(command: StoryCommand) -> str:
    """What is wrong with a command that can be seen without the stories; empty where nothing is."""
    shard = shard_of(command.story_id)
    if not shard:
        return f"storyId: expected <language>-<13 characters>, got {command.story_id[:100]!r}"
    if command.into and shard_of(command.into) != shard:
        return f"into: expected a story of the same language as {command.story_id}, got {command.into[:100]!r}"
    if command.action == "merge" and not command.into:
        return "into: merge expects the other story, got nothing"
    if command.action in ("split", "move") and not 0 < len(command.uris) <= _MAX_URIS:
        return f"uris: {command.action} expects 1 to {_MAX_URIS} articles, got {len(command.uris)}"
    return ""

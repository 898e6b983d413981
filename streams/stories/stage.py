"""The stories hop: articles and editors' commands in, story events and snapshots out. One state per shard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from streams import topics
from streams.contracts.cloudevents import header
from streams.contracts.codec import ContractError, decode
from streams.contracts.records import AnalyzedArticle, StoryCommand
from streams.stage import Incoming, Rejection, Result
from streams.stories.arrivals import Arrival, arrive
from streams.stories.commands import COMMAND_TYPE
from streams.stories.editor import obey
from streams.stories.features import Item
from streams.stories.matching import Matcher, ready
from streams.stories.member import event_time
from streams.stories.ports import MatcherLike, Toolkit
from streams.stories.reading import read
from streams.stories.settings import StorySettings
from streams.stories.state import ShardState
from streams.stories.step import Step

__all__ = ["StoriesStage"]

#: So many records are read before the first of them is taken in, and taken in before what the first brings is written.
_AHEAD = 256


class _Matching:
    """The clusterer of this package."""

    def __init__(self, settings: StorySettings) -> None:
        ready()
        self._settings = settings

    def matcher(self) -> MatcherLike:
        return Matcher(self._settings.match)

    def item(self, record: AnalyzedArticle, /) -> Any:
        return Item.from_record(record)

    def dump(self, item: Any, /) -> tuple[bytes, bytes]:
        found: tuple[bytes, bytes] = item.parts()
        return found

    def load(self, loose: bytes, dense: bytes, /) -> Any:
        return Item.from_parts(loose, dense)


class StoriesStage:
    """``articles.analyzed`` to ``stories.updated`` and ``stories.current``. A shard is a record's key, the language;
    a stage may hold several, which know nothing of each other. Replaying the same records into a fresh stage, or
    into one restored from its changes, gives the same bytes."""

    name = "stories"
    source = topics.ANALYZED
    changelog: str | None = topics.STORIES_CHANGELOG

    def __init__(self, settings: StorySettings | None = None, toolkit: Toolkit | None = None) -> None:
        self._settings = settings or StorySettings()
        self._toolkit = toolkit or _Matching(self._settings)
        self._shards: dict[str, ShardState] = {}

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        results: list[Result] = []
        for start in range(0, len(batch), _AHEAD):
            run = batch[start : start + _AHEAD]
            found = list(map(self._read, run))
            results += [step.result() for step in list(map(self._one, run, found))]
        return results

    def _read(self, record: Incoming) -> Arrival | StoryCommand | Rejection:
        try:
            if header(record.headers, "ce_type") == COMMAND_TYPE:
                return decode(record.value, StoryCommand)
            found = read(record.value)
        except ContractError as error:
            return Rejection("bad-record", str(error))
        try:
            arrival = Arrival(found, event_time(found.article, record.timestamp_ms))
        except ValueError as error:
            return Rejection("bad-time", f"{found.article.uri}: eventTime: {error}")
        arrival.prepare(self._toolkit)
        return arrival

    def _one(self, record: Incoming, found: Arrival | StoryCommand | Rejection) -> Step:
        step = Step(record.timestamp_ms)
        if isinstance(found, Rejection):
            step.rejection = found
            return step
        if isinstance(found, StoryCommand):
            shard = self._shard(record.key, "und")
            step.rejection = obey(shard, found, step)
        else:
            shard = self._shard(record.key, found.record.article.language)
            step.rejection = arrive(shard, found, step)
        shard.finish(step)
        return step

    def _shard(self, key: bytes | None, language: str) -> ShardState:
        name = key.decode("utf-8", "replace") if key else language
        shard = self._shards.get(name)
        if shard is None:
            shard = self._shards[name] = ShardState(name, self._settings, self._toolkit)
        return shard

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        found: dict[str, list[tuple[str, str, bytes]]] = {}
        for key, value in entries:
            kind, shard, id = key.decode("utf-8", "surrogatepass").split("|", 2)
            found.setdefault(shard, []).append((kind, id, value))
        for name, records in found.items():
            state = self._shards[name] = ShardState(name, self._settings, self._toolkit)
            state.restore(records)

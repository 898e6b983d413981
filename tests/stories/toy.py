"""A clusterer that a person can follow, so that the laws are tested on the life of stories and not on the matching.

An article is about the topics that its headline names ("t1 t2"). It joins the story with which it shares most,
if that is all but one of them; two
stories with two topics in common should be one; a member that shares nothing with the rest of its story should leave.
It proposes far more repairs than a real one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from streams.contracts.records import AnalyzedArticle, RunnerUp, Shared


@dataclass(frozen=True)
class ToyItem:
    uri: str
    topics: tuple[str, ...]
    duplicate_of: str


@dataclass(frozen=True)
class ToyDecision:
    story: str | None
    score: float
    threshold: float
    rule: str
    shared: Shared
    runner_up: RunnerUp | None
    unsure: bool = False


@dataclass(frozen=True)
class ToyProposal:
    kind: Literal["merge", "split", "move"]
    story: str
    other: str
    uris: Sequence[str]
    score: float = 0.9
    threshold: float = 0.5
    shared: Shared = field(default_factory=Shared)
    text: str = "the toy thinks so"


class ToyMatcher:
    def __init__(self) -> None:
        self.items: dict[str, tuple[ToyItem, str]] = {}

    def _topics(self, story: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for item, home in self.items.values():
            if home == story:
                for topic in item.topics:
                    found[topic] = found.get(topic, 0) + 1
        return found

    def _stories(self) -> list[str]:
        return sorted({story for _, story in self.items.values()})

    def decide(self, item: ToyItem, /) -> ToyDecision:
        if item.duplicate_of in self.items:
            return ToyDecision(self.items[item.duplicate_of][1], 1.0, 0.5, "same-text", Shared(text=1.0), None)
        ranked = sorted(
            (-sum(self._topics(story).get(topic, 0) > 0 for topic in item.topics), story) for story in self._stories()
        )
        if not ranked or -ranked[0][0] < max(1, len(item.topics) - 1):
            return ToyDecision(None, 0.0, 0.5, "new-story", Shared(), None, unsure=bool(ranked and ranked[0][0]))
        return ToyDecision(ranked[0][1], -float(ranked[0][0]), 0.5, "similarity", Shared(terms=list(item.topics)), None)

    def add(self, item: ToyItem, story: str, /) -> None:
        assert item.uri not in self.items
        self.items[item.uri] = item, story

    def remove(self, uri: str, /) -> None:
        del self.items[uri]

    def move(self, uri: str, story: str, /) -> None:
        self.items[uri] = self.items[uri][0], story

    def proposals(self, uri: str, settled: bool, /) -> list[ToyProposal]:
        if uri not in self.items:
            return []
        story = self.items[uri][1]
        mine = self._topics(story)
        found = [
            ToyProposal("merge", story, other, ())
            for other in self._stories()
            if settled and other != story and len(mine.keys() & self._topics(other).keys()) >= 2
        ]
        members = sorted(uri for uri, (_, home) in self.items.items() if home == story)
        strangers = [uri for uri in members if all(mine[topic] == 1 for topic in self.items[uri][0].topics)]
        for uri in strangers[:1]:
            topics = self.items[uri][0].topics
            found += [
                ToyProposal("move", story, other, (uri,))
                for other in self._stories()
                if other != story and self._topics(other).keys() & set(topics)
            ]
        if strangers:
            found.append(ToyProposal("split", story, "", tuple(strangers)))
        return found

    def close(self, story: str, /) -> None:
        self.items = {uri: entry for uri, entry in self.items.items() if entry[1] != story}


class ToyToolkit:
    def matcher(self) -> ToyMatcher:
        return ToyMatcher()

    def item(self, record: AnalyzedArticle, /) -> Any:
        topics = tuple(word for word in record.article.headline.split() if word[0] == "t" and word[1:].isdigit())
        return ToyItem(record.article.uri, topics, record.provenance.duplicate_of)

    def dump(self, item: Any, /) -> tuple[bytes, bytes]:
        return repr((item.uri, item.topics)).encode(), item.duplicate_of.encode()

    def load(self, loose: bytes, dense: bytes, /) -> Any:
        (uri, topics), duplicate_of = eval(loose), dense.decode()
        return ToyItem(uri, topics, duplicate_of)

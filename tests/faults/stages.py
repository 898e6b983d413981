"""Four cheap stages with the shape of the real ones, and a memory: whatever is lost, repeated or applied out of
order changes the bytes of everything that follows.

A wire here is ``{"uri": "s17-a3", "version": 1, "language": "en", "text": …}``; its story is the part before the dash.
Text with ``POISON`` makes intake raise, ``LATE-POISON`` makes the stories hop raise in the middle of a batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from streams import topics
from streams.clock import rfc3339
from streams.contracts.cloudevents import headers
from streams.stage import Incoming, Outgoing, Rejection, Result, Stage

__all__ = ["Analyze", "Count", "Intake", "Tell", "fault_stages"]


class _OneByOne:
    """A stage that treats each record of a batch alone."""

    name = ""
    source = ""
    changelog: str | None = None

    def process(self, batch: Sequence[Incoming]) -> list[Result]:
        return [self.one(record) for record in batch]

    def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        for key, value in entries:
            self.load(key, value)

    def one(self, record: Incoming) -> Result:
        raise NotImplementedError

    def load(self, key: bytes, value: bytes) -> None:
        raise NotImplementedError


def _out(topic: str, record: Incoming, key: str, content: dict[str, Any], kind: str, identity: str) -> Outgoing:
    return Outgoing(
        topic, key.encode(), orjson.dumps(content), record.timestamp_ms,
        headers(kind=kind, id=identity, source="/faults", subject=key, time_ms=record.timestamp_ms),
    )


class Intake(_OneByOne):
    """Refuses what is no wire; raises on POISON."""

    name, source = "intake", topics.INCOMING

    def one(self, record: Incoming) -> Result:
        if b" POISON " in (record.value or b""):
            raise ArithmeticError("poison")
        try:
            wire = orjson.loads(record.value or b"")
            article = {"uri": wire["uri"], "version": wire["version"], "language": wire["language"],
                       "text": wire["text"].upper()}
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            return Result(rejection=Rejection("not-a-wire", f"expected a wire, got {error!r}"))
        identity = f"{article['uri']}:{article['version']}"
        return Result([_out(topics.CLEAN, record, article["language"], article, "article.clean", identity)])


class Count(_OneByOne):
    """Stateful: how often each uri was seen."""

    name, source = "dedupe", topics.CLEAN
    changelog: str | None = topics.DEDUPE_CHANGELOG

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def one(self, record: Incoming) -> Result:
        article = orjson.loads(record.value or b"")
        uri = article["uri"]
        seen = self._seen[uri] = self._seen.get(uri, 0) + 1
        out = _out(topics.DEDUPED, record, uri.split("-")[0], {"article": article, "seen": seen}, "article.deduped",
                   f"{uri}:{seen}")
        return Result([out], [(uri.encode(), b"%d" % seen)])

    def load(self, key: bytes, value: bytes) -> None:
        self._seen[key.decode()] = int(value)


class Analyze(_OneByOne):
    """Stateless: adds a digest of the text."""

    name, source = "entities", topics.DEDUPED

    def one(self, record: Incoming) -> Result:
        content = orjson.loads(record.value or b"")
        content["digest"] = hashlib.sha256(content["article"]["text"].encode()).hexdigest()
        article = content["article"]
        return Result([_out(topics.ANALYZED, record, article["language"], content, "article.analyzed",
                            f"{article['uri']}:{content['seen']}")])

    def load(self, key: bytes, value: bytes) -> None:
        raise NotImplementedError("no state")


class Tell(_OneByOne):
    """Stateful: a story's version and a digest of its whole past, and from the second version on an identity. Raises on
    LATE-POISON."""

    name, source = "stories", topics.ANALYZED
    changelog: str | None = topics.STORIES_CHANGELOG

    def __init__(self) -> None:
        self._stories: dict[str, tuple[int, str]] = {}

    def one(self, record: Incoming) -> Result:
        content = orjson.loads(record.value or b"")
        article = content["article"]
        if " LATE-POISON " in article["text"]:
            raise ArithmeticError("poison")
        story = f"{article['language']}.{article['uri'].split('-')[0]}"
        version, past = self._stories.get(story, (0, ""))
        version += 1
        past = hashlib.sha256((past + content["digest"] + str(content["seen"])).encode()).hexdigest()
        self._stories[story] = (version, past)
        event = {
            "storyId": story, "version": version, "change": "articleAdded", "status": "open", "past": past,
            "lastUpdated": rfc3339(record.timestamp_ms), "delta": {"added": [{"uri": article["uri"]}]},
        }
        snapshot = {"storyId": story, "version": version, "event": event}
        identity = f"{story}:{version}"
        outputs = [_out(topics.UPDATED, record, story, event, "story.updated", identity),
                   _out(topics.CURRENT, record, story, snapshot, "story.current", identity)]
        if version > 1:
            person = f"{story}-per"
            event = {"identityId": person, "version": version - 1, "status": "open", "past": past}
            outputs += [_out(topic, record, person, event, kind, f"{person}:{version - 1}") for topic, kind in
                        ((topics.ENTITIES_UPDATED, "entity.updated"), (topics.ENTITIES_CURRENT, "entity.current"))]
        return Result(outputs, [(story.encode(), orjson.dumps([version, past]))])

    def load(self, key: bytes, value: bytes) -> None:
        version, past = orjson.loads(value)
        self._stories[key.decode()] = (version, past)


def fault_stages() -> dict[str, Callable[[], Stage]]:
    """Name -> how to make the stage, in the order of the hops."""
    return {"intake": Intake, "dedupe": Count, "entities": Analyze, "stories": Tell}

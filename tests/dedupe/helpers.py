"""Articles, a feed of them, and a stage run over it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from streams import topics
from streams.clock import millis, rfc3339
from streams.contracts.codec import decode, encode
from streams.contracts.records import Article, DedupedArticle, Provenance
from streams.dedupe.signature import signatures
from streams.dedupe.stage import DedupeStage
from streams.stage import Change, Incoming, Result

START = "2021-07-14T12:00:00.000Z"
MINUTE_MS = 60_000
HOUR_MS = 3_600_000

_LETTERS = "abcdefghijklmnoprstuvw"


def vocabulary(size: int, seed: int = 7) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(_LETTERS, k=rng.randint(3, 9))) for _ in range(size)]


_WORDS = vocabulary(4000)


def prose(seed: int, count: int = 200) -> str:
    """Made-up sentences: lower-case words, a capital at the start, a paragraph every four sentences."""
    rng = random.Random(seed)
    said = []
    while count > 0:
        length = min(count, rng.randint(8, 18))
        said.append(" ".join(rng.choices(_WORDS, k=length)).capitalize() + ".")
        count -= length
    return "\n\n".join(" ".join(said[i : i + 4]) for i in range(0, len(said), 4))


def article(uri: str, body: str, *, minutes: float = 0, **fields: Any) -> Article:
    time = rfc3339(millis(START) + int(minutes * MINUTE_MS))
    given: dict[str, Any] = {
        "headline": f"About {uri}", "language": "en", "event_time": time, "event_time_from": "versionCreated",
        "received": time, "signature": signatures([body])[0],
    }
    return Article(uri=uri, body=body, **{**given, **fields})


def records(articles: Iterable[Article], first: int = 0) -> list[Incoming]:
    return [
        Incoming(topics.CLEAN, 0, first + at, millis(a.received), a.language.encode(), encode(a))
        for at, a in enumerate(articles)
    ]


def told(results: Sequence[Result]) -> list[DedupedArticle]:
    """What the stage wrote, in order."""
    return [decode(out.value, DedupedArticle) for result in results for out in result.outputs]


def run(*articles: Article, stage: DedupeStage | None = None) -> list[Provenance]:
    """The provenance of each article, sent one after the other."""
    return [d.provenance for d in told((stage or DedupeStage()).process(records(articles)))]


def state(changes: Iterable[Change], into: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
    """A compacted changelog: the newest value of each live key, in the order of the last writes."""
    kept = {} if into is None else into
    for key, value in changes:
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    return kept

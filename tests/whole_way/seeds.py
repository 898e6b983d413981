"""The seed feed, as it is and with every name replaced, and what a run of the core makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from streams import topics
from streams.clock import millis
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, StoryEvent
from streams.pipeline import FeedRecord, core, incoming
from streams.stage import Outgoing

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
START = millis("2021-07-15T06:00:00Z")

#: Other names for every name of the seeds, spelling variants answering to spelling variants. Longest first.
RENAMED = {
    "Agence France-Presse": "Deutsche Presse-Agentur",
    "Zabihullah Mujahid": "Abdulrauf Haniya",
    "Saadullah Akhtar": "Tesfaye Bekele",
    "Akhter Gulfam": "Dawit Girma",
    "Raz Mohammad": "Gul Yousuf",
    "Raz Muhammad": "Gul Yusuf",
    "Raz Mohamed": "Gul Youssef",
    "Tareq Arian": "Khaled Bashir",
    "Tariq Arian": "Khalid Bashir",
    "Tarek Arian": "Kaled Bashir",
    "Ashraf Ghani": "Omar Siddig",
    "Donald Trump": "Walter Prescott",
    "Lyse Doucet": "Maren Holloway",
    "John Kirby": "Peter Lawson",
    "Arif Kakar": "Yonas Haile",
    "Joe Biden": "Martin Caldwell",
    "Spin Boldak": "Gallabat",
    "Spinboldak": "Galabat",
    "Balochistan": "Amhara",
    "Baluchistan": "Amhara",
    "Turkmenistan": "Eritrea",
    "Afghanistan": "Sudan",
    "Tajikistan": "Chad",
    "Pakistan": "Ethiopia",
    "Pakistani": "Ethiopian",
    "Kandahar": "Gedaref",
    "Mohammad": "Yousuf",
    "Washington": "Ottawa",
    "Al Jazeera": "Sky News",
    "Pentagon": "Kremlin",
    "Karachi": "Mombasa",
    "Taliban": "Janjaweed",
    "Chaman": "Metemma",
    "Quetta": "Gondar",
    "Kabul": "Khartoum",
    "Kirby": "Lawson",
    "Kakar": "Haile",
    "Iran": "Libya",
    "AFP": "DPA",
    "BBC": "CNN",
    "Afghan": "Sudanese",
}
_NAMES = re.compile(r"(?<!\w)(" + "|".join(sorted(map(re.escape, RENAMED), key=len, reverse=True)) + r")(?!\w)")


@dataclass(frozen=True, slots=True)
class Run:
    """Everything one run wrote that the tests look at."""

    articles: dict[str, AnalyzedArticle]
    events: list[StoryEvent]
    event_bytes: list[bytes]
    rejected: int

    @property
    def last(self) -> StoryEvent:
        return self.events[-1]


def texts() -> dict[str, str]:
    """Number of the seed ('000' …) -> its text."""
    return {path.name[:3]: path.read_text() for path in sorted(SEEDS.glob("*.txt"))}


def renamed(text: str) -> str:
    return _NAMES.sub(lambda match: RENAMED[match[0]], text)


def feed(items: dict[str, str], order: Sequence[str] | None = None) -> list[FeedRecord]:
    return [
        (name.encode(), orjson.dumps({"uri": name, "body_text": items[name]}), ())
        for name in (order if order is not None else items)
    ]


def run(records: Sequence[FeedRecord]) -> Run:
    pipeline = core()
    articles: dict[str, AnalyzedArticle] = {}
    raw: list[bytes] = []
    events: list[StoryEvent] = []
    for record in pipeline.run(incoming(records, start_ms=START), written=_keep(articles)):
        if record.topic == topics.UPDATED and record.value is not None:
            raw.append(record.value)
            events.append(decode(record.value, StoryEvent))
    return Run(articles, events, raw, len(pipeline.rejected))


def _keep(articles: dict[str, AnalyzedArticle]) -> Callable[[Outgoing], None]:
    def written(record: Outgoing) -> None:
        if record.topic == topics.ANALYZED:
            article = decode(record.value, AnalyzedArticle)
            articles[article.article.uri] = article

    return written

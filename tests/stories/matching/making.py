"""Articles for the tests: made-up events, several reports of each."""

from __future__ import annotations

import random

from streams.clock import rfc3339
from streams.contracts.records import Analysis, AnalyzedArticle, Article, Provenance
from streams.stories.features import Item, encode_features

START_MS = 1_600_000_000_000
HOUR_MS = 3_600_000

_WHO = "Varga Okonkwo Lindqvist Tamura Petrosyan Quispe Haddad Moreau Nkemelu Sorensen Baptiste Kowalczyk".split()
_WHERE = "Ostrava Malindi Trondheim Sendai Gyumri Puno Tripoli Limoges Enugu Aarhus Jacmel Lublin".split()
_WHAT = ("ferry sank harbour", "dam burst valley", "bank collapsed savers", "mine flooded miners",
         "bridge closed lorries", "strike halted trains", "fire destroyed market", "court freed editor",
         "quake shook villages", "virus emptied schools", "election tied recount", "museum lost painting")


def article(event: int, report: int, *, uri: str = "", hours: float = 0.0, family: str = "", duplicate_of: str = "",
            body: str = "") -> AnalyzedArticle:
    """Report number ``report`` of made-up event number ``event``, at so many hours from the start."""
    draw = random.Random(event * 1000 + report)
    who, where = _WHO[event % 12], _WHERE[(event * 5 + event // 12) % 12]
    words = _WHAT[(event * 7) % 12].split()
    number = 17 + event * 13
    parts = [f"{who} said the {words[0]} {words[1]} near {where}",
             f"{number} people left {where} after the {words[2]} alarm",
             f"officials in {where} blamed the {words[0]} owner", f"{who} promised help for {words[2]} workers",
             f"the {words[0]} had been {words[1]} before, {who} told reporters"]
    draw.shuffle(parts)
    time = rfc3339(START_MS + int(hours * HOUR_MS))
    found = Article(uri=uri or f"e{event}-{report}", headline=f"{where}: {words[0]} {words[1]}, {who} says",
                    body=body or ". ".join(part[0].upper() + part[1:] for part in parts[:4]) + ".",
                    event_time=time, received=time, language="en")
    provenance = Provenance(verdict="duplicate" if duplicate_of else "unique", family=family or found.uri,
                            duplicate_of=duplicate_of)
    return AnalyzedArticle(article=found, provenance=provenance, analysis=Analysis(features=encode_features(found, [])))


def item(event: int, report: int, **more: object) -> Item:
    return Item.from_record(article(event, report, **more))  # type: ignore[arg-type]  # passed on as they are

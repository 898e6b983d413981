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
_WHAT = (
    ("ferry sank harbour", "divers searched the hull for survivors",
     "the captain had ignored a storm warning", "lifeboats were launched late"),
    ("dam burst valley", "farms were washed away overnight",
     "engineers had seen cracks in the wall", "helicopters lifted families from roofs"),
    ("bank collapsed savers", "depositors queued for their money",
     "the regulator froze all accounts", "auditors found forged loans"),
    ("mine flooded miners", "pumps ran through the night in the shaft",
     "rescuers drilled towards the gallery", "relatives waited at the pithead"),
    ("bridge closed lorries", "hauliers face a detour of an hour",
     "corroded cables were found by inspectors", "the toll is suspended"),
    ("strike halted trains", "drivers reject the new timetable",
     "commuters slept at the station", "the union wants shorter shifts"),
    ("fire destroyed market", "stalls burned until morning",
     "traders lost their whole stock", "a faulty cable started the blaze"),
    ("court freed editor", "judges threw out the libel verdict",
     "the newspaper had been raided twice", "lawyers hugged outside the cell"),
    ("quake shook villages", "aftershocks kept people in the fields",
     "mud houses fell in minutes", "tents and blankets are on the way"),
    ("virus emptied schools", "pupils learn from home for weeks",
     "doctors test every classroom", "masks are handed out at the gate"),
    ("election tied recount", "ballots are counted again by hand",
     "both candidates claimed the mayor's seat", "observers watch each table"),
    ("museum lost painting", "thieves cut the canvas from its frame",
     "guards had heard no alarm", "the portrait was never insured"),
)


def article(event: int, report: int, *, uri: str = "", hours: float = 0.0, family: str = "", duplicate_of: str = "",
            body: str = "") -> AnalyzedArticle:
    """Report number ``report`` of made-up event number ``event``, at so many hours from the start."""
    draw = random.Random(event * 1000 + report)
    who, where = _WHO[event % 12], _WHERE[(event * 5 + event // 12) % 12]
    what, *facts = _WHAT[(event * 7) % 12]
    words = what.split()
    number = 17 + event * 13
    parts = [f"{who} said the {words[0]} {words[1]} near {where}", *facts,
             f"{number} people left {where} after the {words[0]} {words[1]}"]
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

"""What holds for the seeds holds for an article nobody tuned for."""

from __future__ import annotations

from streams.contracts.records import NamedEntity
from tests.whole_way.seeds import feed, run

ARTICLE = """Flood waters reach Szeged as Hungary orders more evacuations

Home | Europe

Published: 2021-05-09 08:15

Flood waters from the Tisza river reached the outskirts of Szeged on Tuesday, forcing about 2,000 people to leave \
their homes, the Hungarian government said.

Interior Minister Gergely Szalai told Reuters that soldiers had built dams along the river. "We will not give up a \
single street," Szalai said.

The World Health Organization (WHO) warned of polluted wells. A WHO team is expected in the city on Wednesday.

In neighbouring Romania, President Ilinca Dragomir visited the town of Arad and promised help.

[Photo: Marta Novak/Reuters]

Share on Twitter

Subscribe to our newsletter: news@example.org
"""


def test_an_unseen_article_is_cleaned_resolved_and_told() -> None:
    found = run(feed({"unseen": ARTICLE}))
    article = found.articles["unseen"]
    names: dict[str, NamedEntity] = {e.name: e for e in article.analysis.entities}
    assert article.article.headline == "Flood waters reach Szeged as Hungary orders more evacuations"
    assert article.article.event_time.startswith("2021-05-09")
    for waste in ("Home |", "Published", "Share on Twitter", "Subscribe", "news@example.org", "[Photo"):
        assert waste not in article.article.body
    assert "We will not give up a single street" in article.article.body
    assert names["Gergely Szalai"].type == "PER"
    assert "Szalai" in names["Gergely Szalai"].aliases
    assert names["Ilinca Dragomir"].type == "PER"
    assert {names[place].type for place in ("Szeged", "Hungary", "Romania")} == {"LOC"}
    who = [e for e in article.analysis.entities if {"WHO", "World Health Organization"} & {e.name, *e.aliases}]
    assert [e.type for e in who] == ["ORG"]
    assert {place.country for place in article.analysis.places} >= {"HU", "RO"}
    assert found.last.counts.articles == 1
    assert found.last.headline

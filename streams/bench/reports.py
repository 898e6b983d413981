"""Made-up reports of made-up stories, as the entities hop hands them to the stories hop.

Every story has words, names and a place of its own, drawn like words of news, and its reports share most of them;
reports of other stories share common words with them, some of which lead to them in the index.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from streams import topics
from streams.clock import rfc3339
from streams.contracts import records
from streams.contracts.codec import encode
from streams.stage import Incoming
from streams.stories.features import Item
from streams.stories.terms import ENTITY, LEAD, MAX_TERMS, NAME, NUMBER, PAIR, PLACE, TITLE
from streams.text.vectors import DIMENSIONS

__all__ = ["START_MS", "items", "wires"]

START_MS = 1_600_000_000_000
_COMMON_WORDS = 20_000
_MOST_COMMON = 300  # as rare as word number so many of a language: commoner ones are seldom among the terms
_GAP_MS = 400
#: Of the terms that lead to a story, so many are common words.
_LEADING, _LEADING_COMMON = 20, 7
_SHOWN = 15
#: Where the words of a story stand, and what they are.
_OWN_VIEWS = np.array([TITLE, TITLE | LEAD, LEAD, LEAD | NAME, NAME | ENTITY, NAME, PAIR | LEAD, PAIR | TITLE, PLACE,
                       ENTITY | LEAD, NUMBER, 0], np.uint16)
_SYLLABLES = "ba ko ri mun tel sar ov en dal wick hol ter ash quin por lea".split()
_COUNTRIES = "FR DE ES IT PL NO SE FI GR PT".split()


def items(number: int, seed: int, *, per_story: int = 10, at_once: int = 50) -> Iterator[tuple[Item, int]]:
    """The clusterer's view of ``number`` articles in the order of arrival, each with the number of its story;
    ``at_once`` stories go on at any time, so old ones end as new ones begin."""
    draw = np.random.default_rng(seed)
    order = random.Random(seed)  # noqa: S311 -- seeded test data
    common = draw.integers(1, 1 << 24, _COMMON_WORDS, dtype=np.uint32)
    frequency = 1.0 / np.arange(_MOST_COMMON, _MOST_COMMON + _COMMON_WORDS)
    steps = np.cumsum(frequency / frequency.sum())
    going: list[tuple[int, Any, Any, list[int]]] = []
    begun = 0
    for index in range(number):
        while len(going) < at_once and begun * per_story < number + at_once * per_story:
            own = draw.integers(1, 1 << 24, 60, dtype=np.uint32)
            going.append((begun, own, draw.normal(size=2 * DIMENSIONS), [per_story]))
            begun += 1
        place = order.randrange(len(going))
        story, own, direction, left = going[place]
        uri, time_ms = f"urn:made-up:{seed}:{index}", START_MS + index * _GAP_MS
        yield _report(draw, uri, time_ms, own, direction, common, steps), story
        left[0] -= 1
        if not left[0]:
            going[place] = going[-1]
            going.pop()


def _report(draw: Any, uri: str, time_ms: int, own: Any, direction: Any, common: Any, steps: Any) -> Item:
    """Some 35 words of the story and the rest common ones, as an article of news has them."""
    kept = own[draw.random(len(own)) < 0.7]
    rest = common[np.minimum(np.searchsorted(steps, draw.random(MAX_TERMS)), _COMMON_WORDS - 1)]
    first = _LEADING - _LEADING_COMMON
    ids = np.concatenate([kept[:first], rest[:_LEADING_COMMON], kept[first:], rest[_LEADING_COMMON:]])
    _, at = np.unique(ids, return_index=True)
    ids = ids[np.sort(at)][:MAX_TERMS]
    mine = np.isin(ids, kept)
    views = draw.integers(1, 4, len(ids)).astype(np.uint16)
    views[mine] |= draw.choice(_OWN_VIEWS, int(mine.sum()))
    rarity = np.where(mine, 150, 50).astype(np.uint8)
    vector = (direction + 0.7 * draw.normal(size=2 * DIMENSIONS)).reshape(2, DIMENSIONS)
    vector = vector / np.sqrt(np.square(vector).sum(axis=1, keepdims=True))
    return Item(uri, time_ms, uri, "", ids, views, rarity, np.round(vector * 400).clip(-127, 127).astype(np.int8),
                {place: f"word{ids[place] % 9973}" for place in range(min(_SHOWN, len(ids)))})


def wires(number: int, seed: int, *, per_story: int = 10, at_once: int = 50) -> Iterator[tuple[Incoming, int]]:
    """The same articles as records: 1,700 characters with a dozen names, two places, three quotations and a number of
    dead, and the features of ``items``."""
    for index, (item, story) in enumerate(items(number, seed, per_story=per_story, at_once=at_once)):
        record = _record(item, story, random.Random(f"{seed}:{index}"))  # noqa: S311 -- seeded test data
        yield Incoming(topics.ANALYZED, 0, index, item.time_ms, b"en", encode(record)), story


def _record(item: Item, story: int, draw: random.Random) -> records.AnalyzedArticle:
    of_story = random.Random(story)  # noqa: S311 -- seeded test data
    names = [f"{_word(of_story).title()} {_word(of_story).title()}" for _ in range(14)]
    cast = draw.sample(names, 10)
    places = [records.Place(name=_word(of_story).title(), geonames_id=of_story.randrange(1 << 22), country=country,
                            lat=of_story.uniform(-60, 60), lon=of_story.uniform(-180, 180))
              for country in of_story.sample(_COUNTRIES, 2)]
    theme = [_word(of_story) for _ in range(8)]
    sentences, quotes = [], []
    for turn in range(15):
        own, other = draw.sample(theme, 2)
        rest = " ".join(_word(draw) for _ in range(6))
        sentences.append(f"{cast[turn % 10]} told of the {own} near {places[turn % 2].name} and its {other} {rest}.")
        if turn % 5 == 0:
            quotes.append(records.Quote(text=f"The {own} of {turn + 2} {rest}", speaker=cast[turn % 10], cue="said"))
    sentences.insert(2, f"At least {draw.randrange(2, 40)} people were killed.")
    headline = f"{cast[0]} and the {theme[0]} of {places[0].name}: {draw.choice(theme)} {_word(draw)}"
    body = "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))
    text = f"{headline}\n\n{body}"
    entities = [_entity(text, name, "PER" if place < 7 else "ORG", 1 - place / 12) for place, name in enumerate(cast)]
    entities += [_entity(text, at.name, "LOC", 0.5, at.geonames_id) for at in places]
    time = rfc3339(item.time_ms)
    return records.AnalyzedArticle(
        article=records.Article(uri=item.uri, headline=headline, body=body, language="en", event_time=time,
                                received=time, source=f"Agency {draw.randrange(40)}"),
        provenance=records.Provenance(verdict="unique", family=item.uri),
        analysis=records.Analysis(entities=entities, places=places, main_place=places[0].geonames_id, quotes=quotes,
                                  features=base64.b64encode(item.features()).decode()),
    )


def _entity(
    text: str, name: str, kind: records.EntityType, salience: float, geonames_id: int | None = None
) -> records.NamedEntity:
    mentions, start = [], text.find(name)
    while start >= 0:
        mentions.append(records.EntityMention(text=name, start=start, end=start + len(name)))
        start = text.find(name, start + 1)
    return records.NamedEntity(name=name, type=kind, mentions=mentions, salience=salience, geonames_id=geonames_id)


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.randrange(2, 4)))

"""``streams bench stories``: articles a second of the stories hop alone, at growing windows, and the memory it takes.

The articles are made up: every story has words of its own, drawn like words of news, and its reports share most of
them. The answer is checked before the speed is told: the reports of a story must come together.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
import orjson

from streams.stories.features import Item
from streams.stories.matching import Matcher
from streams.stories.terms import LEAD, MAX_TERMS, NAME, PAIR, TITLE
from streams.text.vectors import DIMENSIONS

__all__ = ["command", "made_up"]

_COMMON_WORDS = 4000
_GAP_MS = 400
#: Of a story's reports so many must be together for the speed to be told.
_TOGETHER = 0.9


@dataclass(frozen=True, slots=True)
class Measured:
    """``rate``: decided and added articles a second of CPU time, ``timed`` of them after the window was filled."""

    window: int
    stories: int
    timed: int
    rate: float
    bytes_per_article: float
    together: float


def made_up(number: int, seed: int, *, per_story: int = 10, at_once: int = 50) -> Iterator[tuple[Item, int]]:
    """``number`` articles in the order of arrival, each with the number of its story; ``at_once`` stories go on at
    any time, so old ones end as new ones begin."""
    draw = np.random.default_rng(seed)
    order = random.Random(seed)  # noqa: S311 -- seeded test data
    common = draw.integers(1, 1 << 32, _COMMON_WORDS, dtype=np.uint32)
    frequency = 1.0 / np.arange(20, 20 + _COMMON_WORDS)
    steps = np.cumsum(frequency / frequency.sum())
    going: list[tuple[int, Any, Any, list[int]]] = []
    begun = 0
    for index in range(number):
        while len(going) < at_once and begun * per_story < number + at_once * per_story:
            own = draw.integers(1, 1 << 32, 60, dtype=np.uint32)
            going.append((begun, own, draw.normal(size=2 * DIMENSIONS), [per_story]))
            begun += 1
        place = order.randrange(len(going))
        story, own, direction, left = going[place]
        yield _report(draw, f"a{index}", index * _GAP_MS, own, direction, common, steps), story
        left[0] -= 1
        if not left[0]:
            going[place] = going[-1]
            going.pop()


def _report(draw: Any, uri: str, time_ms: int, own: Any, direction: Any, common: Any, steps: Any) -> Item:
    """Some 35 words of the story and the rest common ones, as an article of news has them."""
    kept = own[draw.random(len(own)) < 0.6]
    rest = np.minimum(np.searchsorted(steps, draw.random(MAX_TERMS)), _COMMON_WORDS - 1)
    ids = np.concatenate([kept, common[np.unique(rest)]])[:MAX_TERMS]
    _, first = np.unique(ids, return_index=True)
    ids = ids[np.sort(first)]
    views = draw.integers(1, 4, len(ids)).astype(np.uint16)
    mine = np.arange(len(ids)) < len(kept)
    views[mine] |= draw.choice(np.array([TITLE, LEAD, LEAD | NAME, NAME, PAIR | LEAD, 0], np.uint16), int(mine.sum()))
    rarity = np.where(mine, 150, 50).astype(np.uint8)
    vector = (direction + 0.7 * draw.normal(size=2 * DIMENSIONS)).reshape(2, DIMENSIONS)
    vector = vector / np.sqrt(np.square(vector).sum(axis=1, keepdims=True))
    return Item(uri, time_ms, uri, "", ids, views, rarity, np.round(vector * 400).clip(-127, 127).astype(np.int8), {})


def measure(window: int, per_story: int, timed: int, seed: int) -> Measured:
    """Fill a matcher with ``window`` articles as labelled, then decide and add ``timed`` more."""
    before = _resident_kb()
    matcher = Matcher()
    ongoing = max(50, window // per_story // 20)
    fresh: list[tuple[Item, int]] = []
    used = 0
    for count, (item, story) in enumerate(made_up(window + timed, seed, per_story=per_story, at_once=ongoing)):
        if count < window:
            matcher.add(item, f"s{story}")
        else:
            used = used or _resident_kb() - before
            fresh.append((item, story))
    right = known = 0
    total = 0.0
    for item, story in fresh:
        begun = time.process_time()
        found = matcher.decide(item).story
        placed = found or f"s{story}"
        matcher.add(item, placed)
        total += time.process_time() - begun
        if f"s{story}" in matcher.store.stories and len(matcher.held(f"s{story}").members) > 1:
            known += 1
            right += placed == f"s{story}"
    return Measured(window, len(matcher.store.stories), timed, timed / total, 1024 * used / max(1, window),
                    right / max(1, known))


def _resident_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@click.command(name="stories")
@click.option("--window", "windows", multiple=True, type=click.IntRange(min=100), default=(1_000, 10_000, 100_000),
              show_default=True, help="Articles held before the measurement; may be repeated.")
@click.option("--per-story", default=10, show_default=True, help="Articles of a story.")
@click.option("--timed", default=2000, show_default=True, help="Articles that are timed.")
@click.option("--seed", default=1, show_default=True, help="Seed of the generated wires.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each window.")
def command(windows: tuple[int, ...], per_story: int, timed: int, seed: int, as_json: bool) -> None:
    """Deciding and adding articles: rate in CPU time and memory, at each --window. Exit 1 when articles of one story
    do not come together. Give rising windows: memory is the process's peak."""
    for window in windows:
        found = measure(window, per_story, timed, seed)
        if found.together < _TOGETHER:
            raise click.ClickException(f"window {window}: only {found.together:.0%} of articles joined their story, "
                                       f"expected {_TOGETHER:.0%}: no speed is told")
        if as_json:
            click.echo(orjson.dumps({name: getattr(found, name) for name in Measured.__slots__}).decode())
        else:
            click.echo(f"{found.window:>9,} articles in {found.stories:>7,} stories: {found.rate:7,.0f} articles/s, "
                       f"{found.bytes_per_article:6,.0f} bytes an article with its share of its story, "
                       f"{found.together:.1%} joined their story")

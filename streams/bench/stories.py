"""``streams bench stories``: articles a second of the stories hop alone, at growing windows, and the memory it takes.

Two figures: the clusterer by itself (decide, add, look for a repair), in windows of up to millions of articles; and the
whole stage, records in, events and state changes out. The answer is checked before a speed is told: the reports of a
story must come together.
"""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from streams.bench.reports import items, wires
from streams.contracts.records import AnalyzedArticle
from streams.errors import StreamsError
from streams.stage import Incoming, Result
from streams.stories.features import Item
from streams.stories.matching import Matcher
from streams.stories.stage import StoriesStage
from streams.topics import UPDATED

__all__ = ["Measured", "WrongAnswerError", "command", "matching", "stage"]

#: Of a story's reports so many must be together for the speed to be told.
_TOGETHER = 0.9
_BATCH = 200
_PAGE_BYTES = resource.getpagesize()


class WrongAnswerError(StreamsError):
    """Other stories came out than went in: the speed means nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``part``: matching or stage; ``timed`` more articles were taken in at ``articles_per_s`` of CPU time while
    ``window`` of them, in ``stories``, were held; ``matching_us``: the clusterer's part of each. ``resident_bytes``: of
    memory, of an article with its share of its story; ``changelog_article`` and ``changelog_story``: bytes of the
    newest record of each. ``together``: share of the timed articles of known stories that came to theirs."""

    part: str
    window: int
    stories: int
    timed: int
    articles_per_s: float
    matching_us: float
    resident_bytes: float
    changelog_article: float | None
    changelog_story: float | None
    together: float

    def told(self) -> str:
        log = "" if self.changelog_article is None else (
            f"; changelog {self.changelog_article:,.0f} bytes an article, {self.changelog_story:,.0f} a story")
        return (f"{self.part:8} {self.window:>9,} articles in {self.stories:>7,} stories: {self.articles_per_s:6,.0f} "
                f"articles/s ({self.matching_us:,.0f} us matching), {self.resident_bytes:,.0f} bytes of memory an "
                f"article with its share of its story{log}; {self.together:.1%} joined their story")


class _Clocked(Matcher):
    """Counts the CPU time of what it is asked for an article."""

    used_s = 0.0

    def __init__(self) -> None:
        super().__init__()
        for name in ("decide", "add", "proposals"):
            setattr(self, name, self._timed(getattr(self, name)))

    def _timed(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*of: Any) -> Any:
            begun = time.process_time()
            found = ask(*of)
            self.used_s += time.process_time() - begun
            return found

        return timed


class _Toolkit:
    """Hands the stage one clocked clusterer: the made-up wires are of one language."""

    def __init__(self) -> None:
        self.clocked = _Clocked()

    def matcher(self) -> Matcher:
        return self.clocked

    def item(self, record: AnalyzedArticle, /) -> tuple[Item, bytes]:
        found = Item.from_record(record)
        return found, found.to_bytes()

    def load(self, data: bytes, /) -> Item:
        return Item.from_bytes(data)


class _Placed:
    """Whether articles come to where the last one of their story came."""

    def __init__(self) -> None:
        self._newest: dict[int, str] = {}
        self._known = self._right = 0

    def see(self, story: int, placed: str, *, counts: bool) -> None:
        if counts and story in self._newest:
            self._known += 1
            self._right += self._newest[story] == placed
        self._newest[story] = placed

    def together(self, part: str, window: int) -> float:
        """Raises WrongAnswerError below what is expected."""
        share = self._right / max(1, self._known)
        if share < _TOGETHER:
            raise WrongAnswerError(f"{part}, window {window}: only {share:.0%} of articles joined their story, "
                                   f"expected {_TOGETHER:.0%}: no speed is told")
        return share


def matching(window: int, per_story: int, timed: int, seed: int) -> Measured:
    """Fill a clusterer with ``window`` articles as labelled, then decide, add and look for a repair for ``timed``
    more."""
    before = _resident()
    matcher, placed = _Clocked(), _Placed()
    fresh: list[tuple[Item, int]] = []
    for count, (item, story) in enumerate(items(window + timed, seed, per_story=per_story,
                                                at_once=_at_once(window, per_story))):
        if count < window:
            matcher.add(item, f"s{story}")
        else:
            fresh.append((item, story))
        if count == window - 1:
            used, stories = _resident() - before, len(matcher.store.stories)
    matcher.used_s = 0.0
    for item, story in fresh:
        home = f"s{story}"
        found = matcher.decide(item).story
        placed.see(story, found or item.uri, counts=home in matcher.store.stories)
        placed.see(story, home, counts=False)
        matcher.add(item, found or home)
        matcher.proposals(found or home, item.time_ms)
    each = matcher.used_s / timed
    return Measured("matching", window, stories, timed, 1 / each, each * 1e6, used / window, None, None,
                    placed.together("matching", window))


def stage(window: int, per_story: int, timed: int, seed: int) -> Measured:
    """Run the stage over ``window`` records, then clock it over ``timed`` more."""
    before = _resident()
    toolkit, placed = _Toolkit(), _Placed()
    tested = StoriesStage(toolkit=toolkit)
    total, articles, log = 0.0, 0, dict[bytes, int]()
    batch: list[Incoming] = []
    truth: dict[str, int] = {}
    used = stories = 0
    for record, story in wires(window + timed, seed, per_story=per_story, at_once=_at_once(window, per_story)):
        batch.append(record)
        truth[f"{record.offset}"] = story
        if len(batch) < _BATCH and record.offset not in (window - 1, window + timed - 1):
            continue
        begun = time.process_time()
        results = tested.process(batch)
        took = time.process_time() - begun
        if clocked := record.offset >= window:
            total += took
            articles += len(batch)
            log |= {key: len(key) + len(value or b"") for result in results for key, value in result.changes}
        for each, result in zip(batch, results, strict=True):
            for home in _joined(result):
                placed.see(truth.pop(f"{each.offset}"), home, counts=clocked)
        batch = []
        if record.offset == window - 1:
            used, stories = _resident() - before, len(toolkit.clocked.store.stories)
            toolkit.clocked.used_s = 0.0
    of_stories = [size for key, size in log.items() if key.startswith(b"s|")]
    of_articles = sum(size for key, size in log.items() if key.startswith((b"a|", b"m|")))
    return Measured("stage", window, stories, articles, articles / total, toolkit.clocked.used_s / articles * 1e6,
                    used / window, of_articles / articles, sum(of_stories) / max(1, len(of_stories)),
                    placed.together("stage", window))


def _joined(result: Result) -> list[str]:
    """The stories that the events of an arrival say it was added to; the others were merged into them."""
    events = [orjson.loads(output.value) for output in result.outputs if output.topic == UPDATED and output.value]
    return [event["storyId"] for event in events if event["delta"]["added"]][:1]


def _at_once(window: int, per_story: int) -> int:
    return max(50, window // per_story // 20)


def _resident() -> int:
    """Bytes of memory held now, without what waits to be collected (Linux; the peak elsewhere)."""
    gc.collect()
    held = Path("/proc/self/statm")
    if held.exists():
        return int(held.read_text().split()[1]) * _PAGE_BYTES
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@click.command(name="stories")
@click.option("--window", "windows", multiple=True, type=click.IntRange(min=100), default=(1_000, 10_000, 100_000),
              show_default=True, help="Articles held before the clusterer is measured; may be repeated.")
@click.option("--stage-window", "stage_windows", multiple=True, type=click.IntRange(min=100), default=(1_000, 10_000),
              show_default=True, help="The same for the whole stage.")
@click.option("--per-story", default=10, show_default=True, type=click.IntRange(1), help="Articles of a story.")
@click.option("--timed", default=2000, show_default=True, type=click.IntRange(1), help="Articles that are timed.")
@click.option("--seed", default=1, show_default=True, help="Seed of the generated wires.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each window.")
def command(
    windows: tuple[int, ...], stage_windows: tuple[int, ...], per_story: int, timed: int, seed: int, as_json: bool
) -> None:
    """The clusterer alone and the whole stage, records in, records and changes out: rate in CPU time, and memory.
    Exit 1 when articles of one story do not come together. Give rising windows: memory of an earlier one may be used
    again."""
    Matcher()  # the model and all else that is loaded once, so that no window is charged with it
    for measure, sizes in ((matching, windows), (stage, stage_windows)):
        for window in sizes:
            found = measure(window, per_story, timed, seed)
            click.echo(orjson.dumps(asdict(found)).decode() if as_json else found.told())

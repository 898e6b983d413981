"""``streams bench stories``: articles a second of the stories hop alone, at growing windows, and the memory it takes.

Two figures: the clusterer by itself (decide, add, look for a repair), in windows of up to millions of articles; and the
whole stage, records in, events and state changes out. The answer is checked before a speed is told: the reports of a
story must come together.
"""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from streams.bench.reports import items, wires
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle
from streams.errors import StreamsError
from streams.runtime.garbage import look_seldom
from streams.stage import Incoming
from streams.stories.features import Item
from streams.stories.matching import Matcher
from streams.stories.stage import StoriesStage

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

    def item(self, record: AnalyzedArticle, /) -> Item:
        return Item.from_record(record)

    def dump(self, item: Item, /) -> tuple[bytes, bytes]:
        return item.parts()

    def load(self, loose: bytes, dense: bytes, /) -> Item:
        return Item.from_parts(loose, dense)


def _together(matcher: Matcher, labels: Sequence[tuple[str, int]], window: int, part: str) -> float:
    """The share of the articles after ``window`` that ended where the one before of their story did; ``labels``: uri
    and story in the order of arrival. Raises WrongAnswerError below what is expected."""
    newest: dict[int, str] = {}
    known = right = 0
    slots = matcher.store.slot_of
    for place, (uri, story) in enumerate(labels):
        before = newest.get(story)
        if place >= window and before in slots and uri in slots:
            known += 1
            right += matcher.store.story_at(slots[before]) is matcher.store.story_at(slots[uri])
        newest[story] = uri
    share = right / max(1, known)
    if share < _TOGETHER:
        raise WrongAnswerError(f"{part}, window {window}: only {share:.0%} of articles joined their story, "
                               f"expected {_TOGETHER:.0%}: no speed is told")
    return share


class _Filled:
    """A clusterer that holds ``window`` articles as labelled, and ``timed`` more that are to come."""

    def __init__(self, window: int, per_story: int, timed: int, seed: int) -> None:
        before = _resident()
        self._window, self._matcher = window, _Clocked()
        self._fresh: list[Item] = []
        self._labels: list[tuple[str, int]] = []
        for count, (item, story) in enumerate(items(window + timed, seed, per_story=per_story,
                                                    at_once=_at_once(window, per_story))):
            self._labels.append((item.uri, story))
            if count < window:
                self._matcher.add(item, f"s{story}")
            else:
                self._fresh.append(item)
            if count == window - 1:
                self._used, self._stories = _resident() - before, len(self._matcher.store.stories)
        self._matcher.used_s = 0.0

    def take(self, block: slice) -> None:
        """Decide, add and look for a repair for some of those to come."""
        matcher = self._matcher
        for item in self._fresh[block]:
            decision = matcher.decide(item)
            matcher.add(item, decision.story or item.uri)
            for proposal in matcher.proposals(item.uri, not decision.unsure):
                if proposal.kind == "merge" and proposal.story in matcher.store.stories:
                    for _, uri, _ in list(matcher.held(proposal.story).members):
                        matcher.move(uri, proposal.other)

    def measured(self) -> Measured:
        each = self._matcher.used_s / len(self._fresh)
        return Measured("matching", self._window, self._stories, len(self._fresh), 1 / each, each * 1e6,
                        self._used / self._window, None, None,
                        _together(self._matcher, self._labels, self._window, "matching"))


def matching(windows: Sequence[int], per_story: int, timed: int, seed: int) -> list[Measured]:
    """Fill a clusterer for each of ``windows``, then clock all of them in turns: what else the machine does is the same
    for each, so that their ratio holds."""
    filled = [_Filled(window, per_story, timed, seed) for window in windows]
    for start in range(0, timed, _BATCH):
        for each in filled:
            each.take(slice(start, start + _BATCH))
    return [each.measured() for each in filled]


def stage(window: int, per_story: int, timed: int, seed: int) -> Measured:
    """Run the stage over ``window`` records, then clock it over ``timed`` more."""
    before = _resident()
    toolkit = _Toolkit()
    tested = StoriesStage(toolkit=toolkit)
    total, articles, log = 0.0, 0, dict[bytes, int]()
    batch: list[Incoming] = []
    labels: list[tuple[str, int]] = []
    used = stories = 0
    for record, story in wires(window + timed, seed, per_story=per_story, at_once=_at_once(window, per_story)):
        batch.append(record)
        labels.append((decode(record.value or b"", AnalyzedArticle).article.uri, story))
        if len(batch) < _BATCH and record.offset not in (window - 1, window + timed - 1):
            continue
        begun = time.process_time()
        results = tested.process(batch)
        took = time.process_time() - begun
        if record.offset >= window:
            total += took
            articles += len(batch)
            log |= {key: len(key) + len(value or b"") for result in results for key, value in result.changes}
        batch = []
        if record.offset == window - 1:
            used, stories = _resident() - before, len(toolkit.clocked.store.stories)
            toolkit.clocked.used_s = 0.0
    of_stories = [size for key, size in log.items() if key.startswith(b"s|")]
    of_articles = sum(size for key, size in log.items() if key.startswith((b"a|", b"m|")))
    return Measured("stage", window, stories, articles, articles / total, toolkit.clocked.used_s / articles * 1e6,
                    used / window, of_articles / articles, sum(of_stories) / max(1, len(of_stories)),
                    _together(toolkit.clocked, labels, window, "stage"))


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
    look_seldom()  # as in a worker
    # The stage, whose windows are small, comes first: what the clusterer gave back would be used again.
    whole = [stage(window, per_story, timed, seed) for window in stage_windows]
    for each in matching(windows, per_story, timed, seed) + whole:
        click.echo(orjson.dumps(asdict(each)).decode() if as_json else each.told())

"""The laws of a story's life (docs/stories.md), checked over random sequences of wires and commands.

``python -m tests.stories.laws --sequences 10000`` is the long run; the test suite runs a few hundred.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from streams import topics
from streams.clock import millis
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, StoryEvent, StorySnapshot
from streams.stage import Incoming, Result
from streams.stories.fold import Fold
from streams.stories.stage import StoriesStage
from tests.entities.registry.shard import EntityFold
from tests.stories.feed import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, Changelog, analyzed, command, toy_stage

GAPS = (*[0] * 6, *[MINUTE_MS] * 3, 20 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 9 * HOUR_MS, DAY_MS, 4 * DAY_MS,
        9 * DAY_MS, 30 * DAY_MS)
BACK = (0, 0, 0, HOUR_MS, 3 * DAY_MS, 400 * DAY_MS)
ACTIONS = (*["new"] * 6, *["copy"] * 2, *["revision"] * 2, *["stray"] * 2, "correction", "own-correction", "kill",
           "own-kill", "resend", "late",
           "merge", "split", "move", "move-new", "pin", "close", "restart", "repeat")
PEOPLE = ("Tariq Arian", "Tareq Arian", "Tariq Aziz", "John Smith", "John A. Smith", "Arian", "Raz Mohammad",
          "Raz Muhammad", "Maria Lopez", "Maria Lopes")


@dataclass(frozen=True)
class Op:
    """One step of a sequence; the numbers choose among what is there when it is taken."""

    action: str
    a: int
    b: int
    topic: str
    gap: int
    back: int
    dated: bool


def ops() -> st.SearchStrategy[list[Op]]:
    topic = st.lists(st.sampled_from(["t1", "t2", "t3", "t4"]), min_size=1, max_size=3).map(" ".join)
    number = st.integers(0, 1000)
    op = st.builds(Op, st.sampled_from(ACTIONS), number, number, topic, st.sampled_from(GAPS), st.sampled_from(BACK),
                   st.booleans())
    return st.lists(op, min_size=1, max_size=50)


def cast(op: Op) -> tuple[str, ...]:
    """The people of an article: some of few, so that stories meet over their names."""
    return tuple(name for number, name in enumerate(PEOPLE) if ((op.a * 31 + op.b) >> number) & 1)


class Run:
    """Feeds a stage with a sequence, and a second one that is restored from its changelog now and then; checks every
    law after every record."""

    def __init__(self) -> None:
        self.stage = toy_stage()
        self.twin: StoriesStage = toy_stage()
        self.changelog = Changelog()
        self.fold = Fold()
        self.current: dict[str, StorySnapshot] = {}
        self.now = self.last = START_MS
        self.uris: list[str] = []
        self.versions: dict[str, int] = {}
        self.killed: set[str] = set()
        self.kills: set[tuple[str, int]] = set()
        self.sent: list[Incoming] = []
        self.results: list[Result] = []
        self.refused: set[str] = set()
        self.ids: set[str] = set()
        self.tombstoned: set[str] = set()
        self.pins: dict[str, str] = {}
        self.placed: set[str] = set()
        self.welded: set[str] = set()
        self.repairs: dict[str, list[tuple[int, str]]] = {}
        self.commands = 0
        self.identities = EntityFold()

    # --- making records ------------------------------------------------------------------------------------------

    def take(self, op: Op) -> None:
        if op.action == "restart":
            self.twin = toy_stage()
            self.twin.restore(list(self.changelog.entries.items()))
            return
        self.now += op.gap
        for record in self.records(op):
            self.feed(record)

    def records(self, op: Op) -> list[Incoming]:
        when = {"at_ms": self.now - op.back, "record_ms": self.now, "dated": op.dated, "names": cast(op)}
        uri = self.uris[op.a % len(self.uris)] if self.uris else ""
        if op.action == "new" or not uri:
            return [self.article(f"w{len(self.uris)}", op.topic, **when)]
        if op.action == "copy":
            return [self.article(f"w{len(self.uris)}", op.topic, verdict="duplicate", duplicate_of=uri, family=uri,
                                 **when)]
        if op.action in ("revision", "correction"):
            self.versions[uri] += 1
            return [self.article(uri, op.topic, verdict=op.action, version=self.versions[uri], duplicate_of=uri,
                                 affects=self.some(op), **when)]
        if op.action == "stray":
            # A member of the largest story turns out to be about something else: what repairs are for.
            sizes = sorted((-len(self.fold.members(id)), id) for id in self.ids - self.tombstoned)
            uri = (self.fold.members(sizes[0][1]) or [uri])[-1] if sizes else uri
            self.versions[uri] += 1
            return [self.article(uri, f"t{6 + op.b % 3}", verdict="revision", version=self.versions[uri], **when)]
        if op.action == "own-correction":
            return [self.article(f"w{len(self.uris)}", op.topic, verdict="correction", duplicate_of=uri,
                                 affects=self.some(op), **when)]
        if op.action == "kill":
            self.versions[uri] += 1
            return [self.article(uri, op.topic, verdict="kill", version=self.versions[uri], duplicate_of=uri,
                                 affects=self.some(op), **when)]
        if op.action == "own-kill":
            return [self.article(f"w{len(self.uris)}", op.topic, verdict="kill", signal_target=uri,
                                 affects=self.some(op), **when)]
        if op.action == "resend":
            return [self.article(uri, op.topic, verdict="resend", version=self.versions[uri], duplicate_of=uri, **when)]
        if op.action == "late":
            return [self.article(uri, op.topic, version=0, supersedes_late=True, verdict="revision", **when)]
        if op.action == "repeat":
            return [self.sent[op.a % len(self.sent)]]
        return self.order(op)

    def article(self, uri: str, topic: str, **more: object) -> Incoming:
        if uri not in self.versions:
            self.uris.append(uri)
            self.versions[uri] = 1
        return analyzed(uri, topic, **more)  # type: ignore[arg-type]  # keywords of a test helper

    def some(self, op: Op) -> list[str]:
        return [uri for number, uri in enumerate(self.uris) if (op.b >> number % 10) & 1 and number % 3 == 0]

    def order(self, op: Op) -> list[Incoming]:
        """An editor's command about stories there are, or were."""
        if not self.ids - self.tombstoned:
            return []
        current = self.fold.current()
        stories = sorted(self.ids - self.tombstoned)
        if op.b % 8:
            stories = [id for id in stories if current[id].status == "open"] or stories
        story, other = stories[op.a % len(stories)], stories[op.b % len(stories)]
        members = self.fold.members(story)
        self.commands += 1
        id = f"c{self.commands}"
        chosen = [uri for number, uri in enumerate(members) if (op.b >> number) & 1] or members[:1]
        made = {
            "merge": lambda: command(id, "merge", story, into=other, at_ms=self.now),
            "split": lambda: command(id, "split", story, uris=chosen, at_ms=self.now),
            "move": lambda: command(id, "move", story, into=other, uris=chosen, at_ms=self.now),
            "move-new": lambda: command(id, "move", story, uris=chosen, at_ms=self.now),
            "pin": lambda: command(id, "pinHeadline", story, headline=f"Pinned {id}" if op.b % 3 else "",
                                   at_ms=self.now),
            "close": lambda: command(id, "close", story, at_ms=self.now),
        }[op.action]()
        return [made, made] if op.a % 2 else [made]

    # --- feeding and checking --------------------------------------------------------------------------------------

    def feed(self, record: Incoming) -> None:
        self.sent.append(record)
        (result,) = self.stage.process([record])
        (other,) = self.twin.process([record])
        assert other.outputs == result.outputs, "a restored stage tells the same bytes"
        assert dict(other.changes) == dict(result.changes), "a restored stage writes the same changes"
        assert other.rejection == result.rejection
        self.changelog.append([result])
        self.results.append(result)
        self.check(record, result)
        self.last = self.now

    def check_batches(self) -> None:
        """The same records as one batch, which are decided first and written afterwards, give the same bytes."""
        for one, other in zip(self.results, toy_stage().process(self.sent), strict=True):
            assert other.outputs == one.outputs, "a batch tells the same bytes as record by record"
            assert dict(other.changes) == dict(one.changes), "a batch writes the same changes"
            assert other.rejection == one.rejection

    def check(self, record: Incoming, result: Result) -> None:
        before = self.membership()
        told: list[StoryEvent] = []
        for out in result.outputs:
            if out.topic == topics.UPDATED:
                event = decode(out.value, StoryEvent)
                told.append(event)
                self.check_event(event, len(out.value or b""))
            elif out.topic != topics.CURRENT:
                continue
            elif out.value is None:
                id = out.key.decode()
                assert self.fold.current()[id].status != "open", "only what has ended leaves stories.current"
                self.current.pop(id)
                self.tombstoned.add(id)
            else:
                self.current[out.key.decode()] = decode(out.value, StorySnapshot)
        after = self.membership()
        assert after.items() <= self.fold.membership().items()
        self.check_snapshots()
        self.check_fate(record, result, before, after, told)
        self.check_editor(before, after, told)
        self.check_identities(result, told)

    def check_identities(self, result: Result, told: Sequence[StoryEvent]) -> None:
        """The identities told of are of stories that are remembered, and the events add up (``EntityFold``)."""
        for out in result.outputs:
            if out.topic == topics.CURRENT and out.value is None:
                self.identities.forget(out.key.decode())
        self.identities.read(result.outputs)
        for stories in self.identities.stories.values():
            assert not stories.keys() & self.tombstoned, "with a story goes what it named"
        for event in told:
            ids = [entity.id for entity in event.entities if entity.id]
            assert len(ids) == len(set(ids)), "whom a story tells apart is two"
            assert all(entity.id or " " not in entity.name for entity in event.entities)

    def membership(self) -> dict[str, str]:
        """uri -> story, of all stories that are not forgotten: a partition."""
        found: dict[str, str] = {}
        for id in self.ids - self.tombstoned:
            for uri in self.fold.members(id):
                assert uri not in found, "an article is in one story"
                found[uri] = id
        return found

    def check_event(self, event: StoryEvent, size: int) -> None:
        assert size <= 64_000
        known = self.fold.current().get(event.story_id)
        assert event.version == (known.version if known else 0) + 1, "versions rise by one"
        if event.version == 1:
            assert event.story_id not in self.ids, "an id is never given twice"
            self.ids.add(event.story_id)
        assert event.story_id not in self.tombstoned, "what was forgotten is not told of"
        assert known is None or known.status != "merged" or event.redirects, "a merged story only changes its redirect"
        assert known is None or known.status == "open" or event.status != "open", "nothing is opened again"
        self.fold.apply(event)
        members = self.fold.members(event.story_id)
        assert event.counts.articles == len(members), "counts are of the folded membership"
        assert (event.status == "merged") <= (not members)
        assert event.headline
        assert event.material == bool(event.material_reasons)
        if event.change == "articleAdded" and event.delta.added[0].verdict == "duplicate":
            assert not event.material, "another copy wakes nobody"
        if event.change in ("retracted", "merged", "split") and event.because.rule != "redirect":
            assert event.material
        if event.because.rule in ("repair-merge", "repair-split"):
            self.repairs.setdefault(event.story_id, []).append((millis(event.last_updated), event.because.rule))

    def check_snapshots(self) -> None:
        folded = self.fold.current()
        for id, event in folded.items():
            if id in self.tombstoned:
                continue
            snapshot = self.current[id]
            assert snapshot.event == event, "fold(events) = snapshot"
            assert snapshot.version == event.version
            assert (snapshot.redirect_to != "") == (event.status == "merged")
            if snapshot.redirect_to:
                target = self.current[snapshot.redirect_to]
                assert not target.redirect_to, "redirects are flattened, so they have no cycle"
        for times in self.repairs.values():
            for (one, rule), (two, other) in pairwise(times):
                assert rule == other or two - one >= HOUR_MS, "no story merges and splits within an hour"

    def check_fate(
        self, record: Incoming, result: Result, before: dict[str, str], after: dict[str, str],
        told: Sequence[StoryEvent],
    ) -> None:
        """Every wire is in some delta or refused; what is not touched stays."""
        if record.headers:
            assert set(after) == set(before), "an editor neither adds nor drops an article"
            return
        found = decode(record.value, AnalyzedArticle)
        uri, verdict = found.article.uri, found.provenance.verdict
        # Time that has passed by itself closes stories, and settles articles that were not sure.
        ripe = ("quiet", "repair-") if self.now > self.last else ("quiet",)
        if result.rejection is not None:
            self.refused.add(uri)
            assert not [event for event in told if not event.because.rule.startswith(ripe)]
        assert uri in self.fold.told or uri in self.refused
        remembered = uri in before and before[uri] not in self.tombstoned
        if verdict == "resend" and remembered:
            assert not [event for event in told if not event.because.rule.startswith(ripe)], "a resend changes nothing"
        if verdict == "kill":
            target = found.article.signal_target or uri
            if (uri, found.article.version) not in self.kills:
                # Again it is a resend: what came back meanwhile, by a newer version of its own, stays.
                assert target not in after, "what was killed is in no story"
            self.kills.add((uri, found.article.version))
            self.killed.add(target)
        elif remembered and uri in after and after[uri] != before[uri]:
            assert [event for event in told if event.because.rule.startswith("repair-")]

    def check_editor(self, before: dict[str, str], after: dict[str, str], told: Sequence[StoryEvent]) -> None:
        for event in told:
            if event.change == "edited" and "pinned" in event.because.text:
                self.pins[event.story_id] = event.headline if "no longer" not in event.because.text else ""
            if pinned := self.pins.get(event.story_id):
                assert event.headline == pinned, "a pinned headline stays"
            if event.change in ("created", "articleAdded"):
                # What comes back after its story was forgotten, or after it was killed, begins anew.
                self.placed.difference_update(entry.uri for entry in event.delta.added)
            if event.because.rule == "editor" and event.change in ("split", "moved"):
                self.placed.update(entry.uri for entry in event.delta.added)
            if event.because.rule in ("repair-split", "repair-move"):
                moved = {entry.uri for entry in event.delta.removed}
                assert not moved & self.placed, "a repair does not undo an editor"


def check_sequence(sequence: Sequence[Op]) -> None:
    run = Run()
    for op in sequence:
        run.take(op)
    run.check_batches()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    from hypothesis import seed

    @seed(chosen.seed)
    @settings(max_examples=chosen.sequences, deadline=None, database=None, derandomize=False,
              suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])
    @given(ops())
    def laws(sequence: list[Op]) -> None:
        check_sequence(sequence)

    laws()
    print(f"{chosen.sequences} sequences, seed {chosen.seed}: the laws hold")


if __name__ == "__main__":
    main()

"""A stream of real wires with labelled edits between them, and look-alikes as negatives; run and scored."""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.contracts.codec import decode
from streams.contracts.records import DedupedArticle
from streams.dedupe.origins import Origins
from streams.dedupe.words import grams, words
from streams.eval.dedupe import Pair, Prediction, Scores, scores_by_kind
from streams.pipeline import arriving, core
from tests.dedupe.edits import BETWEEN, DUPLICATES, KINDS, edits

__all__ = ["STORIES", "labelled", "main", "measure"]

STORIES = Path(__file__).resolve().parents[3] / "shared" / "data" / "stories"
#: An edit comes at most so many wires after its original.
_AFTER = 30
#: Originals come in runs of so many, so that the two of a splice lie within the window.
_RUN = 8
#: Two texts that share more of their 3-grams than this are not taken for independent reports.
_INDEPENDENT = 0.025


def labelled(folder: Path, originals: int, seed: int) -> tuple[list[dict[str, Any]], list[Pair]]:
    """The wires of ``folder`` in their order with one edit of each kind of ``originals`` of them soon after, and the
    labels of the edits and of look-alike pairs."""
    wires = [json.loads(line) for line in (folder / "wires.jsonl").read_text(encoding="utf-8").splitlines()]
    rng = random.Random(seed)
    starts = rng.sample(range(0, len(wires) - _RUN, _RUN), min(originals, len(wires) - _RUN) // _RUN)
    chosen = [start + step for start in sorted(starts) for step in range(_RUN)]
    after: dict[int, list[dict[str, Any]]] = defaultdict(list)
    gold: list[Pair] = []
    made = edits([(wires[at]["uri"], wires[at]["body_text"]) for at in chosen], seed)
    for number, edit in enumerate(made):
        step = number // len(KINDS)
        source = wires[chosen[step]]
        latest = max(chosen[step], chosen[(step + 1) % len(chosen)]) if edit.kind == "spliced" else chosen[step]
        at = min(len(wires) - 1, latest + rng.randint(0, _AFTER))
        uri = f"edit-{number}"
        after[at].append({
            "uri": uri, "headline": edit.headline or source["headline"], "body_text": edit.text, "language": "en",
            "source": f"site-{rng.randrange(60)}", "versioncreated": wires[at]["versioncreated"],
        })
        relation = "duplicate" if edit.kind in DUPLICATES else "family"
        gold.append(Pair(uri, edit.kind, relation, " ".join(edit.sources)))
    stream = [item for at, wire in enumerate(wires) for item in (wire, *after[at])]
    return stream, [*gold, *_look_alikes(folder, {wire["uri"]: wire["body_text"] for wire in wires})]


def _look_alikes(folder: Path, texts: dict[str, str]) -> Iterator[Pair]:
    """Pairs of reports of one event, and of two events of one type, that share no text."""
    sets = {uri: set(grams(words([text]).hashes).tolist()) for uri, text in texts.items()}
    stories: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        uri, story, _ = line.split("\t")
        stories[story].append(uri)
    for story, uris in stories.items():
        pairs = [(pair, "one-event") for pair in itertools.combinations(uris, 2)]
        pairs += [((a, b), "one-type") for a in uris for b in stories.get(f"{story}plus", ())]
        for (one, other), kind in pairs:
            common = len(sets[one] & sets[other])
            if common <= _INDEPENDENT * (len(sets[one]) + len(sets[other]) - common):
                yield Pair(one, kind, "different", other)


def measure(folder: Path, originals: int, seed: int) -> dict[str, dict[str, Scores]]:
    """The scores by kind: ``duplicates`` over the edits that leave a wire the same, ``families`` over all that have
    a right answer, ``between`` over the others."""
    stream, gold = labelled(folder, originals, seed)
    said: dict[str, tuple[str, str, str]] = {}
    origins = Origins()
    feed = ((wire["uri"].encode(), json.dumps(wire).encode(), ()) for wire in stream)
    for out in core("dedupe").run(arriving(feed)):
        found = decode(out.value, DedupedArticle)
        origins.see(found.provenance)
        given = found.provenance
        said[found.article.uri] = (given.verdict, given.duplicate_of, given.family)
    gold = [_nearer(pair, said, origins) for pair in gold]
    predictions = {uri: Prediction(v, of, origins.of(family)) for uri, (v, of, family) in said.items()}
    gold = [pair for pair in gold if pair.uri in predictions and pair.of in predictions]
    sure = [pair for pair in gold if pair.kind not in BETWEEN]
    return {
        "duplicates": scores_by_kind(sure, predictions, duplicates=True),
        "families": scores_by_kind(sure, predictions, duplicates=False),
        "between": scores_by_kind([p for p in gold if p.kind in BETWEEN], predictions, duplicates=False),
    }


def _nearer(pair: Pair, said: dict[str, tuple[str, str, str]], origins: Origins) -> Pair:
    """A splice belongs with either of its two sources: the one it was put with, if any."""
    sources = [uri for uri in pair.of.split(" ") if uri in said]
    own = origins.of(said[pair.uri][2]) if pair.uri in said else ""
    together = [uri for uri in sources if origins.of(said[uri][2]) == own]
    return Pair(pair.uri, pair.kind, pair.relation, (together or sources or [""])[0])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.dedupe.edits", description=__doc__)
    parser.add_argument("--stories", type=Path, default=STORIES, help="folder with wires.jsonl and labels.tsv")
    parser.add_argument("--originals", type=int, default=400, help="wires of which edits are made")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name, rows in measure(given.stories, given.originals, given.seed).items():
        print(f"{name:20} {'pairs':>6} {'precision':>10} {'recall':>8} {'F1':>8} {'wrong':>8}")
        for kind, found in rows.items():
            print(f"  {kind:18} {found.pairs:6} {found.precision:10.4f} {found.recall:8.4f} {found.f1:8.4f} "
                  f"{found.wrongly_joined:8.4f}")

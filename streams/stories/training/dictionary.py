"""Make the dictionary of ``streams.stories.deflate``:
``python -m streams.stories.training.dictionary --data FOLDER [--cache FOLDER]``.

Greedy: runs of one to four words by what they save (in how many stories they stand, times their length), none that
stands in another; the best last, where a reference to them is shortest. Stories are counted, not articles: what one
story repeats is no help to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from streams.clock import millis
from streams.eval.stories import read_labels
from streams.stories.member import content_of, pack
from streams.stories.training.corpus import analysed

TARGET = Path(__file__).parents[1] / "data" / "changelog.dict"
_SIZE = 6144
_MOST_WORDS = 4
_SHORTEST, _FEWEST = 4, 4
#: A reference costs about so many bytes.
_REFERENCE = 2
_WORD = re.compile(r"\s*\S+|\s+")


def dictionary(stories: Iterable[Sequence[bytes]]) -> bytes:
    """The dictionary for records like those of the articles of ``stories``; deterministic."""
    counts: Counter[str] = Counter()
    for story in stories:
        runs: set[str] = set()
        for content in story:
            words = _WORD.findall(content.decode("latin-1"))
            runs.update(run for length in range(1, _MOST_WORDS + 1) for at in range(len(words) - length + 1)
                        if len(run := "".join(words[at : at + length])) >= _SHORTEST)
        counts.update(runs)
    worth = sorted(((count * (len(run) - _REFERENCE), run) for run, count in counts.items() if count >= _FEWEST),
                   reverse=True)
    chosen: list[str] = []
    text = ""
    for _, run in worth:
        if run not in text:
            chosen.append(run)
            text += run
        if len(text) >= _SIZE:
            break
    return "".join(reversed(chosen)).encode("latin-1")[-_SIZE:]


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True, help="wires.jsonl and labels.tsv")
@click.option("--cache", type=click.Path(path_type=Path), help="Keeps the analysed articles.")
def command(data: Path, cache: Path | None) -> None:
    """Write the dictionary into the package."""
    gold, _ = read_labels(data / "labels.tsv")
    stories: dict[str, list[bytes]] = {}
    for record in analysed(data, cache):
        content = pack(content_of(record, millis(record.article.event_time)))
        stories.setdefault(gold[record.article.uri], []).append(content)
    TARGET.write_bytes(dictionary(stories.values()))


if __name__ == "__main__":
    command()

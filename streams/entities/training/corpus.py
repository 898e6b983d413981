"""The annotated corpora, brought to one manner: no titles, determiners or user names in a name, nationalities MISC,
and, where a corpus does not annotate something, several allowed labels instead of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from streams.entities.recogniser.labels import LABELS, TYPES, encode
from streams.entities.training.sources import Sentence, read_tsv, spans

__all__ = ["ALL", "MISC_OR_OUTSIDE", "Document", "Example", "Mask", "corpora", "held_out", "mask_of", "nationalities"]

Mask = int
ALL: Mask = (1 << len(LABELS)) - 1
OUTSIDE: Mask = 1
_OF_TYPE = {kind: sum(1 << i for i, label in enumerate(LABELS) if label.endswith(f"-{kind}")) for kind in TYPES}
MISC_OR_OUTSIDE: Mask = OUTSIDE | _OF_TYPE["MISC"]

_TITLES = frozenset(
    (
        "mr mrs ms dr prof professor president vice prime minister deputy foreign defense defence interior "
        "secretary state of general gen. lt. col. colonel maj. major captain capt. lieutenant admiral adm. sgt. "
        "sergeant cmdr. commander senator sen. rep. gov. governor chancellor ambassador chief petty officer "
        "senior navy army air force mr. mrs. ms. dr. prof. press operations director spokesman spokeswoman "
        "spokesperson the for affairs middle east sir dame lord lady judge coach king prince princess queen pope "
        "cardinal archbishop bishop rev. reverend chairman leader minister's acting iraqi turkish russian british "
        "american syrian central command us u.s. uk pentagon"
    ).split()
)
_INNER = frozenset("of the and for de la al von van der du bin - ' 's & in on to del di da el le ul et".split())
_PRONOUNS = frozenset("i we he she they it you who us them everyone people".split())
_DETERMINERS = frozenset("the a an this that these those our their its his her all both some any many other".split())


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence to learn from: which labels are allowed for each token, and how much it counts."""

    words: list[str]
    allowed: list[Mask]
    weight: float = 1.0


@dataclass(slots=True)
class Document:
    """Sentences that belong together; ``own_document`` is false where they only stand in a row."""

    examples: list[Example] = field(default_factory=list)
    together: bool = True


def mask_of(tags: list[str]) -> list[Mask]:
    """Exactly the given BIO tags."""
    return [1 << label for label in encode(tags)]


def _trim(words: list[str], first: int, end: int, kind: str) -> tuple[int, int]:
    """A name without leading determiners (and titles, for people) and without what is in lower case at its ends."""
    while first < end and (
        words[first].lower() in _DETERMINERS
        or (kind == "PER" and words[first].lower() in _TITLES and first < end - 1)
        or not words[first][:1].isupper()
    ):
        first += 1
    while end > first and not any(c.isupper() or c.isdigit() for c in words[end - 1]):
        end -= 1
    return first, end


def _retag(words: list[str], tags: list[str], rule: Callable[[list[str], int, int, str], tuple[int, int, str] | None],
           default: Mask) -> list[Mask]:  # fmt: skip
    """Masks after ``rule`` has had its say on every name: (first, end, type), or None for "cannot tell"."""
    new = ["O"] * len(words)
    unsure: list[int] = []
    for first, end, kind in spans(tags):
        verdict = rule(words, first, end, kind)
        if verdict is None:
            unsure += range(first, end)
            continue
        begin, stop, kind = verdict
        for index in range(begin, stop):
            new[index] = f"{'B' if index == begin else 'I'}-{kind}"
    masks = [m if m != OUTSIDE else default for m in mask_of(new)]
    for index in unsure:
        masks[index] = ALL
    return masks


def _social(words: list[str], tags: list[str]) -> Sentence:
    """Without user names, links and retweet marks."""
    keep = [
        i for i, w in enumerate(words)
        if not (w.startswith(("@", "http", "www.", "&", "#")) or w == "RT" or "_" in w or (i and words[i - 1] == "@"))
    ]  # fmt: skip
    return [words[i] for i in keep], [tags[i] for i in keep]


def nationalities(sentences: list[Sentence]) -> frozenset[str]:
    """Single capitalised words that gold corpora mark MISC more than once and nothing else."""
    misc: dict[str, int] = {}
    other: set[str] = set()
    for words, tags in sentences:
        for first, end, kind in spans(tags):
            if end - first == 1:
                if kind == "MISC":
                    misc[words[first]] = misc.get(words[first], 0) + 1
                else:
                    other.add(words[first])
    return frozenset(w for w, n in misc.items() if n > 1 and re.fullmatch(r"[A-Z][a-z]+(an|ese|ish|i|ian|ch|s)", w))


def _social_documents(path: Path, peoples: frozenset[str], weight: float) -> list[Document]:
    def rule(words: list[str], first: int, end: int, kind: str) -> tuple[int, int, str] | None:
        begin, stop = _trim(words, first, end, kind)
        name = words[begin:stop]
        if not name or any(re.search(r"\d|[a-z][A-Z]|http|#", w) for w in name) or "," in name:
            return None
        if kind == "LOC" and len(name) == 1 and name[0] in peoples:
            kind = "MISC"
        return begin, stop, kind

    out = []
    for words, tags in read_tsv(path):
        words, tags = _social(words, tags)
        letters = [w for w in words if w.isalpha()]
        if len(letters) < 4 or sum(w.isascii() for w in words) < len(words):
            continue
        masks = _retag(words, tags, rule, MISC_OR_OUTSIDE)
        out.append(Document([Example(words, masks, weight)], together=False))
    return out


def _re3d(path: Path) -> list[Document]:
    def rule(words: list[str], first: int, end: int, kind: str) -> tuple[int, int, str] | None:
        begin, stop = _trim(words, first, end, kind)
        if begin >= stop or (stop - begin == 1 and words[begin].lower() in _PRONOUNS):
            return first, first, kind
        if any(w[0].islower() and w.lower() not in _INNER for w in words[begin:stop]) or "," in words[begin:stop]:
            return None
        if kind == "ORG" and stop - begin == 1 and words[begin].endswith(("ans", "is", "ians", "ese")):
            return None
        return begin, stop, kind

    out = []
    sentences = read_tsv(path)
    for at in range(0, len(sentences), 20):
        document = Document()
        for words, tags in sentences[at : at + 20]:
            document.examples.append(Example(words, _retag(words, tags, rule, MISC_OR_OUTSIDE), 0.7))
        out.append(document)
    return out


def _crossner(path: Path) -> list[Document]:
    def rule(words: list[str], first: int, end: int, kind: str) -> tuple[int, int, str] | None:
        if kind == "MISC" and not any(w[0].isupper() for w in words[first:end]):
            return first, first, kind
        if kind == "MISC" and sum(w[0].islower() for w in words[first:end]) * 2 > end - first:
            return None
        return first, end, kind

    return [
        Document([Example(words, _retag(words, tags, rule, MISC_OR_OUTSIDE), 1.0)], together=False)
        for words, tags in read_tsv(path)
    ]


def held_out(folder: Path) -> list[Sentence]:
    """The last 300 sentences of wikigold: a stand-in for Wikipedia test sets, never trained on."""
    return read_tsv(folder / "wikigold.tsv")[-300:]


def corpora(folder: Path) -> dict[str, list[Document]]:
    """The training documents of each corpus, cleaned; ``folder`` holds the .tsv files."""
    gold = read_tsv(folder / "wikigold.tsv")[:-300]
    peoples = nationalities(gold + read_tsv(folder / "crossner.tsv"))
    wikigold = [
        Document([Example(words, mask_of(tags), 2.0) for words, tags in gold[at : at + 12]])
        for at in range(0, len(gold), 12)
    ]
    return {
        "wikigold": wikigold,
        "crossner": _crossner(folder / "crossner.tsv"),
        "re3d": _re3d(folder / "re3d_open.tsv"),
        "wnut17": _social_documents(folder / "wnut17.tsv", peoples, 0.4),
        "btc": _social_documents(folder / "btc.tsv", peoples, 0.4),
    }

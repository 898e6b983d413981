"""Made-up articles: templates of newswire and web sentences, filled with made-up names, labelled by construction.

Each article has its people, places and organisations, which return in short form as they do in real ones. Part of the
articles is put in capitals or in title case, and part is split the way the runtime's tokeniser splits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from streams.entities.training.corpus import MISC_OR_OUTSIDE, Document, Example, Mask, mask_of
from streams.entities.training.names import Namer
from streams.text.tokens import tokenise

__all__ = ["articles", "headline_case", "upper_case", "with_runtime_tokens"]

_FOLDER = Path(__file__).parent / "templates"
_SLOT = re.compile(r"\{(\w+)\}")
_TEAM_SLOT = re.compile(r"t[12][fcn]?")
#: How often articles of each kind of template are made.
_DOMAINS = {"politics": 6, "sport": 4, "tables": 2, "business": 4, "local": 4, "culture": 3}
_SMALL = frozenset("a an the of in on at to for and or but by with as from is are 's over after into".split())

Tagged = list[tuple[str, str]]
"""Tokens with "O", a type (with "+" where a name goes on), or "?" for "outside or MISC"."""


def _templates() -> dict[str, list[str]]:
    """Sentences of each kind, and headlines under the kind's name after "H"."""
    lines: dict[str, list[str]] = defaultdict(list)
    for path in sorted(_FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                head = line.startswith("H ")
                lines[("H" if head else "") + path.stem].append(line[2:] if head else line)
    return lines


def _blocks(lines: list[str]) -> list[list[str]]:
    """Tables: a heading and its rows each."""
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("B "):
            blocks.append([line[2:]])
        else:
            blocks[-1].append(line)
    return blocks


def _slots() -> dict[str, list[tuple[str, str]]]:
    """Label and pattern (several to choose from) of each slot."""
    slots: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in (_FOLDER / "slots.names").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, label, pattern = line.split("\t")
            slots[name].append((label, pattern))
    return slots


class _Grammar:
    """All templates, read once."""

    def __init__(self) -> None:
        self.lines = _templates()
        self.tables = _blocks(self.lines.pop("tables"))
        self.slots = _slots()
        self.headlines = [line for kind in sorted(self.lines) if kind[0] == "H" for line in self.lines[kind]]


class _Article:
    """The names of one article and how they are written each time."""

    def __init__(self, namer: Namer, grammar: _Grammar) -> None:
        self.namer, self.rng, self.grammar = namer, namer.rng, grammar
        self.known: dict[str, tuple[str, ...]] = {}
        self.said: set[str] = set()

    def fill(self, slot: str) -> tuple[str, str]:
        """The words for a slot, and their label."""
        kind = slot.rstrip("0123456789")
        if kind in ("p", "l"):
            return self._person(kind, f"p{slot[-1]}"), "PER"
        if _TEAM_SLOT.fullmatch(slot):
            forms = self._keep(slot[:2], self.namer.team())
            return (forms["fcn".index(slot[2])] if len(slot) == 3 else self.rng.choice(forms)), "ORG"
        if kind == "a":
            return self._keep("a1", (self._acronym(),))[0], "ORG"
        label, pattern = self.rng.choice(self.grammar.slots[kind])
        if kind == slot:
            return self.namer.make(pattern), label
        name = self._keep(slot, (self.namer.make(pattern),))[0]
        if kind == "co" and slot in self.said and " " in name and self.rng.random() < 0.4:
            # A company is often called by its first word once it was named.
            head = name.split()[0]
            name = head if len(head) > 3 and head[-1] not in ".," else name
        self.said.add(slot)
        return name, label

    def _keep(self, key: str, new: tuple[str, ...]) -> tuple[str, ...]:
        return self.known.setdefault(key, new)

    def _person(self, kind: str, key: str) -> str:
        full, last = self._keep(key, self.namer.person())
        if kind == "l":
            return full if self.rng.random() < 0.12 else last
        first_time = key not in self.said
        self.said.add(key)
        return full if first_time or self.rng.random() < 0.5 else last

    def _acronym(self) -> str:
        full = next((self.known[key][0] for key in ("o1", "co1", "y1") if key in self.known), "")
        initials = "".join(word[0] for word in full.split() if word[0].isupper())
        return initials if len(initials) > 1 else self.namer.make("{acronym}")

    def sentence(self, template: str) -> Tagged:
        """Fill a template. A slot joined to text by a hyphen stays one token, as in the corpora."""
        out: Tagged = []
        for token in template.split():
            slots = _SLOT.findall(token)
            if slots == ["H"]:
                out += self.sentence(self.rng.choice(self.grammar.headlines))
            elif not slots:
                out.append((token, "O"))
            elif token == f"{{{slots[0]}}}":
                out += _name(*self.fill(slots[0]))
            else:
                filled = [self.fill(slot) for slot in slots]
                parts = iter([words.replace(" ", "-") for words, _ in filled])
                label = filled[0][1] if len(filled) > 1 and filled[0][1] in ("LOC", "ORG") else "O"
                out.append((_SLOT.sub(lambda _, parts=parts: next(parts), token), label))  # type: ignore[misc]  # bound here
        return self._join(out) if " -" in template else out

    def _join(self, tagged: Tagged) -> Tagged:
        """ "Oslo -based" as one token half of the time: MISC in some corpora, nothing in others."""
        out: Tagged = []
        for word, label in tagged:
            if re.match(r"-[a-z]", word) and out and self.rng.random() < 0.5:
                out.append((out.pop()[0] + word, "?"))
            else:
                out.append((word, label))
        return out

    def make(self, kind: str) -> list[Tagged]:
        """The sentences of an article of a kind of templates."""
        if kind == "tables":
            return self._tables()
        r, lines = self.rng, self.grammar.lines
        chosen = [r.choice(lines[kind]) for _ in range(r.randint(4, 12))]
        if r.random() < 0.35:
            chosen += [r.choice(lines["web"]) for _ in range(r.randint(1, 3))]
        out: list[Tagged] = []
        if r.random() < 0.8:
            out.append(self._headline(self.sentence(r.choice(lines[f"H{kind}"]))))
        lead = self.sentence(chosen[0])
        out.append(self._dateline(out) + lead if r.random() < 0.5 else lead)
        return out + [self.sentence(line) for line in chosen[1:]]

    def _tables(self) -> list[Tagged]:
        """Blocks of like rows, as in results and standings."""
        r = self.rng
        out = [upper_case(self.sentence(r.choice(self.grammar.lines["Hsport"]))), self._dateline([])]
        for _ in range(r.randint(1, 4)):
            heading, *rows = r.choice(self.grammar.tables)
            if heading and r.random() < 0.8:
                out.append(self.sentence(heading))
            row = r.choice(rows)
            out += [self.sentence(row) for _ in range(r.randint(2, 9))]
        return out

    def _headline(self, tagged: Tagged) -> Tagged:
        draw = self.rng.random()
        return upper_case(tagged) if draw < 0.3 else headline_case(tagged) if draw < 0.65 else tagged

    def _dateline(self, before: list[Tagged]) -> Tagged:
        """ "CITY, Country (AGENCY) -" and its kin; the kind that is a line of its own goes to ``before``."""
        r = self.rng
        city = self.fill("c1")[0]
        place = _name(city.upper() if r.random() < 0.6 else city, "LOC")
        draw = r.random()
        if draw < 0.25:
            before.append([*place, (f"{r.randint(1990, 2024)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}", "O")])
            return []
        if draw < 0.4:
            before.append([*_name(*self.fill("q")), *place, *_name(*self.fill("Y"))])
            return []
        country: Tagged = [(",", "O"), *_name(*self.fill("k1"))] if r.random() < 0.4 else []
        agency: Tagged = [("(", "O"), *_name(*self.fill("m1")), (")", "O")] if draw < 0.8 else []
        return [*place, *country, *agency, (r.choice(("-", "--", "—", "–", ":")), "O")]


def _name(words: str, label: str) -> Tagged:
    return [
        (word, "O" if word == '"' else label if number == 0 or label in "O?" else f"+{label}")
        for number, word in enumerate(words.split())
    ]


def upper_case(tagged: Tagged) -> Tagged:
    return [(word.upper(), label) for word, label in tagged]


def headline_case(tagged: Tagged) -> Tagged:
    """Every word but small ones with a capital, and no full stop."""
    out = [
        (word if i and word in _SMALL else word[:1].upper() + word[1:], label) for i, (word, label) in enumerate(tagged)
    ]
    return out[:-1] if out and out[-1][0] == "." else out


def with_runtime_tokens(words: list[str], tags: list[str]) -> tuple[list[str], list[str]]:
    """Tokens split further where the runtime's tokeniser would; ``tags`` are BIO tags or "?"."""
    new_words: list[str] = []
    new_tags: list[str] = []
    for word, tag in zip(words, tags, strict=True):
        parts = [word] if word[-1] == "." and word[0].isupper() else tokenise(word).words
        for number, part in enumerate(parts):
            new_words.append(part)
            if part[0] == "-" and len(part) > 3:
                tag = "O"
            new_tags.append(tag if number == 0 or tag[0] != "B" else f"I{tag[1:]}")
    return new_words, new_tags


def _masks(tags: list[str]) -> list[Mask]:
    masks = mask_of([tag if tag != "?" else "O" for tag in tags])
    return [MISC_OR_OUTSIDE if tag == "?" else mask for tag, mask in zip(tags, masks, strict=True)]


def articles(namer: Namer, count: int, weight: float = 0.5) -> list[Document]:
    """``count`` made-up articles, each sentence of the given weight."""
    rng = namer.rng
    grammar = _Grammar()
    kinds = [kind for kind, share in _DOMAINS.items() for _ in range(share)]
    out: list[Document] = []
    for _ in range(count):
        document = Document()
        sentences = _Article(namer, grammar).make(rng.choice(kinds))
        shout, split = rng.random() < 0.06, rng.random() < 0.5
        for tagged in sentences:
            if not tagged:
                continue
            tagged = upper_case(tagged) if shout else tagged
            words = [word for word, _ in tagged]
            tags = [
                label if label in "O?" else f"I-{label[1:]}" if label[0] == "+" else f"B-{label}" for _, label in tagged
            ]
            if split:
                words, tags = with_runtime_tokens(words, tags)
            document.examples.append(Example(words, _masks(tags), weight))
        out.append(document)
    return out

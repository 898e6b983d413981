"""Annotated sentences with other names: the context is real, the name is not to be learned by heart."""

from __future__ import annotations

from collections.abc import Callable

from streams.entities.recogniser.labels import LABELS
from streams.entities.training.corpus import Document, Example, Mask, mask_of
from streams.entities.training.names import Namer

__all__ = ["swapped"]

#: How often a name of each type is replaced; organisations are too diverse to be replaced blindly each time.
_SHARE = {"PER": 0.85, "LOC": 0.7, "ORG": 0.4}


def swapped(documents: list[Document], namer: Namer, weight: float) -> list[Document]:
    """A copy of each document in which names are replaced, the same name by the same one throughout."""
    return [_swap(document, namer, weight) for document in documents]


def _swap(document: Document, namer: Namer, weight: float) -> Document:
    known: dict[tuple[str, str], list[str]] = {}
    make: dict[str, Callable[[], str]] = {
        "PER": lambda: namer.person()[0],
        "LOC": lambda: namer.city() if namer.rng.random() < 0.7 else namer.country(),
        "ORG": lambda: namer.pick([namer.organisation(), namer.company(), namer.pick(namer.wiki_orgs)]),
    }
    out = Document(together=document.together)
    for example in document.examples:
        words: list[str] = []
        masks: list[Mask] = []
        at = 0
        while at < len(example.words):
            end, kind = _name_at(example, at)
            if kind in make and namer.rng.random() < _SHARE[kind]:
                old = " ".join(example.words[at:end])
                if (old, kind) not in known:
                    name = make[kind]()
                    known[old, kind] = (name.rsplit(" ", 1)[-1] if kind == "PER" and end - at == 1 else name).split()
                new = known[old, kind]
                words += new
                masks += mask_of([f"{'I' if n else 'B'}-{kind}" for n in range(len(new))])
            else:
                words += example.words[at:end]
                masks += example.allowed[at:end]
            at = end
        out.examples.append(Example(words, masks, example.weight * weight))
    return out


def _name_at(example: Example, at: int) -> tuple[int, str]:
    """Where the certain name that begins at ``at`` ends, and its type; else the next token and nothing."""
    mask = example.allowed[at]
    if mask.bit_count() != 1 or LABELS[mask.bit_length() - 1][0] not in "BS":
        return at + 1, ""
    kind = LABELS[mask.bit_length() - 1][2:]
    end = at + 1
    while LABELS[example.allowed[end - 1].bit_length() - 1][0] in "BI":
        end += 1
    return end, kind

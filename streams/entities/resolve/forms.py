"""From the recogniser's spans to forms: pieces cut apart, demonyms set aside, one type a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from streams.contracts.records import EntityType
from streams.entities.places import Gazetteer, fold_name
from streams.entities.recogniser.spans import Span
from streams.entities.resolve.names import bare, words

__all__ = ["MISC_WEIGHT", "Form", "collect"]

_PIECE = re.compile(r"[^/–—-]+")
#: "Taliban's Zabihullah Mujahid": an owner and somebody of two names.
_OWNER = re.compile(r"(.+?)['’]s ([A-Z]\w+ [A-Z][\w-]+)$")
_LOWER = re.compile(r"\b[a-z]{2,}\b")
#: How much a reading as MISC counts against one as PER, ORG or LOC: the recogniser's weakest label.
MISC_WEIGHT = 0.2
_TYPES: dict[str, EntityType] = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "MISC": "MISC"}
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december covid-19 covid coronavirus".split()
)


@dataclass(slots=True)
class Form:
    """One surface form: its readings and where it stands."""

    name: str
    votes: dict[EntityType, float] = field(default_factory=dict)
    places: list[tuple[int, int]] = field(default_factory=list)
    kind: EntityType = "MISC"


def collect(
    text: str, spans: Sequence[Span], gazetteer: Gazetteer
) -> tuple[list[Form], dict[str, list[tuple[int, int]]]]:
    """Forms in the order of their first mention, each with its settled type, and the demonyms: word -> positions."""
    forms: dict[str, Form] = {}
    demonyms: dict[str, list[tuple[int, int]]] = {}
    known = {text[span.start : span.end] for span in spans}
    for span in spans:
        for start, end, kind in _pieces(text, span, known, gazetteer):
            surface = text[start:end]
            if gazetteer.demonym(surface) is not None and not _is_place(surface, gazetteer):
                demonyms.setdefault(surface, []).append((start, end))
                continue
            name = bare(surface, kind)
            if not _usable(name):
                continue
            offset = start + surface.find(name)
            form = forms.setdefault(name, Form(name))
            form.votes[kind] = form.votes.get(kind, 0.0) + (MISC_WEIGHT if kind == "MISC" else 1.0)
            form.places.append((offset, offset + len(name)))
    _settle(forms, gazetteer)
    lower = _counts(text)
    kept = [form for form in forms.values() if not _common(form, lower)]
    return kept, demonyms


def _pieces(text: str, span: Span, known: set[str], gazetteer: Gazetteer) -> Iterator[tuple[int, int, EntityType]]:
    surface = text[span.start : span.end]
    owner = _OWNER.match(surface)
    if owner:
        yield span.start, span.start + owner.end(1), "ORG" if span.type == "PER" else _TYPES[span.type]
        yield span.start + owner.start(2), span.end, "PER"
        return
    if "-" in surface or "/" in surface or "–" in surface:
        parts = [(match.start(), match.end()) for match in _PIECE.finditer(surface)]
        names = [surface[a:b].strip() for a, b in parts]
        apart = "/" in surface or all(
            name in known or _is_place(name, gazetteer) or gazetteer.demonym(name) is not None for name in names
        )
        if len(parts) > 1 and apart and all(names):
            for (a, b), name in zip(parts, names, strict=True):
                kind: EntityType = "LOC" if _is_place(name, gazetteer) else _TYPES[span.type]
                yield span.start + a, span.start + b, kind
            return
    yield span.start, span.end, _TYPES[span.type]


def _is_place(name: str, gazetteer: Gazetteer) -> bool:
    return any(place.population >= 15_000 or place.kind != "city" for place in gazetteer.find(name))


def _usable(name: str) -> bool:
    folded = fold_name(name)
    return len(folded) >= 2 and len(name) <= 120 and folded not in _DAYS and any(char.isalpha() for char in name)


def _settle(forms: dict[str, Form], gazetteer: Gazetteer) -> None:
    """One type a form: the weightiest reading over all spellings of the same letters; a gazetteer settles what the
    recogniser could only call MISC."""
    together: dict[str, dict[EntityType, float]] = {}
    for form in forms.values():
        votes = together.setdefault(fold_name(form.name), {})
        for kind, weight in form.votes.items():
            votes[kind] = votes.get(kind, 0.0) + weight
    for form in forms.values():
        votes = together[fold_name(form.name)]
        form.kind = max(sorted(votes), key=lambda kind: votes[kind])
        if form.kind == "MISC" and len(words(form.name)) <= 3 and gazetteer.find(form.name):
            form.kind = "LOC"


def _counts(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in _LOWER.findall(text):
        found[word] = found.get(word, 0) + 1
    return found


def _common(form: Form, lower: dict[str, int]) -> bool:
    """A single word that the text itself writes in lower case at least as often is no name."""
    return " " not in form.name and lower.get(form.name.lower(), 0) >= len(form.places)

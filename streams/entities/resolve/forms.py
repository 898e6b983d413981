"""From the recogniser's spans to forms: pieces cut apart and trimmed, demonyms set aside, one type a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from streams.contracts.records import EntityType
from streams.entities.places import Gazetteer, fold_name
from streams.entities.recogniser.spans import Span
from streams.entities.resolve.names import edges, initials, is_acronym, person_words, words

__all__ = ["MISC_WEIGHT", "Form", "collect"]

#: How much a reading as MISC counts against one as PER, ORG or LOC: the recogniser's weakest label.
MISC_WEIGHT = 0.2
_LONGEST = 120
_TOWN = 15_000
#: What the recogniser does not take for a place is one only if everybody knows it.
_LARGE = 200_000
#: No article has more; in a text of a megabyte the first so many count.
_MOST_FORMS = 800
#: So much of a text tells whether it writes a word in lower case.
_ENOUGH_TEXT = 100_000
_TYPES: dict[str, EntityType] = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "MISC": "MISC"}
_PIECE = re.compile(r"[^/–—-]+")
#: "Taliban's Zabihullah Mujahid": an owner and somebody of two names.
_OWNER = re.compile(r"(.{1,60}?)['’]s ([A-Z]\w+ [A-Z][\w-]+)$")
#: "TJ Yates for the Texans": somebody and whose he is.
_MEMBER = re.compile(r"([A-Z][\w.]+ [A-Z][\w'-]+) (?:for|of|at|from) (?:the )?([A-Z]\w+)$")
#: An office, not a body: "Secretary of Health and Human Services".
_OFFICE = re.compile(r"(?:Secretary|Minister|President|Director|Chairman|Governor|Mayor|Head) (?:of|for) ")
_POINTED = re.compile(r"\.(?=\s+[a-z\d(]|[,;:)])")
_DIRECTION = re.compile(r"\b[NSEW]\. $")
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december covid19 covid coronavirus christmas easter ramadan".split()
)
#: What the last of several words says of the type, whatever the recogniser made of it.
_HEADS: dict[str, EntityType] = {
    **dict.fromkeys("Peninsula Island Islands River Lake Sea Ocean Gulf Mountains Valley Desert Province County Avenue "
                    "Street Road Boulevard Highway".split(), "LOC"),
    **dict.fromkeys("Department Ministry Agency Committee Commission Council University Association Federation "
                    "Foundation Corporation Corp Inc Ltd LLC Party Union Institute Court Police Bureau Airlines "
                    "Airways Alliance Movement Senate Board Trust Organization Organisation Fund".split(), "ORG"),
    **dict.fromkeys("Award Awards Prize Medal Trophy Festival Olympics Election Elections Referendum Championship "
                    "Championships Tournament Series Marathon Prix War Act Amendment Treaty Day".split(), "MISC"),
}
_DIRECTIONS = frozenset(("North", "South", "East", "West"))
#: The longest last word that may keep its point: Ave., Ltd., Calif.
_LONGEST_ABBREVIATION = 5


@dataclass(slots=True, eq=False)
class Form:
    """One surface form: its readings, where it stands, and acronyms that stand in brackets behind it."""

    name: str
    votes: dict[EntityType, float] = field(default_factory=dict)
    places: list[tuple[int, int]] = field(default_factory=list)
    kind: EntityType = "MISC"
    stands_for: set[str] = field(default_factory=set)


def collect(
    text: str, spans: Sequence[Span], gazetteer: Gazetteer, media: frozenset[str] = frozenset()
) -> tuple[list[Form], dict[str, list[tuple[int, int]]]]:
    """Forms in the order of their first mention, each with its settled type, and the demonyms: word -> positions.
    ``media``: folded names that the article credits as agencies and outlets."""
    forms: dict[str, Form] = {}
    demonyms: dict[str, list[tuple[int, int]]] = {}
    known = {fold_name(text[span.start : span.end]) for span in spans}
    last: tuple[Form, int] | None = None
    for span in spans:
        if len(forms) >= _MOST_FORMS and text[span.start : span.end] not in forms:
            continue
        for start, end, kind in _pieces(text, span, known, gazetteer):
            start, end = _trimmed(text, start, end, kind, gazetteer)
            surface = text[start:end]
            if gazetteer.demonym(surface) is not None and not _is_place(surface, gazetteer):
                demonyms.setdefault(surface, []).append((start, end))
                continue
            if not _usable(surface) or (kind == "ORG" and _OFFICE.match(surface)):
                continue
            name = " ".join(surface.split())
            form = forms.setdefault(name, Form(name))
            form.votes[kind] = form.votes.get(kind, 0.0) + (MISC_WEIGHT if kind == "MISC" else 1.0)
            form.places.append((start, end))
            if last is not None:
                _bracketed(text, last, form, start, end)
            last = form, end
    _settle(forms, gazetteer)
    for form in forms.values():
        # Who is told things and reports them is an outlet, whatever its name looks like.
        if fold_name(form.name) in media and not _is_place(form.name, gazetteer):
            form.kind = "ORG"
    start_of_text = text[:_ENOUGH_TEXT]
    kept = [form for form in forms.values() if not _common(form, start_of_text)]
    return kept, demonyms


def _pieces(text: str, span: Span, known: set[str], gazetteer: Gazetteer) -> Iterator[tuple[int, int, EntityType]]:
    surface = text[span.start : span.end]
    if len(surface) > _LONGEST:
        return
    owner = _OWNER.match(surface)
    if owner:
        yield span.start, span.start + owner.end(1), "ORG" if span.type == "PER" else _TYPES[span.type]
        yield span.start + owner.start(2), span.end, "PER"
        return
    member = _MEMBER.match(surface) if span.type == "PER" else None
    if member:
        yield span.start, span.start + member.end(1), "PER"
        yield span.start + member.start(2), span.end, "ORG"
        return
    if "-" in surface or "/" in surface or "–" in surface:
        parts = [(match.start(), match.end()) for match in _PIECE.finditer(surface)]
        names = [surface[a:b].strip() for a, b in parts]
        apart = "/" in surface or all(fold_name(name) in known for name in names) or (
            span.type in ("LOC", "MISC")
            and not gazetteer.find(surface)  # Winston-Salem
            and any(_is_place(name, gazetteer) for name in names)
            and all(fold_name(name) in known or gazetteer.find(name) or gazetteer.demonym(name) for name in names)
        )
        if len(parts) > 1 and apart and all(names):
            for (a, b), name in zip(parts, names, strict=True):
                placed = _is_place(name, gazetteer) or ("/" not in surface and gazetteer.find(name))
                kind: EntityType = "LOC" if placed else _TYPES[span.type]
                yield span.start + a, span.start + b, kind
            return
    yield span.start, span.end, _TYPES[span.type]


def _trimmed(text: str, start: int, end: int, kind: EntityType, gazetteer: Gazetteer) -> tuple[int, int]:
    surface = text[start:end]
    low, high = edges(surface, kind)
    name = surface[low:high]
    if kind == "PER" and name.count(" ") > 1:
        first = name.split(" ", 1)[0]
        if gazetteer.demonym(first) is not None:  # "Brit Jay Ajayi"
            low += len(first) + 1
    start, end = start + low, start + high
    if text[end : end + 1] == "." and _POINTED.match(text, end) and _abbreviated(name):
        end += 1
    if kind == "LOC" and start >= 3 and _DIRECTION.search(text, start - 4 if start > 3 else 0, start):
        start -= 3
    return start, end


def _abbreviated(name: str) -> bool:
    last = name.rsplit(None, 1)[-1] if name else ""
    return 2 <= len(last) <= _LONGEST_ABBREVIATION and last[:1].isupper() and last[-1].isalpha() and (
        not any(char in "aeiou" for char in last[-2:]) or last in ("Ave", "Mo", "Pa", "La", "Ga", "Fla")
    )


def _bracketed(text: str, last: tuple[Form, int], form: Form, start: int, end: int) -> None:
    """'Fundamentalist Church of Latter Day Saints (FLDS)': the acronym is of its type, and stands for it."""
    longer, at = last
    if (
        text[at:start] in (" (", " [") and text[end : end + 1] in (")", "]") and is_acronym(form.name)
        and " " in longer.name and longer.name[0].lower() == form.name[0].lower()
    ):
        longer.stands_for.add(fold_name(form.name))
        longer.votes["ORG"] = longer.votes.get("ORG", 0.0) + 0.5
        form.votes["ORG"] = form.votes.get("ORG", 0.0) + 1.0


def _is_place(name: str, gazetteer: Gazetteer, least: int = _TOWN) -> bool:
    """Whether a country, a capital or a place of so many inhabitants has this name."""
    return any(
        place.population >= least or place.kind not in ("city", "region", "area") for place in gazetteer.find(name)
    )


def _usable(name: str) -> bool:
    if not 2 <= len(name) <= _LONGEST or name[0] in "#@" or name.islower():
        return False
    if name[0].isdigit() and " " not in name:
        return False
    folded = fold_name(name)
    return len(folded) >= 2 and folded not in _DAYS and not folded.isdigit()


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
        if form.kind == "MISC" and len(words(form.name)) <= 3 and _is_place(form.name, gazetteer, _LARGE):
            form.kind = "LOC"
        if form.kind != "LOC" and is_acronym(form.name) and any(
            place.kind == "country" for place in gazetteer.find(form.name)
        ):
            form.kind = "LOC"  # US, UK
        parts = words(form.name)
        if len(parts) > 2 or (len(parts) == 2 and form.kind != "PER"):  # Margaret Court
            form.kind = _HEADS.get(parts[-1], form.kind)
    _agree(list(forms.values()))


def _agree(forms: Sequence[Form]) -> None:
    """Forms that belong together have one type: a last name its person's, a firm's long name that of its short one."""
    bodies = {form.name: form.votes.get("ORG", 0.0) for form in forms if form.kind == "ORG" and " " not in form.name}
    acronyms = {form.name for form in forms if form.kind == "ORG" and is_acronym(form.name)}
    for form in forms:
        parts = words(form.name)
        if form.kind in ("PER", "MISC") and len(parts) > 1 and _HEADS.get(parts[-1]) != "MISC" and (
            ((len(parts) > 2 or " " not in form.name) and not acronyms.isdisjoint(initials(form.name)))
            or bodies.get(parts[0], 0.0) > form.votes.get("PER", 0.0)
        ):
            form.kind = "ORG"
    sides = {parts[0] for form in forms if form.kind == "LOC" and len(parts := words(form.name)) == 2} & _DIRECTIONS
    for form in forms:
        if form.name in sides:
            form.kind = "LOC"  # "the North" beside North Korea
    last_names = {
        parts[-1] for form in forms if form.kind == "PER" and len(parts := person_words(form.name)) > 1
    }
    for form in forms:
        single = form.name.casefold()
        if form.kind in ("ORG", "MISC") and single in last_names and not is_acronym(form.name):
            form.kind = "PER"


def _common(form: Form, text: str) -> bool:
    """A single word that the text itself writes in lower case at least as often is no name."""
    if " " in form.name or form.kind == "MISC":
        return False
    lower = form.name.lower()
    return lower != form.name and lower in text and len(_whole(lower).findall(text)) >= len(form.places)


@lru_cache(maxsize=4096)
def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b")

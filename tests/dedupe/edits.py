"""Labelled edits of news texts: what editors, sites and machines do to a wire, and look-alikes that nobody copied.

``python -m tests.dedupe.edits`` makes edits of every kind, runs them through intake and dedupe between the wires they
were made from, and prints precision, recall and F1 per kind (see ``tests.dedupe.labelled``).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["BETWEEN", "DUPLICATES", "FAMILIES", "KINDS", "Edit", "edits"]

Editor = Callable[[str, random.Random, str], str]

_WORD = re.compile(r"[A-Za-z]+")
_ADVERTS = (
    "SPECIAL OFFER: get six months of unlimited digital access for just $1 a week. Cancel any time. Subscribe now!",
    "Sponsored: Dreaming of a kitchen that works for you? Call Harwell & Sons on 0800 555 0199 for a free quote.",
    "Learn to trade from home in our five-day ONLINE MASTERCLASS. Places are limited. info@tradeacademy.example",
    "Download our app for breaking alerts straight to your phone, and never miss a story again.",
    "Win a family holiday in Majorca! Enter our competition today at holidays.example/win. Terms apply.",
)
_ABOVE = (
    "Home > News > World", "By Staff Reporter\nPublished 09:41, updated 2 hours ago",
    "Share this article\nFacebook Twitter WhatsApp",
    "LIVE | Listen to our daily podcast", "Advertisement\nScroll down to continue reading",
)
_BELOW = (
    "Read more: Five things to know this morning",
    "Sign up to our newsletter\nFollow us on Facebook, Twitter and Instagram",
    "© All rights reserved. This material may not be published, broadcast or redistributed.",
    "Comments (14)\nLoad more comments", "Most read\n1. Weather warning extended\n2. The recipe everyone is making",
    "Our journalism needs your support. Please consider a subscription.",
)
_HEADS = ("What we know so far", "Here is what happened", "Latest developments", "The story in full", "An explainer")
_BRITISH = {
    "color": "colour", "center": "centre", "defense": "defence", "organization": "organisation", "labor": "labour",
    "program": "programme", "percent": "per cent", "traveled": "travelled", "gray": "grey", "realize": "realise",
    "theater": "theatre", "favor": "favour", "license": "licence", "toward": "towards", "airplane": "aeroplane",
    "recognize": "recognise", "honor": "honour", "neighbor": "neighbour", "organized": "organised",
    "behavior": "behaviour",
}
_SYNONYMS = {
    "said": "stated", "say": "state", "says": "states", "told": "informed", "people": "persons", "new": "fresh",
    "also": "likewise", "first": "initial", "last": "previous", "after": "following", "before": "prior to",
    "year": "twelvemonth", "years": "twelvemonths", "government": "administration", "police": "officers",
    "company": "firm", "show": "display", "showed": "displayed", "found": "discovered", "made": "produced",
    "make": "produce", "big": "large", "many": "numerous", "help": "assist", "killed": "slain", "dead": "deceased",
    "house": "residence", "home": "dwelling", "car": "vehicle", "children": "youngsters", "money": "cash",
    "plan": "scheme", "plans": "schemes", "group": "organisation", "called": "named", "use": "employ",
    "used": "employed", "but": "yet", "because": "since", "about": "around", "more": "additional",
    "most": "the majority",
    "would": "was to", "could": "was able to", "should": "ought to", "must": "has to", "will": "is to", "may": "might",
    "going": "heading", "took": "grabbed", "take": "grab", "asked": "requested", "want": "wish", "wants": "wishes",
    "between": "amid", "during": "throughout", "including": "among them", "against": "versus", "under": "beneath",
    "over": "above", "near": "close to", "near-by": "adjacent", "week": "seven days", "day": "date",
    "night": "evening",
    "report": "account", "reports": "accounts", "reported": "recounted", "case": "matter", "court": "tribunal",
    "officials": "authorities", "official": "functionary", "work": "labour", "working": "labouring",
    "attack": "assault",
    "attacks": "assaults", "country": "nation", "countries": "nations", "city": "town", "area": "zone",
    "part": "portion",
    "while": "whereas", "still": "yet", "early": "initial", "high": "elevated", "long": "lengthy", "small": "little",
    "major": "principal", "top": "leading", "according": "as reported", "however": "nevertheless",
    "like": "such as", "just": "merely", "only": "solely", "other": "further", "another": "one more", "every": "each",
    "the": "that", "a": "one", "is": "remains", "was": "became", "were": "became", "has": "holds", "have": "hold",
    "had": "held", "in": "within", "on": "upon", "for": "on behalf of", "with": "alongside", "from": "out of",
    "and": "plus", "of": "from", "to": "towards", "by": "through", "it": "this", "that": "which", "who": "that",
}
_TYPOGRAPHY = (("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'"), (" — ", " - "), (" – ", " - "), ("…", "..."))


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` and ``headline`` made from the wires ``sources`` by ``kind``: one, or two for a splice, the one with
    the larger part first."""

    kind: str
    text: str
    headline: str
    sources: tuple[str, ...]


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs; sentences in groups of two where it has none."""
    found = [part.strip() for part in re.split(r"\n+", text) if part.strip()]
    if len(found) >= 3:
        return found
    said = sentences(text)
    return [" ".join(said[i : i + 2]) for i in range(0, len(said), 2)]


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?][”\"']) |(?<=[.!?]) |\n+", text) if part.strip()]


def advert(text: str, rng: random.Random, _: str) -> str:
    parts = paragraphs(text)
    parts.insert(rng.randint(0, len(parts)), rng.choice(_ADVERTS))
    return "\n\n".join(parts)


def boilerplate(text: str, rng: random.Random, _: str) -> str:
    return "\n\n".join([*rng.sample(_ABOVE, 2), text, *rng.sample(_BELOW, 3)])


def headline(text: str, _: random.Random, __: str) -> str:
    return text


def typography(text: str, rng: random.Random, _: str) -> str:
    """Curly quotes to straight ones, or the other way round; dashes, spaces and line breaks of another system."""
    pairs = _TYPOGRAPHY if rng.random() < 0.5 else ()
    for curly, plain in pairs:
        text = text.replace(curly, plain)
    if not pairs:
        text = re.sub(r'"([^"\n]*)"', r"“\1”", text).replace("'", "’").replace(" - ", " – ").replace("...", "…")
    return re.sub(r" (?=\d)", "\u00a0", text).replace("\n", "\r\n")


def cut(share: float) -> Editor:
    def editor(text: str, _: random.Random, __: str) -> str:
        ends = [match.end() for match in re.finditer(r"\S+", text)]
        return text[: ends[max(0, round(len(ends) * share) - 1)]]

    return editor


def paragraph_dropped(text: str, rng: random.Random, _: str) -> str:
    parts = paragraphs(text)
    if len(parts) > 2:
        del parts[rng.randrange(len(parts))]
    return "\n\n".join(parts)


def reordered(text: str, rng: random.Random, _: str) -> str:
    parts = paragraphs(text)
    before = list(parts)
    for _attempt in range(10):
        rng.shuffle(parts)
        if parts != before:
            break
    return "\n\n".join(parts)


def sentences_dropped(text: str, rng: random.Random, _: str) -> str:
    kept = [s for s in sentences(text) if rng.random() > 0.25]
    return " ".join(kept) or text


def british(text: str, _: random.Random, __: str) -> str:
    return _WORD.sub(lambda m: _BRITISH.get(m.group(), m.group()), text)


def synonyms(share: float) -> Editor:
    """Other words for ``share`` of all words; where the table has none for enough of them, a word's end changes."""

    def editor(text: str, rng: random.Random, _: str) -> str:
        found = list(_WORD.finditer(text))
        wanted = round(len(found) * share)
        easy = [m for m in found if m.group() in _SYNONYMS]
        hard = [m for m in found if m.group() not in _SYNONYMS and m.group().islower() and len(m.group()) > 4]
        rng.shuffle(easy)
        rng.shuffle(hard)
        chosen = {m.start() for m in [*easy, *hard][:wanted]}
        return _WORD.sub(
            lambda m: _SYNONYMS.get(m.group(), m.group()[:-2] + "ling") if m.start() in chosen else m.group(), text
        )

    return editor


def spliced(text: str, _: random.Random, other: str) -> str:
    """The first half of one and the second half of the other."""
    one, two = paragraphs(text), paragraphs(other)
    return "\n\n".join([*one[: max(1, len(one) // 2)], *two[len(two) // 2 :]])


#: Edits after which the wire is the same wire.
DUPLICATES: dict[str, Editor] = {
    "advert": advert, "boilerplate": boilerplate, "headline": headline, "typography": typography,
    "cut-60": cut(0.6), "paragraph-dropped": paragraph_dropped,
}
#: Edits after which it is another text of the same origin.
FAMILIES: dict[str, Editor] = {
    "cut-30": cut(0.3), "synonyms-20": synonyms(0.2), "reordered": reordered, "spliced": spliced,
}
#: Edits that may leave either; their figures are told apart from the two above.
BETWEEN: dict[str, Editor] = {
    "synonyms-5": synonyms(0.05), "synonyms-10": synonyms(0.1), "sentences-dropped": sentences_dropped,
    "british": british,
}
KINDS: dict[str, Editor] = {**DUPLICATES, **FAMILIES, **BETWEEN}


def _halves(uri: str, text: str, other_uri: str, other: str) -> tuple[str, str]:
    """The sources of a splice, the one with the larger part in it first."""
    mine = len("\n\n".join(paragraphs(text)[: max(1, len(paragraphs(text)) // 2)]))
    theirs = len("\n\n".join(paragraphs(other)[len(paragraphs(other)) // 2 :]))
    return (uri, other_uri) if mine >= theirs else (other_uri, uri)


def edits(wires: Sequence[tuple[str, str]], seed: int, kinds: Sequence[str] = tuple(KINDS)) -> Iterator[Edit]:
    """One edit of every kind of each wire (uri, text); the other half of a splice is the wire after it."""
    for position, (uri, text) in enumerate(wires):
        other_uri, other = wires[(position + 1) % len(wires)]
        for kind in kinds:
            rng = random.Random(f"{seed}/{uri}/{kind}")
            made = KINDS[kind](text, rng, other)
            head = rng.choice(_HEADS) if kind == "headline" else ""
            yield Edit(kind, made, head, _halves(uri, text, other_uri, other) if kind == "spliced" else (uri,))


if __name__ == "__main__":
    from tests.dedupe.labelled import main

    main()

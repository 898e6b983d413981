"""The seeds' names are found by method: with each of them taken out of every shipped list, nine of ten still are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from streams.entities.recogniser import Recogniser

SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))
PEOPLE = (
    "Tareq Arian/Tariq Arian/Tarek Arian, Raz Mohammad/Raz Muhammad/Raz Mohamed, John Kirby, Arif Kakar, Ashraf Ghani, "
    "Joe Biden, Donald Trump, Zabihullah Mujahid, Lyse Doucet"
)
BODIES = "Nato/NATO, Taliban, AFP, BBC, Al Jazeera, Pentagon"
PLACES = (
    "Spin Boldak/Spinboldak, Balochistan/Baluchistan, Afghanistan, Pakistan, Kandahar, Chaman, Karachi, Kabul, Quetta, "
    "Iran, Tajikistan, Turkmenistan, Washington, Arabian Sea"
)
NAMES = {
    tuple(forms.split("/")): kind
    for kind, names in (("PER", PEOPLE), ("ORG", BODIES), ("LOC", PLACES))
    for forms in names.split(", ")
}
FORMS = frozenset(form for forms in NAMES for form in forms)


def share_found(recogniser: Recogniser) -> tuple[float, list[tuple[str, ...]]]:
    """Share of the names whose most frequent type over the seeds is right, and those that fail."""
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    types: dict[str, Counter[str]] = {}
    for text, spans in zip(texts, recogniser.recognise(texts), strict=True):
        for span in spans:
            types.setdefault(text[span.start : span.end], Counter())[span.type] += 1
    wrong = []
    for forms, kind in NAMES.items():
        seen: Counter[str] = Counter()
        for form in forms:
            seen.update(types.get(form, Counter()))
        if not seen or seen.most_common(1)[0][0] != kind:
            wrong.append(forms)
    return 1 - len(wrong) / len(NAMES), wrong


@pytest.mark.parametrize("without", [frozenset(), FORMS], ids=["as shipped", "without the names"])
def test_the_names_of_the_seeds_are_found(without: frozenset[str]) -> None:
    share, wrong = share_found(Recogniser.load(without=without))
    assert share >= 0.9, wrong

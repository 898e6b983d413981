"""The terms of an article: words, word pairs, names, numbers and dates, each with the views it stands in."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from streams.contracts.records import NamedEntity

__all__ = ["DATE", "ENTITY", "LEAD", "MAX_TERMS", "NAME", "NUMBER", "PAIR", "PLACE", "RARITY_UNIT", "TITLE", "Terms",
           "terms_of"]

#: View bits of a term; the low four bits count its occurrences (15: that many or more).
TITLE, LEAD, NAME, PAIR, NUMBER, ENTITY, PLACE, DATE = 16, 32, 64, 128, 256, 512, 1024, 2048
MAX_TERMS = 80
#: Rarity is stored in units of this (natural log of how many texts there are to one that has the term).
RARITY_UNIT = 1 / 24
_LEAD_WORDS = 90
_MAX_WORDS = 1500
_SHOWN = 10
_MOST_RARE = 10.0

_WORD = re.compile(r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’&-][^\W_]+)*|[^\W_]+|[.!?:\n]")
_MONTHS = {name: number + 1 for number, name in enumerate(
    "january february march april may june july august september october november december".split())}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_STOP = frozenset(
    "a about after again all also an and any are as at be because been before being between both but by can could did "
    "do does down during each few for from further had has have he her here hers him his how i if in into is it its "
    "just me more most my new no nor not now of off on once one only or other our out over own said same say says she "
    "so some such than that the their them then there these they this those through to too two under until up us very "
    "was we were what when where which while who whom why will with would you your mr mrs ms according told".split()
)


@dataclass(slots=True)
class Terms:
    """One entry a term, by falling weight; ``shown``: words for people with their term's index, weightiest first."""

    ids: list[int] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    rarity: list[int] = field(default_factory=list)
    shown: list[tuple[int, str]] = field(default_factory=list)


class _Collector:
    def __init__(self, rank: Callable[[str], int]) -> None:
        self._rank = rank
        self.views: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.rarity: dict[str, float] = {}
        self.forms: dict[str, str] = {}

    def add(self, key: str, view: int, rarity: float, form: str = "", count: int = 1) -> None:
        self.views[key] = self.views.get(key, 0) | view
        self.counts[key] = self.counts.get(key, 0) + count
        self.rarity[key] = rarity
        if form:
            self.forms.setdefault(key, form)

    def word_rarity(self, word: str) -> float:
        """From the word's place in a vocabulary ordered by frequency (Zipf); an unlisted word is rare."""
        if (known := self.rarity.get(word)) is not None:
            return known
        return min(7.5, max(0.5, math.log((self._rank(word) + 1) / 50.0)))


def terms_of(
    headline: str, body: str, entities: Sequence[NamedEntity], rank: Callable[[str], int]
) -> Terms:
    """The weightiest terms of an article, at most ``MAX_TERMS``. ``rank``: a word's place by frequency."""
    found = _Collector(rank)
    _scan(found, headline, TITLE)
    _scan(found, body, 0)
    for entity in entities:
        _entity(found, entity)
    ranked = sorted(found.views, key=lambda key: (-_weight(found, key), key))
    best: dict[int, str] = {}
    for key in ranked[:MAX_TERMS]:
        best.setdefault(zlib.crc32(key.encode("utf-8", "replace")), key)
    ids = list(best)
    place = {best[term]: index for index, term in enumerate(ids)}
    shown = [(place[key], found.forms[key][:40].replace("\n", " "))
             for key in ranked if key in place and key in found.forms]
    return Terms(
        ids, [found.views[best[term]] | min(found.counts[best[term]], 15) for term in ids],
        [min(255, round(found.rarity[best[term]] / RARITY_UNIT)) for term in ids], shown[:_SHOWN],
    )


def _weight(found: _Collector, key: str) -> float:
    view = found.views[key]
    weight = 1 + math.log(found.counts[key]) + 1.5 * bool(view & TITLE) + bool(view & LEAD) + 0.5 * bool(view & NAME)
    if view & (ENTITY | PLACE | DATE):
        weight += 2
    if view & PAIR and not view & NAME:
        weight *= 0.5
    return weight * found.rarity[key]


def _entity(found: _Collector, entity: NamedEntity) -> None:
    if entity.geonames_id is not None:
        found.add(f"@{entity.geonames_id}", PLACE, 4.0, entity.name, max(1, len(entity.mentions)))
        return
    name = entity.name.lower()
    rarity = min(_MOST_RARE, max((found.word_rarity(stem(word)) for word in name.split()), default=4.0) + 1)
    found.add("@" + name, ENTITY, rarity, entity.name, max(1, len(entity.mentions)))


def _scan(found: _Collector, text: str, view: int) -> None:
    before = ""
    before_form = ""
    first = True
    month = day = 0
    seen = 0
    for form in _WORD.findall(text[:12_000]):
        if form in ".!?:\n":
            first, before = True, ""
            continue
        seen += 1
        if seen > _MAX_WORDS:
            break
        here = view or (LEAD if seen <= _LEAD_WORDS else 0)
        word = stem(form)
        if word.isdigit() or form[0].isdigit():
            month, day = _number(found, word, form, here, month)
            before, first = "", False
            continue
        if word in _MONTHS and form[0].isupper():
            month = _MONTHS[word]
            if day:
                found.add(f"#{month}-{day}", DATE | here, 5.5, "")
        else:
            month = 0
        day = 0
        if word in _STOP or len(word) < 2:
            before, first = "", False
            continue
        if word in _DAYS:
            found.add("#" + word, DATE | here, 2.0, form)
        name = form[0].isupper() and (not first or form[1:2].isupper() or bool(before))
        rarity = found.word_rarity(word)
        found.add(word, here | (NAME if name else 0), rarity, form if len(word) > 2 else "")
        if before:
            both = name and before_form[0].isupper()
            if here or both:
                pair = min(_MOST_RARE, max(rarity, found.word_rarity(before)) + 1.5)
                found.add(f"{before} {word}", PAIR | here | (NAME if both else 0), pair,
                          f"{before_form} {form}" if both else "")
        before, before_form, first = word, form, False


def _number(found: _Collector, word: str, form: str, here: int, month: int) -> tuple[int, int]:
    """A number as a term, and as part of a date. Gives the month and day that the next word may complete."""
    digits = word.replace(",", "")
    value = int(digits) if digits.isdigit() and len(digits) < 9 else 0
    if month and 1 <= value <= 31:
        found.add(f"#{month}-{value}", DATE | here, 5.5)
        return 0, 0
    if 1900 <= value <= 2100 and len(digits) == 4:
        found.add(f"#{value}", DATE | here, 3.0, form)
        return 0, 0
    if len(digits) > 1 or here & TITLE:
        found.add(digits, NUMBER | here, min(6.5, 2.0 + 1.2 * len(digits)), form)
    return 0, value if 1 <= value <= 31 else 0


def stem(form: str) -> str:
    """Lower case without a possessive or a plural ending."""
    word = form.lower().replace("’", "'").replace(".", "") if not form[0].isdigit() else form.lower()
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word

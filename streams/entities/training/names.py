"""Made-up names of people, places and organisations: from permissive lists, from a small grammar, and invented.

Names from lists teach the model what names look like; invented ones teach it to go by the context.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from streams.entities.training import sources

__all__ = ["GRAMMAR", "Namer"]

GRAMMAR = Path(__file__).parent / "templates" / "grammar.names"
_ONSETS = "b br c ch d dr f fr g gr h j k kh kr l m n p pr q r s sh st t tr v w y z zh".split()
_VOWELS = "a e i o u a e i o ai ee ou ia".split()
_CODAS = [*[""] * 3, *"n r l s m k t d nd sh rt ng".split()]
_PARTICLES = "van der|de|von|Van|De|bin|la|dos|ter|Abu|Mac".split("|")
_BRACES = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_PLAIN_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]+(?:[-'’][^\W\d_]+)*")
_ENGLISH = ("en_US", "en_GB", "en_US", "en_US")


def _rules() -> dict[str, tuple[list[str], list[float]]]:
    """Patterns of each rule and their summed weights."""
    patterns: dict[str, list[str]] = defaultdict(list)
    weights: dict[str, list[float]] = defaultdict(list)
    rule = ""
    for line in GRAMMAR.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            rule = line[2:]
        elif line and not line.startswith("#"):
            weight, _, pattern = line.partition(" ")
            given = weight.isdigit()
            patterns[rule].append(pattern if given else line)
            weights[rule].append(float(weight) if given else 1.0)
    return {name: (found, list(accumulate(weights[name]))) for name, found in patterns.items()}


class Namer:
    """Draws names; every draw comes from the one seeded generator."""

    def __init__(self, rng: random.Random, wikiann: list[sources.Sentence]) -> None:
        self.rng = rng
        self.rules = _rules()
        rows = [row for row in sources.cities() if len(row[0]) > 2 and not re.search(r"[\d(,/]", row[0])]
        self._cities = [name for name, _, _, _ in rows]
        self._city_weights = list(accumulate(max(population, 500) ** 0.75 for _, population, _, _ in rows))
        countries = [name for name, _, _ in sources.countries() if "," not in name and "(" not in name]
        size = {name: 1 + int((population / 1e6) ** 0.5) for name, _, population in sources.countries()}
        common = ["Britain", "UK", "U.K.", "America", "US", "U.S.", "U.S.", "England", "Scotland", "Wales"]
        self._countries = [name for name in countries for _ in range(size[name])] + common * 4
        self._counties = [name for name in sources.regions() if name.endswith("County")]
        self._states = [n for n in sources.regions() if not n.endswith(("County", "Parish", "Borough", "Area"))]
        self._nationalities, self._peoples = sources.peoples()
        self._given, self._family = sources.given_names(), sources.surnames()
        self._locales = sorted(set(self._given) & set(self._family))
        self._learn(wikiann)
        self._makers: dict[str, Callable[[], str]] = {
            "person": lambda: self.person()[0], "given": self.given_name, "surname": self.surname, "city": self.city,
            "coined": self.coined, "region": self.region, "country": lambda: self.pick(self._countries),
            "county": lambda: self.pick(self._counties), "state": lambda: self.pick(self._states),
            "nationality": lambda: self.pick(self._nationalities), "people": lambda: self.pick(self._peoples),
            "known_organisation": lambda: self.pick(self._organisations), "town": lambda: self.team()[1],
            "city_in_capitals": lambda: self.city().upper(), "town_in_capitals": lambda: self.team()[1].upper(),
            "nick_in_capitals": lambda: self.make("{nick}").upper(), "team": lambda: self.pick(list(self.team()[:2])),
        }  # fmt: skip

    def _learn(self, wikiann: list[sources.Sentence]) -> None:
        """First and last names of people, whole names of places and organisations, from spans of WikiANN."""
        first: set[str] = set()
        last: set[str] = set()
        found: dict[str, set[str]] = {"ORG": set(), "LOC": set()}
        for words, tags in wikiann:
            for begin, end, kind in sources.spans(tags):
                name = words[begin:end]
                if (
                    kind == "PER"
                    and 2 <= len(name) <= 3
                    and all(_PLAIN_WORD.fullmatch(w) and w[0].isupper() for w in name)
                ):
                    first.add(name[0])
                    last.add(name[-1])
                elif kind in found and len(name) <= 5 and name[0][0].isupper():
                    whole = " ".join(name)
                    if len(whole) > 2 and all(re.fullmatch(r"[\w.'&-]+", word) for word in name):
                        found[kind].add(whole)
        self._first, self._last = sorted(first), sorted(last)
        self._organisations, self._places = sorted(found["ORG"]), sorted(found["LOC"])

    def pick(self, values: list[str]) -> str:
        return values[self.rng.randrange(len(values))]

    def make(self, pattern: str) -> str:
        """The pattern with everything in braces replaced; see the grammar's first lines."""
        return _BRACES.sub(lambda match: self._expand(match.group(1)), pattern)

    def _expand(self, inner: str) -> str:
        if "|" in inner:
            inner = self.pick(inner.split("|"))
            if inner not in self.rules:
                return inner
        if inner in self.rules:
            patterns, weights = self.rules[inner]
            return self.make(self.rng.choices(patterns, cum_weights=weights)[0])
        if bounds := _RANGE.fullmatch(inner):
            return str(self.rng.randint(int(bounds[1]), int(bounds[2])))
        return self._makers[inner]()

    def coined(self, low: int = 2, high: int = 3) -> str:
        size = self.rng.randint(low, high)
        return "".join(self.pick(part) for _ in range(size) for part in (_ONSETS, _VOWELS, _CODAS))[:11].capitalize()

    def given_name(self) -> str:
        return self.pick(self._first) if self.rng.random() < 0.6 else self.pick(self._given[self.pick(self._locales)])

    def surname(self) -> str:
        draw = self.rng.random()
        if draw < 0.85:
            return self.pick(self._last if draw < 0.55 else self._family[self.pick(self._locales)])
        return self.coined()

    def person(self) -> tuple[str, str]:
        """Full name, and the form used afterwards."""
        r = self.rng
        draw = r.random()
        if draw < 0.35:
            first, last = self.given_name(), self.surname()
        elif draw < 0.68:
            locale = self.pick([*_ENGLISH, *self._locales])
            first, last = self.pick(self._given[locale]), self.pick(self._family[locale])
        elif draw < 0.76:
            first, last = self.coined(1, 2), self.coined()
        elif draw < 0.84:
            # East Asian order: the family name comes first and is the short form.
            family, one, two = (self.coined(1, 1)[:4] for _ in range(3))
            return f"{family} {one}{self.pick([f'-{two.lower()}', f' {two}', two.lower()])}", family
        elif draw < 0.88:
            first, last = self.given_name(), f"{self.pick(['al', 'Al', 'el', 'El'])}-{self.coined()}"
        elif draw < 0.91:
            first, last = self.given_name(), f"{self.pick(_PARTICLES)} {self.surname()}"
        elif draw < 0.93:
            given = self.given_name()
            return f"{self.pick(['Abu', 'Mullah', 'Abdul', 'Sheikh', 'Haji'])} {given}", given
        elif draw < 0.96:
            first, last = self.make("{capital}. {capital}." if r.random() < 0.5 else "{capital}."), self.surname()
        else:
            first, last = self.given_name(), f"{self.surname()}-{self.surname()}"
        if r.random() < 0.1:
            first = self.make(f"{first} {{capital}}.")
        elif r.random() < 0.06:
            first = f"{first} {self.given_name()}"
        return f"{first} {last}", last

    def city(self) -> str:
        draw = self.rng.random()
        if draw < 0.12:
            return self.coined() if draw < 0.06 else self.pick(self._places)
        return self.rng.choices(self._cities, cum_weights=self._city_weights)[0]

    def region(self) -> str:
        draw = self.rng.random()
        base = self.city() if draw < 0.5 else self.pick(self._states) if draw < 0.75 else self.coined()
        side = self.pick(["Northern", "Southern", "Eastern", "Western", "North", "South", "East", "West"])
        return f"{side} {base}" if self.rng.random() < 0.1 else base

    def team(self) -> tuple[str, str, str]:
        """Full name, town, and nickname as it stands after "the" (or the town again)."""
        draw = self.rng.random()
        town = self.city() if draw < 0.55 else self.pick(self._states if draw < 0.7 else self._places)
        if draw >= 0.9:
            town = self.coined() if draw < 0.95 else self.surname()
        draw = self.rng.random()
        if draw < 0.4:
            nick = self.make("{nick}")
            return f"{town} {nick}", town, nick
        if draw < 0.65:
            return self.make(f"{town} {{club}}" if draw < 0.55 else f"{{club_before}} {town}"), town, town
        return town, town, town

"""What can be said of a word form by itself: its stem, how rare it is, what kind of word it is.

A text is divided at blanks and each chunk looked up: news repeats its words, so most of a text is never matched or
stemmed again. The memory is bounded; when it is full everything is forgotten, which changes no answer.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.text.remembered import Remembered

__all__ = ["BREAK", "CAPACITY", "CAPITAL", "EDGE", "MONTHS", "ODD", "TERM", "TWO_CAPITALS", "Vocabulary", "stem"]

#: Kinds of a form, as bits: one that makes terms, one that divides sentences, a number, day or month, one that begins
#: with a capital, one whose second letter is a capital.
TERM, BREAK, ODD, CAPITAL, TWO_CAPITALS = 1, 2, 4, 8, 16
#: The number of the form that stands for the edge of a text.
EDGE = 0

_WORD = re.compile(r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’&-][^\W_]+)*|[^\W_]+|[.!?:\n]")
MONTHS = {name: number + 1 for number, name in enumerate(
    "january february march april may june july august september october november december".split())}
MONTHS |= {name[:3]: number for name, number in list(MONTHS.items())} | {"sept": 9}
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_STOP = frozenset(
    "a about after again all also an and any are as at be because been before being between both but by can could did "
    "do does down during each few for from further had has have he her here hers him his how i if in into is it its "
    "just me more most my new no nor not now of off on once one only or other our out over own said same say says she "
    "so some such than that the their them then there these they this those through to too two under until up us very "
    "was we were what when where which while who whom why will with would you your mr mrs ms according told".split()
)
#: Forms that are kept from one group of texts to the next, and their characters.
_MOST_FORMS, _MOST_CHARACTERS = 60_000, 2_000_000
#: Forms that may be known at any time: fewer than the 18 bits that ``streams.stories.terms`` has for a stem.
CAPACITY = 1 << 18
_EDGE = array("i", [EDGE]).tobytes()


class Vocabulary:
    """Word forms by number: ``forms[n]``, ``flags[n]``, ``stem_of[n]``; stems by number: ``stems[s]``, ``rarity[s]``.

    ``rank``: a word's place by frequency. Numbers hold until ``make_room`` is called.
    """

    def __init__(self, rank: Callable[[str], int]) -> None:
        self._rank = rank
        self.flags: NDArray[np.uint8] = np.zeros(CAPACITY, np.uint8)
        self.stem_of: NDArray[np.int64] = np.zeros(CAPACITY, np.int64)
        self.rarity: NDArray[np.float64] = np.zeros(CAPACITY)
        self._chunks = Remembered(self._read)
        self._parts = Remembered(self._parts_of)
        self._forget()

    def _forget(self) -> None:
        self.forms = [""]
        self.flags[EDGE] = BREAK
        self.stems = [""]
        self._numbers: dict[str, int] = {}
        self._stem_numbers: dict[str, int] = {}
        self._chunks.forget()
        self._characters = 0

    def make_room(self) -> None:
        """Forgets everything where there is little room left. To be called before each group of texts, of at most
        ``CAPACITY`` less ``_MOST_FORMS`` forms."""
        if len(self.forms) > _MOST_FORMS or self._characters > _MOST_CHARACTERS:
            self._forget()

    def read(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """The numbers of all forms of the texts in a row, ``EDGE`` before each text."""
        known = self._chunks.__getitem__
        return np.frombuffer(b"".join([_EDGE + b"".join(map(known, text.split(" "))) for text in texts]), np.intc)

    def parts_of(self, name: str) -> tuple[tuple[str, float], ...]:
        """The stems of a name's words (lower case) with their rarity."""
        return self._parts[name]

    def _parts_of(self, name: str) -> tuple[tuple[str, float], ...]:
        return tuple((word, self._rarity_of(word)) for word in map(stem, name.split()))

    def _rarity_of(self, word: str) -> float:
        """From the word's place in a vocabulary ordered by frequency (Zipf); an unlisted word is rare."""
        return min(7.5, max(0.5, math.log((self._rank(word) + 1) / 50.0)))

    def _read(self, chunk: str) -> bytes:
        """The numbers of a chunk's forms (intc); unseen ones are learned."""
        return array("i", map(self._number_of, _WORD.findall(chunk))).tobytes()

    def _number_of(self, form: str) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self.forms)
            self.forms.append(form)
            self._characters += len(form)
            if form in ".!?:\n":
                self.flags[number] = BREAK
            else:
                word = stem(form)
                self.flags[number] = _kind(form, word)
                self.stem_of[number] = self._stem_number(word)
        return number

    def _stem_number(self, word: str) -> int:
        number = self._stem_numbers.get(word)
        if number is None:
            number = self._stem_numbers[word] = len(self.stems)
            self.stems.append(word)
            self.rarity[number] = self._rarity_of(word)
        return number


def _kind(form: str, word: str) -> int:
    if word.isdigit() or form[0].isdigit():
        return ODD
    upper = form[0].isupper()
    kind = CAPITAL * upper | TWO_CAPITALS * form[1:2].isupper()
    if word in _STOP or len(word) < 2:
        return kind
    return kind | TERM | ODD * (word in _DAYS or (upper and word in MONTHS))


def stem(form: str) -> str:
    """Lower case without a possessive or a plural ending."""
    word = form.lower().replace("’", "'").replace(".", "") if not form[0].isdigit() else form.lower()
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word

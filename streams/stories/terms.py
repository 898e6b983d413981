"""The terms of an article: words, word pairs, names, numbers and dates, each with the views it stands in.

Many articles are read at once. What can be said of a word by itself is kept per word form (``Vocabulary``); where it
stands is worked out for all words of a group of articles in numpy; only numbers, dates and names are looked at one by
one.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from streams.contracts.records import NamedEntity
from streams.stories.vocabulary import BREAK, CAPACITY, CAPITAL, EDGE, MONTHS, ODD, TERM, TWO_CAPITALS, Vocabulary, stem

__all__ = ["ALL_VIEWS", "DATE", "ENTITY", "ID_BITS", "LEAD", "MAX_TERMS", "NAME", "NUMBER", "PAIR", "PLACE",
           "RARITY_UNIT", "TITLE", "TermReader", "Terms", "terms_of"]

#: View bits of a term; the low four bits count its occurrences (15: that many or more).
TITLE, LEAD, NAME, PAIR, NUMBER, ENTITY, PLACE, DATE = 16, 32, 64, 128, 256, 512, 1024, 2048
#: The highest that a term's views can be.
ALL_VIEWS = 4095
MAX_TERMS = 80
#: Rarity is stored in units of this (natural log of how many texts there are to one that has the term).
RARITY_UNIT = 1 / 24
#: Most that the byte of a rarity and the four bits of a count can say.
_MOST_UNITS, _MOST_COUNTED = 255, 15
#: Of a term's CRC-32 so much is its id.
ID_BITS = (1 << 24) - 1
_LEAD_WORDS = 90
_MAX_WORDS = 1500
_MAX_CHARS = 12_000
_SHOWN = 10
_MOST_RARE = 10.0

#: Articles read at once: so many, or of so many characters. With the most stems that a vocabulary may know they bound
#: the numbers that share one sort key (``_grouped``).
_GROUP, _GROUP_CHARS = 64, 150_000
_STEM_BITS = _PLACE_BITS = np.uint64(CAPACITY.bit_length() - 1)
_PAIR_BIT = 2 * _STEM_BITS
_LOGS = np.array([0.0, *(math.log(count) for count in range(1, 2 * _MAX_WORDS + 1))])

Source = tuple[str, str, Sequence[NamedEntity]]
"""Headline, body and entities of an article."""


@dataclass(slots=True)
class Terms:
    """One entry a term, by falling weight; ``shown``: words for people with their term's index, weightiest first."""

    ids: list[int] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    rarity: list[int] = field(default_factory=list)
    shown: list[tuple[int, str]] = field(default_factory=list)


def terms_of(headline: str, body: str, entities: Sequence[NamedEntity], rank: Callable[[str], int]) -> Terms:
    """The weightiest terms of one article, at most ``MAX_TERMS``. ``rank``: a word's place by frequency."""
    return TermReader(rank).read([(headline, body, entities)])[0]


@dataclass(slots=True)
class _Odd:
    """A number, date, name or place of one article."""

    view: int
    count: int
    rarity: float
    form: str


class _OddTerms(dict[str, _Odd]):
    """Those of one article by key."""

    def add(self, key: str, view: int, rarity: float, form: str = "", count: int = 1) -> None:
        known = self.get(key)
        if known is None:
            self[key] = _Odd(view, count, rarity, form)
        else:
            known.view |= view
            known.count += count
            known.rarity = rarity
            known.form = known.form or form


@dataclass(slots=True)
class _Tokens:
    """The words of a group of articles in a row, an edge before each headline and each body; one entry a token.

    ``forms``: numbers in the vocabulary. ``order``: how many words and edges there are up to this one. ``owner``: the
    article's number. ``here``: TITLE, LEAD or 0; -1 where the text is no longer read.
    """

    forms: NDArray[np.int32]
    flags: NDArray[np.uint8]
    order: NDArray[np.int64]
    owner: NDArray[np.int64]
    here: NDArray[np.int64]


@dataclass(slots=True)
class _Found:
    """Words and pairs of a group, one entry a term, those of article ``i`` at ``bounds[i]:bounds[i + 1]``.

    ``first``, ``second``: stems; ``pair``: whether it is a pair; ``views`` and ``rarity`` as they are stored.
    ``places``: all occurrences as tokens, those of term ``t`` from ``starts[t]`` on, ``counts[t]`` of them.
    """

    bounds: list[int]
    pair: NDArray[np.bool_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    views: NDArray[np.int64]
    rarity: NDArray[np.int64]
    weight: NDArray[np.float64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    places: NDArray[np.int64]


class TermReader:
    """Terms of articles. ``rank``: a word's place by frequency. What it remembers changes no answer."""

    def __init__(self, rank: Callable[[str], int]) -> None:
        self._vocabulary = Vocabulary(rank)

    def read(self, articles: Sequence[Source]) -> list[Terms]:
        """The weightiest terms of each article, at most ``MAX_TERMS``."""
        return [terms for group in _groups(articles) for terms in self._read(group)]

    def _read(self, group: Sequence[Source]) -> list[Terms]:
        self._vocabulary.make_room()
        tokens = self._tokens(group)
        pair_views = np.zeros(len(tokens.forms), np.int64)
        found = self._grouped(tokens, pair_views, len(group))
        odd = self._odd(tokens, len(group))
        for (_, _, entities), own in zip(group, odd, strict=True):
            for entity in entities:
                self._entity(own, entity)
        return [self._best(found, number, own, tokens, pair_views) for number, own in enumerate(odd)]

    def _tokens(self, group: Sequence[Source]) -> _Tokens:
        parts = [text for headline, body, _ in group for text in (headline[:_MAX_CHARS], body[:_MAX_CHARS])]
        forms = self._vocabulary.read(parts)
        flags = self._vocabulary.flags[forms]
        order = np.cumsum((flags & BREAK == 0) | (forms == EDGE))
        edges = np.flatnonzero(forms == EDGE)
        sizes = np.diff(np.append(edges, len(forms)))
        seen = order - np.repeat(order[edges], sizes)
        part = np.repeat(np.arange(len(parts)), sizes)
        here = np.where(part % 2 == 0, TITLE, np.where(seen <= _LEAD_WORDS, LEAD, 0))
        here[seen > _MAX_WORDS] = -1
        return _Tokens(forms, flags, order, part // 2, here)

    def _grouped(self, tokens: _Tokens, pair_views: NDArray[np.int64], articles: int) -> _Found:
        """Equal words and equal pairs of an article together, by one sort of article, stems and place."""
        flags, here = tokens.flags, tokens.here
        before = np.concatenate(([np.uint8(BREAK)], flags[:-1]))
        term = (flags & TERM > 0) & (here >= 0)
        capital = flags & CAPITAL > 0
        name = capital & ((before & BREAK == 0) | (flags & TWO_CAPITALS > 0))
        both = name & (before & CAPITAL > 0)
        words = np.flatnonzero(term)
        pairs = np.flatnonzero(term & (before & TERM > 0) & ((here > 0) | both))
        views = here | np.where(name, NAME, 0)
        pair_views[:] = here | np.where(both, PAIR | NAME, PAIR)
        stems = self._vocabulary.stem_of[tokens.forms].astype(np.uint64)
        owners = tokens.owner.astype(np.uint64) << np.uint64(1)
        keys = np.concatenate((
            (((owners[words] << _STEM_BITS) | stems[words]) << (_STEM_BITS + _PLACE_BITS)) | words.astype(np.uint64),
            ((((owners[pairs] | np.uint64(1)) << _STEM_BITS | stems[pairs - 1]) << _STEM_BITS | stems[pairs])
             << _PLACE_BITS) | pairs.astype(np.uint64),
        ))
        keys.sort()
        places = (keys & np.uint64((1 << int(_PLACE_BITS)) - 1)).astype(np.int64)
        keys >>= _PLACE_BITS
        starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1])))
        counts = np.diff(np.append(starts, len(keys)))
        terms = keys[starts]
        low = np.uint64((1 << int(_STEM_BITS)) - 1)
        pair = (terms >> _PAIR_BIT & np.uint64(1)).astype(bool)
        first, second = (terms >> _STEM_BITS & low).astype(np.int64), (terms & low).astype(np.int64)
        told = np.where(np.repeat(pair, counts), pair_views[places], views[places])
        seen: NDArray[np.int64] = np.bitwise_or.reduceat(told, starts) if len(starts) else told
        known = self._vocabulary.rarity
        rarity = np.where(pair, np.minimum(_MOST_RARE, np.maximum(known[first], known[second]) + 1.5), known[first])
        weight = 1 + _LOGS[counts] + np.where(seen & TITLE, 1.5, 0.0) + np.where(seen & LEAD, 1.0, 0.0) \
            + np.where(seen & NAME, 0.5, 0.0)
        weight[pair & (seen & NAME == 0)] *= 0.5
        bounds = np.searchsorted(terms >> (_PAIR_BIT + np.uint64(1)), np.arange(articles + 1, dtype=np.uint64))
        units = np.minimum(np.rint(rarity / RARITY_UNIT), _MOST_UNITS).astype(np.int64)
        return _Found(bounds.tolist(), pair, first, second, seen | np.minimum(counts, _MOST_COUNTED), units,
                      weight * rarity, starts, counts, places)

    def _odd(self, tokens: _Tokens, articles: int) -> list[_OddTerms]:
        """Numbers, dates and days of the week."""
        found = [_OddTerms() for _ in range(articles)]
        at = np.flatnonzero((tokens.flags & ODD > 0) & (tokens.here >= 0))
        month = day = last = 0
        forms = self._vocabulary.forms
        for form_number, order, owner, here in zip(
            tokens.forms[at].tolist(), tokens.order[at].tolist(), tokens.owner[at].tolist(), tokens.here[at].tolist(),
            strict=True,
        ):
            if order != last + 1:
                month = day = 0
            last = order
            own, form = found[owner], forms[form_number]
            word = stem(form)
            if word.isdigit() or form[0].isdigit():
                month, day = _number(own, word, form, here, month)
            elif word in MONTHS:
                month = MONTHS[word]
                if day:
                    own.add(f"#{month}-{day}", DATE | here, 5.5)
                day = 0
            else:
                own.add("#" + word, DATE | here, 2.0, form)
                month = day = 0
        return found

    def _entity(self, own: _OddTerms, entity: NamedEntity) -> None:
        count = max(1, len(entity.mentions))
        if entity.geonames_id is not None:
            own.add(f"@{entity.geonames_id}", PLACE, 4.0, entity.name, count)
            return
        name = entity.name.lower()
        # A number of the name has the rarity that it has as a term of its own.
        rarity = max([own[part].rarity if part in own else plain for part, plain in self._vocabulary.parts_of(name)],
                     default=4.0)
        own.add("@" + name, ENTITY, min(_MOST_RARE, rarity + 1), entity.name, count)

    def _best(
        self, found: _Found, number: int, odd: _OddTerms, tokens: _Tokens, pair_views: NDArray[np.int64]
    ) -> Terms:
        """The weightiest of an article; of equal weight the first in the alphabet."""
        at = slice(found.bounds[number], found.bounds[number + 1])
        weights = found.weight[at]
        chosen = np.arange(at.start, at.stop)
        if (spare := len(weights) - MAX_TERMS) > 0:
            chosen = chosen[weights >= np.partition(weights, spare)[spare]]
        stems = self._vocabulary.stems
        ranked = [
            (-weight, f"{stems[first]} {stems[second]}" if pair else stems[first], view, rarity, term)
            for term, weight, pair, first, second, view, rarity in zip(
                chosen.tolist(), *(column[chosen].tolist() for column in (
                    found.weight, found.pair, found.first, found.second, found.views, found.rarity)),
                strict=True)
        ]
        ranked += [(-_weight(term), key, term.view | min(term.count, _MOST_COUNTED),
                    min(_MOST_UNITS, round(term.rarity / RARITY_UNIT)), -1) for key, term in odd.items()]
        ranked.sort()
        terms = Terms()
        ids = dict[int, None]()
        for _, key, view, rarity, term in islice(ranked, MAX_TERMS):
            code = zlib.crc32(key.encode("utf-8", "replace")) & ID_BITS
            if code in ids:
                continue
            if len(terms.shown) < _SHOWN:
                form = odd[key].form if term < 0 else self._form(found, term, tokens, pair_views)
                if form:
                    terms.shown.append((len(ids), form[:40].replace("\n", " ")))
            ids[code] = None
            terms.views.append(view)
            terms.rarity.append(rarity)
        terms.ids = list(ids)
        return terms

    def _form(self, found: _Found, term: int, tokens: _Tokens, pair_views: NDArray[np.int64]) -> str:
        """A word or pair as its first occurrence writes it, a pair's that is a name; '' where there is none to show."""
        forms = self._vocabulary.forms
        start = int(found.starts[term])
        places = found.places[start : start + int(found.counts[term])]
        if not found.pair[term]:
            long = len(self._vocabulary.stems[int(found.first[term])]) > 2
            return forms[int(tokens.forms[places[0]])] if long else ""
        names = places[pair_views[places] & NAME > 0]
        return " ".join(forms[number] for number in tokens.forms[names[0] - 1 : names[0] + 1].tolist()) \
            if len(names) else ""


def _groups(articles: Sequence[Source]) -> Iterator[Sequence[Source]]:
    start = size = 0
    for at, (headline, body, _) in enumerate(articles):
        more = min(len(headline), _MAX_CHARS) + min(len(body), _MAX_CHARS)
        if at > start and (at - start >= _GROUP or size + more > _GROUP_CHARS):
            yield articles[start:at]
            start, size = at, 0
        size += more
    if articles:
        yield articles[start:]


def _weight(term: _Odd) -> float:
    view = term.view
    weight = 1 + math.log(term.count) + 1.5 * bool(view & TITLE) + bool(view & LEAD)
    if view & (ENTITY | PLACE | DATE):
        weight += 2
    return weight * term.rarity


def _number(found: _OddTerms, word: str, form: str, here: int, month: int) -> tuple[int, int]:
    """A number as a term, and as part of a date. Gives the month and day that the next word may complete."""
    digits = word.replace(",", "")
    value = int(digits) if digits.isdecimal() and len(digits) < 9 else 0
    if month and 1 <= value <= 31:
        found.add(f"#{month}-{value}", DATE | here, 5.5)
        return 0, 0
    if 1900 <= value <= 2100 and len(digits) == 4:
        found.add(f"#{value}", DATE | here, 3.0, form)
        return 0, 0
    if len(digits) > 1 or here & TITLE:
        found.add(digits, NUMBER | here, min(6.5, 2.0 + 1.2 * len(digits)), form)
    return 0, value if 1 <= value <= 31 else 0

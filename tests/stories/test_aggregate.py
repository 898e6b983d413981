"""What a story's members add up to does not depend on the way they came, nor on what is remembered on it."""

from __future__ import annotations

import base64
import hashlib
import random

from streams.stories import member as members
from streams.stories.aggregate import Aggregate
from streams.stories.ids import new_id
from streams.stories.member import Content, Member, Named, packed
from tests.stories.feed import START_MS

SAID = "The Merrow dam gave way on {} after days of rain, the water authority said, and two villages were flooded."


def content(number: int, version: int = 1) -> Content:
    day = ("Monday", "Tuesday", "Wednesday")[number % 3]
    copy = number % 4 == 3
    return Content(
        version=version, time_ms=START_MS + number * 60_000,
        headline=f"Merrow dam bursts on {day}, {version * 7} missing", lead=SAID.format(day), source="", credit="",
        family=f"f{number // 2}", verdict="duplicate" if copy else "unique", duplicate_of="",
        entities=(Named("Merrow", "LOC", (), 1 + number % 2, number % 3 or None, False),
                                   Named(f"Ada {day}", "PER", ("Brook",), 1, None, False)),
        places=((number % 3, "Merrow", "GB", 1.0, 2.0),), main_place=number % 3, quotes=(), figures=(),
    )


def put(sums: Aggregate, uri: str, said: Content) -> None:
    sums.add(Member(uri, "s", said.version, content=packed(said)), said)


def all_of(sums: Aggregate) -> list[object]:
    return [sums.tell(), sums.places(), sums.entities(), sums.origins(), sums.counts(), sums.first_ms(),
            [sums.knows_name([name]) for name in ("Ada Monday", "ADA TUESDAY", "Ada Wednesday", "Brook", "Nobody")]]


def test_whoever_was_asked_before_says_the_same_as_one_that_was_not() -> None:
    rng = random.Random(7)
    sums = Aggregate({})
    for _ in range(300):
        number = rng.randrange(14)
        uri = f"u{number}"
        if (known := sums.members.get(uri)) is not None:
            sums.remove(known, known.read())
        if known is None or rng.random() < 0.4:
            put(sums, uri, content(number, version=rng.randrange(1, 4)))
        if rng.random() < 0.5:
            assert all_of(sums) == all_of(Aggregate(dict(sums.members)))


def test_the_only_article_comes_back_with_other_words_and_the_story_says_them() -> None:
    sums = Aggregate({})
    put(sums, "u", content(0))
    assert "7 missing" in sums.tell().headline
    sums.remove(sums.members["u"], content(0))
    put(sums, "u", content(0, version=2))
    assert "14 missing" in sums.tell().headline


def test_contents_that_are_remembered_are_bounded_and_forgetting_changes_none() -> None:
    stored = [packed(content(number)) for number in range(3000)]
    assert len(members._recent) <= members._MOST_RECENT
    assert [members.unpack(data) for data in stored] == [content(number) for number in range(3000)]
    assert len(members._recent) <= members._MOST_RECENT


def test_a_story_id_is_65_bits_of_a_hash_in_base_32_and_another_one_where_it_is_taken() -> None:
    def short(salt: int) -> str:
        digest = hashlib.sha256(f"urn:a\x002\x005\x00{salt}".encode()).digest()
        return "en-" + base64.b32encode(digest)[:13].decode().lower()

    assert new_id("en", "urn:a", 2, 5, ()) == short(0)
    assert new_id("en", "urn:a", 2, 5, {short(0)}) == short(1)

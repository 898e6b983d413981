"""Features of an article: compact, versioned, the same on both ends."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from streams.contracts.records import Analysis, AnalyzedArticle, Article, EntityMention, NamedEntity, Provenance
from streams.stories import vocabulary
from streams.stories.features import Item, encode_features, encode_features_batch
from streams.stories.terms import DATE, ENTITY, MAX_TERMS, NAME, NUMBER, PLACE, TITLE, TermReader, terms_of
from tests.stories.matching.making import article, item

TIME = "2021-07-14T14:11:00Z"


def rank(_: str) -> int:
    return 20_000


def test_an_item_survives_its_bytes() -> None:
    one = item(1, 1, family="f", duplicate_of="d")
    two = Item.from_parts(*one.parts())
    assert (two.uri, two.time_ms, two.family, two.duplicate_of, two.shown) == (
        one.uri, one.time_ms, one.family, one.duplicate_of, one.shown)
    for name in ("ids", "views", "rarity", "vectors"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert sum(map(len, one.parts())) < 1000


def test_a_very_long_article_has_no_more_features_than_another() -> None:
    long = Article(uri="u", headline="h", body="Kestrel 71 harbours " * 50_000, event_time=TIME, received=TIME)
    assert len(base64.b64decode(encode_features(long, []))) < 1000


def test_an_article_without_a_word_has_features_too() -> None:
    nothing = Article(uri="u", headline="", body="...", event_time=TIME, received=TIME)
    record = AnalyzedArticle(article=nothing, provenance=Provenance(verdict="unique", family="u"),
                             analysis=Analysis(features=encode_features(nothing, [])))
    item = Item.from_parts(*Item.from_record(record).parts())
    assert len(item.ids) == len(item.views) == len(item.rarity) == 0
    assert not item.vectors.any()


def test_an_entry_of_a_vector_is_kept_to_a_quarter_of_itself_or_to_a_few_parts() -> None:
    one = item(1, 1)
    one.packed = b""
    one.vectors = np.arange(-256, 256).clip(-120, 120).astype(np.int8).reshape(2, 256)
    two = Item.from_parts(*one.parts())
    error = np.abs(one.vectors.astype(int) - two.vectors)
    assert (error <= np.maximum(4, np.abs(one.vectors.astype(int)) / 4)).all()
    two.packed = b""
    assert two.parts() == one.parts()


def test_a_batch_is_the_same_as_one_by_one() -> None:
    articles = [article(event, 0).article for event in range(3)]
    assert encode_features_batch([(each, []) for each in articles]) == [encode_features(each, []) for each in articles]


def test_features_of_another_format_are_refused_by_name() -> None:
    record = article(0, 0)
    bad = base64.b64encode(b"\x01" + base64.b64decode(record.analysis.features)[1:]).decode()
    with pytest.raises(ValueError, match=r"e0-0.*features of format 1"):
        Item.from_record(structs.replace(record, analysis=structs.replace(record.analysis, features=bad)))


@pytest.mark.parametrize(("count", "view"), [(81, 16), (80, 4096)])
def test_features_that_no_table_has_room_for_are_refused(count: int, view: int) -> None:
    """What is compiled does not look whether a place is there."""
    one = item(0, 0)
    ids, views = np.arange(1, count + 1, dtype=np.uint32), np.full(count, view, np.uint16)
    hostile = replace(one, ids=ids, views=views, rarity=np.ones(count, np.uint8), packed=b"")
    with pytest.raises(ValueError, match=f"features of {count} terms in views up to {view}, expected at most 80"):
        Item.from_parts(*hostile.parts())


def views_of(headline: str, body: str, *entities: NamedEntity) -> dict[str, int]:
    terms = terms_of(headline, body, entities, rank)
    return {word: terms.views[index] for index, word in terms.shown}


def test_numbers_dates_names_and_title_words_are_told_apart() -> None:
    found = views_of("Ferry sinks", "Ada Okonkwo spoke of 214 dead in 2019.")
    assert found["Ferry"] & TITLE
    assert found["Okonkwo"] & NAME
    assert found["214"] & NUMBER
    assert found["2019"] & DATE


def test_resolved_names_and_places_are_terms_of_their_own() -> None:
    mention = EntityMention(text="x", start=0, end=1)
    found = views_of("A", "b c", NamedEntity(name="Ada Okonkwo", type="PER", mentions=[mention]),
                     NamedEntity(name="Malindi", type="LOC", geonames_id=187968, mentions=[mention]))
    assert found["Ada Okonkwo"] & ENTITY
    assert found["Malindi"] & PLACE


def test_terms_are_bounded() -> None:
    terms = terms_of("t", " ".join(f"Word{n}x" for n in range(5000)), [], rank)
    assert len(terms.ids) <= MAX_TERMS


def plain(headline: str, body: str) -> tuple[str, str, list[NamedEntity]]:
    return headline, body, []


def test_a_full_memory_of_words_is_forgotten_and_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [plain(f"Harbour {n} closes", f"The Kestrel of Port{n}x struck pier {n} on 3 May 2019. " * 3)
             for n in range(9)]
    whole = TermReader(rank).read(texts)
    monkeypatch.setattr(vocabulary, "_MOST_FORMS", 12)
    forgetful = TermReader(rank)
    assert [forgetful.read([text])[0] for text in texts] == whole
    assert [forgetful.read([text])[0] for text in reversed(texts)] == whole[::-1]


def test_articles_too_long_to_be_read_together_are_read_one_after_the_other() -> None:
    texts = [plain(f"Harbour {n}", f"Kestrel{n} struck. " * 3000) for n in range(30)]
    assert TermReader(rank).read(texts) == [TermReader(rank).read([text])[0] for text in texts]


def test_raised_digits_are_read_and_make_no_date() -> None:
    assert views_of("Area", "It grew by 5 ² and May ² of land.").keys() >= {"Area"}
    assert not any(view & DATE for view in terms_of("Area", "May ² and ³ June", [], rank).views)

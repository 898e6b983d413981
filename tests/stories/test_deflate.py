"""What the changelog keeps of an article: all of it, in fewer bytes."""

from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.codec import encode
from streams.contracts.records import AnalyzedArticle
from streams.stage import Incoming
from streams.stories.deflate import deflated, inflated
from streams.stories.stage import StoriesStage
from tests.stories.matching.making import article


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=20_000))
def test_what_is_deflated_comes_back(data: bytes) -> None:
    assert inflated(deflated(data)) == data


def test_one_record_leaves_no_trace_in_the_next() -> None:
    first = deflated(b"The ministry said on Tuesday that it was so.")
    deflated(b"something else " * 500)
    assert deflated(b"The ministry said on Tuesday that it was so.") == first


def test_other_bytes_are_refused() -> None:
    with pytest.raises(zlib.error):
        inflated(b"\xff" * 20)


def test_an_articles_record_is_less_than_what_it_keeps() -> None:
    record: AnalyzedArticle = article(1, 1)
    stage = StoriesStage()
    (result,) = stage.process([Incoming("articles.analyzed", 0, 0, 1_700_000_000_000, b"en", encode(record))])
    (stored,) = [value for key, value in result.changes if key.startswith(b"a|") and value is not None]
    squeezed, dense = msgspec.msgpack.decode(stored)
    whole = inflated(squeezed)
    assert record.article.headline.encode() in whole
    assert len(squeezed) < len(whole) * 0.75
    assert len(dense) == 4 + 4 * dense[1] + 256

"""The bytes of a record are those of its plain dict, whatever stands in it."""

from __future__ import annotations

import msgspec
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts.codec import decode, encode
from streams.contracts.records import Because, DeltaEntry, NamedEntity, Place, RunnerUp, Shared, Trend

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBER = st.floats(min_value=-9e15, max_value=9e15) | st.floats(-1, 1)
WHOLE = st.integers(-(2**63), 2**63 - 1)

RECORDS = st.one_of(
    st.builds(DeltaEntry, uri=TEXT, version=WHOLE, headline=TEXT, source=TEXT, event_time=TEXT),
    st.builds(Place, name=TEXT, geonames_id=WHOLE, country=TEXT, lat=NUMBER, lon=NUMBER),
    st.builds(NamedEntity, name=TEXT, type=st.sampled_from(["PER", "ORG"]), aliases=st.lists(TEXT, max_size=3),
              geonames_id=st.none() | WHOLE, demonym=st.booleans(), salience=st.floats(0, 1)),
    st.builds(Because, score=NUMBER, shared=st.builds(Shared, names=st.lists(TEXT, max_size=3), text=st.floats(0, 1)),
              runner_up=st.none() | st.builds(RunnerUp, story_id=TEXT, score=NUMBER), text=TEXT),
    st.builds(Trend, last_hour=st.integers(0, 2**40), per_hour=NUMBER, ratio=NUMBER),
)


@settings(max_examples=400, deadline=None)
@given(RECORDS)
def test_a_record_is_written_as_orjson_writes_its_dict_and_read_as_it_was(record: msgspec.Struct) -> None:
    data = encode(record)
    assert data == orjson.dumps(msgspec.to_builtins(record))
    assert decode(data, type(record)) == record

"""Text from wires never commands a terminal."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import topics
from streams.cli.tail import paragraph
from streams.cli.telling import story_lines
from streams.contracts.codec import decode
from streams.contracts.records import StoryEvent
from streams.stage import Incoming

#: Colours, a window title, erasing the screen, C1 controls, a bell, and marks that turn the reading direction.
HOSTILE = "\x1b[31mred\x1b]0;title\x07 \x1b[2J\x9b2J\u202etxet\u2066 \r\n\x00 end"


def event(text: str) -> StoryEvent:
    body = {
        "storyId": text, "version": 1, "change": "articleAdded", "material": True, "headline": text,
        "firstSeen": "2021-07-14T12:00:00Z", "lastUpdated": "2021-07-14T12:00:00Z", "language": "en",
        "counts": {"articles": 1, "sources": 1, "origins": 1, "duplicates": 0},
        "delta": {kind: [{"uri": text, "verdict": "duplicate", "duplicateOf": text}]
                  for kind in ("added", "removed", "revised")},
        "because": {"text": text}, "entities": [{"name": text, "type": "PER"}],
        "redirects": [{"fromId": text, "toId": text}],
    }
    return decode(orjson.dumps(body), StoryEvent)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40).map(lambda text: text + HOSTILE))
def test_a_story_is_told_without_control_characters(text: str) -> None:
    lines = story_lines(event(text))
    assert len(lines) == 8
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("topic", [topics.INCOMING, topics.REJECTED, topics.UPDATED])
def test_any_record_is_one_printable_line(topic: str) -> None:
    headers = (("dlq_error", HOSTILE.encode()),)
    for value in (HOSTILE.encode(), b"\xff\xfe\x1b[2J", b"", None, b'{"storyId": "\x1b[2J"}'):
        assert paragraph(Incoming(topic, 0, 1, 0, HOSTILE.encode(), value, headers)).isprintable()

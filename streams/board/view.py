"""What the board shows of the stories: a bounded fold of events into cards. No HTTP, no Kafka."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from streams.contracts.records import StoryEvent

__all__ = ["BoardState", "card"]

_NAMES = 8
_ORIGINS = 12
_MEMBERS = 6
_TIMELINE = 8


def card(event: StoryEvent) -> dict[str, Any]:
    """The part of an event that the page shows, as plain JSON values."""
    return {
        "storyId": event.story_id,
        "version": event.version,
        "status": event.status,
        "change": event.change,
        "material": event.material,
        "reasons": event.material_reasons,
        "headline": event.headline,
        "summary": [{"text": line.text, "uri": line.uri} for line in event.summary],
        "firstSeen": event.first_seen,
        "lastUpdated": event.last_updated,
        "language": event.language,
        "articles": event.counts.articles,
        "sources": event.counts.sources,
        "origins": event.counts.origins,
        "duplicates": event.counts.duplicates,
        "place": event.main_place.name if event.main_place else "",
        "entities": [{"name": e.name, "type": e.type, "articles": e.articles} for e in event.entities[:_NAMES]],
        "keywords": event.keywords[:_NAMES],
        "families": [
            {"credit": o.credit, "articles": o.articles, "members": o.members[:_MEMBERS], "withdrawn": o.withdrawn}
            for o in event.origins[:_ORIGINS]
        ],
        "because": event.because.text,
        "timeline": [{"time": t.time, "text": t.text or t.change} for t in event.timeline[-_TIMELINE:]],
        "perHour": event.trend.per_hour,
    }


class BoardState:
    """Cards of the stories that changed last, at most ``limit``; a repeated or older version changes nothing."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._cards: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.events = 0

    def apply(self, event: StoryEvent) -> dict[str, Any] | None:
        """The card to send to the pages, or None where the event tells nothing new."""
        known = self._cards.get(event.story_id)
        if known is not None and known["version"] >= event.version:
            return None
        self.events += 1
        made = card(event)
        self._cards[event.story_id] = made
        self._cards.move_to_end(event.story_id)
        while len(self._cards) > self._limit:
            self._cards.popitem(last=False)
        return made

    def cards(self) -> list[dict[str, Any]]:
        """Open stories, the one that changed last first."""
        return [found for found in reversed(self._cards.values()) if found["status"] == "open"]

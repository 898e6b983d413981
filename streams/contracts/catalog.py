"""Which record is on which topic: the one table behind validation, the schemas and the AsyncAPI document."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from streams import topics
from streams.contracts import records

__all__ = ["CHANNELS", "Channel"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One topic for other teams. ``kind`` is the CloudEvents type, ``key`` says what the Kafka key is."""

    topic: str
    kind: str
    record: type[msgspec.Struct]
    key: str
    about: str
    direction: str = "send"
    extra_headers: tuple[tuple[str, str], ...] = ()


CHANNELS = (
    Channel(
        topics.INCOMING, "wire", records.Wire, "uri",
        "Wires as they come: ninjs 1.x to 3.1, NewsML-G2, RSS/Atom items, HTML or plain text.", "receive",
    ),
    Channel(
        topics.COMMANDS, "story.command", records.StoryCommand, "storyId",
        "An editor's word on a story; part of the log, so a replay honours it.", "receive",
    ),
    Channel(topics.CLEAN, "article.clean", records.Article, "language", "Wires after intake, without boilerplate."),
    Channel(
        topics.DEDUPED, "article.deduped", records.DedupedArticle, "text family",
        "Every article with its verdict; filter on the header 'verdict' for new text only.",
        extra_headers=(("verdict", "unique, duplicate, revision, resend, correction or kill"),),
    ),
    Channel(
        topics.ANALYZED, "article.analyzed", records.AnalyzedArticle, "language",
        "Articles with people, organisations, places and quotations. Also carries story.command records.",
        extra_headers=(("verdict", "as on articles.deduped"),),
    ),
    Channel(
        topics.UPDATED, "story.updated", records.StoryEvent, "storyId",
        "What just changed in a story. ce_id is storyId:version; keep the last version per story and you have seen "
        "every event exactly once.",
    ),
    Channel(
        topics.CURRENT, "story.current", records.StorySnapshot, "storyId",
        "The newest state of every story (compacted); a merged story's snapshot is a redirect, later a tombstone.",
    ),
    Channel(
        topics.ENTITIES_UPDATED, "entity.updated", records.EntityEvent, "identityId",
        "A person, organisation or place that several stories name: told when the second story does, when it "
        "grows, and when its evidence turns. ce_id is identityId:version.",
    ),
    Channel(
        topics.ENTITIES_CURRENT, "entity.current", records.EntityEvent, "identityId",
        "The newest event of every identity that was announced (compacted); a tombstone when no story names it.",
    ),
    Channel(
        topics.REJECTED, "wire.rejected", records.DeadLetter, "as the refused record",
        "Records that could not be processed: key and value untouched, the reason in the headers. The schema is "
        "that of the headers, read as text.",
    ),
)

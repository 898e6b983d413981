"""The names of the topics; partition counts and policies are in ``streams.runtime.topics``."""

from __future__ import annotations

__all__ = ["ANALYZED", "CLEAN", "COMMANDS", "CURRENT", "DEDUPED", "DEDUPE_CHANGELOG", "ENTITIES_CURRENT",
           "ENTITIES_UPDATED", "INCOMING", "REJECTED", "STORIES_CHANGELOG", "UPDATED"]

INCOMING = "wires.incoming"
CLEAN = "articles.clean"
DEDUPED = "articles.deduped"
ANALYZED = "articles.analyzed"
UPDATED = "stories.updated"
CURRENT = "stories.current"
ENTITIES_UPDATED = "entities.updated"
ENTITIES_CURRENT = "entities.current"
REJECTED = "wires.rejected"
#: An editor's word; passed on to articles.analyzed, so that it has its place in the log of the stories hop.
COMMANDS = "stories.commands"
DEDUPE_CHANGELOG = "dedupe.changelog"
STORIES_CHANGELOG = "stories.changelog"

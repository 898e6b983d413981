"""Who an identity is and why, in words, from its events alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from streams.contracts.records import EntityEvent

__all__ = ["entity_lines", "explain_identity", "is_identity"]

_ID = re.compile(r".-(per|org|loc)-[a-z2-7]{13}$")
_MOST_EVENTS = 30
_MOST_STORIES = 10


def is_identity(text: str) -> bool:
    """Whether ``text`` has the form of an identity's id."""
    return _ID.search(text) is not None


def explain_identity(target: str, events: Iterable[EntityEvent]) -> list[str]:
    """Lines about the identity ``target``; empty where no event tells of it. Texts are as they stand in the events."""
    mine = [event for event in events if event.identity_id == target]
    if not mine:
        return []
    last = mine[-1]
    on_map = f", geonames {last.geonames_id}" if last.geonames_id is not None else ""
    lines = [f"{target} ({last.type}, {last.status}, version {last.version}{on_map}): {last.name}",
             f"  {last.stories} stories; {last.first_seen} to {last.last_updated}"]
    if last.aliases:
        lines.append("  Also: " + ", ".join(f"{alias.form} ({alias.stories})" for alias in last.aliases))
    if last.context:
        lines.append("  Beside: " + ", ".join(last.context))
    lines += [f"  {link.story_id} calls it {link.name}" + (f" ({link.rule}, as {link.via})" if link.rule else "")
              for link in last.links[:_MOST_STORIES]]
    if len(mine) > _MOST_EVENTS:
        lines.append(f"  The first event and the last {_MOST_EVENTS - 1} of {len(mine)}:")
        mine = [mine[0], *mine[1 - _MOST_EVENTS:]]
    for event in mine:
        lines += ["  " + line for line in entity_lines(event)[1:]]
    return lines


def entity_lines(event: EntityEvent) -> list[str]:
    """One event in a few lines: who, what changed, why."""
    lines = [f"{event.identity_id}: {event.name}",
             f"{event.last_updated}  version {event.version} {event.change}, {event.stories} stories"]
    lines += [f"  {sign} {link.story_id} ({link.name}{', ' + link.rule if link.rule else ''})"
              for sign, links in (("+", event.delta.added), ("-", event.delta.removed)) for link in links]
    lines += [f"  also: {form}" for form in event.delta.aliases if form != event.name]
    lines += [f"  {redirect.kind}: {redirect.from_id} leads to {redirect.to_id}" for redirect in event.redirects]
    because = event.because
    lines.append(f"  because: {because.text}")
    if because.shared:
        lines.append("  shared: " + ", ".join(because.shared))
    if because.articles:
        lines.append("  articles: " + ", ".join(because.articles))
    return lines

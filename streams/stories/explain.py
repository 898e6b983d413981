"""Why an article is where it is, and how a story became what it is: in words, from the events alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from streams.contracts.records import StoryEvent
from streams.stories.fold import fold

__all__ = ["explain"]

_MAX_EVENTS = 30


def explain(target: str, events: Iterable[StoryEvent]) -> list[str]:
    """Lines about ``target``, a story id or an article's uri; empty where no event tells of it. Texts are as they
    stand in the events: whoever prints them makes them safe for the terminal."""
    told = list(events)
    if any(event.story_id == target for event in told):
        return _story(target, told)
    return _article(target, told)


def _article(uri: str, told: Sequence[StoryEvent]) -> list[str]:
    lines: list[str] = []
    for event in told:
        for verb, entries in (("joined", event.delta.added), ("left", event.delta.removed),
                              ("was told of in", event.delta.revised)):
            for entry in entries:
                if entry.uri != uri:
                    continue
                if not lines:
                    lines.append(f"{uri}: {entry.headline or '(no headline)'}")
                lines.append(f"  {event.last_updated}  {verb} {event.story_id} (version {event.version}, {event.change}"
                             f"{', ' + entry.verdict if entry.verdict else ''})")
                if entry.story_id:
                    lines.append(f"    {'from' if verb == 'joined' else 'to'} {entry.story_id}")
                lines += _why(event)
    if lines:
        state = fold(told)
        home = state.membership().get(uri)
        if home is None:
            lines.append("  Now it is in no story.")
        else:
            now = state.current()[home]
            lines.append(f"  Now it is in {home} ({now.status}): {now.headline}")
    return lines


def _story(id: str, told: Sequence[StoryEvent]) -> list[str]:
    mine = [event for event in told if event.story_id == id]
    last = mine[-1]
    counts = last.counts
    lines = [
        f"{id} ({last.status}, version {last.version}): {last.headline}",
        f"  {counts.articles} articles, {counts.origins} independent origins, {counts.duplicates} duplicates; "
        f"{last.first_seen} to {last.last_updated}",
    ]
    if last.continues:
        lines.append(f"  It takes up {last.continues}.")
    lines += [f"  {redirect.from_id} leads to {redirect.to_id} ({redirect.kind})."
              for event in mine for redirect in event.redirects]
    for origin in last.origins:
        state = ", withdrawn" if origin.withdrawn else ""
        lines.append(f"  Origin {origin.credit or 'without a credit'} ({origin.articles} articles{state}): "
                     f"{', '.join(origin.members)}")
    shown = mine if len(mine) <= _MAX_EVENTS else [*mine[:1], *mine[1 - _MAX_EVENTS:]]
    if len(shown) < len(mine):
        lines.append(f"  The first event and the last {_MAX_EVENTS - 1} of {len(mine)}:")
    for event in shown:
        worth = f", material: {', '.join(event.material_reasons)}" if event.material else ""
        lines.append(f"  {event.last_updated}  version {event.version} {event.change}{worth}")
        lines += [f"    {sign} {entry.uri}" for sign, entries in (("+", event.delta.added), ("-", event.delta.removed),
                                                                  ("~", event.delta.revised)) for entry in entries]
        lines += _why(event)
    return lines


def _why(event: StoryEvent) -> list[str]:
    because = event.because
    lines = [f"    because: {because.text or because.rule}"]
    if because.runner_up is not None and because.runner_up.story_id not in because.text:
        lines.append(f"    runner-up: {because.runner_up.story_id}, {because.runner_up.score:.2f} "
                     f"{because.runner_up.reason}")
    return lines

"""A story event in a paragraph that a person reads. Everything from a wire is made safe for the terminal."""

from __future__ import annotations

from streams.contracts.records import StoryEvent
from streams.text.printable import printable

__all__ = ["story_lines"]

_NAMES = 8


def story_lines(event: StoryEvent) -> list[str]:
    """What changed, in a few lines: the story and its headline, how big it is, who came and why, who is in it."""
    counts = event.counts
    size = ", ".join(
        f"{number} {one if number == 1 else many}"
        for number, one, many in (
            (counts.articles, "article", "articles"), (counts.sources, "source", "sources"),
            (counts.origins, "independent origin", "independent origins"),
            (counts.duplicates, "duplicate", "duplicates"),
        )
        if number
    )
    mark = "●" if event.material else "○"
    lines = [
        f"{mark} {printable(event.story_id)} v{event.version} {event.change}: {printable(event.headline)}",
        f"    {size or 'no articles'} · {event.language} · {event.last_updated}",
    ]
    for entry in event.delta.added:
        copied = f", {entry.verdict} of {printable(entry.duplicate_of)}" if entry.duplicate_of else ""
        lines.append(f"    + {printable(entry.uri)}{copied}")
    lines.extend(f"    − {printable(entry.uri)}" for entry in event.delta.removed)
    lines.extend(f"    ~ {printable(entry.uri)} (version {entry.version})" for entry in event.delta.revised)
    if event.because.text or event.because.rule:
        lines.append(f"    because: {printable(event.because.text or event.because.rule)}")
    if event.entities:
        lines.append("    who, where: " + ", ".join(printable(entity.name) for entity in event.entities[:_NAMES]))
    lines.extend(f"    {redirect.kind}: {printable(redirect.from_id)} → {printable(redirect.to_id)}"
                 for redirect in event.redirects)
    return lines

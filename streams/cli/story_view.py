"""A story event as a panel on a terminal: how the story grew, who copied whom, why the article joined."""

from __future__ import annotations

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from streams.contracts.records import StoryEvent
from streams.text.printable import printable

__all__ = ["story_panel"]

_NAMES = 10
_SHORT = 14


def story_panel(event: StoryEvent) -> Panel:
    """Everything from a wire is made safe for the terminal and never read as markup."""
    counts = event.counts
    lines = [
        Text(f"{counts.articles} articles · {counts.origins} independent "
             f"{'origin' if counts.origins == 1 else 'origins'} · {counts.duplicates} duplicates", style="cyan"),
        *_changes(event),
        *_origins(event),
        _labelled("who, where", ", ".join(entity.name for entity in event.entities[:_NAMES])),
        _labelled("why", event.because.text),
        *[_labelled("summary" if number == 0 else "", f"{line.text} [{_short(line.uri)}]")
          for number, line in enumerate(event.summary)],
    ]
    title = Text(f"{event.story_id} v{event.version} {event.change}{' · material' if event.material else ''}")
    head = Text(printable(event.headline), style="bold")
    return Panel(Group(head, *(line for line in lines if line.plain.strip())), title=title, title_align="left",
                 border_style="green" if event.material else "dim")


def _changes(event: StoryEvent) -> list[Text]:
    return [
        _labelled("added", f"{_short(entry.uri)}  {entry.verdict}"
                  + (f" of {_short(entry.duplicate_of)}" if entry.duplicate_of else ""))
        for entry in event.delta.added[:5]
    ]


def _origins(event: StoryEvent) -> list[Text]:
    return [
        _labelled("origin", f"{origin.credit or 'no credit'}: {', '.join(map(_short, origin.members))}")
        for origin in event.origins[:5]
    ]


def _short(uri: str) -> str:
    return uri if len(uri) <= _SHORT else uri[: _SHORT - 1] + "…"


def _labelled(label: str, text: str) -> Text:
    line = Text()
    line.append(f"{label:>10}  ", style="dim")
    line.append(printable(text))
    return line

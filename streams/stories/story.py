"""A story's own record: what its members cannot tell again, in a few hundred bytes to a few kilobytes."""

from __future__ import annotations

from typing import Literal

import msgspec

from streams.contracts.records import TimelineEntry

__all__ = ["MAX_TIMELINE", "Story"]

#: Entries of the timeline that are kept: the first, and the newest.
MAX_TIMELINE = 20


class Story(msgspec.Struct, array_like=True):
    """Times are event time in milliseconds, read from the shard's clock where not said otherwise."""

    id: str
    born_ms: int
    """Age for merges: the founding article's time, but no earlier than the lateness allowed before it arrived."""
    touched_ms: int
    """When something last joined it."""
    version: int = 0
    status: Literal["open", "closed", "merged"] = "open"
    ended_ms: int = 0
    """When it was closed or merged."""
    into: str = ""
    """Merged: the story it lives on in; never one that is merged itself."""
    continues: str = ""
    continued_by: str = ""
    headline: str = ""
    """The last headline that was told: what a story without members is still called."""
    pinned_headline: str = ""
    fixed: bool = False
    """An editor merged it: no repair takes it apart."""
    apart: list[str] = []
    """Stories from which an editor has parted this one: no repair joins them."""
    figures: dict[str, float] = {}
    """The key numbers as last told."""
    main_place: int | None = None
    """geonames id of the main place as last told."""
    merged_ms: int = -(10**15)
    split_ms: int = -(10**15)
    """When it was last merged with another, and last parted, for the hysteresis."""
    timeline: list[TimelineEntry] = []
    merged_from: list[str] = []
    """Stories that were merged into this one and whose redirect is still told."""
    killed: list[str] = []
    """Killed articles that it had, and the wires that killed them: a resend must not bring them back."""

    def note(self, entry: TimelineEntry) -> None:
        """Append to the timeline; the second oldest goes when it is full."""
        self.timeline = [*self.timeline, entry]
        if len(self.timeline) > MAX_TIMELINE:
            del self.timeline[1]

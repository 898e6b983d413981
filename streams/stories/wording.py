"""Texts of the wires made fit for an event: no control characters, a bounded length, cut between words."""

from __future__ import annotations

import re

__all__ = ["clean", "shorten"]

# C0 and C1 controls, zero-width and bidirectional marks, byte order mark: nothing a headline needs.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_SPACE = re.compile(r"\s+")


def clean(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters: controls and runs of white space become a space."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()
    # Four times the limit is scanned: enough for any honest text, and an 8 kB headline costs no more.
    text = _SPACE.sub(" ", _CONTROL.sub(" ", text[: limit * 4])).strip()
    return text if len(text) <= limit else shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` characters, at a clause or between words where that loses less than half."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    for mark in (", ", "; ", " – ", " — "):
        at = cut.rfind(mark)
        if at >= limit * 2 // 3:
            return cut[:at] + "…"
    at = text.rfind(" ", 0, limit)
    return (cut[:at] if at >= limit // 2 else cut).rstrip(" ,;:-–—") + "…"

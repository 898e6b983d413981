"""Text from a wire made safe to show on a terminal or in a log."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    """One line without escape sequences, control or format characters: a wire could otherwise move the cursor, set
    colours, fake a log line or turn the reading direction. Each such character becomes a space."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)

"""The root of this project's exceptions."""

from __future__ import annotations

__all__ = ["InputError", "StreamsError"]


class StreamsError(Exception):
    """Something this project says in its own words; ``retriable`` tells whether trying again can help."""

    retriable = False


class InputError(StreamsError):
    """A file or an option that cannot be used; the message names what, where, expected and got."""

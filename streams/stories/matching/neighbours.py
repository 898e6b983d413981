"""Who is near whom: for each article the chances that were found when it came, kept with it.

What is kept of an article names earlier ones. Two articles are near as the higher of what either keeps of the other
says: so the neighbours of an article depend on what is held and not on the order in which it was added.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["UNITS", "Near", "Neighbours"]

#: Log-odds are kept in tenths, as whole numbers.
UNITS = 10
#: uri of an article -> log-odds in tenths that it tells the same.
Near = Mapping[str, int]


class Neighbours:
    """An article's row of neighbours is kept up to date as articles come and go: it is read several times an arrival.
    Nothing may depend on the order of a row."""

    def __init__(self) -> None:
        self._own: dict[str, Near] = {}
        self._rows: dict[str, dict[str, int]] = {}
        #: Of what is not held: who keeps something of it.
        self._missed: dict[str, set[str]] = {}

    def add(self, uri: str, near: Near) -> None:
        """``uri``, not held yet, was found ``near`` to these, of which not all need be held."""
        row: dict[str, int] = {}
        for other, odds in near.items():
            if (theirs := self._rows.get(other)) is None:
                self._missed.setdefault(other, set()).add(uri)
            else:
                row[other] = theirs[uri] = odds
        for other in self._missed.pop(uri, ()):
            row[other] = self._rows[other][uri] = max(self._own[other][uri], near.get(other, -1000))
        self._rows[uri] = row
        if near:
            self._own[uri] = near

    def remove(self, uri: str) -> None:
        """The inverse of ``add``. What others keep of ``uri`` stays theirs, and counts when it comes again."""
        for other in self._rows.pop(uri):
            del self._rows[other][uri]
            if uri in self._own.get(other, ()):
                self._missed.setdefault(uri, set()).add(other)
        for other in self._own.pop(uri, ()):
            if other not in self._rows:
                others = self._missed[other]
                others.remove(uri)
                if not others:
                    del self._missed[other]

    def of(self, uri: str) -> Near:
        """The neighbours of ``uri``, which is held, among what is held: not to be kept or changed."""
        return self._rows[uri]

"""Who is near whom: for each article the chances that were found when it came, kept with it.

What is kept of an article names earlier ones. Two articles are near as the higher of what either keeps of the other
says: so the neighbours of an article depend on what is held and not on the order in which it was added.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

__all__ = ["UNITS", "Near", "Neighbours"]

#: Log-odds are kept in tenths, as whole numbers.
UNITS = 10
#: uri of an article -> log-odds in tenths that it tells the same.
Near = Mapping[str, int]


class Neighbours:
    def __init__(self) -> None:
        self._own: dict[str, Near] = {}
        self._back: dict[str, set[str]] = {}

    def add(self, uri: str, near: Near) -> None:
        """``uri``, not added yet, was found ``near`` to these."""
        if near:
            self._own[uri] = near
            for other in near:
                self._back.setdefault(other, set()).add(uri)

    def remove(self, uri: str) -> None:
        """The inverse of ``add``. What others keep of ``uri`` stays theirs, and counts when it comes again."""
        for other in self._own.pop(uri, {}):
            others = self._back[other]
            others.remove(uri)
            if not others:
                del self._back[other]

    def of(self, uri: str, held: Container[str]) -> dict[str, int]:
        """The neighbours of ``uri`` among those ``held``."""
        found = {other: odds for other, odds in self._own.get(uri, {}).items() if other in held}
        for other in self._back.get(uri, ()):
            odds = self._own[other][uri]
            if other in held and odds > found.get(other, -1000):
                found[other] = odds
        return found

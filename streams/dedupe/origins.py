"""For consumers of provenance: which families have turned out to be one."""

from __future__ import annotations

from streams.contracts.records import Provenance

__all__ = ["Origins"]


class Origins:
    """Folds ``Provenance.linked``: union-find over family ids. The id told last for a family stands for all of it."""

    def __init__(self) -> None:
        self._into: dict[str, str] = {}

    def see(self, provenance: Provenance) -> None:
        """Take note of the families that one article links with its own."""
        root = self.of(provenance.family)
        for family in provenance.linked:
            other = self.of(family)
            if other != root:
                self._into[other] = root

    def of(self, family: str) -> str:
        """The id that stands for ``family`` now."""
        while family in self._into:
            family = self._into[family]
        return family

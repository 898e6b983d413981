"""Names of people, organisations and places in text: the interface, and the recogniser that ships with the package.

``Recogniser.load()`` gives the package's own (see :mod:`streams.entities.recogniser.crf`); anything with the same two
methods can stand in for it (see :mod:`streams.entities.recogniser.extras`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from streams.entities.recogniser.spans import Span

__all__ = ["Recogniser", "Span"]


@runtime_checkable
class Recogniser(Protocol):
    """Finds names."""

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        """The names of each text, by start, without overlap; a text is headline, blank line, body, paragraphs divided
        by blank lines. Never fails, whatever the text; the answer for a text does not depend on the others."""
        ...

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """BIO tags (PER, ORG, LOC, MISC) of sentences given as tokens. Sentences between ``-DOCSTART-`` sentences are
        one article."""
        ...

    @classmethod
    def load(cls, path: Path | None = None, without: frozenset[str] = frozenset()) -> Recogniser:
        """The recogniser that ships with the package, or one trained into the folder ``path``.

        ``without`` names strings to leave out of every shipped list of names (their words too). Raises
        ``FileNotFoundError`` where the folder lacks ``recogniser.npz`` or ``lexicon.npz``.
        """
        from streams.entities.recogniser.crf import CrfRecogniser  # numpy and 10 MB only when used

        return CrfRecogniser.load(path, without)

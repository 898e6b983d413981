"""Sentences of a lead for the summary, from the punctuation alone.

The recogniser's splitter needs every token of a text; here ten times less will do: a boundary that is missed at an
abbreviation makes a sentence longer, and what is too long is not taken.
"""

from __future__ import annotations

import re

from streams.text.tokens import ABBREVIATIONS

__all__ = ["sentences"]

_BOUNDARY = re.compile(r"""[.!?…]["”’')\]]*(\s+)(?=["“‘'(\[]*[^\W_a-z])|\n""")
_SHORT = frozenset(ABBREVIATIONS)


def sentences(text: str, most: int) -> tuple[list[str], str]:
    """The first ``most`` sentences of a clean text whose paragraphs are lines, and what follows them. Linear in the
    length."""
    found: list[str] = []
    start = 0
    for end in _BOUNDARY.finditer(text):
        if text[end.start()] == "." and _abbreviated(text, start, end.start()):
            continue
        if sentence := text[start : end.end()].strip():
            found.append(sentence)
            if len(found) == most:
                return found, text[end.end() :]
        start = end.end()
    if rest := text[start:].strip():
        found.append(rest)
    return found, ""


def _abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to an abbreviation ("Gen.") or to initials ("U.S.", "J.")."""
    word = text[max(start, text.rfind(" ", start, stop) + 1) : stop].lstrip("(\"“‘'[")
    return word in _SHORT or (len(word) == 1 and word.isupper()) or (len(word) < 8 and word[-2:-1] == ".")

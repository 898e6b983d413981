"""Lines and paragraphs: hard-wrapped text is joined, a sentence cut by a stray blank line is healed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from streams.intake.normal import squeeze
from streams.intake.shapes import line_shape

__all__ = ["Line", "heal", "split_lines"]

#: Agencies wrap at 64 to 80 columns. A text is wrapped where most lines with one below are this long and end inside
#: a sentence.
_WRAP_MIN, _WRAP_MAX = 45, 100
_WRAPPED_LINES = 3
_OPEN_END = re.compile(r"[\w,’'\"”-]$")
_SENTENCE_END = re.compile(r"[.!?:;…]\W{0,3}$")


@dataclass(slots=True)
class Line:
    """A paragraph to be. ``number``: its first line in the text as it came; ``joined``: no blank line before it;
    ``shape``: what ``line_shape`` says of it."""

    text: str
    number: int
    joined: bool = False
    shape: str = ""


def split_lines(text: str) -> list[Line]:
    """Lines that are not blank; those of a hard-wrapped text are joined to paragraphs. Linear."""
    lines: list[Line] = []
    blank = True
    for number, raw in enumerate(text.split("\n")):
        line = squeeze(raw)
        if line:
            lines.append(Line(line, number, joined=not blank, shape=line_shape(line)))
        blank = not line
    return _grouped(lines, _wraps) if _is_wrapped(lines) else lines


def heal(lines: list[Line]) -> list[Line]:
    """Join a line that ends inside a sentence with the next one where that goes on in lower case."""
    return _grouped(lines, _goes_on)


def _is_wrapped(lines: list[Line]) -> bool:
    inner = [above.text for above, below in pairwise(lines) if below.joined]
    wide = sum(_WRAP_MIN <= len(line) <= _WRAP_MAX and not _SENTENCE_END.search(line[-5:]) for line in inner)
    return len(inner) >= _WRAPPED_LINES and wide * 10 >= len(inner) * 6


def _wraps(above: Line, below: Line) -> bool:
    return below.joined and _WRAP_MIN <= len(above.text) <= _WRAP_MAX


def _goes_on(above: Line, below: Line) -> bool:
    return below.text[0].islower() and above.text.count(" ") >= 5 and below.text.count(" ") >= 2 \
        and _OPEN_END.search(above.text[-1]) is not None


def _grouped(lines: list[Line], belongs: Callable[[Line, Line], bool]) -> list[Line]:
    """Lines joined with the one above where both are text and ``belongs`` says so. The list itself where none is."""
    groups: list[list[Line]] = []
    for line in lines:
        above = groups[-1][-1] if groups else None
        if above is not None and not line.shape and not above.shape and belongs(above, line):
            groups[-1].append(line)
        else:
            groups.append([line])
    if len(groups) == len(lines):
        return lines
    return [_merged(group) if len(group) > 1 else group[0] for group in groups]


def _merged(group: list[Line]) -> Line:
    text = " ".join(line.text for line in group)
    return Line(text, group[0].number, group[0].joined, line_shape(text))

"""Lines and paragraphs: hard-wrapped text is joined, a sentence cut by a stray blank line is healed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from streams.intake.normal import squeeze
from streams.intake.shapes import line_shape

__all__ = ["Line", "heal", "split_lines"]

#: Agencies wrap at 64–80 columns. A block is wrapped where its lines but the last are this long and end inside a sentence.
_WRAP_MIN, _WRAP_MAX = 45, 100
_OPEN_END = re.compile(r"[\w,’'\"”-]$")
_SENTENCE_END = re.compile(r"[.!?:;…]\W{0,3}$")


@dataclass(slots=True)
class Line:
    """A paragraph to be; ``number`` is its first line in the text as it came, ``joined`` whether it follows the line
    before without a blank one."""

    text: str
    number: int
    joined: bool = False


def split_lines(text: str) -> list[Line]:
    """Lines that are not blank; those of a hard-wrapped text are joined to paragraphs. Linear."""
    lines: list[Line] = []
    blank = True
    for number, raw in enumerate(text.split("\n")):
        line = squeeze(raw)
        if line:
            lines.append(Line(line, number, joined=not blank))
        blank = not line
    return _unwrapped(lines) if _is_wrapped(lines) else lines


def _is_wrapped(lines: list[Line]) -> bool:
    inner = [a for a, b in zip(lines, lines[1:], strict=False) if b.joined]
    if len(inner) < 3:
        return False
    wide = sum(_WRAP_MIN <= len(line.text) <= _WRAP_MAX and not _SENTENCE_END.search(line.text) for line in inner)
    return wide * 10 >= len(inner) * 6


def _unwrapped(lines: list[Line]) -> list[Line]:
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1].text if groups else ""
        if line.joined and _WRAP_MIN <= len(last) <= _WRAP_MAX and not line_shape(line.text) and not line_shape(last):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Line(" ".join(part.text for part in group), group[0].number, group[0].joined) for group in groups]


def heal(lines: list[Line]) -> list[Line]:
    """Join a line that ends inside a sentence with the next one where that goes on in lower case."""
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1].text if groups else ""
        goes_on = (line.text[0].islower() and last.count(" ") >= 5 and line.text.count(" ") >= 2
                   and _OPEN_END.search(last) is not None and not line_shape(line.text) and not line_shape(last))
        if goes_on:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Line(" ".join(part.text for part in group), group[0].number, group[0].joined) for group in groups]

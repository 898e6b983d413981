"""Find where sentences begin.

A sentence ends at a blank line, at a line break unless the next line goes on in lower case, and after a full stop,
question or exclamation mark (with the quotes and brackets that close behind it) unless the next word is in lower case.
An acronym's full stop ("U.S.") ends a sentence only before a word that usually begins one.
"""

from __future__ import annotations

import re

from streams.text.tokens import Tokens, tokenise

__all__ = ["sentence_starts", "split_sentences"]

_TERMINAL = frozenset(".!?…。؟।") | {"..", "...", "...."}
_CLOSING = frozenset("\"”’')]}»") | {"''"}
_OPENERS = frozenset(
    "The A An It He She They We I In On At But And If When While As This That These Those There His Her Its Their "
    "After Before For From With However Meanwhile Although According".split()
)
_ACRONYM = re.compile(r"(?:[A-Z]\.){2,}|(?:Inc|Ltd|Corp|Co)\.")


def sentence_starts(tokens: Tokens) -> list[int]:
    """Indexes of the tokens that begin a sentence, ascending, 0 first; empty for no tokens."""
    words = tokens.words
    if not words:
        return []
    starts = {0, *tokens.gaps}
    for index in tokens.breaks:
        if not words[index][0].islower() or words[index - 1] in _TERMINAL:
            starts.add(index)
    last = len(words) - 1
    for index in tokens.stops:
        word = words[index]
        if index == last:
            break
        if word in _TERMINAL:
            follow = index + 1
            end = tokens.starts[index] + len(word)
            while follow <= last and words[follow] in _CLOSING and tokens.starts[follow] == end:
                end += len(words[follow])
                follow += 1
            if follow <= last and not words[follow][0].islower() and words[follow] not in _TERMINAL:
                starts.add(follow)
        elif words[index + 1] in _OPENERS and _ACRONYM.fullmatch(word):
            starts.add(index + 1)
    return sorted(starts)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Character spans (start, end) of the sentences of ``text``, without the white space between them."""
    tokens = tokenise(text)
    starts = sentence_starts(tokens)
    spans = []
    for number, first in enumerate(starts):
        last = (starts[number + 1] if number + 1 < len(starts) else len(tokens.words)) - 1
        spans.append((tokens.starts[first], tokens.starts[last] + len(tokens.words[last])))
    return spans

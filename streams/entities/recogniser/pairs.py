"""Places joined by a hyphen, as in "Kabul-Kandahar": two names, unless the whole is one ("Stratford-upon-Avon")."""

from __future__ import annotations

import numpy as np

from streams.entities.recogniser.lexicon import Lexicon, fold, phrase_hash
from streams.entities.recogniser.spans import Span
from streams.text.tokens import Tokens

__all__ = ["divide_pairs"]

#: Bits of a phrase's kinds that make it a place (see ``training.lexicon.KIND_BITS``).
_PLACE = 1 | 2 | 4 | 8 | 16


def _is_place(name: str, lexicon: Lexicon) -> bool:
    kinds = lexicon.phrases(np.array([phrase_hash([name])], np.uint32))
    return bool(int(kinds[0]) & _PLACE)


def divide_pairs(tokens: Tokens, spans: list[Span], lexicon: Lexicon) -> list[Span]:
    """The spans of a text, with places of two capitalised parts and one hyphen divided.

    A pair is divided where the text has one part as a place of its own, or the gazetteer knows both; never where the
    gazetteer knows the whole.
    """
    words = dict(zip(tokens.starts, tokens.words, strict=True))
    out: list[Span] = []
    alone: set[str] | None = None
    for span in spans:
        word = words.get(span.start, "")
        left, dash, right = fold(word).partition("-")
        if (
            span.type != "LOC" or not dash or span.end - span.start != len(word) or len(fold(word)) != len(word)
            or not (left[:1].isupper() and right[:1].isupper()) or "-" in right or _is_place(word, lexicon)
        ):  # fmt: skip
            out.append(span)
            continue
        if alone is None:
            alone = {words.get(s.start, "") for s in spans if s.type == "LOC"}
        if alone & {left, right} or (_is_place(left, lexicon) and _is_place(right, lexicon)):
            middle = span.start + len(left)
            out.append(Span(span.start, middle, "LOC", span.score))
            out.append(Span(middle + 1, span.end, "LOC", span.score))
        else:
            out.append(span)
    return out

"""Lines that a source prints under every article: found here, because it takes more than one article to see them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import numpy as np

from streams.contracts.records import Article, Removal
from streams.dedupe.words import U64

__all__ = ["REASON", "cleaned", "line_hashes", "source_of"]

REASON = "recurs-in-source"
#: A line of a source that so many of its other texts have, each of another family, belongs to none of them.
_RECURS = 3
#: Standing lines are short; a long paragraph that recurs is a text of its own.
_LONGEST = 300
_MOST_LINES = 24
#: What is left must be so much of the text, or so many characters: cleaning never eats the article.
_KEEP_SHARE, _KEEP_CHARACTERS = 0.5, 200
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def source_of(article: Article) -> str:
    """Who published it: the source by name, else the host of its address, else nothing."""
    if article.source or not article.url:
        return article.source
    try:
        return urlsplit(article.url).hostname or ""
    except ValueError:  # "http://[" is no address
        return ""


def _key(source: str, line: str) -> int:
    plain = f"{source}\x00{' '.join(line.casefold().split())}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(plain.translate(_DIGITS), digest_size=8).digest(), "little")


def line_hashes(article: Article) -> U64:
    """The short lines of an article, each with its source, as hashes; figures in them make no difference."""
    source = source_of(article)
    if not source:
        return np.zeros(0, np.uint64)
    lines = [line for line in article.body.split("\n") if 0 < len(line.strip()) <= _LONGEST]
    keys = dict.fromkeys(_key(source, line) for line in lines[: _MOST_LINES // 2] + lines[-_MOST_LINES // 2 :])
    return np.array(list(keys), np.uint64)


def cleaned(article: Article, counts: Mapping[int, int]) -> Article:
    """The article without the lines that recur in its source, kept in ``removed`` with the reason. ``counts``: per
    line hash, how many founding texts in the window have it. The article itself where nothing recurs."""
    source = source_of(article)
    if not source or not counts:
        return article
    kept: list[str] = []
    removed: list[Removal] = []
    for number, line in enumerate(article.body.split("\n")):
        short = 0 < len(line.strip()) <= _LONGEST
        if short and counts.get(_key(source, line), 0) >= _RECURS:
            removed.append(Removal(text=line, reason=REASON, line=number))
        else:
            kept.append(line)
    if not removed:
        return article
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    if len(body) < min(_KEEP_CHARACTERS, _KEEP_SHARE * len(article.body)):
        return article
    return msgspec.structs.replace(article, body=body, removed=[*article.removed, *removed], signature="")

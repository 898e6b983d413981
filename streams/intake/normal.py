"""Characters: what a text may hold once it is in. Everything here is linear and forgets no visible character."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["flat", "key", "scrub", "squeeze"]

#: Controls (C0, C1 without tab, line feed and NEL), soft hyphen, zero-width and direction marks, BOM, noncharacters.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
)
#: Joiners belong to Persian, Hindi and emoji; between Latin letters or at a word's edge they are litter.
_STRAY_JOINER = re.compile("(?<![^\x00-\u024f\\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f\\s])")
_INVISIBLE_RUN = re.compile(f"[{_INVISIBLE}]+")
_LINE_END = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_SURROGATE = re.compile("[\ud800-\udfff]+")
_ODD = re.compile(f"[{_INVISIBLE}\r\x0b\x0c\x85\u2028\u2029\u200c\u200d\ud800-\udfff]")
_NOT_WORD = re.compile(r"[\W_]+")


def scrub(text: str) -> str:
    """``text`` with one kind of line end, without invisible characters, in NFC.

    Lone surrogates (half a character, which UTF-8 cannot write) become U+FFFD; pairs are joined.
    """
    if text.isascii():
        if not _ODD.search(text):
            return text
    else:
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = unicodedata.normalize("NFC", text)
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE_RUN.sub("", text)
    return _STRAY_JOINER.sub("", text)


def squeeze(line: str) -> str:
    """One line with single spaces and none at its ends."""
    return " ".join(line.split())


def flat(text: str) -> str:
    """Any text on one line."""
    return " ".join(scrub(text).split())


def key(text: str) -> str:
    """Letters and digits only, case folded: what two prints of the same headline have in common."""
    return _NOT_WORD.sub(" ", text.casefold()).strip()

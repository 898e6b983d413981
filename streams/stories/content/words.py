"""Words for comparing sentences: lower case, no function words, cut to a stem."""

from __future__ import annotations

import re
from sys import intern

from streams.text.remembered import Remembered

__all__ = ["STOPWORDS", "key_of", "stem_of", "stems", "words"]

STOPWORDS = frozenset(
    "a about above after again against all almost along already also although always am among an and another any are "
    "around as ask asked at away back be became because become been before began behind being below between both but "
    "by call called came can cannot could day days did do does doing don done down during each early either else end "
    "enough even ever every far few first five for four from further gave get gets getting give given go goes going "
    "got had has have having he her here hers herself him himself his how however i if in including into is it its "
    "itself just keep kept know known last late later least less let like likely made make makes making man many may "
    "me mean might month months more most much must my near need never new next no nor not now of off often old on "
    "once one only or other others our out over own part people per put quite rather really report reported reports "
    "right said same saw say saying says see seem seemed seen set seven several shall she should show since six so "
    "some still such take taken ten than that the their them themselves then there these they thing things think "
    "this those though three through thus time times to today together told too took toward towards two under until "
    "up upon us use used very via want wanted was way we week weeks well went were what when where whether which "
    "while who whole whom whose why will with within without would year years yes yesterday yet you your "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december mr mrs ms".split()
)
_WORD = re.compile(r"[^\W_]+")
#: What stands in nearly every text that is not ASCII; all divide words.
_MARKS = "’“”—‘–…"
#: ASCII letters in lower case, digits, and a blank for everything else.
_PLAIN = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
#: What is longer is cut: "captured" meets "capture", "insurgents" meets "insurgent". Cheap, and good enough to tell
#: whether two sentences say the same.
_STEM = 6


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order: runs of letters and digits. A table finds them in a third of the
    pattern's time, where the letters are ASCII."""
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
        if not text.isascii():
            return _WORD.findall(text.lower())
    return text.encode("ascii").translate(_PLAIN).decode("ascii").split()


def _stem(word: str) -> str:
    if len(word) < 2 or word in STOPWORDS:
        return ""
    plain = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return intern(plain[:_STEM])


def _key(word: str) -> str:
    return "" if len(word) < 4 or word.isdigit() else _stem(word)


_stems, _keys = Remembered(_stem), Remembered(_key)
#: The stem of a word in lower case, empty for a function word or a single letter; and its stem as a keyword, empty for
#: numbers and short words too.
stem_of, key_of = _stems.__getitem__, _keys.__getitem__


def stems(text: str) -> frozenset[str]:
    """The stems of a text."""
    found = set(map(stem_of, words(text)))
    found.discard("")
    return frozenset(found)

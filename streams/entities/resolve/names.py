"""Forms of a name: what is dropped from it, and keys under which its spellings meet."""

from __future__ import annotations

import re
from functools import lru_cache

from streams.entities.resolve.spelling import close_spelling, skeleton

__all__ = ["bare", "close_spelling", "initials", "skeleton", "words"]

#: Titles before a name; longer ones first, since they are matched word by word from the left.
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady rev reverend fr father sen senator rep representative "
    "gov governor gen general lt lieutenant col colonel maj major capt captain cmdr commander sgt sergeant cpl "
    "adm admiral brig brigadier president vice prime minister chancellor secretary ambassador judge justice "
    "chief king queen prince princess pope bishop cardinal archbishop sheikh ayatollah imam mullah coach "
    "officer detective sheriff mayor congressman congresswoman councillor spokesman spokeswoman spokesperson "
    "chairman chairwoman director analyst correspondent reporter attorney former acting deputy foreign "
    "interior defence defense finance state".split()
)
_POSSESSIVE = re.compile(r"['’][sS]?$")
_SMALL = frozenset("of the and for in on at to de la du des von van der al".split())
_TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


def words(name: str) -> list[str]:
    """The words of a name, hyphens and points dividing: 'Agence France-Presse' has three."""
    return _TOKEN.findall(name)


@lru_cache(maxsize=16384)
def bare(name: str, kind: str) -> str:
    """The name without leading titles and articles and without a possessive; empty where nothing is left."""
    parts = _POSSESSIVE.sub("", name.strip(" ,;:\"“”‘’'()[]")).split()
    while len(parts) > 1 and parts[0].lower() in ("the", "a", "an"):
        parts = parts[1:]
    if kind == "PER":
        while len(parts) > 1 and parts[0].rstrip(".").lower() in _TITLES:
            parts = parts[1:]
    return " ".join(parts)


def initials(name: str) -> str:
    """'Inter-Services Public Relations' -> ISPR; small words do not count."""
    return "".join(word[0] for word in words(name) if word.lower() not in _SMALL).upper()

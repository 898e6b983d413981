"""Forms of a name: what does not belong to it, and what it may be compared by."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["GENERIC_BODIES", "edges", "initials", "is_acronym", "nicknamed", "person_words", "words"]

_CACHED = 32768
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady rev reverend fr father sen senator rep representative "
    "gov governor gen general lt lieutenant col colonel maj major capt captain cmdr commander sgt sergeant cpl "
    "adm admiral brig brigadier president vice prime minister chancellor secretary ambassador judge justice chief "
    "king queen prince princess pope bishop cardinal archbishop sheikh ayatollah imam mullah maulana hajji haji "
    "coach officer detective sheriff mayor congressman congresswoman councillor spokesman spokeswoman "
    "spokesperson chairman chairwoman director analyst correspondent reporter attorney former acting deputy "
    "foreign interior defence defense finance state superintendent inspector constable herr "
    "frau monsieur madame".split()
)
#: Words that may begin a name although they are written in lower case.
_PARTICLES = frozenset("de del della di da das dos du van von der den ter ten el al bin ibn abu la le los las".split())
_GENERATION = frozenset("jr sr ii iii iv".split())
_SMALL = frozenset("of the and for in on at to de la du des del di da von van der al".split())
#: What follows the name of a body when a part of it, or one founded by it, is meant.
GENERIC_BODIES = frozenset(
    "committee council commission department ministry court agency office police university college school force "
    "forces army navy parliament security government administration bureau board division club united city party "
    "union league association institute hospital bank airport tournament cup embassy times post news".split()
)
_NICKNAMES = {
    short: full for full, shorts in {
        "william": "bill will billy", "robert": "bob bobby rob", "richard": "dick rick rich", "james": "jim jimmy",
        "john": "jack johnny", "michael": "mike mick", "joseph": "joe", "thomas": "tom", "anthony": "tony",
        "edward": "ed ted eddie", "charles": "chuck charlie", "elizabeth": "liz beth betty", "margaret": "peggy maggie",
        "katherine": "kate kathy", "andrew": "andy drew", "steven": "steve", "gregory": "greg", "lawrence": "larry",
        "susan": "sue", "patrick": "pat", "timothy": "tim",
    }.items() for short in shorts.split()
}
_AROUND = re.compile(r"[\s,;:\"“”„‘’'()\[\]{}<>*|…–—_+=!?-]*")
_SPACED = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"['’][sS]?$")
#: "Korea-related", "Sumatra island": what is hung on in lower case; "Moon Jae-in" is whole.
_HUNG_ON = re.compile(
    r"(?<=\w)(?:[-–](?:related|based|led|backed|style|linked|born|wide|held|bound|era|owned|run)|"
    r"\s(?:islands?|province|city|district|region|states?|area|county|troops|forces|government|officials))$"
)
_TOKEN = re.compile(r"[^\W_]+(?:['’.](?=[^\W_])[^\W_]+)*")
_NICKNAME_IN_QUOTES = re.compile(r"[\"“][^\"”]*[\"”]")


@lru_cache(maxsize=_CACHED)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, hyphens and points dividing: 'Agence France-Presse' has three."""
    return tuple(_TOKEN.findall(name))


@lru_cache(maxsize=_CACHED)
def person_words(name: str) -> tuple[str, ...]:
    """The words of a person's name in lower case, as they are compared: without a nickname in quotes, generations and
    an article before the family name."""
    plain = _NICKNAME_IN_QUOTES.sub(" ", name) if '"' in name or "“" in name else name
    parts = [part for part in (word.casefold() for word in words(plain)) if part not in _GENERATION]
    kept = tuple(part for index, part in enumerate(parts) if part not in ("al", "el") or index == len(parts) - 1)
    return kept or words(name.casefold())


@lru_cache(maxsize=_CACHED)
def edges(surface: str, kind: str) -> tuple[int, int]:
    """Where the name in ``surface`` begins and ends: without articles, titles, words in lower case before it, a
    possessive, and marks around it. Both are 0 where nothing is left."""
    match = _AROUND.match(surface)
    start = match.end() if match else 0
    end = start + len(surface[start:].rstrip(" \t\r\n,;:\"“”„‘’'([{}<>*|…–—_+=!?-"))
    if surface[start:end].count(")") > surface[start:end].count("("):
        end = start + len(surface[start:end].rstrip(")"))
    for pattern in (_POSSESSIVE, _HUNG_ON):
        found = pattern.search(surface, start, end)
        if found and found.start() > start:
            end = found.start()
    parts = [(part.start(), part.group()) for part in _SPACED.finditer(surface, start, end)]
    while len(parts) > 1 and _no_part(parts[0][1], kind):
        parts = parts[1:]
    return (parts[0][0], end) if parts else (0, 0)


def _no_part(word: str, kind: str) -> bool:
    lower = word.rstrip(".").lower()
    if word.lower() in ("the", "a", "an") or (word.islower() and word.isalpha() and lower not in _PARTICLES):
        return True
    return kind == "PER" and lower in _TITLES


def nicknamed(a: str, b: str) -> bool:
    """Whether one given name (lower case) is short for the other: Joe and Joseph, Ben and Benjamin."""
    if min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a)):
        return True
    return _NICKNAMES.get(a) == b or _NICKNAMES.get(b) == a


@lru_cache(maxsize=_CACHED)
def initials(name: str) -> tuple[str, ...]:
    """'Inter-Services Public Relations' -> ISPR. Without small words and with them (DOJ), and with the letters of an
    acronym that is itself a word of the name: UN Security Council is UNSC."""
    parts = words(name)
    heavy = [word for word in parts if word.lower() not in _SMALL]
    found = dict.fromkeys(
        "".join(word if long and word.isupper() else word[0] for word in chosen).upper()
        for chosen in (heavy, parts) for long in (False, True)
    )
    return tuple(found)


@lru_cache(maxsize=_CACHED)
def is_acronym(name: str) -> bool:
    """Two to eight letters, nearly all capitals, points allowed: NATO, U.S., AfD."""
    letters = name.replace(".", "").replace("&", "")
    capitals = sum(map(str.isupper, letters))
    return letters.isalpha() and 2 <= len(letters) <= 8 and capitals >= 2 and capitals * 3 >= len(letters) * 2

"""Who is credited: agencies by their names, and attributions ("told AFP", "reports the BBC") by the words around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from streams.contracts.records import Credit

__all__ = ["AGENCY", "agencies", "attributions", "distinct", "is_agency"]

#: Agencies and outlets that others quote, by every name they go by. A lexicon, as who syndicates is a closed class;
#: outlets outside it are found by their shape (_SHAPED).
_ALIASES: dict[str, tuple[str, ...]] = {
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"), "AP": ("AP", "Associated Press"),
    "Reuters": ("Reuters", "REUTERS"), "BBC": ("BBC", "British Broadcasting Corporation"),
    "Al Jazeera": ("Al Jazeera", "Al-Jazeera"), "CNN": ("CNN",), "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE",), "ANSA": ("ANSA",), "TASS": ("TASS", "ITAR-TASS"), "RIA Novosti": ("RIA Novosti", "RIA"),
    "Interfax": ("Interfax",), "Xinhua": ("Xinhua", "XINHUA"), "Kyodo": ("Kyodo",), "Jiji": ("Jiji",),
    "Yonhap": ("Yonhap",),
    "PTI": ("PTI", "Press Trust of India"), "ANI": ("ANI",), "IANS": ("IANS",), "UPI": ("UPI",),
    "PA": ("PA Media", "Press Association"), "AAP": ("AAP", "Australian Associated Press"), "Anadolu": ("Anadolu",),
    "The Canadian Press": ("Canadian Press",),
    "IRNA": ("IRNA",), "Fars": ("Fars News Agency",), "Tasnim": ("Tasnim",),
    "SANA": ("SANA",), "KCNA": ("KCNA", "Korean Central News Agency"), "Bloomberg": ("Bloomberg",),
    "Dow Jones": ("Dow Jones",), "EPA": ("EPA", "EPA-EFE", "European Pressphoto Agency"),
    "Getty Images": ("Getty Images", "Getty"), "Shutterstock": ("Shutterstock",), "NurPhoto": ("NurPhoto",),
    "TOLOnews": ("TOLOnews", "Tolo News", "TOLO News"), "Pajhwok": ("Pajhwok",), "NPR": ("NPR",), "PBS": ("PBS",),
    "ABC News": ("ABC News",),
    "CBS News": ("CBS News", "CBS"), "NBC News": ("NBC News", "NBC"), "Fox News": ("Fox News",),
    "Sky News": ("Sky News",), "MSNBC": ("MSNBC",), "The New York Times": ("New York Times",),
    "The Washington Post": ("Washington Post",), "The Wall Street Journal": ("Wall Street Journal",),
    "The Guardian": ("The Guardian",), "Financial Times": ("Financial Times",), "Politico": ("Politico", "POLITICO"),
    "USA Today": ("USA Today", "USA TODAY"),
    "Deutsche Welle": ("Deutsche Welle",), "VOA": ("VOA", "Voice of America"),
    "RFE/RL": ("RFE/RL", "Radio Free Europe"), "RFI": ("RFI",), "Le Monde": ("Le Monde",),
    "Der Spiegel": ("Der Spiegel",),
}
_NAME_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
#: Longest first, so that "ABC News" is not found as a part of something shorter.
_LITERALS = sorted(_NAME_OF, key=lambda alias: (-len(alias), alias))
#: Alternatives of a pattern: the agencies that sign pictures and datelines.
AGENCY = (
    r"AP|AFP|EPA(?:-EFE)?|REUTERS|Reuters|Getty(?: Images)?|Shutterstock|(?:The )?Associated Press|Xinhua|XINHUA|"
    r"Anadolu(?: Agency)?|AAP|PA|NurPhoto|Bloomberg|Al Jazeera|TASS|Sputnik|DPA|dpa|ANSA|EFE|"
    r"Kyodo(?: News)?|Yonhap|"
    r"TOLOnews|CNN|BBC(?: News)?|UPI|PTI|ANI|IANS|RIA Novosti|Interfax|Agence France[- ]Presse|NPR|IRNA"
)
_IS_AGENCY = re.compile(AGENCY)
#: What an outlet outside the lexicon looks like: capitalised words that end in what papers and agencies are called.
_TOLD_SHAPED = re.compile(
    r"\b(?:told|reported by|reports) (?:the )?(?P<name>(?:[A-Z][\w'’&-]+ ){1,3}(?:News Agency|News|Times|Post|"
    r"Herald|Tribune|Gazette|Telegraph|Journal|TV|Radio|Television|Press))\b")
_CUE_BEFORE = re.compile(
    r"\b(?:told|tells|telling|confirmed to|according to|reports?|reported by|quoted by|cited by|citing|seen by|"
    r"obtained by|nachrichtenagentur|l['’]agence|la agencia|said to|spoke to|speaking to|interview with|"
    r"statement to|informed)(?: the| an?)? $", re.IGNORECASE)
_CUE_AFTER = re.compile(
    r"(?: News| Agency| Persian)?(?:['’]s | )(?:news agency|reporters?|correspondents?|journalists?|reports?\b|"
    r"reported|said|says|quoted|could not|was unable|has not been able|understands|has learned)")
#: Characters of a text in which attributions are looked for: five times a long feature.
_SCAN = 100_000
#: Characters before a name in which the cue is looked for.
_REACH = 40


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, normalised name) of each agency that stands in ``text`` as words of its own."""
    if not text:
        return
    for alias in _LITERALS:
        at = text.find(alias)
        while at >= 0:
            end = at + len(alias)
            if not (at and (text[at - 1].isalnum() or text[at - 1] in "._/@-")) \
                    and not (end < len(text) and (text[end].isalnum() or text[end] in "_@")):
                yield at, end, _NAME_OF[alias]
            at = text.find(alias, end)


def is_agency(words: str) -> bool:
    return _IS_AGENCY.fullmatch(words) is not None


def agencies(text: str) -> list[str]:
    """Normalised names of the agencies and outlets in ``text``, in the order of the text, each once."""
    return list(dict.fromkeys(name for _start, _end, name in sorted(_found(text))))


def attributions(text: str, limit: int = 20) -> list[Credit]:
    """Sources that the text quotes, each once, with the words that say so."""
    text = text[:_SCAN]
    credits: dict[str, tuple[int, Credit]] = {}
    for start, end, name in sorted(_found(text)):
        if name in credits:
            continue
        cue = _CUE_BEFORE.search(text[max(0, start - _REACH):start])
        after = _CUE_AFTER.match(text, end)
        if cue or after:
            words = (cue[0] if cue else "") + text[start:after.end() if after else end]
            credits[name] = (start, Credit(kind="attribution", name=name, text=" ".join(words.split())))
    if "told " in text or "report" in text:
        for shaped in _TOLD_SHAPED.finditer(text):
            name = shaped["name"]
            if name not in credits and not agencies(name):
                words = " ".join(shaped[0].split())
                credits[name] = (shaped.start(), Credit(kind="attribution", name=name, text=words))
    return [credit for _at, credit in sorted(credits.values(), key=lambda found: found[0])[:limit]]


def distinct(credits: Iterable[Credit], limit: int = 100) -> list[Credit]:
    """The first credit of each kind and name."""
    kept: dict[tuple[str, str], Credit] = {}
    for credit in credits:
        kept.setdefault((credit.kind, credit.name), credit)
    return list(kept.values())[:limit]

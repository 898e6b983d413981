"""Who is credited: agencies by their names, and attributions ("told AFP", "reports the BBC") by the words around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from streams.contracts.records import Credit

__all__ = ["agencies", "attributions", "distinct"]

#: Agencies and broadcasters that others quote, by every name they go by. A lexicon, as credits are a closed class;
#: names outside it are found by their shape (see _SHAPED).
_NAMES: dict[str, str] = {
    "AFP": r"AFP|Agence France[- ]Presse", "AP": r"AP|(?:The )?Associated Press", "Reuters": r"(?:Thomson )?Reuters|REUTERS",
    "BBC": r"BBC(?: News| Persian| World Service)?|British Broadcasting Corporation", "Al Jazeera": r"Al[- ]Jazeera",
    "CNN": r"CNN", "dpa": r"dpa|DPA|Deutsche Presse-Agentur", "EFE": r"EFE|Agencia EFE", "ANSA": r"ANSA",
    "TASS": r"(?:ITAR-)?TASS", "RIA Novosti": r"RIA Novosti|RIA", "Interfax": r"Interfax", "Xinhua": r"Xinhua|XINHUA",
    "Kyodo": r"Kyodo(?: News)?", "Jiji": r"Jiji(?: Press)?", "Yonhap": r"Yonhap", "PTI": r"PTI|Press Trust of India",
    "ANI": r"ANI", "IANS": r"IANS", "UPI": r"UPI", "PA": r"PA Media|Press Association", "AAP": r"AAP|Australian Associated Press",
    "Anadolu": r"Anadolu(?: Agency)?", "IRNA": r"IRNA", "Fars": r"Fars News Agency", "Tasnim": r"Tasnim", "SANA": r"SANA",
    "KCNA": r"KCNA|Korean Central News Agency", "Bloomberg": r"Bloomberg(?: News)?", "Dow Jones": r"Dow Jones(?: Newswires)?",
    "EPA": r"EPA(?:-EFE)?|European Pressphoto Agency", "Getty Images": r"Getty(?: Images)?", "Shutterstock": r"Shutterstock",
    "TOLOnews": r"TOLO ?news|Tolo ?News", "Pajhwok": r"Pajhwok(?: Afghan News)?", "NPR": r"NPR", "PBS": r"PBS",
    "ABC News": r"ABC News", "CBS News": r"CBS(?: News)?", "NBC News": r"NBC(?: News)?", "Fox News": r"Fox News",
    "Sky News": r"Sky News", "MSNBC": r"MSNBC", "The New York Times": r"(?:The )?New York Times",
    "The Washington Post": r"(?:The )?Washington Post", "The Wall Street Journal": r"(?:The )?Wall Street Journal",
    "The Guardian": r"The Guardian", "Financial Times": r"Financial Times", "Politico": r"Politico|POLITICO",
    "USA Today": r"USA Today|USA TODAY", "Deutsche Welle": r"Deutsche Welle|DW", "RFE/RL": r"RFE/RL|Radio Free Europe",
    "VOA": r"VOA|Voice of America", "RFI": r"RFI", "Le Monde": r"Le Monde", "Der Spiegel": r"Der Spiegel",
}
_NAME_OF = {f"n{i}": name for i, name in enumerate(_NAMES)}
_AGENCY = re.compile(r"(?<![\w./@-])(?:" + "|".join(f"(?P<n{i}>{p})" for i, p in enumerate(_NAMES.values()))
                     + r")(?![\w@]|\.\w)")
#: What an outlet outside the lexicon looks like: capitalised words that end in what newspapers and agencies are called.
_SHAPED = (r"(?:[A-Z][\w'’&-]+ ){1,3}(?:News Agency|News|Times|Post|Herald|Tribune|Gazette|Telegraph|Journal|Daily|TV|"
           r"Radio|Television|Press)")
_BEFORE = (r"(?:told|tells|telling|confirmed to|according to|reports?|reported by|quoted by|cited by|citing|seen by|"
           r"obtained by|said to|spoke to|speaking to|interview with|statement to|informed)(?: the| an?)? ")
_AFTER = (r"(?:'s |’s | )(?:news agency|reporters?|correspondents?|journalists?|reports?\b|reported|said|says|quoted|"
          r"could not|was unable|has not been able|understands|has learned)")
_CUE_BEFORE = re.compile(_BEFORE + "$", re.IGNORECASE)
_CUE_AFTER = re.compile(_AFTER)
_SHAPED_TOLD = re.compile(rf"\b(?:told|reported by|reports) (?:the )?({_SHAPED})\b")
#: Characters looked at on each side of a name, and shown as the credit's words.
_REACH = 40


def agencies(text: str) -> Iterator[str]:
    """Normalised names of the agencies and outlets that stand in ``text``, in order."""
    for found in _AGENCY.finditer(text):
        yield _NAME_OF[found.lastgroup or ""]


def attributions(text: str, limit: int = 20) -> list[Credit]:
    """Sources that the text quotes, each once, with the words that say so."""
    seen: dict[str, Credit] = {}
    for found in _AGENCY.finditer(text):
        name = _NAME_OF[found.lastgroup or ""]
        if name in seen:
            continue
        before = text[max(0, found.start() - _REACH):found.start()]
        cue, after = _CUE_BEFORE.search(before), _CUE_AFTER.match(text, found.end())
        if cue or after:
            start = found.start() - len(cue[0]) if cue else found.start()
            words = text[start:after.end() if after else found.end()]
            seen[name] = Credit(kind="attribution", name=name, text=" ".join(words.split()))
            if len(seen) >= limit:
                break
    for shaped in _SHAPED_TOLD.finditer(text):
        if len(seen) >= limit:
            break
        if next(agencies(shaped[1]), None) is None and shaped[1] not in seen:
            seen[shaped[1]] = Credit(kind="attribution", name=shaped[1], text=" ".join(shaped[0].split()))
    return list(seen.values())


def distinct(credits: Iterable[Credit], limit: int = 100) -> list[Credit]:
    """The first credit of each kind and name."""
    kept: dict[tuple[str, str], Credit] = {}
    for credit in credits:
        kept.setdefault((credit.kind, credit.name), credit)
    return list(kept.values())[:limit]

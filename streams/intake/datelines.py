"""Lines that say nothing but when: dates and clock times in any order, with a label or without one."""

from __future__ import annotations

import re

__all__ = ["says_when"]

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_LABELS = frozenset(
    "published publish posted post updated update modified edited created date dated time first last publié mis "
    "à jour le veröffentlicht aktualisiert stand am publicado actualizado el pubblicato aggiornato il".split()
)
#: Labels' prepositions; the German one is also the English hour.
_LINKS = frozenset("am le el il à".split())
_CHANGED = frozenset("updated update modified edited aktualisiert actualizado aggiornato jour".split())
_AROUND = frozenset("on at of the a p m am pm hrs hours h uhr local t z st nd rd th de del o clock".split())
_DAYS = frozenset(
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi "
    "dimanche".split()
)
_MONTHS = frozenset(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct "
    "october nov november dec december januar februar märz mai juni juli oktober dezember janvier février mars "
    "avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio "
    "agosto septiembre octubre noviembre diciembre".split()
)
_ZONES = frozenset(
    "utc gmt bst cet cest eet eest est edt cst cdt mst mdt pst pdt et ct mt pt ist aest aedt jst kst msk sgt "
    "hkt pkt wib".split()
)
_KNOWN = _LABELS | _AROUND | _DAYS | _MONTHS | _ZONES
_AGO = re.compile(r"\d{1,3} (?:min(?:ute)?s?|hours?|days?|std\.?|stunden) ago")
_MAX = 90


def says_when(line: str) -> tuple[bool, bool, bool]:
    """(nothing but a date or a time, with a label such as "Published", the label says that something was changed)."""
    if not 5 < len(line) < _MAX or not any(map(str.isdigit, line)):
        return False, False, False
    words = [word.casefold() for word in _TOKEN.findall(line)]
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit()]
    if _AGO.fullmatch(line.casefold().strip(" .·|")):
        return True, False, False
    labelled = bool(names) and names[0] in _LABELS and names[0] not in _LINKS
    if labelled and _AGO.search(line.casefold()):
        return True, True, names[0] in _CHANGED or "updated" in names
    if any(name not in _KNOWN for name in names):
        return False, False, False
    dated = len(numbers) >= 3 or (len(numbers) >= 2 and (any(name in _MONTHS for name in names) or labelled))
    if not dated or len(numbers) > 16 or sum(map(len, numbers)) > 40 or max(map(len, numbers)) > 8:
        return False, False, False
    if not labelled and not any(name in _MONTHS for name in names) and not re.search(r"\d ?[:./-] ?\d", line):
        return False, False, False
    early = names[:3]
    return True, labelled, labelled and any(name in _CHANGED for name in early) and not any(
        name in ("published", "posted", "created") for name in early)

"""Endless wires that look like news, for runs of the real stages: stories in four languages, agency copy that
others repeat word for word or in part, new versions, and wires on their own. Everything comes from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import orjson

from streams.clock import rfc3339

__all__ = ["news"]

_PEOPLE = ("Marta Lindqvist", "Tomas Aherne", "Ewa Sobczak", "Idris Bello", "Carmen Ruiz", "Jonas Weber",
           "Amelie Fournier", "Pavel Novak", "Leila Haddad", "Sven Dahl")
_PLACES = ("Lisbon", "Gdansk", "Marseille", "Leipzig", "Valencia", "Rotterdam", "Turin", "Brno", "Cork", "Bergen")
_GROUPS = ("the harbour authority", "the dockers' union", "the regional court", "the central bank", "the rail operator",
           "the water board", "the university hospital", "the energy regulator")
_SENTENCES = {
    "en": (
        "{person} said on {day} that {group} in {place} would close {count} offices before the winter.",
        "More than {count} people gathered in {place} to hear {person} speak about the plan.",
        "Officials in {place} have not said how the {count} million euros would be paid.",
        "The decision by {group} follows months of talks, {person} told reporters.",
        "A spokesman for {group} declined to comment on the report from {place}.",
    ),
    "de": (
        "{person} sagte am {day}, in {place} würden vor dem Winter {count} Büros geschlossen.",
        "Mehr als {count} Menschen kamen in {place} zusammen, um {person} zu hören.",
        "Die Behörden in {place} sagten nicht, wie die {count} Millionen Euro bezahlt werden sollen.",
        "Die Entscheidung folgt auf monatelange Gespräche, sagte {person} vor Journalisten in {place}.",
    ),
    "fr": (
        "{person} a déclaré {day} que {count} bureaux de {place} seraient fermés avant l'hiver.",
        "Plus de {count} personnes se sont réunies à {place} pour écouter {person}.",
        "Les autorités de {place} n'ont pas dit comment les {count} millions d'euros seraient payés.",
        "La décision fait suite à des mois de discussions, a expliqué {person} aux journalistes.",
    ),
    "es": (
        "{person} dijo el {day} que se cerrarían {count} oficinas en {place} antes del invierno.",
        "Más de {count} personas se reunieron en {place} para escuchar a {person}.",
        "Las autoridades de {place} no han dicho cómo se pagarán los {count} millones de euros.",
        "La decisión llega tras meses de conversaciones, explicó {person} a los periodistas.",
    ),
}
_DAYS = {"en": "Monday", "de": "Montag", "fr": "lundi", "es": "lunes"}
_START_MS = 1_700_000_000_000
_STEP_MS = 60_000


def news(seed: int) -> Iterator[bytes]:
    """ninjs wires; the uri is ``n<number>``, a new version keeps it."""
    draw = random.Random(seed)
    recent: list[dict[str, str]] = []
    number = 0
    while True:
        number += 1
        time = rfc3339(_START_MS + number * _STEP_MS)
        turn = draw.random()
        if recent and turn < 0.08:  # a new version of a wire
            old = draw.choice(recent)
            wire = {**old, "version": str(int(old["version"]) + 1), "body_text": old["body_text"] + " " + _line(
                draw, old["language"]), "versioncreated": time}
        elif recent and turn < 0.2:  # the same copy elsewhere, whole or its first half
            old = draw.choice(recent)
            lines = old["body_text"].split("\n\n")
            wire = {**old, "uri": f"n{number}", "version": "1", "versioncreated": time, "source": f"outlet{number % 9}",
                    "body_text": "\n\n".join(lines if turn < 0.14 else lines[: len(lines) // 2 + 1])}
        else:
            language = draw.choice(sorted(_SENTENCES))
            body = "\n\n".join(" ".join(_line(draw, language) for _ in range(3)) for _ in range(draw.randrange(2, 7)))
            wire = {"uri": f"n{number}", "version": "1", "language": language, "versioncreated": time,
                    "source": f"outlet{number % 9}", "headline": _line(draw, language).rstrip("."), "body_text": body}
        recent = [*recent[-60:], wire]
        yield orjson.dumps(wire)


def _line(draw: random.Random, language: str) -> str:
    # The story of the hour: names and places of neighbours in the stream are few.
    first = draw.randrange(3)
    return draw.choice(_SENTENCES[language]).format(
        person=_PEOPLE[(first + draw.randrange(4)) % len(_PEOPLE)], place=_PLACES[draw.randrange(len(_PLACES))],
        group=draw.choice(_GROUPS), day=_DAYS[language], count=draw.randrange(3, 900))

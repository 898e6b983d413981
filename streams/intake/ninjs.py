"""IPTC ninjs 1.x, 2.x and 3.x (https://iptc.org/std/ninjs/), read leniently: only uri and some text are required.

Unusable optional metadata never costs the wire: a field of the wrong type is passed over. What makes it no wire
at all (no object, no uri, a body that is no text) is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from streams.intake.htmltext import html_text, is_html
from streams.intake.normal import scrub
from streams.intake.wire import RawWire, Refused, checked_headline, checked_uri, words_of

__all__ = ["load", "read_ninjs"]

#: A version beyond this is not a version; it also stays an exact number in JavaScript.
_MAX_VERSION = 2**53 - 1


def load(value: bytes) -> Any:
    """JSON text as Python values. orjson refuses lone surrogates in escapes; the standard library reads them
    (``scrub`` mends them later). Raises Refused: not-json."""
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        refusal = Refused("not-json", f"value: expected JSON, got {value[:40]!r}…: {error}")
    if b"\\u" not in value:
        raise refusal
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise refusal from None


def read_ninjs(value: bytes) -> RawWire:
    """Raises Refused: not-json, wrong-shape, no-uri, uri-too-long."""
    item = load(value)
    if not isinstance(item, dict):
        raise Refused("wrong-shape", f"value: expected a JSON object, got {type(item).__name__}")
    wire = RawWire(uri=checked_uri(item.get("uri"), "uri"))
    wire.headline = _headline(item)
    wire.text = _body(item)
    wire.version = _version(item.get("version"))
    wire.version_created = _text(item, "versionCreated", "versioncreated")
    wire.content_created = _text(item, "contentCreated", "contentcreated", "firstCreated", "firstcreated")
    wire.embargoed = _text(item, "embargoed", "embargoedUntil")
    wire.language = _text(item, "language")
    wire.source = _source(item)
    wire.url = _text(item, "url", "canonicalUrl")
    wire.byline = _text(item, "byline", "by") or ", ".join(_contributors(item))
    wire.located = _text(item, "located")
    wire.rights = " ".join(filter(None, (_text(item, "copyrightNotice", "copyrightnotice"),
                                         _text(item, "copyrightHolder", "copyrightholder"))))
    wire.marks = list(_marks(item))
    wire.target = _target(item, wire.uri)
    wire.flash = any(mark.casefold() in ("flash", "alert", "newsalert", "snap") for field, mark in wire.marks
                     if field in ("profile", "genre"))
    return wire


def _text(item: dict[str, Any], *names: str) -> str:
    """The first of the named fields that says something, on one line."""
    for name in names:
        value = item.get(name)
        if value is not None:
            found = next(words_of(value, limit=1), "")
            if found:
                return found
    return ""


def _headline(item: dict[str, Any]) -> str:
    for name in ("headline", "title"):
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return checked_headline(value)
    if not isinstance(item.get("headlines"), list):
        return ""
    ranked = sorted((entry for entry in item["headlines"][:64] if isinstance(entry, dict)),
                    key=lambda entry: str(entry.get("role", "")).lower() not in ("", "main", "headline"))
    return next((text for entry in ranked for text in words_of([entry])), "")


def _body(item: dict[str, Any]) -> str:
    """Text of the best body: plain before HTML, the main one before others; descriptions where there is no body."""
    candidates = [(0, "text/plain", item.get("body_text"))]
    candidates += [(0, "text/html", item[name]) for name in ("body_xhtml", "body_html", "body_nitf") if name in item]
    candidates += [(1, "", item[name]) for name in sorted(item) if name == "body"]
    bodies = item.get("bodies")
    for entry in bodies[:64] if isinstance(bodies, list) else ():
        if isinstance(entry, dict):
            kind = entry.get("contentType") or entry.get("contenttype") or ""
            rank = 0 if str(entry.get("role", "")).lower() in ("", "main", "body", "text") else 1
            candidates.append((rank, str(kind), entry.get("value")))
    for _rank, kind, value in sorted(candidates, key=lambda c: (c[0], "html" in c[1] or "xml" in c[1])):
        if value is None:
            continue
        if not isinstance(value, str):
            raise Refused("wrong-shape", f"body: expected text, got {type(value).__name__}")
        text = as_text(value, kind)
        if text.strip():
            return text
    descriptions = item.get("descriptions")
    fallback = [item.get("description_text"), item.get("description_html"), item.get("description")]
    fallback += [entry.get("value") for entry in descriptions[:8] if isinstance(entry, dict)] \
        if isinstance(descriptions, list) else []
    return next((text for value in fallback if isinstance(value, str) and (text := as_text(value)).strip()), "")


def as_text(value: str, kind: str = "") -> str:
    """Scrubbed lines of a body: markup is read as HTML where it says so or plainly is."""
    value = scrub(value)
    if "html" in kind or "xml" in kind or is_html(value):
        return html_text(value, whole_page=value[:2000].lstrip()[:15].lower().startswith(("<!doctype", "<html"))).text
    return value


def _version(value: object) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 18:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_VERSION else 0


def _source(item: dict[str, Any]) -> str:
    found = _text(item, "source", "provider", "publisher")
    if found:
        return found
    infosources = item.get("infosources")
    entries = [e for e in infosources[:64] if isinstance(e, dict)] if isinstance(infosources, list) else []
    ranked = sorted(entries, key=lambda entry: str(entry.get("role", "")).lower() not in ("provider", "publisher", ""))
    return next((text for entry in ranked for text in words_of([entry])), "") or _text(item, "copyrightholder",
                                                                                      "copyrightHolder")


def _contributors(item: dict[str, Any]) -> Iterator[str]:
    entries = item.get("contributors")
    for entry in entries[:16] if isinstance(entries, list) else ():
        if isinstance(entry, dict) and str(entry.get("role", "")).lower() not in ("editor", "photographer"):
            yield from words_of([entry])


def _marks(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("pubStatus", "pubstatus", "edNote", "ednote", "profile", "genre", "genres", "signal"):
        field = {"pubstatus": "pubStatus", "ednote": "edNote", "genres": "genre"}.get(name, name)
        yield from ((field, text) for text in words_of(item.get(name), limit=16))


def _target(item: dict[str, Any], own: str) -> str:
    for name in ("evolvedFrom", "evolvedfrom", "supersedes", "replaces"):
        for text in words_of(item.get(name), limit=1):
            if text != own and len(text) <= 2048:
                return text
    return ""

"""One item of RSS 2.0/1.0 or one Atom entry (RFC 4287), alone or as the only or first one of its feed."""

from __future__ import annotations

from xml.etree.ElementTree import Element  # only the type; parsing is xmltree's

from streams.intake.ninjs import as_text
from streams.intake.normal import flat
from streams.intake.wire import RawWire, Refused, checked_headline, checked_uri
from streams.intake.xmltree import all_named, local, text_of

__all__ = ["read_feed"]

#: In this order: the whole text before its summary.
_TEXT = ("encoded", "content", "description", "summary")


def read_feed(root: Element, key: str) -> RawWire:
    """``key`` is the uri where the item has neither id nor link.

    Raises Refused: wrong-shape (no item, or several: one wire is one record), no-uri, uri-too-long.
    """
    items = [root] if local(root) in ("item", "entry") else list(all_named(root, "item", "entry"))
    if len(items) != 1:
        raise Refused("wrong-shape", f"feed: expected one item or entry, got {len(items)} in {local(root)!r}")
    item = items[0]
    fields: dict[str, Element] = {}
    for child in item:
        fields.setdefault(local(child), child)
    link = _link(item)
    uri = next((text for name in ("guid", "id") if (text := _flat(fields, name))), "") or link or key
    wire = RawWire(uri=checked_uri(uri, f"{local(item)}/guid, id or link"))
    wire.url = link
    wire.headline = checked_headline(as_text(_text(fields, "title")))
    wire.text = next((text for name in _TEXT if (text := as_text(_text(fields, name))).strip()), "")
    wire.version_created = _flat(fields, "updated")
    wire.content_created = _flat(fields, "published") or _flat(fields, "pubdate") or _flat(fields, "date")
    wire.byline = flat(text_of(_child(fields.get("author"), "name"))) or _flat(fields, "creator") or _flat(
        fields, "author")
    wire.source = flat(text_of(_child(fields.get("source"), "title"))) or _flat(fields, "source")
    wire.source = wire.source or _channel(root, item)
    wire.rights = _flat(fields, "rights")
    language = next(iter(all_named(root, "language")), None)
    wire.language = flat(text_of(language)) or item.get("xml:lang", root.get("xml:lang", ""))
    return wire


def _text(fields: dict[str, Element], name: str) -> str:
    return text_of(fields.get(name))


def _flat(fields: dict[str, Element], name: str) -> str:
    return flat(_text(fields, name))


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((child for child in element if local(child) == name), None)


def _channel(root: Element, item: Element) -> str:
    """Title of the feed around the item."""
    for holder in (root, *all_named(root, "channel")):
        title = _child(holder, "title") if holder is not item else None
        if title is not None:
            return flat(text_of(title))
    return ""


def _link(item: Element) -> str:
    links = [child for child in item if local(child) == "link"]
    for link in sorted(links, key=lambda element: element.get("rel", "alternate") != "alternate"):
        found = flat(link.get("href", "") or text_of(link))
        if found:
            return found
    return ""

"""IPTC NewsML-G2 news items (https://iptc.org/standards/newsml-g2/), single or within a newsMessage."""

from __future__ import annotations

from xml.etree.ElementTree import Element  # only the type; parsing is xmltree's

from streams.intake.htmltext import html_text
from streams.intake.ninjs import as_text
from streams.intake.normal import flat, scrub
from streams.intake.wire import RawWire, Refused, checked_headline, checked_uri
from streams.intake.xmltree import all_named, first, local, text_of

__all__ = ["read_newsml"]

_BLOCKS = frozenset({"p", "hl1", "hl2", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "br",
                     "td", "block", "table", "dateline", "byline"})
_LEFT_OUT = frozenset({"script", "style", "head"})
_RETRACTIONS = ("corrects", "replaces", "cancels", "supersedes", "previousversion", "evolvedfrom")


def read_newsml(root: Element) -> RawWire:
    """The first news item of the document. Raises Refused: wrong-shape, no-uri, uri-too-long."""
    item = root if local(root) == "newsitem" else first(root, "newsItem")
    if item is None:
        raise Refused("wrong-shape", f"NewsML-G2: expected a newsItem, got {local(root)!r} without one")
    wire = RawWire(uri=checked_uri(item.get("guid"), "newsItem/@guid"))
    version = item.get("version", "")
    wire.version = int(version) if version.isascii() and version.isdigit() and len(version) < 16 else 0
    meta, content = first(item, "itemMeta"), first(item, "contentMeta")
    wire.version_created = _in(meta, "versionCreated")
    wire.content_created = _in(content, "contentCreated") or _in(meta, "firstCreated")
    wire.embargoed = _in(meta, "embargoed")
    wire.headline = checked_headline(_in(content, "headline") or _in(meta, "title"))
    wire.source = _name(first(content, "infoSource") if content is not None else None) or _name(
        first(meta, "provider") if meta is not None else None)
    wire.byline = _in(content, "by") or (_name(first(content, "creator", "contributor")) if content is not None else "")
    wire.located = _name(first(content, "located")) if content is not None else ""
    wire.rights = " ".join(filter(None, (_in(item, "copyrightNotice"), _name(first(item, "copyrightHolder")))))
    language = first(content, "language") if content is not None else None
    wire.language = language.get("tag", "") if language is not None else _lang(item)
    wire.url = flat(next((e.get("href", "") for e in all_named(item, "remoteContent", "link") if e.get("href")), ""))
    _read_marks(wire, meta, content)
    wire.text = _body(item)
    return wire


def _read_marks(wire: RawWire, meta: Element | None, content: Element | None) -> None:
    if meta is not None:
        for element in all_named(meta, "pubStatus", "edNote", "profile", "signal"):
            field = {"pubstatus": "pubStatus", "ednote": "edNote"}.get(local(element), local(element))
            wire.marks.append((field, flat(_code(element) or text_of(element))))
        for link in all_named(meta, "link"):
            if _code(link, "rel").lower() in _RETRACTIONS and link.get("residref", wire.uri) != wire.uri:
                wire.target = flat(link.get("residref", ""))[:2048]
                break
    for element in all_named(content, "genre") if content is not None else ():
        mark = flat(text_of(element)) or _code(element)
        wire.marks.append(("genre", mark))
        wire.flash = wire.flash or mark.casefold() in ("flash", "alert", "newsalert", "snap")


def _body(item: Element) -> str:
    """Text of the content set: inline XML (NITF, XHTML) before inline data (plain text or HTML)."""
    for container in all_named(item, "inlineXML"):
        body = first(container, "body.content", "body") or container
        text = _lines(body)
        if text.strip():
            return text
    for data in all_named(item, "inlineData"):
        kind, value = data.get("contenttype", ""), scrub(text_of(data))
        text = html_text(value).text if "html" in kind else as_text(value)
        if text.strip():
            return text
    return scrub("\n\n".join(filter(None, (text_of(e).strip() for e in all_named(item, "description")))))


def _lines(root: Element) -> str:
    """Text of a tree with its blocks on lines of their own; the depth is bounded by xmltree."""
    parts: list[str] = []

    def walk(element: Element) -> None:
        name = local(element)
        if name in _LEFT_OUT:
            return
        block = "\0" if name in _BLOCKS else ""
        parts.append(block)
        parts.append(element.text or "")
        for child in element:
            walk(child)
            parts.append(child.tail or "")
        parts.append(block)

    walk(root)
    blocks = (flat(block) for block in "".join(parts).split("\0"))  # XML cannot hold a NUL of its own
    return "\n\n".join(block for block in blocks if block)


def _in(element: Element | None, name: str) -> str:
    return flat(text_of(first(element, name))) if element is not None else ""


def _code(element: Element, attribute: str = "qcode") -> str:
    """``stat:canceled`` -> ``canceled``; URIs keep what follows the last slash."""
    return (element.get(attribute) or element.get("uri") or "").rpartition(":")[2].rpartition("/")[2]


def _name(element: Element | None) -> str:
    if element is None:
        return ""
    named = first(element, "name")
    return flat(text_of(named)) or flat(element.get("literal") or text_of(element)) or _code(element)


def _lang(item: Element) -> str:
    return item.get("{http://www.w3.org/XML/1998/namespace}lang") or item.get("xml:lang") or ""

"""XML with its dangers off: no entities of the document's own, nothing fetched, bounded depth.

Built on expat directly (the method of OWASP's "XML External Entity Prevention"): a document that declares any
entity is refused, so neither entity expansion ("billion laughs") nor external entities can start; expat itself
opens no file and no address. A DOCTYPE without entities, as in old RSS and XHTML, is let through.
"""

from __future__ import annotations

import html
import xml.parsers.expat as expat  # hardened below: every entity declaration is refused
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder  # only the tree type, not its parser

from streams.intake.wire import Refused

__all__ = ["all_named", "first", "local", "parse", "text_of"]

#: Elements inside one another. NITF within NewsML-G2 needs some 15.
MAX_DEPTH = 256


def parse(data: bytes) -> Element:
    """Raises Refused: bad-xml where it is not well formed, xml-entities where it declares entities."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Refused("bad-xml", f"XML: expected at most {MAX_DEPTH} nested elements, got more "
                                     f"at line {parser.CurrentLineNumber}")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def entity(name: str, *_rest: object) -> None:
        raise Refused("xml-entities", f"XML: expected no entity declarations, got one of {name[:80]!r} "
                                      f"at line {parser.CurrentLineNumber}")

    def external(context: str | None, *_rest: object) -> int:
        raise Refused("xml-entities", f"XML: expected no external entities, got {str(context)[:80]!r} "
                                      f"at line {parser.CurrentLineNumber}")

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:  # &nbsp; and its like, which only the DTD that we don't read would define
            builder.data(html.unescape(f"&{name};"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    parser.ExternalEntityRefHandler = external
    parser.SkippedEntityHandler = skipped
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused("bad-xml", f"XML: not well formed: {error}") from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not know, or a broken one
        raise Refused("bad-xml", f"XML: unreadable: {error}") from None
    return builder.close()


def local(element: Element) -> str:
    """Name without prefix, lower case. Feeds get their prefixes wrong more often than their names."""
    return element.tag.rpartition(":")[2].lower()


def all_named(element: Element, *names: str) -> Iterator[Element]:
    """Descendants of that local name, in document order."""
    wanted = {name.lower() for name in names}
    return (found for found in element.iter() if found is not element and local(found) in wanted)


def first(element: Element, *names: str) -> Element | None:
    """The first descendant with the first of ``names`` that occurs."""
    for name in names:
        for found in all_named(element, name):
            return found
    return None


def text_of(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext())

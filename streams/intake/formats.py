"""Which format a value is in, and its reader. The content-type header decides; without one, the first character."""

from __future__ import annotations

import codecs
import re

from streams.intake.feed import read_feed
from streams.intake.htmltext import html_text
from streams.intake.newsml import read_newsml
from streams.intake.ninjs import as_text, read_ninjs
from streams.intake.normal import scrub
from streams.intake.wire import MAX_VALUE, RawWire, Refused, checked_headline, checked_uri
from streams.intake.xmltree import first, local, parse

__all__ = ["read"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
#: Charsets of text on the wire; Python's other codecs (punycode, zlib, …) are no such thing and some are quadratic.
_CHARSETS = re.compile(r"utf-?8|utf-?16(?:-?[lb]e)?|(?:us-)?ascii|iso-?8859-?\d{1,2}|latin-?1|(?:windows-|cp)125\d|"
                       r"koi8-[ru]|big5|gb(?:2312|k|18030)|shift_jis|euc-(?:jp|kr)|mac-?roman", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read(value: bytes | None, key: bytes | None, content_type: str, max_value: int = MAX_VALUE) -> RawWire:
    """One Kafka value as a wire, in the words of its format.

    ``content_type`` is the record's header, "" where it has none. Raises Refused with one of: empty-value,
    too-large, invalid-utf8, not-json, bad-xml, xml-entities, wrong-shape, no-uri, uri-too-long.
    """
    if not value or not value.strip():
        raise Refused("empty-value", "value: expected a wire, got nothing")
    if len(value) > max_value:
        raise Refused("too-large", f"value: expected at most {max_value} bytes, got {len(value)}")
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    charset = _CHARSET.search(parameters)
    if kind in ("text/html", "application/xhtml+xml"):
        return _read_page(_decoded(value, charset and charset[1]), key)
    if kind.startswith("text/") and kind != "text/xml":
        return _read_plain(_decoded(value, charset and charset[1]), key)
    if kind.endswith(("/xml", "+xml")):
        return _read_xml(value, key)
    start = value.lstrip()[:200]
    if start.startswith((b"<", codecs.BOM_UTF8 + b"<")) or b"<\x00" in start[:6]:
        if re.match(rb"(?:\xef\xbb\xbf)?<(?:!doctype html|html)\b", start, re.IGNORECASE):
            return _read_page(_decoded(value, None), key)
        return _read_xml(value, key)
    return read_ninjs(_decoded(value, None).encode("utf-8", "replace"))


def _decoded(value: bytes, charset: str | None) -> str:
    """Text of bytes: by its byte order mark, else the charset that the header names, else UTF-8."""
    for bom, encoding in _BOMS:
        if value.startswith(bom):
            value, charset = value[len(bom):], encoding
            break
    if charset and not _CHARSETS.fullmatch(charset):
        raise Refused("wrong-shape", f"content-type: expected a known charset, got {charset!r}")
    try:
        return value.decode(charset or "utf-8")
    except LookupError:
        raise Refused("wrong-shape", f"content-type: expected a known charset, got {charset!r}") from None
    except UnicodeDecodeError as error:
        raise Refused("invalid-utf8", f"value: expected {charset or 'UTF-8'}, got byte 0x{value[error.start]:02x} "
                                      f"at offset {error.start}") from None


def _key(key: bytes | None) -> str:
    return (key or b"").decode("utf-8", "replace")


def _read_plain(text: str, key: bytes | None) -> RawWire:
    return RawWire(uri=checked_uri(_key(key), "record key"), text=as_text(scrub(text)))


def _read_page(markup: str, key: bytes | None) -> RawWire:
    wire = RawWire(uri=checked_uri(_key(key), "record key"))
    page = html_text(scrub(markup), whole_page=True)
    wire.headline, wire.text, wire.language = checked_headline(page.title), page.text, page.language
    return wire


def _read_xml(value: bytes, key: bytes | None) -> RawWire:
    root = parse(value.lstrip())
    name = local(root)
    if name in ("newsitem", "newsmessage", "packageitem") or first(root, "newsItem") is not None:
        return read_newsml(root)
    if name in ("rss", "rdf", "feed", "item", "entry", "channel"):
        return read_feed(root, _key(key))
    raise Refused("wrong-shape", f"XML: expected newsItem, newsMessage, rss, feed, item or entry, got {name[:80]!r}")

"""Generated wires: right, bent and broken, in structure, encoding, size and dates. Seeded: a seed names a feed.

``python -m tests.intake.fuzz --count 100000 --seed 1`` sends them through intake and accounts for every one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from streams.contracts import codec
from streams.contracts.records import Article
from streams.intake import IntakeStage
from streams.stage import Headers, Incoming

__all__ = ["account", "wires"]

_WORDS = (
    "the mayor said on Tuesday that a bridge over river would stay closed because of flood and police "
    "told AFP it was not safe for people who live in old town where water "
    "rose by two metres last night Kabul Riverton Jane Doe minister"
).split()
_FURNITURE = (
    "Facebook Comments",
    "Published: 2021-07-14 14:11",
    "Read more",
    "© 2021 AFP",
    "a@example.org",
    "JOIN NOW!",
    "##",
    "___",
    "By Jane Doe",
    "(Reuters)",
    "[File: Jane Doe/EPA]",
    "KABUL (AFP) — ",
    "Sign up for our newsletter",
    "bur-ab/cd",
)
_ODD = (
    "\x00",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\r",
    "\r\n",
    "\u2028",
    "\x1b[31m",
    "😀",
    "é",
    "e\u0301",
    "中文",
    "العربية",
    "\ufffd",
    "<p>",
    "</div>",
    "<script>",
    "&amp;",
    "&#0;",
    "**",
    "](",
    "http://",
    "\ud800",
    "\udfff",
    "%s",
    "{}",
    "'; --",
    "\\u0000",
)
_DATES = (
    "2021-07-14T10:00:00Z",
    "2021-07-14",
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2121-01-01T00:00:00Z",
    "-1",
    "1626256800",
    "Wed, 14 Jul 2021 10:00:00 GMT",
    "14 July 2021",
    "31 February 2021",
    "",
    "2021-07-14T10:00:00+99:99",
    "now",
    "T",
    "٢٠٢١-٠٧-١٤",
    "2021-07-14T10:00:00.123456789Z",
    "20210714T100000Z",
)
_FIELDS = (
    "uri",
    "headline",
    "body_text",
    "body_html",
    "body_xhtml",
    "bodies",
    "headlines",
    "version",
    "versioncreated",
    "versionCreated",
    "contentCreated",
    "pubStatus",
    "pubstatus",
    "edNote",
    "profile",
    "genre",
    "language",
    "source",
    "byline",
    "located",
    "embargoed",
    "contributors",
    "infosources",
    "copyrightNotice",
    "url",
    "evolvedFrom",
    "descriptions",
    "type",
)


def _text(rng: random.Random, words: int) -> str:
    parts: list[str] = []
    for _ in range(words):
        roll = rng.random()
        if roll < 0.9:
            parts.append(rng.choice(_WORDS))
        elif roll < 0.95:
            parts.append(rng.choice((".\n\n", ".\n", ". ", ", ", "\n\n")))
        elif roll < 0.975:
            parts.append("\n" + rng.choice(_FURNITURE) + "\n")
        else:
            parts.append(rng.choice(_ODD))
    return " ".join(parts)


def _anything(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return rng.choice((None, True, False, 0, -1, 2**63, 1.5, 1e308))
    if kind <= 3:
        return _text(rng, rng.randrange(6))
    if kind == 4:
        return rng.choice(_DATES)
    if kind == 5:
        return rng.choice(_ODD) * rng.randrange(20)
    if kind <= 7:
        return [_anything(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {
        rng.choice((*_FIELDS, "name", "value", "role", "code")): _anything(rng, depth + 1)
        for _ in range(rng.randrange(4))
    }


def _size(rng: random.Random) -> int:
    """Mostly wires of a few lines, some long, few very long."""
    return (
        rng.choice((0, 1, 5, 20, 60, 60, 120, 120, 200, 400))
        if rng.random() < 0.995
        else rng.randrange(2000, 20_000)
    )


def _ninjs(rng: random.Random) -> bytes:
    wire: dict[str, Any] = {
        "uri": f"urn:fuzz:{rng.randrange(10**9)}",
        "headline": _text(rng, rng.randrange(14)),
        "body_text": _text(rng, _size(rng)),
        "versioncreated": rng.choice(_DATES),
        "version": rng.choice((1, "2", None, "x", -1, 2**70, 1.0)),
    }
    for _ in range(rng.randrange(4)):
        wire[rng.choice(_FIELDS)] = _anything(rng)
    if rng.random() < 0.05:
        wire["uri"] = rng.choice(("", " ", None, 5, "u" * 10_000, "a\x00b", "\ud800", ["a"]))
    if rng.random() < 0.1:
        wire.pop(rng.choice(list(wire)))
    text = json.dumps(wire, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.95:  # half a character in UTF-8 spoils the whole value: rarely
        text = text.encode("utf-8", "replace").decode()
    return text.encode("utf-8", "surrogatepass")


def _broken(rng: random.Random) -> bytes:
    """A right wire with bytes cut, changed, put in or in another encoding."""
    value = bytearray(_ninjs(rng))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(value))
        match rng.randrange(4):
            case 0:
                value[at] = rng.randrange(256)
            case 1:
                del value[at : at + rng.randrange(30)]
            case 2:
                value[at:at] = rng.randbytes(rng.randrange(8))
            case _:
                value = value[: at + 1]
        value = value or bytearray(b"{")
    if rng.random() < 0.1:
        return bytes(value).decode("latin-1").encode(rng.choice(("utf-16", "utf-8", "utf-16-be")))
    return bytes(value)


def _xml(rng: random.Random) -> bytes:
    body = "".join(f"<p>{_text(rng, 12)}</p>" for _ in range(rng.randrange(6)))
    for odd in ("\x00", "\x1b[31m", "\ud800", "\udfff", "<script>", "</div>", "<p>", "&#0;"):
        if rng.random() < 0.9:
            body = body.replace(odd, "") if odd != "<p>" else body
    date = rng.choice(_DATES)
    forms = (
        f"<rss><channel><title>x</title><item><title>{rng.choice(_WORDS)}</title><guid>g</guid>"
        f"<pubDate>{date}</pubDate><description><![CDATA[{body}]]></description></item></channel></rss>",
        f"<entry><id>tag:a</id><title>t</title><updated>{date}</updated><content>{body}</content></entry>",
        f'<newsItem guid="urn:a" version="{rng.randrange(9)}"><itemMeta>'
        f"<versionCreated>{date}</versionCreated></itemMeta><contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet></newsItem>",
        f'<!DOCTYPE r [<!ENTITY a "{_text(rng, 3)}">]><rss>&a;</rss>',
        f"<html><head><title>t</title></head><body><article>{body}</article></body></html>",
        "<" + "a" * rng.randrange(300) + ">" * rng.randrange(300),
        "<a>" * rng.randrange(600) + body,
    )
    return rng.choice(forms).encode("utf-8", "surrogatepass")


def _plain(rng: random.Random) -> bytes:
    errors = "replace" if rng.random() < 0.9 else "surrogatepass"
    return _text(rng, _size(rng)).encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-16")), errors)


def _noise(rng: random.Random) -> bytes:
    return rng.choice(
        (
            rng.randbytes(rng.randrange(200)),
            b"[" * rng.randrange(5000),
            b'{"a":' * rng.randrange(2000),
            b"null",
            b"",
            json.dumps(_anything(rng)).encode("utf-8", "surrogatepass"),
            b"9" * rng.randrange(6000),
        )
    )


_MAKERS: tuple[Callable[[random.Random], bytes], ...] = (
    _ninjs,
    _ninjs,
    _ninjs,
    _broken,
    _broken,
    _xml,
    _plain,
    _noise,
)
_TYPES = (
    "",
    "",
    "",
    "text/plain",
    "text/plain; charset=utf-16",
    "text/html",
    "application/xml",
    "application/json",
    "x; y=z",
    "text/plain; charset=none",
)


def wires(count: int, seed: int = 0) -> Iterator[Incoming]:
    """``count`` records of wires.incoming; the same for the same seed."""
    rng = random.Random(seed)
    for offset in range(count):
        value: bytes | None = rng.choice(_MAKERS)(rng)
        headers: Headers = (("content-type", rng.choice(_TYPES).encode()),) if rng.random() < 0.2 else ()
        if rng.random() < 0.002:
            value = None
        key = rng.choice((b"key", b"k" * 3000, b"", None, b"\xff\xfe", f"k{offset}".encode()))
        ms = rng.choice((1_626_282_000_000,) * 200 + (0, -1, 253_402_300_799_999, 2**62))
        yield Incoming("wires.incoming", 0, offset, ms, key, value, headers)


def account(records: Iterator[Incoming], batch: int = 100) -> Counter[str]:
    """How each record ended: "article" or its rejection's type. Raises AssertionError for one that did neither."""
    stage, ends = IntakeStage(), Counter[str]()
    waiting: list[Incoming] = []

    def flush() -> None:
        results = stage.process(waiting)
        assert len(results) == len(waiting)
        for record, result in zip(waiting, results, strict=True):
            if result.rejection is not None:
                assert not result.outputs
                assert result.rejection.error
                assert result.rejection.message
                result.rejection.message.encode()
                ends[result.rejection.error] += 1
            else:
                (out,) = result.outputs
                article = codec.decode(out.value, Article)
                assert out.key == article.language.encode()
                assert article.body.strip() or article.signal in ("kill", "withdrawn"), record
                assert article.event_time <= article.received
                ends["article"] += 1
        waiting.clear()

    for record in records:
        waiting.append(record)
        if len(waiting) == batch:
            flush()
    if waiting:
        flush()
    return ends


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=100_000, help="wires to generate")
    options.add_argument("--seed", type=int, default=1, help="names the feed")
    given = options.parse_args()
    start = time.process_time()
    ends = account(wires(given.count, given.seed))
    assert ends.total() == given.count
    for name, count in ends.most_common():
        print(f"{count:8d}  {name}")
    print(
        f"{given.count:8d}  accounted for, {time.process_time() - start:.0f} s of processor time, seed {given.seed}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

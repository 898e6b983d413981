"""What the readers hand on: a wire as its format says it, before anything is cleaned, and why one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from streams.errors import StreamsError
from streams.intake.normal import flat, scrub

__all__ = ["MAX_HEADLINE", "MAX_LINES", "MAX_TAGS", "MAX_URI", "MAX_VALUE", "RawWire", "Refused", "checked_headline",
           "checked_uri", "words_of"]

#: Bytes of one Kafka value. A feature of a Sunday paper is 60 kB; a book is 1 MB. Above this it is no wire.
MAX_VALUE = 8 * 1024 * 1024
#: Characters of a uri, as in the record's contract: what every browser and proxy carries.
MAX_URI = 2048
#: Characters of a headline, lines of a text, opening brackets of its markup. What is beyond is a dump and no wire; the
#: bounds keep the worst value below some 2 s of work, less than a consumer's session.
MAX_HEADLINE = 2000
MAX_LINES = 20_000
MAX_TAGS = 100_000
#: Characters of one label of metadata (a source, a genre, a note) that are looked at and kept.
_MAX_LABEL = 1000


class Refused(StreamsError):
    """A value that is no wire. ``error`` is a short stable type, the message says what, where, expected, got."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(slots=True)
class RawWire:
    """One wire in the words of its format; every text is scrubbed, "" where the format had nothing.

    ``text`` is plain text, one line a line. ``version`` is 0 where none was given. Times are the format's own
    text, not yet parsed. ``marks`` are (field, words) that may carry a signal: pubStatus, edNote, profile, genre.
    """

    uri: str
    headline: str = ""
    text: str = ""
    version: int = 0
    language: str = ""
    version_created: str = ""
    content_created: str = ""
    embargoed: str = ""
    source: str = ""
    url: str = ""
    byline: str = ""
    located: str = ""
    rights: str = ""
    target: str = ""
    flash: bool = False
    marks: list[tuple[str, str]] = field(default_factory=list)


def checked_uri(value: object, where: str) -> str:
    """``value`` as a uri. Raises Refused: wrong-shape, no-uri or uri-too-long, naming ``where`` it stood."""
    if value is None:
        raise Refused("no-uri", f"{where}: expected a uri, got none")
    if not isinstance(value, str):
        raise Refused("wrong-shape", f"{where}: expected text, got {type(value).__name__}")
    uri = " ".join(scrub(value).split())
    if not uri:
        raise Refused("no-uri", f"{where}: expected a uri, got an empty text")
    if len(uri) > MAX_URI:
        raise Refused("uri-too-long", f"{where}: expected at most {MAX_URI} characters, got {len(uri)}")
    return uri


def checked_headline(value: str) -> str:
    """``value`` on one line. Raises Refused: headline-too-long."""
    if len(value) > MAX_HEADLINE:
        raise Refused("headline-too-long", f"headline: expected at most {MAX_HEADLINE} characters, got {len(value)}")
    return flat(value)


def words_of(value: object, limit: int = 64) -> Iterator[str]:
    """Texts inside loosely shaped metadata: a text, a list of texts, or objects with a name, title or literal.

    At most ``limit`` of them: metadata is a label, not a place to store a book.
    """
    items = value if isinstance(value, list) else [value]
    for item in items[:limit]:
        if isinstance(item, str):
            text = item
        elif isinstance(item, dict):
            text = next((item[key] for key in ("name", "literal", "title", "value", "code")
                         if isinstance(item.get(key), str) and item[key].strip()), "")
        else:
            continue
        text = " ".join(scrub(text[:_MAX_LABEL]).split())
        if text:
            yield text

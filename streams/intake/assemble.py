"""From a wire in its format's words to one clean Article."""

from __future__ import annotations

from streams.clock import rfc3339
from streams.contracts.records import Article, Credit, Removal
from streams.intake.clean import Cleaned, clean
from streams.intake.credits import agencies, attributions, distinct
from streams.intake.language import UNKNOWN, detect
from streams.intake.signals import Signal, find_signal, split_slug
from streams.intake.times import event_time
from streams.intake.wire import MAX_LINES, RawWire, Refused

__all__ = ["assemble"]

_RETRACTING = ("kill", "withdrawn")
_MOST = "en"


def assemble(wire: RawWire, record_ms: int) -> Article:
    """``record_ms`` is the timestamp of the wire's Kafka record. Raises Refused: empty-body, too-large."""
    lines = wire.text.count("\n")
    if lines > MAX_LINES:
        raise Refused("too-large", f"{wire.uri[:200]}: expected at most {MAX_LINES} lines, got {lines}")
    slug, headline, slug_kind, update = split_slug(wire.headline)
    cleaned = clean(headline, wire.text, wire.source)
    if not wire.headline and cleaned.headline:
        slug, cleaned.headline, slug_kind, update = split_slug(cleaned.headline)
    if slug:
        cleaned.removed.insert(0, Removal(text=slug.strip(), reason="agency-slug", line=0))
    signal = find_signal(wire, slug, slug_kind)
    body = cleaned.body
    if not body.strip():
        body = _without_body(wire, cleaned, signal)
    time_ms, found_in = event_time(wire.version_created, wire.content_created, cleaned.published, record_ms)
    return Article(
        uri=wire.uri,
        version=wire.version or update + 1,
        headline=cleaned.headline,
        body=body,
        language=_language(cleaned.headline, body, wire.language, signal),
        event_time=rfc3339(time_ms),
        event_time_from=found_in,
        received=rfc3339(record_ms),
        signal=signal.kind,
        signal_text=signal.text,
        signal_target=signal.target,
        embargo_until=rfc3339(signal.until_ms) if signal.until_ms is not None else None,
        source=wire.source,
        url=wire.url,
        byline=wire.byline or next((c.name for c in cleaned.credits if c.kind == "byline"), ""),
        credits=_credits(wire, cleaned, body),
        removed=cleaned.removed,
    )


def _language(headline: str, body: str, declared: str, signal: Signal) -> str:
    """A shard is a language, and a kill has to reach the shard of what it kills though it brings next to no text to
    tell the language from. Where nothing tells it, it goes to the language of most wires."""
    found = detect(headline, body, declared)
    return _MOST if found == UNKNOWN and signal.kind in _RETRACTING else found


def _without_body(wire: RawWire, cleaned: Cleaned, signal: Signal) -> str:
    """A kill needs no text, and a flash is its headline; anything else without text is no article."""
    if signal.kind in _RETRACTING:
        return ""
    if wire.flash and cleaned.headline:
        return cleaned.headline
    raise Refused("empty-body", f"{wire.uri[:200]}: expected a body with text, got none"
                                + (" but boilerplate" if cleaned.removed else ""))


def _credits(wire: RawWire, cleaned: Cleaned, body: str) -> list[Credit]:
    found = list(cleaned.credits)
    found += [Credit(kind="agency", name=name, text=text[:200])
              for text in (wire.source, wire.rights) for name in agencies(text)]
    if wire.byline:
        found.append(Credit(kind="byline", name=wire.byline[:200], text=wire.byline[:200]))
    if wire.located:
        found.append(Credit(kind="dateline", name=wire.located[:200], text=wire.located[:200]))
    return distinct([*found, *attributions(body)])

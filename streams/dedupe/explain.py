"""A verdict in words, for an editor."""

from __future__ import annotations

from streams.contracts.records import Article, Provenance

__all__ = ["explain"]

_VERDICTS = {
    "unique": "is a text of its own",
    "duplicate": "is the same wire as {of}",
    "revision": "is another version of a wire seen before",
    "resend": "was sent before, unchanged",
    "correction": "corrects {of}",
    "kill": "withdraws {of}",
}


def explain(article: Article, provenance: Provenance) -> str:
    """What the dedupe stage decided on an article and why: a line for each thing it found."""
    found = provenance
    verdict = _VERDICTS[found.verdict].format(of=found.duplicate_of or "an unknown wire")
    lines = [f"{article.uri} (version {article.version}) {verdict}.", f"Why: {found.evidence}"]
    if article.signal != "none":
        lines.append(f"The provider says: {article.signal} ({article.signal_text or 'in its metadata'}).")
    origin = f"Text family: {found.family}"
    lines.append(f"{origin}, credited to {found.agency}." if found.agency else f"{origin}, no agency credited.")
    if found.parent:
        lines.append(
            f"Derives most from {found.parent}: {found.containment:.0%} of this text stands there; "
            f"{found.own_share:.0%} stands nowhere else in the family."
        )
    lines += [f"Shared passage: “{phrase}”" for phrase in found.shared_phrases]
    for cite in found.cites:
        whom = cite.name or cite.uri
        words = f": “{cite.text}”" if cite.text else ""
        lines.append(f"Quotes {whom} ({cite.uri}){words}" if cite.kind == "quotes" else f"Credits {whom}{words}")
    lines += [f"Its family is one with {family}." for family in found.linked]
    if found.supersedes_late:
        lines.append("It came after a newer version and does not take its place.")
    if found.source_withdrawn:
        lines.append("The wire that its text comes from was withdrawn.")
    if found.affects:
        lines.append(f"It reaches {len(found.affects)} copies: {', '.join(found.affects)}.")
    recurring = [removal.text for removal in article.removed if removal.reason == "recurs-in-source"]
    lines += [f"Left out, as its source prints it under other articles too: “{text}”" for text in recurring]
    return "\n".join(lines)

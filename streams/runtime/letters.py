"""Dead letters: the refused record as it was, and why, in its headers."""

from __future__ import annotations

from streams import topics
from streams.contracts.cloudevents import header
from streams.runtime.transaction import Record
from streams.stage import Incoming, Rejection

__all__ = ["PREFIX", "attempts_of", "dead_letter"]

#: Headers of ours; those of an earlier refusal are replaced, all others are kept.
PREFIX = "dlq_"
_ATTEMPTS = "dlq_attempts"
#: A message is for people; a stage may have put a whole text into it.
_LONGEST_MESSAGE = 2000


def attempts_of(record: Incoming) -> int:
    """How often this record was refused before: it says so itself when it was re-driven."""
    text = header(record.headers, _ATTEMPTS) or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def dead_letter(record: Incoming, stage: str, rejection: Rejection) -> Record:
    """For ``wires.rejected``: key, value and headers untouched, our headers added (``records.DeadLetter``)."""
    message = rejection.message
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE]}… ({len(message)} characters)"
    ours = {
        "dlq_topic": record.topic,
        "dlq_partition": str(record.partition),
        "dlq_offset": str(record.offset),
        "dlq_timestamp": str(record.timestamp_ms),
        "dlq_stage": stage,
        "dlq_error": rejection.error,
        "dlq_message": message,
        _ATTEMPTS: str(attempts_of(record) + 1),
    }
    kept = tuple((name, value) for name, value in record.headers if not name.startswith(PREFIX))
    # "replace": a lone surrogate in a message is no reason to lose the letter.
    added = tuple((name, text.encode("utf-8", "replace")) for name, text in ours.items())
    return Record(topics.REJECTED, None, record.key, record.value, record.timestamp_ms, kept + added)

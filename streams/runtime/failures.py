"""What to do about a failure, decided in one place.

- *Retriable* (broker away, timeout, too few replicas, a lost coordinator): the lane throws its producer away, waits,
  and starts over from the committed offset, without limit. The worker is not ready meanwhile.
- *Poison* (a stage raised on a record): the lane finds that record, dead-letters it and goes on; see ``stepping``.
- *Fatal* (fenced by a new owner, not authorised, a full disk, no memory, state that cannot be loaded, anything not
  known): the process says why and ends with a non-zero code; its supervisor starts a fresh one.
"""

from __future__ import annotations

import enum
import errno

from aiokafka import errors

from streams.errors import StreamsError

__all__ = ["Failure", "Fatal", "backoff_s", "classify", "describe", "is_poison"]


class Fatal(StreamsError):
    """The process must end; the message says what happened and what to do."""


class Failure(enum.Enum):
    RETRIABLE = "retriable"
    FATAL = "fatal"


_FATAL = (
    Fatal,
    # A newer owner of the partition: nothing more of this process may become visible.
    errors.ProducerFenced,
    errors.InvalidProducerEpoch,
    # Waiting does not give rights.
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
    errors.SaslAuthenticationFailed,
    errors.UnsupportedSaslMechanismError,
    errors.UnsupportedVersionError,
    errors.IncompatibleBrokerVersion,
    errors.InvalidTopicError,
    MemoryError,
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
_FIRST_BACKOFF_S = 0.1
_LONGEST_BACKOFF_S = 5.0
_LONGEST_TEXT = 500


def classify(error: BaseException) -> Failure:
    """Of what was raised around a stage, never by it."""
    if isinstance(error, _FATAL):
        return Failure.FATAL
    if isinstance(error, OSError) and error.errno in _FULL:
        return Failure.FATAL
    # Every other word of the broker or the network may change: a new producer asks again from the committed offset.
    if isinstance(error, (errors.KafkaError, OSError, TimeoutError)):
        return Failure.RETRIABLE
    return Failure.FATAL


def is_poison(error: Exception) -> bool:
    """Of what a stage raised: whether the record is to blame. No memory and a full disk are the machine's."""
    return not isinstance(error, (MemoryError, Fatal)) and not (
        isinstance(error, OSError) and error.errno in _FULL
    )


def backoff_s(attempt: int) -> float:
    """Seconds to wait before attempt ``attempt`` (1, 2, …): doubling up to a limit that keeps recovery prompt."""
    return min(_FIRST_BACKOFF_S * 2.0 ** min(attempt - 1, 10), _LONGEST_BACKOFF_S)


def describe(error: BaseException) -> str:
    """An error in a line of bounded length: a library may put all it was given into its message."""
    text = str(error)
    if len(text) > _LONGEST_TEXT:
        text = f"{text[:_LONGEST_TEXT]}… ({len(text)} characters)"
    name = type(error).__name__
    return text if isinstance(error, StreamsError) else f"{name}: {text}" if text and text != name else name

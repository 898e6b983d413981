"""The failure policy: what is tried again, what is set aside, what ends the process."""

from __future__ import annotations

import errno

import pytest
from aiokafka import errors

from streams.runtime.failures import Failure, Fatal, backoff_s, classify, describe, is_poison


@pytest.mark.parametrize("error", [
    errors.KafkaConnectionError("away"), errors.NodeNotReadyError(), errors.RequestTimedOutError(),
    errors.NotEnoughReplicasError(), errors.NotLeaderForPartitionError(), errors.CoordinatorNotAvailableError(),
    errors.KafkaError("Unexpected error during batch delivery"), errors.InvalidTxnState(), TimeoutError(),
    ConnectionResetError(), OSError(errno.EHOSTUNREACH, "no route"),
])
def test_a_broker_that_is_away_is_waited_for(error: Exception) -> None:
    assert classify(error) is Failure.RETRIABLE


@pytest.mark.parametrize("error", [
    errors.ProducerFenced(), errors.InvalidProducerEpoch(), errors.TopicAuthorizationFailedError("t"),
    errors.TransactionalIdAuthorizationFailed(), OSError(errno.ENOSPC, "no space"), MemoryError(),
    Fatal("the state cannot be restored"), AssertionError("a bug"), KeyError("another"),
])
def test_what_waiting_does_not_mend_ends_the_process(error: Exception) -> None:
    assert classify(error) is Failure.FATAL


@pytest.mark.parametrize(("error", "blamed"), [
    (ValueError("x"), True), (RecursionError(), True), (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), True),
    (OSError(errno.ENOENT, "x"), True), (MemoryError(), False), (OSError(errno.ENOSPC, "x"), False),
    (Fatal("x"), False),
])
def test_a_record_is_not_blamed_for_the_machine(error: Exception, blamed: bool) -> None:
    assert is_poison(error) is blamed


def test_waits_grow_to_a_limit_and_never_end() -> None:
    waits = [backoff_s(attempt) for attempt in range(1, 2000)]
    assert waits[0] == 0.1
    assert waits == sorted(waits)
    assert waits[-1] == 5.0


def test_a_failure_is_described_once() -> None:
    assert describe(ValueError("wrong")) == "ValueError: wrong"
    assert describe(ValueError()) == "ValueError"
    assert describe(Fatal("told in its own words")) == "told in its own words"

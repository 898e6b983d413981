"""What a transaction leaves behind, without a broker."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ConcurrentTransactions, ProducerFenced
from aiokafka.producer import sender
from aiokafka.producer.transaction_manager import TransactionManager
from aiokafka.protocol.transaction import AddOffsetsToTxnResponse_v0
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.runtime.settings import Settings
from streams.runtime.transaction import Transaction

SOURCE = TopicPartition("articles.clean", 0)


@pytest.mark.parametrize("fenced_first", [True, False])
async def test_a_fenced_transaction_that_is_discarded_leaves_no_error_unheard(fenced_first: bool) -> None:
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    transaction = Transaction(Settings("127.0.0.1:1"), "streams.dedupe.0", "streams")
    transaction._producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1", transactional_id="streams.dedupe.0")
    manager, waiting = transaction._producer._txn_manager, transaction._producer._message_accumulator
    manager.set_pid_and_epoch(1, 0)
    await transaction.begin(SOURCE, 5)
    # A record whose batch has not been sent yet, as those of a transaction have that is refused at its first request.
    transaction._sent.append(await waiting.add_message(TopicPartition("articles.deduped", 1), b"k", b"v", 1.0))
    discarding = None if fenced_first else asyncio.create_task(transaction.discard())
    await asyncio.sleep(0)
    waiting.fail_all(ProducerFenced())
    manager.fatal_error(ProducerFenced())
    del manager, waiting
    await (discarding or transaction.discard())
    await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    assert unheard == []


class Asked:
    """A sender that writes down what it would ask the broker."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._txn_manager = TransactionManager("streams.dedupe.0", 1000)
        self._txn_manager.set_pid_and_epoch(1, 0)
        self._txn_manager.begin_transaction()

    async def _do_add_offsets_to_txn(self, group: str) -> None:
        self.asked.append("group")
        self._txn_manager.consumer_group_added(group)

    async def _do_txn_offset_commit(self, offsets: dict[TopicPartition, OffsetAndMetadata], group: str) -> None:
        self.asked.append("offsets")
        self._txn_manager.offset_committed(SOURCE, offsets[SOURCE].offset, group)

    async def _do_add_partitions_to_txn(self, partitions: set[TopicPartition]) -> None:
        self.asked.append("partitions")
        for partition in set(partitions):
            self._txn_manager.partition_added(partition)


async def test_the_offsets_are_settled_before_the_first_record_is_sent() -> None:
    one = Asked()
    one._txn_manager.maybe_add_partition_to_txn(TopicPartition("articles.deduped", 1))
    settled = one._txn_manager.add_offsets_to_txn({SOURCE: OffsetAndMetadata(5, "")}, "streams")
    while (task := sender.Sender._maybe_do_transactional_request(one)) is not None:
        await task
    assert one.asked == ["group", "offsets", "partitions"]
    assert settled.done()


async def test_the_end_of_the_last_transaction_is_waited_for_only_a_moment() -> None:
    handler = sender.AddOffsetsToTxnHandler(sender.Sender(None, acks=-1, txn_manager=None, message_accumulator=None,
                                                          retry_backoff_ms=50, request_timeout_ms=1000), "streams")
    assert handler.handle_response(AddOffsetsToTxnResponse_v0(0, ConcurrentTransactions.errno)) == 0.005

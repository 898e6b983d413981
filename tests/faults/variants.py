"""What a fault run can test: the shipped worker, and two that are known to be wrong and must be found out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from streams.runtime import lane, transaction
from streams.runtime.garbage import look_seldom
from streams.runtime.lane import Hop, Probe
from streams.runtime.logs import setup as log_setup
from streams.runtime.service import GROUP, Options, run_worker
from streams.runtime.settings import Settings
from streams.runtime.transaction import Transaction
from streams.stage import Incoming, Stage
from tests.faults.setup import factories

__all__ = ["VARIANTS"]


def _hops(stages: str) -> list[Hop]:
    found = []
    for name, make in factories(stages).items():
        stage = make()
        # As shipped: lanes of a stage without state share its models.
        found.append(Hop(name, stage.source, stage.changelog, make, stage if stage.changelog is None else None))
    return found


def good(bootstrap: str, stages: str, probe: Probe, instance: str = "") -> int:
    """The worker as it ships."""
    log_setup("info")
    hops = _hops(stages)
    look_seldom()
    return run_worker(Options(Settings(bootstrap), http_port=0, instance=instance), hops, probe)


def unfenced(bootstrap: str, stages: str, probe: Probe, instance: str = "") -> int:
    """The worker, but every process has transactional ids of its own: transactions as before, and nobody is fenced."""

    def own_id(settings: Settings, transactional_id: str, group: str) -> Transaction:
        return Transaction(settings, f"{transactional_id}.{os.getpid()}", group)

    setattr(lane, "Transaction", own_id)  # noqa: B010  # the point of this variant; mypy knows classes only as fixed
    # Nobody takes an id over, so only the broker ends what is left open; until then it would hide what follows.
    setattr(transaction, "_TIMEOUT_MS", 20_000)  # noqa: B010  # as above
    return good(bootstrap, stages, probe, instance)


def textbook(bootstrap: str, stages: str, probe: Probe, instance: str = "") -> int:
    """Faust as its tutorials show it: an agent a stage that sends without waiting, a table for the state, offsets
    acknowledged and committed by Faust, errors left to Faust. Takes no notice of probe and name."""
    import faust
    from mode import Worker

    app = faust.App(GROUP, broker=f"kafka://{bootstrap}", store="memory://", web_enabled=False, topic_partitions=4,
                    topic_replication_factor=1, broker_session_timeout=7.0, broker_heartbeat_interval=1.0)
    app.conf.web_enabled = False
    for hop in _hops(stages):
        _textbook_agent(app, hop)
    return int(Worker(app, loglevel="INFO", override_logging=False).execute_from_commandline() or 0)


def _textbook_agent(app: Any, hop: Hop) -> None:
    source = app.topic(hop.source, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    table = app.Table(hop.name, partitions=4, key_type=str, value_type=str) if hop.changelog else None
    running: dict[int, Stage] = {}

    def stage_of(partition: int) -> Stage:
        if partition not in running:
            running[partition] = hop.factory()
            if table is not None:
                running[partition].restore((key.encode(), value.encode()) for key, value in table.items())
        return running[partition]

    @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]  # untyped faust
    async def forget(*_: Any, **__: Any) -> None:
        running.clear()

    @app.agent(source, name=hop.name)  # type: ignore[untyped-decorator]  # untyped faust
    async def agent(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            (result,) = stage_of(message.partition).process([Incoming(
                message.topic, message.partition, message.offset, int(message.timestamp * 1000), message.key,
                message.value, ())])
            for out in result.outputs:
                await app.topic(out.topic).send(
                    key=out.key, value=out.value, headers=dict(out.headers), timestamp=out.timestamp_ms / 1000,
                    key_serializer="raw", value_serializer="raw")
            if table is not None:
                for key, value in result.changes:
                    table[key.decode()] = (value or b"").decode()


VARIANTS: dict[str, Callable[[str, str, Probe, str], int]] = {"good": good, "unfenced": unfenced, "textbook": textbook}

"""A bad record is found, set aside, and leaves nothing behind in the state."""

from __future__ import annotations

import asyncio
import errno
import gc
import threading
from collections.abc import Iterable

import pytest

from streams.runtime.failures import Fatal
from streams.runtime.stepping import Stepper
from streams.stage import Incoming, Result, Stage
from tests.runtime.fakes import Counting, incoming


def stepper(entries: list[tuple[bytes, bytes]] | None = None, stage: type[Counting] = Counting) -> Stepper:
    async def load() -> list[tuple[bytes, bytes]]:
        return entries or []

    return Stepper(stage, load)


def said(results: list[Result]) -> list[str]:
    """A count, or the error type of a rejection."""
    return [f"!{r.rejection.error}" if r.rejection else (r.outputs[0].value or b"").decode() for r in results]


async def test_a_clean_batch_gives_a_result_a_record() -> None:
    assert said(await stepper().run([incoming(n) for n in range(300)])) == [str(n + 1) for n in range(300)]


@pytest.mark.parametrize("where", [0, 1, 7, 19])
async def test_the_poison_record_is_found_wherever_it_is(where: int) -> None:
    batch = [incoming(n, b"poison" if n == where else b"{}") for n in range(20)]
    results = await stepper([(b"n", b"100")]).run(batch)
    rejected = [n for n, result in enumerate(results) if result.rejection]
    assert rejected == [where]
    # The others count on from the committed state as if it had never been there.
    assert [s for s in said(results) if s[0] != "!"] == [str(101 + n) for n in range(19)]
    rejection = results[where].rejection
    assert rejection is not None
    assert rejection.error == "ValueError"
    assert "articles.clean/0@" in rejection.message
    assert "cannot count this" in rejection.message


async def test_several_poison_records_and_a_refused_one() -> None:
    values = [b"{}", b"poison", b"bad", b"poison", b"{}"]
    results = await stepper().run([incoming(n, value) for n, value in enumerate(values)])
    assert said(results) == ["1", "!ValueError", "!Bad", "!ValueError", "2"]


async def test_an_output_that_no_topic_takes_is_poison() -> None:
    results = await stepper().run([incoming(0), incoming(1, b"huge"), incoming(2)])
    assert said(results) == ["1", "!Oversize", "2"]


async def test_the_batches_after_a_poison_record_go_on_from_the_right_state() -> None:
    committed: list[tuple[bytes, bytes]] = []
    step = stepper(committed)
    await step.run([incoming(0), incoming(1, b"poison")])
    assert said(await step.run([incoming(2)])) == ["2"]


async def test_a_machine_without_memory_is_no_fault_of_the_record() -> None:
    class Starved(Counting):
        def __init__(self) -> None:
            super().__init__(MemoryError)

    with pytest.raises(Fatal, match="MemoryError"):
        await stepper(stage=Starved).run([incoming(0, b"poison")])


async def test_a_full_disk_is_no_fault_of_the_record() -> None:
    class Full(Counting):
        def __init__(self) -> None:
            super().__init__(lambda: OSError(errno.ENOSPC, "no space left"))

    with pytest.raises(Fatal, match="no space left"):
        await stepper(stage=Full).run([incoming(0, b"poison")])


async def test_a_state_that_cannot_be_restored_ends_the_process() -> None:
    with pytest.raises(Fatal, match="counting: the state cannot be restored: ValueError"):
        await stepper([(b"n", b"no number")]).run([incoming(0)])


async def test_a_stage_that_loses_a_result_ends_the_process() -> None:
    class Forgetful(Counting):
        def process(self, batch: object) -> list[Result]:
            return []

    with pytest.raises(Fatal, match="0 results for 1 records"):
        await stepper(stage=Forgetful).run([incoming(0)])


async def test_results_do_not_depend_on_how_a_batch_is_cut() -> None:
    records: list[Incoming] = [incoming(n) for n in range(50)]
    whole, parts = stepper(), stepper()
    expected = await whole.run(records)
    assert [r for n in range(50) for r in await parts.run([records[n]])] == expected


async def test_live_keys_are_counted() -> None:
    step = stepper([(b"a", b"1"), (b"b", b"2")])
    await step.fresh()
    step.committed([(b"a", None), (b"c", b"3"), (b"c", b"4")])
    assert step.state_entries == 2


async def test_a_shared_instance_serves_again_after_poison_and_a_new_start() -> None:
    class Stateless(Counting):
        changelog: str | None = None

    shared: Stage = Stateless()
    step = Stepper(Stateless, stepper().load, shared)
    await step.run([incoming(0, b"poison"), incoming(1)])
    await step.fresh()
    assert step.stage is shared


async def test_states_are_rebuilt_one_after_the_other_and_nobody_looks_for_cycles_meanwhile() -> None:
    at_work: list[int] = []
    most: list[int] = []
    watched: list[bool] = []

    class Slow(Counting):
        def restore(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
            at_work.append(1)
            most.append(len(at_work))
            watched.append(gc.isenabled())
            threading.Event().wait(0.02)
            super().restore(entries)
            at_work.pop()

    restoring = asyncio.Lock()
    steps = [Stepper(Slow, stepper([(b"n", b"7")]).load, restoring=restoring) for _ in range(3)]
    await asyncio.gather(*(step.fresh() for step in steps))
    assert most == [1, 1, 1]
    assert watched == [False] * 3
    assert gc.isenabled()
    assert said(await steps[2].run([incoming(0)])) == ["8"]

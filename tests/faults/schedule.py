"""Which fault strikes when: drawn from a seed, so that a run can be repeated. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DATA", "KINDS", "STEPS", "Fault", "schedule"]

#: Kinds that take long: they come in the first round and then in every so many-th.
_EVERY = {"broker-stop": 8, "zombie": 3, "scale": 3}
#: What a producer does: no process ends, so it costs no time and may come often.
DATA = ("poison", "twice", "resend", "reorder")

#: The steps of a batch at which the test's hook can end the process, in their order.
STEPS = ("processed", "outputs", "changelog", "before-commit")

#: Every kind of fault, and what it does.
KINDS = {
    "kill": "kill -9 of a worker at a random time",
    **{f"crash-{step}": f"kill -9 of a worker at a step of a batch: {text}" for step, text in zip(
        STEPS, ("after processing", "after its outputs are sent", "after its changelog is sent",
                "offsets sent, before the commit"), strict=True)},
    "zombie": "SIGSTOP of a worker for longer than the session timeout, then SIGCONT",
    "pause": "SIGSTOP of a worker for 5 s: it must keep its partitions",
    "term": "SIGTERM of a worker",
    "scale": "two workers, then three, then one, then two",
    "broker-kill": "kill -9 of the broker, restarted on its log",
    "broker-stop": "the broker away for a while",
    "poison": "records that make a stage raise, in the middle of a batch",
    "twice": "a producer that sends each wire twice",
    "resend": "a producer that sends a whole batch again, as after a timeout",
    "reorder": "wires in another order, within 64 of each other",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Strikes ``gap_s`` seconds after the one before; ``worker`` is an index among those alive (modulo their
    number), ``stage`` the one whose batch a crash waits for. After ``restart_s`` the supervisor starts what was killed
    again: before the group has missed it, or when others have long taken over."""

    number: int
    kind: str
    gap_s: float
    worker: int
    stage: str
    restart_s: float


def schedule(
    seed: int, count: int, *, minutes: float, kinds: Sequence[str] = tuple(KINDS), stages: Sequence[str] = (),
    restarts_s: Sequence[float] = (1.0,), data_times: int = 2,
) -> list[Fault]:
    """``count`` faults of all ``kinds`` over ``minutes`` in rounds of every kind (producers' kinds ``data_times``,
    those that take long in some rounds only), in an order, at gaps and with restarts that the seed decides.
    Raises ValueError for an unknown kind."""
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ValueError(f"unknown kinds of fault: {', '.join(unknown)}; known: {', '.join(KINDS)}")
    draw = random.Random(seed)
    gaps = [draw.uniform(0.4, 1.6) for _ in range(count)]
    scale = minutes * 60 / sum(gaps) if gaps else 0.0
    faults: list[Fault] = []
    bag: list[str] = []
    rounds = 0
    for number in range(count):
        if not bag:
            bag = [kind for kind in kinds for _ in range(data_times if kind in DATA else 1)
                   if rounds % _EVERY.get(kind, 1) == 0]
            bag = bag or list(kinds)
            draw.shuffle(bag)
            rounds += 1
        faults.append(Fault(number, bag.pop(), gaps[number] * scale, draw.randrange(12),
                            draw.choice(list(stages)) if stages else "", draw.choice(restarts_s)))
    return faults

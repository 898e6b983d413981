"""Which fault strikes when: drawn from a seed, so that a run can be repeated. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["KINDS", "STEPS", "Fault", "schedule"]

#: Kinds that take a minute: they come in the first round and then in every eighth.
_SLOW = ("broker-stop",)
_SLOW_EVERY = 8

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
    number), ``stage`` the one whose batch a crash waits for."""

    number: int
    kind: str
    gap_s: float
    worker: int
    stage: str


def schedule(
    seed: int, count: int, *, minutes: float, kinds: Sequence[str] = tuple(KINDS), stages: Sequence[str] = (),
) -> list[Fault]:
    """``count`` faults of all ``kinds`` over ``minutes``: every kind once before any comes again (the slow ones are
    left out of most rounds), in an order and at gaps that the seed decides. Raises ValueError for an unknown kind."""
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
            bag = [kind for kind in kinds if kind not in _SLOW or rounds % _SLOW_EVERY == 0] or list(kinds)
            draw.shuffle(bag)
            rounds += 1
        faults.append(Fault(number, bag.pop(), gaps[number] * scale, draw.randrange(12),
                            draw.choice(list(stages)) if stages else ""))
    return faults

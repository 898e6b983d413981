"""Which stages a worker can run. A stage is imported only when it is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping

from streams.errors import InputError
from streams.runtime.lane import Hop
from streams.stage import Stage

__all__ = ["STAGES", "hops", "shipped"]

#: ``commands`` is a stage of its own to Kafka and goes with stories: an editor's word needs the shard's writer.
STAGES: Mapping[str, tuple[str, ...]] = {
    "intake": ("streams.intake.stage:IntakeStage",),
    "dedupe": ("streams.dedupe.stage:DedupeStage",),
    "entities": ("streams.entities.stage:EntitiesStage",),
    "stories": ("streams.stories.stage:StoriesStage", "streams.stories.commands:CommandsStage"),
}


def shipped(path: str) -> Callable[[], Stage]:
    """``module:Class`` -> the class; an instance is a stage with nothing in its state."""
    module, name = path.split(":")
    factory: Callable[[], Stage] = getattr(importlib.import_module(module), name)
    return factory


def hops(names: Iterable[str], resolve: Callable[[str], Callable[[], Stage]] = shipped) -> list[Hop]:
    """The hops behind stage names, in the order of the way. Raises InputError for an unknown name or none at all."""
    chosen = list(names)
    unknown = [name for name in chosen if name not in STAGES]
    if unknown or not chosen:
        raise InputError(f"stages: expected some of {', '.join(STAGES)}, got {', '.join(unknown) or 'none'}")
    found = []
    for name in STAGES:
        for path in STAGES[name] if name in chosen else ():
            factory = resolve(path)
            template = factory()
            shared = template if template.changelog is None else None
            found.append(Hop(template.name, template.source, template.changelog, factory, shared))
    return found

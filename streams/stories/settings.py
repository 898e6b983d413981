"""The settings of the stories hop, and how ``--set KEY=VALUE`` changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from streams.clock import HOUR_MS
from streams.errors import InputError
from streams.stories.matching import MatchSettings

__all__ = ["StorySettings", "settings_from"]

_DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class StorySettings:
    """All times are event time, in hours."""

    quiet_hours: float = 7 * _DAY_H
    """A story closes when nothing joined it for so long. A week: what goes on goes on within a week (sessions of
    courts and parliaments, matches, weekends and holidays between), and a copy can only arrive within three days."""
    memory_hours: float = 7 * _DAY_H
    """How long a closed story is remembered for ``continues``, corrections and kills; then its snapshot goes."""
    redirect_hours: float = 7 * _DAY_H
    """After so long the snapshot of a merged story becomes a tombstone."""
    lateness_hours: float = 24.0
    """A story's age counts from its founding article's time, but from no earlier than this before it arrived:
    a wire with a wrong or very old date cannot make its story the elder of a merge."""
    hysteresis_hours: float = 1.0
    """No repair merges a story within this time of its last split, or splits it within this of its last merge."""
    unsure_hours: float = 12.0
    """An article that began a story because no other was sure enough is looked at again after so long, if nothing that
    came meanwhile has settled it."""
    command_hours: float = 30 * _DAY_H
    """How long the id of an editor's command is remembered, so that its repetition does nothing."""
    match: MatchSettings = field(default_factory=MatchSettings)
    """The clusterer's own settings."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name.endswith("_hours") and not 0 < value < 24 * 3660:
                raise InputError(f"setting {item.name}: expected hours above 0 and below ten years, got {value}")

    def ms(self, name: str) -> int:
        """The setting ``<name>_hours`` in milliseconds."""
        return int(getattr(self, name + "_hours") * HOUR_MS)


def settings_from(pairs: Mapping[str, str]) -> StorySettings:
    """Defaults changed by ``pairs`` (names of StorySettings or of MatchSettings). Raises InputError."""
    own = {item.name for item in fields(StorySettings)} - {"match"}
    match_names = {item.name for item in fields(MatchSettings)}
    known = sorted(own | match_names)
    base = StorySettings()
    own_values: dict[str, Any] = {}
    match_values: dict[str, Any] = {}
    for name, text in pairs.items():
        if name in own:
            own_values[name] = _value(name, text, getattr(base, name))
        elif name in match_names:
            match_values[name] = _value(name, text, getattr(base.match, name))
        else:
            raise InputError(f"unknown setting {name!r}, expected one of: {', '.join(known)}")
    return replace(base, match=replace(base.match, **match_values), **own_values)


def _value(name: str, text: str, default: object) -> object:
    """``text`` as a value of the type of ``default``."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    try:
        if isinstance(default, bool):
            return words[text.lower()]
        if isinstance(default, int | float | str):
            return type(default)(text)
    except (KeyError, ValueError):
        pass
    expected = "true or false" if isinstance(default, bool) else f"a value like {default!r}"
    raise InputError(f"setting {name}: expected {expected}, got {text!r}")

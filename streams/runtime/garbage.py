"""How often Python looks for garbage in cycles, for a process whose state is large and lives long."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["look_away", "look_seldom"]

#: The stages make no cycles to speak of, and hundreds of objects a record that stay. By default every 700 of them are
#: looked at, and all of them often: a tenth of the stories hop's time.
_YOUNG, _MIDDLE, _OLD = 50_000, 20, 20


def look_seldom() -> None:
    """To be called when everything is imported: what is held now is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


@contextmanager
def look_away() -> Iterator[None]:
    """Not at all meanwhile: while a large state is made, every object is new and stays, and all would be looked at
    again and again."""
    watching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if watching:
            gc.enable()

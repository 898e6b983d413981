"""The collector of cycles looks seldom at what a worker holds."""

from __future__ import annotations

import subprocess
import sys

_TRY = """
import gc
from streams.runtime.garbage import look_seldom
held = [[number] for number in range(1000)]
look_seldom()
assert gc.get_freeze_count() > 1000
counted = []
gc.callbacks.append(lambda phase, info: counted.append(phase))
more = [[number] for number in range(40_000)]
assert not counted
"""


def test_what_is_held_is_not_looked_at_and_what_comes_seldom() -> None:
    """In a process of its own: the setting is the process's."""
    subprocess.run([sys.executable, "-c", _TRY], check=True)

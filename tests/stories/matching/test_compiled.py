"""Compiled loops: ready before the first article, whatever can be kept on disk."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numba
import numpy as np
import pytest

from streams.stories import matching
from streams.stories.matching.compiled import compiled

_STREAM = """
from importlib import import_module
from pkgutil import iter_modules
from streams.bench.reports import items
from streams.stories import matching
from streams.stories.features import Item
from streams.stories.matching.model import shipped_model
from streams.stories.training.rollout import run

def known():
    modules = [import_module(f"{matching.__name__}.{each.name}") for each in iter_modules(matching.__path__)]
    loops = {loop for module in modules for loop in vars(module).values() if hasattr(loop, "signatures")}
    return {loop.__qualname__: len(loop.signatures) for loop in loops}

matching.ready()
before = known()
run([Item.from_parts(*item.parts()) for item, _ in items(120, 3)], shipped_model(), matching.MatchSettings())
print(sum(map(bool, before.values())) > 10, known() == before)
"""


def test_a_stream_compiles_nothing_that_was_not_made_ready() -> None:
    done = subprocess.run([sys.executable, "-c", _STREAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("name", sorted(each.name for each in iter_modules(matching.__path__)))
def test_compiled_code_is_made_of_its_own_file_alone(name: str) -> None:
    """It is kept as long as that file is the same: what came from another one would be kept with it."""
    module = import_module(f"{matching.__name__}.{name}")
    own = {target.id for node in ast.parse(inspect.getsource(module)).body for target in _assigned(node)}
    for loop in [each for each in vars(module).values() if hasattr(each, "py_func")]:
        for used in loop.py_func.__code__.co_names:
            value: Any = vars(module).get(used)
            if hasattr(value, "py_func"):
                assert value.py_func.__module__ == module.__name__, f"{loop.__name__} calls {used}"
            elif isinstance(value, int | float | str | tuple | np.ndarray):
                assert used in own, f"{loop.__name__} reads {used}"


def _assigned(node: ast.stmt) -> list[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def test_where_no_code_can_be_kept_it_is_compiled_for_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_loop = numba.njit

    def read_only(*loops: Any, **options: Any) -> Any:
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return compile_loop(*loops, **options)

    monkeypatch.setattr(numba, "njit", read_only)
    assert compiled(lambda number: number + 1)(1) == 2


def test_a_division_by_zero_is_no_error_as_with_arrays() -> None:
    assert compiled(lambda one, other: one / other)(1.0, 0.0) == float("inf")

"""The core reads no clock, no environment, no network and knows no Kafka. A lint, written as a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "streams"
CORE = ("clock.py", "stage.py", "topics.py", "pipeline.py", "errors.py",
        "contracts", "text", "intake", "dedupe", "entities", "stories")
#: Scripts that make the shipped data; nothing at run time imports them (tested below).
OFFLINE = ("entities/training", "stories/training", "entities/places/build.py", "text/build.py")
FORBIDDEN_MODULES = {
    "faust", "aiokafka", "confluent_kafka", "kafka", "asyncio", "aiohttp", "socket", "requests", "urllib.request",
    "http", "time", "random", "secrets", "uuid", "threading", "multiprocessing", "subprocess",
    "streams.runtime", "streams.cli", "streams.bench",
}
FORBIDDEN_CALLS = {"now", "utcnow", "today", "getenv", "default_rng"}
FORBIDDEN_ATTRIBUTES = {("os", "environ"), ("np", "random"), ("numpy", "random")}


def core_files() -> Iterator[Path]:
    for name in CORE:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def is_offline(path: Path) -> bool:
    return any(path.relative_to(ROOT).as_posix().startswith(prefix) for prefix in OFFLINE)


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def breaches(source: str) -> list[str]:
    """What the source does that the core must not."""
    tree = ast.parse(source)
    found = [
        f"imports {name}"
        for name in imports(tree)
        if any(name == bad or name.startswith(bad + ".") for bad in FORBIDDEN_MODULES)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in FORBIDDEN_CALLS:
                found.append(f"line {node.lineno} calls .{called.attr}()")
            if isinstance(called, ast.Name) and called.id == "hash":
                found.append(f"line {node.lineno} calls hash(), which differs from process to process")
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in FORBIDDEN_ATTRIBUTES
        ):
            found.append(f"line {node.lineno} reads {node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize("path", list(core_files()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_core_module_is_pure(path: Path) -> None:
    if is_offline(path):
        pytest.skip("makes shipped data, never imported at run time")
    assert breaches(path.read_text()) == []


@pytest.mark.parametrize("path", list(core_files()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_core_module_never_imports_what_trains(path: Path) -> None:
    if is_offline(path):
        return
    prefixes = [f"streams.{name.removesuffix('.py').replace('/', '.')}" for name in OFFLINE]
    used = [name for name in imports(ast.parse(path.read_text())) if any(name.startswith(p) for p in prefixes)]
    assert used == []


@pytest.mark.parametrize(
    "source",
    [
        "import aiokafka",
        "from faust import App",
        "import datetime\ndatetime.datetime.now()",
        "import os\nos.environ",
        "import random",
        "hash('a')",
        "from streams.runtime import settings",
        "import numpy as np\nnp.random.seed(1)",
    ],
)
def test_the_lint_finds_what_it_looks_for(source: str) -> None:
    assert breaches(source)

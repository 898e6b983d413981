"""What must hold of the repository as a whole."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LOCKS = sorted((ROOT / "deploy").glob("*.lock"))
MB = 1_000_000


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no development data beside the checkout")
def test_the_seeds_are_the_articles_byte_for_byte() -> None:
    for original in (SHARED / "seeds").glob("*.txt"):
        assert (ROOT / "seeds" / original.name).read_bytes() == original.read_bytes()


def test_there_are_five_seeds() -> None:
    digest = hashlib.sha256()
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    for seed in seeds:
        digest.update(seed.read_bytes())
    assert len(seeds) == 5
    assert digest.hexdigest() == "4f15685f133c51a2b6d6a80e0c60756295da64534552b3eba848bb9d990aa10d"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_every_package_with_hashes_and_name_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"https?://|--index|--find-links|--trusted", text)
    packages = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?(.*)$", text, re.MULTILINE | re.IGNORECASE)
    assert packages
    assert all(rest.lstrip().startswith("==") for rest in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_locks_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[<>=\[ ;]", line)[0].lower() for line in project["dependencies"]]
    for lock in LOCKS:
        text = lock.read_text().lower()
        assert [name for name in names if not re.search(rf"^{re.escape(name)}(\[|==)", text, re.MULTILINE)] == []


def test_shipped_data_stays_small() -> None:
    sizes = {path: path.stat().st_size for path in tracked()}
    assert sum(sizes.values()) <= 40 * MB
    assert [str(path) for path, size in sizes.items() if size > 20 * MB] == []


def test_notice_names_what_the_shipped_data_is_made_from() -> None:
    shipped = [path for path in tracked() if "data" in path.parts and path.is_relative_to(ROOT / "streams")]
    notice = (ROOT / "NOTICE").read_text()
    assert [str(path) for path in shipped if path.suffix != ".py" and path.name not in notice] == []

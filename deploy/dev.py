"""Set up the environment and run the demo or the tests. Needs Python 3.11+ and git, nothing else.

    python3 deploy/dev.py demo    seeds -> story on the embedded broker
    python3 deploy/dev.py test    lint, types, fast tests, embedded broker, real Kafka
    python3 deploy/dev.py setup   only the environment

Further arguments go to the demo, or to pytest. The environment is ``.venv`` beside pyproject.toml, installed from
``deploy/requirements.lock`` (pinned, with hashes) and renewed when that file changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "deploy" / "requirements.lock"
STAMP = VENV / ".installed"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def call(*command: str | Path, **settings: str) -> None:
    """Run a command, with these environment variables too, and end with its exit code where it fails."""
    words, known = [str(part) for part in command], os.environ | settings
    done = subprocess.run(words, cwd=ROOT, check=False, env=known)  # noqa: S603  # our own words
    if done.returncode:
        sys.exit(done.returncode)


def setup() -> None:
    """Create or renew the environment; does nothing when it is up to date."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("setting up .venv (once, about a minute) …", flush=True)
    if not PYTHON.exists():
        call(sys.executable, "-m", "venv", VENV)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    call(*pip, "--require-hashes", "-r", LOCK)
    call(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    # Story matching is compiled once; the first demo should not have to wait for it.
    call(PYTHON, "-c", "from streams.stories.matching import ready; ready()")
    STAMP.write_text(wanted)


def demo(arguments: list[str]) -> None:
    """The demo replaces this process, so that Ctrl-C and the exit code are its own."""
    command = [str(PYTHON), "-m", "streams", "demo", *arguments]
    if os.name == "nt":
        call(*command)
    else:
        os.execv(command[0], command)  # noqa: S606  # our own interpreter, no shell


def test(arguments: list[str]) -> None:
    """Lint, types and every tier of tests; a step that fails ends the run with its exit code. In the fast tests
    compiled loops, whose code is kept apart, look whether they stay in their arrays: otherwise nothing would."""
    checked = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(VENV / "bounds-checked")}
    steps: list[tuple[str, dict[str, str], list[str | Path]]] = [
        ("lint", {}, [PYTHON, "-m", "ruff", "check"]),
        ("types", {}, [PYTHON, "-m", "mypy"]),
        ("fast tests", checked, [PYTHON, "-m", "pytest", "-q", "-m", "not kafka and not embedded", *arguments]),
        ("embedded broker", {}, [PYTHON, "-m", "pytest", "-q", "-m", "embedded", *arguments]),
        ("real Kafka", {}, [PYTHON, "-m", "pytest", "-q", "-rs", "-m", "kafka", "--durations=10", *arguments]),
    ]
    for name, settings, command in steps:
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        call(*command, **settings)
        print(f"=== {name}: done in {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    """Dispatch; exit code 2 for a word it does not know."""
    if sys.version_info < (3, 11):  # noqa: UP036  # the script itself may be started by an older Python
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if shutil.which("git") is None:
        print("note: git is not on the PATH", file=sys.stderr)
    action, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if action not in {"demo", "test", "setup"}:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    setup()
    if action == "demo":
        demo(arguments)
    elif action == "test":
        test(arguments)


if __name__ == "__main__":
    main()

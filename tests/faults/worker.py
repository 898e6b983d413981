"""One worker process of a fault run: the shipped worker with a probe that can end or stop it at a step of a batch.

The probe is an argument of ``run_worker``; no setting or variable of the shipped command reaches it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from tests.faults.variants import VARIANTS

__all__ = ["ArmedProbe", "main"]

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class ArmedProbe:
    """Does what the file ``arm-PID`` says (``kill|stop STEP STAGE``) when that step of a batch is reached, once."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"arm-{os.getpid()}"

    async def reached(self, step: str, lane: str) -> None:
        if not self._file.exists():
            return
        how, wanted, stage = self._file.read_text().split()
        if (wanted, stage) == (step, lane.split("/")[0]):
            self._file.unlink()
            os.kill(os.getpid(), _SIGNALS[how])


@click.command()
@click.option("--bootstrap", required=True)
@click.option("--variant", type=click.Choice(sorted(VARIANTS)), default="good")
@click.option("--stages", default="fault")
@click.option("--instance", default="")
@click.option("--control", type=click.Path(path_type=Path, exists=True), required=True)
def main(bootstrap: str, variant: str, stages: str, instance: str, control: Path) -> None:
    """Run until a signal; exits with the worker's code."""
    sys.exit(VARIANTS[variant](bootstrap, stages, ArmedProbe(control), instance))


if __name__ == "__main__":
    main()

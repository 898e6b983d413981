"""A worker with the pass-through stages: ``python -m streams.bench.worker``. For benchmarks and tests."""

from __future__ import annotations

import sys

import click

from streams.bench.passthrough import passthrough
from streams.runtime.garbage import look_seldom
from streams.runtime.logs import setup
from streams.runtime.options import kafka_options
from streams.runtime.service import Options, run_worker
from streams.runtime.settings import Settings
from streams.runtime.stages import STAGES, hops

__all__ = ["main"]


@click.command()
@kafka_options
def main(settings: Settings) -> None:
    """Run the four hops with stages that do next to nothing, health on any free port."""
    setup("info")
    chosen = hops(STAGES, passthrough)
    look_seldom()  # as the shipped one
    sys.exit(run_worker(Options(settings, http_port=0), chosen))


if __name__ == "__main__":
    main()

"""A worker with the pass-through stages: ``python -m streams.bench.worker H:P``. For benchmarks."""

from __future__ import annotations

import sys

from streams.bench.passthrough import passthrough
from streams.runtime.logs import setup
from streams.runtime.service import Options, run_worker
from streams.runtime.settings import Settings
from streams.runtime.stages import STAGES, hops

__all__ = ["main"]


def main(bootstrap: str) -> int:
    setup("info")
    return run_worker(Options(Settings(bootstrap_servers=bootstrap), http_port=0), hops(STAGES, passthrough))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""``streams worker``: the long-running service."""

from __future__ import annotations

import click
from click.core import ParameterSource

from streams.errors import InputError
from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings

__all__ = ["command"]

#: So many workers of a machine find a port by themselves.
_PORTS = 100
_ALL = "intake,dedupe,entities,stories"


@click.command("worker")
@kafka_options
@click.option("--stages", envvar="STREAMS_STAGES", default=_ALL, show_default=True, metavar="S[,S…]",
              help="The hops this worker takes part in.")
@click.option("--http-host", envvar="STREAMS_HTTP_HOST", default="127.0.0.1", show_default=True,
              help="Address of /healthz, /readyz and /metrics; loopback unless told.")
@click.option("--http-port", envvar="STREAMS_HTTP_PORT", default=6066, show_default=True,
              type=click.IntRange(0, 65535), help="Their port; 0 is any free one. Without this option it is the next "
              "free one from the default on, for several workers on a machine. The log names it.")
@click.option("--wait", "wait_s", envvar="STREAMS_WAIT", default=30.0, show_default=True, metavar="SECONDS",
              type=click.FloatRange(0), help="How long to wait for the broker before giving up.")
@click.option("--instance", envvar="STREAMS_INSTANCE", default="", metavar="NAME",
              help="A name of this worker's own that it keeps over restarts (a StatefulSet's pod name): started again "
              "within 6.5 s of a crash it has its partitions back at once, and the others go on undisturbed.")
@click.option("--log-level", envvar="STREAMS_LOG_LEVEL", default="info", show_default=True,
              type=click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
              help="debug is a line a record.")
def command(
    settings: Settings, stages: str, http_host: str, http_port: int, wait_s: float, instance: str, log_level: str
) -> int:
    """Run the hops until SIGTERM or Ctrl-C, which drain and exit 0.

    Any number of workers share the work by partitions. The topics must exist: streams topics create.
    """
    # Imported here: Faust and the stages take a second, --help must not.
    from streams.runtime.garbage import look_seldom
    from streams.runtime.logs import setup
    from streams.runtime.service import Options, run_worker
    from streams.runtime.stages import hops

    setup(log_level)
    try:
        chosen = hops([name.strip() for name in stages.split(",") if name.strip()])
    except InputError as error:
        raise click.UsageError(str(error)) from None
    look_seldom()
    asked = click.get_current_context().get_parameter_source("http_port") is not ParameterSource.DEFAULT
    return run_worker(Options(settings, http_host, http_port, 1 if asked else _PORTS, wait_s,
                              instance=instance), chosen)

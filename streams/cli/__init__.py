"""The ``streams`` command. Each subcommand is a module of its own, imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping

import click

from streams import __version__
from streams.errors import StreamsError

__all__ = ["LazyGroup", "main"]

_EVAL = {
    "dedupe": "streams.eval.dedupe:command",
    "entities": "streams.eval.entities:command",
    "stories": "streams.eval.stories:command",
}
_BENCH = {
    "backlog": "streams.bench.backlog:command",
    "dedupe": "streams.bench.dedupe:command",
    "entities": "streams.bench.entities:command",
    "hops": "streams.bench.hops:command",
    "restore": "streams.bench.restore:command",
    "stories": "streams.bench.stories:command",
}
_COMMANDS = {
    "demo": "streams.cli.demo:command",
    "topics": "streams.cli.topics:command",
    "worker": "streams.cli.worker:command",
    "replay": "streams.cli.replay:command",
    "tail": "streams.cli.tail:command",
    "rejects": "streams.cli.rejects:command",
    "stories": "streams.cli.offline:stories",
    "dedupe": "streams.cli.offline:dedupe",
    "entities": "streams.cli.entities:command",
    "explain": "streams.cli.explain:command",
    "compare": "streams.cli.compare:command",
    "story": "streams.cli.story:command",
    "contracts": "streams.cli.contracts:command",
    "board": "streams.cli.board:command",
}


class LazyGroup(click.Group):
    """A group whose commands are named as ``module:attribute`` and imported when they are needed."""

    def __init__(self, name: str, commands: Mapping[str, str], help: str) -> None:
        super().__init__(name=name, help=help)
        self._paths = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._paths, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        path = self._paths.get(cmd_name)
        if path is None:
            return super().get_command(ctx, cmd_name)
        module, attribute = path.split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        below = command.commands.values() if isinstance(command, click.Group) else ()
        for shown in (command, *below):
            for param in shown.params:
                if isinstance(param, click.Option):
                    param.show_envvar = True
        return command


cli = LazyGroup("streams", _COMMANDS, "News wires in, stories out. Every option has a STREAMS_… variable.")
cli.add_command(LazyGroup("eval", _EVAL, "Measure quality against labels."))
cli.add_command(LazyGroup("bench", _BENCH, "Measure speed and memory; the answer is checked first."))
click.version_option(__version__, prog_name="streams")(cli)


def main() -> None:
    """Exit codes: 0 done, 1 failed, 2 usage, 130 stopped by Ctrl-C."""
    try:
        code = cli.main(prog_name="streams", standalone_mode=False, auto_envvar_prefix="STREAMS")
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except StreamsError as error:
        click.echo(f"streams: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"streams: {error.filename}: {error.strerror}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)

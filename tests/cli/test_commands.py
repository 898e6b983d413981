"""The command line as a whole: help, exit codes, variables, and what text may reach a terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from streams.cli import cli
from streams.cli.progress import tracked
from streams.text.printable import printable

NAMES = ("demo", "topics", "worker", "replay", "tail", "rejects", "stories", "dedupe", "entities", "explain", "compare",
         "story", "contracts", "board", "eval", "bench")


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "streams", *words], capture_output=True, text=True, check=False)


def test_every_command_of_the_contract_is_there() -> None:
    assert set(NAMES) <= set(cli.list_commands(click.Context(cli)))


def test_every_command_says_what_it_does_and_every_option_what_it_means() -> None:
    silent = [
        (name, param.name)
        for name, command in commands(cli)
        for param in command.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert silent == []
    assert [name for name, command in commands(cli) if not command.help] == []


def test_no_option_takes_a_password() -> None:
    for name, command in commands(cli):
        flags = [flag for param in command.params for flag in param.opts if "password" in flag]
        assert all(flag.endswith("-file") for flag in flags), name


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--help",), 0, "Usage"),
        (("nonsense",), 2, "No such command"),
        (("replay", "no-such-file"), 2, "no-such-file"),
        (("replay", "seeds", "--rate", "0/s"), 2, "5/s"),
        (("worker", "--stages", "cooking"), 2, "cooking"),
        (("worker", "--bootstrap-servers", "nowhere"), 2, "HOST:PORT"),
        (("stories", "seeds", "--out", "/nowhere/out.tsv"), 1, "/nowhere/out.tsv"),
        (("stories", "seeds", "--out", "/tmp/x.tsv", "--set", "nonsense"), 2, "KEY=VALUE"),
        (("stories", "seeds", "--out", "/tmp/x.tsv", "--start-at", "yesterday"), 1, "RFC 3339"),
    ],
)
def test_exit_codes_are_0_done_1_failed_2_usage_and_errors_name_what_is_wrong(
    words: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*words)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_text_from_a_wire_cannot_steer_a_terminal() -> None:
    hostile = "\x1b[2J\x1b]0;title\x07headline\r\n\u202eevil\u2066\x9b31m\x00"
    assert printable(hostile).isprintable()
    assert "headline" in printable(hostile)


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(tracked(range(3), "things")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")

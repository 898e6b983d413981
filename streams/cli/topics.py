"""``streams topics``: make the topics, and compare them with what the service needs."""

from __future__ import annotations

import asyncio

import click
import orjson

from streams.runtime.options import kafka_options
from streams.runtime.settings import Settings

__all__ = ["command"]


@click.group("topics")
def command() -> None:
    """Create or check the topics."""


_partitions = click.option(
    "--partitions", envvar="STREAMS_PARTITIONS", default=4, show_default=True, type=click.IntRange(1, 1000),
    help="Partitions of each hop's topics. More let more workers share; the number cannot be changed later without "
    "moving keys to other partitions.",
)


@command.command("create")
@kafka_options
@_partitions
@click.option("--replication", envvar="STREAMS_REPLICATION", default=-1, type=click.IntRange(-1, 15),
              help="Replicas of each partition; the broker's default without it.")
def create_command(settings: Settings, partitions: int, replication: int) -> int:
    """Create the topics that are missing; those that exist are left as they are, and checked."""
    from streams.runtime.topics import admin_client, check, create, specs

    async def run() -> tuple[list[str], list[str]]:
        async with admin_client(settings) as admin:
            wanted = specs(partitions)
            made = await create(admin, wanted, replication)
            return made, [str(found) for found in await check(admin, wanted)]

    made, differing = asyncio.run(run())
    for name in made:
        click.echo(f"created {name}")
    if not made:
        click.echo("every topic was there")
    for line in differing:
        click.echo(line, err=True)
    return 1 if differing else 0


@command.command("check")
@kafka_options
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def check_command(settings: Settings, as_json: bool) -> int:
    """Compare the topics with what the service needs; exit code 1 when one is missing or differs."""
    from streams.runtime.topics import admin_client, check, specs

    async def run() -> list[tuple[str, str, str]]:
        async with admin_client(settings) as admin:
            return [(found.topic, found.expected, found.found) for found in await check(admin, specs())]

    differing = asyncio.run(run())
    if as_json:
        click.echo(orjson.dumps(
            [{"topic": topic, "expected": expected, "found": found} for topic, expected, found in differing]
        ).decode())
    else:
        for topic, expected, found in differing:
            click.echo(f"{topic}: expected {expected}, found {found}", err=True)
        if not differing:
            click.echo("every topic is as it must be")
    return 1 if differing else 0

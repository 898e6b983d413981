"""``streams contracts``: the published form of the records, for the teams that consume them."""

from __future__ import annotations

from pathlib import Path

import click

from streams.contracts.samples import samples
from streams.contracts.schema import documents

__all__ = ["command"]


@click.command("contracts")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--seeds", type=click.Path(path_type=Path, exists=True), help="Feed the samples are taken from.")
def command(out: Path, seeds: Path | None) -> None:
    """Write JSON Schema 2020-12 of each record, an AsyncAPI 3 document, and sample records.

    The samples come from running the stages over --seeds; without it only the schemas are written.
    """
    files = documents()
    if seeds is not None:
        files |= {f"samples/{name}": data for name, data in samples(seeds).items()}
    for name, data in files.items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    click.echo(f"{len(files)} files in {out}")

"""``streams entities``: names in tokens, in plain text or in wires; the pure core over a file, no broker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from streams.cli.progress import tracked
from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, NamedEntity
from streams.entities.analyzer import Analyzer
from streams.entities.recogniser import Recogniser
from streams.errors import InputError
from streams.feed import read_feed
from streams.pipeline import arriving, core

__all__ = ["command"]

_IN = click.Path(path_type=Path, exists=True, readable=True)
_OUT = click.Path(path_type=Path, dir_okay=False, writable=True)
#: Sentences tagged together: whole files fit, and memory stays bounded where they do not.
_CHUNK = 20_000
T = TypeVar("T")


@click.command("entities")
@click.argument("file", type=_IN, required=False, envvar="STREAMS_ENTITIES_FILE")
@click.option("--text", type=_IN, envvar="STREAMS_ENTITIES_TEXT",
              help="Plain text instead of FILE; prints its entities as JSON. Its first line is read as the headline.")
@click.option("--wires", type=_IN, envvar="STREAMS_ENTITIES_WIRES",
              help="Wires instead of FILE: .jsonl, .json, .txt, .gz or a folder; they pass intake first.")
@click.option("--out", type=_OUT, envvar="STREAMS_ENTITIES_OUT",
              help="File to write: token TAB BIO tag for FILE, a line of JSON a uri for --wires.")
def command(file: Path | None, text: Path | None, wires: Path | None, out: Path | None) -> None:
    """Find people, organisations and places in FILE: a token a line (token first, what follows a tab is ignored), a
    blank line between sentences. Writes token TAB tag (PER, ORG, LOC, MISC as BIO)."""
    given = [path for path in (file, text, wires) if path is not None]
    if len(given) != 1:
        raise click.UsageError(f"expected one of FILE, --text and --wires, got {len(given)} of them")
    if text is not None:
        _text(text, out)
        return
    if out is None:
        raise click.UsageError("--out: expected the file to write")
    if wires is not None:
        _wires(wires, out)
    else:
        assert file is not None
        _tokens(file, out)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected UTF-8, got other bytes at {error.start}") from None
    except IsADirectoryError:
        raise InputError(f"{path}: expected a file, got a folder") from None


def _sentences(text: str) -> Iterator[list[str]]:
    """Tokens of each sentence; an empty one for each further blank line, so that the output has the input's lines."""
    sentence: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        token = line.rstrip("\r").split("\t")[0]
        if token.strip():
            sentence.append(token)
        else:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def _tokens(path: Path, out: Path) -> None:
    content = _read(path)
    recogniser = Recogniser.load()
    words = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for chunk in tracked(_chunks(_sentences(content), _CHUNK), "sentences"):
            for sentence, tags in zip(chunk, recogniser.tag(chunk), strict=True):
                file.writelines(f"{token}\t{tag}\n" for token, tag in zip(sentence, tags, strict=True))
                file.write("\n")
                words += len(sentence)
    click.echo(f"{words} tokens", err=True)


def _text(path: Path, out: Path | None) -> None:
    first, _, rest = _read(path).partition("\n")
    headline, body = (first.strip(), rest.strip("\n")) if rest.strip() else ("", first)
    resolved = Analyzer.load().resolve([f"{headline}\n\n{body}"])[0]
    answer = orjson.dumps(
        {"entities": [_entity(entity) | {"aliases": entity.aliases, "rules": entity.rules}
                      for entity in resolved.entities if _wanted(entity)]},
        option=orjson.OPT_INDENT_2,
    )
    if out is None:
        click.echo(answer.decode())
    else:
        out.write_bytes(answer + b"\n")


def _wires(path: Path, out: Path) -> None:
    pipeline = core("entities")
    articles = 0
    with out.open("wb") as file:
        for record in pipeline.run(arriving(tracked(read_feed([path]), "wires"))):
            told = decode(record.value, AnalyzedArticle)
            entities = [_entity(entity) for entity in told.analysis.entities if _wanted(entity)]
            file.write(orjson.dumps({"uri": told.article.uri, "entities": entities}) + b"\n")
            articles += 1
    for refused in pipeline.rejected:
        key = (refused.record.key or b"").decode("utf-8", "replace")[:80]
        click.echo(f"rejected by {refused.stage}: {key!a}: {refused.rejection.error}: "
                   f"{refused.rejection.message!a}", err=True)
    click.echo(f"{articles} articles, {len(pipeline.rejected)} rejected", err=True)


def _wanted(entity: NamedEntity) -> bool:
    """Demonyms and what is neither person, organisation nor place are not told."""
    return not entity.demonym and entity.type != "MISC"


def _entity(entity: NamedEntity) -> dict[str, Any]:
    """As it is written to a file: each surface string once, as it stands in the text."""
    return {
        "name": entity.name, "type": entity.type,
        "mentions": list(dict.fromkeys(mention.text for mention in entity.mentions)),
        "geonamesId": entity.geonames_id,
    }

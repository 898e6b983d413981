"""Files of wires, read one record at a time and passed on as they are.

A feed never judges a wire: what intake would refuse is sent untouched, so that a replay shows what the service does
with it. Only what cannot be read at all (no such file, no such kind of file, a broken archive) is an error.

==================  ===============================================================================================
``.txt``            one wire, sent as ninjs ``{"uri", "body_text"}``; its uri is the file's name without the ending.
                    Bytes that are no UTF-8 are sent as they are, as text/plain
``.json``           one ninjs object, or an array of them
``.jsonl``          a ninjs object a line; empty lines are skipped
``.html`` ``.xml``  one page, NewsML-G2 item or feed item; the key is the file's name without the ending
``.gz``             any of these, compressed
a folder            every such file below it, in the order of the paths
==================  ===============================================================================================
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from streams.errors import InputError
from streams.stage import Headers

__all__ = ["SUFFIXES", "arranged", "files", "read_feed"]

SUFFIXES = (".txt", ".json", ".jsonl", ".html", ".xml")
_KINDS = f"{', '.join(SUFFIXES)} (or these with .gz)"
_CONTENT_TYPES = {".txt": b"text/plain", ".html": b"text/html", ".xml": b"application/xml"}
_NINJS: Headers = (("content-type", b"application/json"),)

#: Key (None where no uri can be read), value and headers.
_Record = tuple[bytes | None, bytes, Headers]


def files(paths: Iterable[Path]) -> list[Path]:
    """The files that the paths name, folders resolved. Raises InputError for a path that is not there, a file of
    an unknown kind, and a folder without any wires."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.is_file() and _kind(file) in SUFFIXES]
            if not inside:
                raise InputError(f"{path}: expected files ending in {_KINDS}, got none")
            found.extend(inside)
        elif not path.exists():
            raise InputError(f"{path}: no such file or folder")
        elif _kind(path) not in SUFFIXES:
            raise InputError(f"{path}: expected a file ending in {_KINDS}")
        else:
            found.append(path)
    return found


def read_feed(paths: Iterable[Path]) -> Iterator[_Record]:
    """The wires of files and folders, in order. Reads as it goes: a .jsonl of any size needs the memory of a line.
    Raises InputError naming the file, and the line where a compressed one breaks off."""
    for path in files(paths):
        kind = _kind(path)
        if kind == ".jsonl":
            yield from _lines(path)
        elif kind == ".json":
            yield from _document(_whole(path))
        else:
            yield _page(path, kind)


def arranged(paths: Iterable[Path], *, shuffle: int | None = None, repeat: int = 1) -> Iterator[_Record]:
    """The feed ``repeat`` times over. With ``shuffle`` each round is in another order, which the seed alone decides;
    the feed is then held in memory."""
    paths = list(paths)
    if shuffle is None:
        for _ in range(repeat):
            yield from read_feed(paths)
        return
    wires = list(read_feed(paths))
    for turn in range(repeat):
        order = list(range(len(wires)))
        random.Random(f"{shuffle}:{turn}").shuffle(order)  # noqa: S311  # a test's order, not a secret
        yield from (wires[index] for index in order)


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix


def _name(path: Path) -> str:
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _broken(path: Path, line: int, error: Exception) -> InputError:
    return InputError(f"{path}:{line}: cannot be read: {error}")


def _lines(path: Path) -> Iterator[_Record]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, 1):  # noqa: B007  # the line to name when the next one breaks
                value = line.rstrip(b"\r\n")
                if value.strip():
                    yield _key(value), value, _NINJS
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, number + 1, error) from None


def _whole(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, 1, error) from None


def _document(data: bytes) -> Iterator[_Record]:
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        content = None
    if isinstance(content, list):
        for item in content:
            value = orjson.dumps(item)
            yield _uri(item), value, _NINJS
    else:
        yield _uri(content), data, _NINJS


def _page(path: Path, kind: str) -> _Record:
    name, data = _name(path), _whole(path)
    key = name.encode("utf-8", "replace")
    if kind == ".txt":
        try:
            return key, orjson.dumps({"uri": name, "body_text": data.decode("utf-8-sig")}), _NINJS
        except (UnicodeDecodeError, orjson.JSONEncodeError):
            pass  # sent as it is, for intake to say what is wrong with it
    return key, data, (("content-type", _CONTENT_TYPES[kind]),)


def _key(line: bytes) -> bytes | None:
    try:
        return _uri(orjson.loads(line))
    except orjson.JSONDecodeError:
        return None


def _uri(content: object) -> bytes | None:
    uri = content.get("uri") if isinstance(content, dict) else None
    return uri.encode() if isinstance(uri, str) else None

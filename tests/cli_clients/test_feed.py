"""Reading files of wires: what is sent, under which key, and what is an error."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import InputError
from streams.feed import arranged, read_feed

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NINJS = (("content-type", b"application/json"),)


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def keys(*paths: Path) -> list[bytes | None]:
    return [key for key, _, _ in read_feed(paths)]


def test_the_seeds_are_five_wires_named_after_their_files() -> None:
    wires = list(read_feed([SEEDS]))
    assert [key for key, _, _ in wires] == [path.stem.encode() for path in sorted(SEEDS.glob("*.txt"))]
    for (key, value, headers), path in zip(wires, sorted(SEEDS.glob("*.txt")), strict=True):
        assert orjson.loads(value) == {"uri": path.stem, "body_text": path.read_bytes().decode("utf-8-sig")}
        assert (key, headers) == (path.stem.encode(), NINJS)


def test_lines_are_sent_untouched_whatever_they_are(tmp_path: Path) -> None:
    lines = [b'{"uri": "a",   "x": 1}', b"not json", b'["b"]', b'{"uri": 5}', b'\xff\xfe{"uri": "c"}']
    path = write(tmp_path, "wires.jsonl", b"\n".join(lines[:3]) + b"\r\n\n  \n" + b"\n".join(lines[3:]))
    assert [(key, value) for key, value, _ in read_feed([path])] == list(
        zip([b"a", None, None, None, None], lines, strict=True)
    )


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line and b"\r" not in line)))
def test_no_line_is_lost_or_stops_the_feed(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = write(tmp_path_factory.mktemp("feed"), "wires.jsonl", b"\n".join(lines))
    assert [value for _, value, _ in read_feed([path])] == [line for line in lines if line.strip()]


def test_a_json_file_is_one_wire_or_an_array_of_them(tmp_path: Path) -> None:
    one = write(tmp_path, "one.json", b'{ "uri": "a" }')
    many = write(tmp_path, "many.json", b'[{"uri": "b"}, 7, {"uri": "c"}]')
    broken = write(tmp_path, "zbroken.json", b'{"uri": ')
    assert [(key, value) for key, value, _ in read_feed([one, many, broken])] == [
        (b"a", b'{ "uri": "a" }'), (b"b", b'{"uri":"b"}'), (None, b"7"), (b"c", b'{"uri":"c"}'), (None, b'{"uri": '),
    ]


def test_compressed_files_read_like_plain_ones(tmp_path: Path) -> None:
    for name, data in {"a.txt": "día".encode(), "b.json": b'{"uri":"b"}', "c.jsonl": b'{"uri":"c"}\n'}.items():
        plain, packed = write(tmp_path, name, data), write(tmp_path, name + ".gz", gzip.compress(data))
        assert list(read_feed([plain])) == list(read_feed([packed]))


def test_a_folder_is_read_in_the_order_of_its_paths_and_other_files_are_left(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.jsonl", "README.md", "c.txt.gz.part"):
        write(tmp_path, name, b'{"uri":"line"}' if name.endswith("l") else b"text")
    assert keys(tmp_path) == [b"line", b"1", b"2"]


def test_a_text_that_is_no_utf8_is_sent_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "latin.txt", "Málaga".encode("latin-1"))
    assert list(read_feed([path])) == [(b"latin", b"M\xe1laga", (("content-type", b"text/plain"),))]


def test_pages_say_their_content_type(tmp_path: Path) -> None:
    page, item = write(tmp_path, "p.html", b"<p>x</p>"), write(tmp_path, "n.xml", b"<newsItem/>")
    assert [(key, headers[0][1]) for key, _, headers in read_feed([page, item])] == [
        (b"p", b"text/html"), (b"n", b"application/xml"),
    ]


def test_errors_name_the_file_and_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file"):
        list(read_feed([tmp_path / "nowhere.jsonl"]))
    with pytest.raises(InputError, match=r"photo\.png: expected a file ending in \.txt"):
        list(read_feed([write(tmp_path, "photo.png", b"")]))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: expected files ending in \.txt"):
        list(read_feed([tmp_path / "empty"]))


def test_an_archive_that_breaks_off_names_the_line_after_those_that_were_read(tmp_path: Path) -> None:
    lines = b"".join(b'{"uri":"%d","t":"%s"}\n' % (n, bytes([65 + n % 26]) * n) for n in range(2000))
    path = write(tmp_path, "cut.jsonl.gz", gzip.compress(lines)[:-2000])
    seen: list[bytes | None] = []
    with pytest.raises(InputError, match=r"cut\.jsonl\.gz:(\d+): cannot be read") as raised:
        seen.extend(key for key, _, _ in read_feed([path]))
    assert seen
    assert f":{len(seen) + 1}:" in str(raised.value)
    with pytest.raises(InputError, match=r"no\.json\.gz:1: cannot be read"):
        list(read_feed([write(tmp_path, "no.json.gz", b"plain")]))


def test_the_seed_alone_decides_the_order(tmp_path: Path) -> None:
    path = write(tmp_path, "w.jsonl", b"".join(b'{"uri":"%d"}\n' % n for n in range(50)))

    def order(shuffle: int | None, repeat: int) -> list[bytes | None]:
        return [key for key, _, _ in arranged([path], shuffle=shuffle, repeat=repeat)]

    plain = order(None, 1)
    assert order(None, 2) == plain * 2
    assert order(7, 2) == order(7, 2)
    assert order(7, 1) != order(8, 1)
    assert order(7, 2)[:50] == order(7, 1) != order(7, 2)[50:]
    assert sorted(order(7, 1), key=repr) == sorted(plain, key=repr)

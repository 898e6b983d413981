"""Make ``streams/text/data/static-en-256.npz`` from a model2vec folder: ``python -m … MODEL_DIR WIRES.jsonl``.

Rows become 8-bit integers with a scale each, the vocabulary is taken from the tokenizer, and the mean of the unit
vectors of the wires' texts is kept, to be subtracted before cosines.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "data" / "static-en-256.npz"


def main(model: Path, wires: Path) -> None:
    table = _safetensor(model / "model.safetensors")
    vocabulary: dict[str, int] = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    if len(pieces) != len(table):
        raise SystemExit(f"{model}: {len(table)} rows, {len(pieces)} pieces")
    scales = np.abs(table).max(axis=1) / 127
    rows = np.round(table / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    shipped = {"rows": rows, "scales": scales.astype(np.float16), "mean": np.zeros(table.shape[1], np.float32),
               "pieces": np.frombuffer("\n".join(pieces).encode(), np.uint8)}
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **shipped)

    from streams.text.vectors import StaticVectors

    vectors = StaticVectors()
    texts = [json.loads(line) for line in wires.read_text().splitlines()]
    units = [vectors.text((wire["headline"] or "") + "\n" + (wire["body_text"] or "")) for wire in texts]
    shipped["mean"] = np.mean(units, axis=0).astype(np.float32)
    np.savez_compressed(TARGET, **shipped)


def _safetensor(path: Path) -> np.ndarray:
    """The only tensor of a safetensors file: 8 bytes of header length, a JSON header, the data."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    (entry,) = [value for name, value in header.items() if name != "__metadata__"]
    begin, end = entry["data_offsets"]
    kind = {"F16": np.float16, "F32": np.float32}[entry["dtype"]]
    flat = np.frombuffer(data[8 + length + begin : 8 + length + end], kind)
    return flat.reshape(entry["shape"]).astype(np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

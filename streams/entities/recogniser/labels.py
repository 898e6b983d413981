"""Labels of the sequence model: outside, and begin, inside, end and single for each type (the BIOES scheme)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["LABELS", "TYPES", "allowed_after", "allowed_first", "allowed_last", "encode", "to_bio"]

TYPES = ("PER", "ORG", "LOC", "MISC")
LABELS = ("O", *(f"{place}-{kind}" for kind in TYPES for place in "BIES"))


def _follows(left: str, right: str) -> bool:
    open_left = left[0] in "BI"
    open_right = right[0] in "IE"
    return open_left == open_right and (not open_left or left[2:] == right[2:])


#: allowed_after[i, j]: label j may follow label i.
allowed_after: npt.NDArray[np.bool_] = np.array([[_follows(a, b) for b in LABELS] for a in LABELS])
allowed_first: npt.NDArray[np.bool_] = np.array([label[0] in "OBS" for label in LABELS])
allowed_last: npt.NDArray[np.bool_] = np.array([label[0] in "OES" for label in LABELS])


def encode(tags: list[str]) -> list[int]:
    """Label numbers for BIO tags; an I- that continues nothing begins a name."""
    out: list[int] = []
    for index, tag in enumerate(tags):
        if tag == "O":
            out.append(0)
            continue
        kind = tag[2:]
        before = index > 0 and tag[0] == "I" and tags[index - 1][2:] == kind and tags[index - 1] != "O"
        after = index + 1 < len(tags) and tags[index + 1] == f"I-{kind}"
        place = ("I" if after else "E") if before else ("B" if after else "S")
        out.append(LABELS.index(f"{place}-{kind}"))
    return out


_BIO = tuple("O" if label == "O" else ("B" if label[0] in "BS" else "I") + label[1:] for label in LABELS)


def to_bio(labels: list[int]) -> list[str]:
    return [_BIO[label] for label in labels]

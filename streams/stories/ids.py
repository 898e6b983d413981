"""Story ids: deterministic, never reused, and they say which shard the story lives in.

An id is the shard, a hyphen and 13 characters (65 bits) of the SHA-256 of what founded the story: the first article,
its version and the shard's clock at that moment. The clock never goes back, and whatever was founded at the clock's
present reading is still remembered, so a clash is seen and salted away: no id is given twice, ever.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container

__all__ = ["new_id", "shard_of"]

def new_id(shard: str, founder: str, version: int, clock_ms: int, taken: Container[str]) -> str:
    """The id of the story that the article ``founder`` founds at ``clock_ms``; not one of ``taken``."""
    salt = 0
    while True:
        basis = f"{founder}\x00{version}\x00{clock_ms}\x00{salt}".encode("utf-8", "surrogatepass")
        short = base64.b32encode(hashlib.sha256(basis).digest()[:10])[:13].decode().lower()
        if (found := f"{shard}-{short}") not in taken:
            return found
        salt += 1


def shard_of(story_id: str) -> str:
    """The shard of a story id; empty where the text is no story id."""
    shard, hyphen, rest = story_id.rpartition("-")
    return shard if hyphen and len(rest) == 13 and rest.isalnum() else ""

"""The laws of ``entities.updated`` over whole logs: one body an id, versions without a gap, the newest is current."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from streams import topics
from streams.contracts.cloudevents import header
from streams.stage import Incoming

__all__ = ["check_identities"]

#: What a violation is reported with: invariant, where, detail.
Add = Callable[[str, str, str], None]


def check_identities(events: Sequence[Incoming], current: Sequence[Incoming], most_bytes: int, add: Add) -> None:
    """``events`` and ``current`` are all records of the two topics, in offset order within a partition."""
    bodies: dict[str, bytes] = {}
    last: dict[str, Any] = {}
    for record in events:
        where = f"{record.topic} {record.partition}/{record.offset}"
        id, body = header(record.headers, "ce_id") or "", record.value or b""
        if len(body) > most_bytes:
            add("event-size", where, f"{id}: {len(body)} bytes")
        if id in bodies:
            same = bodies[id] == body
            add("visible-duplicate" if same else "two-bodies", where,
                f"{id}: told before, with {'the same' if same else 'another'} body")
            continue
        bodies[id] = body
        event = orjson.loads(body)
        identity, version = event["identityId"], event["version"]
        if id != f"{identity}:{version}":
            add("two-bodies", where, f"ce_id {id} on version {version} of {identity}")
        before = last[identity]["version"] if identity in last else 0
        if version != before + 1:
            add("gap", where, f"{identity}: version {version} after {before}")
        last[identity] = event
    newest = {(record.key or b"").decode(): record for record in current}
    for identity in sorted({*last, *newest}):
        found = newest.get(identity)
        held = orjson.loads(found.value) if found is not None and found.value is not None else None
        told = last.get(identity)
        expected = told if told is not None and told["status"] == "open" else None
        if held != expected:
            newest_told = f"{told['version']} ({told['status']})" if told else "none"
            add("fold-snapshot", f"{topics.ENTITIES_CURRENT} {identity}",
                f"holds version {held['version'] if held else None}, told is {newest_told}")

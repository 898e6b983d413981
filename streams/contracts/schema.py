"""JSON Schema 2020-12 of each record and the AsyncAPI 3 document, from the record types alone."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from streams import __version__
from streams.contracts.catalog import CHANNELS, Channel

__all__ = ["asyncapi", "documents", "json_schema"]

_CLOUDEVENTS = {
    "ce_specversion": "CloudEvents version, 1.0",
    "ce_id": "Identifies the event; a repeated id carries the same bytes",
    "ce_source": "The stage that wrote it",
    "ce_type": "The kind of record",
    "ce_subject": "What it is about: a uri or a story id",
    "ce_time": "Timestamp of the Kafka record behind it, RFC 3339",
    "ce_dataschema": "$id of the record's JSON Schema",
    "content-type": "application/json",
}


def json_schema(channel: Channel) -> dict[str, Any]:
    """The JSON Schema 2020-12 document of one channel's record, self-contained."""
    (top,), definitions = msgspec.json.schema_components([channel.record], ref_template="#/$defs/{name}")
    name = top["$ref"].rsplit("/", 1)[1]
    root = definitions.pop(name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:streams:schema:{channel.kind}",
        **_one_line(root),
        "$defs": _one_line(definitions),
    }


def _one_line(node: Any) -> Any:
    """Docstrings are wrapped for the source; in a schema they are one line."""
    if isinstance(node, dict):
        return {
            key: re.sub(r"\s+", " ", value) if key == "description" and isinstance(value, str) else _one_line(value)
            for key, value in node.items()
        }
    return [_one_line(item) for item in node] if isinstance(node, list) else node


def _headers(channel: Channel) -> dict[str, Any]:
    if channel.kind == "wire.rejected":
        return {"$ref": f"./{channel.kind}.schema.json"}
    known = {**_CLOUDEVENTS, **dict(channel.extra_headers)}
    required = [] if channel.direction == "receive" else list(_CLOUDEVENTS)
    properties = {name: {"type": "string", "description": about} for name, about in known.items()}
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _message(channel: Channel) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": channel.kind,
        "contentType": "application/json",
        "summary": channel.about,
        "headers": _headers(channel),
        "bindings": {"kafka": {"key": {"type": "string", "description": channel.key}}},
    }
    if channel.kind == "wire.rejected":
        return {**message, "contentType": "application/octet-stream"}
    payload = {"schemaFormat": "application/schema+json;version=draft-2020-12",
               "schema": {"$ref": f"./{channel.kind}.schema.json"}}
    return {**message, "payload": payload}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document; payloads refer to the schema files beside it."""
    names = {channel: channel.topic.replace(".", "-") for channel in CHANNELS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "News streams",
            "version": __version__,
            "description": "News wires in, stories out. Texts come from the wires: treat them as untrusted.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            names[channel]: {
                "address": channel.topic,
                "description": channel.about,
                "messages": {channel.kind: _message(channel)},
            }
            for channel in CHANNELS
        },
        "operations": {
            f"{channel.direction}-{names[channel]}": {
                "action": channel.direction,
                "channel": {"$ref": f"#/channels/{names[channel]}"},
            }
            for channel in CHANNELS
        },
    }


def documents() -> dict[str, bytes]:
    """File name -> bytes of every generated document, ready to be written or compared."""
    found = {f"{channel.kind}.schema.json": json_schema(channel) for channel in CHANNELS}
    found["asyncapi.json"] = asyncapi()
    return {name: orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n" for name, content in found.items()}

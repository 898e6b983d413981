"""Who is who across the stories of a shard: one identity for a person, organisation or place that several name."""

from streams.entities.registry.registry import REGISTRY_KINDS, Registry

__all__ = ["REGISTRY_KINDS", "Registry"]

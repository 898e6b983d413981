"""Who is who across the stories of a shard: one identity for a person, organisation or place that several name."""

from streams.entities.registry.holdings import REGISTRY_KINDS
from streams.entities.registry.registry import Registry
from streams.entities.registry.telling import Identified

__all__ = ["REGISTRY_KINDS", "Identified", "Registry"]

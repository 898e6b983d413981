"""Names of one article: which forms are one person, organisation or place."""

from streams.entities.resolve.article import Resolved, resolve

__all__ = ["Resolved", "resolve"]

"""Which story an article belongs to: candidates by inverted index, a score for each, one decision."""

from streams.stories.matching.decisions import Decision, MatchSettings, Proposal
from streams.stories.matching.matcher import Matcher

__all__ = ["Decision", "MatchSettings", "Matcher", "Proposal"]

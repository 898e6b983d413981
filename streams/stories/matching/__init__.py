"""Which story an article belongs to: candidates by inverted index, a score for each, one decision."""

from streams.stories.matching.decisions import Decision, MatchSettings, Proposal
from streams.stories.matching.matcher import Matcher
from streams.stories.matching.ready import ready

__all__ = ["Decision", "MatchSettings", "Matcher", "Proposal", "ready"]

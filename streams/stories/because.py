"""Why: a decision's numbers, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from streams.contracts.records import AnalyzedArticle, Because, Shared
from streams.stories.ports import DecisionLike, ProposalLike
from streams.stories.wording import clean

__all__ = ["by_editor", "by_repair", "by_verdict", "joined", "settled"]

_TEXT_LIMIT = 600
_EVIDENCE_LIMIT = 300
_MAX_SHARED = 8


def joined(record: AnalyzedArticle, decision: DecisionLike, story: str, continues: str) -> Because:
    """Why an article joined ``story``, or founded it."""
    if decision.story is None:
        words = ["No open story was near enough, so it founds one"]
    elif continues:
        words = [f"It takes up {continues}, which is closed, in a new story"]
    elif decision.rule == "same-text":
        words = [f"Its text has the same origin as one of {story}"]
    else:
        words = [f"It belongs to {story}"]
    words[0] += f" (rule {decision.rule}, score {decision.score:.2f}, needed {decision.threshold:.2f})."
    words += _shared(decision.shared)
    if decision.shared.text:
        words.append(f"{decision.shared.text:.0%} of the text is reused.")
    if decision.runner_up is not None:
        other = decision.runner_up
        why_not = f": {other.reason}." if other.reason else "."
        words.append(f"Runner-up {other.story_id} with {other.score:.2f}{why_not}")
    if record.provenance.evidence:
        words.append(f"Text: {clean(record.provenance.evidence, _EVIDENCE_LIMIT)}")
    return Because(
        article=record.article.uri, rule="continues" if continues else decision.rule, score=round(decision.score, 4),
        threshold=round(decision.threshold, 4), shared=decision.shared, runner_up=decision.runner_up,
        text=clean(" ".join(words), _TEXT_LIMIT),
    )


def by_verdict(record: AnalyzedArticle, rule: str, text: str) -> Because:
    """Why an event follows from what the wire is: a revision, a correction, a kill."""
    evidence = record.provenance.evidence or record.article.signal_text
    words = f"{text} Text: {evidence}" if evidence else text
    return Because(article=record.article.uri, rule=rule, score=record.provenance.similarity,
                   text=clean(words, _TEXT_LIMIT))


def by_repair(proposal: ProposalLike, rule: str, names: Sequence[str] = ()) -> Because:
    """The evidence of a repair, with the ``names`` that both sides have. Its article is the first that moves."""
    shared = replace(proposal.shared, names=list(names)[:_MAX_SHARED]) if names else proposal.shared
    words = [f"{proposal.text} (rule {rule}, score {proposal.score:.2f}, needed {proposal.threshold:.2f}).",
             *_shared(shared)]
    return Because(
        article=proposal.uris[0] if proposal.uris else "", rule=rule, score=round(proposal.score, 4),
        threshold=round(proposal.threshold, 4), text=clean(" ".join(words), _TEXT_LIMIT), shared=shared,
    )


def _shared(shared: Shared) -> list[str]:
    return [f"Shared {label}: {', '.join(names[:_MAX_SHARED])}."
            for label, names in (("names", shared.names), ("places", shared.places), ("terms", shared.terms)) if names]


def by_editor(by: str, reason: str, text: str) -> Because:
    words = f"{text} Ordered by {by or 'an editor'}." + (f" Reason: {reason}" if reason else "")
    return Because(rule="editor", text=clean(words, _TEXT_LIMIT))


def settled(rule: str, text: str) -> Because:
    """What follows from the stream itself: quiet time, a redirect that is flattened."""
    return Because(rule=rule, text=text)

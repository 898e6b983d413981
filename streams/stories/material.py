"""Material change: is it worth waking somebody? The rule is explained in docs/stories.md."""

from __future__ import annotations

from streams.contracts.records import AnalyzedArticle
from streams.stories.aggregate import Aggregate
from streams.stories.member import WITHDRAWN, Content
from streams.stories.story import Story

__all__ = ["arrival_reasons", "changed_figures", "revision_reasons"]

#: A main actor is among the most salient names of the article, and stands in its headline, or in its first words and
#: once more: who is named in passing does not act.
_MAIN = 3
_LEAD_CHARS = 400


def arrival_reasons(
    record: AnalyzedArticle, content: Content, standing: int, story: Story, sums: Aggregate
) -> list[str]:
    """Why an article that joins ``story`` matters; empty for another copy. ``sums`` are those before it."""
    if content.is_copy or standing == WITHDRAWN:
        return []
    reasons = [] if sums.has_family(content.family) else ["new-origin"]
    return reasons + _news(record, content, story, sums)


def revision_reasons(record: AnalyzedArticle, content: Content, story: Story, sums: Aggregate) -> list[str]:
    """Why a new version of a member matters: as a correction, or by what it says that was not said before."""
    reasons = ["correction"] if record.provenance.verdict == "correction" else []
    return reasons + _news(record, content, story, sums)


def _news(record: AnalyzedArticle, content: Content, story: Story, sums: Aggregate) -> list[str]:
    reasons = []
    if changed_figures(content, story):
        reasons.append("key-number")
    if _new_actor(record, sums):
        reasons.append("new-actor")
    main = content.main_place
    if main is not None and story.main_place is not None and main != story.main_place and not sums.knows_place(main):
        reasons.append("new-place")
    return reasons


def changed_figures(content: Content, story: Story) -> dict[str, float]:
    """Key numbers that go beyond what the story has told (tolls rise; an older report's lower number is no news).
    A correction tells another number whichever way it goes."""
    correction = content.verdict == "correction"
    return {
        kind: value
        for kind, value in content.figures
        if (known := story.figures.get(kind)) is None or value > known or (correction and value != known)
    }


def _new_actor(record: AnalyzedArticle, sums: Aggregate) -> bool:
    """Whether a main actor of the article was named by no member before. Who reports is no actor."""
    headline = len(record.article.headline)
    reach = headline + 2 + _LEAD_CHARS
    actors = sorted(
        (each for each in record.analysis.entities if each.type in ("PER", "ORG") and not each.demonym),
        key=lambda each: (-each.salience, each.name),
    )[:_MAIN]
    new = [
        _plain(actor.name) for actor in actors
        if any(at.start < (reach if len(actor.mentions) > 1 else headline) for at in actor.mentions)
        and not sums.knows_name([actor.name, *actor.aliases])
    ]
    return bool(new) and not _outlets(record).issuperset(new)


def _outlets(record: AnalyzedArticle) -> set[str]:
    names = [record.article.source, record.provenance.agency, record.article.byline]
    names += [credit.name for credit in record.article.credits]
    names += [cited.name for cited in record.provenance.cites]
    return {_plain(name) for name in names if name}


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()



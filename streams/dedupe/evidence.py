"""What supports a verdict: shared passages, credits, quotations of others, and all of it in words."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from streams.contracts.records import Article, Citation
from streams.dedupe.compare import passages
from streams.dedupe.kinship import Kinship
from streams.dedupe.relate import Match, Relation
from streams.dedupe.store import Identity, Store
from streams.dedupe.words import NGRAM, Words

__all__ = ["agency_of", "citations", "covered", "credited", "in_words", "phrases"]

#: Passages quoted on a record, their length in characters, and the words from which one is worth quoting.
_PHRASES = 3
_LONGEST = 240
_SHORTEST = 6
#: Quotations named on a record.
_CITES = 8


def credited(article: Article) -> list[str]:
    """The agencies and outlets that the article names as sources, each once."""
    return list(dict.fromkeys(c.name for c in article.credits if c.kind in ("agency", "attribution")))


def agency_of(article: Article, store: Store, family: str) -> str:
    """The agency that the text is credited to: by a credit line of its own, else the one that it and its family name
    most as a source. Empty where there is none, or two alike."""
    own = [credit.name for credit in article.credits if credit.kind == "agency"]
    if own:
        return own[0]
    votes = store.credits(family)
    for name in credited(article):
        told = len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", article.body))
        votes[name] = votes.get(name, 0) + max(1, told)
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    return ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else ""


def phrases(found: Words, at: int, match: Match, most: int = _PHRASES) -> list[str]:
    """The longest passages that the article shares with the match, as it has them."""
    runs = passages(match.comparison.matched, most, _SHORTEST)
    return [" ".join(found.passage(at, first, last).split())[:_LONGEST] for first, last in runs]


def citations(article: Article, kin: Kinship, store: Store, found: Words, at: int, agency: str) -> list[Citation]:
    """Edges to other families whose words the article has, and to sources it credits without deriving from them."""
    own = {kin.family, *kin.linked}
    quoted: dict[str, Citation] = {}
    for match in kin.matches:
        family = store.root(match.document.family)
        if family in own or family in quoted or len(quoted) == _CITES:
            continue
        shared = phrases(found, at, match, 1)
        if shared:
            name = match.document.agency or match.document.source
            quoted[family] = Citation(kind="quotes", name=name, uri=match.document.uri, family=family, text=shared[0])
    named = {cite.name for cite in quoted.values()} | {agency, article.source}
    credits: dict[str, Citation] = {}
    for credit in article.credits:
        if credit.kind in ("agency", "attribution") and credit.name not in named:
            credits.setdefault(credit.name, Citation(kind="credits", name=credit.name, text=credit.text))
    return [*quoted.values(), *credits.values()]


def covered(kin: list[Match], count: int) -> float:
    """Share of the article's ``count`` words that stand in a text of its family."""
    marked = np.zeros(count, bool)
    for match in kin:
        matched: NDArray[np.bool_] = match.comparison.matched
        for step in range(NGRAM):
            marked[step : step + len(matched)] |= matched
    return float(marked.mean()) if count else 0.0


def in_words(article: Article, known: Identity | None, kin: Kinship) -> str:
    """What was compared, what was shared, what decided."""
    said = [] if known is None else _version(article, known, kin.before)
    match = kin.nearest
    if match is None:
        if known is None:
            said.append(_alone(kin))
        return " ".join(said)
    shared = match.comparison
    said.append(
        f"Compared with {match.document.uri}: {shared.shared} shared 3-word sequences, {shared.mine:.0%} of this text "
        f"and {shared.theirs:.0%} of that one; of the narrative, without direct speech and names, "
        f"{shared.narrative:.0%}."
    )
    if kin.repeats is not None:
        same = match.relation == Relation.SAME
        said.append("The words are the same." if same else
                    "Nearly all of the shorter text stands in the longer one, in the same order: the same wire.")
    else:
        said.append("More than two independent reports have in common, less than the same wire: a common origin.")
    if kin.parent is not None and kin.parent is not match:
        said.append(f"Derives most from {kin.parent.document.uri}.")
    if kin.parent is None:
        said.append("It is dated before all of them.")
    if kin.linked:
        said.append(f"It has the same passages from the families {', '.join([kin.family, *kin.linked])}: they are one.")
    return " ".join(said)


def _alone(kin: Kinship) -> str:
    if not kin.matches:
        return "No remembered text shares its wording."
    near = kin.matches[0]
    return (
        f"Nearest is {near.document.uri} with {near.comparison.shared} shared 3-word sequences "
        f"({near.comparison.most:.0%} of the shorter text, {near.comparison.narrative:.0%} of its narrative): "
        "names, quotations or set phrases, too little for a common origin."
    )


def _version(article: Article, known: Identity, before: Match | None) -> list[str]:
    if known.killed:
        said = [f"{article.uri} was withdrawn before."]
    elif article.version < known.version:
        said = [f"Version {article.version} came after version {known.version}: kept, never takes over."]
    elif article.version > known.version:
        said = [f"Version {article.version} replaces version {known.version}."]
    else:
        said = [f"Version {article.version} again with another text: taken as a revision."]
    if article.headline != known.headline:
        said.append(f"Headline was: {known.headline}.")
    if before is not None:
        kept, new = before.comparison.theirs, 1 - before.comparison.mine
        unchanged = before.relation == Relation.SAME
        said.append("The text is unchanged." if unchanged else
                    f"{kept:.0%} of the version before was kept, {new:.0%} of this one is new.")
    return said

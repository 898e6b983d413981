"""The recogniser that ships with the package: a linear-chain CRF in two passes, in numpy integers.

Per word type and relative position the model's score is cached; per token the conjunctions are hashed and summed; all
sentences of a batch are decoded together; then the article's own first answers become features of a second pass.
Everything is integer arithmetic on stable hashes, so a text's names depend on the text alone: not on its batch, the
cache, the number of threads or PYTHONHASHSEED.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from streams.entities.recogniser.context import Flat, context_hashes, flatten, manner_of
from streams.entities.recogniser.document import RECIPES, Document
from streams.entities.recogniser.hashing import UInts
from streams.entities.recogniser.labels import LABELS, TYPES, to_bio
from streams.entities.recogniser.lexicon import Lexicon
from streams.entities.recogniser.model import Int32, Sum, Weights, WordTypes, rows_of
from streams.entities.recogniser.pairs import divide_pairs
from streams.entities.recogniser.spans import Span
from streams.entities.recogniser.viterbi import decode
from streams.text.sentences import sentence_starts
from streams.text.tokens import Tokens, tokenise

__all__ = ["CrfRecogniser"]

DATA = Path(__file__).parent.parent / "data"
#: A longer sentence is cut: decoding costs time per step, and text without full stops is a table or hostile.
LONGEST_SENTENCE = 120
#: Tokens decoded together; more gains nothing and costs memory.
BATCH_TOKENS = 20_000
#: The first pass sees sentences, the second what the first says of the article, the third what the second says.
PASSES = 3
#: Sentences taken as one article in a file that does not mark articles.
WINDOW = 20
DOCSTART = "-DOCSTART-"

#: The lead, in integer weight units, that gives a score of 0.75.
SCORE_UNITS = 128

_BEGINS = np.array([label[0] in "BS" for label in LABELS])
_ENDS = np.array([label[0] in "ES" for label in LABELS])
_TYPE_OF_LABEL = np.array([0] + [1 + t for t in range(4) for _ in "BIES"])


class CrfRecogniser:
    """See the module's text; ``weights`` and ``lexicon`` as trained together."""

    def __init__(self, weights: Weights, lexicon: Lexicon, cache_types: int = 60_000) -> None:
        self._weights, self._lexicon = weights, lexicon
        self._types = WordTypes(weights, lexicon, cache_types)

    @classmethod
    def load(cls, path: Path | None = None, without: frozenset[str] = frozenset()) -> CrfRecogniser:
        """Read ``recogniser.npz`` and ``lexicon.npz`` from the folder ``path`` (default: those of the package).

        ``without`` names strings that are left out of every list of names, with each of their words.
        """
        folder = path or DATA
        return cls(Weights.load(folder / "recogniser.npz"), Lexicon.load(folder / "lexicon.npz", without))

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        """The names of each text (headline, blank line, body), by start; texts do not influence one another."""
        out: list[list[Span]] = []
        for group in _groups([tokenise(text) for text in texts]):
            words = [word for tokens in group for word in tokens.words]
            lengths: list[int] = []
            documents: list[int] = []
            for number, tokens in enumerate(group):
                cuts = _cut(sentence_starts(tokens), len(tokens.words))
                lengths += cuts
                documents += [number] * len(cuts)
            labels, lead = self._label(words, lengths, documents)
            out += self._named(group, labels, lead)
        return out

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """BIO tags of ready-made tokens. Sentences between ``-DOCSTART-`` sentences are one article; where there are
        none, every 20 sentences are taken together."""
        marked = any(sentence and sentence[0] == DOCSTART for sentence in sentences)
        documents: list[int] = []
        number = 0
        for index, sentence in enumerate(sentences):
            number += (bool(sentence) and sentence[0] == DOCSTART) if marked else (index > 0 and index % WINDOW == 0)
            documents.append(number)
        out: list[list[str]] = []
        whole = [(list(s), d) for s, d in zip(sentences, documents, strict=True)]
        for group in _document_groups(whole):
            words = [word for sentence, _ in group for word in sentence]
            lengths = []
            owners = []
            for sentence, document in group:
                cuts = _cut([0] if sentence else [], len(sentence))
                lengths += cuts
                owners += [document] * len(cuts)
            labels, _ = self._label(words, lengths, owners)
            at = 0
            for sentence, _ in group:
                out.append(to_bio(labels[at : at + len(sentence)].tolist()))
                at += len(sentence)
        return out

    def _named(
        self, group: list[Tokens], labels: npt.NDArray[np.int8], lead: npt.NDArray[np.int32]
    ) -> list[list[Span]]:
        """The spans of each text of a batch."""
        firsts, lasts = np.flatnonzero(_BEGINS[labels]), np.flatnonzero(_ENDS[labels])
        inside = np.empty(2 * len(firsts), np.int64)
        inside[0::2], inside[1::2] = firsts, lasts + 1
        margins = np.minimum.reduceat(np.append(lead, 0), inside)[0::2] if len(firsts) else np.zeros(0, np.int32)
        kinds = [TYPES[kind - 1] for kind in _TYPE_OF_LABEL[labels[firsts]].tolist()]
        spans = list(zip(firsts.tolist(), lasts.tolist(), kinds, _scores(margins), strict=True))
        out: list[list[Span]] = []
        begin = at = 0
        for tokens in group:
            words, starts = tokens.words, tokens.starts
            found: list[Span] = []
            pair = False
            while at < len(spans) and spans[at][0] < begin + len(words):
                first, last, kind, score = spans[at]
                first, last = first - begin, last - begin
                pair = pair or (first == last and "-" in words[first])
                found.append(Span(starts[first], starts[last] + len(words[last]), kind, score))
                at += 1
            begin += len(words)
            out.append(divide_pairs(tokens, found, self._lexicon) if pair else found)
        return out

    def _label(
        self, words: list[str], lengths: list[int], documents: list[int]
    ) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32]]:
        """Labels of all tokens and how far each is ahead locally; ``documents`` numbers each sentence's article."""
        labels = np.zeros(len(words), np.int8)
        lead = np.zeros(len(words), np.int32)
        layout = self._layout(words, lengths)
        if layout is None:
            return labels, lead
        flat, manner = layout
        alone = self._first_scores(flat, manner)
        first = np.cumsum(flat.runs) - flat.runs
        emissions = alone.copy()
        found = decode(alone, first, flat.runs, self._weights.transitions)
        rows = np.full((RECIPES, len(flat.here)), -1, np.int32)
        document = self._document(flat, manner, documents)
        for _ in range(PASSES - 1):
            new = rows_of(document.hashes(found), self._weights.bits)
            changed = np.logical_or.reduceat((new != rows).any(axis=0), first)
            if not changed.any():
                break
            # A run whose features are as before is labelled as before; after the second pass few are not.
            at = np.flatnonzero(np.repeat(changed, flat.runs))
            more = Sum(len(at))
            more.add_rows(self._weights, new[:, at])
            emissions[at] = alone[at] + more.result()
            found[at] = decode(emissions, first[changed], flat.runs[changed], self._weights.transitions)[at]
            rows = new
        number = np.zeros(len(flat.types), np.int64)
        number[flat.tokens] = np.arange(len(words))
        labels[number[flat.here]] = found
        lead[number[flat.here]] = _lead(emissions, found)
        return labels, lead

    def _layout(self, words: list[str], lengths: list[int]) -> tuple[Flat, UInts] | None:
        """The batch in a row and its manner of capitals; nothing where no word has a capital."""
        if not words:
            return None
        numbers = self._types.numbers(words)
        flat = flatten(numbers, np.array(lengths, np.int64), self._types.case)
        return (flat, manner_of(flat)) if len(flat.here) else None

    def _first_scores(self, flat: Flat, manner: UInts) -> Int32:
        hashes = context_hashes(flat, self._types.attributes, self._lexicon, manner)
        total = Sum(len(flat.here))
        total.add_rows(self._weights, rows_of(hashes, self._weights.bits))
        for offset, table in self._types.scores.items():
            total.add_types(table, flat.types[flat.here + offset])
        return total.result()

    def _document(self, flat: Flat, manner: UInts, documents: list[int]) -> Document:
        owners = np.repeat(np.array(documents, np.int64), flat.lengths)
        return Document(flat, owners, self._types.attributes[:, 0][flat.types], manner)

    def document_rows(self, words: list[str], lengths: list[int], documents: list[int]) -> Int32:
        """The weight rows of the second pass's features after this model's first pass, shape (tokens, features), all 0
        for tokens that cannot be in a name; for training."""
        out = np.zeros((len(words), RECIPES), np.int32)
        layout = self._layout(words, lengths)
        if layout is None:
            return out
        flat, manner = layout
        emissions = self._first_scores(flat, manner)
        found = decode(emissions, np.cumsum(flat.runs) - flat.runs, flat.runs, self._weights.transitions)
        number = np.zeros(len(flat.types), np.int64)
        number[flat.tokens] = np.arange(len(words))
        document = self._document(flat, manner, documents)
        out[number[flat.here]] = rows_of(document.hashes(found), self._weights.bits).T
        return out


def _cut(starts: list[int], size: int) -> list[int]:
    """Lengths of the sentences that begin at ``starts``, cut where they are too long."""
    lengths: list[int] = []
    for begin, end in pairwise([*starts, size]):
        whole, rest = divmod(end - begin, LONGEST_SENTENCE)
        lengths += [LONGEST_SENTENCE] * whole + [rest] * (rest > 0)
    return lengths


def _groups(texts: list[Tokens]) -> Iterator[list[Tokens]]:
    """Consecutive texts of about ``BATCH_TOKENS`` together, at least one."""
    group: list[Tokens] = []
    total = 0
    for tokens in texts:
        if group and total + len(tokens.words) > BATCH_TOKENS:
            yield group
            group, total = [], 0
        group.append(tokens)
        total += len(tokens.words)
    if group:
        yield group


def _document_groups(sentences: list[tuple[list[str], int]]) -> Iterator[list[tuple[list[str], int]]]:
    """Consecutive sentences of about ``BATCH_TOKENS`` together, never part of an article."""
    group: list[tuple[list[str], int]] = []
    total = 0
    for sentence, document in sentences:
        if group and total > BATCH_TOKENS and document != group[-1][1]:
            yield group
            group, total = [], 0
        group.append((sentence, document))
        total += len(sentence)
    if group:
        yield group


def _lead(emissions: Int32, labels: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    """How much the best label of the chosen type scores above the best of any other, token by token."""
    kinds = np.stack([emissions[:, kind == _TYPE_OF_LABEL].max(axis=1) for kind in range(5)], axis=1)
    chosen = _TYPE_OF_LABEL[labels]
    rows = np.arange(len(labels))
    best = kinds[rows, chosen].copy()
    kinds[rows, chosen] = np.iinfo(np.int32).min
    lead: npt.NDArray[np.int32] = (best - kinds.max(axis=1)).astype(np.int32)
    return lead


def _scores(margins: npt.NDArray[np.int32]) -> list[float]:
    """0.5 for a tie, towards 1 with the lead, in thousandths; integer arithmetic, so the same everywhere."""
    lead = np.clip(margins.astype(np.int64), 0, 1 << 20)
    return [thousandths / 1000 for thousandths in (500 + 499 * lead // (lead + SCORE_UNITS)).tolist()]

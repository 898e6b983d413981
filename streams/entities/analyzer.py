"""Articles to analyses: recognise, resolve, link, quote. Pure; a batch shares only the work of the recogniser."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from streams.contracts.records import Analysis, Article, EntityMention
from streams.entities.places import Gazetteer, fold_name
from streams.entities.quotes import quotes
from streams.entities.recogniser import Recogniser, Span
from streams.entities.resolve import Resolved, resolve
from streams.entities.resolve.names import is_acronym
from streams.stories.features import encode_features_batch

__all__ = ["Analyzer", "credits_of", "media_of", "text_of"]

_ENGLISH, _UNKNOWN = "en", "und"
_SURE_SCORE = 0.5
_SURE_PLACE = 200_000
_SMALL_WORDS = frozenset(("de", "del", "da", "di", "von", "van", "bin", "al", "el"))
#: Removed passages that name people, agencies and places all the same.
_CREDITS = frozenset({"agency", "byline", "dateline", "photo-credit"})


def text_of(article: Article) -> str:
    """The text that mention offsets count in: headline, a blank line, body."""
    return f"{article.headline}\n\n{article.body}"


def credits_of(article: Article) -> str:
    """The removed credits and datelines, a paragraph each: who wrote it and where is not waste."""
    return "\n\n".join(removal.text for removal in article.removed if removal.reason in _CREDITS)


def media_of(article: Article) -> frozenset[str]:
    """Folded names of the agencies and outlets that intake found credited."""
    return frozenset(fold_name(credit.name) for credit in article.credits if credit.kind in ("agency", "attribution"))


class Analyzer:
    """Holds the model and the gazetteer. The recogniser knows English; articles in other languages are read with it
    too, since names look alike, but only what is a name by its form is kept of them (``_sure``)."""

    def __init__(self, recogniser: Recogniser, gazetteer: Gazetteer) -> None:
        self._recogniser = recogniser
        self._gazetteer = gazetteer

    @classmethod
    def load(cls) -> Analyzer:
        """With the shipped model and table."""
        return cls(Recogniser.load(), Gazetteer.load())

    def resolve(
        self, texts: Sequence[str], languages: Sequence[str] | None = None,
        media: Sequence[frozenset[str]] | None = None,
    ) -> list[Resolved]:
        """Entities and places of texts (headline, blank line, body); English where no languages are given. ``media``:
        folded names that each text credits as agencies and outlets."""
        known = languages if languages is not None else [_ENGLISH] * len(texts)
        outlets = media if media is not None else [frozenset[str]()] * len(texts)
        return [
            resolve(text, spans if language in (_ENGLISH, _UNKNOWN) else self._sure(text, spans), self._gazetteer,
                    lead=_lead(text), media=told)
            for text, spans, language, told in zip(texts, self.spans(texts), known, outlets, strict=True)
        ]

    def _sure(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """The spans that are names in any language: of several words, acronyms, well-known places, and the last names
        of people named in full. German writes every noun with a capital."""
        found = [(span, text[span.start : span.end]) for span in spans if span.type != "MISC"]
        full = {
            name.split()[-1] for span, name in found
            if span.type == "PER" and " " in name and span.score >= _SURE_SCORE
        }
        return [
            span for span, name in found
            if (" " in name and span.score >= _SURE_SCORE and not any(
                word.islower() and word not in _SMALL_WORDS for word in name.split()
            )) or is_acronym(name) or name in full
            or any(place.kind not in ("city", "region", "area") or place.population >= _SURE_PLACE
                   for place in self._gazetteer.find(name))
        ]

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """The recogniser's spans, as they are."""
        return self._recogniser.recognise(texts)

    def analyze(self, articles: Sequence[Article]) -> list[Analysis]:
        """One analysis an article."""
        if not articles:
            return []
        texts = [text_of(article) for article in articles]
        credited = [credits_of(article) for article in articles]
        resolved = [
            _inside(found, len(text))
            for text, found in zip(
                texts,
                self.resolve([f"{text}\n\n{more}" if more else text
                              for text, more in zip(texts, credited, strict=True)],
                             [article.language for article in articles],
                             [media_of(article) for article in articles]),
                strict=True,
            )
        ]
        features = encode_features_batch(
            [(article, found.entities) for article, found in zip(articles, resolved, strict=True)]
        )
        return [
            Analysis(
                entities=found.entities, places=found.places, main_place=found.main_place,
                quotes=quotes(text, found.entities), features=packed,
            )
            for text, found, packed in zip(texts, resolved, features, strict=True)
        ]


def _inside(found: Resolved, end: int) -> Resolved:
    """Mentions behind the text stand in its credits: they have no place in it, so their offsets are 0, 0."""
    if all(mention.end <= end for entity in found.entities for mention in entity.mentions):
        return found
    entities = [
        replace(
            entity,
            mentions=[
                mention if mention.end <= end else EntityMention(text=mention.text, start=0, end=0)
                for mention in entity.mentions
            ],
        )
        for entity in found.entities
    ]
    return Resolved(entities, found.places, found.main_place)


def _lead(text: str) -> int:
    """Where the first paragraph of the body ends."""
    body = text.find("\n\n") + 2
    end = text.find("\n\n", body)
    return end if end >= 0 else len(text)

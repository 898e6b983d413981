"""What the stories hop reads of an analysed article: a third of its record, at a third of the cost.

The record carries what other readers need (where each mention stands, what intake took out, signatures). Here is only
what a story is told from and decided by, under the same names, so that everything behind takes either.
"""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from streams.contracts.codec import decode
from streams.contracts.records import AnalyzedArticle, EntityType, Fraction, Timestamp, Uri, Verdict

__all__ = ["read"]

#: What a changelog record can hold.
_Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_Natural = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Holds no reference back, so the collector of cycles need not look at it."""


class _Credit(_Part, frozen=True, kw_only=True):
    kind: Literal["agency", "photo", "byline", "dateline", "attribution"]
    name: str


class _Article(_Part, frozen=True, kw_only=True):
    uri: Uri
    version: _Natural = 1
    headline: str = ""
    body: str
    language: str = "und"
    event_time: Timestamp
    event_time_from: Literal["versionCreated", "contentCreated", "text", "record"] = "record"
    signal_text: str = ""
    signal_target: str = ""
    source: str = ""
    url: str = ""
    byline: str = ""
    credits: list[_Credit] = []


class _Citation(_Part, frozen=True, kw_only=True):
    name: str = ""


class _Provenance(_Part, frozen=True, kw_only=True):
    verdict: Verdict
    family: str
    duplicate_of: str = ""
    similarity: Fraction = 0.0
    agency: str = ""
    cites: list[_Citation] = []
    evidence: str = ""
    source_withdrawn: bool = False
    affects: list[str] = []
    supersedes_late: bool = False
    linked: list[str] = []


class _Mention(_Part, frozen=True, kw_only=True):
    start: _Natural


class _Name(_Part, frozen=True, kw_only=True):
    name: str
    type: EntityType
    aliases: list[str] = []
    mentions: list[_Mention] = []
    salience: Fraction = 0.0
    geonames_id: _Whole | None = None
    demonym: bool = False


class _Place(_Part, frozen=True, kw_only=True):
    name: str
    geonames_id: _Whole
    country: str
    lat: float
    lon: float


class _Quote(_Part, frozen=True, kw_only=True):
    text: str
    speaker: str = ""


class _Analysis(_Part, frozen=True, kw_only=True):
    entities: list[_Name] = []
    places: list[_Place] = []
    main_place: _Whole | None = None
    quotes: list[_Quote] = []
    features: str = ""


class _Analyzed(_Part, frozen=True, kw_only=True):
    article: _Article
    provenance: _Provenance
    analysis: _Analysis


_decoder = msgspec.json.Decoder(_Analyzed)


def read(data: bytes | None) -> AnalyzedArticle:
    """The article, perhaps without what this hop does not read. Raises ContractError as ``decode`` does."""
    if data is not None:
        try:
            found = _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # read as a whole below, for the same words about what is wrong
        else:
            if found.analysis.features:
                return cast(AnalyzedArticle, found)
    # Whoever sends no features has them made from everything that is known.
    return decode(data, AnalyzedArticle)

"""Every record on the topics, typed once: validation, JSON Schema and documentation all come from here.

Field names are snake_case here and camelCase on the wire. Additions get a default; a field never changes its type
or its meaning. Times are RFC 3339 UTC text. Texts, names and headlines come from the wires: consumers must treat
them as untrusted.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

__all__ = [
    "MAX_LIST",
    "Analysis",
    "AnalyzedArticle",
    "Article",
    "Because",
    "Citation",
    "Counts",
    "Credit",
    "DedupedArticle",
    "Delta",
    "DeltaEntry",
    "EntityAlias",
    "EntityBecause",
    "EntityChange",
    "EntityDelta",
    "EntityEvent",
    "EntityLink",
    "EntityMention",
    "NamedEntity",
    "Origin",
    "Place",
    "Provenance",
    "Quote",
    "Redirect",
    "Removal",
    "RunnerUp",
    "Shared",
    "Statement",
    "StoryCommand",
    "StoryEntity",
    "StoryEvent",
    "StoryPlace",
    "StorySnapshot",
    "SummarySentence",
    "TimelineEntry",
    "Timestamp",
    "Trend",
    "Uri",
]

#: The most entries of any list on a story event; counts are never capped.
MAX_LIST = 50

Timestamp = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
        description="RFC 3339, UTC",
        extra_json_schema={"format": "date-time"},
    ),
]
Uri = Annotated[str, Meta(min_length=1, max_length=2048, description="The wire's identifier, as the provider gave it")]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=0)]
Signal = Literal["none", "correction", "refile", "repeat", "withdrawn", "kill", "embargo"]
Verdict = Literal["unique", "duplicate", "revision", "resend", "correction", "kill"]
EntityType = Literal["PER", "ORG", "LOC", "MISC"]


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Base of every record. None holds a reference back, so the collector of cycles need not look at them."""


# --- wires.incoming, wires.rejected -----------------------------------------------------------------------------


class Wire(Record, frozen=True, kw_only=True, rename=None):
    """A wire as a producer sends it: a ninjs object. Only ``uri`` and some text are required; ninjs 2.x and 3.1
    names (camelCase, ``bodies``, ``headlines``) are read alike, and fields not named here are ignored."""

    uri: Uri
    version: Annotated[str | int | None, Meta(description="The provider's version; a higher one is a revision")] = None
    versioncreated: Annotated[str | None, Meta(description="When this version was made, ISO 8601")] = None
    firstcreated: Annotated[str | None, Meta(description="When the item was first made, ISO 8601")] = None
    pubstatus: Annotated[str | None, Meta(description="usable, withheld or canceled; canceled is a kill")] = None
    headline: str | None = None
    byline: str | None = None
    body_text: str | None = None
    body_xhtml: str | None = None
    language: Annotated[str | None, Meta(description="BCP 47 tag; found from the text where missing")] = None
    source: Annotated[str | None, Meta(description="Publisher or provider")] = None
    ednote: Annotated[str | None, Meta(description="Note to editors; may say that a wire corrects or kills another")] = None


class DeadLetter(Record, frozen=True, kw_only=True, rename=None):
    """Headers of a record on ``wires.rejected``. Its key and value are those of the refused record, byte for byte."""

    dlq_topic: Annotated[str, Meta(description="Topic of the refused record")]
    dlq_partition: Annotated[str, Meta(pattern=r"^\d+$")]
    dlq_offset: Annotated[str, Meta(pattern=r"^\d+$")]
    dlq_timestamp: Annotated[str, Meta(pattern=r"^-?\d+$", description="CreateTime, milliseconds since the epoch")]
    dlq_stage: Annotated[str, Meta(description="The stage that refused it")]
    dlq_error: Annotated[str, Meta(description="Short stable type of the error")]
    dlq_message: Annotated[str, Meta(description="What, where, expected, got")]
    dlq_attempts: Annotated[str, Meta(pattern=r"^\d+$", description="How often it was refused, 1 the first time")]


# --- articles.clean ---------------------------------------------------------------------------------------------


class Credit(Record, frozen=True, kw_only=True):
    """Who is named as a source of the text or of its pictures."""

    kind: Literal["agency", "photo", "byline", "dateline", "attribution"]
    name: Annotated[str, Meta(description="The credited agency, person, outlet or place, normalised (AFP, BBC, …)")]
    text: Annotated[str, Meta(description="The words that say so")] = ""


class Removal(Record, frozen=True, kw_only=True):
    """A passage that intake took out of the text, and why."""

    text: str
    reason: Annotated[str, Meta(description="Short stable code: contact, share-buttons, dateline, doubled-headline, …")]
    line: Annotated[int, Meta(ge=0, description="Line of the original text, from 0")] = 0


class Article(Record, frozen=True, kw_only=True):
    """A wire after intake: one shape whatever it arrived as, without boilerplate."""

    uri: Uri
    version: Annotated[int, Meta(ge=0, description="The provider's version; 1 where none is given")] = 1
    headline: str = ""
    body: Annotated[str, Meta(description="Clean text, paragraphs divided by a blank line")]
    language: Annotated[str, Meta(description="ISO 639-1 code, 'und' where it cannot be told")] = "und"
    event_time: Timestamp
    event_time_from: Annotated[
        Literal["versionCreated", "contentCreated", "text", "record"],
        Meta(description="Where the time was found; 'record' is the Kafka record's timestamp: the wire had no date"),
    ] = "record"
    received: Annotated[Timestamp, Meta(description="Timestamp of the Kafka record of the wire")]
    signal: Annotated[Signal, Meta(description="What the provider says this wire does to earlier ones")] = "none"
    signal_text: Annotated[str, Meta(description="The words or the field that say so")] = ""
    signal_target: Annotated[str, Meta(description="The uri a kill or correction names, where it names one")] = ""
    embargo_until: Timestamp | None = None
    source: Annotated[str, Meta(description="Publisher or provider, where known")] = ""
    url: str = ""
    byline: str = ""
    credits: list[Credit] = []
    removed: list[Removal] = []
    signature: Annotated[str, Meta(description="Base64 of the text's sketch; opaque, made by streams.dedupe")] = ""


# --- articles.deduped -------------------------------------------------------------------------------------------


class Citation(Record, frozen=True, kw_only=True):
    """An edge to another text family: this article quotes or credits it without being derived from it."""

    kind: Literal["quotes", "credits"]
    name: str = ""
    uri: str = ""
    family: str = ""
    text: str = ""


class Provenance(Record, frozen=True, kw_only=True):
    """The dedupe stage's verdict on an article, with its evidence."""

    verdict: Verdict
    family: Annotated[str, Meta(description="Text family: the origin the text derives from")]
    duplicate_of: Annotated[str, Meta(description="Canonical uri of a duplicate; the earlier wire of a revision or kill")] = ""
    similarity: Fraction = 0.0
    parent: Annotated[str, Meta(description="The family member this text derives from most")] = ""
    containment: Annotated[Fraction, Meta(description="Weighted share of this text found in its parent")] = 0.0
    own_share: Annotated[Fraction, Meta(description="Share of the text found nowhere else in the family")] = 1.0
    agency: Annotated[str, Meta(description="Agency credited for the text, where one is")] = ""
    cites: list[Citation] = []
    shared_phrases: Annotated[list[str], Meta(description="Longest passages shared with the parent")] = []
    evidence: Annotated[str, Meta(description="In words: what was compared, what was shared, what decided")] = ""
    source_withdrawn: bool = False
    affects: Annotated[list[str], Meta(description="Copies reached by this kill or correction")] = []
    supersedes_late: Annotated[bool, Meta(description="An older version that arrived late; never takes over")] = False
    linked: Annotated[list[str], Meta(description="Families that this article showed to be one with its family")] = []


class DedupedArticle(Record, frozen=True, kw_only=True):
    article: Article
    provenance: Provenance


# --- articles.analyzed ------------------------------------------------------------------------------------------


class EntityMention(Record, frozen=True, kw_only=True):
    """A name as it stands in the text. Offsets count characters of headline + two newlines + body; both are 0 for a
    name in a dateline or credit that intake took out of the text."""

    text: str
    start: Count
    end: Count


class NamedEntity(Record, frozen=True, kw_only=True):
    """One person, organisation or place of an article, with every form it has there."""

    name: str
    type: EntityType
    aliases: list[str] = []
    mentions: list[EntityMention] = []
    salience: Fraction = 0.0
    geonames_id: int | None = None
    demonym: Annotated[bool, Meta(description="Found only as a demonym, e.g. 'Afghan' for Afghanistan")] = False
    rules: Annotated[list[str], Meta(description="How the forms were joined: last-name, acronym, transliteration, …")] = []


class Place(Record, frozen=True, kw_only=True):
    name: str
    geonames_id: int
    country: Annotated[str, Meta(description="ISO 3166-1 alpha-2; empty for a sea or a continent")]
    lat: float
    lon: float


class Quote(Record, frozen=True, kw_only=True):
    """A direct quotation or attributed claim."""

    text: str
    speaker: str = ""
    cue: str = ""
    start: Count = 0
    end: Count = 0


class Analysis(Record, frozen=True, kw_only=True):
    entities: list[NamedEntity] = []
    places: list[Place] = []
    main_place: int | None = None
    quotes: list[Quote] = []
    features: Annotated[str, Meta(description="Base64 of the clusterer's input; opaque, made by streams.stories")] = ""


class AnalyzedArticle(Record, frozen=True, kw_only=True):
    article: Article
    provenance: Provenance
    analysis: Analysis


# --- stories.commands -------------------------------------------------------------------------------------------


class StoryCommand(Record, frozen=True, kw_only=True):
    """An editor's word. ``id`` makes it idempotent; ``at`` is its event time."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    action: Literal["merge", "split", "move", "pinHeadline", "close"]
    story_id: str
    into: Annotated[str, Meta(description="merge, move: the other story; empty with move: a new story")] = ""
    uris: Annotated[list[str], Meta(description="split, move: the articles concerned")] = []
    headline: str = ""
    by: str = ""
    reason: str = ""
    at: Timestamp | None = None


# --- stories.updated, stories.current ---------------------------------------------------------------------------

StoryChange = Literal[
    "created", "articleAdded", "revised", "retracted", "merged", "split", "closed", "flagged", "moved", "edited"
]


class Counts(Record, frozen=True, kw_only=True):
    articles: Count
    sources: Count
    origins: Annotated[int, Meta(ge=0, description="Independent text families")]
    duplicates: Count


class SummarySentence(Record, frozen=True, kw_only=True):
    text: str
    uri: str


class StoryEntity(Record, frozen=True, kw_only=True):
    name: str
    type: EntityType
    aliases: list[str] = []
    articles: Count = 0
    mentions: Count = 0
    geonames_id: int | None = None
    id: Annotated[str, Meta(description="The identity, across the stories of the shard (entities.updated); empty for a "
                                        "bare last name, which is nobody's in particular")] = ""


class StoryPlace(Record, frozen=True, kw_only=True):
    name: str
    geonames_id: int
    country: str
    lat: float
    lon: float
    articles: Count = 0


class Origin(Record, frozen=True, kw_only=True):
    """A text family within the story."""

    id: str
    credit: Annotated[str, Meta(description="Agency or outlet the text is credited to, where known")] = ""
    members: list[str] = []
    articles: Count = 0
    withdrawn: bool = False


class DeltaEntry(Record, frozen=True, kw_only=True):
    uri: str
    version: int = 1
    headline: str = ""
    source: str = ""
    verdict: str = ""
    duplicate_of: str = ""
    family: str = ""
    event_time: str = ""
    story_id: Annotated[str, Meta(description="removed: where the article went; added: where it came from")] = ""


class Delta(Record, frozen=True, kw_only=True):
    """What this event changes in the membership. Folding the deltas gives the full membership."""

    added: list[DeltaEntry] = []
    removed: list[DeltaEntry] = []
    changed: Annotated[list[str], Meta(description="Names of the fields that differ from the version before")] = []
    revised: Annotated[list[DeltaEntry], Meta(description="Members whose text or standing changed in place")] = []


class Shared(Record, frozen=True, kw_only=True):
    """What the article and the story have in common."""

    names: list[str] = []
    terms: list[str] = []
    places: list[str] = []
    text: Annotated[Fraction, Meta(description="Share of text reused")] = 0.0


class RunnerUp(Record, frozen=True, kw_only=True):
    story_id: str
    score: float
    reason: str = ""


class Because(Record, frozen=True, kw_only=True):
    """The evidence of the decision behind this event."""

    article: str = ""
    rule: Annotated[str, Meta(description="new-story, similarity, same-text, revision, kill, repair-merge, editor, …")] = ""
    score: float = 0.0
    threshold: float = 0.0
    shared: Shared = Shared()
    runner_up: RunnerUp | None = None
    text: Annotated[str, Meta(description="The decision in words")] = ""


class Redirect(Record, frozen=True, kw_only=True):
    """An id, of a story or of an identity, that now leads to another."""

    from_id: str
    to_id: str
    kind: Literal["merged", "split", "continues"] = "merged"


class Statement(Record, frozen=True, kw_only=True):
    """An attributed claim."""

    speaker: str
    text: str
    articles: list[str] = []


class TimelineEntry(Record, frozen=True, kw_only=True):
    time: Timestamp
    version: int
    change: str
    uri: str = ""
    text: str = ""


class Trend(Record, frozen=True, kw_only=True):
    """Arrivals in event time, against the story's own past."""

    last_hour: Count = 0
    per_hour: float = 0.0
    ratio: float = 0.0


class StoryEvent(Record, frozen=True, kw_only=True):
    """A story after a change. ``storyId:version`` identifies the event; versions are 1, 2, 3, … without a gap."""

    story_id: str
    version: Annotated[int, Meta(ge=1)]
    change: StoryChange
    material: Annotated[bool, Meta(description="Worth waking somebody; the rule is in docs/stories.md")]
    material_reasons: list[str] = []
    status: Literal["open", "closed", "merged"] = "open"
    headline: str
    summary: list[SummarySentence] = []
    first_seen: Timestamp
    last_updated: Timestamp
    language: str
    counts: Counts
    entities: list[StoryEntity] = []
    places: list[StoryPlace] = []
    main_place: StoryPlace | None = None
    keywords: list[str] = []
    origins: list[Origin] = []
    statements: list[Statement] = []
    timeline: list[TimelineEntry] = []
    trend: Trend = Trend()
    delta: Delta
    because: Because
    redirects: list[Redirect] = []
    continues: Annotated[str, Meta(description="The closed story this one takes up again")] = ""


class StorySnapshot(Record, frozen=True, kw_only=True):
    """The newest state of a story, compacted by its id. ``redirect_to`` set: the story was merged there."""

    story_id: str
    version: Annotated[int, Meta(ge=1)]
    redirect_to: str = ""
    event: Annotated[StoryEvent, Meta(description="The newest event of the story, whole")]


# --- entities.updated, entities.current -------------------------------------------------------------------------

EntityChange = Literal["created", "linked", "aliasAdded", "merged", "split", "moved", "retracted", "expired"]
EntityRule = Literal["", "same-place", "full-name", "same-name", "transliteration", "fuller-name", "acronym"]


class EntityAlias(Record, frozen=True, kw_only=True):
    """Another form of an identity's name; ``stories`` counts those of its newest 64 stories that use it."""

    form: str
    stories: Count


class EntityLink(Record, frozen=True, kw_only=True):
    """A story that names the identity, and why it is taken for the same: by ``rule``, as in the story ``via``. Both are
    empty for the story that it was first known from."""

    story_id: str
    name: Annotated[str, Meta(description="As this story calls it, at most 60 characters")]
    rule: EntityRule = ""
    via: str = ""


class EntityDelta(Record, frozen=True, kw_only=True):
    """What differs from the version before. A story may be removed that was not yet told as added."""

    added: list[EntityLink] = []
    removed: list[EntityLink] = []
    aliases: Annotated[list[str], Meta(description="Forms that were not told before")] = []


class EntityBecause(Record, frozen=True, kw_only=True):
    """The evidence: ``form`` of the story ``storyId`` was taken for ``name`` of the story ``via``."""

    rule: EntityRule = ""
    form: str = ""
    name: str = ""
    story_id: str = ""
    via: str = ""
    shared: Annotated[list[str], Meta(description="Names that both stories have beside it")] = []
    articles: Annotated[list[str], Meta(description="Some articles of the two stories that name it")] = []
    text: Annotated[str, Meta(description="The decision in words")] = ""


class EntityEvent(Record, frozen=True, kw_only=True):
    """A person, organisation or place across the stories of a shard. ``identityId:version`` identifies the event;
    versions are 1, 2, 3, … without a gap. The first comes with the second story."""

    identity_id: str
    version: Annotated[int, Meta(ge=1)]
    change: EntityChange
    status: Annotated[
        Literal["open", "merged", "ended"],
        Meta(description="merged: lives on where the redirect leads; ended: no story names it any more"),
    ] = "open"
    name: str
    type: EntityType
    aliases: list[EntityAlias] = []
    geonames_id: int | None = None
    stories: Annotated[int, Meta(ge=0, description="Stories that name it now; never capped")] = 0
    context: Annotated[list[str], Meta(description="Names that its newest stories have beside it")] = []
    links: Annotated[list[EntityLink], Meta(description="The stories that name it, the newest 20")] = []
    first_seen: Annotated[Timestamp, Meta(description="When it was first told of")]
    last_updated: Timestamp
    language: str
    delta: EntityDelta
    because: EntityBecause
    redirects: list[Redirect] = []

"""What each wire does to the stories, by its verdict. Every wire that is accepted ends in some event's delta."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from streams.clock import rfc3339
from streams.contracts.records import AnalyzedArticle, DeltaEntry, Redirect, StoryChange
from streams.stage import Rejection
from streams.stories.because import by_verdict, joined, settled
from streams.stories.content.voice import wording
from streams.stories.events import Told, chunks, entry_of
from streams.stories.ids import new_id
from streams.stories.material import arrival_reasons, changed_figures, revision_reasons
from streams.stories.member import KILLED, LIVE, OUTDATED, WITHDRAWN, Content, Member, content_of, packed
from streams.stories.ports import Toolkit
from streams.stories.repair import repair
from streams.stories.state import ShardState
from streams.stories.step import Step
from streams.stories.story import Story

__all__ = ["Arrival", "arrive", "close", "expire"]


class Arrival:
    """An article as it came; ``time_ms`` is its event time, no later than its record's timestamp. What follows from it
    alone can be worked out ahead of the articles before it: a batch at once finds code and words in the caches of the
    processor, which halves the time."""

    __slots__ = ("_parts", "record", "time_ms")

    def __init__(self, record: AnalyzedArticle, time_ms: int) -> None:
        self.record = record
        self.time_ms = time_ms
        self._parts: tuple[Any, Content] | None = None

    def prepare(self, toolkit: Toolkit) -> None:
        """Work out ``parts``, where they will be asked for."""
        if self.record.provenance.verdict not in ("kill", "resend"):
            content = self.parts(toolkit)[1]
            if not content.is_copy:
                wording(content.headline, content.lead, content.quotes)

    def parts(self, toolkit: Toolkit) -> tuple[Any, Content]:
        """The clusterer's view, and what the story keeps."""
        if self._parts is None:
            self._parts = toolkit.item(self.record), content_of(self.record, self.time_ms)
        return self._parts


def arrive(state: ShardState, arrival: Arrival, step: Step) -> Rejection | None:
    """Take in one article."""
    record, time_ms = arrival.record, arrival.time_ms
    article, provenance = record.article, record.provenance
    dated = article.event_time_from != "record"
    state.advance(time_ms, step.timestamp_ms, dated)
    expire(state, step)
    if not dated and time_ms != state.clock:
        # A wire without a date is of the present of its stream, which in a replay is not the present of its record.
        time_ms = min(time_ms, state.clock)
        record = replace(record, article=replace(article, event_time=rfc3339(time_ms)))
        arrival = Arrival(record, time_ms)
    known = state.members.get(article.uri)
    if provenance.verdict == "kill":
        return _kill(state, record, step)
    if known is not None:
        fresh = article.version > known.version or provenance.verdict in ("revision", "correction")
        if provenance.verdict == "resend" or provenance.supersedes_late or not fresh:
            return None
        if known.standing != KILLED:
            _revise(state, known, arrival, step)
            return None
        state.stories[known.story].killed.remove(article.uri)
        step.stories[known.story] = None
    elif provenance.supersedes_late:
        return Rejection("superseded", f"{article.uri} version {article.version} came after a newer version that is in "
                                       f"no story, expected none or a member of one")
    target = _live(state, provenance.duplicate_of) or _live(state, article.signal_target)
    if target is not None and provenance.verdict in ("revision", "correction"):
        _supersede(state, target, arrival, step)
    else:
        _join(state, arrival, step)
    return None


def expire(state: ShardState, step: Step) -> None:
    """Close, forget and end redirects as the clock has it."""
    for id in state.due():
        story = state.stories.get(id)
        if story is None:
            continue
        if story.status == "open":
            state.open(id)
            hours = (state.clock - story.touched_ms) // 3_600_000
            close(state, story)
            state.tell(story, Told("closed", settled("quiet", f"Nothing joined it for {hours} hours.")), step)
        elif story.status == "merged":
            state.forget_redirect(story, step)
        else:
            state.forget(story, step)
    for member in state.due_again():
        member.again_ms = 0
        step.members[member.uri] = None
        if state.stories[member.story].status == "open":
            repair(state, member.uri, step)


def close(state: ShardState, story: Story) -> None:
    story.status, story.ended_ms = "closed", state.clock
    state.watch(story)


def _live(state: ShardState, uri: str) -> Member | None:
    member = state.members.get(uri) if uri else None
    return member if member is not None and member.standing != KILLED else None


def _join(state: ShardState, arrival: Arrival, step: Step) -> None:
    record = arrival.record
    item, content = arrival.parts(state.toolkit)
    decision = state.matcher.decide(item)
    story = _newest(state, decision.story)
    continues = story.id if story is not None and story.status == "closed" else ""
    uri = record.article.uri
    member = Member(uri, "", content.version, WITHDRAWN if record.provenance.source_withdrawn else LIVE,
                    content=packed(content))
    redirects = []
    if story is None or continues:
        id = new_id(state.name, uri, content.version, state.clock, state.stories)
        reasons = [] if continues and content.is_copy else ["first-event"]
        if story is not None:
            story.continued_by = id
            step.stories[story.id] = None
            redirects = [Redirect(from_id=story.id, to_id=id, kind="continues")]
        story = Story(id=id, born_ms=max(arrival.time_ms, state.clock - state.settings.ms("lateness")),
                      touched_ms=state.clock, continues=continues)
        state.found(story, step)
        state.open(id)
    else:
        reasons = arrival_reasons(record, content, member.standing, story, state.open(story.id))
        story.touched_ms = state.clock
    member.story = story.id
    if decision.unsure:
        state.look_again(member)
    _link(state, story, record, step)
    state.put(member, content, step)
    state.matcher.add(item, story.id)
    state.keep_content(member, item, step)
    story.figures |= changed_figures(content, story)
    state.tell(story, Told(
        "articleAdded" if story.version else "created", joined(record, decision, story.id, continues),
        added=[entry_of(uri, content)], reasons=reasons, redirects=redirects), step)
    if not content.is_copy:
        repair(state, uri, step, settled=not decision.unsure)


def _link(state: ShardState, story: Story, record: AnalyzedArticle, step: Step) -> None:
    """Families that this article shows to be one with its own are one origin of the story."""
    provenance = record.provenance
    if not provenance.linked:
        return
    for member in list(state.members_of[story.id].values()):
        if member.standing != KILLED and member.read().family in provenance.linked:
            content = state.take(member, step)
            member.family = provenance.family
            state.put(member, replace(content, family=provenance.family), step)


def _newest(state: ShardState, id: str | None) -> Story | None:
    """The story an article is to join: redirects followed, a closed story's continuation followed. The last one is
    returned when it is closed too. Merges and continuations both lead to what is younger, so this ends."""
    story = state.resolve(id) if id else None
    while story is not None and story.status == "closed" and (after := state.resolve(story.continued_by)) is not None:
        story = after
    return story


def _revise(state: ShardState, member: Member, arrival: Arrival, step: Step) -> None:
    """A new version of a member takes the place of the old one, in its story."""
    story = state.stories[member.story]
    sums = state.open(story.id)
    record = arrival.record
    item, content = arrival.parts(state.toolkit)
    old = state.take(member, step)
    reasons = revision_reasons(record, content, story, sums)
    member.version, member.family, member.content = content.version, "", packed(content)
    _link(state, story, record, step)
    member.standing = WITHDRAWN if record.provenance.source_withdrawn else LIVE
    state.put(member, content, step)
    state.matcher.remove(member.uri)
    state.matcher.add(item, story.id)
    state.keep_content(member, item, step)
    because = by_verdict(record, _rule(record), f"Version {content.version} replaces version {old.version}"
                                                f"{_differs(old, content)}.")
    _tell_revision(state, story, record, Told("revised", because, revised=[entry_of(member.uri, content)],
                                              reasons=reasons), content, step)


def _supersede(state: ShardState, target: Member, arrival: Arrival, step: Step) -> None:
    """A correction under a uri of its own joins the story of what it corrects, which no longer speaks for it."""
    story = state.stories[target.story]
    sums = state.open(story.id)
    record = arrival.record
    item, content = arrival.parts(state.toolkit)
    reasons = revision_reasons(record, content, story, sums)
    _restand(state, target, OUTDATED, step)
    member = Member(record.article.uri, story.id, content.version, content=packed(content))
    state.put(member, content, step)
    state.matcher.add(item, story.id)
    state.keep_content(member, item, step)
    because = by_verdict(record, _rule(record), f"It takes the place of {target.uri}.")
    old = entry_of(target.uri, target.read(), verdict="superseded")
    _tell_revision(state, story, record, Told("revised", because, added=[entry_of(member.uri, content)],
                                              revised=[old], reasons=reasons), content, step)


def _tell_revision(
    state: ShardState, story: Story, record: AnalyzedArticle, told: Told, content: Content, step: Step
) -> None:
    story.figures |= changed_figures(content, story)
    if story.status == "open":
        story.touched_ms = state.clock
    state.tell(story, told, step)
    if record.provenance.verdict == "correction":
        _flag(state, record, told.because.text, {}, {}, step)
    if story.status == "open":
        repair(state, record.article.uri, step)


def _rule(record: AnalyzedArticle) -> str:
    return "correction" if record.provenance.verdict == "correction" else "revision"


def _differs(old: Content, new: Content) -> str:
    parts = [
        label for label, changed in (
            ("headline", old.headline != new.headline), ("text", old.lead != new.lead),
            ("names", old.entities != new.entities), ("time", old.time_ms != new.time_ms),
        ) if changed
    ]
    parts += [f"{kind} {dict(old.figures).get(kind, 0):g} → {value:g}" for kind, value in new.figures
              if dict(old.figures).get(kind) != value]
    return f"; changed: {', '.join(parts)}" if parts else ""


def _restand(state: ShardState, member: Member, standing: int, step: Step) -> None:
    content = state.take(member, step)
    member.standing = standing
    state.put(member, content, step)


def _kill(state: ShardState, record: AnalyzedArticle, step: Step) -> Rejection | None:
    """Retract the article that a kill names (and the kill's own uri, where that is a member), and flag the copies
    wherever they are."""
    article, provenance = record.article, record.provenance
    known = state.members.get(article.uri)
    if known is not None and known.standing == KILLED:
        return None
    named = _live(state, provenance.duplicate_of) or _live(state, article.signal_target)
    victims = {found.uri: found for found in (named, _live(state, article.uri)) if found is not None}
    reached = [uri for uri in provenance.affects if _live(state, uri) is not None]
    if not victims and not reached:
        target = provenance.duplicate_of or article.signal_target or article.uri
        return Rejection("kill-target-unknown", f"{article.uri} kills {target}, which is in no story of {state.name}; "
                                                f"expected the uri of a member")
    first = next(iter(victims), None) or reached[0]
    home = state.stories[state.members[first].story]
    state.open(home.id)
    gone: dict[str, list[DeltaEntry]] = {home.id: []}
    for victim in victims.values():
        story = state.stories[victim.story]
        gone.setdefault(story.id, []).append(entry_of(victim.uri, _retract(state, victim, story, step)))
    copies: dict[str, list[DeltaEntry]] = {id: [] for id in gone}
    if article.uri not in victims:
        # The kill is no member, but it is told of: no wire that was accepted is without a trace.
        _stub(state, article.uri, article.version, home, step)
        copies[home.id].append(DeltaEntry(uri=article.uri, version=article.version, verdict="kill",
                                          duplicate_of=named.uri if named else "", event_time=article.event_time))
    what = " and ".join(victims) or "What was copied here"
    _flag(state, record, f"{what} is withdrawn by {article.uri}.", gone, copies, step)
    return None


def _retract(state: ShardState, member: Member, story: Story, step: Step) -> Content:
    """Take a member out for good; its stub stays, so that a resend does not bring it back."""
    content = state.take(member, step)
    state.matcher.remove(member.uri)
    state.drop_content(member.uri, step)
    _stub(state, member.uri, member.version, story, step)
    return content


def _stub(state: ShardState, uri: str, version: int, story: Story, step: Step) -> None:
    state.members[uri] = Member(uri, story.id, version, KILLED)
    step.members[uri] = None
    if uri not in story.killed:
        story.killed = [*story.killed, uri]


def _flag(
    state: ShardState, record: AnalyzedArticle, text: str, gone: dict[str, list[DeltaEntry]],
    copies: dict[str, list[DeltaEntry]], step: Step,
) -> None:
    """Tell every story that has copies of what was killed or corrected, and those that members are ``gone`` from.
    ``copies`` (by story) begins with what else is to be told."""
    kill = record.provenance.verdict == "kill"
    for uri in dict.fromkeys(record.provenance.affects):
        member = _live(state, uri)
        if member is None or uri == record.article.uri or member.standing != LIVE:
            continue
        state.open(member.story)
        if kill:
            _restand(state, member, WITHDRAWN, step)
        entry = entry_of(uri, member.read(), verdict="source-withdrawn" if kill else "source-corrected")
        copies.setdefault(member.story, []).append(entry)
    because = by_verdict(record, "kill" if kill else "correction", text)
    for id, entries in copies.items():
        story = state.stories[id]
        if not state.members_of[id] and story.status == "open":
            close(state, story)
        for number, run in enumerate(list(chunks(entries)) or [[]]):
            removed = gone.get(id, []) if number == 0 else []
            change: StoryChange = "retracted" if removed else "flagged"
            reasons = [] if number else ["kill" if kill else "correction"]
            state.tell(story, Told(change, because, removed=removed, revised=run, reasons=reasons), step)

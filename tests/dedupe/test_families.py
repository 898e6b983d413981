"""Who copied whom: duplicates, families, their trees, and what only looks alike."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from streams.contracts.codec import decode
from streams.contracts.records import DedupedArticle, Provenance
from streams.dedupe.explain import explain
from streams.dedupe.origins import Origins
from streams.dedupe.stage import DedupeStage
from streams.pipeline import core, incoming
from tests.dedupe.helpers import article, prose, records, run, told

SEEDS = sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))
NAMES = {
    "Spin Boldak": "Tor Kham", "Spinboldak": "Torkham", "Taliban": "Rebels", "Kandahar": "Nangarhar",
    "Afghanistan": "Borduria", "Afghan": "Bordurian", "Pakistan": "Syldavia", "Chaman": "Klow", "AFP": "AFP",
    "Mohammad": "Petrow", "Muhammad": "Petrov", "Mohamed": "Petroff", "Balochistan": "Zileheroum", "Kirby": "Jansen",
    "Baluchistan": "Zilheroum", "Arian": "Sponz", "Mujahid": "Müsstler", "Karachi": "Szohôd", "Kabul": "Szprinkj",
}


def families(
    order: tuple[int, ...], rename: dict[str, str] | None = None
) -> tuple[list[list[str]], dict[str, Provenance]]:
    """The seeds through intake and dedupe in the given order: their families by number, and their provenance."""
    feed = []
    for number in order:
        text = SEEDS[number].read_text(encoding="utf-8")
        for old, new in (rename or {}).items():
            text = re.sub(rf"\b{old}", new, text)
        feed.append((SEEDS[number].stem[:3].encode(), text.encode(), (("content-type", b"text/plain"),)))
    found: dict[str, Provenance] = {}
    origins = Origins()
    for out in core("dedupe").run(incoming(feed, start_ms=1_626_278_400_000, step_ms=1000)):
        deduped = decode(out.value, DedupedArticle)
        found[deduped.article.uri] = deduped.provenance
        origins.see(deduped.provenance)
    groups: dict[str, list[str]] = {}
    for uri, provenance in sorted(found.items()):
        groups.setdefault(origins.of(provenance.family), []).append(uri)
    return sorted(groups.values()), found


@pytest.mark.parametrize("first", range(5))
def test_the_seeds_are_two_families_in_any_order(first: int) -> None:
    rests = list(itertools.permutations([n for n in range(5) if n != first]))
    for rest in rests[first::5]:
        assert families((first, *rest))[0] == [["000", "004"], ["001", "002", "003"]]


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 3, 1, 4, 0), (3, 2, 0, 4, 1)])
def test_the_seeds_with_other_names_are_the_same_two_families(order: tuple[int, ...]) -> None:
    assert families(order, NAMES)[0] == [["000", "004"], ["001", "002", "003"]]


def test_the_seeds_say_whose_text_they_are_and_whom_they_only_quote() -> None:
    _, found = families((0, 1, 2, 3, 4))
    assert [found[uri].agency for uri in ("001", "002", "003", "004")] == ["AFP", "AFP", "AFP", "BBC"]
    assert (found["002"].parent, found["003"].parent, found["004"].parent) == ("001", "001", "000")
    assert ("quotes", found["001"].family) in {(cite.kind, cite.family) for cite in found["004"].cites}
    assert "Al Jazeera" in {cite.name for cite in found["003"].cites}
    assert all(found[uri].shared_phrases for uri in ("002", "003", "004"))
    assert 0.3 < found["003"].own_share < 0.8


def test_a_duplicate_names_the_original_even_where_it_is_nearer_to_a_copy() -> None:
    body = prose(1)
    _, copy, third = run(
        article("w", body), article("copy", body + " Another last line of somebody.", minutes=1),
        article("third", body + " Another last line of somebody. And one more.", minutes=2),
    )
    assert (copy.verdict, copy.duplicate_of) == ("duplicate", "w")
    assert (third.verdict, third.duplicate_of, third.parent) == ("duplicate", "w", "copy")


def test_a_cut_of_a_cut_is_no_duplicate_of_the_whole_but_of_its_family() -> None:
    words = prose(1, 400).split()
    whole, half, third = run(*(
        article(f"w{n}", " ".join(words[:n]), minutes=at) for at, n in enumerate((400, 240, 120))
    ))
    assert (half.verdict, half.duplicate_of) == ("duplicate", "w400")
    assert (third.verdict, third.family) == ("unique", whole.family)
    assert third.containment == 1.0
    assert third.own_share == 0.0


def test_paragraphs_in_another_order_are_the_family_not_the_same_wire() -> None:
    parts = prose(1, 300).split("\n\n")
    first, second = run(article("a", "\n\n".join(parts)), article("b", "\n\n".join(reversed(parts)), minutes=1))
    assert (second.verdict, second.family, second.parent) == ("unique", first.family, "a")


def test_a_splice_joins_one_family_and_its_parts_stay_two() -> None:
    one, two = prose(1, 300), prose(2, 300)
    spliced = one[: len(one) // 2] + "\n\n" + two[len(two) // 2 :]
    a, b, s, c, d = run(
        article("a", one), article("b", two), article("s", spliced), article("c", one + " More."),
        article("d", two + " More."),
    )
    assert s.family in (a.family, b.family)
    assert (c.family, d.family) == (a.family, b.family)
    assert a.family != b.family
    assert not any(p.linked for p in (s, c, d))


def test_a_text_between_two_others_links_their_families_and_keeps_the_older_name() -> None:
    words = prose(1, 600).split()
    one = [w if n % 12 < 6 else f"un{n}" for n, w in enumerate(words)]
    two = [w if n % 14 < 7 else f"deux{n}" for n, w in enumerate(words)]
    stage = DedupeStage()
    first, second = run(article("one", " ".join(one)), article("two", " ".join(two), minutes=1), stage=stage)
    assert first.family != second.family
    (between,) = run(article("mid", " ".join(words), minutes=2), stage=stage)
    assert (between.family, between.linked) == (first.family, [second.family])
    (later,) = run(article("last", " ".join(two), minutes=3), stage=stage)
    assert later.family == first.family


def test_two_reports_that_share_only_a_statement_are_two_origins() -> None:
    statement = '"' + prose(9, 40).replace("\n\n", " ") + '," the ministry said.'
    a, b = run(article("a", prose(1) + "\n\n" + statement), article("b", prose(2) + "\n\n" + statement, minutes=1))
    assert a.family != b.family
    assert [(cite.kind, cite.uri) for cite in b.cites] == [("quotes", "a")]
    assert "too little for a common origin" in b.evidence


def test_two_languages_share_a_family_only_when_the_text_is_the_same() -> None:
    body = prose(1, 300)
    some = " ".join(w if n % 4 else f"autre{n}" for n, w in enumerate(body.split()))
    a, same, like = run(
        article("a", body), article("b", body, language="nl", minutes=1), article("c", some, language="fr", minutes=2),
    )
    assert (same.verdict, same.family) == ("duplicate", a.family)
    assert like.family != a.family


def test_a_text_dated_before_what_it_resembles_derives_from_nothing() -> None:
    later, earlier = run(article("late", prose(1), minutes=60), article("early", prose(1) + " End."))
    assert later.parent == earlier.parent == ""
    assert "dated before" in earlier.evidence


def test_lines_that_a_source_prints_under_every_article_are_taken_out_and_kept_with_the_reason() -> None:
    line = "Mail us your view at the usual place, letter 7"
    wires = [
        article(f"w{n}", f"{prose(n, 60)}\n\n{line}{n}", source="Daily" if n < 5 else "Weekly", minutes=n)
        for n in range(6)
    ]
    *_, fourth, fifth, other = (d.article for d in told(DedupeStage().process(records(wires))))
    assert [(r.text, r.reason) for r in fourth.removed] == [(f"{line}3", "recurs-in-source")]
    assert fifth.body == prose(4, 60)
    assert other.removed == []


def test_short_wires_are_told_apart_by_their_headlines() -> None:
    a, b, c = run(
        article("a", "More to follow shortly.", headline="Earthquake hits the coast of Borduria"),
        article("b", "More to follow shortly.", headline="President of Syldavia resigns at dawn", minutes=1),
        article("c", "More to follow shortly.", headline="Earthquake hits the coast of Borduria", minutes=2),
    )
    assert a.family != b.family
    assert (c.verdict, c.duplicate_of) == ("duplicate", "a")


def test_every_verdict_explains_itself_in_words() -> None:
    wires = [
        article("w", prose(1)), article("copy", prose(1) + " End.", minutes=1),
        article("cut", " ".join(prose(1).split()[:60]), minutes=2), article("w", prose(1, 220), version=2, minutes=3),
        article("w", prose(1)), article("w", "Kill.", signal="kill", version=3, minutes=4),
    ]
    said = [explain(d.article, d.provenance) for d in told(DedupeStage().process(records(wires)))]
    for words, expected in zip(said, [
        "text of its own", "same wire as w", "stands nowhere else in the family", "another version",
        "sent before, unchanged", "withdraws w",
    ], strict=True):
        assert expected in words
        assert "Why: " in words
    assert "copy" in said[-1]
    assert "Shared passage" in said[1]

"""Where groups and stories differ: what is proposed, and what stays as it is."""

from __future__ import annotations

import pytest

from streams.stories.matching import Matcher, MatchSettings
from streams.stories.matching.region import FACE, Region, face
from streams.stories.matching.repairs import repairs
from tests.stories.matching.making import item

SETTINGS = MatchSettings()


@pytest.fixture
def matcher() -> Matcher:
    """Story a: a0, a1, a2 and a copy of a2; story b: b0."""
    found = Matcher()
    for number in range(3):
        found.add(item(1, number, uri=f"a{number}", hours=number, family="text" if number == 2 else ""), "a")
    found.add(item(1, 2, uri="copy", hours=3, family="text"), "a")
    found.add(item(2, 0, uri="b0", hours=4), "b")
    return found


def region(matcher: Matcher, *groups: str) -> Region:
    """As if these were the groups (of uris): a mean chance of .9 within, .1 between."""
    stories = [matcher.held("a"), matcher.held("b")]
    uris = [uri for held in stories for uri, _ in face(matcher.store, held)]
    count = len(face(matcher.store, stories[0]))
    parts = [range(count), range(count, len(uris))]
    label = [next(number for number, group in enumerate(groups) if uri in group.split()) for uri in uris]
    chance = [[900_000 if one == other else 100_000 for other in label] for one in label]
    return Region(uris, stories, parts, chance, label)


def test_where_groups_are_stories_nothing_is_proposed(matcher: Matcher) -> None:
    assert repairs(matcher.store, region(matcher, "a0 a1 copy", "b0"), SETTINGS) == []


def test_stories_of_one_group_merge_into_the_elder(matcher: Matcher) -> None:
    (found,) = repairs(matcher.store, region(matcher, "a0 a1 copy b0"), SETTINGS)
    assert (found.kind, found.story, found.other, found.score) == ("merge", "b", "a", 0.9)


def test_the_nearest_pair_is_the_evidence_of_a_merge(matcher: Matcher) -> None:
    whole = region(matcher, "a0 a1 copy b0")
    one, other = whole.uris.index("a1"), whole.uris.index("b0")
    whole.chance[one][other] = whole.chance[other][one] = 970_000
    (found,) = repairs(matcher.store, whole, SETTINGS)
    assert found.text == "1 article and 4 articles tell the same; nearest to each other are b0 and a1 (0.97)"


def test_an_article_moves_to_the_story_of_its_group_with_its_copies(matcher: Matcher) -> None:
    (found,) = repairs(matcher.store, region(matcher, "a0 a1", "copy b0"), SETTINGS)
    assert (found.kind, found.story, found.other, found.uris) == ("move", "a", "b", ("a2", "copy"))
    assert (found.score, found.threshold) == (0.9, 0.1)


def test_an_article_of_no_story_s_group_is_split_off(matcher: Matcher) -> None:
    (found,) = repairs(matcher.store, region(matcher, "a0 copy", "a1", "b0"), SETTINGS)
    assert (found.kind, found.story, found.uris) == ("split", "a", ("a1",))


def test_a_story_shows_one_of_each_text_family_and_no_more_than_its_face(matcher: Matcher) -> None:
    assert [uri for uri, _ in face(matcher.store, matcher.held("a"))] == ["a0", "a1", "copy"]
    for number in range(3, 3 + FACE):
        matcher.add(item(1, number, uri=f"a{number}", hours=number + 5), "a")
    shown = [uri for uri, _ in face(matcher.store, matcher.held("a"))]
    assert (len(shown), shown[-1]) == (FACE, f"a{2 + FACE}")


def test_an_unsure_article_stays_alone_until_it_is_settled() -> None:
    """It would join at once where joining took no more than telling the same."""
    careful = Matcher(MatchSettings(join_threshold=0.9999))
    for report in range(3):
        careful.add(item(3, report, hours=report), "a")
    newcomer = item(3, 5, hours=4)
    decision = careful.decide(newcomer)
    assert (decision.story, decision.unsure, decision.rule) == (None, True, "new-story")
    assert decision.runner_up is not None
    careful.add(newcomer, "b")
    assert careful.proposals(newcomer.uri, False) == []
    (found,) = careful.proposals(newcomer.uri, True)
    assert (found.kind, found.story, found.other) == ("merge", "b", "a")

"""What a story says: headline, summary, key numbers, keywords, statements, and what wakes somebody."""

from __future__ import annotations

import re

import pytest

from streams.stories.content.figures import figures
from streams.stories.content.sentences import sentences
from streams.stories.content.tell import tell
from streams.stories.content.voice import Voice
from streams.stories.content.words import words
from streams.stories.member import Content
from streams.stories.wording import clean, shorten
from tests.stories.feed import START_MS, analyzed, events, toy_stage


def voice(uri: str, headline: str = "", lead: str = "", *, rank: int = 0, original: bool = True,
          quotes: tuple[tuple[str, str], ...] = ()) -> Voice:
    content = Content(
        version=1, time_ms=START_MS, headline=headline, lead=lead, source="", credit="", family=uri, verdict="unique",
        duplicate_of="", entities=(), places=(), main_place=None, quotes=quotes, figures=(),
    )
    return Voice(uri, content, rank, original)


@pytest.mark.parametrize("text", [
    "U.S. forces’ 2nd base—“Camp O'Neill”—re-opened; x_y, 3.5% up…", "Élysée, Genève and ÅLESUND’s mayor", "", "’",
    "\x00a\x7fb",
])
def test_words_are_runs_of_letters_and_digits_in_lower_case_in_whatever_script(text: str) -> None:
    assert words(text) == re.findall(r"[^\W_]+", text.lower())


DAM = "The Merrow dam gave way on Monday after days of rain, the water authority said, and two villages were flooded."
DENIAL = "The energy ministry denied that the Merrow dam had failed and said only a channel had overflowed."


def test_the_headline_is_the_one_nearest_to_what_all_say() -> None:
    told = tell([
        voice("a", "Dam bursts above Merrow, villages flooded", DAM),
        voice("b", "Villages flooded as Merrow dam bursts", DAM),
        voice("c", "Minister opens trade fair in the capital", "The Merrow dam burst, said the minister there."),
    ])
    assert "Merrow" in told.headline


@pytest.mark.parametrize("bait", [
    "You won't believe what happened at the Merrow dam", "Why did the Merrow dam burst and flood villages?",
    "10 photos of flooded villages below the Merrow dam", "Watch: Merrow dam bursts, villages flooded!",
])
def test_a_teaser_is_no_headline(bait: str) -> None:
    told = tell([voice("a", bait, DAM), voice("b", "Villages flooded as Merrow dam bursts", DAM)])
    assert told.headline == "Villages flooded as Merrow dam bursts"


def test_a_copys_headline_is_never_taken() -> None:
    told = tell([voice("a", "", DAM), voice("b", "Villages flooded as Merrow dam bursts", DAM, rank=1, original=False)])
    assert told.headline.startswith("The Merrow dam gave way on Monday")
    assert len(told.headline) <= 120


def test_there_is_always_a_headline() -> None:
    assert tell([voice("a", "", "Flood.")]).headline == "Flood."
    assert tell([voice("urn:x", "", "")]).headline == "urn:x"


def test_the_summary_tells_a_claim_and_who_denies_it_each_with_its_article() -> None:
    told = tell([voice("a", "Merrow dam bursts", DAM), voice("b", "Merrow dam has burst, villages flooded", DAM),
                 voice("c", "Ministry on Merrow", DENIAL)])
    assert [(sentence.uri, sentence.text) for sentence in told.summary] == [("a", DAM), ("c", DENIAL)]


def test_the_summary_does_not_say_the_same_twice() -> None:
    again = DAM.replace("gave way", "collapsed")
    told = tell([voice("a", "Merrow dam bursts", DAM), voice("b", "Merrow dam bursts", again)])
    assert len(told.summary) == 1


def test_a_denial_by_nobody_in_particular_or_about_something_else_is_not_forced_in() -> None:
    aside = "Critics of the film festival dismissed a jury decision that the union called false on Friday evening."
    told = tell([*(voice(uri, "Merrow dam bursts", DAM) for uri in "abc"),
                 voice("d", "Merrow dam bursts", DAM + "\n" + aside)])
    assert [sentence.text for sentence in told.summary][:1] == [DAM]
    assert [sentence.contrast for sentence in voice("d", "", aside).sentences] == [True]


def test_the_same_claim_in_two_articles_is_one_statement() -> None:
    told = tell([voice("a", lead=DAM, quotes=(("Ada Brook", "the dam was safe in every inspection"),)),
                 voice("b", lead=DAM, quotes=(("A. Brook", "the dam was safe at every inspection"),))])
    assert [(each.speaker, each.articles) for each in told.statements] == [("Ada Brook", ["a", "b"])]


def test_keywords_are_what_most_articles_say() -> None:
    told = tell([voice("a", "Merrow dam bursts", DAM), voice("b", "Flood below the dam at Merrow", DENIAL)])
    assert "merrow" in told.keywords[:3]
    assert "monday" not in told.keywords


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("At least 41 people were killed and 1,200 injured.", [("dead", 41), ("injured", 1200)]),
        ("The death toll rose to 17 on Monday.", [("dead", 17)]),
        ("Two firefighters were hurt, three hikers are missing.", [("injured", 2), ("missing", 3)]),
        ("A magnitude 7.1 quake struck; police arrested 12 looters.", [("held", 12), ("magnitude", 7.1)]),
        ("In 2019 died a king. Some 900 trucks pass each day, worth $40 million.", []),
        ("He was killed 20 years ago.", []),
        ("", []),
    ],
)
def test_key_numbers_are_those_of_people_and_of_strength(text: str, found: list[tuple[str, float]]) -> None:
    assert figures(text) == found


def test_a_changed_key_number_is_material_even_from_a_known_origin() -> None:
    told = events(toy_stage().process([
        analyzed("a", body="At least 3 people were killed in the region, officials said on Monday."),
        analyzed("b", family="a", body="At least 9 people were killed in the region, officials said on Monday."),
        analyzed("c", family="a", body="At least 5 people were killed in the region, officials said on Monday."),
    ]))
    assert [event.material_reasons for event in told] == [["first-event"], ["key-number"], []]


def test_a_new_main_actor_is_material_and_one_who_was_named_is_not() -> None:
    told = events(toy_stage().process([
        analyzed("a", names=("Ada Brook",)), analyzed("b", family="a", names=("Ada Brook",)),
        analyzed("c", family="a", names=("Bo Reed",)),
    ]))
    assert [event.material_reasons for event in told] == [["first-event"], [], ["new-actor"]]


def test_texts_are_clean_and_bounded() -> None:
    assert clean("a\x1b[31m \u202e b\n\nc", 20) == "a [31m b c"
    assert clean("word " * 3000, 40) == "word word word word word word word word…"
    assert shorten("one two three four five", 14) == "one two three…"
    assert len(clean("x" * 9000, 240)) == 240


def test_sentences_end_at_punctuation_and_not_at_abbreviations() -> None:
    text = ('Gen. Ada Brook met U.S. officials. "We agreed," she said.\n'
            "Talks go on… Nobody knows how long! (Not J. Reed.)")
    assert sentences(text, 9)[0] == [
        "Gen. Ada Brook met U.S. officials.", '"We agreed," she said.', "Talks go on…", "Nobody knows how long!",
        "(Not J. Reed.)",
    ]
    assert len(sentences(text, 2)[0]) == 2
    assert sentences("", 3) == ([], "")

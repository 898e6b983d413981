"""Boilerplate is known by its shape and place; a sentence of the article that looks like it stays."""

from __future__ import annotations

import pytest

from streams.intake import clean
from tests.intake.helpers import ninjs, reasons, take

LEAD = "The river rose by two metres overnight and flooded the old town, the mayor said."
LAST = "Schools stay closed until Friday, and buses do not run."
TITLE = "River floods the old town"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Facebook Comments", "share-buttons"),
        ("Share on Facebook", "share-buttons"),
        ("Tweet", "share-buttons"),
        ("Facebook Twitter WhatsApp Email Print", "share-buttons"),
        ("12 Comments", "share-buttons"),
        ("Share this article", "share-buttons"),
        ("Source link", "source-link"),
        ("Source: Example Daily", "source-link"),
        ("Read original article", "source-link"),
        ("Published: 2021-07-14 14:11", "published-line"),
        ("Posted on July 14, 2021 at 2:11 pm", "published-line"),
        ("Veröffentlicht am 14.07.2021", "published-line"),
        ("Last Updated: 2024-04-21 05:17", "updated-line"),
        ("Updated 3 hours ago", "updated-line"),
        ("Published time: 13:26 14/09/2013", "published-line"),
        ("Posted: Friday, March 8, 2013 2: 39 pm EST", "published-line"),
        ("A post shared by Jane Doe (@jane) on Feb 4, 2018 at 9:50pm PST", "embed"),
        ("Advertisement Continue reading the main story", "advertisement"),
        ("Enlarge this image toggle caption Jane Doe/AP", "photo-credit"),
        ("newsroom@example.org", "contact"),
        ("Tel: +44 20 7946 0000", "contact"),
        ("(+91) 120 4565994", "contact"),
        ("https://example.org/story", "contact"),
        ("Contact us: news@example.org or www.example.org", "contact"),
        ("Follow us on Twitter @example", "contact"),
        ("© 1994-2021 Agence France-Presse", "copyright"),
        ("Copyright 2021 Example. All rights reserved.", "copyright"),
        ("Copyright © 2021 Example Ltd", "copyright"),
        ("All rights reserved.", "copyright"),
        ("bur-star/r k/g t", "agency-initials"),
        ("bur-jds/fox", "agency-initials"),
        ("sst/leg/jm", "agency-initials"),
        ("Image source: Dawn", "photo-credit"),
        ("Photo: Jane Doe", "photo-credit"),
        ("Jane Doe/AP", "photo-credit"),
        ("Image credit: Getty Images", "photo-credit"),
        ("Photograph: Jane Doe for the Example", "photo-credit"),
        ("Advertisement", "advertisement"),
        ("ADVERTISEMENT", "advertisement"),
        ("Story continues below advertisement", "advertisement"),
        ("Scroll down for video", "advertisement"),
        ("Read more", "read-more"),
        ("READ MORE: Ten dead in a flood last year", "read-more"),
        ("Related articles", "read-more"),
        ("Lesen Sie auch: Zehn Tote bei einer Flut", "read-more"),
        ("Sign up for our newsletter and never miss a story.", "newsletter"),
        ("Subscribe to our Telegram channel", "newsletter"),
        ("Join us on WhatsApp for breaking news", "newsletter"),
        ("We use cookies to improve your experience. See our privacy policy.", "cookie-notice"),
        ("By continuing you agree to our terms of use and cookie policy.", "cookie-notice"),
        ("The views expressed in this article are the author's own.", "disclaimer"),
        ("Opinions expressed here do not necessarily reflect those of the paper.", "disclaimer"),
        ("**JOIN TODAY!**", "call-to-action"),
        ("Subscribe now", "call-to-action"),
        ("Click here", "call-to-action"),
        ("Home > World > Asia", "breadcrumb"),
        ("Load more comments", "share-buttons"),
        ("LIVE | Listen to our daily podcast", "newsletter"),
        ("SUMMER SALE: order your tent today and save 20% off the price!", "advertisement"),
        ("Do you have a story for us? Call our desk on 020 7946 0000 or visit www.example.org", "advertisement"),
        ("Please consider a donation today: our independent journalism needs you.", "advertisement"),
        ("(Adds analyst comment, updates prices)", "advisory"),
        ("((jane.doe@example.org; +44 20 7946 0000; Messaging: jane.doe))", "contact"),
        ("Riverton-flood,2ndlead-writethru", "agency-slug"),
        ("Reuse this content", "read-more"),
        ("Melden Sie sich für unseren Newsletter an.", "newsletter"),
        ("___", "rule"),
        ("* * *", "rule"),
        ("Photo", "media-label"),
    ],
)
def test_a_line_of_furniture_goes_with_its_reason(line: str, reason: str) -> None:
    result = clean(TITLE, f"{LEAD}\n\n{line}\n\n{LAST}")
    assert result.paragraphs == [LEAD, LAST]
    assert [(removal.reason, removal.text, removal.line) for removal in result.removed] == [(reason, line, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "Facebook said on Tuesday that it would remove the pages.",
        "Twitter and Facebook declined to comment.",
        "Comments by the minister angered the opposition.",
        "The source said the link was cut.",
        "Source close to the minister denies it",
        "The report was published on 14 July 2021 in Geneva.",
        "It was last updated in 2019, the agency said.",
        "He wrote to jane@example.org and got no answer.",
        "Police asked witnesses to call 020 7946 0000 with what they saw.",
        "The law protects copyright for 70 years.",
        "All rights were reserved for the crown in those days.",
        "The photo shows a man on a bridge.",
        "Her views differ from those of the author, she said.",
        "Opinions on the plan differ.",
        "Read more books, the minister told children.",
        "He wants to join the army today!",
        "Sign up to 5,000 volunteers, the ministry told the army.",
        "The cookies were baked by the mayor's aunt.",
        "Call the town hall before you travel there.",
        "The firm will offer its customers a 20% discount today, and tickets are free for children.",
        "Get out of the house and do not return, the army told them through loudspeakers on Monday!",
        '"Buy now and save your money today!" was written on the wall of the shop at www.example.org.',
        "(The mayor was not there.)",
        "Well-known, well-read and well-paid men met there",
        "Kabul/Kandahar road is cut",
        "Key crossing",
        "What we know",
        "DEATH TOLL RISES",
        '"STOP IT NOW!"',
        "5 January 2021 was the day it began.",
        "Subscribers of the paper complained.",
        "The advertisement ran for a week.",
        "#BringBackOurGirls",
        "AFP journalists saw the flag.",
        "Getty Images went to court against the firm.",
        "1. Wash your hands",
        "- He ran for the exit when it began to burn -x",
        "The new rules are f*** nonsense, he said.",
        "Watch the river, the old man said.",
        "He lives in the US (or did).",
        "The move angered the Palestinian Authority (PA).",
        "It hit the Advanced Micro Devices (AMD) chip maker hardest of all.",
    ],
)
def test_a_line_of_the_article_stays(line: str) -> None:
    result = clean(TITLE, f"{LEAD}\n\n{line}\n\n{LAST}")
    assert result.paragraphs == [LEAD, line, LAST]
    assert result.removed == []


@pytest.mark.parametrize(
    ("line", "kept", "reason"),
    [
        (
            "People cross the border in Chaman [File: Jane Doe/EPA]",
            "People cross the border in Chaman",
            "photo-credit",
        ),
        (
            "The mayor waves to the crowd. (Jane Doe/Associated Press)",
            "The mayor waves to the crowd.",
            "photo-credit",
        ),
        ("The mayor waves to the crowd (AP Photo/Jane Doe)", "The mayor waves to the crowd", "photo-credit"),
        (
            "The mayor waves to the crowd. Photograph: Jane Doe for the Example",
            "The mayor waves to the crowd.",
            "photo-credit",
        ),
        ("Image copyright EPA Image caption The blast destroyed cars", "The blast destroyed cars", "photo-credit"),
        (
            "FILE - In this picture the mayor waves to the crowd.",
            "In this picture the mayor waves to the crowd.",
            "media-label",
        ),
        ("It was over by noon. (Reporting by Jane Doe; Editing by John Roe)", "It was over by noon.", "byline"),
        ("## Key crossing", "Key crossing", "markup"),
        ("- main crossing -", "main crossing", "markup"),
        ("**Key crossing**", "Key crossing", "markup"),
        ("The _mayor_ said no to it.", "The mayor said no to it.", "markup"),
        ("See [the report](https://example.org/r) for what it said.", "See the report for what it said.", "markup"),
        ("• Wash your hands", "Wash your hands", "markup"),
    ],
)
def test_what_does_not_belong_is_cut_and_the_sentence_stays(line: str, kept: str, reason: str) -> None:
    result = clean(TITLE, f"{LEAD}\n\n{line}\n\n{LAST}")
    assert result.paragraphs == [LEAD, kept, LAST]
    assert result.removed[0].reason == reason
    assert result.removed[0].line == 2


@pytest.mark.parametrize(
    ("dateline", "place", "agency"),
    [
        ("KABUL (AFP) — ", "Kabul", "AFP"),
        ("KABUL, July 14 (Reuters) - ", "Kabul", "Reuters"),
        ("KABUL, Afghanistan (AP) — ", "Kabul, Afghanistan", "AP"),
        ("Kabul, July 14 (Xinhua) -- ", "Kabul", "Xinhua"),
        ("WASHINGTON — ", "Washington", ""),
        ("ERIE, Pa. -- ", "Erie, Pa", ""),
        ("(CNN) -- ", "", "CNN"),
        ("SEOUL/WASHINGTON (Reuters) - ", "Seoul/Washington", "Reuters"),
        ("West Palm Beach, Florida (CNN) ", "West Palm Beach, Florida", "CNN"),
    ],
)
def test_a_dateline_becomes_credits(dateline: str, place: str, agency: str) -> None:
    article = take(ninjs(body_text=dateline + LEAD))
    assert article.body == LEAD
    assert reasons(article) == {"dateline": dateline.strip()}
    found = {(credit.kind, credit.name) for credit in article.credits}
    assert found == {(kind, name) for kind, name in (("dateline", place), ("agency", agency)) if name}


@pytest.mark.parametrize(
    "opening",
    [
        "A FIRE - the third this week - broke out in the old town.",
        "The World Health Organization (WHO) said so on Tuesday.",
        "NASA - the American space agency - says it is water.",
        "Adam (Pacman) Jones was released on Tuesday by his club.",
    ],
)
def test_an_opening_that_only_looks_like_a_dateline_stays(opening: str) -> None:
    assert clean(TITLE, f"{opening}\n\n{LAST}").paragraphs == [opening, LAST]


def test_an_advertisement_inside_the_text_goes_with_its_lines() -> None:
    advert = "**LEARN TO SAIL**\n\nTEN-WEEK COURSE ON THE LAKE\n\nJOIN NOW!\n\nsail@example.org\n+44 20 7946 0000"
    result = clean(TITLE, f"{LEAD}\n\n{advert}\n\n{LAST}")
    assert result.paragraphs == [LEAD, LAST]
    assert {removal.reason for removal in result.removed} == {"advertisement", "call-to-action", "contact"}


def test_titles_below_read_more_at_the_end_go_and_text_below_one_inside_stays() -> None:
    end = clean(TITLE, f"{LEAD}\n\n{LAST}\n\nRead more:\n\nTen dead in a flood last year\n\nWhat to do in a flood")
    assert end.paragraphs == [LEAD, LAST]
    assert [removal.reason for removal in end.removed] == ["read-more", "related-links", "related-links"]
    assert clean(TITLE, f"{LEAD}\n\nRead more:\n\n{LAST}").paragraphs == [LEAD, LAST]


@pytest.mark.parametrize(
    "headline",
    [
        f"{TITLE} | Example News",
        f"{TITLE} » Example",
        f"{TITLE} - BBC News",
        f"{TITLE} – The Example Times",
        f"{TITLE} | Asia | Example",
    ],
)
def test_the_sites_name_behind_a_headline_goes(headline: str) -> None:
    assert clean(headline, LEAD).headline == TITLE


@pytest.mark.parametrize(
    "headline",
    ["Biden and Putin - what comes next", "Rice - the new oil", "Profit | Loss", "Fed raises rates – again"],
)
def test_a_dash_within_a_headline_stays(headline: str) -> None:
    assert clean(headline, LEAD).headline == headline


@pytest.mark.parametrize(
    "head",
    [
        "{title}\n\n",
        "{title}\n{title}\n\n",
        "World\n\n{title}\n\n",
        "Published: 2021-07-14 14:11\n\n{title}\n\nBy Jane Doe\n\n",
        "{title}\n\nWorld\n\nPublished: 2021-07-14 14:11\n\n{title}\n\n",
    ],
)
def test_a_headline_is_found_and_what_stands_around_it_goes(head: str) -> None:
    result = clean("", head.format(title=TITLE) + f"{LEAD}\n\n{LAST}")
    assert (result.headline, result.paragraphs) == (TITLE, [LEAD, LAST])


@pytest.mark.parametrize(
    "line", ["July 14, 2021", "Wed Jul 14 2021, 14:58 hrs", "8: 44AM BST 16 Sep 2013", "14 / 07 / 2021"]
)
def test_a_date_alone_goes_at_the_top_and_stays_as_a_heading_below(line: str) -> None:
    assert clean(TITLE, f"{line}\n\n{LEAD}\n\n{LAST}").paragraphs == [LEAD, LAST]
    below = [LEAD, LAST, LEAD, LAST, line, LEAD]
    assert clean(TITLE, "\n\n".join(below)).paragraphs == below


def test_the_headline_as_the_first_sentence_goes() -> None:
    for mark in (".", "!", " -", " |"):
        result = clean(TITLE, f"{TITLE}{mark} {LEAD}")
        assert result.paragraphs == [LEAD]
        assert result.removed[0].reason == "doubled-headline"


@pytest.mark.parametrize(
    "lead", [f"{TITLE} and two villages on Tuesday.", f"{TITLE}, the mayor says.", f"{TITLE}'s market."]
)
def test_a_first_sentence_that_begins_like_the_headline_stays(lead: str) -> None:
    assert clean(TITLE, f"{lead}\n\n{LAST}").paragraphs == [lead, LAST]


def test_where_to_find_more_goes_below_the_text_and_stays_inside() -> None:
    line = "For more on the flood: http://example.org"
    assert clean(TITLE, f"{LEAD}\n\n{LAST}\n\n{line}").paragraphs == [LEAD, LAST]
    assert clean(TITLE, f"{LEAD}\n\n{line}\n\n{LAST}").paragraphs == [LEAD, line, LAST]


def test_a_sentence_is_no_headline() -> None:
    assert clean("", f"{LEAD}\n\n{LAST}").headline == ""


def test_a_sentence_cut_by_a_blank_line_or_an_advertisement_is_healed() -> None:
    cut = "The road is a main source of revenue for the Taliban's\n\nwar chest over the years."
    healed = ["The road is a main source of revenue for the Taliban's war chest over the years."]
    assert clean(TITLE, cut).paragraphs == healed
    assert clean(TITLE, cut.replace("\n\n", "\n\nAdvertisement\n\n")).paragraphs == healed


def test_a_text_of_nothing_but_furniture_is_kept_as_it_is() -> None:
    assert clean("", "Source link\n\nRead more").paragraphs == ["Source link", "Read more"]

"""Each format of wire gives the same article, and what only looks like a wire is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.intake.helpers import ninjs, reasons, refuse, take

FIRST = "The river rose by two metres overnight and flooded the old town, the mayor said."
SECOND = "Schools stay closed until Friday, and buses do not run."
BODY = f"{FIRST}\n\n{SECOND}"

NEWSML = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:newsml:example.org:20210714:1" version="3" xml:lang="en-GB">
 <rightsInfo><copyrightNotice>(c) Agence France-Presse</copyrightNotice></rightsInfo>
 <itemMeta>
  <provider qcode="prov:x"><name>Example Agency</name></provider>
  <versionCreated>2021-07-14T12:00:00+02:00</versionCreated><pubStatus qcode="stat:usable"/>
 </itemMeta>
 <contentMeta><contentCreated>2021-07-14T09:00:00Z</contentCreated><located><name>Riverton</name></located>
  <by>Jane Doe</by><language tag="en"/><headline>River floods the old town</headline></contentMeta>
 <contentSet><inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">
  <head><title>not this</title></head><body><body.head><hedline><hl1>nor this</hl1></hedline></body.head>
  <body.content><p>{first}</p><p>Schools stay closed until <em>Friday</em>, and buses do not run.</p>
  </body.content></body></nitf>
 </inlineXML></contentSet>
</newsItem></itemSet></newsMessage>"""

RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Example Daily</title>
<language>en-us</language><item><title>River floods the old town</title><link>https://example.org/1</link>
<guid isPermaLink="false">example-1</guid><pubDate>Wed, 14 Jul 2021 10:00:00 GMT</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>{first}</p><p>{second}</p>]]></content:encoded></item></channel></rss>"""

ATOM = """<entry xmlns="http://www.w3.org/2005/Atom"><id>tag:example.org,2021:1</id>
<title type="html">River floods the old
town</title><updated>2021-07-14T10:00:00Z</updated><published>2021-07-14T08:00:00Z</published>
<author><name>Jane Doe</name></author><link rel="alternate" href="https://example.org/1"/>
<content type="html">&lt;p&gt;{first}&lt;/p&gt;&lt;p&gt;{second}&lt;/p&gt;</content></entry>"""

PAGE = """<!DOCTYPE html><html lang="en"><head><title>River floods the old town | Example</title>
<script>var a = 1;</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>River floods the old town</h1><p>{first}</p><aside>Other news</aside>
<p>Schools stay closed until <b>Friday</b>, and buses do&nbsp;not run.</p>
<ul><li>Call the town hall before you travel there.</li></ul>
</article><footer>Imprint</footer></body></html>"""


def xml(template: str) -> bytes:
    return template.format(first=FIRST, second=SECOND).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"body_text": BODY},
        {"body_xhtml": f"<p>{FIRST}</p><p>{SECOND}</p>"},
        {"body_html": f"<div><p>{FIRST}</p>\n<p>{SECOND}</p></div>"},
        {"body_text": f"<p>{FIRST}</p><p>{SECOND}</p>"},
        {"bodies": [{"role": "main", "contentType": "text/plain", "value": BODY}]},
        {
            "bodies": [
                {"role": "summary", "contentType": "text/plain", "value": "Short."},
                {"role": "main", "contentType": "text/html", "value": f"<p>{FIRST}</p><p>{SECOND}</p>"},
            ]
        },
        {"body_text": "", "description_text": BODY},
        {"body_text": f"{FIRST}\r\n\r\n{SECOND}\r\n"},
    ],
    ids=["text", "xhtml", "html", "html in text", "3.1 plain", "3.1 main html", "description", "crlf"],
)
def test_ninjs_bodies(fields: dict[str, Any]) -> None:
    wire = {"uri": "urn:test:1", "headline": "River floods the old town", **fields}
    assert take(json.dumps(wire).encode()).body == BODY


def test_ninjs_1_names() -> None:
    article = take(
        ninjs(
            version="4",
            versioncreated="2021-07-14T10:00:00+02:00",
            byline="By Jane Doe",
            source="AFP",
            language="en-US",
            located="Riverton",
            url="https://example.org/1",
        )
    )
    assert (article.version, article.event_time, article.event_time_from) == (
        4,
        "2021-07-14T08:00:00.000Z",
        "versionCreated",
    )
    assert (article.source, article.language, article.url) == ("AFP", "en", "https://example.org/1")
    assert {("agency", "AFP"), ("dateline", "Riverton")} <= {
        (credit.kind, credit.name) for credit in article.credits
    }


def test_ninjs_3_names() -> None:
    article = take(
        json.dumps(
            {
                "uri": "urn:test:1",
                "contentCreated": "2021-07-14T09:00:00Z",
                "language": "en",
                "headlines": [
                    {"role": "short", "value": "River floods"},
                    {"role": "main", "value": "River floods the old town"},
                ],
                "bodies": [{"contentType": "text/plain", "value": BODY}],
                "contributors": [{"name": "Jane Doe", "role": "author"}, {"name": "Ed Itor", "role": "editor"}],
                "infosources": [{"name": "Example Agency", "role": "provider"}],
                "copyrightNotice": "Copyright Agence France-Presse",
            }
        ).encode()
    )
    assert article.headline == "River floods the old town"
    assert (article.byline, article.source) == ("Jane Doe", "Example Agency")
    assert (article.event_time, article.event_time_from) == ("2021-07-14T09:00:00.000Z", "contentCreated")
    assert ("agency", "AFP") in {(credit.kind, credit.name) for credit in article.credits}


@pytest.mark.parametrize(
    ("value", "version"), [(3, 3), ("3", 3), (2.0, 2), ("abc", 1), (None, 1), (-4, 1), (True, 1), (2**80, 1)]
)
def test_a_version_that_is_none_counts_as_the_first(value: object, version: int) -> None:
    assert take(ninjs(version=value)).version == version


def test_metadata_of_the_wrong_type_never_costs_the_wire() -> None:
    names = (
        "version language source byline edNote genre profile pubStatus located url headlines contributors infosources "
        "versionCreated embargoed descriptions copyrightNotice evolvedFrom"
    )
    wrong: dict[str, Any] = {name: [1, {"a": [None]}, [], {}] for name in names.split()}
    assert take(ninjs(**wrong)).body


def test_newsml_g2() -> None:
    article = take(xml(NEWSML), "application/vnd.iptc.g2.newsitem+xml")
    assert (article.uri, article.version, article.headline) == (
        "urn:newsml:example.org:20210714:1",
        3,
        "River floods the old town",
    )
    assert article.body == BODY
    assert (article.event_time, article.event_time_from) == ("2021-07-14T10:00:00.000Z", "versionCreated")
    assert (article.source, article.byline, article.language) == ("Example Agency", "Jane Doe", "en")
    assert {("agency", "AFP"), ("dateline", "Riverton")} <= {
        (credit.kind, credit.name) for credit in article.credits
    }


def test_newsml_is_known_without_a_header() -> None:
    assert take(xml(NEWSML)).body == BODY


def test_rss_item() -> None:
    article = take(xml(RSS))
    assert (article.uri, article.url, article.source) == ("example-1", "https://example.org/1", "Example Daily")
    assert (article.headline, article.body) == ("River floods the old town", BODY)
    assert (article.event_time, article.event_time_from) == ("2021-07-14T10:00:00.000Z", "contentCreated")


def test_atom_entry() -> None:
    article = take(xml(ATOM), "application/atom+xml")
    assert (article.uri, article.headline, article.body) == (
        "tag:example.org,2021:1",
        "River floods the old town",
        BODY,
    )
    assert (article.event_time, article.event_time_from, article.byline) == (
        "2021-07-14T10:00:00.000Z",
        "versionCreated",
        "Jane Doe",
    )


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-8", ""])
def test_html_page_gives_its_article_only(content_type: str) -> None:
    article = take(xml(PAGE), content_type, b"page-1")
    assert (article.uri, article.headline) == ("page-1", "River floods the old town")
    assert article.body == f"{BODY}\n\nCall the town hall before you travel there."


def test_plain_text_takes_its_uri_from_the_key() -> None:
    article = take(f"River floods the old town\n\n{BODY}\n".encode(), "text/plain; charset=UTF-8", b"river-1")
    assert (article.uri, article.headline, article.body) == ("river-1", "River floods the old town", BODY)


def test_plain_text_in_the_charset_of_its_header() -> None:
    article = take(
        "Überschwemmung in der Altstadt: Der Fluss stieg über Nacht um zwei Meter.".encode("latin-1"),
        "text/plain; charset=iso-8859-1",
    )
    assert article.body.startswith("Überschwemmung")
    assert article.language == "de"


def test_hard_wrapped_text_is_joined_to_paragraphs() -> None:
    wrapped = (
        "The river rose by two metres overnight and flooded the old\ntown of Riverton, the mayor told reporters on\n"
        "Wednesday morning after a visit to the worst hit streets of the\ntown.\n\n"
        "Schools stay closed until Friday, and buses do not run in\n"
        "any part of the district, an official of the province said.\n"
    )
    assert take(wrapped.encode(), "text/plain").body.count("\n") == 2


@pytest.mark.parametrize(
    ("value", "content_type", "error"),
    [
        (b"just some words", "", "not-json"),
        (b"<rss><item>", "", "bad-xml"),
        (b"<note>hello</note>", "", "wrong-shape"),
        (b"<rss><channel/></rss>", "", "wrong-shape"),
        (
            b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><item><title>&b;</title></item></rss>',
            "",
            "xml-entities",
        ),
        (
            b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><title>&a;</title></item></rss>',
            "",
            "xml-entities",
        ),
        (b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><rss/>', "", "xml-entities"),
        (b"<a>" * 5000, "", "bad-xml"),
        (b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>', "", "no-uri"),
        (b"some text of a wire", "text/plain; charset=punycode", "wrong-shape"),
    ],
)
def test_what_is_no_wire_is_refused_with_a_stable_type(value: bytes, content_type: str, error: str) -> None:
    rejection = refuse(value, content_type)
    assert rejection.error == error
    assert "expected" in rejection.message or "not well formed" in rejection.message


def test_a_doctype_without_entities_is_no_danger() -> None:
    old = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">' + xml(RSS)
    assert take(old).body == BODY


def test_what_html_hides_is_not_text() -> None:
    article = take(
        ninjs(body_html=f"<p>{FIRST}</p><script>alert(1)</script><p hidden>secret</p><p>{SECOND}</p>", body_text="")
    )
    assert article.body == BODY
    assert not reasons(article)

"""Texts for the properties: news and furniture in any order, with any characters between them."""

from __future__ import annotations

from hypothesis import strategies as st

_SENTENCES = (
    "The minister said on Tuesday that the bridge would stay closed for another week.",
    '"We have lost everything," a shopkeeper told AFP.',
    "Residents fled (many on foot) across the border.",
    "the second half of a sentence that somebody cut",
    "A first half of a sentence that somebody cut in",
    "KABUL, July 14 (AFP) — Fighting went on around the town, officials said on Wednesday.",
    "Men wait at the border post in Chaman [File: Jane Doe/EPA]",
    "**Bold** words and _some_ more in f*** text.",
    "The court (AP Photo/John Doe)",
    "He said it again. (Reporting by Jane Doe; Editing by John Roe)",
    "Image copyright EPA Image caption The blast destroyed nearby buildings",
    " date 2021-07-14 The Taliban are near.",
    "FILE - In this picture the minister waves at a crowd in the capital.",
    "你好，世界。今天的新闻。",
    "د طالبانو ویاند وویل",
)
_FURNITURE = (
    "World",
    "Published: 2021-07-14 14:11",
    "Last Updated: 2024-04-21 05:17",
    "By Jane Doe",
    "Facebook Comments",
    "Source link",
    "Read more",
    "Read more: Another story of the day",
    "© 1994-2021 Agence France-Presse",
    "bur-star/r k/g t",
    "team@example.com",
    "courses.example.in",
    "(+91) 120 4565994",
    "**JOIN TODAY!**",
    "SIX-WEEK ONLINE COURSE",
    "Advertisement",
    "Sign up for our newsletter.",
    "We use cookies. By continuing you accept our privacy policy.",
    "## Heading",
    "- heading -",
    "July 14, 2021",
    "Photo",
    "AP",
    "Backpage.com",
    "___",
    "Image source: Dawn",
    "Bridge stays closed | Some News",
    "*The views expressed in this article are those of the author.*",
    "(Reuters)",
    "[Reuters]",
    "* * *",
    "**",
    "(AP) - ",
    "#",
    "-",
)
_pieces = st.one_of(
    st.sampled_from(_SENTENCES),
    st.sampled_from(_FURNITURE),
    st.text(max_size=30),
    st.text("aA1 .,()[]*_-#@/:|©\n\"'", max_size=40),
)
_glue = st.sampled_from(("\n\n", "\n", " ", "", "\r\n", "\n \n"))
headlines = st.one_of(st.just(""), st.sampled_from((*_SENTENCES, *_FURNITURE)), st.text(max_size=40))
texts = st.lists(st.tuples(_pieces, _glue), max_size=14).map(lambda parts: "".join(a + b for a, b in parts))

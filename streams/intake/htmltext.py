"""HTML to lines of text. The parser is Lexbor (an HTML5 parser, through Resiliparse); the walk is ours.

Resiliparse's own text extraction was tried first: with ``main_content`` it needs quadratic time on nested blocks
and drops list items and captions that belong to the article; without, nested lists make it write gigabytes. So the
tree is read once, iteratively, and only what HTML itself calls furniture is left out; the rest of the boilerplate
is found in the text, where every removal is kept. Of a whole page the region that calls itself the article is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from streams.intake.wire import MAX_TAGS, Refused

if TYPE_CHECKING:
    from resiliparse.parse.html import DocumentNode, ElementNode, Node

__all__ = ["Page", "html_text", "is_html"]

_TAG = re.compile(r"</?(?:p|br|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|img|html|body|head|article|table|blockquote|"
                  r"figure|section|script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
#: Never text, or text that belongs to the page and not to the article.
_FURNITURE = frozenset({
    "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "select", "textarea",
    "iframe", "object", "svg", "canvas", "video", "audio", "map", "head", "title", "input", "dialog", "menu",
})
_BLOCK = frozenset({
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "blockquote",
    "figure", "figcaption", "pre", "section", "article", "main", "header", "hr", "address", "body", "html", "center",
    "details", "summary", "caption", "fieldset", "tbody", "thead", "tfoot", "hl1", "hl2",
})
_ARTICLE = ("[itemprop=articleBody]", "article", "main", "[role=main]")
_HIDDEN_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog"})
#: An article region with fewer characters than this is a teaser; the page's body is read instead.
_MIN_REGION = 200


class Page:
    """What a page says: ``title`` (its h1, else its title element), ``text`` and ``language`` (its lang)."""

    __slots__ = ("language", "text", "title")

    def __init__(self, title: str, text: str, language: str) -> None:
        self.title = title
        self.text = text
        self.language = language


def is_html(text: str) -> bool:
    """Whether a text holds markup: two tags of HTML in its first 20,000 characters, or a document's opening."""
    if "<" not in text:
        return False
    head = text[:20_000]
    if head.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        return True
    found = _TAG.finditer(head)
    return next(found, None) is not None and next(found, None) is not None


def html_text(markup: str, whole_page: bool = False) -> Page:
    """Lines of text; blocks are divided by a blank line. Linear in the markup's length, whatever its nesting.

    Raises Refused: too-large.
    """
    if markup.count("<") > MAX_TAGS:
        raise Refused("too-large", f"markup: expected at most {MAX_TAGS} tags, got {markup.count('<')}")
    from resiliparse.parse.html import HTMLTree  # 20 ms to import; most feeds never send HTML

    tree = HTMLTree.parse(markup)
    body = tree.body
    if body is None:
        return Page("", "", "")
    title = ""
    if whole_page:
        heading = body.query_selector("h1")
        title = " ".join(((heading.text if heading is not None else tree.title) or "").split())
    text = ""
    document = tree.document
    for region in _regions(document, body) if whole_page and document is not None else [body]:
        text = _walk(region)
        if len(text) >= _MIN_REGION:
            break
    root = document.query_selector("html") if document is not None else None
    return Page(title, text, (root.getattr("lang") or "") if root is not None else "")


def _regions(document: DocumentNode, body: ElementNode) -> list[ElementNode]:
    found = [*(document.query_selector(selector) for selector in _ARTICLE), body]
    return [region for region in found if region is not None]


def _walk(root: Node) -> str:
    """Text below ``root`` in document order, without recursion."""
    parts: list[str] = []
    node = root.first_child
    while node is not None:
        tag = node.tag or ""
        descend = False
        if tag == "#text":
            parts.append(node.value or "")
        elif tag == "br":
            parts.append("\0")
        elif tag not in _FURNITURE and not tag.startswith("#") and not _hidden(node):
            if tag in _BLOCK:
                parts.append("\0\0")
            elif tag in ("td", "th"):
                parts.append(" ")
            descend = node.first_child is not None
        if descend:
            node = node.first_child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node == root:
                node = None
                break
            if node.tag in _BLOCK:
                parts.append("\0\0")
        if node is not None:
            node = node.next
    blocks = re.split("\0", "".join(parts).replace("\xa0", " "))
    lines = "\n".join(" ".join(block.split()) for block in blocks)
    return re.sub("\n{3,}", "\n\n", lines).strip("\n")


def _hidden(node: Node) -> bool:
    attributes = getattr(node, "attrs", None)  # elements only
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    return "role" in attributes and cast("ElementNode", node).getattr("role") in _HIDDEN_ROLES

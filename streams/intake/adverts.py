"""Sentences that sell: no single word gives an advertisement away, several kinds of sign together do.

News reports prices, quotes "you" and names addresses; it hardly ever tells the reader to act, in the publisher's own
voice, with a price or an address, and today. Each kind of sign counts once; a quotation or an attribution
("said") means that somebody in the news speaks.
"""

from __future__ import annotations

import re

__all__ = ["sells"]

#: Kinds of sign that must come together; four were never found together in a sentence of 1,451 articles.
_ENOUGH = 4
_MAX = 320
_GATE = ("you", "our ", "!", "free", "@", "$", "£", "€", "₹", "ponsored", "http", "www")
_ACT = re.compile(
    r"(?:^|[.!?:|] )(?:Please |Simply |Just |Don['’]t )?(?:get|win|enter|call|learn|download|discover|save|book|"
    r"try|shop|order|join|apply|subscribe|register|sign up|cancel|enjoy|start|buy|donate|visit|click|switch|claim|miss|"
    r"become|support|treat|contact|e-?mail|consider|upgrade|unlock|find out|read|choose|earn|"
    r"make money)\b", re.IGNORECASE)
_REASON = (
    re.compile(r"[$£€₹] ?\d|\bfree\b|\d ?% off\b|\bdiscount|\bhalf[- ]price|\bmoney back", re.IGNORECASE),
    re.compile(r"[\w.+-]+@[\w-]+\.\w|https?://|www\.|\b[\w-]+\.(?:com|org|net|in|co|example|shop)\b|"
               r"\b\d[\d ()-]{7,}\d\b"),
    re.compile(r"\b(?:today|now|limited|while stocks last|terms (?:and conditions )?apply|any ?time|hurry|"
               r"last chance|offer|no obligation|ends (?:soon|tonight)|never miss|places|"
               r"online (?:course|class|master ?class))\b", re.IGNORECASE),
    re.compile(r"\bsubscri(?:be|ption)|\bdonat(?:e|ion)|\bmembership|\byour support|\bindependent journalism",
               re.IGNORECASE),
)
_VOICE = (
    re.compile(r"\byou(?:rs?)?\b", re.IGNORECASE),
    re.compile(r"\b(?:our|us)\b(?<!US)", re.IGNORECASE),
    re.compile(r"!(?: |$)"),
    re.compile(r"\b[A-Z]{3,}(?:[ -][A-Z]{3,})+\b|^\W*(?:Sponsored|Advert|Ad|Promotion)\b\s*[:|]"),
)
_SPEECH = re.compile(r"[\"“”«»„]|\b(?:said|says|told|according)\b")


def sells(line: str) -> bool:
    """Whether a short paragraph asks the reader to buy, call, join or subscribe. Linear: lengths are bounded."""
    if len(line) > _MAX or len(line) < 20 or not any(mark in line for mark in _GATE) or _SPEECH.search(line):
        return False
    reasons = sum(pattern.search(line) is not None for pattern in _REASON)
    acts = _ACT.search(line) is not None
    if not reasons or not (acts or "ponsored" in line[:12]):
        return False
    return acts + reasons + sum(pattern.search(line) is not None for pattern in _VOICE) >= _ENOUGH

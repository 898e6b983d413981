"""Which language a text is in: py3langid (BSD; Lui & Baldwin, "langid.py", ACL 2012) on a sample of the text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]  # ships no types

__all__ = ["UNKNOWN", "detect", "normalised"]

UNKNOWN = "und"
#: Characters of each of two places of the text. The identifier costs 0.3 µs a byte and gains nothing above 300.
_SAMPLE = 150
#: Below these a guess is no better than none: "Kabul" alone is Luganda.
_MIN_LETTERS = 12
_MIN_CONFIDENCE = 0.5
_MIN_WORDS = 3
#: Languages that a text of some lines does not tell apart safely: there the provider's own word counts.
_CLOSE = (frozenset({"bs", "hr", "sr", "sh"}), frozenset({"no", "nb", "nn", "da"}), frozenset({"id", "ms"}),
          frozenset({"gl", "pt"}), frozenset({"cs", "sk"}), frozenset({"af", "nl"}))
#: Old codes, and what the identifier calls a language that ISO 639-1 has under another code.
_SAME = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "mo": "ro", "fil": "tl", "yue": "zh", "wuu": "zh",
         "cmn": "zh", "arz": "ar", "ary": "ar", "arb": "ar", "pes": "fa", "prs": "fa", "eng": "en", "ger": "de",
         "deu": "de", "fre": "fr", "fra": "fr", "spa": "es", "por": "pt", "ita": "it", "rus": "ru", "ara": "ar",
         "zho": "zh", "chi": "zh", "jpn": "ja", "dut": "nl", "nld": "nl", "pus": "ps", "fas": "fa", "tur": "tr"}
#: ISO 639-1. A shard is a language, so an invented code must not make one.
_ISO = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng "
    "nl no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 1 s to load: not at start-up, but once

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def normalised(code: str) -> str:
    """``en-US``, ``EN``, ``eng`` -> ``en``; what ISO 639-1 does not know -> ``und``."""
    short = code.strip().lower().replace("_", "-").partition("-")[0]
    short = _SAME.get(short, short)
    return short if short in _ISO else UNKNOWN


def detect(headline: str, body: str, declared: str = "") -> str:
    """ISO 639-1 code of the text; the declared one where the text is too short or cannot be told from it."""
    hint = normalised(declared)
    middle = max(0, len(body) // 2)
    sample = f"{body[:_SAMPLE]} {body[middle:middle + _SAMPLE]}" if len(body) > 2 * _SAMPLE else f"{headline} {body}"
    sample = sample[:2 * _SAMPLE + 100]
    wide = sum(map(str.isalpha, sample))
    if wide < _MIN_LETTERS or (sample.isascii() and len(dict.fromkeys(sample.split())) < _MIN_WORDS):
        return hint
    found, confidence = _identifier().classify(sample)
    code = normalised(found)
    if confidence < _MIN_CONFIDENCE or code == UNKNOWN:
        return hint
    if hint != UNKNOWN and any(hint in group and code in group for group in _CLOSE):
        return hint
    return code

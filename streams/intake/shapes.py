"""What one line is, by its shape: furniture of a web page or of an agency's desk, or text.

Each shape is a kind of line, not a phrase: a line of nothing but addresses, of nothing but words of share buttons,
of a label and a date. Sentences are never furniture unless they speak to the reader of a page (subscribe, cookies,
copyright, disclaimer).
"""

from __future__ import annotations

import re

from streams.intake.times import MONTHS

__all__ = ["DATE", "bare_date", "byline_name", "is_prose", "line_shape", "looks_like_label", "words_in"]

DATE = (rf"(?:\d{{4}}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/. ]\d\d?[-/. ]\d{{4}}|\d\d?(?:st|nd|rd|th)? (?:{MONTHS})\.?,? \d{{4}}|"
        rf"(?:{MONTHS})\.? \d\d?(?:st|nd|rd|th)?,? \d{{4}})")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_CLOCK = r"(?:[,T ]*(?:at |- |\| )?\d{1,2} ?[:.h] ?\d\d(?:[:.]\d\d)?(?:\.\d+)? ?(?:[ap]\.?m\.?)?(?: ?(?:Z|[A-Z]{2,4}|[+-]\d\d:?\d\d))?)?"
_LABEL = (r"(?:first |last |date )?(?:published|updated|posted|modified|created|date|publié|mis à jour|veröffentlicht|"
          r"aktualisiert|stand|publicado|actualizado|pubblicato|aggiornato)(?: (?:on|at|le|am|el|il|online|date))*")
_DATED = re.compile(rf"\W*(?P<label>{_LABEL})\b\s*[:|–-]?\s*(?:{_WEEKDAY}{DATE}{_CLOCK}|\d{{1,3}} (?:min(?:ute)?s?|hours?|days?) ago|"
                    rf"{_WEEKDAY}\d{{1,2}}[:.]\d\d.{{0,20}})\W*", re.IGNORECASE)
_BARE_DATE = re.compile(rf"\W*{_WEEKDAY}{DATE}{_CLOCK}\W*", re.IGNORECASE)
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_WEB = r"(?:https?://\S{3,300}|(?:www\.)?[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|org|net|in|io|co|tv|uk|de|fr|eu|info|news|gov|edu)(?:/\S{0,200})?)"
_PHONE = r"(?:\(?\+?\d[\d ()./-]{6,20}\d)"
_HANDLE = r"@\w{2,30}"
_ADDRESS = re.compile(rf"{_EMAIL}|{_WEB}|{_PHONE}|{_HANDLE}", re.IGNORECASE)
_ADDRESS_WORDS = frozenset("e-mail email mail tel telephone phone call contact contacts fax mobile whatsapp web website site "
                           "us at or and on for more info information twitter facebook follow visit see write to details the "
                           "find our page".split())
_BUTTONS = frozenset("facebook twitter x whatsapp telegram linkedin reddit pinterest instagram tumblr flipboard messenger "
                     "email mail print share shares tweet tweets pin comment comments copy link save saved bookmark like likes "
                     "follow pocket sms viber line wechat weibo vk youtube google plus teilen partager compartir condividi "
                     "drucken imprimer imprimir commentaires kommentare comentarios savesave".split())
_BUTTON_GLUE = frozenset("this on via by to us with a the and or article story post page view all show hide leave add "
                         "no 0 1 2 3 4 5 6 7 8 9".split())
_CALL_VERBS = (r"(?:subscribe|sign up|sign in|log in|register|join|click|tap|download|enrol+|follow|buy|order|apply|donate|"
               r"get|enter|book|support|become|call|shop|try|start|watch|listen|read|see|view|learn|discover)")
_CALL = re.compile(rf"\W*{_CALL_VERBS}(?: (?:now|today|here|us|free|more|it|in|up|our newsletter|this story|the full (?:story|article)|"
                   r"live|below|for free|the video|online|your seat|a member|member))+\W*(?:[>»→]+\W*)?", re.IGNORECASE)
_NEWSLETTER = re.compile(r"\b(?:newsletters?|inbox|push notifications?|our (?:app|channel|podcast)|telegram channel)\b", re.IGNORECASE)
_NEWSLETTER_VERB = re.compile(r"^\W*(?:please |to |don't miss.{0,40}|get |never miss.{0,40}|stay .{0,40})?(?:subscribe|sign up|sign-up|register|"
                              r"join|follow|download|get|receive|stay)\b", re.IGNORECASE)
_COOKIES = re.compile(r"\b(?:uses? cookies|cookie (?:policy|settings|preferences|consent|notice)|accept (?:all )?cookies|"
                      r"privacy policy|terms (?:of (?:use|service)|and conditions))\b", re.IGNORECASE)
_COOKIE_VOICE = re.compile(r"\b(?:we|our|you|your|this (?:web)?site|by (?:continuing|using|clicking))\b", re.IGNORECASE)
_COPYRIGHT = re.compile(r"^\W*(?:©|\(c\) ?(?=\d{4}|[A-Z])|copyright\b(?=.{0,40}(?:\d{4}|reserved|©)|\W*$)|all rights reserved\b)|"
                        r"^.{0,80}\ball rights reserved\b|^this material may not be (?:published|reproduced)", re.IGNORECASE)
_DISCLAIMER = re.compile(r"\b(?:views?|opinions?)\b.{0,60}\bexpressed\b.{0,200}\b(?:author|writer|own|columnist|contributor)|"
                         r"\b(?:views?|opinions?)\b.{0,200}\b(?:do|does) not (?:necessarily )?(?:reflect|represent)\b|"
                         r"^\W*disclaimer\b\W|\b(?:auto-?generated|published from|taken from) (?:a |the )?(?:syndicated|agency|wire) feed\b",
                         re.IGNORECASE)
_SOURCE = re.compile(r"\W*(?:(?:original )?source(?: (?:link|article|url))?|via|read (?:the )?original(?: article| story)?(?: here)?|"
                     r"original (?:article|story|post)|link to (?:source|original)|quelle|fuente)\W*", re.IGNORECASE)
_SOURCE_NAMED = re.compile(r"\W*(?:source|via|quelle|fuente)s?\s*:\s*(?P<name>.{2,80})", re.IGNORECASE)
_MORE = re.compile(r"\W*(?:(?:click here to )?(?:read|see|watch|view|learn|find out)(?: (?:more|also|next|this|full (?:story|article)))+|related"
                   r"(?: (?:stories|articles|news|posts?|content|topics|coverage|reading))?|more(?:-| )(?:in|on|from|stories|news)(?: \w+){0,3}|also (?:read|see|watch)|"
                   r"you (?:may|might) (?:also )?(?:like|be interested in)|recommended(?: for you| stories)?|trending(?: now)?|"
                   r"must[- ]read|most (?:read|popular)|don't miss|top stories|lire aussi|lesen sie auch|lea también|leia também|leggi anche)\W*",
                   re.IGNORECASE)
_MORE_TITLED = re.compile(r"\W*(?:read more|read also|also read|related(?: story| article)?|see also|must read|more on this|lire aussi|lesen sie auch)"
                          r"\s*[:|»>–—]+\s*\S.{5,200}", re.IGNORECASE)
_ADVERT = re.compile(r"\W*(?:advertise?ments?|sponsored(?: content| by.{0,40})?|promoted(?: content)?|paid content|anzeige|publicité|publicidad|"
                     r"story continues(?: below.{0,30})?|(?:article|report) continues(?: below.{0,30})?|continue reading(?: below.{0,30})?|"
                     r"continues? after.{0,40}|scroll (?:down )?(?:for|to).{0,40}|loading|skip (?:ad|advert|to content|in).{0,20}|"
                     r"(?:view|show|hide|expand|see) (?:gallery|caption|transcript|comments)|toggle caption|enlarge(?: this image)?|back to top)\W*",
                     re.IGNORECASE)
_INITIALS = re.compile(r"(?=[^/]*/)(?=.{3,40}$)[a-z]{1,6}(?:[-/ .]{1,2}[a-z]{1,5}){1,8}")
_RULE = re.compile(r"[\W_]+")
_PHOTO = re.compile(r"\W*(?:(?:image|photo|picture|foto|video|pic)s?(?: (?:source|credit|copyright|caption|courtesy))s?\s*[:|/–-]?\s*(?:of )?|"
                    r"(?:photograph|photo|image|foto|picture|pic)s?\s*[:/|]\s*|(?:photo|photograph|image|picture)s? by )(?P<name>[^.]{2,80})\.?",
                    re.IGNORECASE)
_PHOTO_BARE = re.compile(r"\W*(?:photo|image|video|picture|gallery|watch|listen|audio|live)\W*", re.IGNORECASE)
_PHOTO_AGENCY = re.compile(r"\W*(?:[A-Z][\w.'’-]+ ){1,4}?(?:for )?(?:[/|–-] ?)?(?:AP|AFP|EPA(?:-EFE)?|REUTERS|Reuters|Getty Images|AFP/Getty Images|"
                           r"Shutterstock|Associated Press|Xinhua|Anadolu(?: Agency)?|AAP|PA|NurPhoto|Bloomberg)(?:/[A-Z][\w ]{1,20})?\W*"
                           r"|\W*(?:AP|AFP|REUTERS|Reuters|Getty(?: Images)?|EPA)(?: ?Photo)?(?: ?[/|] ?[A-Z][\w.'’ -]{2,40})?\W*")
_BYLINE = re.compile(r"\W*(?:by|von|par|por|di)\s+(?P<name>[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|and|&|de|van|von|al|el|bin|der|la|,)){1,8})"
                     r"(?:\s*[,|]\s*[\w .,'’&-]{2,60})?\W*")
_DESK = re.compile(r"\W*\(?(?:additional )?(?:reporting|writing|compiled|editing|edited|written|produced)(?: and (?:writing|editing))? by\b[^()]{3,300}"
                   r"(?:;[^()]{3,200})?\)?\W*", re.IGNORECASE)
_TERMINAL = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]*_]*$")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
#: A line longer than this is a paragraph; only what speaks to a page's reader is looked for in it.
_LONG = 220


def words_in(line: str) -> list[str]:
    return _WORD.findall(line)


def is_prose(line: str) -> bool:
    """Whether a line is a sentence or more of text: it ends like one, or is too long for anything else."""
    if len(line) > 120:
        return True
    spaces = line.count(" ")
    return spaces >= 3 and (_TERMINAL.search(line) is not None or spaces >= 16)


def bare_date(line: str) -> bool:
    return len(line) < 60 and _BARE_DATE.fullmatch(line) is not None


def byline_name(line: str) -> str:
    """Who wrote it, of a line that says nothing else ("By Jane Doe, Staff Writer"), "" of other lines."""
    found = _BYLINE.fullmatch(line) if len(line) < 120 else None
    return " ".join(found["name"].split()).rstrip(" ,") if found else ""


def looks_like_label(line: str) -> bool:
    """One to three words without punctuation, as a section's name is."""
    return 2 <= len(line) <= 30 and line.count(" ") <= 2 and re.fullmatch(r"[^\W\d_][\w&'’ /-]*", line) is not None \
        and line[0].isupper()


def line_shape(line: str) -> str:
    """Reason code of a line that is furniture wherever it stands, "" of one that is text. ``line`` is squeezed."""
    size = len(line)
    if size > _LONG:
        return _spoken(line) if size < 700 else ""
    if _RULE.fullmatch(line):
        return "rule"
    if _DATED.fullmatch(line):
        return "published-line" if "pda" not in line.lower()[:20] and "odif" not in line.lower()[:20] else "updated-line"
    words = [word.casefold() for word in words_in(line)]
    if len(words) <= 14 and any(word in _BUTTONS for word in words) and all(
            word in _BUTTONS or word in _BUTTON_GLUE or word.isdigit() for word in words):
        return "share-buttons"
    if size < 120 and ("@" in line or "." in line or sum(map(str.isdigit, line)) >= 7) and _is_contact(line):
        return "contact"
    if size < 90:
        if _SOURCE.fullmatch(line):
            return "source-link"
        if _MORE.fullmatch(line):
            return "read-more"
        if _ADVERT.fullmatch(line):
            return "advertisement"
        if _CALL.fullmatch(line):
            return "call-to-action"
        if "/" in line and _INITIALS.fullmatch(line):
            return "agency-initials"
        if _PHOTO.fullmatch(line) or _PHOTO_AGENCY.fullmatch(line):
            return "photo-credit"
        if _PHOTO_BARE.fullmatch(line):
            return "media-label"
        if _SOURCE_NAMED.fullmatch(line):
            return "source-link"
    if _MORE_TITLED.fullmatch(line):
        return "read-more"
    return _spoken(line)


def _is_contact(line: str) -> bool:
    """Whether nothing but addresses, numbers to call and the words around them stands in the line."""
    rest, found = _ADDRESS.subn(" ", line)
    return found > 0 and all(word.casefold() in _ADDRESS_WORDS for word in words_in(rest))


def _spoken(line: str) -> str:
    """Sentences that a page says to its reader."""
    if _COPYRIGHT.search(line):
        return "copyright"
    if _DISCLAIMER.search(line):
        return "disclaimer"
    if _NEWSLETTER_VERB.search(line) and _NEWSLETTER.search(line):
        return "newsletter"
    if _COOKIES.search(line) and _COOKIE_VOICE.search(line):
        return "cookie-notice"
    return ""

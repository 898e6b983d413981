"""What one line is, by its shape: furniture of a web page or of an agency's desk, or text.

Each shape is a kind of line, not a phrase: a line of nothing but addresses, of nothing but words of share buttons,
of a label and a date. A sentence is text, unless it speaks to the reader of a page (subscribe, cookies, copyright,
disclaimer). Where a line stands is ``streams.intake.clean``'s matter.
"""

from __future__ import annotations

import re

from streams.intake.adverts import sells
from streams.intake.credits import AGENCY
from streams.intake.datelines import says_when
from streams.intake.times import MONTHS

__all__ = ["DATE", "bare_date", "byline_name", "is_prose", "line_shape", "looks_like_label", "words_in"]

#: A line longer than this is a paragraph; above the second, not even a notice to the reader is looked for in it.
_LONG, _NOTICE = 220, 700

DATE = (
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d? ?[-/. ] ?\d\d? ?[-/. ] ?\d{4}|"
    rf"\d\d?(?:st|nd|rd|th)? (?:{MONTHS})\.?,? \d{{4}}|(?:{MONTHS})\.? \d\d?(?:st|nd|rd|th)?,? \d{{4}})"
)
def _whole(*alternatives: str) -> re.Pattern[str]:
    """One of the alternatives and nothing else but marks around it."""
    return re.compile(r"\W*(?:" + "|".join(alternatives) + r")\W*", re.IGNORECASE)


_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_DOMAIN = (
    r"(?:[\w-]{1,63}\.){1,4}(?:com|org|net|in|io|co|tv|uk|de|fr|eu|info|news|gov|edu|ru|pk|af|au|ca)"
    r"(?![\w-])"
)
_WEB = rf"https?://\S{{3,300}}|www\.\S{{3,200}}|{_DOMAIN}(?:/\S{{0,200}})?"
_PHONE = r"(?<!\w)(?:\+\d|\(\+?\d|\d(?=[\d ()-]{8}))[\d ()-]{5,20}\d(?!\w)"
_ADDRESS = re.compile(rf"{_EMAIL}|{_WEB}|{_PHONE}|@\w{{2,30}}", re.IGNORECASE)
#: An address as the last word of a short line: where to find more.
_AT_END = re.compile(
    rf"(?:^|[\s(])(?:{_EMAIL}|https?://\S{{3,80}}|www\.\S{{3,80}}|{_DOMAIN}(?:/\S{{0,80}})?)$", re.IGNORECASE)
_SHARED_POST = re.compile(r"A (?:post|photo|video) (?:shared|posted) by .{1,60}", re.IGNORECASE)
_BARE_DOMAIN = re.compile(_DOMAIN, re.IGNORECASE)
_ADDRESS_WORDS = frozenset(
    "e-mail email mail tel telephone phone call contact contacts fax mobile whatsapp web website site us at or "
    "and on for more info information twitter facebook instagram youtube telegram follow visit see write to "
    "details the find our page read share this story".split()
)
_BUTTONS = frozenset(
    "facebook twitter whatsapp telegram linkedin reddit pinterest instagram tumblr flipboard messenger email mail "
    "print share shares tweet tweets pin comment comments copy link save saved savesave bookmark like likes "
    "follow pocket sms viber wechat weibo youtube google teilen partager compartir condividi drucken imprimer "
    "imprimir commentaires kommentare comentarios".split()
)
_BUTTON_GLUE = frozenset(
    "this on via by to us with a the and or article story post page view all show hide leave add no "
    "your x plus load more".split()
)
_VERB = (
    r"(?:subscribe|sign up|sign in|log in|register|join|click|tap|download|enrol+|follow|buy|order|apply|"
    r"donate|get|"
    r"book|support|call|shop|try|start|watch|listen|read|see|view|learn|discover)"
)
_CALL = _whole(
    rf"{_VERB}(?: (?:now|today|here|us|free|more|it|in|up|our newsletter|this story|the full (?:story|"
    rf"article)|live|"
    r"below|for free|the video|online|your seat|a member|member))+"
)
_SOURCE = _whole(
    r"(?:original )?source(?: (?:link|article|url))?", r"via", r"read (?:the )?original(?: article|"
    r" story)?(?: here)?",
    r"original (?:article|story|post)", r"link to (?:source|original)", r"quelle", r"fuente",
    r"(?:source|via|quelle|fuente)s?\s*:\s*.{2,80}",
)
_MORE = _whole(
    r"(?:click here to )?(?:read|see|watch|view|learn|find out)(?: (?:more|also|next|this|full (?:story|"
    r"article)))+",
    r"related(?: (?:stories|articles|news|posts?|content|topics|coverage|reading))?",
    r"more(?:-| )(?:in|on|from|stories|news)(?: \w+){0,3}", r"also (?:read|see|watch)",
    r"you (?:may|might) (?:also )?(?:like|be interested in)", r"recommended(?: for you| stories)?",
    r"(?:related )?topics", r"tags", r"filed under", r"reuse this content", r"trending(?: now)?",
    r"must[- ]read", r"most (?:read|popular)", r"don['’]t miss", r"top stories",
    r"lire aussi", r"lesen sie auch", r"lea también", r"leia também", r"leggi anche",
)
_MORE_TITLED = _whole(
    r"(?:read more|read also|also read|related(?: story| article)?|see also|must read|more on this|lire aussi|"
    r"lesen sie auch)\s*[:|»>–—]+\s*\S.{5,200}"
)
_ADVERT = _whole(
    r"advertise?ments?", r"sponsored(?: content| by.{0,40})?", r"promoted(?: content)?", r"paid content",
    r"anzeige",
    r"publicité", r"publicidad", r"(?:story|article|report) continues(?: below.{0,30})?",
    r"(?:advertisement )?continue reading(?: (?:below|the main).{0,30})?", r"continues? after.{0,40}",
    r"scroll (?:down )?(?:for|to).{0,40}", r"loading", r"skip (?:ad|advert|to content|in).{0,20}",
    r"(?:view|show|hide|expand|see) (?:gallery|caption|transcript|comments)",
    r"toggle caption", r"enlarge(?: this)?(?: image)?", r"back to top",
)
_INITIALS = re.compile(r"(?=[^/]*/)(?=.{3,40}$)[a-z]{1,6}(?:[-/ .]{1,2}[a-z]{1,5}){1,8}")
_PHOTO = _whole(
    r"(?!.{0,80}\bcaption\b)(?:image|photo|picture|foto|video|pic)s? (?:source|credit|copyright|courtesy)s?"
    r"\s*[:|/–-]?\s*(?:of )?[^.]{2,80}",
    r"(?:photograph|photo|image|foto|picture|pic)s?\s*[:/|]\s*[^.]{2,80}",
    r"(?:photo|photograph|image|picture)s? by [^.]{2,80}",
    r"enlarge (?:this )?image(?: toggle caption)? [^.]{2,100}",
)
_PHOTO_NAMED = re.compile(
    rf"\W*(?:[A-Z][\w.'’-]*[ /|]{{1,2}}){{1,6}}?(?:(?<=[/|])|(?<=[/|] ))(?:{AGENCY})"
    rf"(?:[ /](?:{AGENCY}|Images|File))?\W*")
_AGENCY_ALONE = re.compile(rf"\W*(?:{AGENCY})(?: ?Photo)?(?: ?[/|] ?[A-Z][\w.'’ -]{{2,40}})?\W*")
#: An agency and where it writes from, as sites put below a byline.
_AGENCY_PLACE = re.compile(rf"(?:{AGENCY}),? (?:in )?[A-Z]\w+(?: [A-Z]\w+)?")
_DATE_LABEL = _whole("(?:last )?(?:published|updated|posted|modified)(?: on)?")
#: What agencies tell their clients' desks: what changed, and the keywords and numbers of the wire itself.
_ADVISORY = re.compile(
    r"\((?:adds|updates|recasts|releads|rewrites|writes through|new throughout|changes|repeats|corrects|"
    r"refiles)\b[^()]{0,300}\)",
    re.IGNORECASE)
_SLUG = re.compile(r"ZCZC.{0,20}|NNNN|[a-z]\d{3,5}(?: [a-z]{2,5}){1,3}|[A-Za-z]+(?:-[A-Za-z0-9]+)+(?:,[\w-]+)+")
_MEDIA = _whole("photos?", "images?", "videos?", "pictures?", "gallery", "watch", "listen", "audio", "live")
_BREADCRUMB = re.compile(
    r"(?:Home|Start|Accueil|Inicio)(?: ?[>»›/|] ?[\w &'’-]{2,30}){1,6}|"
    r"[\w &-]{2,25}(?: ?[>»›] ?[\w &'’-]{2,30}){2,6}")
_CAPITAL = r"[A-Z][\w.'’-]*"
_BYLINE = re.compile(
    rf"\W*(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or)\s+(?P<name>{_CAPITAL}"
    rf"(?:,? (?:{_CAPITAL}|and|&|de|van|von|al|el|bin|der|la)){{1,8}})"
    r"(?:\s*[,|]\s*[\w .,'’&-]{2,60})?\W*"
)
_TERMINAL = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]*_]*$")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_LETTER = re.compile(r"[^\W_]")

_NEWSLETTER = re.compile(
    r"\b(?:newsletters?|inbox|push notifications?|our (?:\w+ ){0,2}(?:app|channel|podcast|page)|"
    r"telegram channel|breaking news alerts|(?:us|our page) on (?:facebook|twitter|instagram|telegram|"
    r"whatsapp|youtube))\b",
    re.IGNORECASE)
_NEWSLETTER_VERB = re.compile(
    r"\W*(?:[A-Z]{3,8} ?[|:] )?(?:please |to |don['’]t miss.{0,40}|get |never miss.{0,40}|stay .{0,40})?"
    r"(?:subscribe|sign up|sign-up|register|melden sie|abonnieren|inscrivez|abonnez|suscríba|join|follow|"
    r"download|get|receive|stay|like|listen to|"
    r"watch)\b",
    re.IGNORECASE)
_COOKIES = re.compile(
    r"\b(?:uses? cookies|cookie (?:policy|settings|preferences|consent|notice)|accept (?:all )?cookies|"
    r"privacy policy|terms (?:of (?:use|service)|and conditions))\b", re.IGNORECASE)
_TO_READER = re.compile(r"\b(?:we|our|you|your|this (?:web)?site|by (?:continuing|using|clicking))\b", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"^\W*(?:©(?=.{0,30}(?:\d{4}|reserved)|.{0,60}$)|\(c\) ?(?=\d{4}|[A-Z])|"
    r"copyright\b(?=.{0,40}(?:\d{4}|reserved|©)|\W*$)|all rights reserved\b)|"
    r"^.{0,80}\ball rights reserved\b|^this material may not be (?:published|reproduced)", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"\b(?:views?|opinions?)\b.{0,60}\bexpressed\b.{0,200}\b(?:author|writer|own|columnist|contributor)|"
    r"\b(?:views?|opinions?)\b.{0,200}\b(?:do|does) not (?:necessarily )?(?:reflect|represent)\b|"
    r"^\W*disclaimer\b\W|"
    r"\b(?:auto-?generated|published from|taken from) (?:a |the )?(?:syndicated|agency|wire) feed\b", re.IGNORECASE)

#: A look for one of these first keeps a plain sentence cheap.
_COPYRIGHT_WORDS = ("©", "copyright", "rights reserved", "(c)", "this material")
_DISCLAIMER_WORDS = ("view", "opinion", "disclaimer", " feed")
_NEWSLETTER_WORDS = ("newsletter", "inbox", " our ", " us on ", "notification", "alerts", "telegram channel")
_COOKIE_WORDS = ("cookie", "privacy policy", "terms ")

#: First words of furniture that ends like a sentence; any other sentence is text without a further look.
_OPENERS = frozenset(
    "read related see also must more lire lesen follow share like tweet join subscribe sign print comment click "
    "download published updated posted last first date source photo photograph image picture pictures "
    "advertisement sponsored enlarge by via".split()
)


def words_in(line: str) -> list[str]:
    return _WORD.findall(line)


def is_prose(line: str) -> bool:
    """Whether a line is a sentence or more of text: it ends like one, or is too long for anything else."""
    if len(line) > 120:
        return True
    spaces = line.count(" ")
    return spaces >= 3 and (spaces >= 16 or _TERMINAL.search(line[-6:]) is not None)


def bare_date(line: str) -> bool:
    """Whether a line is nothing but a date or a time, without a label."""
    when, labelled, _ = says_when(line)
    return when and not labelled


def byline_name(line: str) -> str:
    """Who wrote it, of a line that says nothing else ("By Jane Doe, Staff Writer"), "" of other lines."""
    found = _BYLINE.fullmatch(line) if len(line) < 120 else None
    return " ".join(found["name"].split()).rstrip(" ,") if found else ""


def looks_like_label(line: str) -> bool:
    """One or two words without punctuation, as a section's name is."""
    return 2 <= len(line) <= 24 and line.count(" ") <= 1 and line[0].isupper() \
        and line.replace(" ", "").replace("&", "").replace("-", "").isalpha()


def line_shape(line: str) -> str:
    """Reason code of a line that is furniture wherever it stands, "" of one that is text. ``line`` is squeezed."""
    size = len(line)
    if size > _LONG:
        return _notice(line) if size < _NOTICE else ""
    if "@" not in line and "://" not in line and is_prose(line):
        opener = line.split(" ", 1)[0].strip("*_#[(|>:").casefold()
        if opener not in _OPENERS:
            return _notice(line)
    if _LETTER.search(line) is None:
        return "rule"
    if line[0] == "(" and line[-1] == ")":
        if line.startswith("((") and line.endswith("))"):
            return "contact"
        if _ADVISORY.fullmatch(line):
            return "advisory"
    return _short_shape(line) or _notice(line)


def _short_shape(line: str) -> str:
    size = len(line)
    when, labelled, changed = says_when(line)
    if when:
        return ("updated-line" if changed else "published-line") if labelled else ""
    words = [word.casefold() for word in words_in(line)]
    if _is_contact(line):
        return "contact"
    if len(words) <= 14 and any(word in _BUTTONS for word in words) and all(
            word in _BUTTONS or word in _BUTTON_GLUE or word.isdigit() for word in words):
        return "share-buttons"
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
        if _PHOTO.fullmatch(line) or _PHOTO_NAMED.fullmatch(line):
            return "photo-credit"
        if _AGENCY_ALONE.fullmatch(line) or _AGENCY_PLACE.fullmatch(line):
            return "agency-credit"
        if _SLUG.fullmatch(line):
            return "agency-slug"
        if _DATE_LABEL.fullmatch(line):
            return "updated-line" if "pda" in line.casefold() or "odif" in line.casefold() else "published-line"
        if _BREADCRUMB.fullmatch(line):
            return "breadcrumb"
        if _MEDIA.fullmatch(line):
            return "media-label"
        if len(words) <= 14 and line[-1] not in ".!?" and ("@" in line or "." in line) and _AT_END.search(line):
            return "address"
        if _SHARED_POST.fullmatch(line):
            return "embed"
    return "read-more" if _MORE_TITLED.fullmatch(line) else ""


def _is_contact(line: str) -> bool:
    """Whether nothing but addresses, numbers to call and the words around them stands in the line."""
    if len(line) > 160 or not ("@" in line or "." in line[:-1] or sum(map(str.isdigit, line)) >= 8):
        return False
    if _BARE_DOMAIN.fullmatch(line):
        return False
    rest, found = _ADDRESS.subn(" ", line)
    return found > 0 and all(word.casefold() in _ADDRESS_WORDS for word in words_in(rest))


def _notice(line: str) -> str:
    """Sentences that a page says to its reader."""
    low = line.casefold()
    if any(word in low for word in _COPYRIGHT_WORDS) and _COPYRIGHT.search(line):
        return "copyright"
    if any(word in low for word in _DISCLAIMER_WORDS) and _DISCLAIMER.search(line):
        return "disclaimer"
    if any(word in low for word in _NEWSLETTER_WORDS) and _NEWSLETTER_VERB.match(line) and _NEWSLETTER.search(line):
        return "newsletter"
    if any(word in low for word in _COOKIE_WORDS) and _COOKIES.search(line) and _TO_READER.search(line):
        return "cookie-notice"
    return "advertisement" if sells(line) else ""

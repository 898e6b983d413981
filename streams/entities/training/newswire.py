"""Made-up articles: templates of newswire and web sentences, filled with made-up names, labelled by construction.

Each article has its people, places and organisations, which return in short form as they do in real ones. Part of the
articles is put in capitals or in title case, and part is split the way the runtime's tokeniser splits.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from streams.entities.training.corpus import MISC_OR_OUTSIDE, Document, Example, Mask, mask_of
from streams.entities.training.names import Namer
from streams.text.tokens import tokenise

__all__ = ["articles", "headline_case", "upper_case", "with_runtime_tokens"]

_FOLDER = Path(__file__).parent / "templates"
_SLOT = re.compile(r"\{(\w+)\}")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_ROLES = ("President", "Prime Minister", "Foreign Minister", "Interior Minister", "Defence Minister", "Defense Secretary",
          "Finance Minister", "Secretary of State", "Vice President", "Chancellor", "Justice Minister", "Health Secretary",
          "Deputy Prime Minister", "Attorney General", "Governor", "General", "Gen.", "King")  # fmt: skip
_JOBS = ("leader", "spokesman", "spokeswoman", "director", "head", "chairman", "president", "secretary-general", "chief",
         "vice president", "founder", "commander")  # fmt: skip
_TITLES = ("Mr", "Mr.", "Ms.", "Mrs", "Mrs.", "Dr.", "Dr", "Prof.", "Professor", "Gov.", "Governor", "Sgt.", "Lt.", "Capt.",
           "Captain", "Col.", "Colonel", "Maj.", "Lt. Gen.", "Gen.", "General", "Adm.", "Officer", "Detective", "Deputy",
           "Judge", "Justice", "Coach", "Rev.", "Father", "Bishop", "Archbishop", "Cardinal", "Pope", "Prince", "Princess",
           "King", "Queen", "Sir", "Lord", "Lady", "Ambassador", "Secretary", "Sheriff", "Chief", "Mayor", "Imam", "Sister",
           "Senator", "Sen.", "Rep.", "Minister", "Chairman", "Chancellor", "Marshal", "Crown Prince", "Ayatollah",
           "President", "Prime Minister", "Commissioner", "Inspector", "Surgeon General", "Attorney General")  # fmt: skip
_SPORTS = "SOCCER CRICKET TENNIS BASEBALL BASKETBALL GOLF CYCLING ATHLETICS BOXING HOCKEY RUGBY SKIING".split()
_COMMON = ("DUI ICBM GDP CEO CFO DNA HIV AIDS TV PC VR AI LGBTQ ID IT GPS SUV HR UFO GMT EST IPO COVID-19 4K USB PS4 A&E IQ PhD "
           "MD MBA VIP FAQ PDF CCTV IED RBI MVP ERA NGO PR CD DVD BBQ ATM OK PM a.m. p.m. FM AM").split()  # fmt: skip
_THINGS = ("growers planes plans market bonds industry data company economy team scientists media police artillery tanks regime "
           "territory border oil embassy ambassador soldiers policy workers students doctors government state army troops "
           "officials stocks shares dollar exports coffee law court leader president minister opposition people children "
           "tourists farmers capital coast north ship airline bank group researchers woman man teenager actor singer writer "
           "politician lawmakers city town village province politics culture music food press agents spies hackers").split()  # fmt: skip
_DOMAINS = {"politics": 6, "sport": 4, "tables": 2, "business": 4, "local": 4, "culture": 3}
_SMALL = frozenset("a an the of in on at to for and or but by with as from is are 's over after into".split())
_COMPASS = ("northern", "southern", "eastern", "western", "central", "north", "south")

Tagged = list[tuple[str, str]]
"""Tokens with "O", a type, or "?" for "outside or MISC"."""


class _Article:
    """The names of one article and how they are written each time."""

    def __init__(
        self, namer: Namer, lines: dict[str, list[str]], headlines: list[str], blocks: list[list[str]]
    ) -> None:
        self.blocks = blocks
        self.namer, self.rng, self.lines, self.headlines = namer, namer.rng, lines, headlines
        self.known: dict[str, tuple[str, ...]] = {}
        self.said: set[str] = set()

    def _keep(self, key: str, make: Callable[[], tuple[str, ...] | str]) -> tuple[str, ...]:
        if key not in self.known:
            value = make()
            self.known[key] = value if isinstance(value, tuple) else (value,)
        return self.known[key]

    def fill(self, slot: str) -> tuple[str, str]:
        """The words for a slot and their label."""
        n, r = self.namer, self.rng
        kind = slot.rstrip("0123456789")
        if slot == "k0":
            return "Korea", "LOC"
        if slot == "S1k":
            return n.pick(n.nationalities), "MISC"
        if kind in ("p", "l"):
            full, last = self._keep(f"p{slot[-1]}", n.person)
            first_time = f"p{slot[-1]}" not in self.said
            if kind == "p":
                self.said.add(slot)
                return (full if first_time or r.random() < 0.5 else last), "PER"
            return (full if r.random() < 0.12 else last), "PER"
        simple: dict[str, Callable[[], tuple[str, str]]] = {
            "q": lambda: (n.person()[0], "PER"),
            "s": lambda: (n.surname(), "PER"),
            "g": lambda: (n.given_name(), "PER") if slot == "g" else self._own("g", slot, n.ministry, "ORG"),
            "is": lambda: (f"{'. '.join(chr(r.randint(65, 90)) for _ in range(2 if slot == 'is2' else 1))}. {n.surname()}", "PER"),
            "thing": lambda: (r.choice(_THINGS), "O"),
            "org": lambda: (n.organisation(), "ORG"),
            "airport": lambda: (n.feature(), "LOC"),
            "f": lambda: (n.feature(), "LOC"),
            "st": lambda: (n.street(), "LOC"),
            "county": lambda: (n.pick(n.counties), "LOC"),
            "state": lambda: (n.pick(n.states), "LOC"),
            "city": lambda: (n.city(), "LOC"),
            "stateab": lambda: (n.state_abbreviation(), "LOC"),
            "n": lambda: self._own("n", slot, lambda: n.pick(n.nationalities), "MISC"),
            "b": lambda: (self._bank(), "ORG"),
            "u": lambda: (n.university(), "ORG"),
            "h": lambda: (n.hospital(), "ORG"),
            "pd": lambda: (f"{n.city()} Police Department" if r.random() < 0.7 else f"{n.city()} Police", "ORG"),
            "court": lambda: (f"{n.city()} {n.pick(['Superior Court', 'District Court', 'Crown Court', 'County Court'])}", "ORG"),
            "band": lambda: (f"The {n.coined()}s" if r.random() < 0.5 else n.work(), "ORG"),
            "j": lambda: (f"{n.pick(['Journal of', 'Annals of', 'Archives of'])} {n.coined()}", "?"),
            "x": lambda: (f"{n.acronym()} {r.choice((30, 40, 50, 100, 225, 500))}" if r.random() < 0.5 else n.coined(), "MISC"),
            "w": lambda: (f'" {n.work()} "' if r.random() < 0.5 else n.work(), "?"),
            "e": lambda: (n.event(), "?"),
            "Role": lambda: (r.choice(_ROLES), "O"),
            "role": lambda: (r.choice(_JOBS), "O"),
            "Sen": lambda: (r.choice(("Sen.", "Senator")), "O"),
            "Rep": lambda: (r.choice(("Rep.", "Congressman", "Congresswoman")), "O"),
            "Mayor": lambda: (r.choice(("Mayor", "Mayor", "mayor", "Governor", "Gov.")), "O"),
            "S": lambda: (r.choice(_SPORTS), "O"),
            "T": lambda: (r.choice(_TITLES), "O"),
            "District": lambda: (r.choice(("District Attorney", "District Judge", "Sheriff", "Deputy", "Coroner")), "O"),
            "School": lambda: (f"{n.pick(['School', 'College', 'Department'])} of {n.pick(['Medicine', 'Law', 'Business'])}", "ORG"),
            "us": lambda: (r.choice(("U.S.", "U.S.", "US", "U.S.", "UK", "U.K.", n.country())), "LOC"),
            "ns": lambda: (n.pick(n.peoples), "MISC"),
            "mil": lambda: (n.forces(), "ORG"),
            "dept": lambda: (n.department(), "ORG"),
            "big": lambda: (n.well_known(), "ORG"),
            "bigpd": lambda: (n.federal(), "ORG"),
            "bigw": lambda: (r.choice(("National Weather Service", "National Hurricane Center", n.acronym())), "ORG"),
            "bigf": lambda: (n.regulator(), "ORG"),
            "area": lambda: (n.area(), "LOC"),
            "sea": lambda: (n.sea(), "LOC"),
            "cocountry": lambda: (n.national_company(), "ORG"),
            "hur": lambda: (n.given_name(), "?"),
            "product": lambda: (n.product(), "MISC"),
            "uh": lambda: (n.university() if r.random() < 0.5 else n.hospital(), "ORG"),
            "chapter": lambda: (n.chapter(), "ORG"),
            "League": lambda: (n.league(), "MISC"),
            "WC": lambda: (r.choice(("World Cup", "WORLD CUP", "European Championship", "Fed Cup", "Champions Cup")), "MISC"),
            "abbr": lambda: (r.choice(_COMMON), "O"),
            "abbr2": lambda: (n.acronym(), "?"),
            "acts": lambda: (n.work(), "?"),
            "language": lambda: (n.pick(n.nationalities), "MISC"),
            "big2": lambda: (n.chamber(), "ORG"),
            "cu": lambda: (n.city().upper(), "LOC"),
            "unit": lambda: (f"{n.pick(['Gang', 'Crime', 'Homicide', 'Drug', 'Special'])} {n.pick(['Enforcement Unit', 'Task Force', 'Squad'])}", "ORG"),
            "precinct": lambda: (f"{r.randint(4, 120)}th {r.choice(('Precinct', 'precinct', 'District', 'Ward'))}", "LOC"),
            "hotel": lambda: (f"{n.city() if r.random() < 0.5 else n.surname()} {r.choice(('Hotel', 'Inn', 'Resort', 'Mall', 'Tower'))}", "LOC"),
            "building": lambda: (n.building(), "LOC"),
            "ico": lambda: (f"{n.pick(['Information', 'Elections', 'Privacy', 'Police', 'Water'])} Commissioner 's Office", "ORG"),
            "uc": lambda: (n.surname() if r.random() < 0.5 else n.city() if r.random() < 0.6 else f"{n.pick(n.states)} State", "ORG"),
            "coined": lambda: (n.coined(), "PER") if slot == "coined" else ("", "O"),
            "nickname": lambda: (n.nickname(), "?"),
            "person": lambda: (n.person()[0], "PER"),
            "church": lambda: (n.church(), "ORG"),
            "acr": lambda: (n.acronym(), "ORG"),
            "side": lambda: (r.choice(_COMPASS), "O"),
            "tn": lambda: (n.team()[2], "ORG"),
            "tnu": lambda: (n.team()[2].upper(), "ORG"),
        }
        if kind in simple:
            return simple[kind]()
        return self._place_or_body(slot, kind)

    def _own(self, key: str, slot: str, make: Callable[[], str], label: str) -> tuple[str, str]:
        return (self._keep(slot, make)[0] if slot != key else make()), label

    def _bank(self) -> str:
        n = self.namer
        return n.pick([f"{n.surname()} {n.surname()}", f"{n.surname()} Securities", f"Bank of {n.city()}", n.company(),
                       f"{n.surname()} & Co", f"{n.coined()} Bank", n.acronym()])  # fmt: skip

    def _place_or_body(self, slot: str, kind: str) -> tuple[str, str]:
        n, r = self.namer, self.rng
        if kind == "c":
            return self._own("c", slot, n.city, "LOC")
        if kind == "k":
            return self._own("k", slot, n.country, "LOC")
        if kind == "r":
            return self._own("r", slot, n.region, "LOC")
        if kind in ("co", "o", "y", "m"):
            make = {"co": n.company, "o": n.organisation, "y": n.party, "m": n.media}[kind]
            name = self._keep(slot, make)[0] if slot != kind else make()
            if slot in self.said and kind == "co" and " " in name and r.random() < 0.4:
                head = name.split()[0]
                name = head if len(head) > 3 and not head.endswith((".", ",")) else name
            self.said.add(slot)
            return name, "ORG"
        if kind == "a":
            full = next((self.known[k][0] for k in ("o1", "co1") if k in self.known), "")
            initials = "".join(w[0] for w in full.split() if w[0].isupper())
            return self._keep("a1", lambda: initials if len(initials) > 1 else n.acronym())[0], "ORG"
        if kind in ("t", "tc", "tcu"):
            town = n.team()
            return (town[1].upper() if kind == "tcu" else town[1] if kind == "tc" else r.choice(town[:2])), "ORG"
        if kind[:1] == "t" or (slot[:1] == "t" and slot[1:2].isdigit()):
            forms = self._keep(slot[:2], n.team)
            form = slot[2:]
            return (forms[0] if form == "f" else forms[1] if form == "c" else forms[2] if form == "n" else r.choice(forms)), "ORG"
        return self._numbers(slot), "O"

    def _numbers(self, slot: str) -> str:
        r = self.rng
        if slot == "d":
            return r.choice(_DAYS)
        if slot == "mo":
            return r.choice(_MONTHS)
        return {
            "num": str(r.choice((r.randint(1, 20), r.randint(1, 100), r.randint(100, 9999)))),
            "pct": f"{r.randint(0, 60)}.{r.randint(0, 9)}", "dec": f"{r.randint(0, 99)}.{r.randint(0, 99):02d}",
            "Y": str(r.randint(1950, 2024)), "money": f"$ {r.randint(1, 900)} {r.choice(('million', 'billion'))}",
            "sc": f"{r.randint(0, 9)}-{r.randint(0, 9)}", "set": f"{r.randint(0, 7)}-{r.randint(0, 7)}",
        }[slot]  # fmt: skip

    def sentence(self, template: str) -> Tagged:
        """Fill a template. A slot joined to text by a hyphen stays one token, as in corpora."""
        out: Tagged = []
        for token in template.split():
            slots = _SLOT.findall(token)
            if slots == ["H"]:
                out += self.sentence(self.rng.choice(self.headlines))
            elif not slots:
                out.append((token, "O"))
            elif token == f"{{{slots[0]}}}":
                words, label = self.fill(slots[0])
                parts = words.split()
                out += [(w, "O" if w == '"' else label if i == 0 or label in "O?" else f"+{label}") for i, w in enumerate(parts)]
            else:
                filled = [self.fill(slot) for slot in slots]
                text = iter(words.replace(" ", "-") for words, _ in filled)
                label = filled[0][1] if len(filled) > 1 and filled[0][1] in ("LOC", "ORG") else "O"
                out.append((_SLOT.sub(lambda _, text=text: next(text), token), label))  # type: ignore[misc]  # bound now
        if " -" in template:
            out = _join_based(out, self.rng)
        return out

    def tables(self) -> list[Tagged]:
        """Blocks of like rows, as in results and standings."""
        r = self.rng
        out = [upper_case(self.sentence(r.choice(self.lines["Hsport"]))), self._dateline([])]
        for _ in range(r.randint(1, 4)):
            heading, *rows = r.choice(self.blocks)
            if heading and r.random() < 0.8:
                out.append(self.sentence(heading))
            for row in [r.choice(rows)] * r.randint(2, 9):
                out.append(self.sentence(row))
        return out

    def make(self, domain: str) -> list[Tagged]:
        r = self.rng
        if domain == "tables":
            return self.tables()
        body = self.lines[domain]
        size = r.randint(4, 12)
        chosen = [r.choice(body) for _ in range(size)]
        if r.random() < 0.35:
            chosen += [r.choice(self.lines["web"]) for _ in range(r.randint(1, 3))]
        sentences: list[Tagged] = []
        if r.random() < 0.8:
            sentences.append(self._headline(self.sentence(r.choice([h for h in self.lines["H" + domain]]))))
        lead = self.sentence(chosen[0])
        if r.random() < 0.5:
            lead = self._dateline(sentences) + lead
        sentences.append(lead)
        sentences += [self.sentence(line) for line in chosen[1:]]
        return sentences

    def _headline(self, tagged: Tagged) -> Tagged:
        draw = self.rng.random()
        return upper_case(tagged) if draw < 0.3 else headline_case(tagged) if draw < 0.65 else tagged

    def _dateline(self, before: list[Tagged]) -> Tagged:
        """ "CITY, Country (AGENCY) -" and its kin; the kind on a line of its own goes to ``before``."""
        n, r = self.namer, self.rng
        city = self.fill("c1")[0]
        agency = self.fill("m1")[0]
        upper = city.upper() if r.random() < 0.6 else city
        place: Tagged = [(w, "LOC" if i == 0 else "+LOC") for i, w in enumerate(upper.split())]
        credit: Tagged = [(w, "ORG" if i == 0 else "+ORG") for i, w in enumerate(agency.split())]
        draw = r.random()
        if draw < 0.25:
            day = f"{r.randint(1990, 2024)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"
            before.append([*place, (day, "O")])
            return []
        if draw < 0.4:
            before.append([*self._name(n.person()[0], "PER"), *place, (f"{r.randint(1990, 2024)}", "O")])
            return []
        country = self._name(self.fill("k1")[0], "LOC")
        middle: Tagged = [(",", "O"), *country] if r.random() < 0.4 else []
        dash = [(r.choice(("-", "--", "—", "–", ":")), "O")]
        if draw < 0.8:
            return [*place, *middle, ("(", "O"), *credit, (")", "O"), *dash]
        return [*place, *middle, *dash]

    @staticmethod
    def _name(name: str, label: str) -> Tagged:
        return [(w, label if i == 0 else f"+{label}") for i, w in enumerate(name.split())]


def _join_based(tagged: Tagged, rng: random.Random) -> Tagged:
    """ "Oslo -based" as one token half of the time: MISC in some corpora, nothing in others."""
    out: Tagged = []
    for word, label in tagged:
        if re.match(r"-[a-z]", word) and out and rng.random() < 0.5:
            last, _ = out.pop()
            out.append((last + word, "?"))
        else:
            out.append((word, label))
    return out


def upper_case(tagged: Tagged) -> Tagged:
    return [(word.upper(), label) for word, label in tagged]


def headline_case(tagged: Tagged) -> Tagged:
    """Every word but small ones with a capital, and no full stop."""
    out = [
        (word if i and word in _SMALL else word[:1].upper() + word[1:], label) for i, (word, label) in enumerate(tagged)
    ]
    return out[:-1] if out and out[-1][0] == "." else out


def with_runtime_tokens(words: list[str], tags: list[str]) -> tuple[list[str], list[Mask]]:
    """Tokens split further where the runtime's tokeniser would; ``tags`` are BIO tags or "?"."""
    new_words: list[str] = []
    new_tags: list[str] = []
    for word, tag in zip(words, tags, strict=True):
        parts = [word] if word[-1] == "." and word[0].isupper() else tokenise(word).words
        for number, part in enumerate(parts):
            new_words.append(part)
            if part.startswith("-") and len(part) > 3:
                tag = "O"
            new_tags.append(tag if number == 0 or tag[0] != "B" else f"I{tag[1:]}")
    return new_words, _masks(new_tags)


def _masks(tags: list[str]) -> list[Mask]:
    masks = mask_of([tag if tag != "?" else "O" for tag in tags])
    return [MISC_OR_OUTSIDE if tag == "?" else mask for tag, mask in zip(tags, masks, strict=True)]


def _bio(tagged: Tagged) -> list[str]:
    return [label if label in "O?" else f"I-{label[1:]}" if label[0] == "+" else f"B-{label}" for _, label in tagged]


def _templates() -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for path in sorted(_FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                head = line.startswith("H ")
                lines.setdefault(("H" if head else "") + path.stem, []).append(line[2:] if head else line)
    return lines


def articles(namer: Namer, count: int, weight: float = 0.5) -> list[Document]:
    """``count`` made-up articles."""
    rng = namer.rng
    lines = _templates()
    blocks: list[list[str]] = []
    for line in lines.pop("tables"):
        if line.startswith("B "):
            blocks.append([line[2:]])
        else:
            blocks[-1].append(line)
    headlines = [line for domain, group in lines.items() if domain.startswith("H") for line in group]
    domains = [d for d, share in _DOMAINS.items() for _ in range(share)]
    lines["Hweb"] = headlines
    out: list[Document] = []
    for _ in range(count):
        document = Document()
        tagged = _Article(namer, lines, headlines, blocks).make(rng.choice(domains))
        shout = rng.random() < 0.06
        split = rng.random() < 0.5
        for sentence in tagged:
            if not sentence:
                continue
            sentence = upper_case(sentence) if shout else sentence
            words, tags = [w for w, _ in sentence], _bio(sentence)
            masks = _masks(tags)
            if split:
                words, masks = with_runtime_tokens(words, tags)
            document.examples.append(Example(words, masks, weight))
        out.append(document)
    return out

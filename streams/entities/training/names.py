"""Made-up names of people, organisations and places, from permissive lists, patterns and invented syllables.

Invented names teach the model to go by context; names from lists teach it what names look like.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict

from streams.entities.training import sources

__all__ = ["Namer"]

_ONSETS = "b br c ch d dr f fr g gr h j k kh kr l m n p pr q r s sh st t tr v w y z zh".split()
_VOWELS = "a e i o u a e i o ai ee ou ia".split()
_CODAS = ["", "", "", "n", "r", "l", "s", "m", "k", "t", "d", "nd", "sh", "rt", "ng"]
_AREAS = ("Interior Defence Defense Foreign Health Finance Education Justice Energy Transport Agriculture Labour Commerce "
          "Information Treasury Culture Tourism Trade Housing Environment Planning Security Immigration Water "
          "Transportation State Labor Homeland").split()  # fmt: skip
_THINGS = ("Security Aviation Trade Food Drug Election Water Nuclear Energy Space Weather Standards Safety Fisheries Ports "
           "Statistics Intelligence Investigation Development Monetary Investment Human Rights Sports Football Athletics "
           "Science Health Tourism Press Railways Banking Climate Migration Labour Farmers Teachers Police Children Peace "
           "Wildlife Technology Medical").split()  # fmt: skip
_BODIES = ("Agency Commission Bureau Authority Administration Council Committee Board Service Office Organization "
           "Organisation Union Federation Association Institute Foundation Center Centre Society Fund Network Group "
           "Alliance Coalition League Trust Observatory Initiative").split()  # fmt: skip
_FIRM = ("Inc Inc. Corp Corp. Ltd Ltd. plc Group Holdings Industries Bank Motors Airlines Energy Technologies Systems Media "
         "Partners Capital Pharmaceuticals Foods Steel Oil Petroleum Telecom Electric Insurance Stores Software Labs "
         "Communications International Mining Records Pictures Studios Airways Securities Financial Brothers Films "
         "Resources Entertainment Networks Semiconductor Chemical Express Electronics AG SA NV SpA Co Co.").split()  # fmt: skip
_NICKS = ("Hawks Bears Lions Tigers Eagles Sharks Wolves Bulls Kings Giants Rangers Rockets Pirates Raiders Panthers Falcons "
          "Cardinals Royals Mariners Flames Stars Wild Devils Jets Bombers Knights Saints Warriors Mavericks Suns Storm "
          "Thunder Comets Hornets Badgers Broncos Cougars Pioneers Blazers Spartans Braves Rebels Dragons Stallions Blues "
          "Reds Angels Oilers Chargers Wildcats Bulldogs Huskies Hurricanes Cowboys Vikings Dolphins Athletics").split()  # fmt: skip
_CLUBS = ("United City Town Rovers Wanderers Athletic Albion County Rangers FC SC Dynamo Sporting Real Racing Inter "
          "Lokomotiv Atletico Deportivo Olympique Borussia Spartak Hapoel").split()  # fmt: skip
_PAPERS = "Times Post Herald Tribune Journal Gazette Star Sun Mail Chronicle News Observer Telegraph Globe Daily Press".split()
_LANDS = ("River Valley Airport Stadium Square Park Bridge Mountains Island Islands Bay Beach Hill Hills Lake Desert "
          "Peninsula Canyon Plains Harbor Harbour Port Station Prison Dam Forest Arena Palace Cathedral").split()  # fmt: skip
_STATES = "Ala. Ariz. Calif. Colo. Conn. Fla. Ga. Ill. Ind. Iowa Kan. Ky. La. Mass. Md. Mich. Minn. Miss. Mo. N.C. N.J. N.Y. Nev. Ohio Okla. Ore. Pa. R.I. S.C. Tenn. Texas Utah Va. Vt. Wash. Wis. Wyo. NSW Ont.".split()  # fmt: skip
_ROADS = "Street St. Avenue Ave. Road Rd. Boulevard Drive Lane Highway Way".split()
_IDEAS = "Freedom Justice Democracy Change Unity Progress Liberty Solidarity Reform Independence Peace Hope Renewal".split()
_PARTIES = "Democratic Liberal Conservative National Socialist Labour Republican Popular Progressive Islamic Christian United Green".split()  # fmt: skip
_OFFICES = ("State Defense Justice Treasury Commerce Interior Education Energy Labor Agriculture Health Homeland").split()
_PRODUCTS = "Phone Pad Watch Book Cloud Pro Air Galaxy Note Box Station Kit Go Max Mini Drive".split()
_SIDES = "north south east west northern southern eastern western North South East West".split()
_TITLE_WORDS = ("Night River Love Last House Secret Dark Summer Road Blue Children Moon Fire Lost King Garden Time Silent "
                "Man Girl Winter City War Golden Heart Return Broken Dream Sea Shadow Home World Death Life").split()  # fmt: skip

Name = tuple[str, str]


class Namer:
    """Draws names; every draw comes from the one seeded generator."""

    def __init__(self, rng: random.Random, wikiann: list[sources.Sentence]) -> None:
        self.rng = rng
        self.nationalities, self.peoples = sources.peoples()
        self.cities = [row for row in sources.cities() if len(row[0]) > 2 and not any(c.isdigit() or c in "(,/" for c in row[0])]
        self._weights: list[float] = []
        total = 0.0
        for _, population, _, _ in self.cities:
            total += max(population, 500) ** 0.75
            self._weights.append(total)
        self.countries: list[str] = []
        for name, _, population in sources.countries():
            if "," not in name and "(" not in name:
                self.countries += [name] * (1 + int((population / 1e6) ** 0.5))
        self.countries += ["Britain", "UK", "U.K.", "America", "US", "U.S.", "U.S.", "England", "Scotland", "Wales"] * 4
        self.counties = [c for c in sources.regions() if c.endswith("County")]
        self.states = [s for s in sources.regions() if not s.endswith(("County", "Parish", "Borough", "Area"))]
        self._people(wikiann)

    def _people(self, wikiann: list[sources.Sentence]) -> None:
        first: set[str] = set()
        last: set[str] = set()
        found: dict[str, set[str]] = defaultdict(set)
        plain = re.compile(r"[^\W\d_][^\W\d_'’.-]+(?:[-'’][^\W\d_]+)*$")
        for words, tags in wikiann:
            for begin, end, kind in sources.spans(tags):
                name = words[begin:end]
                if kind == "PER" and 2 <= len(name) <= 3 and all(plain.match(w) and w[0].isupper() for w in name):
                    first.add(name[0])
                    last.add(name[-1])
                elif kind != "PER" and len(name) <= 5 and name[0][0].isupper() and all(re.fullmatch(r"[\w.'&-]+", w) for w in name):
                    found[kind].add(" ".join(name))
        self.first, self.last = sorted(first), sorted(last)
        self.wiki_orgs = sorted(o for o in found["ORG"] if not o.islower() and not o.isdigit() and len(o) > 2)
        self.wiki_places = sorted(p for p in found["LOC"] if len(p) > 2 and "," not in p)
        given, family = sources.given_names(), sources.surnames()
        self.locales = sorted(set(given) & set(family))
        self.given, self.family = given, family

    def pick(self, values: list[str]) -> str:
        return values[self.rng.randrange(len(values))]

    def coined(self, low: int = 2, high: int = 3) -> str:
        r = self.rng
        word = "".join(self.pick(_ONSETS) + self.pick(_VOWELS) + self.pick(_CODAS) for _ in range(r.randint(low, high)))
        return word[:11].capitalize()

    def given_name(self) -> str:
        if self.rng.random() < 0.6:
            return self.pick(self.first)
        return self.pick(self.given[self.pick(self.locales)])

    def surname(self) -> str:
        draw = self.rng.random()
        if draw < 0.55:
            return self.pick(self.last)
        if draw < 0.85:
            return self.pick(self.family[self.pick(self.locales)])
        return self.coined()

    def person(self) -> Name:
        """Full name and the form used afterwards."""
        r = self.rng
        draw = r.random()
        if draw < 0.35:
            first, last = self.given_name(), self.surname()
        elif draw < 0.68:
            locale = self.pick(["en_US", "en_GB", "en_US", "en_US", *self.locales])
            first, last = self.pick(self.given[locale]), self.pick(self.family[locale])
        elif draw < 0.76:
            first, last = self.coined(1, 2), self.coined()
        elif draw < 0.80:
            first, last = f"{self.coined(1, 1)[:4]}-{self.coined(1, 1).lower()[:4]}", self.coined(1, 1)[:5]
        elif draw < 0.84:
            # East Asian order: the family name comes first and is the short form.
            family, rest = self.coined(1, 1)[:4], f"{self.coined(1, 1)[:5]}{self.pick(['-', ' ', ''])}{self.coined(1, 1)[:4].lower()}"
            return f"{family} {rest if ' ' not in rest else rest.title()}", family
        elif draw < 0.88:
            first, last = self.given_name(), f"{self.pick(['al', 'Al', 'el', 'El'])}-{self.coined()}"
        elif draw < 0.91:
            first, last = self.given_name(), f"{self.pick(['van der', 'de', 'von', 'Van', 'De', 'bin', 'la', 'dos', 'ter', 'Abu', 'Mac'])} {self.surname()}"
        elif draw < 0.93:
            return (name := f"{self.pick(['Abu', 'Mullah', 'Abdul', 'Sheikh', 'Haji'])} {self.given_name()}"), name.split()[-1]
        elif draw < 0.96:
            first, last = f"{chr(r.randint(65, 90))}. {chr(r.randint(65, 90))}." if r.random() < 0.5 else f"{chr(r.randint(65, 90))}.", self.surname()
        else:
            first, last = self.given_name(), f"{self.surname()}-{self.surname()}"
        if r.random() < 0.1:
            first = f"{first} {chr(r.randint(65, 90))}."
        elif r.random() < 0.06:
            first = f"{first} {self.given_name()}"
        return f"{first} {last}", last

    def city(self) -> str:
        draw = self.rng.random()
        if draw < 0.06:
            return self.coined(2, 3)
        if draw < 0.12:
            return self.pick(self.wiki_places)
        return self.rng.choices(self.cities, cum_weights=self._weights)[0][0]

    def country(self) -> str:
        return self.pick(self.countries)

    def region(self) -> str:
        draw = self.rng.random()
        base = self.city() if draw < 0.5 else self.pick(self.states) if draw < 0.75 else self.coined()
        return f"{self.pick(_SIDES[4:]).capitalize()} {base}" if self.rng.random() < 0.1 else base

    def feature(self) -> str:
        base = self.surname() if self.rng.random() < 0.4 else self.city() if self.rng.random() < 0.6 else self.pick(_TITLE_WORDS)
        draw = self.rng.random()
        if draw < 0.15:
            return f"{self.pick(['Mount', 'Lake', 'Cape', 'Fort', 'Camp', 'Port', 'San', 'Gulf of', 'Strait of', 'Isle of'])} {base}"
        if draw < 0.22:
            return f"{self.pick(_TITLE_WORDS)} {self.pick(['Sea', 'Ocean', 'Gulf', 'Strait', 'Coast'])}"
        if draw < 0.32:
            return f"{base} {self.pick(['International Airport', 'National Park', 'Central Station', 'State Park', 'Olympic Stadium'])}"
        return f"{base} {self.pick(_LANDS)}"

    def street(self) -> str:
        draw = self.rng.random()
        if draw < 0.2:
            return f"{self.pick(['Highway', 'Interstate', 'Route', 'State Route', 'U.S.'])} {self.rng.randint(1, 500)}"
        if draw < 0.4:
            return f"{self.rng.randint(1, 200)}{self.pick(['th', 'st', 'rd'])} {self.pick(_ROADS[:5])}"
        return f"{self.surname()} {self.pick(_ROADS)}"

    def company(self) -> str:
        draw = self.rng.random()
        if draw < 0.22:
            return f"{self.surname()} {self.pick(_FIRM)}"
        if draw < 0.34:
            return f"{self.city()} {self.pick(_FIRM)}"
        if draw < 0.52:
            return self.coined(2, 3)
        if draw < 0.62:
            return f"{self.coined()} {self.pick(_FIRM)}"
        if draw < 0.70:
            return f"{self.surname()} & {self.pick(['Co', 'Co.', 'Sons', self.surname()])}"
        if draw < 0.76:
            return self.acronym()
        if draw < 0.80:
            return f"{self.surname()}, {self.surname()} & {self.surname()}".replace(",", " ,")
        if draw < 0.86:
            return f"{self.pick(_TITLE_WORDS)} {self.pick(_FIRM)}"
        if draw < 0.9:
            return f"{self.coined(1, 2)}{self.pick(['Tech', 'Soft', 'Net', 'Corp', 'Bank', 'Air', 'Gen', 'Tel', '.com'])}"
        return self.pick(self.wiki_orgs)

    def acronym(self) -> str:
        return "".join(chr(self.rng.randint(65, 90)) for _ in range(self.rng.choice((2, 3, 3, 3, 4, 4, 5))))

    def ministry(self) -> str:
        draw = self.rng.random()
        area = self.pick(_AREAS)
        if draw < 0.22:
            return f"{area} Ministry"
        if draw < 0.38:
            return f"Ministry of {area}"
        if draw < 0.48:
            return f"{area} Department"
        if draw < 0.6:
            return f"Department of {area}" + (f" and {self.pick(_AREAS)} Services" if self.rng.random() < 0.2 else "")
        if draw < 0.86:
            kind = self.pick(["Federal", "National", "State", "Central", "Joint", "European", "Royal", "Public"])
            return f"{kind} {self.pick(_THINGS)} {self.pick(_BODIES[:10])}"
        return f"{self.pick(_THINGS)} and {self.pick(_THINGS)} {self.pick(_BODIES[:8])}"

    def department(self) -> str:
        return f"{self.pick(_OFFICES)} Department"

    def forces(self) -> str:
        return self.pick(["Army", "Navy", "Air Force", "Marine Corps", "Coast Guard", "National Guard", "Central Command",
                          f"{self.rng.randint(1, 9)}th Fleet", "Special Forces", f"{self.rng.randint(1, 200)}nd Airborne Division"])  # fmt: skip

    def building(self) -> str:
        return self.pick(["Capitol", "State Capitol", f"Hall of {self.pick(_IDEAS)}", f"{self.surname()} Building", f"{self.surname()} Hall",
                          f"{self.city()} City Hall", f"{self.city()} Courthouse", f"{self.surname()} Tower", f"{self.city()} Cathedral"])  # fmt: skip

    def nickname(self) -> str:
        return f"{self.pick(_TITLE_WORDS)} {self.pick(_TITLE_WORDS)}" if self.rng.random() < 0.5 else self.pick(_TITLE_WORDS)

    def church(self) -> str:
        return self.pick([f"{self.pick(self.peoples)[:-1]} Church", f"Church of {self.pick(['Christ', 'God', 'England', 'the Nazarene', 'Scotland'])}",
                          f"St. {self.given_name()} Church", f"Church of {self.pick(_TITLE_WORDS)} of {self.pick(_TITLE_WORDS)} {self.pick(_TITLE_WORDS)}",
                          f"Archdiocese of {self.city()}", f"First {self.pick(['Baptist', 'Methodist'])} Church of {self.city()}"])  # fmt: skip

    def well_known(self) -> str:
        """Bodies that every reader knows, so that no context explains them."""
        return self.pick(["White House", "Kremlin", "Senate", "Congress", "Supreme Court", "House of Representatives", "European Union",
                          "EU", "United Nations", "UN", "U.N.", "World Bank", "World Health Organization", "WHO", "European Commission",
                          "International Monetary Fund", "IMF", "Red Cross", "Security Council", "Amnesty International", "Vatican",
                          "Human Rights Watch", "Reuters", "Associated Press", "AP", "CNN", "New York Times", "Washington Post",
                          "Wall Street Journal", "Guardian", "Google", "Facebook", "Apple", "Microsoft", "Amazon", "Twitter",
                          "Republican Party", "Democratic Party", "Labour Party", "Conservative Party", "GOP", "Fox News", "NBC",
                          "CBS", "ABC", "Bundestag", "Knesset", "Duma", "House", "Congress"])  # fmt: skip

    def federal(self) -> str:
        return self.pick(["FBI", "CIA", "Federal Bureau of Investigation", "Drug Enforcement Administration", "Secret Service",
                          "National Transportation Safety Board", "Scotland Yard", "Interpol", "Metropolitan Police", "Coast Guard",
                          "Secret Service", self.acronym()])  # fmt: skip

    def regulator(self) -> str:
        return self.pick(["Federal Reserve", "Fed", "Securities and Exchange Commission", "SEC", "Federal Trade Commission", "FTC",
                          "Bank of England", "Bank of Japan", "European Central Bank", "ECB", "Bundesbank", self.ministry()])  # fmt: skip

    def area(self) -> str:
        return self.pick(["Middle East", "Gaza Strip", "West Bank", "Europe", "Africa", "Asia", "Latin America", "Balkans", "Caucasus",
                          "Gulf", "Caribbean", "Western Europe", "Southeast Asia", "East Africa", "North Africa", "Eastern Europe",
                          "Central America", "South America", "Midwest", "Deep South", "Silicon Valley", "Bay Area", "East Coast",
                          "West Coast", "Persian Gulf", "Horn of Africa", "Sahel", "Scandinavia", "Earth", "Mars", "West"])  # fmt: skip

    def sea(self) -> str:
        return self.pick(["Mediterranean", "Mediterranean Sea", "Black Sea", "Pacific Ocean", "Pacific", "Atlantic", "Atlantic Ocean",
                          "Baltic Sea", "Red Sea", "South China Sea", "North Sea", "Indian Ocean", "English Channel", "Aegean",
                          f"{self.coined()} Sea", f"Sea of {self.coined()}", f"Gulf of {self.country()}"])  # fmt: skip

    def national_company(self) -> str:
        return self.pick([f"{self.coined(1, 2)} {self.country()}", f"{self.pick(['Telecom', 'Air', 'Bank', 'Radio'])} {self.country()}",
                          f"{self.pick(self.nationalities)} {self.pick(['Airlines', 'Airways', 'Telecom', 'Petroleum', 'Steel'])}",
                          f"{self.coined()} {self.city()}", f"{self.country()} {self.pick(_FIRM)}"])  # fmt: skip

    def product(self) -> str:
        return self.pick([f"i{self.pick(_PRODUCTS)}", f"{self.coined(1, 2)} {self.rng.randint(2, 900)}", self.coined(1, 2),
                          f"{self.pick(_PRODUCTS)} {self.pick(_PRODUCTS)}", f"{self.coined(1, 2)} {self.pick(_PRODUCTS)}"])  # fmt: skip

    def chapter(self) -> str:
        return self.pick([f"{self.city()} {self.pick(['Moms', 'Friends', 'Citizens', 'Parents'])} for {self.pick(_IDEAS)}",
                          f"{self.pick(['Catholic', 'Lutheran', 'Jewish'])} Charities", f"{self.city()} Chamber of Commerce",
                          f"{self.surname()} Foundation", f"{self.pick(_THINGS)} Center of {self.city()}"])  # fmt: skip

    def league(self) -> str:
        return self.pick(["National League", "American League", "Eastern Division", "Western Conference", "Premier League", "Serie A",
                          f"{self.pick(self.nationalities)} League", "EASTERN DIVISION", "NATIONAL LEAGUE", "CENTRAL DIVISION",
                          f"{self.coined()} League", f"{self.pick(_TITLE_WORDS)} Conference"])  # fmt: skip

    def chamber(self) -> str:
        return self.pick(["Senate", "Congress", "Parliament", "House of Representatives", "National Assembly", "House of Commons",
                          f"Senate {self.pick(_AREAS)} Committee", f"House {self.pick(_THINGS)} Committee", "Supreme Court",
                          "High Court", "Constitutional Court", "Court of Appeal", "City Council", "Security Council",
                          f"{self.pick(_THINGS)} Council"])  # fmt: skip

    def organisation(self) -> str:
        draw = self.rng.random()
        if draw < 0.22:
            return f"{self.pick(['World', 'International', 'National', 'European', 'Global', 'African', 'American', 'United', self.city(), self.country()])} {self.pick(_THINGS)} {self.pick(_BODIES)}"
        if draw < 0.34:
            return f"{self.pick(_IDEAS)} {self.pick(['Front', 'Army', 'Movement', 'Brigade', 'Party', 'League'])}"
        if draw < 0.44:
            return self.coined()
        if draw < 0.52:
            return f"{self.coined()} {self.pick(_BODIES + ['Front', 'Brigades', 'Army'])}"
        if draw < 0.57:
            return f"{self.pick(['Jaish', 'Hizb', 'Lashkar', 'Ansar', 'Harakat', 'Jund'])} {self.pick(['al', 'ul', 'e'])}-{self.coined()}"
        if draw < 0.63:
            return f"Movement for {self.pick(_IDEAS)} and {self.pick(_IDEAS)}"
        if draw < 0.69:
            return f"{self.pick(_THINGS)} {self.pick(['Watch', 'International', 'Without Borders', 'First', 'Now', 'Action'])}"
        if draw < 0.74:
            return f"{self.pick(_BODIES[9:])} of {self.pick(_THINGS)} {self.pick(['Workers', 'Experts', 'Nations', 'Journalists'])}"
        if draw < 0.8:
            return self.acronym()
        return self.pick(self.wiki_orgs)

    def party(self) -> str:
        draw = self.rng.random()
        if draw < 0.15:
            return f"{self.pick(['Social', 'Christian', 'Free', 'Liberal', 'United', 'National', 'Swedish', 'New'])} Democrats"
        if draw < 0.2:
            return f"{self.pick(_IDEAS + ['Alternative'])} for {self.country()}"
        if draw < 0.5:
            return f"{self.pick(_PARTIES)} {self.pick(['Party', 'Union', 'Alliance', 'Front', 'Movement', 'Party'])}"
        if draw < 0.65:
            return f"{self.pick(_PARTIES)} {self.pick(_PARTIES)} Party"
        if draw < 0.8:
            return f"Party of {self.pick(_IDEAS)}"
        return self.pick([self.acronym(), self.coined(), f"{self.pick(_IDEAS)} Party"])

    def media(self) -> str:
        draw = self.rng.random()
        if draw < 0.3:
            return f"{self.city()} {self.pick(_PAPERS)}"
        if draw < 0.45:
            return self.acronym()
        if draw < 0.55:
            return f"{self.coined()} {self.pick(['News', 'TV', 'Radio', 'Agency', 'Online', 'Television', 'Magazine'])}"
        if draw < 0.65:
            return self.coined()
        if draw < 0.75:
            return f"Radio {self.coined()}"
        if draw < 0.85:
            return f"Daily {self.pick(_PAPERS)}"
        return f"{self.pick(_TITLE_WORDS)} {self.pick(_PAPERS)}"

    def university(self) -> str:
        place = self.city() if self.rng.random() < 0.6 else self.surname() if self.rng.random() < 0.6 else self.pick(self.states)
        return self.pick([f"University of {place}", f"{place} University", f"{place} State University", f"{place} College",
                          f"{place} Institute of Technology", f"{place} School of Medicine", f"{place} State", f"{place} Law School",
                          f"University of {place} at {self.city()}", f"University of {self.pick(self.states)}", f"{self.pick(self.states)} State"])  # fmt: skip

    def hospital(self) -> str:
        place = self.city() if self.rng.random() < 0.5 else self.surname()
        if self.rng.random() < 0.15:
            return f"Medical Center of {self.region()}"
        return f"{place} {self.pick(['Hospital', 'Medical Center', 'General Hospital', 'Memorial Hospital', 'Clinic'])}"

    def team(self) -> tuple[str, str, str]:
        """Full name, town, nickname (as it stands after "the", or the town again)."""
        town = self.city()
        draw = self.rng.random()
        if draw < 0.45:
            nick = self.pick(_NICKS)
            return f"{town} {nick}", town, nick
        if draw < 0.8:
            club = self.pick(_CLUBS)
            return (f"{town} {club}" if club in _CLUBS[:10] else f"{club} {town}"), town, town
        return town, town, town

    def event(self) -> str:
        return self.pick([f"{self.city()} Open", f"{self.city()} Marathon", f"{self.city()} Grand Prix", f"{self.surname()} Cup",
                          f"{self.city()} Film Festival", "World Cup", "Olympics", f"{self.pick(_TITLE_WORDS)} Awards",
                          "European Championship", f"{self.pick(_TITLE_WORDS)} Bowl", f"Tour of {self.city()}",
                          f"{self.surname()} Prize", "Christmas", "Easter", "Ramadan"])  # fmt: skip

    def work(self) -> str:
        size = self.rng.randint(1, 3)
        words = [self.pick(_TITLE_WORDS) for _ in range(size)]
        return f"The {' '.join(words)}" if self.rng.random() < 0.3 else " ".join(words)

    def state_abbreviation(self) -> str:
        return self.pick(_STATES)

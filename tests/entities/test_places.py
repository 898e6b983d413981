"""Names on the map."""

from __future__ import annotations

import pytest

from tests.entities.names import gazetteer, resolved


def on_map(text: str, names: str, demonyms: str = "") -> dict[str, str]:
    return {place.name: place.country for place in resolved(text, LOC=names, MISC=demonyms).places}


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("the Pentagon in Washington, United States", "Washington; United States", ("Washington", 4140963)),
        ("Tbilisi, Georgia, and the Georgian army; Batumi", "Tbilisi; Georgia; Batumi", ("Georgia", 614540)),
        ("Atlanta, Georgia, and Savannah in the United States", "Atlanta; Georgia; Savannah; United States",
         ("Georgia", 4197000)),
        ("Kandahar in Afghanistan and Kabul", "Kandahar; Afghanistan; Kabul", ("Kandahar", 1138336)),
        ("London, Ontario, in Canada, and Toronto", "London; Canada; Toronto", ("London", 6058560)),
        ("London and Britain", "London; Britain", ("London", 2643743)),
    ],
)
def test_the_company_of_a_name_tells_which_place_it_is(text: str, names: str, wanted: tuple[str, int]) -> None:
    found = {place.name: place.geonames_id for place in resolved(text, LOC=names).places}
    assert found[wanted[0]] == wanted[1]


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("Quetta in Balochistan", "Quetta; Balochistan", ("Balochistan", "PK", 1183606)),
        ("protests in Catalonia and Madrid", "Catalonia; Madrid", ("Catalonia", "ES", 3336901)),
        ("the floods in Bavaria", "Bavaria", ("Bavaria", "DE", 2951839)),
        ("Tuscany, not the quarter of Calgary", "Tuscany", ("Tuscany", "IT", 3165361)),
        ("voters in England and Wales", "England; Wales", ("England", "GB", 6269131)),
        ("Lahore, Punjab, Pakistan", "Lahore; Punjab; Pakistan", ("Punjab", "PK", 1167710)),
        ("farmers of Punjab near Delhi in India", "Punjab; Delhi; India", ("Punjab", "IN", 1259223)),
        ("Kandahar Province fell", "Kandahar Province", ("Kandahar Province", "AF", 1138335)),
    ],
)
def test_regions_are_on_the_map(text: str, names: str, wanted: tuple[str, str, int]) -> None:
    found = {place.name: (place.country, place.geonames_id) for place in resolved(text, LOC=names).places}
    assert found[wanted[0]] == wanted[1:]


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("Kandahar fell on Friday", "Kandahar", 1138336),
        ("fighting in Kandahar province", "Kandahar", 1138335),
        ("all of the province of Kandahar was lost", "Kandahar", 1138335),
        ("Kandahar fell; all of Kandahar was theirs, and so was Kandahar province", "Kandahar", 1138336),
        ("rivers of Bihar, not the town of Bihar Sharif", "Bihar", 1275715),
        ("wildfires in Washington state", "Washington", 5815135),
        ("Moscow said", "Moscow", 524901),
        ("Luxembourg said", "Luxembourg", 2960313),
        ("a visit to Qatar state by ministers", "Qatar", 289688),
    ],
)
def test_a_name_of_a_city_and_its_region_is_the_citys_unless_the_article_says_region(
    text: str, name: str, wanted: int
) -> None:
    assert [place.geonames_id for place in resolved(text, LOC=name).places] == [wanted]


def test_seas_and_continents_are_on_the_map_and_in_no_country() -> None:
    text = "Gwadar lies on the Arabian Sea in Pakistan, the Mediterranean between Europe and Africa"
    found = resolved(text, LOC="Gwadar; Arabian Sea; Pakistan; Mediterranean; Europe; Africa")
    assert {place.name: (place.country, place.geonames_id) for place in found.places if not place.country} == {
        "Arabian Sea": ("", 1158455), "Mediterranean": ("", 363196), "Europe": ("", 6255148), "Africa": ("", 6255146)}
    assert found.main_place == gazetteer().find("Gwadar")[0].geonames_id


def test_an_area_speaks_for_no_country_of_its_namesakes() -> None:
    assert on_map("Asia and Springfield", "Asia; Springfield")["Springfield"] == "US"
    assert on_map("the Sahel near Kidal in Mali", "Sahel; Kidal; Mali") == {"Sahel": "", "Kidal": "ML", "Mali": "ML"}


def test_no_region_has_a_name_that_the_news_gives_to_others() -> None:
    for name in ("Central", "Western", "North", "Kurdistan", "Macedonia"):
        assert all(place.kind != "region" for place in gazetteer().find(name)), name


def test_a_demonym_speaks_for_its_country() -> None:
    assert on_map("Pakistani officials in Hyderabad", "Hyderabad", "Pakistani")["Hyderabad"] == "PK"
    assert on_map("Indian officials in Hyderabad", "Hyderabad", "Indian")["Hyderabad"] == "IN"


def test_where_an_article_plays_is_what_it_names_first_and_most() -> None:
    text = "Taliban take Spin Boldak. The town lies near Kandahar in Afghanistan. Afghanistan lost Spin Boldak."
    found = resolved(text, LOC="Spin Boldak; Kandahar; Afghanistan")
    assert found.main_place == 1123906


def test_what_is_on_no_map_has_no_place() -> None:
    assert on_map("Donbas and Xyzzyville", "Donbas; Xyzzyville") == {}
    assert resolved("nothing").main_place is None


def test_the_table_knows_small_towns_and_odd_strings() -> None:
    assert gazetteer().find("Spinboldak")[0].geonames_id == gazetteer().find("Spin Boldak")[0].geonames_id
    assert gazetteer().find("") == gazetteer().find("x" * 1000) == gazetteer().find("\ud800") == ()

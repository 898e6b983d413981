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


def test_a_demonym_speaks_for_its_country() -> None:
    assert on_map("Pakistani officials in Hyderabad", "Hyderabad", "Pakistani")["Hyderabad"] == "PK"
    assert on_map("Indian officials in Hyderabad", "Hyderabad", "Indian")["Hyderabad"] == "IN"


def test_where_an_article_plays_is_what_it_names_first_and_most() -> None:
    text = "Taliban take Spin Boldak. The town lies near Kandahar in Afghanistan. Afghanistan lost Spin Boldak."
    found = resolved(text, LOC="Spin Boldak; Kandahar; Afghanistan")
    assert found.main_place == 1123906


def test_what_is_on_no_map_has_no_place() -> None:
    assert on_map("the Arabian Sea and Xyzzyville", "Arabian Sea; Xyzzyville") == {}
    assert resolved("nothing").main_place is None


def test_the_table_knows_small_towns_and_odd_strings() -> None:
    assert gazetteer().find("Spinboldak")[0].geonames_id == gazetteer().find("Spin Boldak")[0].geonames_id
    assert gazetteer().find("") == gazetteer().find("x" * 1000) == gazetteer().find("\ud800") == ()

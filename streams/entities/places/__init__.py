"""Names to places on the map: a compact table made from GeoNames, and the choice among places of one name."""

from streams.entities.places.gazetteer import Gazetteer, Location, fold_name
from streams.entities.places.link import Mentioned, link_places, main_place

__all__ = ["Gazetteer", "Location", "Mentioned", "fold_name", "link_places", "main_place"]

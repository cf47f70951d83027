"""Where rows are: their coordinates, or their addresses looked up, and whether a road is near; all rows at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, Geocoder, GeocodingFailed
from app.geocoding.many import geocode_all
from app.tabular.row_reader import RowReader
from routing.arrays import Float32Array, Float64Array
from routing.progress import Progress, silent

RoadDistance = Callable[[Float64Array, Float64Array], Float32Array | Float64Array]
"""Longitudes and latitudes, (n) each -> (n) metres to the nearest road, infinite where none is near enough."""


@dataclass(frozen=True, slots=True)
class PlaceSources:
    """What places are found and checked with."""

    geocoder: Geocoder | None = None
    """None: rows without coordinates are problems."""
    road_distance: RoadDistance | None = None
    """None: no check against the road network."""
    max_road_m: float = 500.0
    progress: Progress = silent


@dataclass(slots=True)
class RowPlace:
    """Place of one row, complete after `find_places` unless the row has a problem."""

    reader: RowReader
    address: AddressText
    lon: float | None
    lat: float | None
    geocoded: GeocodedPlace | None = None


def read_place(reader: RowReader) -> RowPlace:
    """Coordinates and address of a row, as they stand there."""
    fields = ("address", "street", "house_number", "postcode", "city", "country")
    address = AddressText(*(reader.text(name) for name in fields))
    before = len(reader.problems)
    lat, lon = reader.degrees("lat", 90.0), reader.degrees("lon", 180.0)
    if len(reader.problems) == before:
        if (lat is None) != (lon is None):
            missing = "lat" if lat is None else "lon"
            reader.problem(missing, "missing_value", f"{missing} is missing beside the other coordinate")
        elif lat is None and not address:
            reader.problem("lat", "missing_value", "neither coordinates nor an address")
    return RowPlace(reader, address, lon, lat)


def find_places(places: Sequence[RowPlace], sources: PlaceSources) -> None:
    """Look up addresses of rows without coordinates and check all against the roads; problems go to the rows."""
    _look_up([place for place in places if place.lon is None and place.lat is None and place.address], sources)
    _check_roads([place for place in places if place.lon is not None and place.lat is not None], sources)


def _look_up(places: list[RowPlace], sources: PlaceSources) -> None:
    places = [place for place in places if not place.reader.problems]
    if sources.geocoder is None:
        for place in places:
            message = "an address without coordinates, and no geocoder is set"
            place.reader.problem("address", "not_geocoded", message, place.address)
        return
    outcomes = geocode_all(sources.geocoder, [place.address for place in places], sources.progress) if places else []
    for place, outcome in zip(places, outcomes, strict=True):
        if isinstance(outcome, GeocodedPlace):
            place.lon, place.lat, place.geocoded = outcome.lon, outcome.lat, outcome
        else:
            why = outcome.reason if isinstance(outcome, GeocodingFailed) else "address not found, or several alike"
            place.reader.problem("address", "not_geocoded", why, place.address)


def _check_roads(places: list[RowPlace], sources: PlaceSources) -> None:
    if sources.road_distance is None or not places:
        return
    lon = np.array([place.lon for place in places], dtype=np.float64)
    lat = np.array([place.lat for place in places], dtype=np.float64)
    far = np.flatnonzero(~(sources.road_distance(lon, lat) <= sources.max_road_m))
    if not far.size:
        return
    # Columns mixed up are the usual mistake, so say so where the swapped point would do.
    swappable = np.abs(lon[far]) <= 90
    swapped = sources.road_distance(np.where(swappable, lat[far], 0.0), np.where(swappable, lon[far], 0.0))
    for index, would_do in zip(far.tolist(), (swapped <= sources.max_road_m) & swappable, strict=True):
        message = f"no road that is connected to the rest of the network within {sources.max_road_m:g} m"
        message += "; are latitude and longitude swapped?" if would_do else ""
        places[index].reader.problem("lat", "coordinate_outside_network", message, f"{lat[index]:g}, {lon[index]:g}")

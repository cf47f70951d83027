"""Addresses of an OpenStreetMap file, for looking up where an account is without asking anybody."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.arrays import Float64Array, frozen
from routing.network.array_folder import read_folder, write_folder
from routing.network.errors import StoreDamaged
from routing.network.osm_features import position, tagged
from routing.network.texts import Texts
from routing.progress import Progress, silent

NUMBER_COLUMNS = ("lon", "lat", "town_lon", "town_lat", "town_reach_m")
TEXT_COLUMNS = ("street", "housenumber", "postcode", "city", "town")

REACH_M_OF_PLACE = {"city": 12_000, "town": 6_000, "village": 4_000, "suburb": 2_500, "hamlet": 1_500}
"""How far from its label the addresses of a place lie at most, by OSM's place=*: three of four Icelandic addresses do
not name their town."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """n addresses and the t towns around them as columns, read-only; texts are "" where the map does not say."""

    lon: Float64Array
    """(n) degrees."""
    lat: Float64Array
    town_lon: Float64Array
    """(t) degrees of the labels of cities, towns, villages, suburbs and hamlets."""
    town_lat: Float64Array
    town_reach_m: Float64Array
    """(t) from REACH_M_OF_PLACE."""
    street: Texts
    """Of places without street names the place or hamlet (addr:place)."""
    housenumber: Texts
    """As in OSM: "5", "5a", "12-16", "3;5"."""
    postcode: Texts
    city: Texts
    town: Texts
    """(t) names."""

    def __post_init__(self) -> None:
        for name in NUMBER_COLUMNS:
            object.__setattr__(self, name, frozen(getattr(self, name)))
        if {self.lat.size, *(len(getattr(self, name)) for name in TEXT_COLUMNS[:-1])} != {len(self)}:
            raise ValueError("all columns of addresses must have one length")
        if not self.town_lon.size == self.town_lat.size == self.town_reach_m.size == len(self.town):
            raise ValueError("all columns of towns must have one length")

    def __len__(self) -> int:
        return int(self.lon.size)


def read_addresses(osm_path: Path, progress: Progress = silent) -> Addresses:
    """Read everything with a house number and a street (or place) name, and the names of towns.

    Raises MapFileMissing or MapFileUnreadable.
    """
    points: list[tuple[float, float]] = []
    rows: list[tuple[str, ...]] = []
    towns: list[tuple[float, float, float]] = []
    names: list[str] = []
    for feature in tagged(osm_path, ("addr:housenumber", "place"), progress, "reading addresses"):
        tags = feature.tags
        street = (tags.get("addr:street") or tags.get("addr:place") or "").strip()
        number, town = tags.get("addr:housenumber", "").strip(), tags.get("name", "").strip()
        reach_m = REACH_M_OF_PLACE.get(tags.get("place", ""), 0) if town else 0
        point = position(feature) if (street and number) or reach_m else None
        if point is not None and street and number:
            points.append(point)
            rows.append((street, number, tags.get("addr:postcode", "").strip(), tags.get("addr:city", "").strip()))
        if point is not None and reach_m:
            towns.append((*point, reach_m))
            names.append(town)
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    town_lon, town_lat, town_reach_m = np.array(towns, dtype=np.float64).reshape(-1, 3).T
    street_column, number_column, postcode, city = (Texts.of([row[column] for row in rows]) for column in range(4))
    return Addresses(
        lon, lat, town_lon, town_lat, town_reach_m, street_column, number_column, postcode, city, Texts.of(names)
    )


def write_addresses(folder: Path, addresses: Addresses) -> None:
    """Store `addresses` as `folder`, whole or not at all."""
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(addresses, name) for name in NUMBER_COLUMNS}
    for name in TEXT_COLUMNS:
        arrays |= getattr(addresses, name).arrays(name)
    write_folder(folder, arrays, {"holds": "addresses", "count": len(addresses)})


def load_addresses(folder: Path) -> Addresses:
    """Open what `write_addresses` stored. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    arrays = read_folder(folder).arrays
    try:
        texts = [Texts.stored(arrays, name) for name in TEXT_COLUMNS]
        lon, lat, town_lon, town_lat, town_reach_m = (arrays[name] for name in NUMBER_COLUMNS)
        return Addresses(lon, lat, town_lon, town_lat, town_reach_m, *texts)
    except (KeyError, ValueError) as error:
        raise StoreDamaged(folder, f"no stored addresses ({error})") from None

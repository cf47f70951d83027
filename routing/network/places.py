"""Named places that somebody may want to visit: shops, offices, restaurants, clinics, hotels, workshops.

Nobody's phone number, website or operator is read: a place is a door to go to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.arrays import Float64Array, Int64Array, UInt8Array, frozen
from routing.network.array_folder import read_folder, write_folder
from routing.network.errors import StoreDamaged
from routing.network.osm_features import position, tagged
from routing.network.texts import Texts
from routing.progress import Progress, silent

FOOD = ("restaurant", "cafe", "bar", "fast_food", "pub", "ice_cream", "food_court", "biergarten")
MEDICAL = ("clinic", "doctors", "dentist", "pharmacy", "hospital", "veterinary")
LODGING = ("hotel", "motel", "hostel", "guest_house")

RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("amenity", "food", FOOD),
    ("amenity", "medical", MEDICAL),
    ("amenity", "office", ("bank",)),
    ("shop", "shop", ()),
    ("tourism", "lodging", LODGING),
    ("healthcare", "medical", ()),
    ("office", "office", ()),
    ("craft", "craft", ()),
)
"""OSM key, our kind, values (none: every value). The first rule that fits decides: a café in a bakery is food."""

NOT_A_PLACE = frozenset({"no", "vacant", "disused", "closed", "empty", "abandoned"})
TEXT_COLUMNS = ("name", "kind", "category", "opening_hours", "street", "housenumber", "postcode", "city")
_TAG_OF_COLUMN = {
    "opening_hours": "opening_hours",
    "street": "addr:street",
    "housenumber": "addr:housenumber",
    "postcode": "addr:postcode",
    "city": "addr:city",
}


@dataclass(frozen=True, slots=True)
class Places:
    """n places as columns, read-only; texts are "" where the map does not say."""

    osm_id: Int64Array
    """(n) int64, of a node or of a way."""
    is_way: UInt8Array
    """(n) uint8, 1 where `osm_id` is a way's."""
    lon: Float64Array
    """(n) degrees."""
    lat: Float64Array
    name: Texts
    kind: Texts
    """One of shop, office, food, medical, lodging, craft."""
    category: Texts
    """The tag's value, such as supermarket or dentist."""
    opening_hours: Texts
    """As in OSM, such as "Mo-Fr 09:00-18:00"."""
    street: Texts
    housenumber: Texts
    postcode: Texts
    city: Texts

    def __post_init__(self) -> None:
        for name in ("osm_id", "is_way", "lon", "lat"):
            object.__setattr__(self, name, frozen(getattr(self, name)))
        sizes = {len(self), self.is_way.size, self.lon.size, self.lat.size}
        if sizes | {len(getattr(self, name)) for name in TEXT_COLUMNS} != {len(self)}:
            raise ValueError("all columns of places must have one length")

    def __len__(self) -> int:
        return int(self.osm_id.size)

    def take(self, index: npt.NDArray[np.integer[Any]]) -> "Places":
        """The places at `index`, in that order."""
        texts = [getattr(self, name).take(index) for name in TEXT_COLUMNS]
        return Places(self.osm_id[index], self.is_way[index], self.lon[index], self.lat[index], *texts)


def read_places(osm_path: Path, progress: Progress = silent, *, same_within_m: float = 50.0) -> Places:
    """Read all named places of an OSM file, in the file's order.

    Places of one name within `same_within_m` of each other (a shop drawn as a node inside its building) count once: the
    one of which the map says most stays. Raises MapFileMissing or MapFileUnreadable.
    """
    ids: list[tuple[int, bool]] = []
    points: list[tuple[float, float]] = []
    rows: list[tuple[str, ...]] = []
    keys = tuple(dict.fromkeys(key for key, _, _ in RULES))
    for feature in tagged(osm_path, keys, progress, "reading places"):
        name = feature.tags.get("name", "").strip()
        kind, category = classify(feature.tags) if name else ("", "")
        point = position(feature) if kind else None
        if point is not None:
            told = (feature.tags.get(tag, "").strip() for tag in _TAG_OF_COLUMN.values())
            ids.append((feature.id, feature.is_way()))
            points.append(point)
            rows.append((name, kind, category, *told))
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    texts = [Texts.of([row[column] for row in rows]) for column in range(len(TEXT_COLUMNS))]
    osm_id = np.array([osm_id for osm_id, _ in ids], dtype=np.int64)
    places = Places(osm_id, np.array([way for _, way in ids], dtype=np.uint8), lon, lat, *texts)
    return places.take(_different(rows, lon, lat, same_within_m))


def classify(tags: Mapping[str, str]) -> tuple[str, str]:
    """Kind and category of a thing with these tags, two empty texts where it is no place to visit."""
    for key, kind, values in RULES:
        value = tags.get(key, "").strip()
        if value and value not in NOT_A_PLACE and (not values or value in values):
            return kind, value
    return "", ""


def write_places(folder: Path, places: Places) -> None:
    """Store `places` as `folder`, whole or not at all."""
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(places, name) for name in ("osm_id", "is_way", "lon", "lat")}
    for name in TEXT_COLUMNS:
        arrays |= getattr(places, name).arrays(name)
    write_folder(folder, arrays, {"holds": "places", "count": len(places)})


def load_places(folder: Path) -> Places:
    """Open what `write_places` stored. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    arrays = read_folder(folder).arrays
    try:
        texts = [Texts.stored(arrays, name) for name in TEXT_COLUMNS]
        return Places(arrays["osm_id"], arrays["is_way"], arrays["lon"], arrays["lat"], *texts)
    except (KeyError, ValueError) as error:
        raise StoreDamaged(folder, f"no stored places ({error})") from None


def _different(rows: list[tuple[str, ...]], lon: Float64Array, lat: Float64Array, within_m: float) -> Int64Array:
    """Indices of the places that stay, ascending: richest first, so what is dropped says no more than what stays."""
    of_name: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        of_name.setdefault(row[0].casefold(), []).append(index)
    kept: list[int] = []
    for same_name in of_name.values():
        stays: list[int] = []
        for index in sorted(same_name, key=lambda i: (rows[i].count(""), i)):
            others = np.array(stays, dtype=np.int64)
            x = (lon[others] - lon[index]) * np.cos(np.radians(lat[index]))
            if not np.any(np.hypot(x, lat[others] - lat[index]) * 111_195 <= within_m):
                stays.append(index)
        kept += stays
    return np.array(sorted(kept), dtype=np.int64)

"""What makes a road map readable beneath our own roads: water, woods, parks, ice, rivers, the coast, names of towns."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy.typing as npt

from routing.arrays import BoolArray, Int32Array, UInt8Array, frozen
from routing.network.array_folder import read_folder, write_folder
from routing.network.errors import StoreDamaged
from routing.network.texts import Texts

AREA_KINDS = ("water", "wood", "park", "ice")
KINDS = (*AREA_KINDS, "river", "coastline")
"""`kind` counts in this order: areas first, then lines."""
LABEL_KINDS = ("city", "town", "village", "suburb", "hamlet")
"""`label_kind` counts in this order, which is also how important a label is."""

_NUMBER_COLUMNS = (
    "kind", "shape_first", "part_first", "lon_e7", "lat_e7", "label_kind", "label_population", "label_lon_e7",
    "label_lat_e7",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backdrop:
    """n shapes of q parts with p points, and l labels; read-only. Shapes are sorted by kind, labels by importance.

    An area is one outer ring and then its holes; rings end where they begin. A line is one part.
    """

    kind: UInt8Array
    """(n) uint8 index into KINDS."""
    shape_first: Int32Array
    """(n+1) parts shape_first[s] .. shape_first[s + 1] - 1 make shape s."""
    part_first: Int32Array
    """(q+1) points part_first[i] .. part_first[i + 1] - 1 make part i."""
    lon_e7: Int32Array
    """(p) longitude in 1e-7 degrees."""
    lat_e7: Int32Array
    label_kind: UInt8Array
    """(l) uint8 index into LABEL_KINDS."""
    label_population: Int32Array
    """(l) 0 where the map does not say."""
    label_lon_e7: Int32Array
    label_lat_e7: Int32Array
    label: Texts
    """(l) names."""

    def __post_init__(self) -> None:
        for name in _NUMBER_COLUMNS:
            object.__setattr__(self, name, frozen(getattr(self, name)))
        if self.shape_first.size != self.kind.size + 1 or self.shape_first[-1] != self.part_first.size - 1:
            raise ValueError("shape_first must begin and end every shape's parts")
        if self.part_first[-1] != self.lon_e7.size or self.lon_e7.size != self.lat_e7.size:
            raise ValueError("part_first must begin and end every part's points")
        if not len(self.label) == self.label_kind.size == self.label_lon_e7.size == self.label_lat_e7.size:
            raise ValueError("all columns of labels must have one length")

    @property
    def is_area(self) -> BoolArray:
        """(n) bool."""
        return self.kind < len(AREA_KINDS)

    def parts(self, shape: int) -> list[tuple[Int32Array, Int32Array]]:
        """Longitudes and latitudes (1e-7 degrees) of each part of a shape."""
        ends = self.part_first[self.shape_first[shape] : self.shape_first[shape + 1] + 1]
        return [(self.lon_e7[a:b], self.lat_e7[a:b]) for a, b in pairwise(ends)]


def write_backdrop(folder: Path, backdrop: Backdrop) -> None:
    """Store `backdrop` as `folder`, whole or not at all."""
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(backdrop, name) for name in _NUMBER_COLUMNS}
    arrays |= backdrop.label.arrays("label")
    write_folder(folder, arrays, {"holds": "backdrop", "kinds": list(KINDS), "label_kinds": list(LABEL_KINDS)})


def load_backdrop(folder: Path) -> Backdrop:
    """Open what `write_backdrop` stored. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    stored = read_folder(folder)
    try:
        if (stored.manifest["kinds"], stored.manifest["label_kinds"]) != (list(KINDS), list(LABEL_KINDS)):
            raise ValueError("kinds of another version")
        columns = {name: stored.arrays[name] for name in _NUMBER_COLUMNS}
        return Backdrop(**columns, label=Texts.stored(stored.arrays, "label"))
    except (KeyError, ValueError) as error:
        raise StoreDamaged(folder, f"no stored backdrop ({error})") from None

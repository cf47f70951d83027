"""The backdrop as shapes that can be asked for by window, and labels by zoom."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from app.base_map.sea import Ground, Window, ground_of
from routing.network.backdrop import AREA_KINDS, KINDS, LABEL_KINDS, Backdrop

LABEL_FIRST_ZOOM = {"city": 3, "town": 5, "village": 9, "suburb": 11, "hamlet": 12}
FRAME_SHARE = 0.25
"""The map goes on beyond its roads by this share of its longer side, where there is sea or land but nothing else."""


@dataclass(frozen=True, slots=True)
class Label:
    """A place name; a smaller rank matters more."""

    name: str
    kind: str
    rank: int
    lon: float
    lat: float


class BackdropShapes:
    """Areas and lines of a backdrop in one search tree a kind; ready to be asked by several threads at once."""

    def __init__(self, backdrop: Backdrop, bounds: Window) -> None:
        self.frame = frame_around(bounds)
        shapes = [_shape(backdrop, index) for index in range(backdrop.kind.size)]
        of_kind = {
            kind: [shapes[index] for index in np.flatnonzero(backdrop.kind == number)]
            for number, kind in enumerate(KINDS)
        }
        self.ground: Ground = ground_of(of_kind["coastline"], self.frame)
        self._trees = {kind: shapely.STRtree(found) for kind, found in of_kind.items()}
        self._trees["ground"] = shapely.STRtree(list(self.ground.faces))
        self._labels = [
            Label(
                backdrop.label[index],
                LABEL_KINDS[backdrop.label_kind[index]],
                index,
                float(backdrop.label_lon_e7[index]) / 1e7,
                float(backdrop.label_lat_e7[index]) / 1e7,
            )
            for index in range(len(backdrop.label))
        ]

    def within(self, kind: str, window: Window) -> npt.NDArray[Any]:
        """Shapes of `kind` ("ground" too) that touch the window."""
        tree = self._trees[kind]
        return np.asarray(tree.geometries[np.sort(tree.query(shapely.box(*window)))], object)

    def labels_within(self, window: Window, zoom: int) -> list[Label]:
        """Names to show at `zoom`."""
        west, south, east, north = window
        return [
            label
            for label in self._labels
            if west <= label.lon < east and south <= label.lat < north and zoom >= LABEL_FIRST_ZOOM[label.kind]
        ]


def frame_around(bounds: Window) -> Window:
    """The part of the world that is drawn: a backdrop also holds far-away things, such as Bear Island with Iceland."""
    west, south, east, north = bounds
    margin = FRAME_SHARE * max(east - west, north - south)
    return max(west - margin, -180.0), max(south - margin, -85.0), min(east + margin, 180.0), min(north + margin, 85.0)


def _shape(backdrop: Backdrop, index: int) -> shapely.Geometry:
    parts = [np.column_stack([lon, lat]) / 1e7 for lon, lat in backdrop.parts(index)]
    if KINDS[backdrop.kind[index]] in AREA_KINDS:
        return shapely.make_valid(shapely.Polygon(parts[0], parts[1:]))
    return shapely.LineString(parts[0])

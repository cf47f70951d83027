"""The backdrop as shapes that can be asked for by window, and labels by zoom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from routing.network.backdrop import AREA_KINDS, KINDS, LABEL_KINDS, Backdrop

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
_LABEL_FIRST_ZOOM = {"city": 4, "town": 7, "village": 10, "suburb": 12, "hamlet": 13}


@dataclass(frozen=True, slots=True)
class Label:
    """A place name; a smaller rank matters more."""

    name: str
    kind: str
    rank: int
    lon: float
    lat: float


class BackdropShapes:
    """Areas and lines of a backdrop in one search tree a kind."""

    def __init__(self, backdrop: Backdrop) -> None:
        shapes = [_shape(backdrop, index) for index in range(backdrop.kind.size)]
        self._trees = {
            kind: shapely.STRtree([shapes[index] for index in np.flatnonzero(backdrop.kind == number)])
            for number, kind in enumerate(KINDS)
        }
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

    def within(self, kind: str, window: Window) -> Sequence[shapely.Geometry]:
        """Shapes of `kind` that touch the window."""
        tree = self._trees[kind]
        return [tree.geometries[index] for index in tree.query(shapely.box(*window))]

    def labels_within(self, window: Window, zoom: int) -> list[Label]:
        """Names to show at `zoom`."""
        west, south, east, north = window
        return [
            label
            for label in self._labels
            if west <= label.lon < east and south <= label.lat < north and zoom >= _LABEL_FIRST_ZOOM[label.kind]
        ]


def _shape(backdrop: Backdrop, index: int) -> shapely.Geometry:
    parts = [np.column_stack([lon, lat]) / 1e7 for lon, lat in backdrop.parts(index)]
    if KINDS[backdrop.kind[index]] in AREA_KINDS:
        return shapely.make_valid(shapely.Polygon(parts[0], parts[1:]))
    return shapely.LineString(parts[0])

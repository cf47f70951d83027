"""Placing points on the road network: thousands in one call."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.arrays import BoolArray, Float32Array, Float64Array, Int32Array, UInt8Array, frozen
from routing.earth import METRES_PER_E7
from routing.network.errors import InvalidCoordinate, PointOutsideNetwork
from routing.network.road_network import ROAD_CLASSES, RoadNetwork
from routing.network.snap_grid_kernels import BLOCK, Frame, SnapGrid, fill_grid
from routing.network.snapping_kernels import (
    BEARING,
    BEARING_RANGE,
    NO_DEGREES,
    PENALISED,
    POINT,
    RADIUS,
    SnapArrays,
    fill_points,
    nearest_edge,
    nearest_edge_of_each,
    nearest_edges,
)
from routing.network.snaps import BACKWARD, FORWARD, Snaps

SMALLEST_CELL_M = 5.0
"""Smaller ones are of a network that is drawn, not driven."""


@dataclass(frozen=True, slots=True)
class Headings:
    """How the roads of (n) points must run; float64, (n) each.

    `bearing` in degrees clockwise from north, give or take `bearing_range` (180: any); `side` 1 where the point must
    lie on the right of a two-way road as it is driven, -1 on the left, 0 either.
    """

    bearing: Float64Array
    bearing_range: Float64Array
    side: Float64Array

    def __post_init__(self) -> None:
        for column in fields(self):
            object.__setattr__(self, column.name, frozen(getattr(self, column.name), np.float64))

    def take(self, indices: Int32Array) -> "Headings":
        """Those of some points."""
        return Headings(*(getattr(self, column.name)[indices] for column in fields(self)))


@dataclass(frozen=True, slots=True)
class SnapIndex:
    """A grid over all shape segments of a network that a journey may begin or end on; arrays are read-only."""

    arrays: SnapArrays
    road_class_of_edge: UInt8Array

    def __post_init__(self) -> None:
        grid, penalty_m, *columns = self.arrays
        kept: list[Any] = [frozen(column) for column in columns]
        block, first, segment = (frozen(column) for column in grid[1:])
        object.__setattr__(self, "arrays", SnapArrays(SnapGrid(grid.frame, block, first, segment), penalty_m, *kept))

    @staticmethod
    def build(
        network: RoadNetwork,
        *,
        excluded_classes: tuple[str, ...] = ("ferry",),
        destination_only_penalty_m: float = 2.0,
        cell_of_mean_segment: float = 1.5,
        most_blocks_per_segment: float = 4.0,
    ) -> "SnapIndex":
        """Index a network.

        Edges of `excluded_classes` are never snapped to. A destination-only edge (often a yard or driveway) must be
        nearer than an ordinary street by `destination_only_penalty_m` to be taken. A cell of the grid is
        `cell_of_mean_segment` times as wide as the mean segment is long, or wider where it would take more than
        `most_blocks_per_segment` blocks to cover the map: see "Decisions" in the README for what was measured.
        """
        lon, lat = network.shape_lon_e7, network.shape_lat_e7
        points = np.empty(lon.size, POINT)
        fill_points(network.shape_first, lon, lat, points)
        usable = ~_of_classes(network.road_class_of_edge, excluded_classes)
        begins_segment = np.ones(lon.size, dtype=bool)
        begins_segment[network.shape_first[1:] - 1] = False
        segments = np.flatnonzero(begins_segment & usable[points["edge"]]).astype(np.int32)
        length_m = float(np.diff(points["along_m"], append=0.0)[segments].mean()) if segments.size else 1.0
        frame = _frame(network, segments, cell_of_mean_segment * length_m, most_blocks_per_segment)
        grid = fill_grid(lon, lat, frozen(segments), frame)
        ways = FORWARD * (network.forward_arc >= 0) + BACKWARD * (network.backward_arc >= 0)
        ways += PENALISED * (network.destination_only_of_edge > 0)
        arrays = SnapArrays(grid, float(destination_only_penalty_m), points, network.shape_first, ways.astype(np.uint8))
        return SnapIndex(arrays, network.road_class_of_edge)

    def without(self, classes: tuple[str, ...]) -> "SnapIndex":
        """The same grid, on which edges of `classes` are never snapped to."""
        return self.without_edges(_of_classes(self.road_class_of_edge, classes))

    def without_edges(self, excluded: BoolArray) -> "SnapIndex":
        """The same grid, on which the `excluded` edges (e) are never snapped to."""
        ways = np.where(excluded, 0, self.arrays.ways).astype(np.uint8)
        return replace(self, arrays=self.arrays._replace(ways=ways))

    def snap(self, lon: npt.ArrayLike | float, lat: npt.ArrayLike | float, radius_m: float = 500.0) -> Snaps:
        """Place every point (degrees, (n) each) on its nearest edge.

        Raises PointOutsideNetwork for the first point with no road within `radius_m`, InvalidCoordinate for the first
        coordinate that is not a number in range.
        """
        missed, snaps = self._each(lon, lat, radius_m)
        if missed >= 0:
            point = float(np.atleast_1d(lon)[missed]), float(np.atleast_1d(lat)[missed])
            raise PointOutsideNetwork(missed, float(self.try_snap(*point, np.inf).distance_m[0]), radius_m)
        return snaps

    def try_snap(
        self,
        lon: npt.ArrayLike | float,
        lat: npt.ArrayLike | float,
        radius_m: npt.ArrayLike | float = 500.0,
        headings: Headings | None = None,
    ) -> Snaps:
        """As `snap`, with edge -1, fraction 0 and an infinite distance where no road lies within the radius.

        `radius_m` is one for all points or one for each. With `headings` a place keeps only the ways that agree.
        """
        if headings is not None:
            return self.near_each(lon, lat, 1, radius_m, headings)
        return self._each(lon, lat, radius_m)[1]

    def nearest(
        self, lon: float, lat: float, count: int, radius_m: float = np.inf, headings: Headings | None = None
    ) -> Snaps:
        """The up to `count` nearest edges of one point, nearest first, its nearest place on each."""
        if count == 1 and headings is None:
            found = self.try_snap(lon, lat, radius_m)
            return found if found.edge[0] >= 0 else found.take(np.empty(0, np.int32))
        edge, fraction, distance_m, ways = self._nearest(lon, lat, count, radius_m, headings)
        there = edge[0] >= 0
        return Snaps(edge[0, there], fraction[0, there], distance_m[0, there], ways[0, there])

    def near_each(
        self,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        count: int,
        radius_m: npt.ArrayLike,
        headings: Headings | None = None,
    ) -> Snaps:
        """The up to `count` nearest edges of every point: those of point i from i * `count` on, nearest first.

        Edge -1 where no more lie within the radius.
        """
        edge, fraction, distance_m, ways = self._nearest(lon, lat, count, radius_m, headings)
        return Snaps(edge.ravel(), fraction.ravel(), distance_m.ravel(), ways.ravel())

    def _each(
        self, lon: npt.ArrayLike | float, lat: npt.ArrayLike | float, radius_m: npt.ArrayLike | float
    ) -> tuple[int, Snaps]:
        """The first point that has no road within its radius, -1 where all have one; and the snaps of all."""
        if isinstance(lon, float) and isinstance(lat, float) and isinstance(radius_m, float):
            # one point: making and checking arrays of one took three quarters of its 23 us
            _check_point(lon, lat, radius_m)
            snaps = Snaps.one(*nearest_edge(lon, lat, radius_m, self.arrays))
            return (0 if snaps.edge[0] < 0 else -1), snaps
        lons, lats, radii = _points(lon, lat, radius_m)
        missed, edge, fraction, distance_m, ways = nearest_edge_of_each(lons, lats, radii, self.arrays)
        if missed == NO_DEGREES:
            _check_degrees(lons, lats)
        return missed, Snaps(edge, fraction, distance_m, ways)

    def _nearest(
        self, lon: npt.ArrayLike, lat: npt.ArrayLike, count: int, radius_m: npt.ArrayLike, headings: Headings | None
    ) -> tuple[Int32Array, Float32Array, Float32Array, UInt8Array]:
        lons, lats, radii = _points(lon, lat, radius_m)
        _check_degrees(lons, lats)
        limits = np.zeros((4, lons.size))
        limits[RADIUS], limits[BEARING_RANGE] = radii, 180.0
        if headings is not None:
            limits[BEARING:] = headings.bearing, headings.bearing_range, headings.side
        return nearest_edges(lons, lats, frozen(limits), count, self.arrays)


def _of_classes(road_class_of_edge: UInt8Array, classes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return np.isin(road_class_of_edge, [ROAD_CLASSES.index(name) for name in classes])


def _check_point(lon: float, lat: float, radius_m: float) -> None:
    for field, degrees, limit in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if not -limit <= degrees <= limit:  # false for NaN, too
            raise InvalidCoordinate(0, field, float(degrees), limit)
    if not radius_m >= 0.0:
        raise ValueError(f"radius_m={radius_m!r} must not be below 0")


def _points(
    lon: npt.ArrayLike, lat: npt.ArrayLike, radius_m: npt.ArrayLike
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Longitudes, latitudes and radii: one for all or one each a point."""
    lons, lats, radii = _column(lon, "lon"), _column(lat, "lat"), _column(radius_m, "radius_m")
    if lons.size != lats.size:
        raise ValueError(f"{lons.size} longitudes but {lats.size} latitudes")
    if radii.size not in (1, lons.size):
        raise ValueError(f"{lons.size} points but {radii.size} radii")
    if not (radii >= 0.0).all():  # false for NaN, too
        raise ValueError(f"radius_m={radius_m!r} must not be below 0")
    return lons, lats, radii


def _column(values: npt.ArrayLike, field: str) -> Float64Array:
    column = np.asarray(values, np.float64)
    if column.ndim > 1:
        raise ValueError(f"{field} must be one-dimensional")
    return frozen(column if column.ndim else column.reshape(1))


def _check_degrees(lons: Float64Array, lats: Float64Array) -> None:
    """Raises InvalidCoordinate for the first coordinate that is not a number in range."""
    for field, degrees, limit in (("lon", lons, 180.0), ("lat", lats, 90.0)):
        outside = np.flatnonzero(~(np.abs(degrees) <= limit))
        if outside.size:
            raise InvalidCoordinate(int(outside[0]), field, float(degrees[outside[0]]), limit)


def _frame(network: RoadNetwork, segments: Int32Array, cell_m: float, most_blocks_per_segment: float) -> Frame:
    """Square cells (in metres at the network's middle latitude) over the bounds of all segments."""
    ends = np.concatenate((segments, segments + 1)) if segments.size else np.zeros(1, dtype=np.int32)
    lon, lat = network.shape_lon_e7[ends], network.shape_lat_e7[ends]
    west, south = int(lon.min()), int(lat.min())
    width, height = int(lon.max()) - west, int(lat.max()) - south
    scale = max(0.01, float(np.cos(np.radians((south + height / 2) / 1e7))))
    area_m2 = max(1.0, width * scale * METRES_PER_E7) * max(1.0, height * METRES_PER_E7)
    most_cells = max(1.0, most_blocks_per_segment * segments.size) * BLOCK * BLOCK
    cell_m = max(SMALLEST_CELL_M, cell_m, float(np.sqrt(area_m2 / most_cells)))
    cell_lat = max(1, round(cell_m / METRES_PER_E7))
    cell_lon = max(1, round(cell_m / METRES_PER_E7 / scale))
    return Frame(west, south, cell_lon, cell_lat, width // cell_lon + 1, height // cell_lat + 1)

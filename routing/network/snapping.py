"""Placing points on the road network: thousands in one call."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.arrays import Float64Array, Int32Array, frozen
from routing.network.errors import InvalidCoordinate, PointOutsideNetwork
from routing.network.road_network import ROAD_CLASSES, RoadNetwork
from routing.network.snapping_kernels import METRES_PER_E7, Frame, SnapArrays, fill_cells, measure_shapes, snap_points
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class SnapIndex:
    """A grid over all shape segments of a network that a journey may begin or end on; arrays are read-only."""

    arrays: SnapArrays

    def __post_init__(self) -> None:
        a = self.arrays
        kept = SnapArrays(
            a.frame,
            frozen(a.first),
            frozen(a.segment),
            frozen(a.lon_e7),
            frozen(a.lat_e7),
            frozen(a.along_m),
            frozen(a.edge_of_point),
            frozen(a.shape_first),
            frozen(a.penalty_m),
        )
        object.__setattr__(self, "arrays", kept)

    @staticmethod
    def build(
        network: RoadNetwork,
        *,
        excluded_classes: tuple[str, ...] = ("ferry",),
        destination_only_penalty_m: float = 2.0,
        cells_per_segment: float = 4.0,
        smallest_cell_m: float = 25.0,
    ) -> "SnapIndex":
        """Index a network.

        Edges of `excluded_classes` are never snapped to. A destination-only edge (often a yard or driveway) must be
        nearer than an ordinary street by `destination_only_penalty_m` to be taken. The grid gets about
        `cells_per_segment` cells for each shape segment: see "Decisions" in the README for what was measured.
        """
        along, edge_of_point = measure_shapes(network.shape_first, network.shape_lon_e7, network.shape_lat_e7)
        usable = ~np.isin(network.road_class_of_edge, [ROAD_CLASSES.index(name) for name in excluded_classes])
        begins_segment = np.ones(edge_of_point.size, dtype=bool)
        begins_segment[network.shape_first[1:] - 1] = False
        segments = np.flatnonzero(begins_segment & usable[edge_of_point]).astype(np.int32)
        frame = _frame(network, segments, segments.size * cells_per_segment, smallest_cell_m)
        lon, lat = network.shape_lon_e7, network.shape_lat_e7
        first, segment = fill_cells(lon, lat, frozen(segments), frame)
        penalty_m = (network.destination_only_of_edge * np.float32(destination_only_penalty_m)).astype(np.float32)
        return SnapIndex(
            SnapArrays(frame, first, segment, lon, lat, along, edge_of_point, network.shape_first, penalty_m)
        )

    def snap(self, lon: npt.ArrayLike, lat: npt.ArrayLike, radius_m: float = 500.0) -> Snaps:
        """Place every point (degrees, (n) each) on its nearest edge.

        Raises PointOutsideNetwork for the first point with no road within `radius_m`, InvalidCoordinate for the first
        coordinate that is not a number in range.
        """
        snaps = self.try_snap(lon, lat, radius_m)
        missed = np.flatnonzero(snaps.edge < 0)
        if missed.size:
            index = int(missed[0])
            point = slice(index, index + 1)
            nearest = self.try_snap(np.atleast_1d(lon)[point], np.atleast_1d(lat)[point], np.inf)
            raise PointOutsideNetwork(index, float(nearest.distance_m[0]), radius_m)
        return snaps

    def try_snap(self, lon: npt.ArrayLike, lat: npt.ArrayLike, radius_m: float = 500.0) -> Snaps:
        """As `snap`, with edge -1, fraction 0 and an infinite distance where no road lies within `radius_m`."""
        if not radius_m > 0:
            raise ValueError(f"radius_m={radius_m} must be above 0")
        lons, lats = _checked(lon, "lon", 180.0), _checked(lat, "lat", 90.0)
        if lons.size != lats.size:
            raise ValueError(f"{lons.size} longitudes but {lats.size} latitudes")
        return Snaps(*snap_points(lons, lats, float(radius_m), self.arrays))


def _checked(values: npt.ArrayLike, field: str, limit: float) -> Float64Array:
    degrees = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if degrees.ndim != 1:
        raise ValueError(f"{field} must be one-dimensional")
    wrong = np.flatnonzero(~(np.abs(degrees) <= limit))
    if wrong.size:
        raise InvalidCoordinate(int(wrong[0]), field, float(degrees[wrong[0]]), limit)
    return frozen(degrees)


def _frame(network: RoadNetwork, segments: Int32Array, cells: float, smallest_cell_m: float) -> Frame:
    """About `cells` square cells (in metres at the network's middle latitude) over the bounds of all segments."""
    ends = np.concatenate((segments, segments + 1)) if segments.size else np.zeros(1, dtype=np.int32)
    lon, lat = network.shape_lon_e7[ends], network.shape_lat_e7[ends]
    west, south = int(lon.min()), int(lat.min())
    width, height = int(lon.max()) - west, int(lat.max()) - south
    scale = max(0.01, float(np.cos(np.radians((south + height / 2) / 1e7))))
    area_m2 = max(1.0, width * scale * METRES_PER_E7) * max(1.0, height * METRES_PER_E7)
    cell_m = max(smallest_cell_m, float(np.sqrt(area_m2 / max(1.0, cells))))
    cell_lat = max(1, round(cell_m / METRES_PER_E7))
    cell_lon = max(1, round(cell_m / METRES_PER_E7 / scale))
    return Frame(west, south, cell_lon, cell_lat, width // cell_lon + 1, height // cell_lat + 1)

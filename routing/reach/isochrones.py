"""The area that can be reached in time, as polygons.

A place belongs to the area where the nearest street is reached in time and is no farther than `off_road_m`. That is
looked up on a grid of nodes (field_kernels.py), and outlined (outline_kernels.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage

from routing.arrays import Float64Array, Int32Array, frozen
from routing.earth import METRES_PER_E7
from routing.network.snapping import SnapIndex
from routing.reach.field_kernels import STRIP, Grid, Streets, Times, grid_times
from routing.reach.outline_kernels import next_crossings, trace_rings
from routing.reach.reach import StreetTimes

METRES_PER_MS = 50 / 3600
"""How far the outline is moved for the time that is left or over at a node: as if driven at 50 km/h."""
LEAST_VALUE = 0.05
"""In cells: nodes are never nearer to the outline than this, so that rounding cannot make it touch itself."""

Ring = Float64Array
"""(k, 2) longitude and latitude in degrees, the first point again at the end."""
Polygon = list[Ring]
"""The outer ring counter-clockwise, then holes clockwise."""


@dataclass(frozen=True, slots=True)
class AreaOptions:
    """How areas are drawn."""

    off_road_m: float = 500.0
    """Places farther from any street are not reached."""
    most_nodes: int = 400_000
    """Nodes of the grid; what it covers decides how far apart they are."""
    least_cell_m: float = 20.0

    def __post_init__(self) -> None:
        if not (self.off_road_m > 0 and self.most_nodes >= 16 and self.least_cell_m > 0):
            raise ValueError(f"{self} must be above 0, and at least 16 nodes")


def areas(
    snapping: SnapIndex, times: StreetTimes, limits_ms: Sequence[int], options: AreaOptions | None = None
) -> list[list[Polygon]]:
    """The polygons within each limit, in the order of `limits_ms`; [] where no street is near enough.

    `snapping` names the streets that count. Polygons are valid, those of one limit do not meet, and those of a lesser
    limit lie within those of a greater one. Every place on a street that is reached lies inside; elsewhere they are
    right to a cell and a half. Raises ValueError for a limit that is beyond the times'.
    """
    options = options or AreaOptions()
    if max(limits_ms) > times.most_ms:
        raise ValueError(f"a limit of {max(limits_ms)} ms is beyond the times', {times.most_ms} ms")
    grid = _grid(snapping, times, options)
    if grid is None:
        return [[] for _ in limits_ms]
    ms, away_m = grid_times(grid, _streets(snapping, grid), _for_kernels(times))
    off_road_m = max(options.off_road_m, STRIP * grid.cell_m)
    return [_outlined(grid, np.maximum((ms - limit) * METRES_PER_MS, away_m - off_road_m)) for limit in limits_ms]


def _for_kernels(times: StreetTimes) -> Times:
    return Times(*(getattr(times, name) for name in Times._fields))


def _grid(snapping: SnapIndex, times: StreetTimes, options: AreaOptions) -> Grid | None:
    """Over all streets that are reached, with what belongs to them."""
    arrays = snapping.arrays
    counts = times.reached() & (arrays.ways > 0)
    points = np.flatnonzero(counts[arrays.points["edge"]])
    if not points.size:
        return None
    lon, lat = arrays.points["lon_e7"][points], arrays.points["lat_e7"][points]
    y_m = METRES_PER_E7
    x_m = y_m * float(np.cos(np.radians((float(lat.min()) + float(lat.max())) / 2e7)))
    width_m = (int(lon.max()) - int(lon.min())) * x_m + 2 * options.off_road_m
    height_m = (int(lat.max()) - int(lat.min())) * y_m + 2 * options.off_road_m
    cell_m = max(options.least_cell_m, float(np.sqrt(width_m * height_m / options.most_nodes)))
    # Two cells more on each side: the border of the grid must be outside.
    margin_m = max(options.off_road_m, STRIP * cell_m) + 2 * cell_m
    columns = int((width_m - 2 * options.off_road_m + 2 * margin_m) / cell_m) + 2
    rows = int((height_m - 2 * options.off_road_m + 2 * margin_m) / cell_m) + 2
    return Grid(float(lon.min()) - margin_m / x_m, float(lat.min()) - margin_m / y_m, x_m, y_m, cell_m, columns, rows)


def _streets(snapping: SnapIndex, grid: Grid) -> Streets:
    points = snapping.arrays.points
    return Streets(
        _segments(snapping, grid),
        frozen(points["lon_e7"]),
        frozen(points["lat_e7"]),
        frozen(points["along_m"]),
        frozen(points["edge"]),
        snapping.arrays.shape_first,
    )


def _segments(snapping: SnapIndex, grid: Grid) -> Int32Array:
    """Segments of streets in the grid, reached or not."""
    arrays = snapping.arrays
    lon, lat, edge = (arrays.points[name] for name in ("lon_e7", "lat_e7", "edge"))
    east = grid.west_e7 + (grid.columns - 1) * grid.cell_m / grid.x_m
    north = grid.south_e7 + (grid.rows - 1) * grid.cell_m / grid.y_m
    counts = (arrays.ways > 0)[edge[:-1]]
    counts &= edge[:-1] == edge[1:]
    counts &= (np.maximum(lon[:-1], lon[1:]) >= grid.west_e7) & (np.minimum(lon[:-1], lon[1:]) <= east)
    counts &= (np.maximum(lat[:-1], lat[1:]) >= grid.south_e7) & (np.minimum(lat[:-1], lat[1:]) <= north)
    return frozen(np.flatnonzero(counts).astype(np.int32))


def _outlined(grid: Grid, value_m: Float64Array) -> list[Polygon]:
    """Polygons around the nodes whose value is up to 0."""
    cells = np.clip(value_m / grid.cell_m, -1.0, 1.0)
    value = np.where(cells <= 0, np.minimum(cells, -LEAST_VALUE), np.maximum(cells, LEAST_VALUE))
    border = value.reshape(grid.rows, grid.columns)
    border[[0, -1]], border[:, [0, -1]] = 1.0, 1.0
    ring, first = trace_rings(next_crossings(value, grid.columns, grid.rows))
    if not ring.size:
        return []
    begin = ring >> 1
    end = begin + np.where(ring & 1, grid.columns, 1)
    part = value[begin] / (value[begin] - value[end])
    row, column = np.divmod(begin.astype(np.float64), grid.columns)
    x, y = column + np.where(ring & 1, 0.0, part), row + np.where(ring & 1, part, 0.0)
    lon = (grid.west_e7 + x * (grid.cell_m / grid.x_m)) / 1e7
    lat = (grid.south_e7 + y * (grid.cell_m / grid.y_m)) / 1e7
    # Inside nodes hang together by grid edges, as the outlines lead: each such part has one outer ring.
    parts, _ = scipy.ndimage.label(border <= 0)
    inside = np.where(value[begin] <= 0, begin, end)
    part_of_ring = parts.ravel()[inside[first[:-1]]]
    polygons: dict[int, Polygon] = {}
    holes: list[tuple[int, Ring]] = []
    for i, of in enumerate(part_of_ring.tolist()):
        points = np.arange(first[i], first[i + 1] + 1)
        points[-1] = first[i]
        closed = np.column_stack([lon[points], lat[points]])
        if _is_counter_clockwise(x[points], y[points]):
            polygons[of] = [closed]
        else:
            holes.append((of, closed))
    for of, hole in holes:
        polygons[of].append(hole)
    return list(polygons.values())


def _is_counter_clockwise(x: Float64Array, y: Float64Array) -> bool:
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) > 0

"""The line of a path, and lines as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, Int32Array, frozen
from routing.engine.path import Path
from routing.guidance.line_kernels import drive_points, encode_lines, simpler_line
from routing.network.edge_shapes import segment_at
from routing.network.road_network import RoadNetwork

UNIT_OF_PRECISION = {5: 100, 6: 10}
"""What the last digit of a polyline stands for in 1e-7 degrees."""


@dataclass(frozen=True, slots=True)
class PathLine:
    """Points of a drive, no two alike in a row; int32 and read-only. p >= 1 points, k arcs."""

    lon_e7: Int32Array
    """(p)"""
    lat_e7: Int32Array
    point: Int32Array
    """(p) the network's shape point that each is; of the places where the path begins and ends, the one before."""
    first: Int32Array
    """(k+1) arc i runs from point first[i] to point first[i+1]."""


def path_line(network: RoadNetwork, path: Path) -> PathLine:
    """Draw a path along the shapes of its edges."""
    columns = drive_points(
        network.shape_first, network.shape_lon_e7, network.shape_lat_e7, network.edge_of_arc, network.forward_arc,
        path.arcs, path.from_fraction, path.to_fraction,
    )  # fmt: skip
    return PathLine(*map(frozen, columns))


def direction_at_begin(network: RoadNetwork, path: Path) -> int:
    """Compass degrees in which a path begins, or would if anything were driven."""
    arc = int(path.arcs[0])
    edge = int(network.edge_of_arc[arc])
    point = segment_at(network, edge, path.from_fraction)
    begin, end = (point, point + 1) if network.forward_arc[edge] == arc else (point + 1, point)
    lon_e7, lat_e7 = network.shape_lon_e7, network.shape_lat_e7
    return compass_degrees(lon_e7[begin], lat_e7[begin], lon_e7[end], lat_e7[end])


def compass_degrees(lon_e7: np.int32, lat_e7: np.int32, to_lon_e7: np.int32, to_lat_e7: np.int32) -> int:
    """From one point to another near it, 0 to 359; 0 where they are one."""
    x = (float(to_lon_e7) - float(lon_e7)) * math.cos(math.radians(float(to_lat_e7) / 1e7))
    return round(math.degrees(math.atan2(x, float(to_lat_e7) - float(lat_e7)))) % 360


def simplified(lon_e7: Int32Array, lat_e7: Int32Array, tolerance_m: float) -> tuple[Int32Array, Int32Array]:
    """Leave out points that are within `tolerance_m` of the line without them."""
    keep = np.zeros(lon_e7.size, np.bool_)
    simpler_line(frozen(lon_e7), frozen(lat_e7), tolerance_m, keep)
    return lon_e7[keep], lat_e7[keep]


def in_e6(e7: Int32Array | Float64Array) -> Float64Array:
    """1e-7 degrees in 1e-6 degrees, as `line_kernels.rounded` rounds them."""
    size: Float64Array = np.floor((np.abs(e7) + 5) / 10)
    return np.copysign(size, e7) + 0.0  # no -0


def polylines(
    lon_e7: Int32Array, lat_e7: Int32Array, first: Sequence[int], last: Sequence[int], precision: int
) -> list[str]:
    """The lines of points first[i] to last[i], both included, as encoded polylines of precision 5 or 6."""
    begin, end = np.array(first, np.int32), np.array(last, np.int32)
    letters = np.empty(12 * (int((end - begin).sum()) + begin.size), np.uint8)
    letter_end = np.empty(begin.size, np.int32)
    count = encode_lines(frozen(lon_e7), frozen(lat_e7), begin, end, UNIT_OF_PRECISION[precision], letters, letter_end)
    text = letters[:count].tobytes().decode("ascii")
    ends = letter_end.tolist()
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]

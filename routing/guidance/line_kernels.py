"""Kernels of lines: the points of a drive, simpler lines, and lines as text."""

import math

import numpy as np

from routing.arrays import BoolArray, Int32Array, UInt8Array
from routing.earth import METRES_PER_E7
from routing.jit import kernel


@kernel
def drive_points(
    shape_first: Int32Array,
    shape_lon: Int32Array,
    shape_lat: Int32Array,
    edge_of_arc: Int32Array,
    forward_arc: Int32Array,
    arcs: Int32Array,
    from_fraction: float,
    to_fraction: float,
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """The points of a drive over `arcs` as columns of PathLine.

    It begins and ends at fractions of the first and the last edge's length, as in Snaps. A point that repeats its
    predecessor is left out.
    """
    most = 2
    for arc in arcs:
        most += shape_first[edge_of_arc[arc] + 1] - shape_first[edge_of_arc[arc]]
    lon, lat, point = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    first = np.empty(arcs.size + 1, np.int32)
    count = 0
    for i in range(arcs.size):
        edge = edge_of_arc[arcs[i]]
        ahead = forward_arc[edge] == arcs[i]
        begin, end = shape_first[edge], shape_first[edge + 1] - 1
        enter = from_fraction if i == 0 else (0.0 if ahead else 1.0)
        leave = to_fraction if i == arcs.size - 1 else (1.0 if ahead else 0.0)
        p, at_lon, at_lat = place_on_shape(shape_lon, shape_lat, begin, end, enter)
        if i == 0:
            lon[0], lat[0], point[0] = at_lon, at_lat, p
            count = 1
        first[i] = count - 1
        q, at_lon, at_lat = place_on_shape(shape_lon, shape_lat, begin, end, leave)
        while p != q:
            inner = p + 1 if p < q else p
            count = _append(lon, lat, point, count, shape_lon[inner], shape_lat[inner], inner)
            p += 1 if p < q else -1
        count = _append(lon, lat, point, count, at_lon, at_lat, q)
    first[arcs.size] = count - 1
    return lon[:count], lat[:count], point[:count], first


@kernel
def place_on_shape(lon: Int32Array, lat: Int32Array, begin: int, end: int, fraction: float) -> tuple[int, int, int]:
    """The place at a fraction of the length of points begin..end: the point before it and its position."""
    if fraction <= 0.0:
        return begin, lon[begin], lat[begin]
    if fraction >= 1.0:
        return end, lon[end], lat[end]
    whole = 0.0
    for p in range(begin, end):
        whole += step_m(lon, lat, p)
    rest = fraction * whole
    for p in range(begin, end):
        step = step_m(lon, lat, p)
        if rest < step:
            share = rest / step
            return p, round(lon[p] + share * (lon[p + 1] - lon[p])), round(lat[p] + share * (lat[p + 1] - lat[p]))
        rest -= step
    return end, lon[end], lat[end]


@kernel
def _append(lon: Int32Array, lat: Int32Array, point: Int32Array, count: int, x: int, y: int, p: int) -> int:
    if lon[count - 1] == x and lat[count - 1] == y:
        return count
    lon[count], lat[count], point[count] = x, y, p
    return count + 1


@kernel
def step_m(lon: Int32Array, lat: Int32Array, p: int) -> float:
    """Local equirectangular metres from point p to point p + 1, as distances along edges are measured everywhere."""
    scale = math.cos(math.radians((lat[p] + lat[p + 1]) * 0.5e-7))
    return METRES_PER_E7 * math.hypot((lon[p + 1] - lon[p]) * scale, float(lat[p + 1] - lat[p]))


@kernel
def simpler_line(lon: Int32Array, lat: Int32Array, tolerance_m: float, keep: BoolArray) -> None:
    """Mark the points of a line within `tolerance_m` of all points; `keep` comes all False. Douglas–Peucker."""
    if lon.size == 0:
        return
    squeeze = math.cos(math.radians((float(lat.min()) + float(lat.max())) * 0.5e-7))
    keep[0] = keep[lon.size - 1] = True
    stack = np.empty((lon.size + 1, 2), np.int64)
    stack[0, 0], stack[0, 1] = 0, lon.size - 1
    height = 1
    while height:
        height -= 1
        begin, end = stack[height, 0], stack[height, 1]
        worst, far = -1, (tolerance_m / METRES_PER_E7) ** 2
        for p in range(begin + 1, end):
            off = _off_line_squared(lon, lat, squeeze, p, begin, end)
            if off > far:
                worst, far = p, off
        if worst >= 0:
            keep[worst] = True
            stack[height, 0], stack[height, 1] = begin, worst
            stack[height + 1, 0], stack[height + 1, 1] = worst, end
            height += 2


@kernel
def _off_line_squared(lon: Int32Array, lat: Int32Array, squeeze: float, p: int, a: int, b: int) -> float:
    """Squared distance of point p from the stretch a to b, in 1e-7 degrees of latitude."""
    x, y = float(lon[b] - lon[a]) * squeeze, float(lat[b] - lat[a])
    px, py = float(lon[p] - lon[a]) * squeeze, float(lat[p] - lat[a])
    long = x * x + y * y
    share = min(1.0, max(0.0, (px * x + py * y) / long)) if long > 0.0 else 0.0
    return (px - share * x) ** 2 + (py - share * y) ** 2


@kernel
def encode_lines(
    lon: Int32Array,
    lat: Int32Array,
    first: Int32Array,
    last: Int32Array,
    unit: int,
    letter: UInt8Array,
    end: Int32Array,
) -> int:
    """Write lines first[i]..last[i] as polylines, one after the other, line i up to letter end[i]; return their length.

    `unit` is what the last digit stands for in 1e-7 degrees: 100 for precision 5, 10 for precision 6. Places are
    rounded to the sixth digit first: OSRM knows no more of them. A point takes at most 12 letters.
    """
    count = 0
    for i in range(first.size):
        x, y = 0, 0
        for p in range(first[i], last[i] + 1):
            to_x, to_y = rounded(rounded(lon[p], 10), unit // 10), rounded(rounded(lat[p], 10), unit // 10)
            count = _encode_number(to_y - y, letter, count)
            count = _encode_number(to_x - x, letter, count)
            x, y = to_x, to_y
        end[i] = count
    return count


@kernel
def rounded(number: int, unit: int) -> int:
    """A whole number in units of so many, halves away from zero, as OSRM writes coordinates."""
    size = (abs(number) + unit // 2) // unit
    return -size if number < 0 else size


@kernel
def _encode_number(value: int, letter: UInt8Array, count: int) -> int:
    rest = ~(value << 1) if value < 0 else value << 1
    while rest >= 0x20:
        letter[count] = (0x20 | (rest & 0x1F)) + 63
        rest >>= 5
        count += 1
    letter[count] = rest + 63
    return count + 1

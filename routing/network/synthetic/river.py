"""The river: its course past the old town, its banks, and the few places where roads may cross it.

        ~~~~~~~~~~~~~~~~~~~~~~~~~   embankment (corridor's edge, a street inside the city)
        =========================   bank
             water polygon
        =========================   bank
        ~~~~~~~~~~~~~~~~~~~~~~~~~   embankment

Whatever runs into the corridor ends there, unless it is chosen as a bridge.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrays import Float64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK, Road, line_parts
from routing.network.synthetic.shapes import Noise, noise, rotation

QUAY_M = 34.0
"""From the bank to the middle of the embankment street."""


@dataclass(frozen=True, slots=True)
class River:
    """A river that is a curve y = f(x) in a turned frame, so that it never meets itself."""

    angle: float
    course: Noise
    centre: Float64Array
    """(k, 2) the middle, downstream."""
    water: shapely.Polygon
    corridor: shapely.Polygon

    def along_m(self, xy: Float64Array) -> Float64Array:
        """Coordinate of points along the turned axis."""
        return (xy @ rotation(self.angle))[:, 0]

    def side(self, xy: Float64Array) -> Float64Array:
        """+1 north of the river, -1 south of it."""
        turned = xy @ rotation(self.angle)
        return np.sign(turned[:, 1] - self.course(turned[:, 0]))

    def crosses(self, a: Float64Array, b: Float64Array) -> bool:
        """Whether the straight line from a to b meets the corridor."""
        return bool(shapely.intersects(shapely.LineString([a, b]), self.corridor))


def lay_river(plan: Plan) -> River:
    """A meandering river that passes just south of the old town and leaves the region on both sides."""
    rng = plan.rng("river")
    angle = float(rng.uniform(-0.45, 0.45))
    swing = noise(rng, [plan.ring_m * 2.3, plan.ring_m * 1.15, plan.ring_m * 0.67])
    reach = plan.core_m * 1.1 + 150.0
    amplitude = plan.ring_m * 0.19

    def course(x: Float64Array) -> Float64Array:
        bend = amplitude * (swing(x) - swing(np.zeros(1))[0])
        return np.asarray(bend * (1 - 0.75 * np.exp(-((x / (1.5 * reach)) ** 2))) - reach)

    half = plan.extent_m * 1.12
    x = np.arange(-half, half, 40.0)
    turned = np.stack([x, course(x)], axis=1)
    width = 52.0 + 13.0 * noise(rng, [3_100.0, 1_300.0])(x)
    tangent = np.gradient(turned, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / np.hypot(*tangent.T)[:, None]
    back = rotation(angle).T

    def band(extra: float) -> shapely.Polygon:
        left, right = turned + normal * (width + extra)[:, None], turned - normal * (width + extra)[:, None]
        polygon = shapely.Polygon(np.concatenate([left, right[::-1]]) @ back)
        whole = shapely.make_valid(polygon) if not polygon.is_valid else polygon
        largest: shapely.Polygon = max(shapely.get_parts(whole), key=shapely.area)
        return largest

    return River(angle, course, turned @ back, band(0.0), band(QUAY_M))


def embankments(river: River, reach_m: float) -> list[Road]:
    """The streets along both banks inside the city, within `reach_m` of its middle."""
    roads = []
    for coords in line_parts(shapely.boundary(river.corridor)):
        along = river.along_m(coords)
        inside = np.abs(along) < reach_m
        breaks = np.flatnonzero(np.diff(inside.astype(int)))
        for run in np.split(np.arange(len(coords)), breaks + 1):
            if inside[run[0]] and len(run) > 3:
                roads.append(Road(coords[run], "tertiary"))
    return roads


def cut_at_river(roads: list[Road], river: River, spacing: Noise) -> list[Road]:
    """End roads at the corridor, and let the most important crossings be bridges.

    `spacing` gives the least distance (m) to the next bridge from the position along the river. A bridge runs
    straight from embankment to embankment.
    """
    kept: list[Road] = []
    crossings: list[tuple[int, float, Road]] = []
    for road in roads:
        if not shapely.intersects(road.line, river.corridor):
            kept.append(road)
            continue
        kept += [Road(part, road.kind) for part in line_parts(road.line.difference(river.corridor))]
        for part in line_parts(road.line.intersection(river.corridor)):
            ends = part[[0, -1]]
            sides = river.side(ends)
            if sides[0] != sides[1] and np.hypot(*(ends[1] - ends[0])) < 420.0:
                place = float(river.along_m(ends.mean(axis=0)[None])[0])
                crossings.append((RANK[road.kind], abs(place), Road(ends, road.kind, bridge=True)))
    places: list[float] = []
    for _, _, bridge in sorted(crossings, key=lambda item: item[:2]):
        place = float(river.along_m(bridge.coords.mean(axis=0)[None])[0])
        if all(abs(place - other) >= spacing(np.array([place]))[0] for other in places):
            places.append(place)
            kept.append(bridge)
    return kept

"""The ground between the main roads: split into districts, each with one use and one street pattern."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.ops import split

from routing.arrays import Float64Array
from routing.network.synthetic import patterns
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import Road, line_parts
from routing.network.synthetic.shapes import wobble
from routing.network.synthetic.villages import Settlement

LARGEST_M2 = 620_000.0
"""Districts above this are split by a collector street: one orientation over more than 1 km looks planned."""


@dataclass(frozen=True, slots=True)
class District:
    """One piece of ground; `use` is park, wood, field, works, retail or the name of a street pattern."""

    ground: shapely.Polygon
    use: str


def city_districts(
    plan: Plan, roads: list[Road], area: shapely.Geometry, retail_at: Float64Array
) -> tuple[list[District], list[Road]]:
    """Faces between `roads` inside `area`, split where large, and the collectors that split them."""
    rng = plan.rng("districts")
    lines = shapely.union_all([road.line for road in roads] + [shapely.boundary(area)], grid_size=0.25)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.contains(shapely.buffer(area, 1.0), faces)
    districts: list[District] = []
    collectors: list[Road] = []
    for face in faces[inside]:
        if face.area < 2_500.0:
            continue
        grounds, cuts = _split(rng, face)
        collectors += cuts
        districts += [District(ground, _use(rng, plan, ground, retail_at)) for ground in grounds]
    return districts, collectors


def _split(rng: np.random.Generator, face: shapely.Polygon) -> tuple[list[shapely.Polygon], list[Road]]:
    if face.area < LARGEST_M2 * rng.uniform(0.6, 1.25):
        return [face], []
    corners = shapely.get_coordinates(shapely.oriented_envelope(face))[:4]
    sides = np.hypot(*(corners[1:3] - corners[:2]).T)
    if sides[0] < sides[1]:
        corners = np.roll(corners, -1, axis=0)
    share = rng.uniform(0.4, 0.6, 2)
    a = corners[0] + (corners[1] - corners[0]) * share[0]
    b = corners[3] + (corners[2] - corners[3]) * share[1]
    cut = shapely.LineString(wobble(rng, a + (a - b) * 0.05, b + (b - a) * 0.05, 0.045))
    halves = [half for half in split(face, cut).geoms if isinstance(half, shapely.Polygon) and half.area > 2_500.0]
    if len(halves) < 2:
        return [face], []
    kind = "tertiary" if face.area > 1.6 * LARGEST_M2 else "unclassified" if rng.random() < 0.5 else "residential"
    roads = [Road(part, kind) for part in line_parts(cut.intersection(face))]
    grounds: list[shapely.Polygon] = []
    for half in halves:
        inner, cuts = _split(rng, half)
        grounds += inner
        roads += cuts
    return grounds, roads


def _use(  # noqa: PLR0911 - a table of chances reads best as one rule a line
    rng: np.random.Generator, plan: Plan, ground: shapely.Polygon, retail_at: Float64Array
) -> str:
    centre = shapely.get_coordinates(ground.representative_point())[0]
    r = float(np.hypot(*centre)) / plan.ring_m
    core = plan.core_m / plan.ring_m
    draw = rng.random()
    if np.hypot(*centre) < plan.core_m * 0.9:
        return "old_town"
    if len(retail_at) and np.hypot(*(retail_at - centre).T).min() < 520.0 and draw < 0.5:
        return "retail"
    if draw > (0.94 if r < 0.8 else 0.88 if r < 1 else 0.8):
        return "park" if r < 0.85 or ground.area < 150_000 else "wood"
    if r > 1.0 and draw > 0.66:
        return "field"
    if 0.65 < r < 1.15 and draw > 0.72:
        return "works"
    if r < core + 0.16:
        return "old_town" if draw < 0.45 else "grid"
    share = np.clip((r - 0.2) / 0.8, 0.1, 0.85)
    if draw < 0.07:
        return "garden" if ground.area > 120_000 else "grid"
    return "suburb" if rng.random() < share else ("old_town" if rng.random() < 0.12 else "grid")


def settlement_districts(plan: Plan, settlements: list[Settlement], keep_off: shapely.Geometry) -> list[District]:
    """An irregular core for every settlement, and for towns a planned edge around it."""
    rng = plan.rng("settlement districts")
    districts = []
    for one in settlements:
        area = one.area.difference(keep_off)
        if one.kind == "village":
            rings = [(area, "old_town" if rng.random() < 0.6 else "suburb")]
        else:
            core = shapely.Point(one.centre).buffer(rng.uniform(200, 330))
            half = _half_plane(rng, one.centre)
            rings = [(area.intersection(core), "old_town")]
            uses = rng.permutation(["grid", "suburb"]).tolist()
            rings += [
                (area.difference(core).intersection(half), uses[0]),
                (area.difference(core).difference(half), uses[1]),
            ]
        districts += [
            District(part, use)
            for ground, use in rings
            for part in shapely.get_parts(ground)
            if part.geom_type == "Polygon" and part.area > 8_000.0
        ]
    return districts


def _half_plane(rng: np.random.Generator, centre: Float64Array) -> shapely.Polygon:
    theta = rng.uniform(0, 2 * np.pi)
    way, across = np.array([np.cos(theta), np.sin(theta)]), np.array([-np.sin(theta), np.cos(theta)])
    far = 5_000.0
    return shapely.Polygon(
        [centre + across * far, centre - across * far, centre + (way - across) * far, centre + (way + across) * far]
    )


def streets_of(plan: Plan, districts: list[District]) -> list[Road]:
    """The streets of all districts."""
    rng = plan.rng("streets")
    roads = []
    for district in districts:
        fill = FILL.get(district.use)
        if fill is None:
            continue
        corners = shapely.get_coordinates(shapely.oriented_envelope(district.ground))
        way = corners[1] - corners[0]
        angle = float(np.arctan2(way[1], way[0]) + rng.normal(0, 0.12))
        kind = "living_street" if district.use == "old_town" and rng.random() < 0.15 else "residential"
        if district.use in ("works", "retail"):
            kind = "unclassified" if district.use == "works" else "service"
        roads += [Road(street, kind) for street in fill(rng, district.ground, angle)]
    return roads


FILL: dict[str, patterns.Pattern] = {
    "old_town": patterns.old_town,
    "grid": patterns.grid,
    "garden": patterns.garden,
    "suburb": patterns.suburb,
    "works": patterns.works,
    "retail": patterns.grid,
}
"""Uses that have streets; add a pattern here and a chance for it in `_use`."""

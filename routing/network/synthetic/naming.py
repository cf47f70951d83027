"""Which town a street belongs to, its name, and its post code."""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrays import Float64Array, Int64Array
from routing.network.synthetic.names import place_names, street_names
from routing.network.synthetic.plan import CITY, Plan
from routing.network.synthetic.roads import RANK
from routing.network.synthetic.strokes import Stroke, shape
from routing.network.synthetic.villages import Settlement
from routing.network.synthetic.web import Web


@dataclass(frozen=True, slots=True)
class Towns:
    """Places with names; number 0 is the city. Ground outside all of them belongs to none (-1)."""

    names: list[str]
    kinds: list[str]
    centres: Float64Array
    areas: list[shapely.Geometry]
    plan: Plan

    def of(self, xy: Float64Array) -> Int64Array:
        """(n) town of each point."""
        tree = shapely.STRtree(self.areas)
        a, b = tree.query(shapely.points(xy), predicate="intersects")
        town = np.full(len(xy), -1, dtype=np.int64)
        town[a[::-1]] = b[::-1]
        return town

    def post_code(self, town: int, point: Float64Array) -> str:
        """City codes by ring and sector (90xxx-94xxx), other places one each (95xxx)."""
        if town > 0:
            return f"{95_000 + town}"
        ring = min(4, int(np.hypot(*point) / self.plan.ring_m * 4))
        sector = int(np.arctan2(point[1], point[0]) / (2 * np.pi) * 12) % 12
        return f"{90_000 + 1_000 * ring + 10 * sector + 1}"


def found_towns(plan: Plan, urban: shapely.Polygon, settlements: list[Settlement]) -> Towns:
    """Name the city and the settlements."""
    names = place_names(plan.rng("places"))
    return Towns(
        [CITY, *[next(names) for _ in settlements]],
        ["city", *[one.kind for one in settlements]],
        np.array([np.zeros(2), *[one.centre for one in settlements]]),
        [urban.buffer(80.0), *[one.area.buffer(60.0) for one in settlements]],
        plan,
    )


def name_streets(plan: Plan, web: Web, strokes: list[Stroke], towns: Towns) -> None:
    """Give strokes their names in place: streets in towns a name, country roads a number (`ref`), tracks nothing."""
    rng = plan.rng("names")
    supply = [street_names(rng) for _ in towns.names]
    taken: list[set[str]] = [set() for _ in towns.names]
    middles = np.array(
        [
            shapely.get_coordinates(shapely.LineString(shape(web, s)).interpolate(0.5, normalized=True))[0]
            for s in strokes
        ]
    )
    town_of = towns.of(middles)
    order = sorted(range(len(strokes)), key=lambda k: (RANK[strokes[k].kind], -strokes[k].length_m))
    numbers = {"primary": 1, "trunk": 1, "secondary": 100, "tertiary": 400}
    for k in order:
        stroke, town = strokes[k], int(town_of[k])
        if stroke.kind in numbers and stroke.length_m > 900.0:
            stroke.tags["ref"] = f"{stroke.kind[0].upper()} {numbers[stroke.kind]}"
            numbers[stroke.kind] += 1
        if town < 0 or stroke.kind not in supply[0] or stroke.length_m < 40.0:
            continue
        if web.edges[stroke.edges[0]].tags.get("junction"):
            continue
        name = next(name for name in supply[town][stroke.kind] if name not in taken[town])
        taken[town].add(name)
        stroke.name, stroke.city = name, towns.names[town]

"""Turn the finished web and everything beside it into OSM objects."""

import numpy as np
import shapely

from routing.arrays import Int64Array
from routing.network.synthetic.addresses import Plots, address_tags
from routing.network.synthetic.ground import Ground
from routing.network.synthetic.homes import HOME_TAG
from routing.network.synthetic.names import place_names
from routing.network.synthetic.naming import Towns
from routing.network.synthetic.plan import FULL_JUNCTIONS, NOTE
from routing.network.synthetic.restrictions import Restriction
from routing.network.synthetic.shapes import blob
from routing.network.synthetic.strokes import Stroke
from routing.network.synthetic.ways import WayPlan
from routing.network.synthetic.web import Web
from routing.network.synthetic.write import OsmData

USE_TAGS = {
    "park": {"leisure": "park"},
    "wood": {"landuse": "forest"},
    "field": {"landuse": "farmland"},
    "works": {"landuse": "industrial"},
    "retail": {"landuse": "retail"},
}


def add_roads(data: OsmData, web: Web, ways: list[WayPlan]) -> None:
    """Junctions first (node id = node number + 1), then each way with its shape points."""
    for number, point in enumerate(web.xy):
        data.add_node(point, web.node_tags.get(number))
    for way in ways:
        refs: list[int] = []
        for index, forward in zip(way.edges, way.forward, strict=True):
            edge = web.edges[index]
            inner = [data.add_node(point) for point in edge.coords[1:-1]]
            stretch = [edge.u + 1, *inner, edge.v + 1]
            refs += (stretch if forward else stretch[::-1])[1 if refs else 0 :]
        data.add_way(refs[::-1] if way.reverse else refs, way.tags)


def add_restrictions(data: OsmData, restrictions: list[Restriction], way_of_edge: Int64Array) -> None:
    """Restriction relations; a way's id is its number + 1."""
    for one in restrictions:
        via = ("n", one.via_node + 1, "via") if one.via_edge < 0 else ("w", int(way_of_edge[one.via_edge]) + 1, "via")
        members = [
            ("w", int(way_of_edge[one.from_edge]) + 1, "from"),
            via,
            ("w", int(way_of_edge[one.to_edge]) + 1, "to"),
        ]
        tags = {"type": "restriction", "restriction": one.kind} | ({"except": one.exempt} if one.exempt else {})
        data.add_relation(members, tags)


def add_land(data: OsmData, ground: Ground, towns: Towns) -> None:
    """Water, woods, parks and other uses, and the places with their names."""
    reach = shapely.Point(0, 0).buffer(ground.plan.extent_m)
    for part in shapely.get_parts(ground.river.water.intersection(reach)):
        data.add_area(shapely.get_coordinates(part.exterior), {"natural": "water", "water": "river", "note": NOTE})
    stream = ground.river.centre[np.hypot(*ground.river.centre.T) < ground.plan.extent_m]
    refs = [data.add_node(point) for point in stream]
    data.add_way(refs, {"waterway": "river", "name": "Synthetic River", "note": NOTE})
    quarters = place_names(ground.plan.rng("quarters"))
    for district in ground.districts:
        tags = USE_TAGS.get(district.use, {"landuse": "residential"})
        # Homes stand up to the street; other ground keeps off it.
        area = district.ground.buffer(-9.0 if district.use in USE_TAGS else -0.5)
        for part in shapely.get_parts(area):
            if part.geom_type != "Polygon" or part.area < 4_000.0:
                continue
            named = {"name": f"{next(quarters)} Park"} if district.use == "park" else {}
            data.add_area(shapely.get_coordinates(part.exterior), tags | named)
            if district.use == "park" and part.area > 60_000.0:
                pond = part.representative_point().buffer(np.sqrt(part.area) * 0.09)
                data.add_area(shapely.get_coordinates(pond.exterior), {"natural": "water", "water": "pond"})
    _add_woods(data, ground)
    for name, kind, centre in zip(towns.names, towns.kinds, towns.centres, strict=True):
        data.add_node(centre, {"place": kind, "name": name, "note": NOTE})


def _add_woods(data: OsmData, ground: Ground) -> None:
    """Woods in the country, off towns and water."""
    plan = ground.plan
    rng = plan.rng("woods")
    built = shapely.union_all([ground.urban, ground.river.corridor, *[one.area for one in ground.settlements]]).buffer(
        60.0
    )
    for _ in range(max(6, round(70 * plan.junctions / FULL_JUNCTIONS))):
        r = np.sqrt(rng.uniform((1.3 * plan.ring_m) ** 2, (0.95 * plan.extent_m) ** 2))
        theta = rng.uniform(0, 2 * np.pi)
        wood = blob(rng, r * np.array([np.cos(theta), np.sin(theta)]), rng.uniform(150, 750), 0.5).difference(built)
        for part in shapely.get_parts(wood):
            if part.area > 20_000.0:
                data.add_area(shapely.get_coordinates(part.exterior), {"natural": "wood"})


def add_ferry(data: OsmData, nodes: list[int]) -> None:
    """The ferry between its two landings (nodes of the web)."""
    data.add_way(
        [nodes[0] + 1, nodes[1] + 1],
        {"route": "ferry", "motor_vehicle": "yes", "duration": "00:06", "name": "Synthetic Ferry", "note": NOTE},
    )


def add_addresses(data: OsmData, plots: Plots, chosen: Int64Array, strokes: list[Stroke], towns: Towns) -> None:
    """Plain address nodes."""
    for index in chosen.tolist():
        data.add_node(plots.xy[index], address_tags(plots, index, strokes, towns))


def add_homes(data: OsmData, plots: Plots, chosen: Int64Array, strokes: list[Stroke], towns: Towns) -> None:
    """Rep homes."""
    for number, index in enumerate(chosen.tolist(), start=1):
        tags = {"place": "house", HOME_TAG: f"Rep {number:02d}", "note": NOTE}
        data.add_node(plots.xy[index], tags | address_tags(plots, index, strokes, towns))

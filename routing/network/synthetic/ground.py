"""Put the parts together: river, main roads, motorways, settlements, districts, streets -> one street web.

The order is the order of importance: what is laid first may cut what comes later, never the other way round.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrays import Float64Array
from routing.network.synthetic.arterials import Skeleton, lay_arterials
from routing.network.synthetic.districts import District, city_districts, settlement_districts, streets_of
from routing.network.synthetic.joining import join_motorways, raise_bridges
from routing.network.synthetic.motorways import Motorway, Piece, barrier, lay_motorways, pieces, place_ramps
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.river import River, cut_at_river, embankments, lay_river
from routing.network.synthetic.roads import Road
from routing.network.synthetic.shapes import blob
from routing.network.synthetic.tidy import demote_stranded_lanes, drop_unused_nodes, keep_largest, tidy
from routing.network.synthetic.villages import Settlement, lay_rural_roads, lay_tracks, place_settlements
from routing.network.synthetic.web import Web, weave
from routing.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything planned, and the street web cut from it (motorways not yet joined)."""

    plan: Plan
    river: River
    urban: shapely.Polygon
    motorways: list[Motorway]
    pieces: list[Piece]
    settlements: list[Settlement]
    districts: list[District]
    ferry: Float64Array
    """(2, 2) landing places on the two banks."""
    web: Web


def lay_ground(plan: Plan, progress: Progress = silent) -> Ground:
    """Plan the region and cut its streets."""
    river = lay_river(plan)
    skeleton = lay_arterials(plan, river.angle)
    urban = _urban_area(plan, skeleton)
    motorways = lay_motorways(plan, skeleton.gates, skeleton.motorway_gates)
    gates = np.delete(skeleton.gates, skeleton.motorway_gates, axis=0)
    far_ends = np.array([motorway.centre[-1] for motorway in motorways[1:]])
    far = shapely.union_all([shapely.LineString(m.centre).buffer(200.0) for m in motorways])
    settlements = place_settlements(plan, river, urban.union(far))
    rural = lay_rural_roads(plan, river, settlements, gates, far_ends)
    landing, landing_roads = _ferry(plan, river)
    main = _with_bridges(plan, river, skeleton.roads + rural) + embankments(river, plan.ring_m * 1.12)
    place_ramps(plan, motorways, main)
    made = [piece for motorway in motorways for piece in pieces(plan, motorway)]
    blocked = shapely.union_all([river.corridor, barrier(motorways, made)])
    retail_at = np.array([motorways[0].point(s, 0.0) for s, _ in motorways[0].ramp_places]).reshape(-1, 2)
    city, collectors = city_districts(plan, main, urban.difference(blocked), retail_at)
    outside = settlement_districts(plan, settlements, blocked.union(urban))
    built = [urban.buffer(60.0), blocked, *[one.area.buffer(40.0) for one in settlements]]
    tracks = lay_tracks(plan, shapely.union_all(built)) + landing_roads
    progress(0.2, "Cutting streets")
    web = weave(main + collectors + streets_of(plan, city + outside) + tracks)
    progress(0.5, "Tidying streets")
    tidy(web, np.concatenate([m.centre[[0, -1]] for m in motorways[1:]]))
    progress(0.9, "Joining motorways")
    join_motorways(web, made)
    raise_bridges(web, river.water)
    keep_largest(web)
    demote_stranded_lanes(web)
    drop_unused_nodes(web)
    return Ground(plan, river, urban, motorways, made, settlements, city + outside, landing, web)


def _urban_area(plan: Plan, skeleton: Skeleton) -> shapely.Polygon:
    """Built-up ground: an uneven blob with fingers along the roads that leave it."""
    rng = plan.rng("urban")
    reach = plan.ring_m * 1.02
    fingers = [
        shapely.LineString(road.coords[np.hypot(*road.coords.T) > plan.ring_m * 0.5]).buffer(
            rng.uniform(0.06, 0.13) * reach
        )
        for road in skeleton.roads
        if np.hypot(*road.coords[-1]) > reach
    ]
    whole = shapely.union_all([blob(rng, np.zeros(2), plan.urban_m, 0.3), shapely.Point(0, 0).buffer(reach), *fingers])
    largest: shapely.Polygon = max(shapely.get_parts(whole), key=shapely.area)
    return shapely.Polygon(largest.exterior)


def _with_bridges(plan: Plan, river: River, roads: list[Road]) -> list[Road]:
    """Bridges close together in the middle, far apart in the country."""

    def spacing(place: Float64Array) -> Float64Array:
        far = np.abs(place) / plan.ring_m
        return np.asarray(np.interp(far, [0.0, 0.4, 1.0, 1.3, 3.0], [480.0, 750.0, 1_300.0, 2_600.0, 4_000.0]))

    return cut_at_river(roads, river, spacing)


def _ferry(plan: Plan, river: River) -> tuple[Float64Array, list[Road]]:
    """A landing on either bank outside the city, and lanes that lead away from them."""
    along = (river.centre * np.diff(river.centre, axis=0, append=river.centre[-1:])).sum(axis=1)
    distance = np.hypot(*river.centre.T)
    index = int(np.argmin(np.abs(distance - plan.ring_m * 1.75) + 1e6 * (along < 0)))
    middle, way = river.centre[index], river.centre[index + 1] - river.centre[index - 1]
    normal = np.array([-way[1], way[0]]) / np.hypot(*way)
    lanes = []
    for side in (1.0, -1.0):
        ray = shapely.LineString([middle, middle + side * normal * 200.0]).difference(river.water)
        start = shapely.get_coordinates(ray)[0]
        lanes.append(np.stack([start + side * normal * step for step in np.linspace(0.0, 1_900.0, 12)]))
    return np.stack([lanes[0][0], lanes[1][0]]), [Road(lane, "unclassified") for lane in lanes]

"""Write the whole region: the one entry point."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from routing.arrays import Float64Array, Int64Array
from routing.network.synthetic import compose
from routing.network.synthetic.accounts import Clusters, place_accounts
from routing.network.synthetic.addresses import Plots, address_tags, lay_plots
from routing.network.synthetic.furniture import set_barriers, set_signals
from routing.network.synthetic.ground import Ground, lay_ground
from routing.network.synthetic.homes import choose_homes
from routing.network.synthetic.joining import join_points, nearest_edges
from routing.network.synthetic.naming import found_towns, name_streets
from routing.network.synthetic.oneways import make_oneways, open_where_cut_off
from routing.network.synthetic.plan import plan_region
from routing.network.synthetic.restrictions import choose_restrictions
from routing.network.synthetic.roads import RANK
from routing.network.synthetic.roundabouts import build_roundabouts
from routing.network.synthetic.services import add_services
from routing.network.synthetic.shapes import lon_lat_e7
from routing.network.synthetic.strokes import Stroke, find_strokes
from routing.network.synthetic.ways import make_ways
from routing.network.synthetic.web import Web
from routing.network.synthetic.write import OsmData, write_osm
from routing.progress import Progress, part, silent


@dataclass(frozen=True, slots=True)
class RegionReport:
    """What was written."""

    path: Path
    seed: int
    junctions: int
    """Nodes shared by drivable ways, or where one ends."""
    ways: int
    accounts: int
    addresses: int
    homes: int
    roundabouts: int
    signals: int
    restrictions: int
    bounds: tuple[float, float, float, float]
    """West, south, east, north in degrees."""


def write_region(
    path: Path,
    seed: int = 1,
    progress: Progress = silent,
    junctions: int = 40_000,
    accounts: int = 1_500,
    homes: int = 12,
) -> RegionReport:
    """Write a synthetic metropolitan region as an OSM file; the same arguments give the same bytes.

    The region lies in the open Atlantic (45 N 30 W) and says in its tags that it is not a real place. Raises
    ValueError where `junctions` is below 1,500 or too few for so many accounts or homes.
    """
    plan = plan_region(seed, junctions)
    progress(0.0, "Planning the synthetic region")
    ground = lay_ground(plan, part(progress, 0.0, 0.6))
    web = ground.web
    ferry = _landings(web, ground)
    roundabouts = build_roundabouts(plan, web)
    built_up = shapely.union_all([ground.urban, *[one.area for one in ground.settlements]])
    add_services(plan, web, built_up, ground.river.corridor, (int(junctions * 0.96) - count_crossings(web)) // 2)
    signals = set_signals(plan, web)
    closed = set_barriers(plan, web)
    progress(0.68, "Naming streets")
    strokes = find_strokes(web)
    make_oneways(plan, web, strokes)
    open_where_cut_off(web, strokes, closed)
    towns = found_towns(plan, ground.urban, ground.settlements)
    name_streets(plan, web, strokes, towns)
    restrictions = choose_restrictions(plan, web)
    breaks = {one.via_node for one in restrictions if one.via_edge < 0}
    breaks |= {
        node
        for one in restrictions
        if one.via_edge >= 0
        for node in (web.edges[one.via_edge].u, web.edges[one.via_edge].v)
    }
    ways, way_of_edge = make_ways(plan, web, strokes, breaks, [bool(stroke.city) for stroke in strokes])
    progress(0.75, "Placing accounts")
    plots = lay_plots(plan, web, strokes, towns, ground.river.corridor)
    data = OsmData()
    compose.add_roads(data, web, ways)
    compose.add_ferry(data, ferry)
    compose.add_restrictions(data, restrictions, way_of_edge)
    compose.add_land(data, ground, towns)
    chosen, tags = place_accounts(plan, plots, find_clusters(ground, web), accounts)
    for index, business in zip(chosen.tolist(), tags, strict=True):
        data.add_node(plots.xy[index], business | address_tags(plots, index, strokes, towns))
    rest = np.setdiff1d(np.arange(len(plots)), chosen)
    home_plots = _take_homes(ground, plots, strokes, rest, homes)
    compose.add_homes(data, plots, home_plots, strokes, towns)
    plain = plan.rng("addresses").permutation(np.setdiff1d(rest, home_plots))[: junctions // 6]
    compose.add_addresses(data, plots, np.sort(plain), strokes, towns)
    write_osm(path, data, part(progress, 0.8, 1.0))
    return RegionReport(
        path,
        seed,
        count_way_junctions(data),
        len(ways),
        accounts,
        len(plain),
        homes,
        roundabouts,
        signals,
        len(restrictions),
        _bounds(data),
    )


def count_crossings(web: Web) -> int:
    """Nodes where other than two edges meet."""
    degree = web.degrees()
    return int(((degree != 2) & (degree > 0)).sum())


def count_way_junctions(data: OsmData) -> int:
    """Nodes that drivable ways share or end at, as an importer counts them."""
    refs = [ref for nodes, tags in data.ways if "highway" in tags for ref in nodes]
    ends = [ref for nodes, tags in data.ways if "highway" in tags for ref in (nodes[0], nodes[-1])]
    return int((np.bincount(refs + ends) > 1).sum())


def find_clusters(ground: Ground, web: Web) -> Clusters:
    """The centre, a dozen quarters at crossings of main roads, retail parks at interchanges, towns and villages."""
    plan = ground.plan
    rng = plan.rng("clusters")
    main = np.zeros(len(web.xy), dtype=np.int64)
    for edge in web.edges:
        if RANK["trunk"] <= edge.rank <= RANK["tertiary"]:
            main[[edge.u, edge.v]] += 1
    xy = np.array(web.xy)
    r = np.hypot(*xy.T)
    crossings = np.flatnonzero((main >= 3) & (r > plan.core_m * 2) & (r < plan.urban_m))
    quarters: list[Float64Array] = []
    for node in rng.permutation(crossings).tolist():
        if len(quarters) < 16 and all(np.hypot(*(xy[node] - other)) > plan.ring_m * 0.25 for other in quarters):
            quarters.append(xy[node])
    parks = [ground.motorways[0].point(s, 0.0) for s, _ in ground.motorways[0].ramp_places][:6]
    towns = [one.centre for one in ground.settlements]
    size = [np.sqrt(one.area.area) for one in ground.settlements]
    return Clusters(
        np.array([np.zeros(2), *quarters, *parks, *towns]),
        np.array([plan.core_m * 1.1] + [190.0] * len(quarters) + [330.0] * len(parks) + [0.25 * s for s in size]),
        np.array(
            [0.33]
            + [0.30 / max(1, len(quarters))] * len(quarters)
            + [0.13 / max(1, len(parks))] * len(parks)
            + [0.22 * s / sum(size) for s in size]
        ),
        np.array([0] + [1] * len(quarters) + [2] * len(parks) + [3] * len(towns), dtype=np.int64),
    )


def _landings(web: Web, ground: Ground) -> list[int]:
    usable = np.array([not edge.bridge and edge.rank >= RANK["tertiary"] for edge in web.edges])
    return join_points(web, ground.ferry, nearest_edges(web, ground.ferry, usable))


def _take_homes(ground: Ground, plots: Plots, strokes: list[Stroke], free: Int64Array, count: int) -> Int64Array:
    quiet = np.zeros(len(plots), dtype=bool)
    quiet[free] = [strokes[int(plots.stroke[index])].kind == "residential" for index in free]
    quiet &= np.hypot(*plots.xy.T) > ground.plan.core_m * 1.5
    return choose_homes(ground.plan, plots, quiet, count)


def _bounds(data: OsmData) -> tuple[float, float, float, float]:
    lon, lat = lon_lat_e7(np.array(data.xy))
    return float(lon.min() / 1e7), float(lat.min() / 1e7), float(lon.max() / 1e7), float(lat.max() / 1e7)

"""House numbers along the named streets: odd on the left, even on the right, rising from the street's beginning."""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.network.synthetic.naming import Towns
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.strokes import Stroke, shape
from routing.network.synthetic.web import Web

PLOT_M = 19.0
KINDS = ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street")


@dataclass(frozen=True, slots=True)
class Plots:
    """Places with an address that agrees with the nearest named street; columns of n plots."""

    xy: Float64Array
    stroke: Int64Array
    number: Int64Array
    town: Int64Array

    def __len__(self) -> int:
        return len(self.number)


def lay_plots(
    plan: Plan, web: Web, strokes: list[Stroke], towns: Towns, off: shapely.Geometry, share: float = 0.5
) -> Plots:
    """A random `share` of all plots along named streets, not on `off` ground."""
    rng = plan.rng("plots")
    columns: list[tuple[Float64Array, Int64Array, int]] = []
    for index, stroke in enumerate(strokes):
        if not stroke.name or stroke.kind not in KINDS or stroke.length_m < 3 * PLOT_M:
            continue
        count = int((stroke.length_m - 30.0) / PLOT_M)
        step = np.repeat(np.arange(count), 2)
        left = np.tile([True, False], count)
        stays = rng.random(len(step)) < share
        step, left = step[stays], left[stays]
        if len(step):
            xy = _beside(rng, shape(web, stroke), np.asarray(15.0 + (step + 0.5) * PLOT_M, dtype=np.float64), left)
            columns.append((xy, 2 * step + np.where(left, 1, 2), index))
    xy = np.concatenate([c[0] for c in columns])
    number = np.concatenate([c[1] for c in columns]).astype(np.int64)
    stroke_of = np.repeat([c[2] for c in columns], [len(c[1]) for c in columns]).astype(np.int64)
    town = towns.of(xy)
    good = _by_own_street(web, strokes, xy, stroke_of) & (town >= 0)
    good &= np.array([towns.names[t] for t in town]) == np.array([strokes[s].city for s in stroke_of])
    shapely.prepare(off)
    good &= ~shapely.contains_xy(off, xy[:, 0], xy[:, 1])
    return Plots(xy[good], stroke_of[good], number[good], town[good])


def _beside(
    rng: np.random.Generator,
    coords: Float64Array,
    along: Float64Array,
    left: BoolArray,
) -> Float64Array:
    line = shapely.LineString(coords)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 1.0)) - here
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    side: Float64Array = np.where(left, 1.0, -1.0) * rng.uniform(10.5, 15.0, len(along))
    return np.asarray(here + np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * side[:, None])


def _by_own_street(web: Web, strokes: list[Stroke], xy: Float64Array, stroke_of: Int64Array) -> BoolArray:
    """Whether the own street is nearest by half a metre at least and no road at all runs through the house."""
    owner = np.full(len(web.edges), -1, dtype=np.int64)
    for index, stroke in enumerate(strokes):
        owner[stroke.edges] = index
    named = np.array([bool(strokes[s].name) for s in owner])
    lines = web.lines()
    spots = shapely.points(xy)
    names = lines[named]
    tree = shapely.STRtree(names)
    nearest = tree.nearest(spots)
    own = owner[named][nearest] == stroke_of
    reach = shapely.distance(spots, names[nearest]) + 0.5
    spot, street = tree.query(spots, predicate="dwithin", distance=reach)
    other = owner[named][street] != stroke_of[spot]
    torn = np.zeros(len(xy), dtype=bool)
    torn[spot[other]] = True
    crowded = np.zeros(len(xy), dtype=bool)
    crowded[shapely.STRtree(lines).query(spots, predicate="dwithin", distance=5.0)[0]] = True
    good: BoolArray = own & ~torn & ~crowded
    return good


def address_tags(plots: Plots, index: int, strokes: list[Stroke], towns: Towns) -> dict[str, str]:
    """OSM address tags of a plot."""
    town = int(plots.town[index])
    return {
        "addr:street": strokes[int(plots.stroke[index])].name,
        "addr:housenumber": str(int(plots.number[index])),
        "addr:postcode": towns.post_code(town, plots.xy[index]),
        "addr:city": towns.names[town],
    }

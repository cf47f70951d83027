"""Matching traces on one road network."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from routing.arrays import BoolArray, Float32Array, Float64Array, Int32Array, frozen
from routing.earth import METRES_PER_E7
from routing.engine.dijkstra_kernels import SearchGraph
from routing.engine.keys import position_key
from routing.engine.path import Path, path_over
from routing.engine.places import StatesOfArc
from routing.engine.search_graph import reversed_graph
from routing.matching.chains import Chain, chains
from routing.matching.confidence import edge_alternatives, leg_confidences
from routing.matching.lattice import make_lattice
from routing.matching.leg_kernels import Places, drive_legs
from routing.matching.match_kernels import Lattice, Points, Roads, Rules, Ways, likeliest_ways
from routing.matching.matching import TIDIED, TOO_FEW, MatchedTrace, Matching
from routing.matching.posterior_kernels import posterior
from routing.matching.tidy import tidied
from routing.matching.trace import MatchOptions, Trace
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import RoadNetwork
from routing.network.snapping import Headings, SnapIndex
from routing.network.snaps import Snaps

DEFAULT_OPTIONS = MatchOptions()


class TraceMatcher:
    """Matches traces by a hidden Markov model (Newson and Krumm 2009).

    `graph` is `forward_graph(network)`. `snapping` says which roads count: give it one that holds motorways too, and no
    ferries, whose metres nobody drives. Closures of today are no matter for a drive of yesterday, so the network should
    be the one without them.
    """

    def __init__(self, network: RoadNetwork, graph: SearchGraph, snapping: SnapIndex) -> None:
        states = StatesOfArc.of(network)
        self._network = network
        self._snapping = snapping
        self._roads = Roads(graph, states.first, states.state)
        self._reverse = reversed_graph(graph)

    def match(
        self, trace: Trace, options: MatchOptions = DEFAULT_OPTIONS, headings: Headings | None = None
    ) -> MatchedTrace:
        """The roads that were driven. A trace that fits nowhere has no matchings.

        `headings` say which way each point's roads must run; those of a cluster are its stand-in's.
        """
        read = self._read(trace, options, headings)
        fate = np.full(len(trace), TIDIED, np.int8)
        fate[read.stands_for] = read.ways.fate
        matching_of_point = np.full(len(trace), -1, np.int32)
        matchings: list[Matching] = []
        found = chains(read.lattice, read.ways, read.places.fraction, self._is_forward(read.lattice.arc))
        for chain, legs in zip(found, self._legs(read, found), strict=True):
            matched = read.stands_for[chain.point]
            if matched.size < 2:
                fate[matched] = TOO_FEW
                continue
            matching_of_point[matched] = len(matchings)
            matchings.append(self._matching(read, chain, legs, options.u_turn_cost))
        return MatchedTrace(tuple(matchings), fate, matching_of_point, read.stand_in)

    def _read(self, trace: Trace, options: MatchOptions, headings: Headings | None) -> "_Read":
        kept, stands_for = trace, np.arange(len(trace), dtype=np.int32)
        stand_in = stands_for
        if options.tidy and len(trace):
            kept, stands_for, stand_in = tidied(trace)
        if headings is not None:
            headings = headings.take(stands_for)
        lattice, places = make_lattice(self._network, self._snapping, kept, options, headings)
        points = _points(kept)
        rules = Rules(*(float(getattr(options, name)) for name in Rules._fields))
        ways = likeliest_ways(self._roads, lattice, points, rules)
        return _Read(trace, points, stands_for, stand_in, lattice, places, ways)

    def _legs(self, read: "_Read", found: list[Chain]) -> Iterator[tuple[Path, ...]]:
        """The legs of each matching; all are searched for at once, as a workspace is as large as the network."""
        none, nowhere = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        along = np.concatenate(nowhere + [chain.fraction[:-1] for chain in found])
        until = np.concatenate(nowhere + [chain.fraction[1:] for chain in found])
        begins = self._places(read.lattice.arc[np.concatenate(none + [chain.left for chain in found])], along)
        ends = self._places(read.lattice.arc[np.concatenate(none + [chain.reached[1:] for chain in found])], until)
        first, states = drive_legs(self._roads, self._reverse, begins, ends)
        fractions = list(zip(along.tolist(), until.tolist(), strict=True))
        leg = 0
        for chain in found:
            of_chain = range(leg, leg := leg + chain.left.size)
            yield tuple(path_over(self._network, states[first[i] : first[i + 1]], *fractions[i]) for i in of_chain)

    def _is_forward(self, arc: Int32Array) -> BoolArray:
        """Whether arcs drive their edge towards its greater fractions."""
        return np.equal(self._network.forward_arc[self._network.edge_of_arc[arc]], arc)

    def _places(self, arc: Int32Array, fraction: Float32Array) -> Places:
        """Places on arcs, by where they are on the edge."""
        share = fraction.astype(np.float64)
        along = np.where(self._is_forward(arc), share, 1.0 - share)
        return Places(arc, position_key(self._network.duration_ms[arc], self._network.length_dm[arc], along))

    def _matching(self, read: "_Read", chain: Chain, legs: tuple[Path, ...], u_turn_cost: float) -> Matching:
        at = replace(read.places.take(chain.reached), fraction=chain.fraction)
        point, lon_lat = read.stands_for[chain.point], snapped_points(self._network, at)
        mean_m = _metres_between(read.points.lon[chain.point], read.points.lat[chain.point], *lon_lat)
        own_m = _metres_between(read.trace.lon[point], read.trace.lat[point], *lon_lat)
        likely = posterior(read.lattice, read.ways, chain.point, u_turn_cost)
        sure = leg_confidences(read.lattice, likely, chain, legs, mean_m / read.points.accuracy_m[chain.point])
        return Matching(
            point,
            Snaps(at.edge, at.fraction, own_m.astype(np.float32)),
            legs,
            sure,
            edge_alternatives(read.lattice, likely, chain, read.places.edge, at.edge),
            float(np.average(sure, weights=[leg.distance_dm + 1 for leg in legs])),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """A trace after the forward pass."""

    trace: Trace
    points: Points
    """What was matched: the trace, or its clusters."""
    stands_for: Int32Array
    """The point of the trace that each of `points` is, or stands for."""
    stand_in: Int32Array
    """The point that stands for each point of the trace."""
    lattice: Lattice
    places: Snaps
    ways: Ways


def _metres_between(lon_a: Float64Array, lat_a: Float64Array, lon_b: Float64Array, lat_b: Float64Array) -> Float64Array:
    north_m = (lat_b - lat_a) * 1e7 * METRES_PER_E7
    east_m = (lon_b - lon_a) * 1e7 * METRES_PER_E7 * np.cos(np.radians((lat_a + lat_b) * 0.5))
    return np.hypot(north_m, east_m)


def _points(trace: Trace) -> Points:
    timed = trace.time_s is not None
    time_s = trace.time_s if trace.time_s is not None else frozen(np.zeros(len(trace)))
    return Points(trace.lon, trace.lat, time_s, trace.accuracy_m, timed)

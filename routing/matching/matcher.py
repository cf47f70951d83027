"""Matching traces on one road network."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, Int32Array, frozen
from routing.earth import METRES_PER_E7
from routing.engine.dijkstra_kernels import SearchGraph
from routing.engine.path import Path, path_over
from routing.engine.places import StatesOfArc
from routing.engine.search_graph import reversed_graph
from routing.matching.chains import Chain, chains
from routing.matching.confidence import edge_alternatives, leg_confidences
from routing.matching.lattice import make_lattice
from routing.matching.leg_kernels import drive_legs
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
        found = chains(read.lattice, read.points, read.ways)
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
        none = [np.zeros(0, np.int32)]
        begins = np.concatenate(none + [chain.leave for chain in found])
        ends = np.concatenate(none + [chain.where[1:] for chain in found])
        first, states = drive_legs(self._roads, self._reverse, _taken(read.lattice, begins), _taken(read.lattice, ends))
        along, until = read.places.fraction[begins].tolist(), read.places.fraction[ends].tolist()
        leg = 0
        for chain in found:
            of_chain = range(leg, leg := leg + chain.leave.size)
            yield tuple(path_over(self._network, states[first[i] : first[i + 1]], along[i], until[i]) for i in of_chain)

    def _matching(self, read: "_Read", chain: Chain, legs: tuple[Path, ...], u_turn_cost: float) -> Matching:
        at = read.places.take(chain.where)
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


def _taken(lattice: Lattice, index: Int32Array) -> Lattice:
    """Some candidates, as if each were the only one of a point."""
    return Lattice(
        frozen(np.arange(index.size + 1, dtype=np.int32)),
        frozen(lattice.arc[index]),
        frozen(lattice.key[index]),
        frozen(lattice.emission[index]),
        frozen(lattice.mirror[index]),
    )


def _points(trace: Trace) -> Points:
    timed = trace.time_s is not None
    time_s = trace.time_s if trace.time_s is not None else frozen(np.zeros(len(trace)))
    return Points(trace.lon, trace.lat, time_s, trace.accuracy_m, timed)

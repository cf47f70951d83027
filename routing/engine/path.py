"""A fastest path arc by arc: what lines, steps, annotations and matched traces are made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK
from routing.engine.keys import position_key
from routing.engine.path_kernels import NO_TURN, turns_between
from routing.network.road_network import RoadNetwork
from routing.network.snaps import FORWARD


@dataclass(frozen=True, slots=True)
class Path:
    """One fastest path between two places; k >= 1 arcs, arrays int32 and read-only.

    A drive straight along one edge has one arc. The sums of `arc_ms` and `turn_ms`, and of `arc_dm`, are exact.
    """

    arcs: Int32Array
    """(k) arcs in driving order; the first and the last may be driven in part."""
    arc_ms: Int32Array
    """(k) driving time on each arc, as far as it is driven."""
    arc_dm: Int32Array
    """(k) decimetres on each arc, as far as it is driven."""
    turn_ms: Int32Array
    """(k) time of the turn, signal included, into each arc; 0 for the first."""
    from_fraction: float
    """Where the path begins along the *edge* of the first arc, and where it ends on the last one's, as in Snaps."""
    to_fraction: float

    def __post_init__(self) -> None:
        for name in ("arcs", "arc_ms", "arc_dm", "turn_ms"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32))

    @property
    def duration_ms(self) -> int:
        return int(self.arc_ms.sum(dtype=np.int64) + self.turn_ms.sum(dtype=np.int64))

    @property
    def distance_dm(self) -> int:
        return int(self.arc_dm.sum(dtype=np.int64))


def joined(paths: Sequence[Path]) -> Path:
    """One path over all of them, each of which begins where the one before ends and goes on in the same arc.

    Raises ValueError where one begins in another arc.
    """
    first = paths[0]
    arcs, arc_ms, arc_dm, turn_ms = list(first.arcs), list(first.arc_ms), list(first.arc_dm), list(first.turn_ms)
    for path in paths[1:]:
        if path.arcs[0] != arcs[-1]:
            raise ValueError(f"a path ends in arc {arcs[-1]}, the next one begins in arc {path.arcs[0]}")
        arc_ms[-1] += path.arc_ms[0]
        arc_dm[-1] += path.arc_dm[0]
        arcs += list(path.arcs[1:])
        arc_ms += list(path.arc_ms[1:])
        arc_dm += list(path.arc_dm[1:])
        turn_ms += list(path.turn_ms[1:])
    driven, ms, dm, turns = (np.array(column, np.int32) for column in (arcs, arc_ms, arc_dm, turn_ms))
    return Path(driven, ms, dm, turns, first.from_fraction, paths[-1].to_fraction)


def path_over(network: RoadNetwork, states: Int32Array, from_fraction: float, to_fraction: float) -> Path:
    """The path that drives through `states` one after the other; the first and the last in part.

    Raises ValueError where two states that follow each other have no turn between them.
    """
    states = frozen(states, np.int32)
    arcs = network.arc_of_state[states]
    arc_ms, arc_dm = network.duration_ms[arcs].copy(), network.length_dm[arcs].copy()
    turn_ms = turns_between(network.turn_first, network.turn_head, network.turn_ms, states)
    missing = np.flatnonzero(turn_ms == NO_TURN)
    if missing.size:
        i = int(missing[0])
        raise ValueError(f"no turn leads from state {states[i - 1]} to state {states[i]}")
    begin_ms, begin_dm = _before(network, int(arcs[0]), from_fraction)
    end_ms, end_dm = _before(network, int(arcs[-1]), to_fraction)
    arc_ms[-1], arc_dm[-1] = end_ms, end_dm
    arc_ms[0] -= begin_ms
    arc_dm[0] -= begin_dm
    return Path(arcs, arc_ms, arc_dm, turn_ms, from_fraction, to_fraction)


def straight_along(network: RoadNetwork, edge: int, ways: int, from_fraction: float, to_fraction: float) -> Int32Array:
    """The one state that leads straight from a place of an edge to another ahead; either where they are one place."""
    forward, backward = int(network.forward_arc[edge]), int(network.backward_arc[edge])
    ahead = from_fraction < to_fraction or (from_fraction == to_fraction and forward >= 0 and bool(ways & FORWARD))
    return np.array([forward if ahead else backward], np.int32)


def _before(network: RoadNetwork, arc: int, fraction: float) -> tuple[int, int]:
    """Milliseconds and decimetres between the arc's tail and a place on its edge."""
    edge = int(network.edge_of_arc[arc])
    along = fraction if network.forward_arc[edge] == arc else 1.0 - fraction
    part = position_key(network.duration_ms[arc : arc + 1], network.length_dm[arc : arc + 1], np.array([along]))
    return int(part[0]) >> DISTANCE_BITS, int(part[0]) & DISTANCE_MASK

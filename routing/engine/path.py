"""A fastest path arc by arc: what lines, steps, annotations and matched traces are made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.engine.path_kernels import NO_TURN, path_columns
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
    begin, end = _along(network, int(states[0]), from_fraction), _along(network, int(states[-1]), to_fraction)
    columns = path_columns(
        network.arc_of_state, network.duration_ms, network.length_dm, network.turn_first, network.turn_head,
        network.turn_ms, states, begin, end,
    )  # fmt: skip
    if columns[3].min() == NO_TURN:
        i = int(columns[3].argmin())
        raise ValueError(f"no turn leads from state {states[i - 1]} to state {states[i]}")
    return Path(*columns, from_fraction, to_fraction)


def straight_along(network: RoadNetwork, edge: int, ways: int, from_fraction: float, to_fraction: float) -> Int32Array:
    """The one state that leads straight from a place of an edge to another ahead; either where they are one place."""
    forward, backward = int(network.forward_arc[edge]), int(network.backward_arc[edge])
    ahead = from_fraction < to_fraction or (from_fraction == to_fraction and forward >= 0 and bool(ways & FORWARD))
    return np.array([forward if ahead else backward], np.int32)


def _along(network: RoadNetwork, state: int, fraction: float) -> float:
    """A place on an edge as the share of the state's arc that lies before it."""
    arc = network.arc_of_state[state]
    return fraction if network.forward_arc[network.edge_of_arc[arc]] == arc else 1.0 - fraction

"""Streets that are closed now, and the places on them: these are left from, and reached by, the nearest open street.

    asked for ──► nearest street of the map, within the radius ──► closed both ways? ──► nearest open one, however far

A place is moved by itself alone, so the times between two places do not depend on what else is asked. A street that is
open one way stays: it can be left or reached by that way. Where all is closed, a place stays where it was, and no road
leads there.
"""

from dataclasses import dataclass, field

import numpy as np

from routing.arrays import BoolArray, Float64Array
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class ClosedStreets:
    """Edges that may be driven in neither way."""

    edges: BoolArray
    """(e)"""
    _open: dict[int, tuple[SnapIndex, SnapIndex]] = field(default_factory=dict)

    @staticmethod
    def of(network: RoadNetwork) -> "ClosedStreets | None":
        """None where there are none."""
        closed = np.ones(network.edge_count, np.bool_)
        closed[network.edge_of_arc[network.duration_ms < CLOSED_MS]] = False
        return ClosedStreets(closed) if closed.any() else None

    def open_of(self, index: SnapIndex) -> SnapIndex:
        """The index without these edges, made once."""
        made = self._open.get(id(index))
        if made is None:  # two threads at a time make equal ones
            made = self._open[id(index)] = (index, index.without_edges(self.edges))
        return made[1]

    def moved(self, snaps: Snaps, lon: Float64Array, lat: Float64Array, index: SnapIndex) -> Snaps:
        """Places of points (degrees, (n) each), those on closed streets on the nearest open one of `index`."""
        shut = np.flatnonzero(self.edges[snaps.edge] & (snaps.edge >= 0)).astype(np.int32)
        if not shut.size:
            return snaps
        found = self.open_of(index).try_snap(lon[shut], lat[shut], np.inf)
        there = np.flatnonzero(found.edge >= 0).astype(np.int32)
        row = np.arange(len(snaps), dtype=np.int32)
        row[shut[there]] = len(snaps) + np.arange(there.size, dtype=np.int32)
        return Snaps.join([snaps, found.take(there)]).take(row)

"""The streets that the coordinates of a request lie on: several on a junction, as in OSRM."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_places import headings_of, limited, snap_index
from app.services.osrm_requests import OsrmRequest
from routing.arrays import Int32Array
from routing.network.junction_streets import NEAR_M, Choices, streets_away, streets_here
from routing.network.snapping import Headings
from routing.network.snaps import Snaps

MOST_STREETS = 16
"""That are looked at where a bearing or an approach is given; no junction of the four extracts has more than 8."""


@dataclass(frozen=True, slots=True)
class Streets:
    """Of each coordinate (n): where it was placed, where a drive may begin and where one may end."""

    snaps: Snaps
    away: Choices
    here: Choices

    @property
    def are_single(self) -> bool:
        """Whether no coordinate has a choice."""
        return len(self.away.places) == len(self.here.places) == len(self.snaps)

    def take(self, coordinates: Int32Array) -> "Streets":
        """Those of some coordinates, in that order."""
        return Streets(self.snaps.take(coordinates), self.away.take(coordinates), self.here.take(coordinates))


def streets_of(company_map: CompanyMap, asked: OsrmRequest, snaps: Snaps) -> Streets:
    """Of all coordinates, which `snaps` are the places of."""
    bound = np.array(limited(asked), np.bool_)
    network = company_map.network
    away, here = streets_away(network, snaps, ~bound), streets_here(network, snaps, ~bound)
    near = np.flatnonzero(bound & (snaps.distance_m <= NEAR_M))
    if near.size:
        own = _agreeing(company_map, asked, near.tolist())
        away, here = away.with_own(own), here.with_own(own)
    return Streets(snaps, away, here)


def _agreeing(company_map: CompanyMap, asked: OsrmRequest, bound: list[int]) -> Mapping[int, Snaps]:
    """The streets within NEAR_M that agree with their bearings, of coordinates by their numbers.

    A drive may also begin at the end of a street that leads to a junction: cars are headed there, too. What lies so
    near the middle of the road is on no side of it, so approaches do not count: 3 cm of rounding cost 2.6 km of detour.
    """
    headings, index, found = headings_of(company_map, asked), snap_index(company_map, asked), {}
    assert headings is not None
    for i in bound:
        own = Headings(headings.bearing[i : i + 1], headings.bearing_range[i : i + 1], np.zeros(1))
        found[i] = index.nearest(float(asked.lon[i]), float(asked.lat[i]), MOST_STREETS, NEAR_M, own)
    return found

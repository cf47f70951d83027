"""OSRM's match: the drive that most likely gave a trace."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import OsrmError, invalid_value, too_big
from app.services.osrm_places import Waypoint, check_places, headings_of, waypoints
from app.services.osrm_requests import MatchRequest, OsrmLimits
from routing.engine.path import Path, joined
from routing.matching.match_kernels import NO_ROAD_NEAR
from routing.matching.matching import MatchedTrace, Matching
from routing.matching.tidy import LONGEST_S
from routing.matching.trace import MatchOptions, Trace

DEFAULT_RADIUS_M = 5.0
"""OSRM's; also where a radius says nothing of the precision: 0, below 0, or `unlimited`."""
LEAST_RADIUS_M, MOST_RADIUS_M = 1.0, 100.0
"""Others count as these: roads are drawn no better, and beyond the search for ways grows while the roads that are
weighed (sixteen a point) stay the same."""
LONGEST_PAUSE = 10
"""A pause of more than so many usual ones begins another matching, as in OSRM."""


@dataclass(frozen=True, slots=True)
class OsrmMatching:
    """A stretch that was driven in one go, as its legs."""

    legs: list[Path]
    ends: list[int]
    """Coordinates where legs begin or end."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Tracepoint:
    """A coordinate that was matched."""

    waypoint: Waypoint
    matching: int
    end: int | None
    """Which of the matching's ends of legs it is; None where none ends."""
    alternatives: int
    """Roads that it may well have been on beside."""


@dataclass(frozen=True, slots=True)
class OsrmMatch:
    """What a trace was matched to, by the map's own speeds."""

    matchings: list[OsrmMatching]
    tracepoints: list[Tracepoint | None]
    """One for each coordinate, None where it is not matched; empty where they are not wanted."""


def match(company_map: CompanyMap, asked: MatchRequest, limits: OsrmLimits) -> OsrmMatch:
    """Live speeds and closures have no part in it: what is closed now may have been driven.

    Raises OsrmError: TooBig, InvalidValue, NoSegment, NoMatch.
    """
    _check(asked, limits)
    check_places(asked)
    matcher = company_map.matcher(asked.exclude[0] if asked.exclude else None, any_road=asked.snapping == "any")
    found = matcher.match(_trace(asked), _options(asked, limits), headings_of(company_map, asked))
    if (found.fate == NO_ROAD_NEAR).all():
        raise OsrmError("NoSegment", "Could not find a matching segment for any coordinate.")
    if not found.matchings:
        raise OsrmError("NoMatch", "Could not match the trace.")
    matchings = _collapsed(asked, found) if asked.waypoints else [_all_legs(one) for one in found.matchings]
    return OsrmMatch(matchings, [] if asked.skip_waypoints else _tracepoints(company_map, asked, found, matchings))


def _check(asked: MatchRequest, limits: OsrmLimits) -> None:
    if len(asked) > limits.match_places:
        raise too_big("Too many trace coordinates")
    if any(radius is not None and limits.match_radius_m < radius for radius in asked.radiuses):
        raise too_big("Radius search size is too large for map matching.")
    if any(after < before for before, after in pairwise(asked.timestamps)):
        raise invalid_value("Timestamps need to be monotonically increasing.")
    if asked.waypoints and not {0, len(asked) - 1} <= set(asked.waypoints):
        raise invalid_value("First and last coordinates must be specified as waypoints.")


def _trace(asked: MatchRequest) -> Trace:
    radius_m = [radius or 0.0 for radius in asked.radiuses] or [0.0] * len(asked)
    says_so = [0.0 < radius < np.inf for radius in radius_m]
    accuracy_m = np.where(says_so, np.clip(radius_m, LEAST_RADIUS_M, MOST_RADIUS_M), DEFAULT_RADIUS_M)
    time_s = np.array(asked.timestamps, np.float64) if asked.timestamps else None
    return Trace(asked.lon, asked.lat, time_s, accuracy_m)


def _options(asked: MatchRequest, limits: OsrmLimits) -> MatchOptions:
    gap_s = np.inf
    if asked.timestamps and asked.gaps == "split":
        pauses = np.sort(np.diff(asked.timestamps))
        gap_s = LONGEST_PAUSE * max(1.0, float(pauses[pauses.size // 2]))
        if asked.tidy:
            gap_s += LONGEST_S  # as the middles of clusters lie farther apart than their ends
    return MatchOptions(gap_s=gap_s, gap_m=limits.match_gap_m, tidy=asked.tidy)


def _all_legs(matching: Matching) -> OsrmMatching:
    return OsrmMatching(list(matching.legs), matching.point.tolist(), matching.confidence)


def _collapsed(asked: MatchRequest, found: MatchedTrace) -> list[OsrmMatching]:
    """The one matching with legs that end at the waypoints alone; a waypoint that was tidied away ends at its stand-in.

    Raises OsrmError (NoMatch) where the trace is parted, a waypoint is not matched, or the car turned round on the road
    within a leg, which one leg cannot show.
    """
    if len(found.matchings) > 1:
        raise OsrmError("NoMatch", "Could not match the trace with the given waypoints.")
    (matching,) = found.matchings
    point = matching.point.tolist()
    wanted = set(found.stand_in[list(asked.waypoints)].tolist())
    if not wanted <= set(point):
        raise OsrmError("NoMatch", "Requested waypoint parameter could not be matched.")
    at = [index for index, one in enumerate(point) if one in wanted]
    try:
        legs = [joined(matching.legs[first:last]) for first, last in pairwise(at)]
    except ValueError:
        raise OsrmError("NoMatch", "Could not match the trace with the given waypoints.") from None
    return [OsrmMatching(legs, [point[index] for index in at], matching.confidence)]


def _tracepoints(
    company_map: CompanyMap, asked: MatchRequest, found: MatchedTrace, matchings: list[OsrmMatching]
) -> list[Tracepoint | None]:
    told: list[Tracepoint | None] = [None] * len(asked)
    for point, tracepoint in _of_matchings(company_map, asked, found, matchings):
        told[point] = tracepoint
    return told


def _of_matchings(
    company_map: CompanyMap, asked: MatchRequest, found: MatchedTrace, matchings: list[OsrmMatching]
) -> Iterator[tuple[int, Tracepoint]]:
    for index, (matching, shown) in enumerate(zip(found.matchings, matchings, strict=True)):
        end_of = {point: end for end, point in enumerate(shown.ends)}
        placed = waypoints(company_map, asked, asked.lon[matching.point], asked.lat[matching.point], matching.places)
        columns = zip(matching.point.tolist(), placed, matching.alternatives.tolist(), strict=True)
        for point, waypoint, alternatives in columns:
            yield point, Tracepoint(waypoint, index, end_of.get(point), alternatives)

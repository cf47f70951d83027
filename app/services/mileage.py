"""Kilometres that were driven by a phone's GPS trace, for a claim: matched to roads, gaps told apart.

Nothing is stored: neither the trace nor what was found. Where a person was all day is nobody's business; whoever claims
keeps the answer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

import msgspec
import numpy as np

from app.services.company import open_company
from app.services.company_map import CompanyMap, Maps
from app.services.errors import InvalidInput, at_most
from app.services.gpx_trace import TracePoint
from app.services.polyline import simplify_line
from app.storage.unit_of_work import Storage
from routing.arrays import Float64Array
from routing.earth import METRES_PER_E7
from routing.engine.path import Path, joined
from routing.engine.route_line import line_along
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.matching.matching import FATES, MatchedTrace, Matching
from routing.matching.trace import MatchOptions, Trace
from routing.network.road_network import RoadNetwork

PAUSE_M = 100.0
"""A gap whose ends are no farther apart is a pause: the phone was still, or off, at one place."""
LEAST_ACCURACY_M, MOST_ACCURACY_M = 3.0, 100.0
"""What phones claim beyond is not believed; a point that is worse than 100 m says nothing of the street."""

Kind = Literal["driven", "gap", "pause"]


class LineString(msgspec.Struct, frozen=True, tag="LineString", tag_field="type"):
    """GeoJSON: longitudes and latitudes."""

    coordinates: list[tuple[float, float]]


class StretchFacts(msgspec.Struct, frozen=True):
    """One stretch of the trace."""

    kind: Kind
    begin_at: datetime | None
    end_at: datetime | None
    """Null where the trace has no times."""
    distance_m: int
    """Driven on roads; of a gap or pause the straight line between its ends, which is not counted."""
    road_distance_m: int | None
    """Of a gap: the fastest way between its ends, not counted; null where there is none."""
    confidence: float | None
    """Of what was driven: 0 to 1, how sure it is that it was on these roads."""


class Stretch(msgspec.Struct, frozen=True, tag="Feature", tag_field="type"):
    """Along the roads, or straight across a gap."""

    geometry: LineString
    properties: StretchFacts


class Mileage(msgspec.Struct, frozen=True, tag="FeatureCollection", tag_field="type"):
    """GeoJSON of all stretches in order, and what they come to."""

    features: list[Stretch]
    distance_m: int
    """Driven on roads, without gaps."""
    confidence: float | None
    """Of all that was driven, by length; null where nothing was."""
    begin_at: datetime | None
    end_at: datetime | None
    points: int
    fates: dict[str, int]
    """How many points were matched, by themselves or by one nearby that stands for them, or left out, and why."""


@dataclass(frozen=True, slots=True)
class MileageLimits:
    """How much may be asked, and how traces are read."""

    points: int
    gap_s: float
    accuracy_m: float
    tolerance_m: float


def mileage(
    storage: Storage, maps: Maps, organisation_id: int, points: Sequence[TracePoint], limits: MileageLimits
) -> Mileage:
    """By the roads of the map, whatever is closed now. Raises InvalidInput that names the point, LimitExceeded."""
    at_most("points", len(points), limits.points, "BEATPLAN_MAX_TRACE_POINTS", what="points of the trace")
    trace = _trace(points, limits)
    company = open_company(storage, maps, organisation_id)
    found = company.map.matcher().match(trace, MatchOptions(gap_s=limits.gap_s, tidy=True))
    stretches: list[Stretch] = []
    for i, matching in enumerate(found.matchings):
        if i:
            stretches.append(_gap(company.map, trace, points, found.matchings[i - 1], matching))
        stretches.append(_driven(company.map.stored.network, points, matching, limits.tolerance_m))
    lengths = [matching.distance_dm for matching in found.matchings]
    sure = (
        float(np.average([one.confidence for one in found.matchings], weights=np.add(lengths, 1))) if lengths else None
    )
    return Mileage(
        stretches,
        round(sum(lengths) / 10),
        None if sure is None else round(sure, 3),
        points[0].time,
        points[-1].time,
        len(points),
        _fates(found),
    )


def _trace(points: Sequence[TracePoint], limits: MileageLimits) -> Trace:
    if len(points) < 2:
        raise InvalidInput(f"the trace has {len(points)} points, at least 2 are needed", field="points")
    timed = points[0].time is not None
    before: datetime | None = None
    for point in points:
        if (point.time is not None) != timed:
            raise InvalidInput(f"{point.where}: time is missing, or all points must be without", field="time")
        if point.time is not None and before is not None and point.time < before:
            text = f"{point.where}: time is {point.time.isoformat()}, before that of the point before"
            raise InvalidInput(text, field="time")
        before = point.time
    accuracy_m = np.array([point.accuracy_m or limits.accuracy_m for point in points])
    return Trace(
        np.array([point.lon for point in points]),
        np.array([point.lat for point in points]),
        np.array([point.time.timestamp() for point in points if point.time is not None]) if timed else None,
        np.clip(accuracy_m, LEAST_ACCURACY_M, MOST_ACCURACY_M),
    )


def _driven(network: RoadNetwork, points: Sequence[TracePoint], matching: Matching, tolerance_m: float) -> Stretch:
    lon, lat = simplify_line(*_line(network, matching.legs), tolerance_m)
    first, last = points[matching.point[0]], points[matching.point[-1]]
    distance_m, sure = round(matching.distance_dm / 10), round(matching.confidence, 3)
    return Stretch(
        LineString(_coordinates(lon, lat)), StretchFacts("driven", first.time, last.time, distance_m, None, sure)
    )


def _line(network: RoadNetwork, legs: Sequence[Path]) -> tuple[Float64Array, Float64Array]:
    """One line over all legs; where the car turned round on a road, there and back again."""
    runs: list[list[Path]] = [[legs[0]]]
    for before, leg in pairwise(legs):
        if leg.arcs[0] == before.arcs[-1]:
            runs[-1].append(leg)
        else:
            runs.append([leg])
    paths = [joined(run) for run in runs]
    lines = [line_along(network, path.arcs.tolist(), path.from_fraction, path.to_fraction) for path in paths]
    return np.concatenate([lon for lon, _ in lines]), np.concatenate([lat for _, lat in lines])


def _gap(
    company_map: CompanyMap, trace: Trace, points: Sequence[TracePoint], before: Matching, after: Matching
) -> Stretch:
    begin, end = int(before.point[-1]), int(after.point[0])
    lon, lat = trace.lon[[begin, end]], trace.lat[[begin, end]]
    squeeze = np.cos(np.radians(lat.mean()))
    straight_m = float(np.hypot((lon[1] - lon[0]) * squeeze, lat[1] - lat[0])) * 1e7 * METRES_PER_E7
    kind: Kind = "pause" if straight_m <= PAUSE_M else "gap"
    road_m = None
    if kind == "gap":
        last, first = np.array([len(before.places) - 1], np.int32), np.zeros(1, np.int32)
        there = company_map.engine.matrix(before.places.take(last), after.places.take(first))
        found = int(there.distance_m[0, 0])
        road_m = None if found >= UNREACHABLE_S else found
    facts = StretchFacts(kind, points[begin].time, points[end].time, round(straight_m), road_m, None)
    return Stretch(LineString(_coordinates(lon, lat)), facts)


def _coordinates(lon: Float64Array, lat: Float64Array) -> list[tuple[float, float]]:
    return list(zip(np.round(lon, 6).tolist(), np.round(lat, 6).tolist(), strict=True))


def _fates(found: MatchedTrace) -> dict[str, int]:
    return dict(Counter(FATES[fate] for fate in found.fate[found.stand_in].tolist()))

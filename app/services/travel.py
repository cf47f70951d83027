"""Travel times and routes between points that anybody names."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from app.services.company_map import CompanyMap
from app.services.errors import LimitExceeded, OutsideNetwork
from app.services.polyline import encode_polyline
from routing.arrays import Float32Array, Int32Array
from routing.engine.travel_matrix import UNREACHABLE_S, Route, TravelMatrix
from routing.network.errors import PointOutsideNetwork
from routing.network.snaps import Snaps

Points = Sequence[tuple[float, float]]


class TravelLimits(msgspec.Struct, frozen=True):
    """How much one question may ask."""

    places: int
    cells: int
    snap_radius_m: float


class MatrixFound(msgspec.Struct, frozen=True):
    """Seconds and metres; null where there is no path."""

    durations_s: list[list[int | None]]
    distances_m: list[list[int | None]]
    source_snap_distances_m: list[float]
    target_snap_distances_m: list[float]


def matrix(
    company_map: CompanyMap,
    sources: Points,
    targets: Points | None,
    limits: TravelLimits,
    answers: Callable[[Snaps, Snaps], TravelMatrix] | None = None,
) -> MatrixFound:
    """Times and distances by `answers`, None for the map's engine. Raises LimitExceeded, OutsideNetwork."""
    for field, points in (("sources", sources), ("targets", targets or ())):
        if len(points) > limits.places:
            raise LimitExceeded(field, len(points), limits.places, "BEATPLAN_MAX_MATRIX_PLACES")
    cells = len(sources) * len(targets or sources)
    if cells > limits.cells:
        raise LimitExceeded("sources", cells, limits.cells, "BEATPLAN_MAX_MATRIX_CELLS", "sources times targets")
    begin = snap(company_map, sources, limits.snap_radius_m, "sources")
    end = begin if targets is None else snap(company_map, targets, limits.snap_radius_m, "targets")
    found = company_map.engine.matrix(begin, end) if answers is None else answers(begin, end)
    return MatrixFound(
        _nullable(found.duration_s), _nullable(found.distance_m), _rounded(begin.distance_m), _rounded(end.distance_m)
    )


def route(company_map: CompanyMap, points: Points, limits: TravelLimits) -> list[tuple[Route, str]]:
    """Legs with their geometry. Raises LimitExceeded, OutsideNetwork, NoRoute."""
    if len(points) > limits.places:
        raise LimitExceeded("points", len(points), limits.places, "BEATPLAN_MAX_MATRIX_PLACES")
    legs = company_map.engine.route_through(snap(company_map, points, limits.snap_radius_m, "points"))
    return [(leg, encode_polyline(leg.lon, leg.lat)) for leg in legs]


def snap(company_map: CompanyMap, points: Points, radius_m: float, field: str) -> Snaps:
    """Points on the road network. Raises OutsideNetwork, naming the point of `field`."""
    degrees = np.array(points, np.float64).reshape(-1, 2)
    try:
        snaps = company_map.opened.snapping.snap(degrees[:, 0], degrees[:, 1], radius_m)
    except PointOutsideNetwork as error:
        raise OutsideNetwork(f"{field}[{error.index}]", error.distance_m, error.radius_m) from None
    return company_map.on_open_streets(snaps, degrees[:, 0], degrees[:, 1])


def _nullable(values: Int32Array) -> list[list[int | None]]:
    rows: list[list[int | None]] = values.tolist()
    if (values >= UNREACHABLE_S).any():
        return [[None if value is not None and value >= UNREACHABLE_S else value for value in row] for row in rows]
    return rows


def _rounded(metres: Float32Array) -> list[float]:
    return [round(float(value), 1) for value in metres]

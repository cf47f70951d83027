"""OSRM's table: durations and distances between coordinates, in tenths, as it writes them."""

from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import too_big
from app.services.osrm_places import Waypoint, place, roads_for, waypoints
from app.services.osrm_requests import OsrmLimits, TableRequest
from app.services.osrm_streets import streets_of
from routing.arrays import Float64Array, Int32Array, Int64Array
from routing.earth import EARTH_RADIUS_M
from routing.engine.errors import MatrixTooLarge
from routing.engine.routing_engine import RoutingEngine
from routing.engine.travel_matrix import UNREACHABLE_S, ExactMatrix
from routing.network.edge_shapes import snapped_points
from routing.network.junction_streets import Choices
from routing.network.snaps import Snaps

NO_WAY = -1
"""In both tables, where no road leads."""
_LARGEST = 2**31 - 2
_ROWS_AT_ONCE = 256
"""Sources, each with all streets of its junction."""


@dataclass(frozen=True, slots=True)
class OsrmTable:
    """(sources, destinations) int32 each, NO_WAY where there is no path."""

    durations_ds: Int32Array
    """Tenths of a second."""
    distances_dm: Int32Array
    """Decimetres."""
    sources: list[Waypoint]
    destinations: list[Waypoint]
    """Both empty where they are not wanted."""
    fallback_cells: Int64Array
    """(f, 2) rows and columns that were estimated as the crow flies."""


def table(company_map: CompanyMap, asked: TableRequest, limits: OsrmLimits) -> OsrmTable:
    """Raises OsrmError: TooBig before anything of the table's size is made, InvalidValue, NoSegment."""
    everything = range(len(asked))
    rows, columns = asked.sources or everything, asked.destinations or everything
    if len(rows) * len(columns) > limits.table_places**2:
        raise too_big("Too many table coordinates")
    company_map = roads_for(company_map, asked)
    from_, to = np.array(rows, np.int32), np.array(columns, np.int32)
    snaps = place(company_map, asked, limits)
    try:
        streets = streets_of(company_map, asked, snaps)
        found = best_between(company_map.engine, streets.away.take(from_), streets.here.take(to))
        durations_ds, distances_dm = tenths_of(found, asked.scale_factor)
    except MatrixTooLarge as error:
        raise too_big(str(error)) from None
    cells = np.empty((0, 2), np.int64)
    if asked.fallback_speed is not None:
        cells = np.argwhere(durations_ds == NO_WAY)
        metres = _as_the_crow_flies(company_map, asked, snaps, from_[cells[:, 0]], to[cells[:, 1]])
        with np.errstate(over="ignore"):  # infinite seconds are the largest
            durations_ds[cells[:, 0], cells[:, 1]] = _tenths(metres / asked.fallback_speed * asked.scale_factor)
        distances_dm[cells[:, 0], cells[:, 1]] = _tenths(metres)
    told = [] if asked.skip_waypoints else waypoints(company_map, asked, asked.lon, asked.lat, snaps)
    sources, destinations = ([told[index] for index in indices] if told else [] for indices in (rows, columns))
    return OsrmTable(durations_ds, distances_dm, sources, destinations, cells)


def tenths_of(found: ExactMatrix, scale_factor: float = 1.0) -> tuple[Int32Array, Int32Array]:
    """Durations (times `scale_factor`) and distances in tenths of seconds and of metres, NO_WAY where there is none;
    rounded once."""
    nowhere = found.duration_ms >= UNREACHABLE_S
    if scale_factor == 1.0:
        durations_ds = (found.duration_ms + 50) // 100
    else:
        durations_ds = _tenths(found.duration_ms.astype(np.float64) * min(scale_factor / 1000.0, _LARGEST))
    tenths = [np.where(nowhere, np.int32(NO_WAY), values) for values in (durations_ds, found.distance_dm)]
    return tenths[0], tenths[1]


def best_between(engine: RoutingEngine, sources: Choices, targets: Choices) -> ExactMatrix:
    """The fastest of the choices of each source and target, of equally fast ones the shortest.

    Raises MatrixTooLarge.
    """
    rows, columns = sources.first.size - 1, targets.first.size - 1
    if len(sources.places) == rows and len(targets.places) == columns:
        return engine.exact_matrix(sources.places, targets.places)
    parts = []
    for begin in range(0, rows, _ROWS_AT_ONCE):
        first = sources.first[begin : begin + _ROWS_AT_ONCE + 1]
        some = sources.places.take(np.arange(first[0], first[-1], dtype=np.int32))
        found = engine.exact_matrix(some, targets.places)
        keys = found.duration_ms.astype(np.int64) << 32 | found.distance_dm
        keys = np.minimum.reduceat(keys, first[:-1] - first[0], axis=0)
        parts.append(np.minimum.reduceat(keys, targets.first[:-1], axis=1))
    best = np.concatenate(parts)
    return ExactMatrix((best >> 32).astype(np.int32), (best & 0xFFFFFFFF).astype(np.int32))


def _as_the_crow_flies(
    company_map: CompanyMap, asked: TableRequest, snaps: Snaps, from_: Int32Array, to: Int32Array
) -> Float64Array:
    """Metres between pairs of coordinates, as given or as placed on roads (the haversine formula)."""
    lon, lat = asked.lon, asked.lat
    if asked.fallback_coordinate == "snapped":
        lon, lat = snapped_points(company_map.network, snaps)
    lon, lat = np.radians(lon), np.radians(lat)
    half = np.sin((lat[to] - lat[from_]) / 2) ** 2
    half += np.cos(lat[from_]) * np.cos(lat[to]) * np.sin((lon[to] - lon[from_]) / 2) ** 2
    metres: Float64Array = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))
    return metres


def _tenths(values: Float64Array) -> Int32Array:
    with np.errstate(over="ignore"):
        return np.minimum(np.rint(values * 10), _LARGEST).astype(np.int32)

"""Random pairs of places, driven by ours and by OSRM, and what explains where the times differ."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import ROAD_CLASSES, RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps

KINDS = {
    "roads": "two random points on roads",
    "near": "two random coordinates, most within 120 m of a road",
    "local": "two random points on roads, 0.3 to 3 km apart",
}
CAUSES = ("other place", "ferry", "narrow and service roads", "other route", "same route")
"""Why a pair's times differ, the first that applies."""
_FERRY = ROAD_CLASSES.index("ferry")
_METRES_PER_DEGREE = 111_195.0
_OTHER_PLACE_M = 5.0
_OTHER_ROUTE = 0.005


@dataclass(frozen=True, slots=True)
class Pairs:
    """Coordinates in degrees, (n, 2) each: from, to."""

    lon: Float64Array
    lat: Float64Array


@dataclass(frozen=True, slots=True)
class Driven:
    """One system's answers, (n) each; NaN where it found no way."""

    duration_s: Float64Array
    distance_m: Float64Array
    weight: Float64Array
    """What the route was chosen by, in seconds."""
    ferry: BoolArray
    """Whether the route takes one."""
    lon: Float64Array
    """(n, 2) where it put the places on the road."""
    lat: Float64Array


def draw_pairs(network: RoadNetwork, kind: str, count: int, rng: np.random.Generator) -> Pairs:
    """`count` pairs of one of `KINDS`."""
    if kind == "local":
        return _local_pairs(network, count, rng)
    lon, lat = _road_points(network, 2 * count, rng)
    if kind == "near":
        lat = lat + rng.normal(0, 60, lat.size) / _METRES_PER_DEGREE
        lon = lon + rng.normal(0, 60, lon.size) / (_METRES_PER_DEGREE * np.cos(np.radians(lat)))
    return Pairs(np.round(lon, 6).reshape(count, 2), np.round(lat, 6).reshape(count, 2))


def drive_ours(network: RoadNetwork, pairs: Pairs) -> Driven:
    """Our fastest paths."""
    index, engine = SnapIndex.build(network), DijkstraEngine(network)
    snaps = index.try_snap(pairs.lon.ravel(), pairs.lat.ravel(), 2000.0)
    lon, lat = snapped_points(network, snaps)
    count = pairs.lon.shape[0]
    rows = np.full((count, 3), np.nan)
    for i in range(count):
        try:
            (path,) = engine.paths_through(snaps.take(np.array([2 * i, 2 * i + 1], np.int32)))
        except NoRoute:
            continue
        ferry = (network.road_class_of_edge[network.edge_of_arc[path.arcs]] == _FERRY).any()
        rows[i] = path.duration_ms / 1000, path.distance_dm / 10, ferry
    seconds, metres, ferry = rows.T
    return Driven(seconds, metres, seconds, ferry == 1, lon.reshape(count, 2), lat.reshape(count, 2))


def osrm_driven(values: list[list[float]]) -> Driven:
    """What OSRM's `driven` told, pair by pair."""
    columns = np.array(values, dtype=np.float64).T
    places = columns[4:].T.reshape(-1, 2, 2)
    return Driven(columns[0], columns[1], columns[2], columns[3] > 0, places[:, :, 0], places[:, :, 1])


def causes(ours: Driven, osrm: Driven) -> Int64Array:
    """(n) index into CAUSES."""
    apart_m = np.hypot((ours.lon - osrm.lon) * np.cos(np.radians(osrm.lat)), ours.lat - osrm.lat) * _METRES_PER_DEGREE
    other_route = np.abs(ours.distance_m - osrm.distance_m) > np.maximum(5.0, _OTHER_ROUTE * osrm.distance_m)
    # OSRM's weight is its time but for roads it avoids, of which a route of ours has more than OSRM's
    avoids = other_route & (ours.duration_s < osrm.duration_s)
    applies = [
        (apart_m > _OTHER_PLACE_M).any(axis=1),
        ours.ferry | osrm.ferry,
        avoids | (other_route & (osrm.weight > 1.02 * osrm.duration_s)),
        other_route,
        np.ones(other_route.size, dtype=np.bool_),
    ]
    return np.asarray(np.argmax(applies, axis=0), dtype=np.int64)


def compared(ours: Driven, osrm: Driven) -> dict[str, Any]:
    """Relative differences to OSRM in percent: of durations, of distances, and by cause."""
    both = np.isfinite(ours.duration_s) & np.isfinite(osrm.duration_s)
    percent = 100 * (ours.duration_s - osrm.duration_s)[both] / np.maximum(osrm.duration_s[both], 1.0)
    metres = 100 * (ours.distance_m - osrm.distance_m)[both] / np.maximum(osrm.distance_m[both], 1.0)
    cause = causes(ours, osrm)[both]
    by_cause = {name: _differences(percent[cause == index], both.sum()) for index, name in enumerate(CAUSES)}
    return {
        "answered_by_both": int(both.sum()),
        "answered_by_one": int((np.isfinite(ours.duration_s) != np.isfinite(osrm.duration_s)).sum()),
        "duration": _differences(percent, both.sum()),
        "distance": _differences(metres, both.sum()),
        "causes": {name: found for name, found in by_cause.items() if found["share_pct"] > 0},
    }


def _differences(percent: Float64Array, of: int) -> dict[str, float]:
    size = np.abs(percent)
    if size.size == 0:
        return {"share_pct": 0.0}
    return {
        "share_pct": round(100 * size.size / of, 2),
        "median_pct": round(float(np.median(size)), 3),
        "p95_pct": round(float(np.quantile(size, 0.95)), 3),
        "worst_pct": round(float(size.max()), 1),
        "within_10_pct": round(100 * float((size <= 10.0).mean()), 2),
        "signed_median_pct": round(float(np.median(percent)), 3),
    }


def _road_points(network: RoadNetwork, count: int, rng: np.random.Generator) -> tuple[Float64Array, Float64Array]:
    """Points on roads, the longer a road the more; ferries are none."""
    some_arc = np.where(network.forward_arc >= 0, network.forward_arc, network.backward_arc)
    weight = network.length_dm[some_arc] * (network.road_class_of_edge != _FERRY)
    edge = rng.choice(network.edge_count, count, p=weight / weight.sum())
    fraction = rng.random(count)
    return snapped_points(
        network, Snaps(edge.astype(np.int32), fraction.astype(np.float32), np.zeros(count, np.float32))
    )


def _local_pairs(network: RoadNetwork, count: int, rng: np.random.Generator) -> Pairs:
    lon, lat = _road_points(network, 40 * count, rng)
    found: list[tuple[int, int]] = []
    for begin in range(lon.size):
        east = (lon - lon[begin]) * np.cos(np.radians(lat[begin]))
        apart_m = np.hypot(east, lat - lat[begin]) * _METRES_PER_DEGREE
        near = np.flatnonzero((apart_m > 300) & (apart_m < 3000))
        if near.size:
            found.append((begin, int(rng.choice(near))))
        if len(found) == count:
            break
    chosen = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Pairs(np.round(lon[chosen], 6), np.round(lat[chosen], 6))

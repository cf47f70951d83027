"""Drives whose roads are known, and what a phone in the car would have measured."""

from collections import Counter

import numpy as np

from routing.engine.path import Path
from routing.matching.matching import MatchedTrace
from routing.matching.trace import Trace
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.small_networks import METRES_PER_DEGREE


def places_driven(network: RoadNetwork, path: Path, at_ms: np.ndarray) -> Snaps:
    """Where the car is at each moment after its start; it waits where a turn takes time."""
    bounds = np.concatenate([[0], np.cumsum(np.stack([path.turn_ms, path.arc_ms], axis=1).ravel())])
    piece = np.clip(np.searchsorted(bounds, at_ms, side="right") - 1, 0, bounds.size - 2)
    step = piece // 2
    share = np.where(piece % 2, (at_ms - bounds[piece]) / np.maximum(1, bounds[piece + 1] - bounds[piece]), 0.0)
    edge = network.edge_of_arc[path.arcs[step]]
    forward = network.forward_arc[edge] == path.arcs[step]
    begin = np.where(step == 0, path.from_fraction, np.where(forward, 0.0, 1.0))
    end = np.where(step == path.arcs.size - 1, path.to_fraction, np.where(forward, 1.0, 0.0))
    fraction = np.clip(begin + share * (end - begin), 0.0, 1.0)
    return Snaps(edge, fraction.astype(np.float32), np.zeros(edge.size, np.float32))


def measured(
    network: RoadNetwork, path: Path, every_s: float, noise_m: float, rng: np.random.Generator, accuracy_m: float = 0.0
) -> Trace:
    """A trace of the whole drive, with Gaussian errors; the last point is at its end."""
    count = max(2, round(path.duration_ms / 1000 / every_s) + 1)
    at_ms = np.linspace(0, path.duration_ms, count)
    lon, lat = snapped_points(network, places_driven(network, path, at_ms))
    east_m, north_m = rng.normal(0.0, noise_m, (2, count))
    scale = METRES_PER_DEGREE * np.cos(np.radians(lat))
    accuracy = np.full(count, accuracy_m or max(noise_m, 1.0))
    return Trace(lon + east_m / scale, lat + north_m / METRES_PER_DEGREE, at_ms / 1000, accuracy)


def decimetres_of_arcs(paths: list[Path] | tuple[Path, ...]) -> Counter[int]:
    driven: Counter[int] = Counter()
    for path in paths:
        for arc, dm in zip(path.arcs.tolist(), path.arc_dm.tolist(), strict=True):
            driven[arc] += dm
    return driven


def share_right(path: Path, found: MatchedTrace) -> float:
    """Share of the driven length that was matched to the same arcs."""
    driven = decimetres_of_arcs([path])
    matched = decimetres_of_arcs([leg for matching in found.matchings for leg in matching.legs])
    return sum(min(dm, matched[arc]) for arc, dm in driven.items()) / max(1, path.distance_dm)

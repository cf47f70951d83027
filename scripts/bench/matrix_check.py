"""Whether our travel times are right, and how far the peers' are from ours.

Ours must equal Dijkstra's on the same driving states to the second and metre, in a sample of rows. Peers have profiles
of their own (speeds, signals, turns), so nothing of theirs is right or wrong: their differences are told instead.
"""

from contextlib import suppress

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.network.snaps import Snaps
from scripts.bench.matrix_systems import Answer, Beatplan, as_known

SHORTEST_S = 60.0
"""Shorter drives say nothing about speeds: there the ends of the journey decide."""
LEAST_REACHED = 0.95
"""Of the cells that we reach, a peer must reach as many to have answered the same question."""


class Yardstick:
    """Dijkstra's answers to the same points, for up to `rows` sources."""

    def __init__(self, ours: Beatplan, rows: int) -> None:
        self._ours, self._rows = ours, rows
        self._engine = DijkstraEngine(ours.network, max_cells=2**31, threads=1)

    def agrees(self, lon: Float64Array, lat: Float64Array, answer: Answer) -> bool:
        """Whether the sampled rows of our answer are cell by cell right."""
        places, rows = self._ours.snap(lon, lat), answer.duration_s.shape[0]
        sample = np.unique(np.linspace(0, rows - 1, min(rows, self._rows)).astype(np.int32))
        truth = self._engine.matrix(places.take(sample), places)
        return equal(answer.duration_s[sample], as_known(truth.duration_s)) and (
            answer.distance_m is None or equal(answer.distance_m[sample], as_known(truth.distance_m))
        )

    def rows_agree(self, places: Snaps, row_s: dict[int, Int32Array]) -> bool:
        """Whether these rows of our matrix between `places` are right, cell by cell."""
        truth = self._engine.matrix(places.take(np.array(list(row_s), np.int32)), places)
        return bool(np.array_equal(truth.duration_s, np.array(list(row_s.values()))))

    def routes_agree(self, lon: Float64Array, lat: Float64Array, drive_s: Float64Array) -> bool:
        """Whether our routes between pairs of points (k, 2) take the right time, to the tenth of a second."""
        truth_s = np.full(min(drive_s.size, self._rows), np.nan)
        for i in range(truth_s.size):
            with suppress(NoRoute):
                truth_s[i] = self._engine.paths_through(self._ours.snap(lon[i], lat[i]))[0].duration_ms / 1000
        return bool(np.allclose(drive_s[: truth_s.size], truth_s, rtol=0, atol=0.051, equal_nan=True))


def equal(some: Float64Array, other: Float64Array) -> bool:
    """Cell by cell, unreachable cells included."""
    return bool(np.array_equal(some, other, equal_nan=True))


def same_rows(peer: Answer, ours: Answer) -> bool:
    """Whether a system on our own network found what we found, in the rows that it was asked for."""
    rows = slice(0, peer.duration_s.shape[0])
    if not equal(peer.duration_s, ours.duration_s[rows]):
        return False
    return peer.distance_m is None or ours.distance_m is None or equal(peer.distance_m, ours.distance_m[rows])


def reached_share(peer: Answer, ours: Answer) -> float:
    """The share of the cells we reach that the peer reaches too."""
    reached = np.isfinite(ours.duration_s[: peer.duration_s.shape[0]])
    return float(np.isfinite(peer.duration_s[reached]).mean()) if reached.any() else 1.0


def differences(peer_s: Float64Array, ours_s: Float64Array) -> dict[str, float]:
    """How much longer (+) or shorter (-) the peer's drives are, in per cent of ours, of drives over a minute.

    The median; the bound that 95 % of the pairs are within; the share of pairs within 10 %. Empty where none is known.
    """
    both = np.isfinite(ours_s) & np.isfinite(peer_s) & (ours_s >= SHORTEST_S)
    if not both.any():
        return {}
    relative = 100 * (peer_s[both] - ours_s[both]) / ours_s[both]
    measured = np.median(relative), np.quantile(np.abs(relative), 0.95), 100 * (np.abs(relative) <= 10).mean()
    names = ("diff_median_pct", "diff_p95_pct", "within_10_pct")
    return {name: round(float(value), 2) for name, value in zip(names, measured, strict=True)}

"""Workload in seconds: time at the account plus an estimate of the driving that its visits cause.

    home ───────┐ line haul: the way out and back, shared by the visits of the day
                ▼
                a ── b ── c     hop: from one account to the next
    home ◄────────────────┘

Continuous approximation (Daganzo 1984, "The distance traveled to visit N points with a maximum of C stops per
vehicle"): a day of k visits costs one way out and back plus k - 1 hops. A hop is estimated from the mean time to the
nearest three accounts: among evenly scattered points of density 1 these lie 0.73 away on average (0.5, 0.75, 0.94), and
a long best tour takes 0.71 a point (Beardwood, Halton & Hammersley 1959), so both agree without any density or area.
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.travel_matrix import UNREACHABLE_S
from territories.design.errors import DesignInputError

NEAREST_OF_A_HOP = 3


@dataclass(frozen=True, slots=True)
class DriveEstimate:
    """Settings of the windshield estimate; `hop_factor` and `line_haul_factor` are there for a later calibration."""

    visits_per_day: float = 8.0
    """k: visits of a normal day."""
    hop_factor: float = 0.98
    """Hop = factor × mean time to the nearest three accounts (0.7124 / 0.7292, see above)."""
    line_haul_factor: float = 1.0
    """Line haul = factor × (home → unit + unit → home) / k."""
    line_haul_limit_s: float = 4 * 3600.0
    """Beyond this way out and back a rep stays away overnight: the trip is shared by several days' visits, so that a
    day carries this much at most."""

    def __post_init__(self) -> None:
        if not 1 <= self.visits_per_day < float("inf"):
            raise DesignInputError("drive.visits_per_day", "finite and at least 1", self.visits_per_day)
        for name in ("hop_factor", "line_haul_factor", "line_haul_limit_s"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise DesignInputError(f"drive.{name}", "finite and at least 0", value)


def hop_s(unit_duration_s: Int32Array, nearest: int = NEAREST_OF_A_HOP) -> Float64Array:
    """Mean time to the `nearest` other units, (n) float64; fewer where fewer can be reached, 0 for none."""
    n = unit_duration_s.shape[0]
    if n == 1:
        return np.zeros(1)
    wanted = min(nearest + 1, n)  # one more, for the unit itself
    closest = np.partition(unit_duration_s, wanted - 1, axis=1)[:, :wanted].astype(np.float64)
    closest.sort(axis=1)
    others = closest[:, 1:]
    reachable = others < UNREACHABLE_S
    found_s: Float64Array = np.where(reachable, others, 0.0).sum(axis=1)
    mean_s: Float64Array = found_s / np.maximum(reachable.sum(axis=1), 1)
    return mean_s


def drive_s_per_visit(
    estimate: DriveEstimate, unit_duration_s: Int32Array, home_to_unit_s: Int32Array, unit_to_home_s: Int32Array
) -> Float64Array:
    """Windshield time that one visit causes, (p, n) float64 seconds, for each territory's rep.

    An unreachable way out and back counts as the limit of a day's line haul.
    """
    k = estimate.visits_per_day
    out_and_back = home_to_unit_s.astype(np.float64) + unit_to_home_s.T
    line_haul = np.minimum(estimate.line_haul_factor * out_and_back, estimate.line_haul_limit_s) / k
    return line_haul + estimate.hop_factor * hop_s(unit_duration_s)[np.newaxis, :] * (k - 1) / k


def workload_s(service_s: Float64Array, visits: Float64Array, drive_per_visit_s: Float64Array) -> Float64Array:
    """Seconds in a period that unit u costs the rep of territory t, (p, n): service plus visits × driving."""
    return service_s[np.newaxis, :] + visits[np.newaxis, :] * drive_per_visit_s

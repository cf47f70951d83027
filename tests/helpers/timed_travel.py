"""Journeys through periods in exact fractions, and random matrices with layers."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.traffic.timed_matrix import TimedMatrix


def exact_arrival(
    spans: Sequence[tuple[int, int]], leave_s: int, pause: tuple[int, int] | None = None
) -> Fraction | None:
    """When a journey arrives whose whole takes spans[i][1] seconds from spans[i][0] on; None: never.

    The way driven until time t is the integral of 1 / whole; a pause and UNREACHABLE_S add nothing to it.
    """
    borders = sorted({begin for begin, _ in spans[1:]} | set(pause or ()))
    left, now = Fraction(1), Fraction(leave_s)
    for border in [*borders, None]:
        if border is not None and border <= now:
            continue
        whole = next((whole for begin, whole in reversed(spans) if begin <= now), spans[0][1])
        stands = whole >= UNREACHABLE_S or (pause is not None and pause[0] <= now < pause[1] and left > 0)
        if not stands and (border is None or left * whole <= border - now):
            return now + left * whole
        if border is None:
            return None
        if not stands:
            left -= (border - now) / whole
        now = Fraction(border)
    raise AssertionError("the last span has no end")


def random_timed(rng: np.random.Generator, n: int = 3, longest_s: int = 4000, closed: float = 0.1) -> TimedMatrix:
    """Spans of minutes to hours, journeys of seconds to an hour, some closed in some layers."""
    layers, spans = int(rng.integers(1, 5)), int(rng.integers(1, 9))
    duration_s = rng.integers(1, longest_s, (layers, n, n))
    duration_s[:, rng.random((n, n)) < 0.1] = 0
    duration_s[rng.random(duration_s.shape) < closed] = UNREACHABLE_S
    distance_m = np.where(duration_s < UNREACHABLE_S, rng.integers(0, 90_000, duration_s.shape), UNREACHABLE_S)
    begin_s = np.cumsum(rng.integers(1, 5000, spans))
    return TimedMatrix(begin_s, rng.integers(0, layers, spans), duration_s, distance_m)

"""Random and hand-made visit problems."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.traffic.timed_matrix import TimedMatrix
from routing.visits.model import Problem, Shift, timed_problem
from routing.visits.visits import ANY, Visits


def visits_of(
    place: Sequence[int],
    service_s: int | Sequence[int] = 600,
    windows: Sequence[Sequence[tuple[int, int]]] | None = None,
    priority: int | Sequence[int] = 1,
    mandatory: bool | Sequence[bool] = False,
    skills: int | Sequence[int] = 0,
    pinned_rep: int | Sequence[int] = ANY,
    pinned_shift: int | Sequence[int] = ANY,
    allowed_shifts=None,
    load: int | Sequence[int] = 0,
) -> Visits:
    n = len(place)
    windows = [[] for _ in range(n)] if windows is None else windows
    return Visits(
        place=np.array(place, np.int32),
        service_s=np.full(n, service_s),
        window_first=np.cumsum([0, *(len(own) for own in windows)]),
        window_begin_s=np.array([begin for own in windows for begin, _ in own], np.int64),
        window_end_s=np.array([end for own in windows for _, end in own], np.int64),
        priority=np.full(n, priority),
        mandatory=np.full(n, mandatory),
        skills=np.full(n, skills),
        pinned_rep=np.full(n, pinned_rep),
        pinned_shift=np.full(n, pinned_shift),
        allowed_shifts=allowed_shifts,
        load=np.full(n, load),
    )


def line_travel(minutes: Sequence[float]) -> TravelMatrix:
    """Places on a line at the given minutes of driving from its end; 10 m a second."""
    at_s = np.round(np.array(minutes) * 60)
    duration_s = np.abs(at_s[:, None] - at_s[None, :])
    return TravelMatrix(duration_s, duration_s * 10)


def random_travel(rng: np.random.Generator, n: int, spread_s: float = 2400, cut: float = 0.0) -> TravelMatrix:
    """Points in a square with asymmetric detours; a share `cut` of the pairs has no way."""
    points = rng.random((n, 2)) * spread_s
    straight = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    duration_s = np.round(straight * rng.uniform(1.0, 1.3, (n, n))).astype(np.int32)
    missing = rng.random((n, n)) < cut
    np.fill_diagonal(missing, False)
    np.fill_diagonal(duration_s, 0)
    distance_m = duration_s * 12
    return TravelMatrix(np.where(missing, UNREACHABLE_S, duration_s), np.where(missing, UNREACHABLE_S, distance_m))


def random_problem(seed: int, n: int = 25, reps: int = 3, days: int = 1, rules: bool = True) -> Problem:
    """Windows, skills, pins, breaks, limits on driving, own starts and ends; too much for the shifts."""
    rng = np.random.default_rng(seed)
    shifts = tuple(_random_shift(rng, rep, day, n, rules) for day in range(days) for rep in range(reps))
    windows = [_random_windows(rng, days) for _ in range(n)]
    place = rng.integers(0, n, n) if rules else np.arange(n)
    visits = visits_of(
        place=place,
        service_s=rng.integers(5, 60, n) * 60,
        windows=windows,
        priority=rng.integers(1, 6, n),
        mandatory=rng.random(n) < 0.15,
        skills=np.where(rng.random(n) < 0.3, 1 << rng.integers(0, 3, n), 0) if rules else 0,
        pinned_rep=np.where(rng.random(n) < 0.1, rng.integers(0, reps, n), ANY) if rules else ANY,
        pinned_shift=np.where(rng.random(n) < 0.05, rng.integers(0, len(shifts), n), ANY) if rules else ANY,
        allowed_shifts=rng.random((n, len(shifts))) < 0.9 if rules and seed % 2 else None,
    )
    if rules and seed % 5 == 0:
        visits = replace(visits, load=rng.integers(0, 4, n))
        shifts = tuple(replace(shift, capacity=int(rng.integers(2, 15))) for shift in shifts)
    travel = random_travel(rng, n + 2 * reps, cut=0.03 if rules and seed % 3 == 0 else 0.0)
    return Problem(visits, shifts, travel)


def _random_shift(rng: np.random.Generator, rep: int, day: int, n: int, rules: bool) -> Shift:
    midnight = day * 86_400
    begin_s = midnight + int(rng.integers(7 * 4, 9 * 4)) * 900
    has_break = rng.random() < 0.7
    return Shift(
        rep=rep,
        begin_s=begin_s,
        end_s=begin_s + int(rng.integers(3 * 4, 9 * 4)) * 900,
        start_place=n + 2 * rep,
        end_place=n + 2 * rep + int(rng.random() < 0.4),
        break_begin_s=midnight + 11 * 3600 + 1800,
        break_end_s=midnight + 13 * 3600,
        break_s=int(rng.integers(2, 7)) * 600 if has_break and rules else 0,
        max_drive_s=int(rng.integers(3600, 4 * 3600)) if rng.random() < 0.5 and rules else 2**30,
        skills=int(rng.integers(0, 8)),
        day=day,
    )


def _random_windows(rng: np.random.Generator, days: int) -> list[tuple[int, int]]:
    windows = []
    for day in range(days):
        if rng.random() < 0.3:
            windows.append((day * 86_400, day * 86_400 + 86_399))
            continue
        at_s = day * 86_400 + int(rng.integers(7 * 60, 13 * 60)) * 60
        for _ in range(int(rng.integers(1, 4))):
            end_s = at_s + int(rng.integers(1, 120)) * 60
            windows.append((at_s, end_s))
            at_s = end_s + int(rng.integers(1, 120)) * 60
    return windows


def timed_travel(rng: np.random.Generator, travel: TravelMatrix, latest_s: int, closed: float = 0.05) -> TimedMatrix:
    """Layers of `travel` at other speeds, some ways closed for some hours, borders anywhere until `latest_s`."""
    layers = int(rng.integers(2, 5))
    shape = (layers, *travel.duration_s.shape)
    slower = rng.uniform(0.7, 2.5, (layers, 1, 1)) * rng.uniform(0.9, 1.1, shape)
    is_open = (travel.duration_s < UNREACHABLE_S) & (rng.random(shape) >= closed * (rng.random() < 0.5))
    duration_s = np.where(is_open, np.round(travel.duration_s * slower), UNREACHABLE_S)
    distance_m = np.where(is_open, np.broadcast_to(travel.distance_m, shape), UNREACHABLE_S)
    same = np.arange(shape[1])
    duration_s[:, same, same] = distance_m[:, same, same] = 0
    begin_s = np.unique(rng.integers(0, latest_s, 1 + latest_s // 7200))
    return TimedMatrix(begin_s, rng.integers(0, layers, begin_s.size), duration_s, distance_m)


def random_timed_problem(seed: int, n: int = 25, reps: int = 3, days: int = 1) -> Problem:
    """A random problem whose driving depends on when one leaves."""
    plain = random_problem(seed, n, reps, days)
    timed = timed_travel(np.random.default_rng(seed + 10_000), plain.travel, days * 86_400)
    return timed_problem(plain.visits, plain.shifts, timed)

import numpy as np
import pytest

from scripts.bench.design_problems import travel
from territories.design.workload import DriveEstimate, drive_s_per_visit, hop_s


def day_tours_s(points: np.ndarray, home: np.ndarray, k: int) -> float:
    """Driving of days of `k` visits that see every point once: one tour, improved by 2-opt, cut into days."""
    far = travel(points, points).duration_s.astype(float)
    left, tour = set(range(1, len(points))), [0]
    while left:
        tour.append(min(left, key=lambda j: far[tour[-1], j]))
        left.remove(tour[-1])
    better = True
    while better:
        better = False
        for i in range(1, len(tour) - 1):
            for j in range(i + 1, len(tour)):
                after = tour[j + 1] if j + 1 < len(tour) else None
                before = far[tour[i - 1], tour[i]] + (far[tour[j], after] if after is not None else 0)
                now = far[tour[i - 1], tour[j]] + (far[tour[i], after] if after is not None else 0)
                if now < before - 1e-9:
                    tour[i : j + 1] = tour[i : j + 1][::-1]
                    better = True
    out_s = travel(home[None], points).duration_s[0]
    days = [tour[i : i + k] for i in range(0, len(tour), k)]
    return sum(out_s[d[0]] + far[d[:-1], d[1:]].sum() + out_s[d[-1]] for d in days)


@pytest.mark.parametrize("seed", range(20))
def test_the_estimate_is_near_real_day_tours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(40, 120)), int(rng.choice([5, 8, 12]))
    size_m = rng.choice([10_000.0, 40_000.0])
    points, home = rng.uniform(0, size_m, (n, 2)), rng.uniform(-size_m, 2 * size_m, 2)
    there, out = travel(points, points).duration_s, travel(home[None], points).duration_s
    estimated = drive_s_per_visit(DriveEstimate(visits_per_day=k), there, out, out.T).sum()
    driven = day_tours_s(points, home, k)
    assert 0.8 < estimated / driven < 1.25, f"seed {seed}: {estimated / driven:.2f} (n {n}, k {k})"


def test_by_hand() -> None:
    # home -600 s- a -60 s- b -60 s- c, nearest three of a: 60, 120 (only two others)
    there = np.array([[0, 60, 120], [60, 0, 60], [120, 60, 0]], np.int32)
    out = np.array([[600, 660, 720]], np.int32)
    np.testing.assert_allclose(hop_s(there), [90, 60, 90])
    found = drive_s_per_visit(DriveEstimate(visits_per_day=3, hop_factor=1.0), there, out, out.T)
    np.testing.assert_allclose(found, [[400 + 60, 440 + 40, 480 + 60]])


def test_a_far_unit_is_visited_on_a_trip_of_days() -> None:
    out = np.array([[10 * 3600]], np.int32)
    found = drive_s_per_visit(DriveEstimate(visits_per_day=8), np.zeros((1, 1), np.int32), out, out.T)
    assert found[0, 0] == 4 * 3600 / 8

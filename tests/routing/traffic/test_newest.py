import numpy as np
import pytest

from routing.traffic.newest import newest_counts
from routing.traffic.speed_change import SpeedChange


def plainly(rows):
    """Row by row: {arc: (factor, speed, closed)}."""
    found = {}
    for arc, factor, speed_kmh, closed in rows:
        if arc not in found or not found[arc][2]:
            found[arc] = (None, None, True) if closed else (factor, speed_kmh, False)
    return found


def rows_of(change):
    def number(value):
        return None if np.isnan(value) else float(value)

    columns = (change.arc, change.factor, change.speed_kmh, change.closed)
    return [(int(a), number(f), number(s), bool(c)) for a, f, s, c in zip(*columns, strict=True)]


@pytest.mark.parametrize("seed", range(100))
def test_equals_going_through_the_rows(seed):
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(int(rng.integers(0, 8))):
        arc = rng.permutation(20)[: int(rng.integers(0, 12))].astype(np.int32)
        kind = rng.integers(0, 4)
        if kind == 0:
            parts.append(SpeedChange.closure(arc))
        elif kind == 1:
            parts.append(SpeedChange.to_speed(arc, float(rng.uniform(1, 100))))
        else:
            parts.append(SpeedChange.by_factor(arc, float(rng.uniform(0.1, 2))))
    changes = SpeedChange.join(parts)
    found = rows_of(newest_counts(changes))
    expected = plainly(rows_of(changes))
    assert found == [(arc, *expected[arc]) for arc in sorted(expected)], seed


def test_the_same_message_twice_counts_once():
    arc = np.array([3], np.int32)
    once = SpeedChange.by_factor(arc, 0.5)
    assert rows_of(newest_counts(SpeedChange.join([once, once]))) == [(3, 0.5, None, False)]


def test_a_closed_street_stays_closed_whatever_comes_later():
    arc = np.array([3], np.int32)
    change = SpeedChange.join([SpeedChange.closure(arc), SpeedChange.to_speed(arc, 20.0)])
    assert rows_of(newest_counts(change)) == [(3, None, None, True)]

"""Applied changes against the same rules, row by row in plain Python."""

import math

import numpy as np
import pytest

from routing.network.road_network import CLOSED_MS
from routing.traffic.errors import InvalidSpeed
from routing.traffic.speed_change import SpeedChange, apply_change


def slowly_changed(duration_ms, length_dm, change: SpeedChange) -> list[int]:
    times = [math.inf if ms >= CLOSED_MS else float(ms) for ms in duration_ms.tolist()]
    for arc, factor, speed_kmh, closed in zip(
        change.arc.tolist(), change.factor.tolist(), change.speed_kmh.tolist(), change.closed.tolist(), strict=True
    ):
        if closed or times[arc] == math.inf:
            times[arc] = math.inf
        elif not math.isnan(speed_kmh):
            times[arc] = length_dm[arc] / 10 / 1000 / speed_kmh * 3_600_000
        else:
            times[arc] /= factor
    return [CLOSED_MS if ms == math.inf else min(max(round(ms), 1), CLOSED_MS - 1) for ms in times]


@pytest.mark.parametrize("seed", range(50))
def test_changes_come_out_as_row_by_row(seed):
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(1, 30)), int(rng.integers(0, 60))
    duration_ms = rng.choice([1, 7, 5000, 400_000, CLOSED_MS - 1, CLOSED_MS], m).astype(np.int32)
    length_dm = rng.integers(0, 90_000, m).astype(np.int32)
    kind = rng.integers(0, 3, k)
    change = SpeedChange(
        rng.integers(0, m, k).astype(np.int32),
        np.where(kind == 0, rng.uniform(0.01, 10, k), np.nan),
        np.where(kind == 1, rng.uniform(0.1, 300, k), np.nan),
        kind == 2,
    )
    found = apply_change(duration_ms, length_dm, change)
    assert found.dtype == np.int32 and not found.flags.writeable
    wanted = slowly_changed(duration_ms, length_dm, change)
    # Halves of a millisecond may round either way, as the order of operations differs.
    assert (np.abs(found.astype(np.int64) - wanted) <= 1).all(), (seed, found.tolist(), wanted)
    assert ((found == CLOSED_MS) == (np.array(wanted) == CLOSED_MS)).all()


def test_an_empty_change_leaves_every_time_alone():
    duration_ms = np.array([1, 20, CLOSED_MS - 1, CLOSED_MS], np.int32)
    found = apply_change(duration_ms, duration_ms, SpeedChange.join([]))
    assert found.tolist() == duration_ms.tolist()


def test_layers_compose_in_the_order_given():
    duration_ms, length_dm = np.full(3, 10_000, np.int32), np.full(3, 1000, np.int32)  # 100 m in 10 s
    arcs = np.arange(3, dtype=np.int32)
    peak = apply_change(duration_ms, length_dm, SpeedChange.by_factor(arcs, 0.5))
    live = SpeedChange.join(
        [
            SpeedChange.by_factor(arcs[:1], 0.5),
            SpeedChange.to_speed(arcs[1:2], 36.0),
            SpeedChange.closure(arcs[2:]),
        ]
    )
    assert apply_change(peak, length_dm, live).tolist() == [40_000, 10_000, CLOSED_MS]


@pytest.mark.parametrize(
    ("change", "row", "field"),
    [
        (lambda: SpeedChange.by_factor(np.array([0, 1], np.int32), np.array([1.0, 0.0])), 1, "factor"),
        (lambda: SpeedChange.by_factor(np.array([0], np.int32), math.inf), 0, "factor"),
        (lambda: SpeedChange.to_speed(np.array([0], np.int32), 301.0), 0, "speed_kmh"),
        (lambda: SpeedChange.to_speed(np.array([0], np.int32), -5.0), 0, "speed_kmh"),
        (lambda: SpeedChange(*_row(1.0, 50.0, False)), 0, "changes in the row"),
        (lambda: SpeedChange(*_row(math.nan, math.nan, False)), 0, "changes in the row"),
        (lambda: apply_change(_one(), _one(), SpeedChange.closure(np.array([0, 1], np.int32))), 1, "arc"),
        (lambda: apply_change(_one(), _one(), SpeedChange.closure(np.array([-1], np.int32))), 0, "arc"),
    ],
)
def test_what_cannot_be_names_row_and_field(change, row, field):
    with pytest.raises(InvalidSpeed) as caught:
        change()
    assert (caught.value.row, caught.value.field) == (row, field)
    assert caught.value.limit in str(caught.value)


def _one():
    return np.ones(1, np.int32)


def _row(factor, speed_kmh, closed):
    return np.zeros(1, np.int32), np.array([factor]), np.array([speed_kmh]), np.array([closed])

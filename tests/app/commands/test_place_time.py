"""Time zones of maps, and the day to plan."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from app.commands.place_time import day_to_plan, is_time_zone, time_zone_of
from app.storage.records import Rep


def network(*points):
    lon, lat = np.array(points).T
    return SimpleNamespace(lon_e7=(lon * 1e7).astype(np.int32), lat_e7=(lat * 1e7).astype(np.int32))


@pytest.mark.parametrize(
    ("points", "zone"),
    [
        ([(9.52, 47.14), (9.53, 47.16), (9.51, 47.12)], "Europe/Vaduz"),
        ([(-8.61, 41.15), (-8.62, 41.16)], "Europe/Lisbon"),
        ([(-21.9, 64.14), (-21.8, 64.1), (-18.1, 65.68)], "Atlantic/Reykjavik"),
    ],
)
def test_a_map_has_the_time_of_its_place(points, zone):
    assert time_zone_of(network(*points), "UTC") == zone
    assert is_time_zone(zone)
    assert not is_time_zone("Mars/Olympus")


def rep(end_h, time_zone="Europe/Lisbon", workdays=(0, 1, 2, 3, 4)):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    facts = {"code": "r", "name": "R", "home_lon": 0.0, "home_lat": 0.0, "shift_end_s": end_h * 3600}
    return Rep(id=1, created_at=now, updated_at=now, time_zone=time_zone, workdays=workdays, **facts)


MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("now", "reps", "day"),
    [
        (datetime(2026, 11, 16, 16, 59, tzinfo=UTC), [rep(17)], MONDAY),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), [rep(17)], TUESDAY),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), [rep(17), rep(18)], MONDAY),
        (datetime(2026, 11, 20, 20, 0, tzinfo=UTC), [rep(17)], date(2026, 11, 23)),
        (datetime(2026, 11, 21, 20, 0, tzinfo=UTC), [rep(17)], date(2026, 11, 23)),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), [rep(17), rep(18, workdays=(2,))], TUESDAY),
    ],
)
def test_where_every_shift_is_over_the_next_working_day_is_planned(now, reps, day):
    assert day_to_plan(now, "Europe/Lisbon", reps) == day

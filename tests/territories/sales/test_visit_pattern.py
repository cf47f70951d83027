import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territories.sales.call_frequency import NEVER, CallFrequencies, visit_demand
from territories.sales.todays_visits import AHEAD, OVERDUE, PLANNED, todays_visits
from territories.sales.visit_pattern import PatternInputInvalid, visit_pattern, workday_of

FREQUENCIES = CallFrequencies()


def a_territory(seed, count=125, shares=(0.15, 0.25, 0.4, 0.2)):
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 0.3, (6, 2))
    place = centres[random.integers(0, 6, count)] + random.normal(0, 0.02, (count, 2))
    class_index = random.choice(4, count, p=shares).astype(np.int32)
    return place[:, 0] - 8.6, place[:, 1] + 41.1, class_index


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=20),
    st.integers(1, 7),
    st.integers(1, 13),
    st.integers(0, 1000),
)
def test_every_unit_gets_its_visits(visits_per_period, workdays, period_weeks, start_week):
    """Counted day by day over whole cycles, and in every stretch as evenly as weeks allow."""
    count = len(visits_per_period)
    random = np.random.default_rng(count)
    own = np.array(visits_per_period)
    demand = visit_demand(CallFrequencies(period_weeks=period_weeks), np.zeros(count, dtype=np.int32), own)
    pattern = visit_pattern(random.uniform(0, 1, count), random.uniform(0, 1, count), demand, workdays)
    weeks = 60
    days = range(start_week * workdays, (start_week + weeks) * workdays)
    counted = np.sum([pattern.visited_on(day) for day in days], axis=0)
    wanted = np.minimum(own / period_weeks, workdays) * weeks
    rounding = weeks / 104 + 1  # rates are fractions with denominators up to 104
    assert (np.abs(counted - wanted) <= rounding).all(), (counted, wanted)


@pytest.mark.parametrize("seed", range(20))
def test_visits_of_one_unit_are_evenly_spaced(seed):
    lon, lat, class_index = a_territory(seed)
    pattern = visit_pattern(lon, lat, visit_demand(FREQUENCIES, class_index))
    on = np.stack([pattern.visited_on(day) for day in range(5 * 16)])
    for unit, unit_class in enumerate(class_index):
        gaps = set(np.diff(np.flatnonzero(on[:, unit])).tolist())
        assert gaps == {(5, 10, 20, 40)[unit_class]}, (seed, unit)


def test_twice_a_week_stands_on_two_days_apart():
    demand = visit_demand(FREQUENCIES, np.zeros(5, dtype=np.int32), np.full(5, 8.0))
    pattern = visit_pattern(np.arange(5.0), np.zeros(5), demand)
    on = np.stack([pattern.visited_on(day) for day in range(5)])
    assert (on.sum(axis=0) == 2).all()
    for unit in range(5):
        first, second = np.flatnonzero(on[:, unit])
        assert second - first in (2, 3)


@pytest.mark.parametrize("seed", range(20))
def test_days_are_balanced_and_compact(seed):
    lon, lat, class_index = a_territory(seed)
    demand = visit_demand(FREQUENCIES, class_index)
    pattern = visit_pattern(lon, lat, demand)
    points = np.stack([lon * np.cos(np.radians(41.1)), lat], axis=1) * 111.195
    whole = np.sqrt(points.var(axis=0).sum())
    loads, spreads = [], []
    for day in range(40):
        on = pattern.visited_on(day)
        loads.append(demand.service_s[on].sum() / 3600)
        spreads.append(np.sqrt(points[on].var(axis=0).sum()))
    assert max(loads) - min(loads) <= 2.0, (seed, loads)
    assert np.mean(spreads) < 0.6 * whole, (seed, np.mean(spreads), whole)


def test_same_input_same_pattern():
    lon, lat, class_index = a_territory(7)
    first, second = (visit_pattern(lon, lat, visit_demand(FREQUENCIES, class_index)) for _ in range(2))
    assert first.weekday.tolist() == second.weekday.tolist() and first.phase.tolist() == second.phase.tolist()


def test_no_units_and_units_without_visits():
    empty = visit_demand(FREQUENCIES, np.zeros(0, dtype=np.int32))
    assert visit_pattern(np.zeros(0), np.zeros(0), empty).visited_on(3).shape == (0,)
    none = visit_demand(FREQUENCIES, np.zeros(3, dtype=np.int32), np.zeros(3))
    pattern = visit_pattern(np.zeros(3), np.zeros(3), none)
    assert not any(pattern.visited_on(day).any() for day in range(40))


def test_workday_of():
    import datetime

    monday = datetime.date(2026, 6, 1).toordinal()
    assert [workday_of(monday + i) is None for i in range(7)] == [False] * 5 + [True] * 2
    days = [workday_of(monday + i) for i in range(12)]
    days = [day for day in days if day is not None]
    assert days == list(range(days[0], days[0] + 10)) and days[0] % 5 == 0


@pytest.mark.parametrize("seed", range(20))
def test_closed_units_join_the_nearest_area_with_an_open_day(seed):
    random = np.random.default_rng(seed)
    lon, lat, class_index = a_territory(seed, count=60)
    demand = visit_demand(FREQUENCIES, class_index)
    before = visit_pattern(lon, lat, demand).weekday
    open_days = random.random((60, 5)) < 0.7
    open_days[0] = False
    after = visit_pattern(lon, lat, demand, open_days=open_days).weekday
    for unit in range(60):
        if open_days[unit, before[unit]] or not open_days[unit].any():
            assert after[unit] == before[unit]
            continue
        away = np.hypot((lon - lon[unit]) * np.cos(np.radians(lat.mean())), lat - lat[unit])
        nearest = min((away[other], before[other]) for other in range(60) if open_days[unit, before[other]])
        assert after[unit] == nearest[1], (seed, unit)


def test_pattern_input_is_checked():
    demand = visit_demand(FREQUENCIES, np.zeros(2, dtype=np.int32))
    with pytest.raises(PatternInputInvalid, match="workdays_per_week is 8, but must be from 1 to 7"):
        visit_pattern(np.zeros(2), np.zeros(2), demand, 8)
    with pytest.raises(PatternInputInvalid, match="number of lon"):
        visit_pattern(np.zeros(3), np.zeros(3), demand)
    with pytest.raises(PatternInputInvalid, match=r"open_days is \(2, 7\), but must be \(2, 5\)"):
        visit_pattern(np.zeros(2), np.zeros(2), demand, open_days=np.ones((2, 7), dtype=bool))


# --- the day's candidates


def plain_candidates(demand, pattern, last, today, workday, horizon):
    """Candidates by plain Python: unit -> origin."""
    found = {}
    on, area = pattern.visited_on(workday), pattern.area_of(workday)
    for unit, interval in enumerate(demand.interval_days.tolist()):
        never = last[unit] == NEVER
        of_class = FREQUENCIES.classes[demand.class_index[unit]]
        if not np.isfinite(interval) or (not never and today - int(last[unit]) < 0.5 * interval):
            continue
        due = today if never else int(last[unit]) + max(1, round(interval))
        must = not never and (today - due) / interval > of_class.mandatory_after
        if on[unit]:
            found[unit] = PLANNED
        elif not never and (must or (area[unit] and due < today)):
            found[unit] = OVERDUE
        elif not never and area[unit] and due <= today + horizon:
            found[unit] = AHEAD
    return found


@pytest.mark.parametrize("seed", range(60))
def test_candidates_equal_plain_python(seed):
    random = np.random.default_rng(seed)
    lon, lat, class_index = a_territory(seed, count=60)
    demand = visit_demand(FREQUENCIES, class_index)
    pattern = visit_pattern(lon, lat, demand)
    today = 739_000 + seed
    last = np.where(random.random(60) < 0.3, NEVER, today - random.integers(0, 90, 60)).astype(np.int32)
    got = todays_visits(FREQUENCIES, demand, pattern, last, today=today, workday=seed, most_candidates=1000)
    assert dict(zip(got.unit.tolist(), got.origin.tolist(), strict=True)) == plain_candidates(
        demand, pattern, last, today, seed, 7
    ), seed
    keys = list(zip(~got.mandatory, got.origin, -got.priority, got.due_day, got.unit, strict=True))
    assert keys == sorted(keys)
    few = todays_visits(FREQUENCIES, demand, pattern, last, today=today, workday=seed, most_candidates=5)
    assert len(few) == min(len(got), max(5, got.mandatory.sum()))
    assert few.unit.tolist() == got.unit.tolist()[: len(few)]


def test_a_rep_who_keeps_to_the_pattern_has_nothing_overdue():
    """Twelve weeks, everything planned is visited: after the first round only planned visits stay over from a day."""
    lon, lat, class_index = a_territory(1)
    demand = visit_demand(FREQUENCIES, class_index)
    pattern = visit_pattern(lon, lat, demand)
    last = np.full(len(lon), NEVER, dtype=np.int32)
    monday = 739_000 - (739_000 - 1) % 7
    for day in range(monday, monday + 7 * 12):
        workday = workday_of(day)
        if workday is None:
            continue
        got = todays_visits(FREQUENCIES, demand, pattern, last, today=day, workday=workday, horizon_days=0)
        assert (got.origin == PLANNED).all()
        assert not got.mandatory.any()
        last[got.unit] = day
    assert (last != NEVER).all()


def test_a_neglected_weekly_account_is_mandatory_on_any_day_but_far_small_ones_wait():
    lon, lat, class_index = a_territory(2)
    demand = visit_demand(FREQUENCIES, class_index)
    pattern = visit_pattern(lon, lat, demand)
    workday, today = 10, 739_001
    weekly = int(np.flatnonzero((class_index == 0) & ~pattern.area_of(workday))[0])
    small = int(np.flatnonzero((class_index == 3) & ~pattern.area_of(workday))[0])
    last = np.full(len(lon), NEVER, dtype=np.int32)
    last[[weekly, small]] = today - 300
    got = todays_visits(FREQUENCIES, demand, pattern, last, today=today, workday=workday)
    assert got.unit[0] == weekly and got.mandatory[0]
    assert small not in got.unit

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.sales.call_frequency import (
    NEVER,
    CallFrequencies,
    CallFrequencyInvalid,
    ClassFrequency,
    due_visits,
    visit_demand,
)

TODAY = 1000
FREQUENCIES = CallFrequencies()
last_days = st.none() | st.integers(TODAY - 400, TODAY)


def as_last(days):
    return np.array([NEVER if d is None else d for d in days], dtype=np.int32)


def plain_due(units, horizon_days):
    """Due visits by plain Python: (unit, due_day, overdue, priority, mandatory), most pressing first."""
    rows = []
    for unit, (class_index, last) in enumerate(units):
        of_class = FREQUENCIES.classes[class_index]
        interval = FREQUENCIES.period_weeks * 7 / of_class.visits_per_period
        due = TODAY if last is None else last + max(1, round(interval))
        if due > TODAY + horizon_days:
            continue
        late = (TODAY - due) / interval
        priority = max(1, round(of_class.base_priority * (1 + min(max(late, -0.5), FREQUENCIES.most_overdue))))
        mandatory = last is not None and late > of_class.mandatory_after
        rows.append((unit, due, TODAY - due, priority, mandatory))
    return sorted(rows, key=lambda r: (not r[4], -r[3], r[1], r[0]))


@given(st.lists(st.tuples(st.integers(0, 3), last_days), max_size=25), st.integers(0, 20))
def test_due_visits_equal_plain_python(units, horizon_days):
    demand = visit_demand(FREQUENCIES, np.array([c for c, _ in units], dtype=np.int32))
    due = due_visits(FREQUENCIES, demand, as_last([d for _, d in units]), TODAY, horizon_days)
    columns = (due.unit, due.due_day, due.overdue_days, due.priority, due.mandatory)
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == plain_due(units, horizon_days), units


@given(st.integers(0, 3), st.integers(1, 300), st.integers(1, 60))
def test_priority_never_falls_with_waiting(class_index, age, more):
    demand = visit_demand(FREQUENCIES, np.array([class_index] * 2, dtype=np.int32))
    due = due_visits(FREQUENCIES, demand, as_last([TODAY - age, TODAY - age - more]), TODAY, horizon_days=400)
    by_unit = dict(zip(due.unit.tolist(), due.priority.tolist(), strict=True))
    assert by_unit[1] >= by_unit[0]


def test_equally_late_in_intervals_the_better_class_comes_first():
    demand = visit_demand(FREQUENCIES, np.array([3, 2, 1, 0], dtype=np.int32))
    due = due_visits(FREQUENCIES, demand, as_last([TODAY - 56, TODAY - 28, TODAY - 14, TODAY - 7]), TODAY)
    assert due.unit.tolist() == [3, 2, 1, 0]
    assert due.priority.tolist() == [40, 25, 15, 10]
    assert not due.mandatory.any()


def test_a_weekly_account_three_weeks_late_is_mandatory():
    demand = visit_demand(FREQUENCIES, np.array([0, 2], dtype=np.int32))
    due = due_visits(FREQUENCIES, demand, as_last([TODAY - 28, TODAY - 200]), TODAY)
    assert due.mandatory.tolist() == [True, False]
    assert due.priority.tolist() == [120, 45]


def test_own_visits_and_service_win_over_the_class():
    own = np.array([np.nan, 8.0, 0.0])
    demand = visit_demand(FREQUENCIES, np.zeros(3, dtype=np.int32), own, np.array([600, np.nan, np.nan]))
    assert demand.visits_per_period.tolist() == [4, 8, 0]
    assert demand.service_s.tolist() == [600, 2700, 2700]
    assert demand.interval_days.tolist() == [7, 3.5, math.inf]
    due = due_visits(FREQUENCIES, demand, as_last([None] * 3), TODAY)
    assert due.unit.tolist() == [0, 1], "a unit that wants no visits is never due"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ClassFrequency("A", -1, 60, 1), "of A: visits_per_period is -1, but must be from 0 to 1000"),
        (lambda: ClassFrequency("A", 1, 0, 1), "service_s is 0"),
        (lambda: ClassFrequency("A", 1, 60, 0), "base_priority is 0"),
        (lambda: ClassFrequency("A", 1, 60, 1, float("nan")), "mandatory_after is nan"),
        (lambda: CallFrequencies(()), "at least one class"),
        (lambda: CallFrequencies(period_weeks=0), "period_weeks is 0"),
        (lambda: visit_demand(FREQUENCIES, np.array([0, 4], dtype=np.int32)), "class_index is 4, but must be from 0"),
        (lambda: visit_demand(FREQUENCIES, np.zeros(1, np.int32), np.array([-1.0])), "unit 0: visits_per_period is -1"),
        (lambda: visit_demand(FREQUENCIES, np.zeros(1, np.int32), np.array([np.inf])), "visits_per_period is inf"),
    ],
)
def test_what_cannot_be_is_named(make, words):
    with pytest.raises(CallFrequencyInvalid, match=words):
        make()

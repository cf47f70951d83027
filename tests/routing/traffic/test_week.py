import numpy as np
import pytest

from routing.traffic.week import DAY_S, WEEK_S, Period, Week, make_week

WORKDAYS = {"workday": [0, 1, 2, 3, 4], "saturday": [5], "sunday": [6]}
DAYS = {
    "workday": {"night": [22 * 3600], "morning": [7 * 3600], "midday": [9 * 3600]},
    "saturday": {"all day": [0]},
    "sunday": {"morning": [6 * 3600], "rest": [0, 12 * 3600]},
}


def names(week: Week, day: int, hour: float) -> tuple[str, str]:
    return tuple(week.periods[week.period_at(round(day * DAY_S + hour * 3600))])


def test_every_hour_has_the_period_of_its_day():
    week = make_week(WORKDAYS, DAYS)
    assert names(week, 0, 3) == ("workday", "night"), "what begins last holds in the early hours"
    assert names(week, 0, 6.999) == ("workday", "night")
    assert names(week, 0, 7) == ("workday", "morning")
    assert names(week, 3, 9) == ("workday", "midday")
    assert names(week, 4, 23.99) == ("workday", "night")
    assert names(week, 5, 0) == ("saturday", "all day"), "friday night ends with friday"
    assert names(week, 6, 5) == names(week, 6, 13) == ("sunday", "rest")
    assert names(week, 6, 11) == ("sunday", "morning")
    assert names(week, 7, 3) == ("workday", "night"), "the next week is the same"
    assert names(week, -1, 11) == ("sunday", "morning")
    assert week.periods.count(Period("workday", "night")) == 1


@pytest.mark.parametrize("seed", range(20))
def test_an_unrolled_week_says_the_same_as_asking_second_by_second(seed):
    rng = np.random.default_rng(seed)
    week = make_week(WORKDAYS, DAYS)
    begin_s = int(rng.integers(0, 2 * WEEK_S))
    end_s = begin_s + int(rng.integers(0, 9 * DAY_S))
    line = week.unrolled(begin_s, end_s)
    assert line.begin_s[0] <= begin_s and line.begin_s[-1] <= end_s
    assert (np.diff(line.period) != 0).all(), "equal neighbours are one span"
    for time_s in [begin_s, end_s, *rng.integers(begin_s, end_s + 1, 200).tolist()]:
        assert line.period[line.at(time_s)] == week.period_at(time_s), (seed, time_s)


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ({"workday": [0, 1, 2, 3, 4], "saturday": [5]}, DAYS),
        ({**WORKDAYS, "sunday": [5, 6]}, DAYS),
        (WORKDAYS, {**DAYS, "sunday": {}}),
        (WORKDAYS, {**DAYS, "sunday": {"a": [0], "b": [0]}}),
        (WORKDAYS, {**DAYS, "sunday": {"a": [DAY_S]}}),
    ],
)
def test_a_week_with_gaps_or_overlaps_is_refused(weekdays, days):
    with pytest.raises(ValueError, match=r"class|periods"):
        make_week(weekdays, days)

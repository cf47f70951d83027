"""Visits spread over days, so that each day's visits lie near each other.

A rep's units are cut into one compact area per weekday with the same weekly workload. Within a weekday's area, the
units that are not visited every week are cut again by week, halves before quarters, so that the fortnightly units of a
week lie where its four-weekly units lie:

    Monday's area                 week 0        week 1        week 2        week 3
    +----+----++----+----+        A everywhere  A everywhere  A everywhere  A everywhere
    | w0 | w2 || w1 | w3 |        B left half   B right half  B left half   B right half
    +----+----++----+----+        C in w0       C in w1       C in w2       C in w3

A workday is a whole number: week × workdays per week + weekday, weeks counted without end. So a pattern has no end
either, and nothing jumps at the turn of a period.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, frozen
from territories.sales.call_frequency import VisitDemand
from territories.sales.compact_parts import compact_parts, local_metres

MOST_CYCLE_WEEKS = 104
"""Rates are rounded to fractions with at most this denominator."""


class PatternInputInvalid(ValueError):
    """Input that no visiting pattern follows from. Names the field and the limit."""

    def __init__(self, field_name: str, value: object, limit: str) -> None:
        super().__init__(f"{field_name} is {value!r}, but must be {limit}")
        self.field_name = field_name
        self.value = value
        self.limit = limit


@dataclass(frozen=True, slots=True)
class VisitPattern:
    """On which workdays n units are visited; read-only columns.

    Before week w a unit has had floor((w × visits + phase) / weeks) visits, so it is visited in week w whenever that
    count rises: whole numbers, no drift. Several visits in one week are spread over its weekdays.
    """

    weekday: Int32Array
    """(n) 0 to workdays_per_week - 1: the unit's area."""
    visits: Int64Array
    """(n) per `weeks`; 0: never visited."""
    weeks: Int64Array
    """(n) cycle of the unit, at least 1."""
    phase: Int64Array
    """(n) 0 to weeks - 1."""
    workdays_per_week: int

    def __post_init__(self) -> None:
        for name in ("weekday", "visits", "weeks", "phase"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def visited_on(self, workday: int) -> BoolArray:
        """(n) whether each unit is visited on `workday`."""
        week, weekday = divmod(workday, self.workdays_per_week)
        before = (week * self.visits + self.phase) // self.weeks
        this_week = ((week + 1) * self.visits + self.phase) // self.weeks - before
        steps = (weekday - self.weekday) % self.workdays_per_week  # weekdays after the unit's own, around the week
        days = np.minimum(this_week, self.workdays_per_week)
        # The visits of one week stand on the steps ceil(j * W / days), j = 0, 1, …
        ordinal = steps * days // self.workdays_per_week
        standing = -(-ordinal * self.workdays_per_week // np.maximum(days, 1))
        result: BoolArray = (days > 0) & (standing == steps)
        return result

    def area_of(self, workday: int) -> BoolArray:
        """(n) whether each unit lies in the area of that weekday."""
        result: BoolArray = self.weekday == workday % self.workdays_per_week
        return result


def workday_of(day: int, workdays_per_week: int = 5) -> int | None:
    """Workday of a day counted as ``date.toordinal()`` does (day 1 is a Monday); None on a day off."""
    week, weekday = divmod(day - 1, 7)
    return week * workdays_per_week + weekday if weekday < workdays_per_week else None


def visit_pattern(
    lon: Float64Array,
    lat: Float64Array,
    demand: VisitDemand,
    workdays_per_week: int = 5,
    open_days: BoolArray | None = None,
) -> VisitPattern:
    """Weekday and weeks of each of one rep's n units; (n) lon and lat in degrees. Deterministic.

    `open_days` is (n, workdays_per_week): a unit that is closed on its area's weekday joins the nearest area with a day
    on which it is open. Visits above one per workday are cut to one per workday. Raises PatternInputInvalid.
    """
    _check(lon, lat, demand, workdays_per_week, open_days)
    rates = [_weekly_rate(v, demand.period_weeks, workdays_per_week) for v in demand.visits_per_period]
    visits = np.array([rate.numerator for rate in rates], dtype=np.int64)
    weeks = np.array([rate.denominator for rate in rates], dtype=np.int64)
    load = demand.service_s * visits / weeks
    points = local_metres(lon, lat)
    weekday = np.zeros(len(rates), dtype=np.int32)
    phase = np.zeros(len(rates), dtype=np.int64)
    wanted = np.flatnonzero(visits > 0)
    weekday[wanted] = compact_parts(points[wanted], load[wanted], workdays_per_week)
    if open_days is not None:
        weekday[wanted] = _moved_to_open_days(points[wanted], weekday[wanted], open_days[wanted])
    for day in range(workdays_per_week):
        members = wanted[weekday[wanted] == day]
        phase[members] = _week_phases(points[members], load[members], visits[members], weeks[members])
    return VisitPattern(weekday, visits, weeks, phase, workdays_per_week)


def _check(
    lon: Float64Array, lat: Float64Array, demand: VisitDemand, workdays_per_week: int, open_days: BoolArray | None
) -> None:
    if not 1 <= workdays_per_week <= 7:
        raise PatternInputInvalid("workdays_per_week", workdays_per_week, "from 1 to 7")
    count = len(demand.visits_per_period)
    if not lon.shape == lat.shape == (count,):
        raise PatternInputInvalid("the number of lon and lat", (lon.shape, lat.shape), f"({count},)")
    if open_days is not None and open_days.shape != (count, workdays_per_week):
        raise PatternInputInvalid("the shape of open_days", open_days.shape, f"({count}, {workdays_per_week})")


def _moved_to_open_days(points: Float64Array, weekday: Int32Array, open_days: BoolArray) -> Int32Array:
    """Weekdays with closed units moved to the area whose nearest unit is nearest; a unit that never opens stays."""
    moved = weekday.copy()
    everyone = np.arange(len(weekday))
    for unit in np.flatnonzero(~open_days[everyone, weekday]):
        away = np.hypot(*(points - points[unit]).T)
        possible = np.flatnonzero(open_days[unit])
        nearest = [float(away[weekday == day].min(initial=np.inf)) for day in possible]
        if possible.size:
            moved[unit] = possible[int(np.argmin(nearest))]
    return moved


def _weekly_rate(visits_per_period: float, period_weeks: int, workdays_per_week: int) -> Fraction:
    rate = (Fraction(float(visits_per_period)) / period_weeks).limit_denominator(MOST_CYCLE_WEEKS)
    return min(rate, Fraction(workdays_per_week))


def _week_phases(points: Float64Array, load: Float64Array, visits: Int64Array, weeks: Int64Array) -> Int64Array:
    """Phase of each unit of one weekday's area: split by the prime factors of the longest cycle, small ones first.

    After the split into m kinds of weeks, a unit whose cycle divides m is settled and the others are split on. The
    first visit then falls into week (kind mod weeks).
    """
    kind = np.zeros(len(points), dtype=np.int64)
    groups = [np.arange(len(points))]
    modulus = 1
    for prime in _prime_factors(_cycle(weeks)):
        split = []
        for group in groups:
            open_units = group[modulus % weeks[group] != 0]
            part = compact_parts(points[open_units], load[open_units], prime)
            kind[open_units] += modulus * part
            split += [open_units[part == p] for p in range(prime)]
        groups = split
        modulus *= prime
    return _phase_of_first_week(kind, visits, weeks)


def _cycle(weeks: Int64Array) -> int:
    """Smallest number of weeks after which all repeat; the longest cycle alone where that would be too long."""
    common = lcm(*(int(w) for w in np.unique(weeks)))
    return common if common <= MOST_CYCLE_WEEKS else int(weeks.max())


def _prime_factors(number: int) -> list[int]:
    factors, divisor = [], 2
    while number > 1:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


def _phase_of_first_week(kind: Int64Array, visits: Int64Array, weeks: Int64Array) -> Int64Array:
    """The phase with which a visit falls into week `kind` mod `weeks`: there the count gets whole."""
    return (weeks - (kind % weeks + 1) * visits) % weeks

"""A week divided into periods: which speeds hold at which time of which day.

    monday 0:00        6:00        9:00              16:00   19:00     22:00        saturday 0:00
       | night (workday) | morning  |  midday          | evening peak | evening | night   | night (saturday) …
       begin_s[0] = 0     begin_s[1]                                    (same period again)

A period belongs to a class of weekdays, so "night" of workdays and "night" of saturdays are two. Times are those of the
clock on the wall; on the two nights a year when clocks change they are an hour off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen

DAY_S = 86_400
WEEK_S = 7 * DAY_S
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Period(NamedTuple):
    """What one set of speeds is called."""

    weekdays: str
    """The class of weekdays, say workday."""
    name: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """k spans of time one after the other, each of one period; the first reaches back, the last on for ever."""

    begin_s: Int64Array
    """(k) int64, ascending."""
    period: Int32Array
    """(k) index of a period."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "begin_s", frozen(self.begin_s, np.int64))
        object.__setattr__(self, "period", frozen(self.period, np.int32))
        if self.begin_s.shape != self.period.shape or self.begin_s.ndim != 1 or not self.begin_s.size:
            raise ValueError("begin_s and period must be one-dimensional, of one length and not empty")
        if (np.diff(self.begin_s) <= 0).any():
            raise ValueError("begin_s must ascend")

    def at(self, time_s: int) -> int:
        """The span that `time_s` lies in; a border belongs to the span that begins there."""
        return max(0, int(np.searchsorted(self.begin_s, time_s, side="right")) - 1)


@dataclass(frozen=True, slots=True)
class Week:
    """p periods, and when they hold: spans from monday 0:00 on, again every week."""

    periods: tuple[Period, ...]
    spans: Timeline
    """Of one week; the first begins at 0."""

    def __post_init__(self) -> None:
        begin_s, period = self.spans.begin_s, self.spans.period
        if begin_s[0] != 0 or begin_s[-1] >= WEEK_S:
            raise ValueError(f"the spans of a week begin at 0 and all before {WEEK_S} s")
        if period.min() < 0 or period.max() >= len(self.periods):
            raise ValueError(f"a span names a period beyond the {len(self.periods)} there are")

    def period_at(self, week_s: int) -> int:
        """The period that holds `week_s` seconds after a monday 0:00, in any week."""
        return int(self.spans.period[self.spans.at(week_s % WEEK_S)])

    def unrolled(self, begin_s: int, end_s: int) -> Timeline:
        """The spans that touch begin_s <= time <= end_s, on the axis of seconds since a monday 0:00."""
        weeks = range(begin_s // WEEK_S, end_s // WEEK_S + 1)
        begins = np.concatenate([self.spans.begin_s + week * WEEK_S for week in weeks])
        period = np.tile(self.spans.period, len(weeks))
        first = int(np.searchsorted(begins, begin_s, side="right")) - 1
        last = int(np.searchsorted(begins, end_s, side="right"))
        begins, period = begins[first:last], period[first:last]
        changes = np.concatenate([[True], np.diff(period) != 0])
        return Timeline(begins[changes], period[changes])


def make_week(weekdays: Mapping[str, Sequence[int]], days: Mapping[str, Mapping[str, Sequence[int]]]) -> Week:
    """The week in which each class of weekdays has days of its own.

    weekdays: class -> its days, monday = 0; every day is in exactly one. days: class -> name of a period -> when it
    begins, in seconds after midnight, once or several times a day; it lasts until the next one begins, past midnight
    too: what begins last also holds in the early hours.
    """
    if sorted(day for own in weekdays.values() for day in own) != list(range(7)):
        raise ValueError("every weekday must be in exactly one class")
    periods: dict[Period, int] = {}
    spans: list[tuple[int, int]] = []
    class_of_day = {day: name for name, own in weekdays.items() for day in own}
    for name in weekdays:
        for period in days[name]:
            periods[Period(name, period)] = len(periods)
    for day in range(7):
        own = class_of_day[day]
        begins = sorted((at_s, Period(own, name)) for name, times in days[own].items() for at_s in times)
        if not begins or begins[0][0] < 0 or begins[-1][0] >= DAY_S or len({at_s for at_s, _ in begins}) < len(begins):
            raise ValueError(f"the periods of {own} must begin at different times from 0 to {DAY_S - 1} s")
        if begins[0][0] > 0:
            spans.append((day * DAY_S, periods[begins[-1][1]]))
        spans += [(day * DAY_S + at_s, periods[period]) for at_s, period in begins]
    begin_s, period_of = np.array(spans, np.int64).T
    return Week(tuple(periods), Timeline(begin_s, period_of.astype(np.int32)))

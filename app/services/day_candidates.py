"""Which of a rep's accounts are candidates on a date."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.services.sales_settings import SalesSettings
from app.services.score_accounts import demand_of
from app.storage.records import AccountColumns, Rep
from routing.arrays import BoolArray, Int32Array
from territories.sales.call_frequency import NEVER, CallFrequencies, VisitDemand
from territories.sales.todays_visits import todays_visits
from territories.sales.visit_pattern import visit_pattern, workday_of


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate visits of one rep's day; `account` are rows of the account columns."""

    account: Int32Array
    priority: Int32Array
    mandatory: BoolArray
    service_s: Int32Array

    def __len__(self) -> int:
        return int(self.account.size)


class CandidateFinder:
    """Finds the candidates of every rep for one date; what is common to all is made once."""

    def __init__(self, accounts: AccountColumns, settings: SalesSettings, day: date, most_candidates: int) -> None:
        self._accounts = accounts
        self._frequencies: CallFrequencies = settings.frequencies()
        self._demand: VisitDemand = demand_of(accounts, settings)
        self._last_visit = np.array([NEVER if d is None else d.toordinal() for d in accounts.last_visit_on], np.int32)
        self._day = day
        self._most = most_candidates

    def of_rep(self, rep: Rep, units: Int32Array) -> Candidates:
        """Candidates among the rep's accounts `units`; none on a day off."""
        days_per_week = max(rep.workdays, default=4) + 1
        workday = workday_of(self._day.toordinal(), days_per_week)
        if workday is None or self._day.weekday() not in rep.workdays or not units.size:
            none: Int32Array = np.zeros(0, np.int32)
            return Candidates(none, none, np.zeros(0, np.bool_), none)
        demand = self._demand.take(units)
        lon, lat = self._accounts.lon[units], self._accounts.lat[units]
        pattern = visit_pattern(lon, lat, demand, days_per_week, open_days=self._open_days(units, days_per_week))
        found = todays_visits(
            self._frequencies,
            demand,
            pattern,
            self._last_visit[units],
            self._day.toordinal(),
            workday,
            most_candidates=self._most,
        )
        return Candidates(units[found.unit], found.priority, found.mandatory, demand.service_s[found.unit])

    def _open_days(self, units: Int32Array, days_per_week: int) -> BoolArray:
        """(n, days) on which weekdays each unit is open; without known hours, on all."""
        weeks = [self._accounts.windows[unit] for unit in units]
        return np.array([[week is None or bool(week[day]) for day in range(days_per_week)] for week in weeks], np.bool_)

"""How one day is driven: at the same times all day, or by the hour."""

from dataclasses import dataclass
from datetime import date

from app.services.company import Company
from app.services.local_time import instant
from app.services.times_of_day import Engine, TimesOfDay
from routing.engine.errors import NoRoute
from routing.engine.routing_engine import RoutingEngine
from routing.engine.travel_matrix import Route, TravelMatrix
from routing.network.snaps import Snaps
from routing.traffic.time_of_day_engine import Later
from routing.traffic.timed_matrix import TimedMatrix
from routing.traffic.week import DAY_S


@dataclass(frozen=True, slots=True)
class DayTravel:
    """Driving on a date; times are seconds after its midnight. `by_hour` None: at the same times all day."""

    all_day: RoutingEngine
    by_hour: Engine | None
    midnight_s: int
    """Of the date, after monday 0:00."""
    later: Later[RoutingEngine] = ()
    """By which engine from when on, as live speeds end on the date."""

    @staticmethod
    def of(company: Company, times: TimesOfDay, day: date) -> "DayTravel":
        """By the hour where the settings name speeds by time of day."""
        by_hour = None if times.profile is None else times.engine(company)
        midnight_s, begin = day.weekday() * DAY_S, instant(day, 0, company.organisation.time_zone)
        later = () if by_hour is None else times.later(company, begin, midnight_s)
        return DayTravel(company.map.engine, by_hour, midnight_s, later)

    def between(self, places: Snaps, begin_s: int, end_s: int) -> TravelMatrix | TimedMatrix:
        """Times between all places from begin_s to end_s. Raises MatrixTooLarge."""
        if self.by_hour is None:
            return self.all_day.matrix(places, places)
        begin_s, end_s = self.midnight_s + begin_s, self.midnight_s + end_s
        timed = self.by_hour.timed_matrix(places, places, begin_s, end_s, later=self.later)
        return timed.moved(-self.midnight_s)

    def route(self, leg: Snaps, leave_s: int) -> Route:
        """The way of one leg that begins at leave_s, or once its roads are open. Raises NoRoute."""
        if self.by_hour is None:
            return self.all_day.route_through(leg)[0]
        begin_s = self.midnight_s + leave_s
        for _, state, period in self.by_hour.spans(begin_s, begin_s + DAY_S, self.later):
            try:
                return self.by_hour.in_state(state, self.later).engine(period).route_through(leg)[0]
            except NoRoute:
                continue
        raise NoRoute(0, 1)

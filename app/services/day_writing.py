"""A planned route as the document the phone gets and the rows that are stored."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import numpy as np

from app.services.day_document import (
    DayDocument,
    DayTotals,
    Interval,
    Outcome,
    Place,
    RepOfDay,
    StopOfDay,
    UnplannedVisit,
)
from app.services.day_problem import DayProblem
from app.services.day_travel import DayTravel
from app.services.local_time import clock_text, instant
from app.services.polyline import encode_polyline, simplify_line
from app.storage.records import Account, DayFacts, PlannedStop, Rep
from routing.network.snaps import Snaps
from routing.visits.plan import DayRoute, Plan
from routing.visits.reasons import REASONS
from routing.visits.schedule import Leg, legs_of


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One rep's solved day with all it is written from."""

    rep: Rep
    day: date
    case: DayProblem
    plan: Plan
    account_of_visit: tuple[Account, ...]
    closed: tuple[Account, ...]
    home: Snaps
    places: Snaps
    """Where the visits are, in the order of the problem."""

    @property
    def route(self) -> DayRoute:
        return self.plan.routes[0]


def day_document(
    planned: PlannedDay, geometry: str, version: int, planned_at: datetime, outcomes: list[Outcome]
) -> DayDocument:
    """Everything the phone needs, offline too; `geometry` is its `route_line`."""
    rep, route = planned.rep, planned.route
    home = Place(rep.home_lon, rep.home_lat, rep.home_address or "Home")
    return DayDocument(
        rep=RepOfDay(rep.id, rep.code, rep.name),
        date=planned.day,
        time_zone=rep.time_zone,
        version=version,
        planned_at=planned_at,
        shift=Interval(_at(planned, rep.shift_begin_s), _at(planned, rep.shift_end_s)),
        lunch=_lunch(planned),
        start=home,
        end=home,
        totals=_totals(planned),
        stops=[_stop(planned, index, leg) for index, leg in enumerate(legs_of(planned.case.problem, route)[:-1])],
        geometry=geometry,
        unplanned=unplanned_visits(planned),
        outcomes=outcomes,
    )


def day_facts(planned: PlannedDay, document: DayDocument) -> DayFacts:
    """The rows of the day."""
    stops = tuple(
        PlannedStop(
            sequence=stop.sequence,
            account_id=stop.account_id,
            arrive_at=stop.arrive_at,
            begin_at=stop.begin_at,
            leave_at=stop.leave_at,
            window=", ".join(f"{begin}–{end}" for begin, end in stop.windows),
        )
        for stop in document.stops
    )
    return DayFacts(
        rep_id=planned.rep.id,
        local_date=planned.day,
        document=msgspec.json.encode(document),
        drive_s=planned.route.drive_s,
        distance_m=planned.route.distance_m,
        stops=stops,
    )


def unplanned_visits(planned: PlannedDay) -> list[UnplannedVisit]:
    """Visits that were due and are not in the route, with the reason."""
    left = [
        _unplanned(planned.account_of_visit[one.visit], one.reason, REASONS[one.reason])
        for one in planned.plan.unplanned
    ]
    return left + [_unplanned(account, "closed", "closed on this day") for account in planned.closed]


def _unplanned(account: Account, reason: str, detail: str) -> UnplannedVisit:
    return UnplannedVisit(account.id, account.code, account.name, reason, detail)


def _at(planned: PlannedDay, clock_s: int) -> datetime:
    return instant(planned.day, clock_s, planned.rep.time_zone)


def _lunch(planned: PlannedDay) -> Interval | None:
    begin_s = planned.route.break_begin_s
    if begin_s is None:
        return None
    return Interval(_at(planned, begin_s), _at(planned, begin_s + planned.rep.break_s))


def _totals(planned: PlannedDay) -> DayTotals:
    route = planned.route
    drives = bool(route.stops)
    return DayTotals(
        stops=len(route.stops),
        drive_s=route.drive_s,
        distance_m=route.distance_m,
        service_s=route.service_s,
        waiting_s=route.wait_s,
        depart_at=_at(planned, route.depart_s) if drives else None,
        return_at=_at(planned, route.return_s) if drives else None,
    )


def _stop(planned: PlannedDay, index: int, leg: Leg) -> StopOfDay:
    stop = planned.route.stops[index]
    account = planned.account_of_visit[stop.visit]
    week = account.windows
    windows = (
        [] if week is None else [(clock_text(begin), clock_text(end)) for begin, end in week[planned.day.weekday()]]
    )
    return StopOfDay(
        sequence=index + 1,
        account_id=account.id,
        code=account.code,
        name=account.name,
        category=account.category,
        address=address_line(account),
        notes=account.notes,
        account_class=account.account_class or "",
        lon=account.lon,
        lat=account.lat,
        arrive_at=_at(planned, stop.arrive_s),
        begin_at=_at(planned, stop.begin_s),
        leave_at=_at(planned, stop.leave_s),
        windows=windows,
        service_s=stop.leave_s - stop.begin_s,
        drive_s=leg.drive_s,
        distance_m=leg.distance_m,
    )


def address_line(account: Account) -> str:
    """Street and number, postcode and city, as far as known."""
    street = " ".join(filter(None, (account.street, account.house_number)))
    return ", ".join(filter(None, (street, " ".join(filter(None, (account.postcode, account.city))))))


def route_line(planned: PlannedDay, travel: DayTravel, tolerance_m: float) -> str:
    """The day's way along the roads, simplified; "" without stops.

    A 20-stop day is 2.8 KB with polyline6 simplified to 10 m, 8.3 KB with the full line.
    """
    route = planned.route
    if not route.stops:
        return ""
    order = np.array(route.order, np.int32)
    tour = Snaps.join([planned.home, planned.places.take(order), planned.home])
    leave_s = [route.depart_s, *(stop.leave_s for stop in route.stops)]
    pairs = [tour.take(np.arange(i, i + 2, dtype=np.int32)) for i in range(len(leave_s))]
    legs = [travel.route(pair, at_s) for pair, at_s in zip(pairs, leave_s, strict=True)]
    lon, lat = np.concatenate([leg.lon for leg in legs]), np.concatenate([leg.lat for leg in legs])
    return encode_polyline(*simplify_line(lon, lat, tolerance_m))

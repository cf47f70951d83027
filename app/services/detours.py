"""What a stop costs on a route: extra minutes and kilometres in every gap, for many candidates at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec
import numpy as np

from app.services.account_nearby import AccountNearby, account_nearby, place_snaps
from app.services.company import Company, open_company
from app.services.company_map import Maps
from app.services.day_document import DayDocument
from app.services.errors import InvalidInput, NotFound, at_most
from app.services.read_days import read_day
from app.services.sales_settings import sales_settings
from app.services.travel import Points, TravelLimits, snap
from app.services.whereabouts import snapped
from app.storage.records import AccountFilter, AccountPlaces
from app.storage.unit_of_work import Storage, UnitOfWork
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.snaps import Snaps
from routing.visits.detours import Detours, detours


class Gap(msgspec.Struct, frozen=True):
    """Between two stops that follow each other; null where there is no way."""

    after: int
    """The stop it comes after: 0 is the start of the route."""
    extra_drive_s: int | None
    extra_distance_m: int | None


class Detour(msgspec.Struct, frozen=True):
    """One candidate."""

    candidate: int
    """Its index in the request."""
    best: Gap
    """Where it costs the least driving."""
    extra_s: int | None
    """Driving and the visit itself, in the best gap."""
    gaps: list[Gap]


class DetoursFound(msgspec.Struct, frozen=True):
    """In the order of the candidates."""

    items: list[Detour]


class DayDetour(msgspec.Struct, frozen=True):
    """One candidate on a rep's planned day; `account` null for a point."""

    account: AccountNearby | None
    service_s: int
    best: Gap
    extra_s: int | None
    return_at: datetime | None
    """Back home with it: planned return and all extra time. Waiting that is saved, and opening hours, are left out."""
    in_shift: bool | None
    """Whether that is before the shift ends."""
    gaps: list[Gap]


class DayDetours(msgspec.Struct, frozen=True):
    """The least extra driving first; of `considered` candidates."""

    date: date
    version: int
    """Of the plan."""
    items: list[DayDetour]
    considered: int


@dataclass(frozen=True, slots=True)
class DayDetourWish:
    """Which candidates, and where on the day. Without accounts or a point: all of the rep's territory that the filter
    lets through and that are not on the day already.
    """

    wanted: AccountFilter
    account_ids: Sequence[int] | None
    lon: float | None
    lat: float | None
    service_s: int
    """Of a visit at the point."""
    after: int
    """Gaps before this stop are behind the rep."""
    limit: int


def detours_of_points(
    storage: Storage, maps: Maps, organisation_id: int, stops: Points, candidates: Points, service_s: int,
    limits: TravelLimits,
) -> DetoursFound:  # fmt: skip
    """Of any points on any route. Raises LimitExceeded, OutsideNetwork."""
    for field, points in (("stops", stops), ("candidates", candidates)):
        at_most(field, len(points), limits.places, "BEATPLAN_MAX_MATRIX_PLACES")
    cells, what = len(stops) * len(candidates), "stops times candidates"
    at_most("candidates", cells, limits.cells, "BEATPLAN_MAX_MATRIX_CELLS", what=what)
    company = open_company(storage, maps, organisation_id)
    tour = snap(company.map, stops, limits.snap_radius_m, "stops")
    found = detours(company.map.engine, tour, snap(company.map, candidates, limits.snap_radius_m, "candidates"))
    best = found.best_gap()
    items = []
    for i in range(len(candidates)):
        gaps = _gaps(found, i, 0)
        items.append(Detour(i, gaps[best[i]], _extra_s(gaps[best[i]], service_s), gaps))
    return DetoursFound(items)


def detours_of_day(
    storage: Storage,
    maps: Maps,
    organisation_id: int,
    rep_id: int,
    day: date,
    wish: DayDetourWish,
    limits: TravelLimits,
    only_own: bool,
) -> DayDetours:
    """By the speeds in effect now. `only_own`: accounts of other territories are not there.

    Raises NotFound for a day without a plan or an account that is not there, InvalidInput, OutsideNetwork.
    """
    stored = read_day(storage, organisation_id, rep_id, day)
    document = msgspec.json.decode(stored.document, type=DayDocument)
    if wish.after > len(document.stops):
        text = f"after is {wish.after}, the day has {len(document.stops)} stops"
        raise InvalidInput(text, field="after")
    company = open_company(storage, maps, organisation_id)
    with storage.reading(organisation_id) as work:
        places = _candidates(work, rep_id, wish, {stop.account_id for stop in document.stops}, only_own)
        tour = _tour(company, document, limits.snap_radius_m, wish.after)
    at = _point(company, wish, limits.snap_radius_m) if places is None else place_snaps(company.map, places)
    found = detours(company.map.engine, tour, at)
    chosen = _cheapest(found, wish.limit)
    ids = [] if places is None else places.id[chosen].tolist()
    with storage.reading(organisation_id) as work:
        accounts = work.accounts.by_ids(ids)
    settings = sales_settings(company.organisation)
    items = []
    for i in chosen.tolist():
        account = None if places is None else account_nearby(accounts[int(places.id[i])], settings)
        service_s = wish.service_s if account is None else account.service_s
        items.append(_day_detour(document, found, i, wish.after, account, service_s))
    return DayDetours(day, stored.version, items, len(at))


def _candidates(
    work: UnitOfWork, rep_id: int, wish: DayDetourWish, on_the_day: Collection[int], only_own: bool
) -> AccountPlaces | None:
    """None: the point of the wish."""
    if (wish.lon is None) != (wish.lat is None):
        missing = "lat" if wish.lat is None else "lon"
        raise InvalidInput(f"{missing} is missing: lon and lat come together", field=missing)
    if wish.lon is not None:
        if wish.account_ids is not None:
            raise InvalidInput("say account_ids or a point, not both", field="account_ids")
        return None
    if wish.account_ids is None:
        own = work.accounts.places_matching(replace(wish.wanted, rep_id=rep_id))
        return _taken(own, ~np.isin(own.id, list(on_the_day)))
    there = work.accounts.places_matching(AccountFilter(rep_id=rep_id if only_own else None))
    for account_id in wish.account_ids:
        if account_id not in there.id:
            raise NotFound(f"account {account_id} is not there, or stands on no road")
    return _taken(there, np.isin(there.id, list(wish.account_ids)))


def _taken(places: AccountPlaces, which: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> AccountPlaces:
    return AccountPlaces(
        places.id[which],
        places.lon[which],
        places.lat[which],
        places.snap_edge[which],
        places.snap_fraction[which],
        places.snap_distance_m[which],
    )


def _point(company: Company, wish: DayDetourWish, radius_m: float) -> Snaps:
    if wish.lon is None or wish.lat is None:
        raise ValueError("neither accounts nor a point")
    return snapped(company.map, wish.lon, wish.lat, radius_m)


def _tour(company: Company, document: DayDocument, radius_m: float, after: int) -> Snaps:
    """From the stop `after` (0: the start) to the end, as the document has them, on the roads of today."""
    stops = [(stop.lon, stop.lat) for stop in document.stops]
    points = [(document.start.lon, document.start.lat), *stops, (document.end.lon, document.end.lat)]
    return snap(company.map, points[after:], radius_m, "stops")


def _cheapest(found: Detours, limit: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    best = found.best_gap()[:, None]
    extra_s = np.take_along_axis(found.extra_s, best, 1)[:, 0]
    extra_m = np.take_along_axis(found.extra_m, best, 1)[:, 0]
    return np.lexsort((extra_m, extra_s))[:limit]


def _day_detour(
    document: DayDocument, found: Detours, i: int, after: int, account: AccountNearby | None, service_s: int
) -> DayDetour:
    gaps = _gaps(found, i, after)
    best = gaps[int(found.best_gap()[i])]
    extra_s, back = _extra_s(best, service_s), document.totals.return_at
    return_at = None if back is None or extra_s is None else back + timedelta(seconds=extra_s)
    in_shift = None if return_at is None else return_at <= document.shift.end_at
    return DayDetour(account, service_s, best, extra_s, return_at, in_shift, gaps)


def _gaps(found: Detours, i: int, after: int) -> list[Gap]:
    rows = zip(found.extra_s[i].tolist(), found.extra_m[i].tolist(), strict=True)
    return [
        Gap(after + gap, None, None) if s >= UNREACHABLE_S else Gap(after + gap, max(0, s), m)
        for gap, (s, m) in enumerate(rows)
    ]


def _extra_s(gap: Gap, service_s: int) -> int | None:
    return None if gap.extra_drive_s is None else gap.extra_drive_s + service_s

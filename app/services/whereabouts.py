"""The place that somebody means: a point, an account, or a rep's home."""

from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.errors import InvalidInput, NotFound, OutsideNetwork
from app.storage.unit_of_work import UnitOfWork
from routing.network.errors import PointOutsideNetwork
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One of a point in degrees, an account and a rep, by row number."""

    lon: float | None = None
    lat: float | None = None
    account_id: int | None = None
    rep_id: int | None = None

    def or_home_of(self, rep_id: int) -> "Whereabouts":
        """The home of a rep where nothing else is said."""
        return self if self != Whereabouts() else Whereabouts(rep_id=rep_id)


def place_meant(work: UnitOfWork, company_map: CompanyMap, said: Whereabouts, radius_m: float) -> Snaps:
    """The place on the road. Raises InvalidInput unless exactly one is said, NotFound, OutsideNetwork."""
    if (said.lon is None) != (said.lat is None):
        missing = "lat" if said.lat is None else "lon"
        raise InvalidInput(f"{missing} is missing: lon and lat come together", field=missing)
    if sum(one is not None for one in (said.lon, said.account_id, said.rep_id)) != 1:
        raise InvalidInput("say where: one of lon with lat, account_id and rep_id", field="lon")
    if said.lon is not None and said.lat is not None:
        return snapped(company_map, said.lon, said.lat, radius_m)
    if said.account_id is not None:
        account = work.accounts.get(said.account_id)
        if account is None:
            raise NotFound(f"account {said.account_id} is not there")
        stored = account.snap_edge, account.snap_fraction, account.snap_distance_m
        place = _stored(stored, f"account {account.name}", "account_id")
        return company_map.on_open_streets(place, np.array([account.lon]), np.array([account.lat]))
    rep = work.reps.get(said.rep_id or 0)
    if rep is None:
        raise NotFound(f"rep {said.rep_id} is not there")
    home = rep.home_snap_edge, rep.home_snap_fraction, rep.home_snap_distance_m
    place = _stored(home, f"the home of {rep.name}", "rep_id")
    return company_map.on_open_streets(place, np.array([rep.home_lon]), np.array([rep.home_lat]))


def snapped(company_map: CompanyMap, lon: float, lat: float, radius_m: float, field: str = "lon, lat") -> Snaps:
    """A point on the nearest street. Raises OutsideNetwork."""
    lons, lats = np.array([lon]), np.array([lat])
    try:
        snaps = company_map.opened.snapping.snap(lons, lats, radius_m)
    except PointOutsideNetwork as error:
        raise OutsideNetwork(field, error.distance_m, error.radius_m) from None
    return company_map.on_open_streets(snaps, lons, lats)


def _stored(snap: tuple[int | None, float | None, float | None], whose: str, field: str) -> Snaps:
    edge, fraction, distance_m = snap
    if edge is None:
        raise InvalidInput(f"{whose} is too far from any road", field=field)
    columns = np.array([edge], np.int32), np.array([fraction], np.float32), np.array([distance_m], np.float32)
    return Snaps(*columns)

"""An account as lists of accounts that are near show it."""

from datetime import date

import msgspec

from app.services.company_map import CompanyMap
from app.services.day_writing import address_line
from app.services.sales_settings import SalesSettings
from app.storage.records import Account, AccountPlaces
from routing.network.snaps import Snaps


class AccountNearby(msgspec.Struct, frozen=True):
    """What one needs to know to go there; `service_s` is its own or its class's."""

    id: int
    code: str
    name: str
    category: str
    address: str
    account_class: str | None
    score: float | None
    opening_hours: str
    last_visit_on: date | None
    service_s: int
    lon: float
    lat: float


def account_nearby(account: Account, settings: SalesSettings) -> AccountNearby:
    """Of a stored account."""
    return AccountNearby(
        id=account.id,
        code=account.code,
        name=account.name,
        category=account.category,
        address=address_line(account),
        account_class=account.account_class,
        score=account.score,
        opening_hours=account.opening_hours,
        last_visit_on=account.last_visit_on,
        service_s=account.service_s or _of_class(account.account_class, settings),
        lon=account.lon,
        lat=account.lat,
    )


def place_snaps(company_map: CompanyMap, places: AccountPlaces) -> Snaps:
    """On streets that are open now."""
    stored = Snaps(places.snap_edge, places.snap_fraction, places.snap_distance_m)
    return company_map.on_open_streets(stored, places.lon, places.lat)


def _of_class(name: str | None, settings: SalesSettings) -> int:
    """As in planning: an account without a class counts with the last one."""
    found = next((one for one in settings.classes if one.name == name), settings.classes[-1])
    return round(found.service_minutes * 60)

"""The accounts that are nearest to a place by driving time."""

import msgspec
import numpy as np

from app.services.account_nearby import AccountNearby, account_nearby, place_snaps
from app.services.company import open_company
from app.services.company_map import Maps
from app.services.sales_settings import sales_settings
from app.services.whereabouts import Whereabouts, place_meant
from app.storage.records import AccountFilter
from app.storage.unit_of_work import Storage
from routing.engine.travel_matrix import UNREACHABLE_S


class NearAccount(msgspec.Struct, frozen=True):
    """An account and the fastest drive to it."""

    account: AccountNearby
    drive_s: int
    distance_m: int


class NearAccounts(msgspec.Struct, frozen=True):
    """Nearest first; of `considered` active accounts on the road network."""

    items: list[NearAccount]
    considered: int


def nearest_accounts(
    storage: Storage,
    maps: Maps,
    organisation_id: int,
    where: Whereabouts,
    wanted: AccountFilter,
    limit: int,
    within_s: int | None,
    radius_m: float,
) -> NearAccounts:
    """Up to `limit` accounts, none farther than `within_s`; the account that is asked from is left out.

    By the speeds in effect. Raises InvalidInput, NotFound, OutsideNetwork.
    """
    company = open_company(storage, maps, organisation_id)
    with storage.reading(organisation_id) as work:
        place = place_meant(work, company.map, where, radius_m)
        places = work.accounts.places_matching(wanted)
    found = company.map.engine.matrix(place, place_snaps(company.map, places))
    drive_s, distance_m = found.duration_s[0], found.distance_m[0]
    order = np.lexsort((places.id, distance_m, drive_s))
    most_s = np.iinfo(np.int32).max if within_s is None else within_s
    near = (drive_s <= most_s) & (drive_s < UNREACHABLE_S) & (places.id != (where.account_id or 0))
    chosen = order[near[order]][:limit]
    with storage.reading(organisation_id) as work:
        accounts = work.accounts.by_ids(places.id[chosen].tolist())
    settings = sales_settings(company.organisation)
    items = [
        NearAccount(account_nearby(accounts[int(places.id[i])], settings), int(drive_s[i]), int(distance_m[i]))
        for i in chosen
        if int(places.id[i]) in accounts
    ]
    return NearAccounts(items, len(places))

"""Accounts and reps where the user brought none: the map's own named places, and plainly synthetic reps.

What no map knows is made up reproducibly and marked so: potential by the kind of place with a spread drawn from the
place's own id, reps called "Rep 01" who live near where accounts are.
"""

import hashlib
import math
from dataclasses import replace

import numpy as np

from app.storage.records import AccountFacts, RepFacts
from app.tabular.opening_hours import WeeklyWindows, weekly_windows
from routing.arrays import Float64Array, Int32Array, Int64Array
from routing.network.places import Places
from routing.network.synthetic.homes import Home
from territories.sales.compact_parts import compact_parts, local_metres

TYPICAL_POTENTIAL = {"shop": 40_000.0, "office": 60_000.0, "food": 25_000.0, "medical": 80_000.0, "lodging": 45_000.0}
"""Per year and place, any currency; a made-up figure for trying things out."""
OTHER_POTENTIAL = 30_000.0
SPREAD = 0.6
"""Standard deviation of the logarithm: one place in six has more than 1.8 times the typical potential."""
SAMPLE_REP = RepFacts(
    code="",
    name="",
    home_lon=0.0,
    home_lat=0.0,
    shift_begin_s=8 * 3600 + 1800,
    shift_end_s=17 * 3600,
    break_begin_s=11 * 3600 + 1800,
    break_end_s=13 * 3600 + 1800,
    break_s=1800,
)


def accounts_of_places(
    places: Places, kinds: tuple[str, ...] = ("shop", "office", "food", "medical")
) -> list[AccountFacts]:
    """Named shops, offices, restaurants and clinics of a map as accounts."""
    return [_account(places, row) for row in range(len(places)) if places.kind[row] in kinds]


def _account(places: Places, row: int) -> AccountFacts:
    code = f"{'way' if places.is_way[row] else 'node'}/{int(places.osm_id[row])}"
    hours = places.opening_hours[row]
    return AccountFacts(
        code=code,
        name=places.name[row],
        lon=float(places.lon[row]),
        lat=float(places.lat[row]),
        category=places.category[row],
        street=places.street[row],
        house_number=places.housenumber[row],
        postcode=places.postcode[row],
        city=places.city[row],
        potential=round(TYPICAL_POTENTIAL.get(places.kind[row], OTHER_POTENTIAL) * _spread(code), -2),
        windows=_windows(hours),
        opening_hours=hours,
        attributes={"kind": places.kind[row], "source": "OpenStreetMap", "potential": "synthetic"},
    )


def _windows(hours: str) -> WeeklyWindows | None:
    """None also for hours nobody can read, and for hours that leave no day of an ordinary week."""
    found = weekly_windows(hours) if hours else None
    return found if found is not None and any(found) else None


def _spread(code: str) -> float:
    """A factor around 1 that is always the same for the same place."""
    digest = hashlib.sha256(code.encode()).digest()
    first, second = (int.from_bytes(digest[i : i + 6], "big") / 2**48 for i in (0, 6))
    normal = math.sqrt(-2 * math.log(max(first, 1e-12))) * math.cos(2 * math.pi * second)
    return math.exp(SPREAD * normal)


def reps_at_homes(homes: list[Home], time_zone: str) -> list[RepFacts]:
    """Reps who live where the synthetic region says."""
    return [
        replace(
            SAMPLE_REP,
            code=home.name.replace(" ", "-").lower(),
            name=home.name,
            home_lon=home.lon,
            home_lat=home.lat,
            home_address=home.address,
            time_zone=time_zone,
        )
        for home in homes
    ]


def reps_near_accounts(accounts: list[AccountFacts], count: int, seed: int, time_zone: str) -> list[RepFacts]:
    """`count` synthetic reps where a company would hire them.

    Each lives beside an account in the middle of an area that holds about as many accounts as the others.
    """
    points = local_metres(np.array([a.lon for a in accounts]), np.array([a.lat for a in accounts]))
    area = _even_areas(points, min(count, len(accounts)))
    random = np.random.default_rng(seed)
    rows = [_near_the_middle(points, np.flatnonzero(area == number), random) for number in np.unique(area)]
    return [
        replace(
            SAMPLE_REP,
            code=f"rep-{number:02d}",
            name=f"Rep {number:02d}",
            home_lon=round(accounts[row].lon + 0.0007, 6),
            home_lat=round(accounts[row].lat + 0.0005, 6),
            home_address=", ".join(filter(None, (accounts[row].street, accounts[row].city))),
            time_zone=time_zone,
        )
        for number, row in enumerate(rows, start=1)
    ]


def _even_areas(points: Float64Array, count: int, rounds: int = 60) -> Int32Array:
    """Area of each point: medians with a distance to make up for their size (a power diagram with medians as centres).

    Begun from a bisection, whose straight cuts join suburbs of Reykjavik with fjords five hours away; that is undone.
    """
    area = compact_parts(points, np.ones(len(points)), count)
    handicap_m = np.zeros(count)
    for _ in range(rounds):
        centres = np.array([np.median(points[area == c], axis=0) for c in range(count)])
        away_m = np.hypot(*(points[:, np.newaxis] - centres[np.newaxis]).transpose(2, 0, 1))
        step_m = 0.1 * np.median(away_m.min(axis=1)) + 0.02 * away_m.min(axis=1).mean()
        handicap_m += step_m * (np.bincount(area, minlength=count) * count / len(points) - 1)
        nearest: Int32Array = (away_m + handicap_m).argmin(axis=1).astype(np.int32)
        if np.bincount(nearest, minlength=count).min() == 0:
            break
        area = nearest
    return area


def _near_the_middle(points: Float64Array, members: Int64Array, random: np.random.Generator) -> int:
    """One of the tenth of `members` that lie nearest to their median."""
    away_m = np.hypot(*(points[members] - np.median(points[members], axis=0)).T)
    nearest = members[np.argsort(away_m, kind="stable")[: max(len(members) // 10, 1)]]
    return int(random.choice(nearest))

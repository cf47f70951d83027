"""Accounts and reps for tests, plain unless told otherwise."""

from typing import Any

from app.storage.records import AccountFacts, RepFacts


def account(number: int, **facts: Any) -> AccountFacts:
    """Account A<number>, snapped to edge <number>."""
    plain: dict[str, Any] = {
        "code": f"A{number}",
        "name": f"Account {number}",
        "lon": -8.6 + number * 1e-4,
        "lat": 41.1,
        "snap_edge": number,
        "snap_fraction": 0.25,
        "snap_distance_m": 3.5,
        "required_skills": ("coffee",),
        "windows": tuple(((32400, 43200), (50400, 64800)) if day < 5 else () for day in range(7)),
        "attributes": {"beds": number},
    }
    return AccountFacts(**plain | facts)


def rep(number: int, **facts: Any) -> RepFacts:
    """Rep R<number>."""
    plain: dict[str, Any] = {"code": f"R{number}", "name": f"Rep {number}", "home_lon": -8.6, "home_lat": 41.15}
    return RepFacts(**plain | facts)

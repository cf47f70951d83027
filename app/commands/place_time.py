"""Which time zone a map lies in, and which day is to be planned."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from tzfpy import get_tz

from app.services.local_time import instant, local_date, next_workday
from app.storage.records import Rep
from routing.network.road_network import RoadNetwork


def time_zone_of(network: RoadNetwork, otherwise: str) -> str:
    """The zone of the junction nearest to the middle of all; the middle itself may lie in the sea or abroad."""
    lon, lat = network.lon_e7 / 1e7, network.lat_e7 / 1e7
    middle_lon, middle_lat = np.median(lon), np.median(lat)
    away = np.hypot((lon - middle_lon) * np.cos(np.radians(middle_lat)), lat - middle_lat)
    nearest = int(np.argmin(away))
    found = get_tz(float(lon[nearest]), float(lat[nearest]))
    return found if found and is_time_zone(found) else otherwise


def is_time_zone(name: str) -> bool:
    """Whether the time zone database knows `name`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def day_to_plan(now: datetime, time_zone: str, reps: Sequence[Rep]) -> date:
    """Today where somebody still works today, else the next working day."""
    workdays = tuple(sorted({day for rep in reps for day in rep.workdays}))
    day = next_workday(local_date(now, time_zone), workdays)
    working = [rep for rep in reps if day.weekday() in rep.workdays]
    if working and all(instant(day, rep.shift_end_s, rep.time_zone) <= now for rep in working):
        return next_workday(day + timedelta(days=1), workdays)
    return day

"""Travel times by time of day: the profile of the settings, the organisation's own speeds, and what is live.

    settings: profile ─┐
    uploaded speeds ───┼──► PeriodSpeeds ──► an engine a period, customised when first asked for
    live speeds ───────┘

The upload is known by its row number and the live speeds by what they change, both as `live_speeds` has them in effect;
a request that meets another of either gets new engines. The last few states of the live speeds are kept, as requests
alternate between now and after what ends.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import ceil
from threading import Lock

from app.services.company import Company
from app.services.errors import NotReady
from app.services.local_time import clock_of_week
from app.services.uploaded_speeds import UploadedSpeeds
from routing.engine.routing_engine import RoutingEngine
from routing.engine.travel_matrix import TravelMatrix
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.speed_change import SpeedChange
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.time_of_day_engine import Later, TimeOfDayEngine

Engine = TimeOfDayEngine[RoutingEngine]


_Key = tuple[int, str, int | None, bytes]
"""What engines are made for: organisation, map, uploaded table, hash of what the live speeds change."""


class TimesOfDay:
    """Engines by time of day, made once a process for each organisation that asks."""

    def __init__(
        self,
        profile: SpeedProfile | None,
        uploaded: UploadedSpeeds,
        periods_kept: int,
        states_kept: int = 3,
    ) -> None:
        self.profile = profile
        self._uploaded = uploaded
        self._periods_kept, self._states_kept = periods_kept, states_kept
        self._held: dict[int, OrderedDict[_Key, Engine]] = {}
        self._lock = Lock()

    def required(self) -> SpeedProfile:
        """The profile. Raises NotReady where the settings name none."""
        if self.profile is None:
            text = "there are no travel times by time of day; the setting BEATPLAN_SPEED_PERIODS names their speeds"
            raise NotReady(text, code="no_speed_periods")
        return self.profile

    def engine(self, company: Company) -> Engine:
        """The organisation's engine with the speeds in effect. Raises NotReady."""
        profile, table_id = self.required(), company.map.speeds.table_id
        key = company.id, company.map.id, table_id, _hash(company.map.speeds.change)
        with self._lock:
            held = self._held.setdefault(company.id, OrderedDict())
            if key not in held:
                speeds = next((one.speeds for made, one in held.items() if made[:3] == key[:3]), None)
                if speeds is None:
                    held.clear()  # of another map or table
                    own = self._uploaded.of(company.id, company.map.stored, table_id)
                    speeds = PeriodSpeeds.of(company.map.stored.network, profile, own)
                while len(held) >= self._states_kept:
                    held.popitem(last=False)
                speeds = speeds.overlaid(company.map.speeds.change)
                held[key] = Engine(speeds, company.map.opened.reweighted, self._periods_kept)
            held.move_to_end(key)
            return held[key]

    def leaving(self, company: Company, moment: datetime) -> Callable[[Snaps, Snaps], TravelMatrix]:
        """Journeys that begin at an instant, by the live speeds of `company`, each until it ends. Raises NotReady."""
        leave_s, engine = clock_of_week(moment, company.organisation.time_zone), self.engine(company)
        later = self.later(company, moment, leave_s)
        return lambda sources, targets: engine.matrix_at(sources, targets, leave_s, later=later)

    def later(self, company: Company, moment: datetime, leave_s: int) -> Later[RoutingEngine]:
        """As the live speeds of `company` end one after the other; `leave_s` is the second of the week of `moment`."""
        begin, end_of = moment.replace(microsecond=0), dict[int, datetime]()
        for end in sorted(one.until for one in company.map.speeds.said if one.until is not None):
            end_of[leave_s + ceil((end - begin).total_seconds())] = end  # the last one within a second
        return [(from_s, partial(self._engine_left, company, end)) for from_s, end in end_of.items()]

    def _engine_left(self, company: Company, moment: datetime) -> Engine:
        speeds = company.map.speeds
        if speeds.left_at is not None:
            speeds = speeds.left_at(moment, speeds)
        return self.engine(replace(company, map=replace(company.map, speeds=speeds)))

    def network_at(self, company: Company, moment: datetime) -> RoadNetwork:
        """The roads as they are driven in the period of an instant. Raises NotReady."""
        engine = self.engine(company)
        period = engine.week.period_at(clock_of_week(moment, company.organisation.time_zone))
        return engine.speeds.at(period)


def _hash(change: SpeedChange) -> bytes:
    digest = hashlib.sha256()
    for column in (change.arc, change.factor, change.speed_kmh, change.closed):
        digest.update(column.tobytes())
    return digest.digest()

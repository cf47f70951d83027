"""Builds every object once; endpoints, the worker and the command line all use what is made here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any

import msgspec

from app.access.key_use import KeyUse
from app.errors import problem_of
from app.geocoding.geocoder import Geocoder
from app.geocoding.make_geocoder import make_geocoder
from app.housekeeping import KeepFor, ThrownAway, keep_house
from app.jobs.errors import LeaseLost, WorkerStopping
from app.jobs.queue import JobQueue
from app.jobs.worker import Handler, Worker, WorkerTimes, internal_problem
from app.services.change_speeds import ChangeSpeeds, SpeedLimits
from app.services.company_map import CompanyMap, Engines, Maps
from app.services.departures import Departures
from app.services.design_problem import RedrawOptions
from app.services.import_speeds import ImportSpeeds
from app.services.import_tables import ImportSettings, ImportTables
from app.services.isochrones import DrawIsochrones, IsochroneLimits
from app.services.map_mending import MapMending
from app.services.plan_days import PlanDays, PlanDefaults, PlanOptions
from app.services.redraw_territories import RedrawTerritories
from app.services.times_of_day import TimesOfDay
from app.services.travel_times import TravelTimes
from app.services.uploaded_speeds import UploadedSpeeds
from app.settings import PREFIX, InvalidSetting, Settings
from app.speeds_follower import start_following
from app.storage.database import Database
from app.storage.records import Job, JsonObject
from app.storage.unit_of_work import Storage
from app.tabular.table import TableLimits
from app.uploads import Uploads
from routing.engine.hierarchy.stored import HIERARCHY, stored_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.routing_engine import RoutingEngine
from routing.network.car_profile import CarProfile
from routing.network.parts import ALL_PARTS
from routing.network.road_network import RoadNetwork
from routing.network.store import NetworkStore, StoredNetwork
from routing.progress import Progress
from routing.traffic.errors import InvalidProfile
from routing.traffic.profile_file import DEFAULT_PROFILE, read_profile
from routing.traffic.speed_profile import SpeedProfile

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment: the one clock of the service."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Beatplan:
    """The composed application."""

    settings: Settings
    clock: Clock
    storage: Storage
    queue: JobQueue
    maps: Maps
    uploads: Uploads
    redraw: RedrawTerritories
    plan_days: PlanDays
    times_of_day: TimesOfDay
    departures: Departures
    isochrones: DrawIsochrones
    import_speeds: ImportSpeeds
    speeds: ChangeSpeeds
    tables: ImportTables
    key_use: KeyUse

    def keep_house(self) -> ThrownAway:
        """Throw away what is past its time."""
        settings = self.settings
        keep = KeepFor(
            jobs=timedelta(days=settings.job_keep_days),
            idempotency_keys=timedelta(hours=settings.idempotency_hours),
            uploads=timedelta(hours=settings.upload_keep_hours),
        )
        return keep_house(self.storage, self.queue, self.uploads, self.clock(), keep)

    def mend_beside_requests(self) -> None:
        """A damaged map does not keep requests waiting in this process: they are told to come back."""
        self.maps.open_stored = MapMending(self.maps.store).open

    def follow_speeds(self) -> Event:
        """Keep live speeds up to date in this process, asked or not; call it after any fork. Set the event to end."""
        return start_following(self.maps, self.storage, self.settings.speeds_poll_s)

    def worker(self) -> Worker:
        """A job worker with a handler for every kind of job."""
        times = WorkerTimes(lease_s=self.settings.job_lease_s, poll_s=self.settings.job_poll_s)
        return Worker(self._handlers(), self.queue, times, job_problem)

    def _handlers(self) -> dict[str, Handler]:
        return {
            "redraw": self._redraw,
            "plan_day": self._plan_day,
            "import_accounts": self._import_accounts,
            "import_reps": self._import_reps,
            "import_speeds": self._import_speeds,
        }

    def _redraw(self, job: Job, progress: Progress) -> JsonObject:
        options = msgspec.convert(job.input, RedrawOptions)
        return _plain(self.redraw(job.organisation_id, options, progress, job.created_by, job.id))

    def _plan_day(self, job: Job, progress: Progress) -> JsonObject:
        options = msgspec.convert(job.input["options"], PlanOptions)
        return _plain(self.plan_days(job.organisation_id, date.fromisoformat(job.input["date"]), options, progress))

    def _import_accounts(self, job: Job, progress: Progress) -> JsonObject:
        given = job.input
        with self._upload(given["upload"]) as data:
            report = self.tables.accounts(job.organisation_id, given["filename"], data, given["mode"], progress)
        return _plain(report)

    def _import_reps(self, job: Job, progress: Progress) -> JsonObject:
        given = job.input
        with self._upload(given["upload"]) as data:
            report = self.tables.reps(job.organisation_id, given["filename"], data, given["mode"], progress)
        return _plain(report)

    def _import_speeds(self, job: Job, progress: Progress) -> JsonObject:
        given, by = job.input, job.created_by
        with self._upload(given["upload"]) as data:
            taken = self.import_speeds(job.organisation_id, given["filename"], data, given["mode"], by, progress)
        return _plain(taken)

    @contextmanager
    def _upload(self, name: str) -> Iterator[bytes]:
        """An uploaded file, gone afterwards unless another attempt at the job is going to read it."""
        try:
            yield self.uploads.read(name)
        except (LeaseLost, WorkerStopping):
            raise
        except BaseException:
            self.uploads.forget(name)
            raise
        self.uploads.forget(name)


def _plain(result: Any) -> JsonObject:
    plain: JsonObject = msgspec.to_builtins(result)
    return plain


def job_problem(error: Exception) -> JsonObject:
    """What the caller of a failed job is told."""
    problem = problem_of(error)
    return internal_problem(error) if problem is None else _plain(problem)


def _engines(max_cells: int) -> Engines:
    def make(stored: StoredNetwork) -> RoutingEngine:
        return HierarchyEngine(stored.network, stored_hierarchy(stored), max_cells=max_cells)

    def reweight(engine: RoutingEngine, network: RoadNetwork) -> RoutingEngine:
        if not isinstance(engine, HierarchyEngine):
            raise TypeError(f"{type(engine).__name__} was not made here")
        return engine.reweighted(network)

    return Engines(make, reweight)


def _speed_profile(named: str) -> SpeedProfile | None:
    """The profile that a setting names. Raises InvalidSetting."""
    if not named:
        return None
    try:
        return read_profile(DEFAULT_PROFILE if named == "default" else Path(named).expanduser())
    except InvalidProfile as error:
        limit = f"default, or the path of a file of speeds by time of day; {error}"
        raise InvalidSetting(PREFIX + "SPEED_PERIODS", named, limit) from None


def _speed_limits(settings: Settings) -> SpeedLimits:
    return SpeedLimits(
        changes=settings.max_speed_changes,
        roads=settings.max_speed_roads,
        arcs=settings.max_speed_arcs,
        points=settings.max_area_points,
    )


def _isochrone_limits(settings: Settings) -> IsochroneLimits:
    return IsochroneLimits(
        minutes=settings.max_isochrone_minutes,
        bands=settings.max_isochrone_bands,
        nodes=settings.isochrone_nodes,
        off_road_m=settings.isochrone_off_road_m,
        snap_radius_m=settings.snap_radius_m,
    )


def compose(settings: Settings, clock: Clock = utc_now) -> Beatplan:
    """Make everything; the database must have been migrated. Opens no map and no connection yet.

    Raises InvalidSetting where the file of speeds by time of day cannot be used.
    """
    database = Database.open(settings.database_url, settings.database_wait_s, pool_size=settings.web_threads + 2)
    storage = Storage(database, clock)
    profile = CarProfile(
        all_parts=settings.map_parts == "all",
        restrictions_at=settings.restrictions_at,
        time_step_ms=settings.time_step_ms,
    )
    store = NetworkStore(settings.data_dir / "networks", (HIERARCHY, *ALL_PARTS), perf_counter, profile)
    speed_profile = _speed_profile(settings.speed_periods)
    uploaded = UploadedSpeeds(
        storage, speed_profile, settings.data_dir / "uploaded_speeds", settings.uploaded_speeds_kept
    )
    maps = Maps(store, settings.data_dir / "tiles", _engines(settings.max_design_cells), storage, uploaded)
    travel_times = TravelTimes(settings.data_dir / "travel_times", settings.travel_times_kept)
    defaults = PlanDefaults(settings.plan_seconds, settings.plan_candidates, settings.geometry_tolerance_m)
    times_of_day = TimesOfDay(speed_profile, uploaded, settings.speed_periods_kept, settings.speed_states_kept)
    table = TableLimits(max_rows=settings.max_import_rows, max_bytes=settings.max_upload_bytes)

    def geocoder_for(company_map: CompanyMap) -> Geocoder:
        return make_geocoder(
            settings.geocoder,
            addresses=lambda: company_map.addresses,
            domain=settings.geocoder_domain,
            user_agent=settings.geocoder_user_agent,
        )

    queue = JobQueue(database, clock, settings.job_max_attempts)
    return Beatplan(
        settings=settings,
        clock=clock,
        storage=storage,
        queue=queue,
        key_use=KeyUse(storage, clock),
        maps=maps,
        uploads=Uploads(settings.data_dir / "uploads", settings.max_upload_bytes),
        redraw=RedrawTerritories(storage, maps, travel_times, settings.redraw_moves_per_unit),
        plan_days=PlanDays(storage, maps, times_of_day, defaults),
        times_of_day=times_of_day,
        departures=Departures(storage, maps, times_of_day),
        isochrones=DrawIsochrones(storage, maps, times_of_day, _isochrone_limits(settings)),
        import_speeds=ImportSpeeds(
            storage, maps, times_of_day, uploaded, settings.max_speed_rows, settings.max_import_problems
        ),
        speeds=ChangeSpeeds(storage, maps, _speed_limits(settings)),
        tables=ImportTables(
            storage,
            maps,
            geocoder_for,
            ImportSettings(table, settings.snap_radius_m, settings.time_zone, settings.max_import_problems),
        ),
    )

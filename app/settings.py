"""Everything that may differ between two installations, read from the environment once.

Each setting is one field below; its variable is ``BEATPLAN_`` and the field's name in capitals. A value that is no
number, or out of its range, stops the start with `InvalidSetting`, which names the variable and the limit.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "BEATPLAN_"
_CHECKOUT = Path(__file__).resolve().parent.parent
_NOT_OURS = ("BEATPLAN_SHARED", "BEATPLAN_TEST_", "BEATPLAN_CHROMIUM")  # for tests and benchmarks, not the service

Value = TypeVar("Value", int, float, str)


class InvalidSetting(Exception):
    """A setting that cannot be used: `variable` had `value`, which breaks `limit`."""

    def __init__(self, variable: str, value: object, limit: str) -> None:
        super().__init__(f"{variable}={value!s}: must be {limit}")
        self.variable, self.value, self.limit = variable, value, limit


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line of the table of settings."""

    variable: str
    default: str
    limit: str
    meaning: str


def _number(default: Value, minimum: float, maximum: float, meaning: str) -> Value:
    return field(default=default, metadata={"meaning": meaning, "minimum": minimum, "maximum": maximum})


def _text(default: str, meaning: str, choices: tuple[str, ...] = (), secret: bool = False) -> str:
    return field(default=default, repr=not secret, metadata={"meaning": meaning, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked. Raises `InvalidSetting` for the first one that breaks its limit."""

    data_dir: Path = field(
        default=_CHECKOUT / ".beatplan", metadata={"meaning": "folder of the database, networks and uploads"}
    )
    database_url: str = _text(
        "", "sqlite:/// or postgresql:// address; empty: beatplan.sqlite3 in the data folder", secret=True
    )
    database_wait_s: float = _number(10.0, 0.1, 600, "how long a transaction waits for another one's lock on SQLite")
    host: str = _text("127.0.0.1", "address that the server listens on")
    port: int = _number(8000, 0, 65535, "port that the server listens on; 0 takes a free one")
    web_workers: int = _number(2, 1, 256, "server processes")
    web_threads: int = _number(4, 1, 256, "threads per server process")
    organisation: str = _text("default", "slug of the organisation that the commands work on")
    time_zone: str = _text("UTC", "time zone of a rep or an organisation that names none")
    map_parts: str = _text(
        "largest",
        "roads that stay of a map: the largest part that can be driven to and fro, or all, as in OSRM"
        " (planning wants the largest: with all, places may be out of each other's reach)",
        choices=("largest", "all"),
    )
    time_step_ms: int = _number(
        1, 1, 1_000, "driving times between two points of the map are multiples of this; OSRM counts in 100"
    )
    restrictions_at: str = _text(
        "",
        "local time such as 2026-11-24T08:30: turn restrictions under a condition count as they hold then; empty: none"
        " of them counts",
    )
    snap_radius_m: float = _number(500.0, 1, 100_000, "farthest road that a place may be snapped to")
    max_import_rows: int = _number(50_000, 1, 5_000_000, "rows of one imported account or rep file")
    max_upload_bytes: int = _number(50_000_000, 1_000, 20_000_000_000, "size of an uploaded file")
    max_body_bytes: int = _number(2_000_000, 1_000, 1_000_000_000, "size of a JSON request body")
    max_matrix_places: int = _number(1_000, 1, 100_000, "places on either side of a travel matrix")
    max_matrix_cells: int = _number(250_000, 1, 1_000_000_000, "origins times destinations of a travel matrix")
    osrm_access: str = _text(
        "open",
        "who may ask in OSRM's protocol: anybody, whoever sends a key, or nobody",
        choices=("open", "key", "off"),
    )
    osrm_max_route_places: int = _number(500, 2, 100_000, "coordinates of an OSRM route")
    osrm_max_table_places: int = _number(
        100, 1, 30_000, "OSRM tables have at most the square of this: sources times destinations"
    )
    osrm_max_trip_places: int = _number(100, 2, 2_000, "coordinates of an OSRM trip")
    osrm_max_match_places: int = _number(100, 2, 100_000, "coordinates of a trace that OSRM's match takes")
    osrm_max_nearest_results: int = _number(100, 1, 10_000, "roads that OSRM's nearest may be asked for")
    osrm_max_nearest_places: int = _number(10, 1, 10_000, "coordinates of one OSRM nearest request")
    osrm_max_alternatives: int = _number(3, 0, 100, "alternatives that an OSRM route may be asked for")
    osrm_default_radius_m: float = _number(
        0.0, 0, 20_000_000, "farthest road where an OSRM request names no radius; 0: no limit"
    )
    osrm_max_match_radius_m: float = _number(
        0.0, 0, 20_000_000, "largest radius that OSRM's match may be asked for; 0: no limit"
    )
    osrm_max_match_gap_m: float = _number(
        5_000.0, 100, 100_000, "straight metres between two points of a trace beyond which OSRM's match parts it"
    )
    osrm_max_url_bytes: int = _number(65_536, 1_000, 1_000_000, "length of the address of an OSRM request")
    max_isochrone_minutes: int = _number(240, 1, 1_440, "largest area of minutes around a place that may be asked for")
    max_isochrone_bands: int = _number(8, 1, 100, "areas around one place that may be asked for at once")
    isochrone_nodes: int = _number(
        200_000, 1_000, 10_000_000, "nodes of the grid that such areas are drawn by: more are finer and slower"
    )
    isochrone_off_road_m: float = _number(
        250.0, 1, 100_000, "places farther from any street do not belong to such an area where nothing is said"
    )
    max_trace_bytes: int = _number(20_000_000, 1_000, 1_000_000_000, "size of an uploaded GPS trace")
    max_trace_points: int = _number(30_000, 2, 1_000_000, "points of a GPS trace: a working day with one a second")
    trace_gap_s: float = _number(
        120.0, 1, 86_400, "a longer silence in a GPS trace is a gap, and not counted as driven"
    )
    trace_accuracy_m: float = _number(10.0, 1, 100, "accuracy of points of a GPS trace that say nothing of it")
    max_design_cells: int = _number(
        100_000_000, 1, 4_000_000_000, "cells of the travel matrix that a redraw or a plan may ask for"
    )
    speed_periods: str = _text(
        "", "speeds by time of day: the path of a TOML or JSON file, default for the one that ships; empty: none"
    )
    speed_periods_kept: int = _number(6, 1, 1_000, "periods whose driving times a process holds ready")
    speed_states_kept: int = _number(
        3, 1, 1_000, "live speeds, those of now and what is left later, whose periods a process holds ready"
    )
    max_speed_rows: int = _number(2_000_000, 1, 100_000_000, "rows of an uploaded file of speeds by time of day")
    max_note_chars: int = _number(2_000, 1, 1_000_000, "characters of a note on a visit")
    max_outcomes_per_batch: int = _number(500, 1, 100_000, "visit outcomes in one request")
    max_page_size: int = _number(1_000, 1, 100_000, "items on one page of a list")
    max_days_span: int = _number(366, 1, 36_600, "days from the first to the last of a list of days")
    max_import_problems: int = _number(500, 1, 1_000_000, "problems that the report of an import lists one by one")
    max_speed_changes: int = _number(1_000, 1, 100_000, "live speeds and closures in effect at a time")
    max_speed_roads: int = _number(10_000, 1, 1_000_000, "arcs or ways that one live speed may name")
    max_speed_arcs: int = _number(
        1_000_000, 1, 1_000_000_000, "arcs that all live speeds in effect may be about, each counted as often as named"
    )
    max_area_points: int = _number(1_000, 4, 1_000_000, "corners of the area of one live speed")
    speeds_poll_s: float = _number(
        0.2, 0.01, 3_600, "every process looks this often whether live speeds have changed or ended"
    )
    job_lease_s: float = _number(60.0, 1, 86_400, "a worker silent for so long loses its job to another one")
    job_poll_s: float = _number(0.5, 0.01, 3_600, "pause of an idle worker between two looks at the jobs table")
    job_max_attempts: int = _number(3, 1, 100, "times that a job is begun before it is given up")
    job_keep_days: float = _number(30.0, 0.01, 36_500, "how long a job that has ended can be looked at")
    upload_keep_hours: float = _number(24.0, 0.01, 8_760, "how long an uploaded file may wait for its import")
    housekeeping_s: float = _number(3_600.0, 1, 604_800, "a worker throws away what is past its time this often")
    plan_seconds: float = _number(10.0, 0.1, 86_400, "time for planning the visits of one day or period")
    plan_candidates: int = _number(40, 1, 2_000, "visits that are weighed for one rep's day where nothing is said")
    max_plan_candidates: int = _number(200, 1, 2_000, "visits that may be asked to be weighed for one rep's day")
    max_plan_solutions: int = _number(
        100_000, 1, 10_000_000, "solutions that the plan of one rep's day may be asked for"
    )
    prepare_solutions: int = _number(
        400, 1, 10_000_000, "solutions for one rep's day that scripts/run plans: counted, so that it comes out the same"
    )
    redraw_moves_per_unit: int = _number(
        4_000, 0, 10_000_000, "proposed moves for each account when territories are drawn and nothing is said"
    )
    max_redraw_moves_per_unit: int = _number(100_000, 0, 10_000_000, "moves for each account that may be asked for")
    geometry_tolerance_m: float = _number(10.0, 0, 10_000, "how far the line of a day's route may be off its roads")
    travel_times_kept: int = _number(4, 1, 1_000, "travel matrices of whole companies that are kept on disk")
    uploaded_speeds_kept: int = _number(
        8, 1, 1_000, "files of uploaded speeds whose roads, once found on a map, are kept on disk"
    )
    idempotency_hours: float = _number(24.0, 0.1, 8_760, "how long an idempotency key is remembered")
    geocoder: str = _text("offline", "where addresses are looked up", choices=("offline", "nominatim"))
    geocoder_domain: str = _text("nominatim.openstreetmap.org", "host of the Nominatim service")
    geocoder_user_agent: str = _text("beatplan", "how the geocoder names itself to Nominatim, which asks for a contact")
    overpass_url: str = _text("https://overpass-api.de/api", "where the map of a named place is downloaded")
    nominatim_url: str = _text("https://nominatim.openstreetmap.org", "where a named place is looked up")
    download_seconds: float = _number(180.0, 1, 86_400, "time for downloading the map of a named place")
    start_seconds: float = _number(60.0, 1, 3_600, "time for the server to answer after its start")
    stop_seconds: float = _number(15.0, 1, 3_600, "time for server and worker to end before they are killed")
    log_level: str = _text("INFO", "least severe message that is logged", ("DEBUG", "INFO", "WARNING", "ERROR"))

    def __post_init__(self) -> None:
        for item in fields(self):
            _check(item, getattr(self, item.name))
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            limit = "a name of the IANA time zone database"
            raise InvalidSetting(PREFIX + "TIME_ZONE", self.time_zone, limit) from None
        if self.restrictions_at and not _is_local_time(self.restrictions_at):
            limit = "a local time such as 2026-11-24T08:30"
            raise InvalidSetting(PREFIX + "RESTRICTIONS_AT", self.restrictions_at, limit)
        object.__setattr__(self, "data_dir", self.data_dir.expanduser().absolute())
        object.__setattr__(self, "database_url", _database_url(self.database_url, self.data_dir))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every ``BEATPLAN_`` variable of `environ`; an absent or empty one has its default."""
        given = {item: environ.get(PREFIX + item.name.upper(), "").strip() for item in fields(cls)}
        return cls(**{item.name: _parsed(item, text) for item, text in given.items() if text})

    @classmethod
    def describe(cls) -> list[SettingLine]:
        """The table of settings, in the order of the fields."""
        return [
            SettingLine(
                variable=PREFIX + item.name.upper(),
                default=".beatplan" if item.name == "data_dir" else str(item.default),
                limit=_limit(item),
                meaning=item.metadata["meaning"],
            )
            for item in fields(cls)
        ]


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables of `environ` that look like settings and are none: most often a typing error worth a warning."""
    known = {line.variable for line in Settings.describe()}
    return sorted(
        name for name in environ if name.startswith(PREFIX) and name not in known and not name.startswith(_NOT_OURS)
    )


def _limit(item: "Field[Any]") -> str:
    if "minimum" in item.metadata:
        noun = "a whole number" if item.type is int else "a number"
        return f"{noun} from {item.metadata['minimum']:,} to {item.metadata['maximum']:,}"
    choices = item.metadata.get("choices", ())
    return f"one of {', '.join(choices)}" if choices else "text"


def _parsed(item: "Field[Any]", text: str) -> Any:
    if item.type is Path:
        return Path(text)
    if item.type not in (int, float):
        return text.upper() if item.name == "log_level" else text
    try:
        return int(text) if item.type is int else float(text)
    except ValueError:
        raise InvalidSetting(PREFIX + item.name.upper(), text, _limit(item)) from None


def _check(item: "Field[Any]", value: Any) -> None:
    if "minimum" in item.metadata:
        fits = item.metadata["minimum"] <= value <= item.metadata["maximum"]  # false for NaN too
    else:
        choices = item.metadata.get("choices", ())
        fits = not choices or value in choices
    if not fits:
        raise InvalidSetting(PREFIX + item.name.upper(), value, _limit(item))


def _is_local_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _database_url(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{quote((data_dir / 'beatplan.sqlite3').as_posix())}"
    scheme, separator, rest = given.partition("://")
    drivers = {
        "postgres": "postgresql+psycopg",
        "postgresql": "postgresql+psycopg",
        "postgresql+psycopg": "postgresql+psycopg",
        "sqlite": "sqlite",
    }
    if not separator or scheme not in drivers or (scheme == "sqlite" and rest in ("", "/", "/:memory:")):
        # The address may hold a password: it is not repeated in the message.
        raise InvalidSetting(
            PREFIX + "DATABASE_URL", f"{scheme[:20]}://…", "sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    return f"{drivers[scheme]}://{rest}"

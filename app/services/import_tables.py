"""Import accounts or reps from a file: look at every row first, and take what one was told to take."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import msgspec
import numpy as np

from app.geocoding.geocoder import Geocoder
from app.services.company import Company, open_company
from app.services.company_map import CompanyMap, Maps
from app.services.errors import Conflict, InvalidInput, OutsideNetwork
from app.services.local_time import local_date
from app.storage.records import Account, AccountFacts, Rep, RepFacts
from app.storage.unit_of_work import Storage
from app.tabular.account_rows import AccountRow, Known, ParsedAccounts, read_account_rows
from app.tabular.problems import RowProblem, TableError
from app.tabular.rep_rows import ParsedReps, RepDefaults, RepRow, read_rep_rows
from app.tabular.row_places import PlaceSources
from app.tabular.table import TableLimits
from routing.arrays import Float32Array, Float64Array
from routing.network.errors import PointOutsideNetwork
from routing.progress import Progress, part

Parsed = TypeVar("Parsed", ParsedAccounts, ParsedReps)
Facts = TypeVar("Facts", AccountFacts, RepFacts)
ImportMode = Literal["dry_run", "all_or_nothing", "good_rows"]
"""dry_run: only look; all_or_nothing: import if no row has a problem; good_rows: import the rows without one."""


class ImportReport(msgspec.Struct, frozen=True):
    """What a file holds and what was taken of it."""

    mode: str
    rows: int
    good: int
    imported: int
    problems: list[RowProblem]
    problems_left_off: int
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Limits of files and what rows are checked with."""

    table: TableLimits
    snap_radius_m: float
    time_zone: str
    most_problems: int = 500
    """Of a report; how many more there are is said."""


class ImportTables:
    """Both imports; they share how places are found and how a report is made."""

    def __init__(
        self, storage: Storage, maps: Maps, geocoder_for: Callable[[CompanyMap], Geocoder], settings: ImportSettings
    ) -> None:
        self._storage = storage
        self._maps = maps
        self._geocoder_for = geocoder_for
        self._settings = settings

    def accounts(
        self, organisation_id: int, filename: str, data: bytes, mode: ImportMode, progress: Progress
    ) -> ImportReport:
        """Check, and unless it is a dry run write, the accounts of a file. Raises InvalidInput if it cannot be read."""
        company = open_company(self._storage, self._maps, organisation_id)
        with self._storage.reading(organisation_id) as work:
            reps = {rep.code: rep for rep in work.reps.all()}
            today = local_date(work.now, company.organisation.time_zone)
        skills = {skill for rep in reps.values() for skill in rep.skills} if reps else None
        places = self._places(company, part(progress, 0.1, 0.8))
        able = {code: rep.skills for code, rep in reps.items()}
        known = Known(
            skills=skills, reps=set(reps) or None, skills_of_rep=able, today=today
        )  # without reps, nothing to check against
        parsed = _readable(lambda: read_account_rows(data, filename, self._settings.table, places=places, known=known))
        if not _takes(mode, parsed):
            return self._report(mode, parsed, 0)
        progress(0.85, "writing accounts")
        rep_ids = {code: rep.id for code, rep in reps.items()}
        self.write_accounts(company, [account_facts(row, rep_ids) for row in parsed.rows], fields=parsed.fields)
        return self._report(mode, parsed, len(parsed.rows))

    def reps(
        self, organisation_id: int, filename: str, data: bytes, mode: ImportMode, progress: Progress
    ) -> ImportReport:
        """The same for reps."""
        company = open_company(self._storage, self._maps, organisation_id)
        places = self._places(company, part(progress, 0.1, 0.8))
        defaults = RepDefaults(time_zone=company.organisation.time_zone)
        with self._storage.reading(organisation_id) as work:
            stored = {rep.code: _stored_defaults(rep, defaults) for rep in work.reps.all(active=None)}
        parsed = _readable(
            lambda: read_rep_rows(data, filename, self._settings.table, places=places, defaults=defaults, stored=stored)
        )
        if not _takes(mode, parsed):
            return self._report(mode, parsed, 0)
        self.write_reps(company, [rep_facts(row) for row in parsed.rows], fields=parsed.fields)
        return self._report(mode, parsed, len(parsed.rows))

    def check_near_road(self, company: Company, lon: float, lat: float, field: str) -> None:
        """Raises OutsideNetwork where no road is within the radius."""
        try:
            company.map.opened.snapping.snap(lon, lat, self._settings.snap_radius_m)
        except PointOutsideNetwork as error:
            raise OutsideNetwork(field, error.distance_m, error.radius_m) from None

    def write_accounts(
        self,
        company: Company,
        facts: Sequence[AccountFacts],
        *,
        only_new: bool = False,
        fields: Collection[str] | None = None,
    ) -> None:
        """Snap and write; an account with a known code is brought up to date, or where `only_new`, raises Conflict.

        `fields` are the columns of a file: what it has no column for stays as it is (None: everything is new).
        """
        snaps = _snaps(company.map, [f.lon for f in facts], [f.lat for f in facts], self._settings.snap_radius_m)
        placed = [_with_snap(f, snap, "snap") for f, snap in zip(facts, snaps, strict=True)]
        with self._storage.writing(company.id) as work:
            if only_new and (known := work.accounts.ids_of_codes([f.code for f in facts])):
                raise Conflict(f"an account with the code {min(known)!r} is there already", field="code")
            if fields is not None:
                placed = _with_attributes(placed, work.accounts.by_codes([f.code for f in facts]))
            work.accounts.add_many(placed, None if fields is None else facts_told(fields, ACCOUNT_FACTS))
            work.commit()

    def write_reps(self, company: Company, facts: Sequence[RepFacts], *, fields: Collection[str] | None = None) -> None:
        """Snap homes and write; a rep with a known code is brought up to date, see `write_accounts`."""
        lon, lat = [f.home_lon for f in facts], [f.home_lat for f in facts]
        snaps = _snaps(company.map, lon, lat, self._settings.snap_radius_m)
        placed = [_with_snap(f, snap, "home_snap") for f, snap in zip(facts, snaps, strict=True)]
        with self._storage.writing(company.id) as work:
            work.reps.add_many(placed, None if fields is None else facts_told(fields, REP_FACTS))
            work.commit()

    def place_again(self, company: Company, accounts: Sequence[Account], reps: Sequence[Rep]) -> None:
        """Place what is stored on the company's present map."""
        radius_m = self._settings.snap_radius_m
        at = _snaps(company.map, [a.lon for a in accounts], [a.lat for a in accounts], radius_m)
        homes = _snaps(company.map, [r.home_lon for r in reps], [r.home_lat for r in reps], radius_m)
        with self._storage.writing(company.id) as work:
            work.accounts.put_snaps({a.id: snap for a, snap in zip(accounts, at, strict=True)})
            work.reps.put_snaps({r.id: snap for r, snap in zip(reps, homes, strict=True)})
            work.commit()

    def _report(self, mode: ImportMode, parsed: ParsedAccounts | ParsedReps, imported: int) -> ImportReport:
        shown = list(parsed.problems[: self._settings.most_problems])
        left_off = len(parsed.problems) - len(shown)
        warnings = [warning.message for warning in parsed.warnings]
        return ImportReport(mode, parsed.row_count, len(parsed.rows), imported, shown, left_off, warnings)

    def _places(self, company: Company, progress: Progress) -> PlaceSources:
        def road_distance(lon: Float64Array, lat: Float64Array) -> Float32Array:
            return company.map.opened.snapping.try_snap(lon, lat, self._settings.snap_radius_m).distance_m

        geocoder = self._geocoder_for(company.map)
        return PlaceSources(geocoder, road_distance, self._settings.snap_radius_m, progress)


def _readable(read: Callable[[], Parsed]) -> Parsed:
    try:
        return read()
    except TableError as error:
        raise InvalidInput(str(error), field="file", code=error.code) from None


def _takes(mode: ImportMode, parsed: ParsedAccounts | ParsedReps) -> bool:
    return bool(parsed.rows) and (mode == "good_rows" or (mode == "all_or_nothing" and not parsed.problems))


ACCOUNT_FACTS: Mapping[str, tuple[str, ...]] = {
    "": ("lon", "lat", "snap_edge", "snap_fraction", "snap_distance_m", "attributes"),
    "name": ("name",),
    "address": ("street",),
    "street": ("street",),
    "house_number": ("house_number",),
    "postcode": ("postcode",),
    "city": ("city",),
    "country": ("country",),
    "category": ("category",),
    "potential": ("potential",),
    "visits_per_period": ("visits_per_period",),
    "service_minutes": ("service_s",),
    "skills": ("required_skills",),
    "opening_hours": ("opening_hours", "windows"),
    "locked_rep": ("locked_rep_id",),
    "last_visit": ("last_visit_on",),
    "notes": ("notes",),
}
"""Which facts a column tells; "" are those that every file tells."""
_WORKING_DAY = ("shift_begin_s", "shift_end_s", "break_begin_s", "break_end_s", "break_s")
REP_FACTS: Mapping[str, tuple[str, ...]] = {
    "": ("home_lon", "home_lat", "home_snap_edge", "home_snap_fraction", "home_snap_distance_m"),
    "name": ("name",),
    **dict.fromkeys(("address", "street", "house_number", "postcode", "city"), ("home_address",)),
    **dict.fromkeys(
        ("shift_begin", "shift_end", "break_begin", "break_end", "break_window", "break_minutes"), _WORKING_DAY
    ),
    "max_drive_hours": ("max_drive_s",),
    "skills": ("skills",),
    "time_zone": ("time_zone",),
}
"""The same of reps; shift and break are checked together and so written together."""


def facts_told(fields: Collection[str], facts_of: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The facts that columns tell."""
    return frozenset(name for field in ("", *fields) for name in facts_of.get(field, ()))


def _with_attributes(facts: Sequence[AccountFacts], known: Mapping[str, Account]) -> list[AccountFacts]:
    """No column holds attributes, so those known stay; only how the place was found is new."""

    def kept(code: str) -> dict[str, object]:
        had = known[code].attributes if code in known else {}
        return {name: value for name, value in had.items() if name != "geocoded"}

    return [replace(one, attributes=kept(one.code) | one.attributes) for one in facts]


def _stored_defaults(rep: Rep, defaults: RepDefaults) -> RepDefaults:
    no_break = rep.break_begin_s is None or rep.break_end_s is None
    return RepDefaults(
        shift_begin_s=rep.shift_begin_s,
        shift_end_s=rep.shift_end_s,
        break_begin_s=defaults.break_begin_s if rep.break_begin_s is None else rep.break_begin_s,
        break_end_s=defaults.break_end_s if rep.break_end_s is None else rep.break_end_s,
        break_s=0 if no_break else rep.break_s,
        max_drive_s=rep.max_drive_s,
        time_zone=rep.time_zone,
    )


def account_facts(row: AccountRow, rep_ids: dict[str, int]) -> AccountFacts:
    """A file's row as it is stored."""
    address = row.address
    attributes = {} if row.geocoded is None else {"geocoded": row.geocoded}
    return AccountFacts(
        code=row.id,
        name=row.name,
        lon=row.lon,
        lat=row.lat,
        category=row.category,
        street=address.street or address.line,
        house_number=address.house_number,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        potential=row.potential or 0.0,
        service_s=round((row.service_minutes or 0) * 60),
        visits_per_period=row.visits_per_period,
        required_skills=row.skills,
        windows=row.windows,
        opening_hours=row.opening_hours,
        locked_rep_id=None if row.locked_rep is None else rep_ids.get(row.locked_rep),
        attributes=attributes,
        notes=row.notes,
        last_visit_on=row.last_visit,
    )


def rep_facts(row: RepRow) -> RepFacts:
    """A file's row as it is stored."""
    address = row.address
    text = address.line or ", ".join(filter(None, (address.street_line, address.postcode, address.city)))
    return RepFacts(
        code=row.id,
        name=row.name,
        home_lon=row.lon,
        home_lat=row.lat,
        home_address=text,
        shift_begin_s=row.shift_begin_s,
        shift_end_s=row.shift_end_s,
        break_begin_s=row.break_begin_s if row.break_s else None,
        break_end_s=row.break_end_s if row.break_s else None,
        break_s=row.break_s,
        max_drive_s=row.max_drive_s,
        skills=row.skills,
        time_zone=row.time_zone,
    )


def _snaps(
    company_map: CompanyMap, lon: list[float], lat: list[float], radius_m: float
) -> list[tuple[int, float, float] | None]:
    if not lon:
        return []
    found = company_map.opened.snapping.try_snap(np.array(lon), np.array(lat), radius_m)
    columns = zip(found.edge.tolist(), found.fraction.tolist(), found.distance_m.tolist(), strict=True)
    return [None if edge < 0 else (edge, fraction, distance_m) for edge, fraction, distance_m in columns]


def _with_snap(facts: Facts, snap: tuple[int, float, float] | None, prefix: str) -> Facts:
    if snap is None:
        return facts
    named = dict(zip((f"{prefix}_edge", f"{prefix}_fraction", f"{prefix}_distance_m"), snap, strict=True))
    return replace(facts, **named)  # type: ignore[arg-type]

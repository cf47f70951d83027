"""From an OpenStreetMap file and perhaps an account file to a company with territories, quotas and a planned day.

Each step is skipped where its result is there already, so that a second start takes seconds.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.commands.progress_bars import step
from app.compose import Beatplan
from app.services.company import Company, open_company
from app.services.design_problem import RedrawOptions
from app.services.errors import InvalidInput
from app.services.import_tables import ImportReport
from app.services.local_time import local_date, next_workday
from app.services.plan_days import PlanOptions
from app.services.read_territories import publish
from app.services.sample_company import accounts_of_places, reps_at_homes, reps_near_accounts
from app.services.score_accounts import score_all
from app.services.split_quotas import QuotaRequest, split_quotas
from app.storage.migrate import migrate
from routing.network.parts import PLACES
from routing.network.synthetic.homes import read_homes
from routing.network.synthetic.region import write_region
from routing.progress import Progress
from routing.warm import warm
from territories.design.warm import warm_design

SYNTHETIC_NAME = "synthetic-region.osm.pbf"
GOAL_SHARE = 0.1
"""The sample goal of a year: a tenth of the accounts' potential."""


@dataclass(frozen=True, slots=True)
class Source:
    """What to prepare from; None: the embedded default."""

    osm: Path | None = None
    accounts: Path | None = None
    reps_file: Path | None = None
    rep_count: int | None = None
    day: date | None = None
    seed: int = 1
    take_good_rows: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is ready."""

    company: Company
    day: date


def prepare(app: Beatplan, source: Source) -> Prepared:
    """Do all that is missing. Raises NetworkError, ServiceError with what is wrong in one line."""
    migrate(app.storage.database)
    with step("Compiling kernels"):
        warm()
        warm_design()
    osm = source.osm or _synthetic(app)
    with step("Road network") as progress:
        stored = app.maps.store.ensure(osm, progress=progress)
    settings = app.settings
    name = "Synthetic region" if source.osm is None else osm.name.split(".")[0].replace("-", " ").title()
    organisation = app.storage.ensure_organisation(settings.organisation, name, settings.time_zone)
    moved = organisation.network_id not in (None, stored.id)
    if organisation.network_id != stored.id:
        with app.storage.writing(organisation.id) as work:
            work.organisations.set_network(organisation.id, stored.id)
            work.commit()
    company = open_company(app.storage, app.maps, organisation.id)
    if moved:
        _snap_again(app, company)
    _people_and_accounts(app, company, source, osm)
    _territories(app, company, source)
    return Prepared(company, _day(app, company, source))


def _synthetic(app: Beatplan) -> Path:
    path = app.settings.data_dir / "maps" / SYNTHETIC_NAME
    if not path.exists():
        with step("Synthetic region") as progress:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"draft-{SYNTHETIC_NAME}")
            try:
                write_region(draft, progress=progress)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    return path


def _snap_again(app: Beatplan, company: Company) -> None:
    """The organisation works on another map now: everybody and everything is placed on its roads."""
    with step("Placing accounts on the new map"), app.storage.reading(company.id) as work:
        reps, after, accounts = work.reps.all(), 0, []
        while page := work.accounts.page(after, 5_000):
            accounts += page
            after = page[-1].id
    app.tables.place_again(company, accounts, reps)


def _people_and_accounts(app: Beatplan, company: Company, source: Source, osm: Path) -> None:
    with app.storage.reading(company.id) as work:
        known = dict(company.organisation.settings.get("files", {}))
        empty = work.accounts.count() == 0
    files = {"reps": source.reps_file, "accounts": source.accounts}
    hashes = {name: _sha256(path) for name, path in files.items() if path is not None}
    if source.reps_file is not None and known.get("reps") != hashes["reps"]:
        with step(f"Reps from {source.reps_file.name}") as progress:
            _import(app, company, source.reps_file, "reps", source.take_good_rows, progress)
    if source.accounts is not None and known.get("accounts") != hashes["accounts"]:
        with step(f"Accounts from {source.accounts.name}") as progress:
            _import(app, company, source.accounts, "accounts", source.take_good_rows, progress)
    elif source.accounts is None and empty:
        with step("Accounts from the map"):
            found = accounts_of_places(company.map.stored.read(PLACES))
            if not found:
                raise InvalidInput(f"{osm.name} names no shops, offices, restaurants or clinics; give --accounts FILE")
            app.tables.write_accounts(company, found)
    _reps(app, company, source, osm)
    with app.storage.writing(company.id) as work:
        organisation = work.organisations.by_id(company.id)
        settings = organisation.settings if organisation else {}
        work.organisations.set_settings(company.id, {**settings, "files": {**known, **hashes}})
        work.commit()


def _reps(app: Beatplan, company: Company, source: Source, osm: Path) -> None:
    with app.storage.reading(company.id) as work:
        reps = work.reps.all()
        accounts = work.accounts.page(0, 1_000_000)
    wanted = source.rep_count
    if reps and (wanted is None or len(reps) == wanted):
        return
    zone = app.settings.time_zone
    if source.osm is None and wanted is None:
        facts = reps_at_homes(read_homes(osm), zone)
    else:
        placed = [account for account in accounts if account.snap_edge is not None]
        count = wanted or max(2, min(20, round(len(placed) / 100)))
        facts = reps_near_accounts(list(placed), count, source.seed, zone)
    with step(f"{len(facts)} synthetic reps"):
        with app.storage.writing(company.id) as work:
            work.reps.set_active([rep.id for rep in reps], False)
            work.commit()
        app.tables.write_reps(company, facts)


def _import(app: Beatplan, company: Company, path: Path, what: str, good_rows: bool, progress: Progress) -> None:
    take = app.tables.accounts if what == "accounts" else app.tables.reps
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}", field=what) from None
    mode = "good_rows" if good_rows else "all_or_nothing"
    report = take(company.id, path.name, data, mode, progress)  # type: ignore[arg-type]
    if report.imported == 0:
        raise InvalidInput(problem_text(path.name, report), field=what)


def problem_text(name: str, report: ImportReport, shown: int = 10) -> str:
    """What is wrong with a file, its first rows, and the way out."""
    lines = [f"{name}: {report.good} of {report.rows} rows are good, nothing was imported."]
    for one in report.problems[:shown]:
        where = "the file" if one.row is None else f"row {one.row}"
        lines.append(
            f"  {where}, {one.column or 'all columns'}: {one.message}" + (f" ({one.value})" if one.value else "")
        )
    left = len(report.problems) - shown + report.problems_left_off
    if left > 0:
        lines.append(f"  … and {left} more")
    if report.good:
        lines.append("  --take-good-rows imports the good ones")
    return "\n".join(lines)


def _territories(app: Beatplan, company: Company, source: Source) -> None:
    with app.storage.reading(company.id) as work:
        current = work.alignments.current()
        reps = {rep.id for rep in work.reps.all()}
        columns = work.accounts.all_for_design()
        placed = set(work.alignments.units(current.id).account_id.tolist()) if current else set()
        unscored = any(name is None for name in columns.account_class)
    if unscored:
        with step("Scoring accounts"):
            score_all(app.storage, company.id)
    held = {one["rep_id"] for one in current.measures["territories"]} if current else set()
    if current is None or held != reps or placed != set(columns.id.tolist()):
        with step("Territories") as progress:
            done = app.redraw(company.id, RedrawOptions(seed=source.seed), progress, "scripts/run")
            publish(app.storage, company.id, done.version)
        goal = round(float(columns.potential.sum()) * GOAL_SHARE)
        period = f"sample goal {local_date(app.clock(), app.settings.time_zone).year}"
        split_quotas(app.storage, company.id, QuotaRequest(goal, period))


def _day(app: Beatplan, company: Company, source: Source) -> date:
    with app.storage.reading(company.id) as work:
        reps = work.reps.all()
        current = work.alignments.current()
        workdays = tuple(sorted({day for rep in reps for day in rep.workdays}))
        day = source.day or next_workday(local_date(work.now, company.organisation.time_zone), workdays)
        planned = {one.rep_id: one.created_at for one in work.days.days_of_date(day)}
    published = current.published_at if current else None
    fresh = {rep for rep, made in planned.items() if published is None or made >= published}
    if not {rep.id for rep in reps} <= fresh:
        with step(f"Visits of {day}") as progress:
            options = PlanOptions(solutions=app.settings.prepare_solutions, seed=source.seed)
            app.plan_days(company.id, day, options, progress)
    return day


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}", field="file") from None

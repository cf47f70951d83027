"""From an OpenStreetMap file and perhaps an account file to a company with territories, quotas and a planned day.

Each step is skipped where its result is there already, so that a second start takes seconds.
"""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from app.commands.import_files import TableFile, import_file, say, take_as_active
from app.commands.kernels import ready_kernels
from app.commands.place_time import day_to_plan, time_zone_of
from app.commands.progress_bars import step
from app.compose import Beatplan
from app.services.company import Company, open_company
from app.services.design_problem import RedrawOptions
from app.services.errors import InvalidInput
from app.services.local_time import local_date
from app.services.plan_days import PlanOptions
from app.services.read_territories import publish
from app.services.sample_company import accounts_of_places, reps_at_homes, reps_near_accounts
from app.services.score_accounts import score_all
from app.services.split_quotas import QuotaRequest, split_quotas
from app.storage.migrate import migrate
from app.storage.records import AccountFacts, Organisation, RepFacts
from routing.network.parts import PLACES
from routing.network.store import StoredNetwork
from routing.network.synthetic.homes import read_homes
from routing.network.synthetic.region import write_region

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
    name: str | None = None
    """Of the organisation, for people; None: from the map's file name."""
    time_zone: str | None = None
    """None: where the map lies; of the synthetic region the setting's."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is ready."""

    company: Company
    day: date


def prepare(app: Beatplan, source: Source) -> Prepared:
    """Do all that is missing. Raises NetworkError, ServiceError with what is wrong in one line."""
    migrate(app.storage.database)
    with step("Compiling kernels") as progress:
        ready_kernels(progress)
    osm = source.osm or _synthetic(app)
    stored = _network(app, osm)
    organisation = _organisation(app, source, stored, osm)
    moved = organisation.network_id not in (None, stored.id)
    if organisation.network_id != stored.id:
        with app.storage.writing(organisation.id) as work:
            work.organisations.set_network(organisation.id, stored.id)
            work.commit()
    company = open_company(app.storage, app.maps, organisation.id)
    if moved:
        _snap_again(app, company)
    files = _files(source)
    changed = _people_and_accounts(app, company, source, osm, files)
    _territories(app, company, source, changed)
    _note_files(app, company, files)  # only now: stopped before, the next run imports and redraws again
    return Prepared(company, _day(app, company, source))


def _network(app: Beatplan, osm: Path) -> StoredNetwork:
    known = {network_id for network_id, _ in app.maps.store.list()}
    with step("Road network") as progress:
        stored = app.maps.store.ensure(osm, progress=progress)
    if stored.id not in known:
        built = stored.manifest["report"]["build"]
        say(
            f"{osm.name}: {built['road_km']:,.0f} km of roads; left out because no way leads there and back: "
            f"{built['dropped_km']:,.1f} km, {built['dropped_junctions']:,} junctions"
        )
    return stored


def _organisation(app: Beatplan, source: Source, stored: StoredNetwork, osm: Path) -> Organisation:
    """Made where it is not there. A time zone that is asked for moves one that is, with its reps."""
    settings = app.settings
    if source.time_zone is not None or source.osm is None:
        zone = source.time_zone or settings.time_zone
    else:
        zone = time_zone_of(stored.network, settings.time_zone)
    if source.osm is None:
        name = source.name or "Synthetic region"
    else:
        name = source.name or osm.name.split(".")[0].replace("-", " ").title()
    organisation = app.storage.ensure_organisation(settings.organisation, name, zone)
    before = organisation.time_zone
    if source.time_zone is not None and before != zone:
        with app.storage.writing(organisation.id) as work:
            work.organisations.set_time_zone(organisation.id, zone)
            facts = [
                RepFacts(**{one.name: getattr(rep, one.name) for one in fields(RepFacts)}) for rep in work.reps.all()
            ]
            work.reps.add_many([replace(rep, time_zone=zone) for rep in facts if rep.time_zone == before])
            work.commit()
        organisation = replace(organisation, time_zone=zone)
    say(f"Time zone {organisation.time_zone}")
    return organisation


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


def _files(source: Source) -> dict[str, TableFile]:
    paths = {"reps": source.reps_file, "accounts": source.accounts}
    return {what: TableFile.read(path, what) for what, path in paths.items() if path is not None}


def _known_files(app: Beatplan, company: Company) -> dict[str, str]:
    with app.storage.reading(company.id) as work:
        found = work.organisations.by_id(company.id)
        return dict(found.settings.get("files", {})) if found else {}


def _note_files(app: Beatplan, company: Company, files: dict[str, TableFile]) -> None:
    known = _known_files(app, company)
    hashes = {what: hashlib.sha256(file.data).hexdigest() for what, file in files.items()}
    if hashes.items() <= known.items():
        return
    with app.storage.writing(company.id) as work:
        organisation = work.organisations.by_id(company.id)
        settings = organisation.settings if organisation else {}
        work.organisations.set_settings(company.id, {**settings, "files": {**known, **hashes}})
        work.commit()


def _people_and_accounts(
    app: Beatplan, company: Company, source: Source, osm: Path, files: dict[str, TableFile]
) -> bool:
    """Whether a file was new, so that what follows from it has to be made again."""
    known = _known_files(app, company)
    new = {what for what, file in files.items() if known.get(what) != hashlib.sha256(file.data).hexdigest()}
    changed = bool(new)
    for what in ("reps", "accounts"):  # accounts name reps
        if what in new:
            import_file(app, company, files[what], source.take_good_rows)
        if what in new or (what == "reps" and what in files):  # `--reps 5` in between leaves others active
            changed |= take_as_active(app, company, files[what]) > 0
    with app.storage.reading(company.id) as work:
        empty = work.accounts.count() == 0
    if empty:
        with step("Accounts from the map"):
            found = accounts_of_places(company.map.stored.read(PLACES))
            if not found:
                raise InvalidInput(f"{osm.name} names no shops, offices, restaurants or clinics; give --accounts FILE")
            app.tables.write_accounts(company, found)
    _reps(app, company, source, osm)
    return changed


def _reps(app: Beatplan, company: Company, source: Source, osm: Path) -> None:
    with app.storage.reading(company.id) as work:
        reps = work.reps.all()
        accounts = work.accounts.page(0, 1_000_000)
    wanted = source.rep_count
    if reps and (wanted is None or len(reps) == wanted):
        return
    zone = company.organisation.time_zone
    if source.osm is None and wanted is None:
        facts = reps_at_homes(read_homes(osm), zone)
    else:
        placed: list[AccountFacts] = [one for one in accounts if one.active and one.snap_edge is not None]
        if not placed:
            raise InvalidInput(f"none of the {len(accounts)} accounts is near a road of {osm.name}", field="accounts")
        count = wanted or min(len(placed), max(2, min(20, round(len(placed) / 100))))
        _enough_accounts(count, len(placed))
        facts = reps_near_accounts(placed, count, source.seed, zone)
    with step(f"{len(facts)} synthetic reps"):
        with app.storage.writing(company.id) as work:
            work.reps.set_active([rep.id for rep in reps], False)
            work.commit()
        app.tables.write_reps(company, facts)


def _enough_accounts(reps: int, accounts: int) -> None:
    if reps > accounts:
        text = f"{reps} reps for {accounts} accounts: give at most as many reps as accounts (--reps or the rep file)"
        raise InvalidInput(text, field="reps")


def _territories(app: Beatplan, company: Company, source: Source, changed: bool) -> None:
    with app.storage.reading(company.id) as work:
        current = work.alignments.current()
        reps = {rep.id for rep in work.reps.all()}
        columns = work.accounts.all_for_design()
        placed = set(work.alignments.units(current.id).account_id.tolist()) if current else set()
        _enough_accounts(len(reps), len(columns) or len(reps))
    unscored = any(name is None for name in columns.account_class)
    if unscored or changed:
        with step("Scoring accounts"):
            score_all(app.storage, company.id)
    held = {one["rep_id"] for one in current.measures["territories"]} if current else set()
    if changed or current is None or held != reps or placed != set(columns.id.tolist()):
        with step("Territories") as progress:
            done = app.redraw(company.id, RedrawOptions(seed=source.seed), progress, "scripts/run")
            publish(app.storage, company.id, done.version)
        goal = round(float(columns.potential.sum()) * GOAL_SHARE)
        period = f"sample goal {local_date(app.clock(), company.organisation.time_zone).year}"
        split_quotas(app.storage, company.id, QuotaRequest(goal, period))


def _day(app: Beatplan, company: Company, source: Source) -> date:
    with app.storage.reading(company.id) as work:
        reps = work.reps.all()
        current = work.alignments.current()
        day = source.day or day_to_plan(work.now, company.organisation.time_zone, reps)
        planned = {one.rep_id: one.created_at for one in work.days.days_of_date(day)}
    published = current.published_at if current else None
    fresh = {rep for rep, made in planned.items() if published is None or made >= published}
    if not {rep.id for rep in reps} <= fresh:
        with step(f"Visits of {day}") as progress:
            options = PlanOptions(solutions=app.settings.prepare_solutions, seed=source.seed)
            app.plan_days(company.id, day, options, progress)
    return day

"""A company prepared as scripts/run prepares it, with its redraw and its day problems as the service makes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from app.commands.prepare import SYNTHETIC_NAME, Source, prepare
from app.compose import Beatplan, compose
from app.services.company import Company, open_company, read_organisation
from app.services.day_candidates import CandidateFinder, Candidates
from app.services.day_problem import day_problem
from app.services.design_problem import DesignCase, RedrawOptions, account_snaps, home_snaps, make_case
from app.services.sales_settings import sales_settings
from app.services.score_accounts import read_demand
from app.services.travel_times import TravelTimes
from app.settings import Settings
from routing.network.snaps import Snaps
from routing.network.synthetic.region import write_region
from routing.progress import silent
from routing.visits.model import Problem


@dataclass(frozen=True, slots=True)
class BenchCompany:
    """The composed application, its company and the planned day."""

    app: Beatplan
    company: Company
    day: date

    def places(self) -> Snaps:
        """All accounts on the road network."""
        with self.app.storage.reading(self.company.id) as work:
            return account_snaps(work.accounts.all_for_design())

    def design_case(self, travel_times: Path) -> DesignCase:
        """A redraw as if there were no territories so far; `travel_times` is the folder that keeps the matrix."""
        with self.app.storage.reading(self.company.id) as work:
            accounts, reps = work.accounts.all_for_design(), work.reps.all()
            demand = read_demand(work, accounts)
        return make_case(
            accounts, reps, demand, {}, RedrawOptions(), self.company.map, TravelTimes(travel_times), silent
        )

    def day_problems(self, days: int = 1) -> list[Problem]:
        """Every rep's day under the territories in force, just as planning that day poses it.

        With more `days`, what is due on them is offered to the first one, and nothing is mandatory: more than fits.
        """
        with self.app.storage.reading(self.company.id) as work:
            accounts, reps = work.accounts.all_for_design(), work.reps.all()
            current = work.alignments.current()
            assert current is not None
            rep_of_account = work.alignments.units(current.id).rep_of_account()
            settings = sales_settings(read_organisation(work))
        owner = np.array([rep_of_account.get(int(account), 0) for account in accounts.id], np.int64)
        most = self.app.settings.plan_candidates
        dates = [self.day + timedelta(days=ahead) for ahead in range(days)]
        finders = [CandidateFinder(accounts, settings, each, most) for each in dates]
        places, engine = account_snaps(accounts), self.company.map.engine
        found = []
        for rep in reps:
            units = np.flatnonzero(owner == rep.id).astype(np.int32)
            candidates = _together([finder.of_rep(rep, units) for finder in finders])
            everywhere = Snaps.join([home_snaps([rep]), places.take(candidates.account)])
            travel = engine.matrix(everywhere, everywhere)
            found.append(day_problem(rep, accounts, candidates, self.day, travel).problem)
        return found


def _together(days: list[Candidates]) -> Candidates:
    """The candidates of several days, each account once, none mandatory; those of a single day as they are."""
    if len(days) == 1:
        return days[0]
    account, first = np.unique(np.concatenate([day.account for day in days]), return_index=True)
    return Candidates(
        account,
        np.concatenate([day.priority for day in days])[first],
        np.zeros(account.size, np.bool_),
        np.concatenate([day.service_s for day in days])[first],
    )


def coming_monday() -> date:
    """A working day that can still be planned."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


def prepare_company(data_dir: Path, osm: Path | None, reps: int | None, day: date) -> BenchCompany:
    """From a map (None: the synthetic region) to a planned day, in an empty folder. Prints its steps to stderr."""
    app = compose(Settings(data_dir=data_dir, database_url="", port=0))
    ready = prepare(app, Source(osm, rep_count=reps, day=day))
    return BenchCompany(app, ready.company, ready.day)


def opened_company(data_dir: Path, organisation: str) -> BenchCompany:
    """What scripts/run left in `data_dir`; the day is the first rep's with the most stops. Raises LookupError."""
    app = compose(Settings(data_dir=data_dir, organisation=organisation, port=0))
    found = app.storage.organisation(organisation)
    if found is None:
        raise LookupError(f"{data_dir} holds no organisation {organisation}")
    company = open_company(app.storage, app.maps, found.id)
    with app.storage.reading(company.id) as work:
        days = work.days.days_of_rep(work.reps.all()[0].id, date(1970, 1, 1), date(2199, 12, 31))
    if not days:
        raise LookupError(f"the first rep of {organisation} has no planned day")
    return BenchCompany(app, company, max(days, key=lambda one: one.stop_count).local_date)


def write_small_region(data_dir: Path, junctions: int, accounts: int, homes: int) -> None:
    """Put a smaller synthetic region where `prepare_company` looks for it first."""
    path = data_dir / "maps" / SYNTHETIC_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    write_region(path, junctions=junctions, accounts=accounts, homes=homes)

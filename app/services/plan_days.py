"""Plan one date for every rep: candidates from the call frequencies, a route for each, checked before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import numpy as np

from app.services.company import Company, open_company, read_organisation
from app.services.company_map import Maps
from app.services.day_candidates import CandidateFinder, Candidates
from app.services.day_problem import day_problem
from app.services.day_travel import DayTravel
from app.services.day_writing import PlannedDay, day_document, day_facts, route_line, unplanned_visits
from app.services.design_problem import places_in, select_reps
from app.services.errors import InvalidInput, NotReady
from app.services.local_time import check_day, instant, local_date
from app.services.record_outcomes import outcomes_of_day
from app.services.sales_settings import sales_settings
from app.services.times_of_day import TimesOfDay
from app.storage.records import AccountColumns, Rep
from app.storage.records import UnplannedVisit as UnplannedRow
from app.storage.unit_of_work import Storage, UnitOfWork
from routing.arrays import Int32Array
from routing.network.snaps import Snaps
from routing.progress import Progress
from routing.visits.budget import Budget
from routing.visits.checker import check
from routing.visits.plan import Violation
from routing.visits.solver_ortools import OrToolsSolver
from routing.visits.timed_solver import TimedSolver


class PlanOptions(msgspec.Struct, frozen=True):
    """What may be asked of a day's plan; all optional."""

    solutions: int | None = None
    """Work of the solver for each rep; the same number and seed give the same plan. None: by time, see settings."""
    seed: int = 1
    rep_ids: list[int] | None = None
    most_candidates: int | None = None
    """Visits that are weighed for each rep. None: see settings."""


class PlanDone(msgspec.Struct, frozen=True):
    """What a date's plan came to, over all reps."""

    date: date
    reps: int
    planned: int
    unplanned: int
    drive_s: int
    distance_m: int


@dataclass(frozen=True, slots=True)
class PlanDefaults:
    """What holds where nobody asks for anything else, from the settings."""

    seconds: float
    """For one date, shared by its reps."""
    candidates: int
    geometry_tolerance_m: float


class PlanBroken(Exception):
    """Our own bug: a plan that its independent checker refuses. It is not stored."""

    def __init__(self, rep: str, violations: Sequence[Violation]) -> None:
        super().__init__(f"the plan of {rep} breaks {[v.rule for v in violations]}; nothing was stored")


@dataclass(frozen=True, slots=True)
class _Read:
    """What planning reads in its one transaction."""

    accounts: AccountColumns
    reps: list[Rep]
    units_of_rep: dict[int, Int32Array]
    finder: CandidateFinder
    versions: dict[int, int]


class PlanDays:
    """Plans dates."""

    def __init__(self, storage: Storage, maps: Maps, times: TimesOfDay, defaults: PlanDefaults) -> None:
        self._storage = storage
        self._maps = maps
        self._times = times
        self._defaults = defaults

    def __call__(self, organisation_id: int, day: date, options: PlanOptions, progress: Progress) -> PlanDone:
        """By the live speeds that will be left when the day begins.

        Raises InvalidInput, NotReady without territories, VersionConflict where a day was planned in between.
        """
        company = open_company(
            self._storage, self._maps, organisation_id, lambda own: instant(check_day(day, "date"), 0, own.time_zone)
        )
        with self._storage.reading(organisation_id) as work:
            _check_not_past(day, local_date(work.now, company.organisation.time_zone))
            read = self._read(work, day, options)
        travel = DayTravel.of(company, self._times, day)
        planned = []
        for index, rep in enumerate(read.reps):
            progress(index / (len(read.reps) + 1), f"the day of {rep.name}")
            planned.append(self._plan_rep(company, travel, read, rep, day, options))
        progress(len(read.reps) / (len(read.reps) + 1), "routes on the map")
        self._store(company, travel, day, planned, read.versions)
        return _done(day, planned)

    def _read(self, work: UnitOfWork, day: date, options: PlanOptions) -> _Read:
        current = work.alignments.current()
        if current is None:
            raise NotReady("No territories are in force; redraw them and put a draft into force", code="no_territories")
        accounts = work.accounts.all_for_design()
        rep_of_account = work.alignments.units(current.id).rep_of_account()
        owner = np.array([rep_of_account.get(int(account), 0) for account in accounts.id], np.int64)
        reps = select_reps(work.reps.all(), options.rep_ids)
        units = {rep.id: np.flatnonzero(owner == rep.id).astype(np.int32) for rep in reps}
        settings = sales_settings(read_organisation(work))
        finder = CandidateFinder(accounts, settings, day, options.most_candidates or self._defaults.candidates)
        return _Read(accounts, reps, units, finder, work.days.versions(day))

    def _plan_rep(
        self, company: Company, travel: DayTravel, read: _Read, rep: Rep, day: date, options: PlanOptions
    ) -> PlannedDay:
        candidates = read.finder.of_rep(rep, read.units_of_rep[rep.id])
        placed = places_in(company.map, [rep], read.accounts)
        home, accounts = placed.take(np.zeros(1, np.int32)), candidates.account + np.int32(1)
        everywhere = Snaps.join([home, placed.take(accounts)])
        between = travel.between(everywhere, rep.shift_begin_s, rep.shift_end_s)
        case = day_problem(rep, read.accounts, candidates, day, between)
        plan = TimedSolver(OrToolsSolver()).solve(case.problem, self._budget(options, len(read.reps)), options.seed)
        violations = check(case.problem, plan)
        if violations:
            raise PlanBroken(rep.name, violations)
        with self._storage.reading(company.id) as work:
            found = work.accounts.by_ids(_ids(read.accounts, candidates))
        ids = read.accounts.id
        return PlannedDay(
            rep=rep,
            day=day,
            case=case,
            plan=plan,
            account_of_visit=tuple(found[int(ids[row])] for row in case.account),
            closed=tuple(found[int(ids[row])] for row in case.closed),
            home=home,
            places=placed.take(case.account + np.int32(1)),
        )

    def _budget(self, options: PlanOptions, reps: int) -> Budget:
        if options.solutions is not None:
            return Budget(solutions=options.solutions)
        return Budget(wall_s=max(self._defaults.seconds / max(reps, 1), 0.1))

    def _store(
        self, company: Company, travel: DayTravel, day: date, planned: list[PlannedDay], versions: dict[int, int]
    ) -> None:
        with self._storage.reading(company.id) as work:
            outcomes = {one.rep.id: outcomes_of_day(work, one.rep.id, day) for one in planned}
            now = work.now
        written = []
        for one in planned:
            version = versions.get(one.rep.id, 0)
            route = route_line(one, travel, self._defaults.geometry_tolerance_m)
            document = day_document(one, route, version + 1, now, outcomes[one.rep.id])
            written.append((day_facts(one, document), version))
        rows = [
            UnplannedRow(account_id=u.account_id, reason=u.reason, detail={"text": u.detail}, rep_id=one.rep.id)
            for one in planned
            for u in unplanned_visits(one)
        ]
        with self._storage.writing(company.id) as work:
            for facts, version in written:
                work.days.put_day(facts, expected_version=version)
            replanned = {one.rep.id for one in planned}
            others = [row for row in work.days.unplanned_of_date(day) if row.rep_id not in replanned]
            work.days.put_unplanned(day, [*others, *rows])
            work.commit()


def _check_not_past(day: date, today: date) -> None:
    """Yesterday is let through: a rep west of the company may still be in it. Raises InvalidInput."""
    earliest = today - timedelta(days=1)
    if day < earliest:
        raise InvalidInput(f"date is {day}, the earliest that can be planned is {earliest}", field="date")


def _ids(accounts: AccountColumns, candidates: Candidates) -> list[int]:
    return [int(accounts.id[row]) for row in candidates.account]


def _done(day: date, planned: list[PlannedDay]) -> PlanDone:
    return PlanDone(
        date=day,
        reps=len(planned),
        planned=sum(len(one.route.stops) for one in planned),
        unplanned=sum(len(unplanned_visits(one)) for one in planned),
        drive_s=sum(one.route.drive_s for one in planned),
        distance_m=sum(one.route.distance_m for one in planned),
    )

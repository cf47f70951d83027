"""Accounts, reps and travel times as a territory design problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from app.services.company_map import CompanyMap
from app.services.errors import InvalidInput
from app.services.skills import SkillBits
from app.services.travel_times import TravelTimes
from app.storage.records import AccountColumns, Rep
from routing.arrays import Int32Array
from routing.engine.cells import unit_cells
from routing.network.snaps import Snaps
from routing.progress import Progress, part
from territories.design.model import UNASSIGNED, Alignment, DesignProblem, Measure, Territories, Units
from territories.design.workload import DriveEstimate, drive_s_per_visit
from territories.sales.call_frequency import VisitDemand


class RedrawOptions(msgspec.Struct, frozen=True):
    """What a manager may ask of a redraw; all optional."""

    workload_tolerance: float = 0.10
    """Workload of a territory within ± this share of its target."""
    potential_tolerance: float = 0.20
    disruption_weight: float = 1.0
    """How strongly accounts stay with their rep: 0 not at all; 1 as much as the average routed time of a visit."""
    moves_per_unit: int | None = None
    """Work of the local search; the same number and seed give the same territories. None: see settings."""
    seed: int = 1
    rep_ids: list[int] | None = None
    """Only these reps get a territory; None: all that are active."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DesignCase:
    """A design problem with what its rows stand for."""

    accounts: AccountColumns
    reps: tuple[Rep, ...]
    problem: DesignProblem


def account_snaps(columns: AccountColumns) -> Snaps:
    """Where the accounts stand on the road network."""
    return Snaps(columns.snap_edge, columns.snap_fraction, columns.snap_distance_m)


def places_in(company_map: CompanyMap, reps: Sequence[Rep], accounts: AccountColumns) -> Snaps:
    """Homes, then accounts, on streets that are open. Raises InvalidInput for a home that is on no road."""
    lon, lat = [rep.home_lon for rep in reps], [rep.home_lat for rep in reps]
    stored = Snaps.join([home_snaps(reps), account_snaps(accounts)])
    return company_map.on_open_streets(stored, np.concatenate([lon, accounts.lon]), np.concatenate([lat, accounts.lat]))


def home_snaps(reps: Sequence[Rep]) -> Snaps:
    """Where the reps live on the road network. Raises InvalidInput for a home that is on no road."""
    for rep in reps:
        if rep.home_snap_edge is None:
            raise InvalidInput(f"the home of {rep.name} is too far from any road", field="reps")
    return Snaps(
        np.array([rep.home_snap_edge for rep in reps], np.int32),
        np.array([rep.home_snap_fraction for rep in reps], np.float32),
        np.array([rep.home_snap_distance_m for rep in reps], np.float32),
    )


def make_case(
    accounts: AccountColumns,
    reps: Sequence[Rep],
    demand: VisitDemand,
    rep_of_account: Mapping[int, int],
    options: RedrawOptions,
    company_map: CompanyMap,
    travel_times: TravelTimes,
    progress: Progress,
) -> DesignCase:
    """The design problem of one redraw. Raises InvalidInput without accounts or reps."""
    if not len(accounts):
        raise InvalidInput("there are no accounts on the road network; import some first", field="accounts")
    if not 1 <= len(reps) <= len(accounts):
        raise InvalidInput(f"{len(reps)} reps for {len(accounts)} accounts: at least 1, at most as many", field="reps")
    _check_locks(accounts, reps)
    places = places_in(company_map, reps, accounts)
    travel = travel_times.between(company_map, places, part(progress, 0.0, 0.9))
    progress(0.92, "who borders on whom")
    homes = np.arange(len(reps), dtype=np.int32)
    units = np.arange(len(reps), len(reps) + len(accounts), dtype=np.int32)
    neighbours = unit_cells(company_map.network, places.take(units)).neighbours
    problem = DesignProblem(
        units=_units(accounts, reps, demand),
        territories=_territories(accounts, reps),
        unit_travel=travel.select(units, units),
        home_to_unit=travel.select(homes, units),
        unit_to_home=travel.select(units, homes),
        neighbours=neighbours,
        measures=_measures(options),
        previous=_previous(accounts, reps, rep_of_account),
        disruption_weight=options.disruption_weight,
        drive=DriveEstimate(),
    )
    return DesignCase(accounts, tuple(reps), problem)


def _check_locks(accounts: AccountColumns, reps: Sequence[Rep]) -> None:
    """Raises InvalidInput where accounts are locked to a rep that gets no territory."""
    locked = accounts.locked_rep_id[accounts.locked_rep_id > 0]
    homeless = int((~np.isin(locked, [rep.id for rep in reps])).sum())
    if homeless:
        them = "1 account is" if homeless == 1 else f"{homeless} accounts are"
        raise InvalidInput(f"{them} locked to reps that are left out; free or include them", field="rep_ids")


def moved_workload_share(case: DesignCase, alignment: Alignment, rep_of_account: Mapping[int, int]) -> float:
    """Share of the workload of accounts that had a rep which goes to another rep, 0 to 1.

    The checker's own figure knows only reps that take part: what a rep who is left out gives away is new to it.
    """
    problem, owner = case.problem, alignment.territory_of_unit
    drive_s = drive_s_per_visit(
        problem.drive,
        problem.unit_travel.duration_s,
        problem.home_to_unit.duration_s,
        problem.unit_to_home.duration_s,
    )
    visits, service_s = problem.units.visits_per_period, problem.units.service_s_per_period
    workload_s = service_s + drive_s[owner, np.arange(owner.size)] * visits
    before = np.array([rep_of_account.get(int(account), 0) for account in case.accounts.id], np.int64)
    after = np.array([rep.id for rep in case.reps], np.int64)[owner]
    total_s = float(workload_s[before > 0].sum())
    return float(workload_s[(before > 0) & (before != after)].sum()) / total_s if total_s > 0 else 0.0


def _measures(options: RedrawOptions) -> tuple[Measure, ...]:
    return (
        Measure("workload", options.workload_tolerance, 1.0),
        Measure("potential", options.potential_tolerance, 0.05, firm=False),
        Measure("count", 0.50, 0.0),
    )


def _units(accounts: AccountColumns, reps: Sequence[Rep], demand: VisitDemand) -> Units:
    territory_of_rep = {rep.id: index for index, rep in enumerate(reps)}
    locked = [territory_of_rep.get(int(rep_id), -1) for rep_id in accounts.locked_rep_id]
    bits = _skill_bits(accounts, reps)
    return Units(
        service_s_per_period=demand.visits_per_period * demand.service_s,
        visits_per_period=demand.visits_per_period,
        potential=accounts.potential,
        required_skills=np.array([bits.mask(names) for names in accounts.required_skills], np.int64),
        locked_territory=np.array(locked, np.int32),
    )


def _territories(accounts: AccountColumns, reps: Sequence[Rep]) -> Territories:
    bits = _skill_bits(accounts, reps)
    return Territories(
        target_weight=np.array([weekly_working_s(rep) for rep in reps], np.float64),
        skills=np.array([bits.mask(rep.skills) for rep in reps], np.int64),
    )


def weekly_working_s(rep: Rep) -> float:
    """Seconds a rep works in a week, without breaks: what shares of the workload are made by."""
    return max(float(rep.shift_end_s - rep.shift_begin_s - rep.break_s), 60.0) * max(len(rep.workdays), 1)


def _skill_bits(accounts: AccountColumns, reps: Sequence[Rep]) -> SkillBits:
    return SkillBits([*(s for names in accounts.required_skills for s in names), *(s for r in reps for s in r.skills)])


def _previous(accounts: AccountColumns, reps: Sequence[Rep], rep_of_account: Mapping[int, int]) -> Alignment | None:
    if not rep_of_account:
        return None
    territory_of_rep = {rep.id: index for index, rep in enumerate(reps)}
    held: Int32Array = np.array(
        [territory_of_rep.get(rep_of_account.get(int(account), -1), UNASSIGNED) for account in accounts.id], np.int32
    )
    return Alignment(held)


def select_reps(reps: Sequence[Rep], rep_ids: list[int] | None) -> list[Rep]:
    """The active reps that are asked for. Raises InvalidInput for an id that is not there."""
    if rep_ids is None:
        return list(reps)
    wanted = set(rep_ids)
    unknown = wanted - {rep.id for rep in reps}
    if unknown:
        raise InvalidInput(f"rep {min(unknown)} is not an active rep", field="rep_ids")
    return [rep for rep in reps if rep.id in wanted]

"""Matrix, redraw and plan of one company, each beside its obvious peers on the very same input."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.services.design_problem import account_snaps, home_snaps
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.network.snaps import Snaps
from routing.visits.budget import Budget
from routing.visits.checker import check
from routing.visits.model import Problem
from routing.visits.plan import Plan
from routing.visits.plan_from_orders import plan_from_orders
from routing.visits.schedule import OrderDoesNotFit
from routing.visits.solver_ortools import OrToolsSolver
from scripts.bench.company import BenchCompany
from scripts.bench.matrix_peers import Rows, networkx_rows, scipy_rows, seconds_and_metres
from scripts.bench.redraw_peers import nearest_home, plain_k_means
from scripts.bench.report import OURS, Report, Watch, stopwatch
from scripts.bench.visit_peers import plain_ortools
from territories.design.checker import measure
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Alignment, DesignProblem
from territories.design.model import Budget as DesignBudget

Tell = Callable[[str], None]


def run_matrices(
    report: Report, company: BenchCompany, sizes: list[int], networkx_rows_asked: int, seed: int, tell: Tell
) -> None:
    """Rows `matrix nxn` between accounts; ours must equal scipy's, cell by cell.

    networkx is asked for a few sources of the smallest matrix, and its seconds are scaled up.
    """
    network, places = company.company.map.network, company.places()
    engine = HierarchyEngine.build(network, threads=1)
    all_cores = HierarchyEngine(network, engine.prepared)
    tell("graphs for scipy and networkx, not counted")
    scipy, networkx = scipy_rows(network), networkx_rows(network)
    random = np.random.default_rng(seed)
    for n in sizes:
        chosen = random.choice(len(places), n, replace=n > len(places)).astype(np.int32)
        some, case = places.take(chosen), f"matrix {n}x{n}"
        tell(case)
        with stopwatch() as watch:
            ours = engine.matrix(some, some)
        with stopwatch() as threads_watch:
            found = all_cores.matrix(some, some)
        tell(f"{case}, scipy")
        scipy_watch, truth = _ask(scipy, some, n)
        _note_matrix(report, case, OURS, watch, ours, truth, "one core")
        _note_matrix(report, case, f"{OURS}, all cores", threads_watch, found, truth, "a thread a processor")
        _note_matrix(report, case, "scipy", scipy_watch, truth, ours, "csgraph.dijkstra on the same states")
        if n == min(sizes):
            tell(f"{case}, networkx")
            few = min(n, networkx_rows_asked)
            _note_matrix(report, case, "networkx", *_ask(networkx, some, few), ours, f"{few} sources, scaled to {n}")


def _ask(rows: Rows, some: Snaps, count: int) -> tuple[Watch, TravelMatrix]:
    with stopwatch() as watch:
        keys = rows(some, some, count)
    return watch, TravelMatrix(*(part.astype(np.int32) for part in seconds_and_metres(keys, UNREACHABLE_S)))


def _note_matrix(
    report: Report, case: str, system: str, watch: Watch, found: TravelMatrix, other: TravelMatrix, how: str
) -> None:
    rows, n = found.duration_s.shape
    same_times = np.array_equal(found.duration_s, other.duration_s[:rows])
    same = same_times and np.array_equal(found.distance_m, other.distance_m[:rows])
    report.add(
        case=case, system=system, n=n, watch=watch, value=round(float(found.duration_s.mean()), 3), feasible=same,
        seed=0, rows=rows, figure=watch.wall_s * n / rows, cpu=watch.cpu_s * n / rows, unit="s", scaled=rows < n,
        result=f"{how}; {'all' if same else 'NOT all'} {rows * n:,} cells equal",
    )  # fmt: skip


def run_redraw(report: Report, company: BenchCompany, work_dir: Path, seed: int, tell: Tell) -> None:
    """Row `redraw`: from accounts on the network to territories, travel times included, nothing in force before."""
    tell("redraw")
    with stopwatch() as watch:
        case = company.design_case(work_dir / "travel_times")
        budget = DesignBudget(moves_per_unit=company.app.settings.redraw_moves_per_unit)
        alignment = LocationAllocationDesigner().design(case.problem, budget, seed)
    _note_redraw(report, OURS, watch, case.problem, alignment)
    tell("redraw, peers")
    homes, units = home_snaps(case.reps), account_snaps(case.accounts)
    with stopwatch() as watch:
        owner = nearest_home(company.company.map.engine.matrix(homes, units).duration_s)
    _note_redraw(report, "nearest home", watch, case.problem, Alignment(owner))
    home_lon, home_lat = (np.array([getattr(rep, name) for rep in case.reps]) for name in ("home_lon", "home_lat"))
    with stopwatch() as watch:
        owner = plain_k_means(case.accounts.lon, case.accounts.lat, home_lon, home_lat, seed)
    _note_redraw(report, "k-means", watch, case.problem, Alignment(owner))


def _note_redraw(report: Report, system: str, watch: Watch, problem: DesignProblem, alignment: Alignment) -> None:
    measured = measure(problem, alignment)
    names = [balanced.name for balanced in problem.measures]
    off = {name: float(np.abs(row).max()) for name, row in zip(names, measured.deviation, strict=True)}
    cut_off, routed_h = int(measured.cut_off.sum()), measured.routed_s / 3600
    report.add(
        case="redraw", system=system, n=len(problem.units), watch=watch, value=round(routed_h, 2),
        feasible=measured.feasible, seed=0, figure=watch.wall_s, cpu=watch.cpu_s, unit="s",
        territories=len(problem.territories),
        workload_off=round(off["workload"], 4), potential_off=round(off["potential"], 4), cut_off=cut_off,
        broken=sorted({violation.rule for violation in measured.violations}),
        result=f"hours ±{off['workload']:.1%}, potential ±{off['potential']:.1%}, {cut_off} cut off, "
        f"{routed_h:,.0f} h routed from homes",
    )  # fmt: skip


@dataclass
class _Sum:
    """All reps' days of one system together."""

    watch: Watch
    stops: int = 0
    priority: int = 0
    mandatory_missed: int = 0
    drive_s: int = 0
    nothing: int = 0
    """Days without an answer, or with one that breaks a rule."""

    def take(self, watch: Watch, problem: Problem, plan: Plan | None) -> None:
        self.watch.wall_s += watch.wall_s
        self.watch.cpu_s += watch.cpu_s
        mandatory = problem.visits.mandatory
        if plan is None or check(problem, plan):
            self.nothing += 1
            self.mandatory_missed += int(mandatory.sum())
            return
        planned = np.array([visit for order in plan.orders for visit in order], np.int64)
        self.stops += planned.size
        self.priority += int(problem.visits.priority[planned].sum())
        self.mandatory_missed += int(mandatory.sum() - mandatory[planned].sum())
        self.drive_s += plan.drive_s


def run_plan(report: Report, company: BenchCompany, days: int, seed: int, tell: Tell) -> None:
    """Row `plan`: all reps' days, rep by rep in turns; `plan, N days' visits` offers what is due on N days to one.

    OR-Tools with nothing chosen ends where its local search ends; at most it gets the service's time for a day.
    """
    case = "plan" if days == 1 else f"plan, {days} days' visits"
    tell(case)
    settings = company.app.settings
    problems = company.day_problems(days)
    limit_s = max(settings.plan_seconds / len(problems), 0.1)
    solver, budget = OrToolsSolver(), Budget(solutions=settings.prepare_solutions)
    with stopwatch() as idle:
        pass
    sums = {system: _Sum(Watch(idle.load_before)) for system in (OURS, "or-tools")}
    for problem in problems:
        with stopwatch() as watch:
            plan: Plan | None = solver.solve(problem, budget, seed)
        sums[OURS].take(watch, problem, plan)
        with stopwatch() as watch:
            plan = _plain(problem, limit_s)
        sums["or-tools"].take(watch, problem, plan)
    visits = sum(len(problem.visits) for problem in problems)
    for system, one in sums.items():
        none = f", {one.nothing} days without an answer" if one.nothing else ""
        report.add(
            case=case, system=system, n=visits, watch=one.watch, value=one.priority, feasible=one.nothing == 0,
            seed=seed, figure=one.watch.wall_s, cpu=one.watch.cpu_s, unit="s", reps=len(problems), stops=one.stops,
            mandatory_missed=one.mandatory_missed, drive_s=one.drive_s,
            result=f"{one.stops} of {visits} visits, priority {one.priority:,}, "
            f"{one.mandatory_missed} mandatory missed, {one.drive_s / 3600:.2f} h drive{none}",
        )  # fmt: skip


def _plain(problem: Problem, limit_s: float) -> Plan | None:
    if not len(problem.visits):
        return plan_from_orders(problem, [[] for _ in problem.shifts])
    orders = plain_ortools(problem, limit_s)
    try:
        return None if orders is None else plan_from_orders(problem, orders)
    except OrderDoesNotFit:
        return None

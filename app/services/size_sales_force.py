"""How many reps the workload of the territories in force asks for."""

from statistics import mean

import msgspec

from app.services.company import read_organisation
from app.services.errors import NotFound
from app.services.sales_settings import sales_settings
from app.storage.records import Rep
from app.storage.unit_of_work import Storage
from territories.sales.sizing import CapacityAssumptions, Sizing, reps_needed


class SizingView(msgspec.Struct, frozen=True):
    """The number of reps with what it rests on."""

    reps_now: int
    reps_needed: int
    workload_s: float
    capacity_s_per_rep: float
    assumptions: list[str]


def size_sales_force(storage: Storage, organisation_id: int) -> SizingView:
    """From the measured workload and the reps' own shifts. Raises NotFound without territories in force."""
    with storage.reading(organisation_id) as work:
        current = work.alignments.current()
        if current is None:
            raise NotFound("no territories are in force", code="no_territories")
        reps = work.reps.all()
        period_weeks = sales_settings(read_organisation(work)).period_weeks
    workload_s = float(sum(one["workload_s"] for one in current.measures["territories"]))
    sizing: Sizing = reps_needed(workload_s, capacity_of(reps, period_weeks))
    return SizingView(len(reps), sizing.reps, workload_s, sizing.capacity_s, list(sizing.assumptions))


def capacity_of(reps: list[Rep], period_weeks: int) -> CapacityAssumptions:
    """The average rep's shift; absence and office time by default."""
    if not reps:
        return CapacityAssumptions(period_weeks=period_weeks)
    return CapacityAssumptions(
        period_weeks=period_weeks,
        workdays_per_week=mean(max(len(rep.workdays), 1) for rep in reps),
        shift_h=mean((rep.shift_end_s - rep.shift_begin_s) / 3600 for rep in reps),
        break_h=mean(rep.break_s / 3600 for rep in reps),
    )

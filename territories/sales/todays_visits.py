"""The visits a rep should consider on one workday: few enough to plan well, near enough to each other to drive."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Int32Array, frozen
from territories.sales.call_frequency import NEVER, CallFrequencies, VisitDemand, urgency
from territories.sales.visit_pattern import VisitPattern

PLANNED, OVERDUE, AHEAD = 0, 1, 2
ORIGIN_NAMES = ("planned", "overdue", "ahead")


@dataclass(frozen=True, slots=True)
class CandidateVisits:
    """Candidates of one rep's day, the most pressing first; read-only columns of one length."""

    unit: Int32Array
    """Index into the rep's units."""
    priority: Int32Array
    """At least 1; the larger, the more it is worth."""
    mandatory: BoolArray
    due_day: Int32Array
    origin: Int32Array
    """PLANNED by the pattern, OVERDUE from an earlier day, or taken AHEAD from the coming days of the same area."""

    def __post_init__(self) -> None:
        for name in ("unit", "priority", "mandatory", "due_day", "origin"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def __len__(self) -> int:
        return int(self.unit.size)


def todays_visits(
    frequencies: CallFrequencies,
    demand: VisitDemand,
    pattern: VisitPattern,
    last_visit_day: Int32Array,
    today: int,
    workday: int,
    *,
    horizon_days: int = 7,
    too_soon: float = 0.5,
    most_candidates: int = 40,
) -> CandidateVisits:
    """Candidates for one rep's `workday`, which falls on day `today` (see ``workday_of``).

    All columns are of the rep's n units; `last_visit_day` is NEVER where no visit is on record.
    - planned: the pattern's units of the day, unless visited less than `too_soon` intervals ago;
    - overdue: late units of the day's area, and mandatory ones wherever they lie;
    - ahead: units of the day's area that fall due within `horizon_days`.
    Units without a visit on record wait for the pattern. The list is cut at `most_candidates`, mandatory ones first,
    then planned, overdue, ahead, then by priority; mandatory ones are never cut.
    """
    due, priority, mandatory = urgency(frequencies, demand, last_visit_day, today)
    known = last_visit_day != NEVER
    area = pattern.area_of(workday)
    since = today - np.where(known, last_visit_day, 0).astype(np.float64)
    wanted = np.isfinite(demand.interval_days)
    fresh = known & (since < too_soon * np.where(wanted, demand.interval_days, 0.0))
    origin = np.full(len(due), -1, dtype=np.int32)
    origin[known & area & (due <= today + horizon_days)] = AHEAD
    origin[known & ((area & (due < today)) | mandatory)] = OVERDUE
    origin[pattern.visited_on(workday)] = PLANNED
    chosen = np.flatnonzero((origin >= 0) & wanted & ~fresh)
    keys = (chosen, due[chosen], -priority[chosen], origin[chosen], ~mandatory[chosen])
    unit = chosen[np.lexsort(keys)].astype(np.int32)
    unit = unit[: max(most_candidates, int(mandatory[unit].sum()))]
    return CandidateVisits(unit, priority[unit], mandatory[unit], due[unit], origin[unit])

"""How often each account wants a visit, and which are due on a day.

Days are whole numbers that count up by one a day, any origin (``date.toordinal()`` does); the caller owns the calendar.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from routing.arrays import BoolArray, Float64Array, Int32Array, frozen

NEVER = np.int32(-(2**31))
"""`last_visit_day` of an account that no visit is recorded for."""


FEWEST_VISITS = 1e-3
"""Fewer visits per period than this count as none."""


class CallFrequencyInvalid(ValueError):
    """A call frequency that cannot be. Names the class, the field and the limit."""

    def __init__(self, class_name: str, field_name: str, value: object, limit: str) -> None:
        super().__init__(f"call frequency of {class_name}: {field_name} is {value!r}, but must be {limit}")
        self.class_name = class_name
        self.field_name = field_name
        self.value = value
        self.limit = limit


@dataclass(frozen=True, slots=True)
class ClassFrequency:
    """What one class of accounts gets."""

    name: str
    visits_per_period: float
    service_s: int
    base_priority: int
    """Priority of a visit on the day it falls due; rises with lateness up to three times this."""
    mandatory_after: float = inf
    """Mandatory once overdue by more than this many intervals; inf: never."""

    def __post_init__(self) -> None:
        if not 0 <= self.visits_per_period <= 1000:
            raise CallFrequencyInvalid(self.name, "visits_per_period", self.visits_per_period, "from 0 to 1000")
        if not 0 < self.service_s <= 86_400:
            raise CallFrequencyInvalid(self.name, "service_s", self.service_s, "from 1 to 86400")
        if not 1 <= self.base_priority <= 1000:
            raise CallFrequencyInvalid(self.name, "base_priority", self.base_priority, "from 1 to 1000")
        if not self.mandatory_after >= 0:
            raise CallFrequencyInvalid(self.name, "mandatory_after", self.mandatory_after, "at least 0")


DEFAULT_CLASSES = (
    ClassFrequency("A", 4, 45 * 60, base_priority=40, mandatory_after=1.0),
    ClassFrequency("B", 2, 30 * 60, base_priority=25, mandatory_after=1.5),
    ClassFrequency("C", 1, 20 * 60, base_priority=15),
    ClassFrequency("D", 0.5, 15 * 60, base_priority=10),
)


@dataclass(frozen=True, slots=True)
class CallFrequencies:
    """Visits per period of `period_weeks` and service time, by class; class 0 first."""

    classes: tuple[ClassFrequency, ...] = DEFAULT_CLASSES
    period_weeks: int = 4
    most_overdue: float = 2.0
    """Priority stops rising once a visit is this many intervals late: an account nobody wants must not win for ever."""

    def __post_init__(self) -> None:
        if not self.classes:
            raise CallFrequencyInvalid("all classes", "classes", 0, "at least one class")
        if not 1 <= self.period_weeks <= 104:
            raise CallFrequencyInvalid("all classes", "period_weeks", self.period_weeks, "from 1 to 104")
        if not 0 <= self.most_overdue <= 100:
            raise CallFrequencyInvalid("all classes", "most_overdue", self.most_overdue, "from 0 to 100")


@dataclass(frozen=True, slots=True)
class VisitDemand:
    """What n units ask for; read-only columns."""

    visits_per_period: Float64Array
    service_s: Int32Array
    interval_days: Float64Array
    """Calendar days from one visit to the next; inf where none is wanted."""
    class_index: Int32Array
    period_weeks: int

    def __post_init__(self) -> None:
        for name in ("visits_per_period", "service_s", "interval_days", "class_index"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def take(self, units: npt.NDArray[np.integer]) -> "VisitDemand":
        """The demand of `units`, in that order."""
        columns = (self.visits_per_period, self.service_s, self.interval_days, self.class_index)
        visits, service, interval, class_index = columns
        return VisitDemand(visits[units], service[units], interval[units], class_index[units], self.period_weeks)


def visit_demand(
    frequencies: CallFrequencies,
    class_index: Int32Array,
    own_visits_per_period: Float64Array | None = None,
    own_service_s: Float64Array | None = None,
) -> VisitDemand:
    """Visits and service time of every unit: its own where given (not NaN), else its class's.

    Raises CallFrequencyInvalid for a class that is not there or a negative or infinite number of its own.
    """
    count = len(frequencies.classes)
    if class_index.size and not (class_index.min() >= 0 and class_index.max() < count):
        wrong = int(class_index.min()) if class_index.min() < 0 else int(class_index.max())
        raise CallFrequencyInvalid("a unit", "class_index", wrong, f"from 0 to {count - 1}")
    visits = np.array([c.visits_per_period for c in frequencies.classes], dtype=np.float64)[class_index]
    service = np.array([c.service_s for c in frequencies.classes], dtype=np.float64)[class_index]
    visits = _own_or(visits, own_visits_per_period, "visits_per_period", 1000)
    service = _own_or(service, own_service_s, "service_s", 86_400)
    interval = np.full(visits.shape, np.inf)
    np.divide(frequencies.period_weeks * 7, visits, out=interval, where=visits >= FEWEST_VISITS)
    return VisitDemand(
        visits, service.astype(np.int32), interval, class_index.astype(np.int32), frequencies.period_weeks
    )


def _own_or(of_class: Float64Array, own: Float64Array | None, name: str, highest: float) -> Float64Array:
    if own is None:
        return of_class
    if own.shape != of_class.shape:
        raise CallFrequencyInvalid("all units", f"the number of {name}", own.shape, f"{of_class.shape}")
    wrong = ~np.isnan(own) & ~((own >= 0) & (own <= highest))
    if wrong.any():
        unit = int(wrong.argmax())
        raise CallFrequencyInvalid(f"unit {unit}", name, float(own[unit]), f"from 0 to {highest:g}")
    return np.where(np.isnan(own), of_class, own)


@dataclass(frozen=True, slots=True)
class DueVisits:
    """Visits due on a day, the most pressing first; read-only columns of one length."""

    unit: Int32Array
    due_day: Int32Array
    """The day the visit falls due; the asked day where no visit is on record."""
    overdue_days: Int32Array
    """Above 0: late; below 0: due within the horizon only."""
    priority: Int32Array
    mandatory: BoolArray

    def __post_init__(self) -> None:
        for name in ("unit", "due_day", "overdue_days", "priority", "mandatory"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def __len__(self) -> int:
        return int(self.unit.size)


def urgency(
    frequencies: CallFrequencies, demand: VisitDemand, last_visit_day: Int32Array, today: int
) -> tuple[Int32Array, Int32Array, BoolArray]:
    """(due_day, priority, mandatory) of every unit on `today`, due or not.

    priority = base of the class × (1 + lateness in intervals), between half the base (not yet due) and
    1 + `most_overdue` times the base, at least 1. A unit without a visit on record is due today and not late.
    """
    never = last_visit_day == NEVER
    wanted = np.isfinite(demand.interval_days)
    interval = np.where(wanted, demand.interval_days, 1.0)
    last = np.where(never, 0, last_visit_day).astype(np.float64)
    due = np.where(never, today, last + np.maximum(np.rint(interval), 1))
    late = (today - due) / interval
    base = np.array([c.base_priority for c in frequencies.classes], dtype=np.float64)[demand.class_index]
    limit = np.array([c.mandatory_after for c in frequencies.classes], dtype=np.float64)[demand.class_index]
    priority = np.maximum(np.rint(base * (1 + np.clip(late, -0.5, frequencies.most_overdue))), 1)
    mandatory = wanted & ~never & (late > limit)
    return due.astype(np.int32), priority.astype(np.int32), mandatory


def due_visits(
    frequencies: CallFrequencies, demand: VisitDemand, last_visit_day: Int32Array, today: int, horizon_days: int = 0
) -> DueVisits:
    """The units due on `today` or within `horizon_days` after it, most pressing first (ties: longer due, lower index).

    `last_visit_day` is (n) int32, NEVER where no visit is recorded. Units that want no visits are never due.
    """
    due, priority, mandatory = urgency(frequencies, demand, last_visit_day, today)
    chosen = np.flatnonzero(np.isfinite(demand.interval_days) & (due <= today + horizon_days))
    order = chosen[np.lexsort((chosen, due[chosen], -priority[chosen], ~mandatory[chosen]))].astype(np.int32)
    return DueVisits(order, due[order], (today - due[order]).astype(np.int32), priority[order], mandatory[order])

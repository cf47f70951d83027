"""How many reps the workload asks for."""

from dataclasses import dataclass
from math import ceil, isfinite


class SizingInputInvalid(ValueError):
    """An assumption or workload that no number of reps follows from. Names the field and the limit."""

    def __init__(self, field_name: str, value: object, limit: str) -> None:
        super().__init__(f"{field_name} is {value!r}, but must be {limit}")
        self.field_name = field_name
        self.value = value
        self.limit = limit


@dataclass(frozen=True, slots=True)
class CapacityAssumptions:
    """What one rep can do in a period."""

    period_weeks: float = 4.0
    workdays_per_week: float = 5.0
    shift_h: float = 8.0
    break_h: float = 0.5
    absence_share: float = 0.15
    """Holidays, illness and training, of all workdays."""
    office_share: float = 0.10
    """Preparation and reports, of the time on a workday without the break."""

    def __post_init__(self) -> None:
        for name, highest in (("period_weeks", 104), ("workdays_per_week", 7), ("shift_h", 24)):
            if not 0 < getattr(self, name) <= highest:
                raise SizingInputInvalid(name, getattr(self, name), f"above 0 and at most {highest}")
        for name in ("absence_share", "office_share"):
            if not 0 <= getattr(self, name) < 1:
                raise SizingInputInvalid(name, getattr(self, name), "from 0 to below 1")
        if not 0 <= self.break_h < self.shift_h:
            raise SizingInputInvalid("break_h", self.break_h, f"from 0 to below shift_h ({self.shift_h:g})")

    @property
    def capacity_s(self) -> float:
        """Seconds of service and driving that one rep has in a period."""
        days = self.period_weeks * self.workdays_per_week * (1 - self.absence_share)
        return days * (self.shift_h - self.break_h) * (1 - self.office_share) * 3600

    def as_text(self) -> tuple[str, ...]:
        """The assumptions, one sentence each."""
        return (
            f"a period of {self.period_weeks:g} weeks with {self.workdays_per_week:g} workdays each",
            f"{self.absence_share:.0%} of the workdays lost to holidays, illness and training",
            f"{self.shift_h:g} h a day, of them {self.break_h:g} h break",
            f"{self.office_share:.0%} of the rest for preparation and reports",
            "the workload already holds an estimate of the driving",
            "every rep can do every visit (skills and distances can ask for more)",
        )


@dataclass(frozen=True, slots=True)
class Sizing:
    """Number of reps with what it rests on."""

    reps: int
    """Whole reps that carry the workload."""
    exact_reps: float
    workload_s: float
    capacity_s: float
    """Of one rep."""
    assumptions: tuple[str, ...]


def reps_needed(workload_s: float, capacity: CapacityAssumptions | None = None) -> Sizing:
    """Reps needed for `workload_s` (service and driving of one period, all accounts). Raises SizingInputInvalid."""
    capacity = capacity or CapacityAssumptions()
    if not (isfinite(workload_s) and workload_s >= 0):
        raise SizingInputInvalid("workload_s", workload_s, "a number of seconds from 0 up")
    exact = workload_s / capacity.capacity_s
    whole = ceil(exact - 1e-9)  # a workload of exactly n capacities is n reps, whatever the last bit says
    return Sizing(whole, exact, workload_s, capacity.capacity_s, capacity.as_text())

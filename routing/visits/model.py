"""What a solver is given: shifts, and the problem that joins them with visits and travel times."""

from dataclasses import dataclass

import numpy as np

from routing.engine.travel_matrix import TravelMatrix
from routing.visits.visits import Visits

NO_LIMIT_S = 2**30
"""`Shift.max_drive_s` and `capacity` where there is no limit; later than every time of a problem."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One working period of one rep.

    begin_s, end_s: first departure and last return, seconds on the axis of the visits' windows.
    start_place, end_place: rows of the travel matrix.
    break_begin_s, break_end_s: the window that holds the whole break; break_s: its length, 0 = no break.
    max_drive_s: most driving in the shift. skills: bits the rep has. day: index of the day, for the reader only.
    capacity: most load that its visits may ask for together.
    """

    rep: int
    begin_s: int
    end_s: int
    start_place: int
    end_place: int
    break_begin_s: int = 0
    break_end_s: int = 0
    break_s: int = 0
    max_drive_s: int = NO_LIMIT_S
    skills: int = 0
    day: int = 0
    capacity: int = NO_LIMIT_S

    def __post_init__(self) -> None:
        if not 0 <= self.begin_s <= self.end_s < NO_LIMIT_S:
            raise ValueError(f"begin_s {self.begin_s} and end_s {self.end_s} must rise within 0..{NO_LIMIT_S - 1}")
        for name in ("rep", "start_place", "end_place", "break_s", "max_drive_s", "skills", "day", "capacity"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, below 0")
        if self.break_s and not 0 <= self.break_begin_s <= self.break_end_s - self.break_s:
            raise ValueError(
                f"break_s {self.break_s} does not fit between break_begin_s {self.break_begin_s} and "
                f"break_end_s {self.break_end_s}"
            )


@dataclass(frozen=True, slots=True)
class Problem:
    """Visits to be placed on shifts with given travel times. Validates that every place and shift exists."""

    visits: Visits
    shifts: tuple[Shift, ...]
    travel: TravelMatrix

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", tuple(self.shifts))
        visits, rows = self.visits, self.travel.duration_s.shape[0]
        if self.travel.duration_s.shape != (rows, rows):
            raise ValueError(f"travel must be square; it is {self.travel.duration_s.shape}")
        if rows and (min(int(self.travel.duration_s.min()), int(self.travel.distance_m.min())) < 0):
            raise ValueError("travel holds a negative duration or distance")
        places = np.concatenate(
            [visits.place, np.array([[s.start_place, s.end_place] for s in self.shifts], np.int32).ravel()]
        )
        if len(places) and places.max() >= rows:
            raise ValueError(f"place {places.max()} is beyond the travel matrix of {rows} rows")
        if len(visits) and visits.pinned_shift.max() >= len(self.shifts):
            raise ValueError(f"pinned_shift {visits.pinned_shift.max()} is beyond the {len(self.shifts)} shifts")
        allowed = visits.allowed_shifts
        if allowed is not None and allowed.shape[1] != len(self.shifts):
            raise ValueError(f"allowed_shifts has {allowed.shape[1]} columns for {len(self.shifts)} shifts")

    def drive_s(self, from_place: int, to_place: int) -> int:
        """Driving time between two places, UNREACHABLE_S where there is no way."""
        return int(self.travel.duration_s[from_place, to_place])

    def distance_m(self, from_place: int, to_place: int) -> int:
        """Length of the same path, UNREACHABLE_S where there is no way."""
        return int(self.travel.distance_m[from_place, to_place])

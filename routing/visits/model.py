"""What a solver is given: shifts, and the problem that joins them with visits and travel times."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.traffic.timed_kernels import NEVER_S
from routing.traffic.timed_matrix import Drive, TimedMatrix
from routing.visits.visits import Visits

NO_LIMIT_S = 2**30
"""`Shift.max_drive_s` and `capacity` where there is no limit; later than every time of a problem."""
NO_PAUSE = (NEVER_S, NEVER_S)


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
    """Visits to be placed on shifts with given travel times. Validates that every place and shift exists.

    timed: travel times that depend on when one leaves, on the axis of the shifts; `travel` is then what no journey is
    faster than (`timed_problem` makes both). None: `travel` holds all day.
    """

    visits: Visits
    shifts: tuple[Shift, ...]
    travel: TravelMatrix
    timed: TimedMatrix | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", tuple(self.shifts))
        visits, rows = self.visits, self.travel.duration_s.shape[0]
        if self.travel.duration_s.shape != (rows, rows):
            raise ValueError(f"travel must be square; it is {self.travel.duration_s.shape}")
        if self.timed is not None and self.timed.duration_s.shape[1:] != (rows, rows):
            raise ValueError(f"timed must be of the shape of travel; its layers are {self.timed.duration_s.shape[1:]}")
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
        """Least driving time between two places, whenever one leaves; UNREACHABLE_S where there is no way."""
        return int(self.travel.duration_s[from_place, to_place])

    def drive(self, from_place: int, to_place: int, leave_s: int, pause: tuple[int, int] = NO_PAUSE) -> Drive:
        """The journey that begins at `leave_s` and makes no way from pause[0] to pause[1]; NEVER_S where there is none.

        A pause that begins with the arrival is not on the way.
        """
        if self.timed is not None:
            return self.timed.drive(from_place, to_place, leave_s, pause)
        whole_s = int(self.travel.duration_s[from_place, to_place])
        if whole_s >= UNREACHABLE_S:
            return Drive(NEVER_S, UNREACHABLE_S)
        arrive_s = leave_s + whole_s
        if pause[0] < arrive_s and leave_s < pause[1]:
            arrive_s += pause[1] - max(leave_s, pause[0])
        return Drive(arrive_s, int(self.travel.distance_m[from_place, to_place]))

    def latest_leave_s(
        self,
        from_place: int,
        to_place: int,
        arrive_by_s: int,
        since_s: int,
        until_s: int,
        pause: tuple[int, int] = NO_PAUSE,
    ) -> int:
        """The last second of since_s..until_s at which one arrives by `arrive_by_s`; leaving at `since_s` does."""
        if self.timed is None and pause == NO_PAUSE:
            return min(until_s, arrive_by_s - self.drive_s(from_place, to_place))
        lower, upper = since_s, until_s
        while lower < upper:
            middle = (lower + upper + 1) // 2
            in_time = self.drive(from_place, to_place, middle, pause).arrive_s <= arrive_by_s
            lower, upper = (middle, upper) if in_time else (lower, middle - 1)
        return lower


def timed_problem(visits: Visits, shifts: Iterable[Shift], timed: TimedMatrix) -> Problem:
    """A problem whose travel times depend on when one leaves; `timed` is square over the places."""
    return Problem(visits, tuple(shifts), timed.fastest(), timed)

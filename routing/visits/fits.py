"""Questions to the kernels about one problem: does an order fit, where does one more visit fit cheapest?"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array
from routing.traffic.timed_kernels import TimedArrays
from routing.visits.fits_kernels import ShiftScalars, VisitArrays, cheapest_insertion, return_s
from routing.visits.model import Problem, Shift
from routing.visits.timed_fits_kernels import timed_insertion, timed_route


@dataclass(frozen=True, slots=True)
class Fits:
    """The kernels' view of a problem, and the kernels that suit it."""

    visits: VisitArrays
    shifts: tuple[ShiftScalars, ...]
    timed: TimedArrays | None

    @staticmethod
    def of(problem: Problem) -> "Fits":
        """The view of `problem`."""
        visits = problem.visits
        arrays = VisitArrays(
            visits.place,
            visits.service_s,
            visits.window_first,
            visits.window_begin_s,
            visits.window_end_s,
            problem.travel.duration_s,
            visits.load,
        )
        shifts = tuple(_scalars(shift) for shift in problem.shifts)
        return Fits(arrays, shifts, None if problem.timed is None else problem.timed.arrays)

    def return_s(self, shift: int, order: Int32Array) -> int:
        """Earliest return of a shift after visiting `order` (not empty), -1 where it does not fit."""
        if self.timed is None:
            return return_s(self.visits, self.shifts[shift], order, len(order))
        return timed_route(self.visits, self.shifts[shift], self.timed, order, len(order)).return_s

    def cheapest_insertion(self, shift: int, order: Int32Array, visit: int) -> tuple[int, int]:
        """(added driving, position) of the cheapest feasible insertion into `order`; (LATE_S, -1) where none."""
        n, buffer = len(order), np.empty(len(order) + 1, np.int32)
        if self.timed is None:
            return cheapest_insertion(self.visits, self.shifts[shift], order, n, visit, buffer)
        return timed_insertion(self.visits, self.shifts[shift], self.timed, order, n, visit, buffer)


def _scalars(shift: Shift) -> ShiftScalars:
    return ShiftScalars(
        shift.begin_s,
        shift.end_s,
        shift.start_place,
        shift.end_place,
        shift.break_begin_s,
        shift.break_end_s,
        shift.break_s,
        shift.max_drive_s,
        shift.capacity,
    )

"""What a solver answers: day routes with times, what stayed unplanned and why, and what a checker finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit with its times: arrival, begin of service, end of service (a wait or the break may precede or follow)."""

    visit: int
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class DayRoute:
    """One shift's stops in order; a shift without stops has depart_s = return_s and no break.

    wait_s is what is left of return_s - depart_s without driving, service and the break (where that lies between).
    break_begin_s may lie at a stop before or after service, within a leg, before departure or after the return.
    """

    shift: int
    stops: tuple[Stop, ...]
    depart_s: int
    return_s: int
    drive_s: int
    distance_m: int
    wait_s: int
    service_s: int
    break_begin_s: int | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", tuple(self.stops))

    @property
    def order(self) -> tuple[int, ...]:
        """The visits in the order of the stops."""
        return tuple(stop.visit for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A visit that did not fit. `reason` is a code of `reasons.REASONS`.

    shift: where it came closest, -1 if that says nothing; excess_s: by how much the limit is missed there, 0 where it
    cannot be measured in seconds.
    """

    visit: int
    reason: str
    shift: int = -1
    excess_s: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """One route a shift, in the order of the shifts, and every visit that is in none of them."""

    routes: tuple[DayRoute, ...]
    unplanned: tuple[Unplanned, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "routes", tuple(self.routes))
        object.__setattr__(self, "unplanned", tuple(self.unplanned))

    @property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """Per shift the visits in order: all that a solver needs to start again from this plan."""
        return tuple(route.order for route in self.routes)

    @property
    def drive_s(self) -> int:
        """Driving of all routes."""
        return sum(route.drive_s for route in self.routes)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: a code of `checker.RULES`, the visit and shift concerned (-1 = none), and by how much."""

    rule: str
    visit: int
    excess_s: int
    shift: int = -1

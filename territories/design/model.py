"""What a territory design is made from and what comes out: arrays for many, dataclasses for few.

Territory `t` belongs to one rep with one home; a unit is the smallest piece that is
assigned (an account or a postcode).
"""

from dataclasses import dataclass, field, fields
from typing import Literal, Protocol

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, frozen
from routing.engine.travel_matrix import TravelMatrix
from routing.progress import Progress, silent
from territories.design.errors import DesignInputError
from territories.design.workload import DriveEstimate

UNLOCKED = -1
"""`locked_territory` of a unit that may go anywhere."""
UNASSIGNED = -1
"""`territory_of_unit` of a unit that nobody held before (a new account, or one of a rep who left)."""

MeasureName = Literal["workload", "potential", "count"]


def _require(good: BoolArray, name: str, limit: str, values: np.ndarray) -> None:
    bad = np.flatnonzero(~good)
    if bad.size:
        raise DesignInputError(name, limit, values[bad[0]].item(), int(bad[0]))


def _columns_of_one_length(columns: object) -> None:
    sizes = {spec.name: getattr(columns, spec.name).shape for spec in fields(columns)}  # type: ignore[arg-type]
    if len(set(sizes.values())) != 1 or any(len(shape) != 1 for shape in sizes.values()):
        raise DesignInputError("/".join(sizes), "one-dimensional and of one length", list(sizes.values()))


@dataclass(frozen=True, slots=True)
class Units:
    """Basic units as columns, (n); read-only."""

    service_s_per_period: Float64Array
    """(n) seconds spent at the unit in a period, all visits together."""
    visits_per_period: Float64Array
    """(n) visits in a period; 0 for a unit that is held but not visited."""
    potential: Float64Array
    """(n) what the unit is worth, any currency."""
    required_skills: Int64Array
    """(n) bit mask of the skills that the rep must all have."""
    locked_territory: Int32Array
    """(n) the territory the unit must stay in, UNLOCKED (-1) where free."""

    def __post_init__(self) -> None:
        for name in ("service_s_per_period", "visits_per_period", "potential"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.float64))
        object.__setattr__(self, "required_skills", frozen(self.required_skills, np.int64))
        object.__setattr__(self, "locked_territory", frozen(self.locked_territory, np.int32))
        _columns_of_one_length(self)
        for name in ("service_s_per_period", "visits_per_period", "potential"):
            values = getattr(self, name)
            _require(np.isfinite(values) & (values >= 0), f"units.{name}", "finite and at least 0", values)
        _require(self.required_skills >= 0, "units.required_skills", "at least 0", self.required_skills)

    def __len__(self) -> int:
        return int(self.potential.size)


@dataclass(frozen=True, slots=True)
class Territories:
    """Territories with their reps as columns, (p); the homes' travel times stand in the problem."""

    target_weight: Float64Array
    """(p) share of each activity measure that the rep should carry, in any unit (1 = full time, 0.5 = half time)."""
    skills: Int64Array
    """(p) bit mask of what the rep can do."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "target_weight", frozen(self.target_weight, np.float64))
        object.__setattr__(self, "skills", frozen(self.skills, np.int64))
        _columns_of_one_length(self)
        weight = self.target_weight
        _require(np.isfinite(weight) & (weight > 0), "territories.target_weight", "finite and above 0", weight)
        _require(self.skills >= 0, "territories.skills", "at least 0", self.skills)

    def __len__(self) -> int:
        return int(self.target_weight.size)

    @property
    def share(self) -> Float64Array:
        """(p) share of the whole that each territory should carry; sums to 1."""
        share: Float64Array = self.target_weight / self.target_weight.sum()
        return share


@dataclass(frozen=True, slots=True)
class Measure:
    """An activity measure to balance: load within ±`tolerance` of its target, `weight` against the other measures.

    Weight 0 reports the measure without balancing it.
    """

    name: MeasureName
    tolerance: float
    weight: float = 1.0
    firm: bool = True
    """Firm: the farther out of the band, the dearer. Otherwise a territory far out of it is let be: where far regions
    cannot reach the band at all, trying to would give them units hours away."""

    def __post_init__(self) -> None:
        if self.name not in ("workload", "potential", "count"):
            raise DesignInputError("measure.name", "workload, potential or count", self.name)
        if not 0 < self.tolerance < float("inf"):
            raise DesignInputError(f"measure {self.name}.tolerance", "finite and above 0", self.tolerance)
        if not 0 <= self.weight < float("inf"):
            raise DesignInputError(f"measure {self.name}.weight", "finite and at least 0", self.weight)


DEFAULT_MEASURES = (
    Measure("workload", 0.10, 1.0),
    Measure("potential", 0.20, 0.05, firm=False),
    Measure("count", 0.50, 0.0),
)
"""Hours first: a rep cannot work more than the day has. Potential is a twentieth as strong, because far regions carry
less of it per hour; the count of units is only reported."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The complete, exclusive assignment unit → territory; (n) int32, UNASSIGNED (-1) only in a previous alignment."""

    territory_of_unit: Int32Array
    version: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "territory_of_unit", frozen(self.territory_of_unit, np.int32))
        if self.territory_of_unit.ndim != 1:
            raise DesignInputError("territory_of_unit", "one-dimensional", self.territory_of_unit.shape)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work a design may take. Counted, not timed: the same budget and seed give the same alignment."""

    moves_per_unit: int = 4_000
    """Proposed moves of the local search for each unit, over all rounds."""
    starts: int = 6
    """Different first alignments that are tried with a tenth of the moves each before the best is deepened."""

    def __post_init__(self) -> None:
        if self.moves_per_unit < 0:
            raise DesignInputError("budget.moves_per_unit", "at least 0", self.moves_per_unit)
        if self.starts < 1:
            raise DesignInputError("budget.starts", "at least 1", self.starts)


@dataclass(frozen=True, slots=True)
class DesignProblem:
    """Everything a designer and the checker need, as arrays; n units, p territories."""

    units: Units
    territories: Territories
    unit_travel: TravelMatrix
    """(n, n) unit → unit; UNREACHABLE_S where no path exists."""
    home_to_unit: TravelMatrix
    """(p, n) the home of each territory's rep → unit."""
    unit_to_home: TravelMatrix
    """(n, p) unit → home."""
    neighbours: Int32Array
    """(q, 2) int32 pairs of adjacent units, each pair once in either order."""
    measures: tuple[Measure, ...] = DEFAULT_MEASURES
    previous: Alignment | None = None
    """The alignment in force, in the labels of `territories`; UNASSIGNED where a unit is new or its rep has left."""
    disruption_weight: float = 1.0
    """1: a unit may change hands when that saves the average routed time of a visit, on each of its visits. 0: free."""
    home_weight: float = 0.5
    """Share of closeness to the home in the routed time that is minimised; the rest is closeness to the median unit.

    With homes alone, reps who live in one town have no shape to agree on; with medians alone, homes count for nothing.
    """
    drive: DriveEstimate = field(default_factory=DriveEstimate)

    def __post_init__(self) -> None:
        object.__setattr__(self, "neighbours", frozen(self.neighbours, np.int32))
        object.__setattr__(self, "measures", tuple(self.measures))
        self._check_shapes(len(self.units), len(self.territories))
        self._check_references(len(self.units), len(self.territories))
        if not 0 <= self.disruption_weight < float("inf"):
            raise DesignInputError("disruption_weight", "finite and at least 0", self.disruption_weight)
        if not 0 <= self.home_weight <= 1:
            raise DesignInputError("home_weight", "between 0 and 1", self.home_weight)
        if len({measure.name for measure in self.measures}) != len(self.measures):
            raise DesignInputError("measures", "named once each", [measure.name for measure in self.measures])

    def _check_shapes(self, n: int, p: int) -> None:
        if not 1 <= p <= n:
            raise DesignInputError("territories", f"between 1 and the {n} units", p)
        expected = {"unit_travel": (n, n), "home_to_unit": (p, n), "unit_to_home": (n, p)}
        for name, shape in expected.items():
            found = getattr(self, name).duration_s.shape
            if found != shape:
                raise DesignInputError(name, f"of shape {shape}", found)
        if self.neighbours.ndim != 2 or self.neighbours.shape[1] != 2:
            raise DesignInputError("neighbours", "of shape (q, 2)", self.neighbours.shape)
        if self.previous is not None and self.previous.territory_of_unit.size != n:
            raise DesignInputError("previous", f"of {n} units", self.previous.territory_of_unit.size)

    def _check_references(self, n: int, p: int) -> None:
        pairs = self.neighbours
        _require(((pairs >= 0) & (pairs < n)).ravel(), "neighbours", f"between 0 and {n - 1}", pairs.ravel())
        locked = self.units.locked_territory
        _require((locked >= UNLOCKED) & (locked < p), "units.locked_territory", f"between -1 and {p - 1}", locked)
        if self.previous is not None:
            held = self.previous.territory_of_unit
            _require((held >= UNASSIGNED) & (held < p), "previous", f"between -1 and {p - 1}", held)


class Designer(Protocol):
    """Anything that draws territories."""

    def design(self, problem: DesignProblem, stop: Budget, seed: int, progress: Progress = silent) -> Alignment:
        """An alignment of every unit. What cannot be met stays in it and is named by the checker."""
        ...

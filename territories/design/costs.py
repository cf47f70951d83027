"""The numbers a designer weighs: who may hold what, what it costs in routed time, how much of each measure it is."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, frozen
from routing.engine.travel_matrix import UNREACHABLE_S
from territories.design.adjacency import forward_star, join_parts
from territories.design.model import UNASSIGNED, UNLOCKED, DesignProblem, Territories, Units
from territories.design.workload import drive_s_per_visit, workload_s

LEAST_PULL = 0.05
"""A unit with few or no visits still pulls with this share of the mean, so that it does not end up just anywhere."""


MARGIN = 0.02
"""Of each tolerance, kept back by the designer: targets move a little with every change of hands, and a weak measure is
otherwise left a hair (0.2 % seen) outside its band."""


@dataclass(frozen=True, slots=True)
class DesignArrays:
    """A problem, worked out once; n units, p territories, m balanced measures. Times in seconds, float64."""

    problem: DesignProblem
    first_out: Int32Array
    head: Int32Array
    allowed: BoolArray
    """(p, n) whether territory may hold unit: the lock where there is one, else skills; all where nobody has them."""
    home_cost: Float64Array
    """(p, n) seconds to the home, visit-weighted."""
    change_cost: Float64Array
    """(p, n) what it costs that the unit is not with its previous territory, in the same seconds."""
    pull: Float64Array
    """(n) visits, at least LEAST_PULL of their mean."""
    amount: Float64Array
    """(m, p, n) how much of each measure unit u is for territory t."""
    share: Float64Array
    """(p) share of each measure that the territory should carry."""
    tolerance: Float64Array
    """(m) less MARGIN."""
    firm: BoolArray
    weight: Float64Array

    def centre_s(self, centres: Int32Array) -> Float64Array:
        """Mean of the way there and back between each centre and each unit, (p, n)."""
        duration_s = self.problem.unit_travel.duration_s
        return (reachable_s(duration_s[centres]) + reachable_s(duration_s[:, centres]).T) / 2

    def cost(self, centres: Int32Array) -> Float64Array:
        """What it costs that territory t, with its median at `centres[t]`, holds unit u; (p, n)."""
        near = (1 - self.problem.home_weight) * self.pull * self.centre_s(centres)
        return np.ascontiguousarray(self.home_cost + self.change_cost + near)

    def medians(self, owner: Int32Array) -> Int32Array:
        """The unit of each territory with the least visit-weighted time to all its units, (p).

        A territory without units has the one nearest to its home.
        """
        duration_s = self.problem.unit_travel.duration_s
        centres = np.empty(len(self.share), dtype=np.int32)
        for territory in range(len(self.share)):
            members = np.flatnonzero(owner == territory)
            if not members.size:
                centres[territory] = np.argmin(self.problem.home_to_unit.duration_s[territory])
                continue
            block = duration_s[np.ix_(members, members)].astype(np.float64)
            centres[territory] = members[np.argmin((block + block.T) @ self.pull[members])]
        return centres

    def loads(self, owner: Int32Array) -> Float64Array:
        """How much of each measure each territory carries, (m, p)."""
        p, units = len(self.share), np.arange(owner.size)
        held = self.amount[:, owner, units]
        load = np.zeros((len(held), p))
        for m, row in enumerate(held):
            load[m] = np.bincount(owner, weights=row, minlength=p)
        return load


def reachable_s(duration_s: Int32Array) -> Float64Array:
    """As float64, with the sentinel replaced by twice the longest drive there is."""
    reached = duration_s < UNREACHABLE_S
    longest = float(duration_s[reached].max(initial=1))
    return np.where(reached, duration_s, 2 * longest).astype(np.float64)


def allowed_territories(units: Units, territories: Territories) -> BoolArray:
    """(p, n) as described in DesignArrays."""
    needed, held = units.required_skills[np.newaxis, :], territories.skills[:, np.newaxis]
    allowed: BoolArray = np.equal(needed & held, needed)
    allowed[:, ~allowed.any(axis=0)] = True
    locked = np.flatnonzero(units.locked_territory != UNLOCKED)
    allowed[:, locked] = False
    allowed[units.locked_territory[locked], locked] = True
    return allowed


def work_out(problem: DesignProblem) -> DesignArrays:
    """All arrays of `problem` that do not change while designing."""
    units, n, p = problem.units, len(problem.units), len(problem.territories)
    pairs = join_parts(problem.neighbours, problem.unit_travel.duration_s)
    first_out, head = forward_star(pairs, n)
    pull = units.visits_per_period
    pull = np.maximum(pull, LEAST_PULL * pull.mean()) if pull.any() else np.ones(n)
    home_s = (reachable_s(problem.home_to_unit.duration_s) + reachable_s(problem.unit_to_home.duration_s).T) / 2
    balanced = [measure for measure in problem.measures if measure.weight > 0]
    drive = drive_s_per_visit(
        problem.drive,
        problem.unit_travel.duration_s,
        problem.home_to_unit.duration_s,
        problem.unit_to_home.duration_s,
    )
    values = {
        "workload": workload_s(units.service_s_per_period, units.visits_per_period, drive),
        "potential": np.broadcast_to(units.potential, (p, n)),
        "count": np.ones((p, n)),
    }
    return DesignArrays(
        problem=problem,
        first_out=first_out,
        head=head,
        allowed=frozen(allowed_territories(units, problem.territories)),
        home_cost=frozen(problem.home_weight * pull * home_s),
        change_cost=frozen(_change_cost(problem, pull, home_s)),
        pull=frozen(pull),
        amount=frozen(np.array([values[m.name] for m in balanced], dtype=np.float64).reshape(len(balanced), p, n)),
        share=frozen(problem.territories.share),
        tolerance=frozen(np.array([m.tolerance * (1 - MARGIN) for m in balanced], dtype=np.float64)),
        firm=frozen(np.array([m.firm for m in balanced], dtype=np.bool_)),
        weight=frozen(np.array([m.weight for m in balanced], dtype=np.float64)),
    )


def _change_cost(problem: DesignProblem, pull: Float64Array, home_s: Float64Array) -> Float64Array:
    p = home_s.shape[0]
    if problem.previous is None:
        return np.zeros_like(home_s)
    held = problem.previous.territory_of_unit
    mean_s = float(np.average(home_s.min(axis=0), weights=pull)) or 1.0
    changes = (held != UNASSIGNED) & (np.arange(p)[:, np.newaxis] != held)
    return np.where(changes, problem.disruption_weight * mean_s * pull, 0.0)

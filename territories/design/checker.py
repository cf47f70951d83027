"""Measures an alignment, whoever made it. Shares the model, the workload estimate and the meaning of adjacency with the
designer, and none of its search.

Rules a violation may name:

    coverage     a unit belongs to no territory or to one that does not exist (excess: units)
    lock         a locked unit is elsewhere (excess: units)
    skills       the rep lacks a skill of the unit (excess: units)
    workload, potential, count    a load is outside its band (excess: share of the target beyond the tolerance)
    contiguity   a part of the territory is cut off, and could belong to a territory beside it (excess: units)
    enclave      a part is cut off, and its locks or skills leave it no other place (excess: units)
    unreachable  no drive from the home to the unit and back (excess: units)
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array
from routing.engine.travel_matrix import UNREACHABLE_S
from territories.design.adjacency import join_parts, part_of_unit
from territories.design.model import UNASSIGNED, UNLOCKED, Alignment, DesignProblem
from territories.design.workload import drive_s_per_visit


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that an alignment breaks; `territory` or `unit` is -1 where it is not about one."""

    rule: str
    territory: int
    unit: int
    excess: float


@dataclass(frozen=True, slots=True)
class AlignmentMeasures:
    """What an alignment is like; p territories, m measures in the order of the problem. Per period."""

    workload_s: Float64Array
    """(p) service_s + drive_s."""
    service_s: Float64Array
    drive_s: Float64Array
    """(p) estimated windshield time."""
    potential: Float64Array
    count: Int32Array
    """(p) units."""
    visits: Float64Array
    deviation: Float64Array
    """(m, p) load / target - 1; 0.07 = seven percent above target."""
    home_mean_s: Float64Array
    """(p) visit-weighted mean drive from home to unit; 0 for a territory without visits. Compactness."""
    home_median_s: Float64Array
    """(p) visit-weighted median of the same."""
    parts: Int32Array
    """(p) connected parts; 1 is contiguous, 0 empty."""
    cut_off: BoolArray
    """(n) units outside the largest part (by units) of their territory."""
    changed: BoolArray
    """(n) units that change hands against the previous alignment; new units do not count."""
    changed_workload_s: float
    changed_share: float
    """Share of the workload held before that changes hands: disruption."""
    routed_s: float
    """Drive home → unit × visits, over all units."""
    violations: tuple[Violation, ...]

    @property
    def feasible(self) -> bool:
        """Nothing is broken but what locks and skills make unavoidable."""
        return all(violation.rule == "enclave" for violation in self.violations)


def measure(problem: DesignProblem, alignment: Alignment) -> AlignmentMeasures:
    """All design measures of `alignment` and what it breaks."""
    owner, p = alignment.territory_of_unit, len(problem.territories)
    if owner.size != len(problem.units):
        raise ValueError(f"territory_of_unit must be of the {len(problem.units)} units, got {owner.size}")
    held = np.flatnonzero((owner >= 0) & (owner < p))
    at = owner[held]
    units = problem.units
    drive = _drive_s(problem)[at, held] * units.visits_per_period[held]
    service = units.service_s_per_period[held]

    def total(values: Float64Array) -> Float64Array:
        return np.bincount(at, weights=values, minlength=p).astype(np.float64)

    workload, potential = total(service + drive), total(units.potential[held])
    count = np.bincount(at, minlength=p)
    loads = {"workload": workload, "potential": potential, "count": count.astype(np.float64)}
    deviation = np.array([_deviation(loads[m.name], problem) for m in problem.measures]).reshape(-1, p)
    out_s = problem.home_to_unit.duration_s[at, held]
    back_s = problem.unit_to_home.duration_s[held, at]
    mean_s, median_s = _compactness(out_s, units.visits_per_period[held], at, p)
    parts, cut_off, split = _contiguity(problem, owner)
    changed = _changed(problem, owner)
    unreachable = held[(out_s >= UNREACHABLE_S) | (back_s >= UNREACHABLE_S)]
    held_before = problem.previous is not None and problem.previous.territory_of_unit[held] != UNASSIGNED
    before_s = float((service + drive)[np.broadcast_to(held_before, held.shape)].sum())
    changed_s = float((service + drive)[changed[held]].sum())
    broken = [*_broken_places(problem, owner), *_broken_bands(problem, deviation), *split]
    broken += [Violation("unreachable", int(owner[unit]), int(unit), 1.0) for unit in unreachable]
    reached = out_s < UNREACHABLE_S
    return AlignmentMeasures(
        workload_s=workload,
        service_s=total(service),
        drive_s=total(drive),
        potential=potential,
        count=count.astype(np.int32),
        visits=total(units.visits_per_period[held]),
        deviation=deviation,
        home_mean_s=mean_s,
        home_median_s=median_s,
        parts=parts,
        cut_off=cut_off,
        changed=changed,
        changed_workload_s=changed_s,
        changed_share=changed_s / before_s if before_s > 0 else 0.0,
        routed_s=float((out_s * units.visits_per_period[held])[reached].sum()),
        violations=tuple(broken),
    )


def _drive_s(problem: DesignProblem) -> Float64Array:
    return drive_s_per_visit(
        problem.drive,
        problem.unit_travel.duration_s,
        problem.home_to_unit.duration_s,
        problem.unit_to_home.duration_s,
    )


def _deviation(load: Float64Array, problem: DesignProblem) -> Float64Array:
    target = load.sum() * problem.territories.share
    return load / target - 1 if load.sum() > 0 else np.zeros_like(load)


def _compactness(out_s: Int32Array, visits: Float64Array, at: Int32Array, p: int) -> tuple[Float64Array, Float64Array]:
    mean_s, median_s = np.zeros(p), np.zeros(p)
    for territory in range(p):
        mine = (at == territory) & (out_s < UNREACHABLE_S) & (visits > 0)
        if not mine.any():
            continue
        order = np.argsort(out_s[mine], kind="stable")
        times, weights = out_s[mine][order], visits[mine][order]
        reached = np.cumsum(weights)
        mean_s[territory] = np.average(times, weights=weights)
        median_s[territory] = times[np.searchsorted(reached, reached[-1] / 2)]
    return mean_s, median_s


def _changed(problem: DesignProblem, owner: Int32Array) -> BoolArray:
    if problem.previous is None:
        return np.zeros(owner.size, dtype=np.bool_)
    before = problem.previous.territory_of_unit
    changed: BoolArray = (before != UNASSIGNED) & (before != owner)
    return changed


def _may_hold(problem: DesignProblem, territory: int, unit: int) -> bool:
    locked = int(problem.units.locked_territory[unit])
    if locked != UNLOCKED:
        return locked == territory
    needed = int(problem.units.required_skills[unit])
    return int(problem.territories.skills[territory]) & needed == needed


def _broken_places(problem: DesignProblem, owner: Int32Array) -> list[Violation]:
    units, skills, p = problem.units, problem.territories.skills, len(problem.territories)
    found = []
    for unit, territory in enumerate(owner.tolist()):
        if not 0 <= territory < p:
            found.append(Violation("coverage", territory, unit, 1.0))
            continue
        if units.locked_territory[unit] not in (UNLOCKED, territory):
            found.append(Violation("lock", territory, unit, 1.0))
        if units.required_skills[unit] & ~skills[territory]:
            found.append(Violation("skills", territory, unit, 1.0))
    return found


def _broken_bands(problem: DesignProblem, deviation: Float64Array) -> list[Violation]:
    return [
        Violation(balanced.name, territory, -1, float(abs(off)) - balanced.tolerance)
        for balanced, row in zip(problem.measures, deviation, strict=True)
        for territory, off in enumerate(row.tolist())
        if balanced.weight > 0 and abs(off) > balanced.tolerance + 1e-9
    ]


def _contiguity(problem: DesignProblem, owner: Int32Array) -> tuple[Int32Array, BoolArray, list[Violation]]:
    p = len(problem.territories)
    pairs = join_parts(problem.neighbours, problem.unit_travel.duration_s)
    _, part = part_of_unit(pairs[owner[pairs[:, 0]] == owner[pairs[:, 1]]], owner.size)
    parts, cut_off, found = np.zeros(p, dtype=np.int32), np.zeros(owner.size, dtype=np.bool_), []
    pieces: list[tuple[int, Int32Array]] = []
    for territory in range(p):
        mine = np.flatnonzero(owner == territory)
        labels, sizes = np.unique(part[mine], return_counts=True)
        parts[territory] = labels.size
        for label in np.delete(labels, np.argmax(sizes)) if labels.size else []:
            pieces.append((territory, mine[part[mine] == label]))
            cut_off[pieces[-1][1]] = True
    for territory, piece in pieces:
        rule = "contiguity" if _could_join_another(problem, owner, cut_off, pairs, piece) else "enclave"
        found.append(Violation(rule, territory, int(piece[0]), float(piece.size)))
    return parts, cut_off, found


def _could_join_another(
    problem: DesignProblem, owner: Int32Array, cut_off: BoolArray, pairs: Int32Array, piece: Int32Array
) -> bool:
    both = np.concatenate([pairs, pairs[:, ::-1]])
    inside = np.zeros(owner.size, dtype=np.bool_)
    inside[piece] = True
    around = both[inside[both[:, 0]] & ~cut_off[both[:, 1]]]
    territory = owner[piece[0]]
    return any(owner[other] != territory and _may_hold(problem, int(owner[other]), int(unit)) for unit, other in around)

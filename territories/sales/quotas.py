"""A company goal split into quotas over territories, by potential and selling capacity, to the last unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite

import numpy as np

from routing.arrays import Float64Array, Int64Array, frozen


class QuotaInputInvalid(ValueError):
    """A goal, weight, potential or capacity that cannot be split by. Names the field and the limit."""

    def __init__(self, field_name: str, value: object, limit: str) -> None:
        super().__init__(f"{field_name} is {value!r}, but must be {limit}")
        self.field_name = field_name
        self.value = value
        self.limit = limit


@dataclass(frozen=True, slots=True)
class QuotaWeights:
    """How much each measure counts; relative."""

    potential: float = 0.6
    capacity: float = 0.4

    def __post_init__(self) -> None:
        for name, weight in (("potential", self.potential), ("capacity", self.capacity)):
            if not (isfinite(weight) and weight >= 0):
                raise QuotaInputInvalid(f"the weight of {name}", weight, "at least 0")
        if self.potential + self.capacity <= 0:
            raise QuotaInputInvalid("the sum of weights", 0, "above 0")


@dataclass(frozen=True, slots=True)
class Quotas:
    """Quotas of n territories; read-only."""

    quota: Int64Array
    """(n) in the goal's unit; they add up to the goal exactly."""
    share: Float64Array
    """(n) share of the goal before rounding; adds up to 1."""
    explanation: tuple[str, ...]
    """(n) one sentence per territory."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "quota", frozen(self.quota, np.int64))
        object.__setattr__(self, "share", frozen(self.share, np.float64))


def split_goal(
    goal: int, potential: Sequence[float], capacity: Sequence[float], weights: QuotaWeights | None = None
) -> Quotas:
    """Split `goal` (whole units, such as euros or cents) over territories.

    share = (w_p × potential / Σ potential + w_c × capacity / Σ capacity) / (w_p + w_c). A measure that is 0 everywhere
    is left out; if both are, everybody gets the same. Rounded by largest remainder (Hamilton), ties to the earlier
    territory, so no quota is a whole unit off its exact share. Raises QuotaInputInvalid.
    """
    weights = weights or QuotaWeights()
    if goal < 0:
        raise QuotaInputInvalid("goal", goal, "at least 0")
    if len(potential) != len(capacity) or not len(potential):
        raise QuotaInputInvalid("potential", len(potential), f"as many as capacity ({len(capacity)}), at least 1")
    shares = _exact_shares(_fractions("potential", potential), _fractions("capacity", capacity), weights)
    quota = _largest_remainder(goal, shares)
    texts = _explain(goal, potential, capacity, shares, quota)
    return Quotas(np.array(quota, dtype=np.int64), np.array([float(s) for s in shares]), texts)


def _fractions(name: str, values: Sequence[float]) -> list[Fraction]:
    for index, value in enumerate(values):
        if not (isfinite(value) and value >= 0):
            raise QuotaInputInvalid(f"{name} of territory {index}", float(value), "a number from 0 up")
    return [Fraction(float(value)) for value in values]


def _exact_shares(potential: list[Fraction], capacity: list[Fraction], weights: QuotaWeights) -> list[Fraction]:
    """Rational shares: floats would leave a unit over or short once goals reach 2**53 / n."""
    measures = [(Fraction(weights.potential), potential), (Fraction(weights.capacity), capacity)]
    used = [(weight, values, sum(values)) for weight, values in measures if weight > 0 and sum(values) > 0]
    count = len(potential)
    if not used:
        return [Fraction(1, count)] * count
    weight_sum = sum(weight for weight, _, _ in used)
    return [sum((w * values[i] / total for w, values, total in used), Fraction(0)) / weight_sum for i in range(count)]


def _largest_remainder(goal: int, shares: list[Fraction]) -> list[int]:
    exact = [goal * share for share in shares]
    quota = [floor(value) for value in exact]
    left = goal - sum(quota)
    order = sorted(range(len(quota)), key=lambda i: (quota[i] - exact[i], i))
    for index in order[:left]:
        quota[index] += 1
    return quota


def _explain(
    goal: int, potential: Sequence[float], capacity: Sequence[float], shares: list[Fraction], quota: list[int]
) -> tuple[str, ...]:
    total_potential, total_capacity = float(sum(potential)), float(sum(capacity))

    def part(name: str, value: float, total: float) -> str:
        return f"{value / total:.1%} of the {name}" if total > 0 else f"no {name} known"

    return tuple(
        f"{part('potential', p, total_potential)} and {part('selling capacity', c, total_capacity)} "
        f"make {float(share):.1%} of the goal of {goal}: {q}"
        for p, c, share, q in zip(potential, capacity, shares, quota, strict=True)
    )

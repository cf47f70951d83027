"""The search of one design: starts, walks between alignments, and how good one is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from routing.arrays import BoolArray, Float64Array, Int32Array
from territories.design.allocation_ortools import allocate
from territories.design.contiguity import repair
from territories.design.costs import MARGIN, DesignArrays
from territories.design.model import UNLOCKED
from territories.design.objective import PRICE, objective, targets
from territories.design.recombine_kernels import recombine_pairs
from territories.design.search_kernels import SearchInputs, SearchState, anneal, descend_moves, descend_swaps
from territories.design.starts import around_homes, load_share, mended, never_empty, peel

COLDEST_S = 1e-9
"""A heat at which only improvements are taken."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How the designer searches."""

    rounds: int = 8
    """Parts a walk is cut into; medians and targets are brought up to date between them."""
    first_rounds: int = 6
    """The same for the short walk from each start."""
    least_units: int = 100
    """Smaller problems get the moves of this many units: seven units need more luck than 7,000 moves give."""
    hot: float = 0.6
    """First temperature, in mean costs of a unit; a redraw of an alignment in force starts at a tenth."""
    cold: float = 1e-4
    """Last temperature, in the same unit: in a dense town a unit costs a hundredth of the mean."""
    relabel_price: float = 0.03
    """Price of imbalance, of the whole, when whole territories change reps."""
    rescue_heats: tuple[float, ...] = (0.01, 0.05, 0.2, 1.0)
    """Short walks at the whole price of imbalance, one after another while a firm measure is out of its band."""
    allocations: int = 3
    """Flows for each start, each around the medians of the one before."""
    deepened: int = 3
    """How many of the walked starts share the remaining moves, the first walked cool, the others hot."""
    border: float = 0.05
    """Price of a pair of neighbours in two territories, in mean costs of a unit: straightens borders."""
    recombined: float = 0.5
    """Units that recombinations look at, of the moves."""
    polished: float = 5.0
    """Units that recombinations look at in each pass of the last descent, for each unit."""
    descents: int = 20
    """Passes of the last descent at most."""


class Search:
    """One design under way: the arrays, the prices and the random state."""

    def __init__(self, settings: SearchSettings, arrays: DesignArrays, seed: int) -> None:
        self.settings, self.arrays = settings, arrays
        self.random = seed * 7919 % 2147483646 + 1
        self.n, self.p = arrays.pull.size, arrays.share.size
        self.price_s = 1.0
        self.unit_cost_s = 1.0
        self.border_s = 0.0

    def starts(self, count: int) -> Iterator[tuple[Int32Array, float]]:
        """Contiguous first alignments and how hot each may be walked; the alignment in force comes first."""
        arrays = self.arrays
        previous = arrays.problem.previous
        centre = int(np.argmin(arrays.centre_s(np.arange(self.n, dtype=np.int32)) @ load_share(arrays)))
        first = peel(arrays, centre)
        self._set_prices(first)
        if previous is not None:
            owner = mended(arrays, previous.territory_of_unit)
            owner, _ = self._contiguous(owner)
            yield owner, 0.1
            yield owner, 0.005
        yield self._allocated(arrays.medians(first)), 1.0
        if count > 1:
            yield self._allocated(around_homes(arrays)), 1.0
        for i in range(2, count):
            origin = (centre + 1 + i * self.random) % self.n
            yield self._allocated(arrays.medians(peel(arrays, origin))), 1.0

    def value(self, owner: Int32Array) -> float:
        """The objective; every alignment of this search is contiguous but for what locks and skills cut off."""
        return objective(self.arrays, owner, self.price_s, self.border_s)

    def in_band(self, owner: Int32Array) -> bool:
        """Whether every firm measure of every territory lies within its tolerance."""
        load, firm = self.arrays.loads(owner), self.arrays.firm
        deviation = np.abs(load / np.maximum(targets(self.arrays, load), 1e-9) - 1)
        return bool((deviation <= self.arrays.tolerance[:, np.newaxis] / (1 - MARGIN))[firm].all())

    def walk(self, owner: Int32Array, moves: int, hot: float, rounds: int, first_price: float = 0.03) -> Int32Array:
        """Anneal in `rounds` parts from `hot` × the first temperature, then descend to a local optimum.

        The price of imbalance rises from `first_price` of the whole: at the whole price from the start every unit is
        equally welcome to restore balance, and a redraw after a rep left moved 30 % of the work instead of 4 %.
        """
        first = max(hot * self.settings.hot, self.settings.cold)
        cooling = (self.settings.cold / first) ** (1 / rounds)
        heat_s = first * self.unit_cost_s
        for i in range(rounds):
            if i <= rounds // 2:
                owner = self._reps_change_places(owner)
            ramp = first_price ** max(0.0, 1 - i / (0.6 * rounds))
            owner, inputs, state = self._prepared(owner, ramp)
            work = int(moves / rounds * self.settings.recombined)
            self.random, _ = recombine_pairs(inputs, state, work, heat_s, heat_s * cooling, self.random)
            self.random = anneal(inputs, state, moves // rounds, heat_s, heat_s * cooling, self.random)
            owner, heat_s = state.owner, heat_s * cooling
        return self._descended(owner)

    def _descended(self, owner: Int32Array) -> Int32Array:
        best, best_value = owner, self.value(owner)
        for _ in range(self.settings.descents):
            owner, inputs, state = self._prepared(owner)
            work = int(self.n * self.settings.polished)
            self.random, made = recombine_pairs(inputs, state, work, COLDEST_S, COLDEST_S, self.random)
            made += descend_moves(inputs, state)
            for a, b in self._adjacent_territories(state.owner):
                made += descend_swaps(inputs, state, a, b)
            owner = state.owner
            value = self.value(owner)
            if value < best_value:
                best, best_value = owner.copy(), value
            if not made:
                break
        return best

    def _prepared(self, owner: Int32Array, ramp: float = 1.0) -> tuple[Int32Array, SearchInputs, SearchState]:
        arrays = self.arrays
        cost = arrays.cost(arrays.medians(owner))
        owner, detached = repair(arrays, owner, cost)
        load = np.ascontiguousarray(arrays.loads(owner))
        size = arrays.share / arrays.share.mean()
        price = ramp * self.price_s * arrays.weight[:, np.newaxis] * size[np.newaxis, :]
        inputs = SearchInputs(
            arrays.first_out,
            arrays.head,
            arrays.allowed,
            cost,
            arrays.pull,
            arrays.amount,
            targets(arrays, load),
            arrays.tolerance,
            arrays.firm,
            np.ascontiguousarray(price),
            self.border_s,
        )
        return owner, inputs, self._state(owner, detached, load)

    def _state(self, owner: Int32Array, detached: BoolArray, load: Float64Array) -> SearchState:
        attached = np.bincount(owner[~detached], minlength=self.p).astype(np.int32)
        n = self.n
        empty = (np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32), np.zeros(1, dtype=np.int32))
        return SearchState(owner.copy(), detached.copy(), load, attached, *empty)

    def _allocated(self, centres: Int32Array) -> Int32Array:
        arrays = self.arrays
        amount = arrays.amount[0] if len(arrays.amount) else np.ones_like(arrays.home_cost)
        tolerance = float(arrays.tolerance[0]) if len(arrays.amount) else 1.0
        owner = np.zeros(self.n, dtype=np.int32)
        for _ in range(self.settings.allocations):
            owner = allocate(arrays.cost(centres), amount, arrays.allowed, arrays.share, tolerance)
            owner, centres = self._contiguous(owner)
        return owner

    def _contiguous(self, owner: Int32Array) -> tuple[Int32Array, Int32Array]:
        arrays = self.arrays
        owner = never_empty(arrays, owner)
        owner, _ = repair(arrays, owner, arrays.cost(arrays.medians(owner)))
        return owner, arrays.medians(owner)

    def _set_prices(self, owner: Int32Array) -> None:
        cost = self.arrays.cost(self.arrays.medians(owner)) - self.arrays.change_cost  # the price knows only drives
        cost_s = float(cost[owner, np.arange(self.n)].sum())
        self.unit_cost_s = max(cost_s / self.n, 1e-6)
        self.price_s = PRICE * max(cost_s / self.p, 1e-6)
        self.border_s = self.settings.border * self.unit_cost_s

    def _reps_change_places(self, owner: Int32Array) -> Int32Array:
        """Whole territories between reps, where that brings homes (and the alignment in force) nearer."""
        arrays = self.arrays
        order = np.argsort(owner, kind="stable")
        begin = np.searchsorted(owner[order], np.arange(self.p))
        if (np.bincount(owner, minlength=self.p) == 0).any():
            return owner

        def held_by(values: Float64Array) -> Float64Array:  # (p reps, n) -> (p reps, p territories)
            return np.add.reduceat(values[:, order], begin, axis=1)

        cost = held_by(arrays.home_cost + arrays.change_cost + np.where(arrays.allowed, 0.0, 1e9))
        for m, load in enumerate(arrays.loads(owner)):
            held = held_by(arrays.amount[m]) / max(float(load.sum()), 1e-9)
            off = np.maximum(np.abs(held / arrays.share[:, np.newaxis] - 1) - arrays.tolerance[m], 0)
            cost += (
                self.settings.relabel_price * self.price_s * arrays.weight[m] * off
            )  # accounts mend balance, not reps
        _, territory = linear_sum_assignment(cost)
        if cost[np.arange(self.p), territory].sum() >= cost.trace() - 1e-6:
            return owner
        rep = np.empty(self.p, dtype=np.int32)
        rep[territory] = np.arange(self.p)
        return np.where(arrays.problem.units.locked_territory == UNLOCKED, rep[owner], owner).astype(np.int32)

    def _adjacent_territories(self, owner: Int32Array) -> list[tuple[int, int]]:
        a = owner[np.repeat(np.arange(self.n), np.diff(self.arrays.first_out))].astype(np.int64)
        b = owner[self.arrays.head]
        return [divmod(key, self.p) for key in np.unique((a * self.p + b)[a < b]).tolist()]

"""Contiguous territories out of any assignment: each keeps its main part, the rest goes to whoever is adjacent."""

import heapq

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array
from territories.design.adjacency import part_of_unit
from territories.design.costs import DesignArrays
from territories.design.model import UNASSIGNED


def main_parts(first_out: Int32Array, head: Int32Array, owner: Int32Array, size: Float64Array) -> BoolArray:
    """(n) whether the unit belongs to the part of its territory with the largest `size`; ties to the lowest unit."""
    n = owner.size
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(first_out))
    same = (owner[tail] == owner[head]) & (owner[tail] != UNASSIGNED)
    count, part = part_of_unit(np.stack([tail[same], head[same]], axis=1), n)
    part_size = np.bincount(part, weights=size, minlength=count)
    best = np.lexsort((part, -part_size[part], owner))  # by territory, its largest part first
    _, first = np.unique(owner[best], return_index=True)
    main = np.zeros(count, dtype=np.bool_)
    main[part[best[first]]] = True
    found: BoolArray = main[part] & (owner != UNASSIGNED)
    return found


def repair(arrays: DesignArrays, owner: Int32Array, cost: Float64Array) -> tuple[Int32Array, BoolArray]:
    """`owner` made contiguous, and (n) which units stay cut off because of their lock or skills.

    Units off the main part, and UNASSIGNED ones, are handed out from the edges inwards, cheapest first.
    """
    size = arrays.pull
    attached = main_parts(arrays.first_out, arrays.head, owner, size)
    fixed = arrays.allowed.sum(axis=0) == 1
    result = np.where(attached | (fixed & (owner != UNASSIGNED)), owner, UNASSIGNED).astype(np.int32)
    _hand_out(arrays, result, attached, cost)
    left = np.flatnonzero(result == UNASSIGNED)
    result[left] = np.argmin(np.where(arrays.allowed[:, left], cost[:, left], np.inf), axis=0)
    return result, ~main_parts(arrays.first_out, arrays.head, result, size)


def _hand_out(arrays: DesignArrays, owner: Int32Array, attached: BoolArray, cost: Float64Array) -> None:
    first_out, head, allowed = arrays.first_out, arrays.head, arrays.allowed
    offers: list[tuple[float, int, int]] = []

    def offer_around(unit: int) -> None:
        territory = int(owner[unit])
        for other in head[first_out[unit] : first_out[unit + 1]].tolist():
            if owner[other] == UNASSIGNED and allowed[territory, other]:
                heapq.heappush(offers, (float(cost[territory, other]), other, territory))

    for unit in np.flatnonzero(attached).tolist():
        offer_around(unit)
    while offers:
        _, unit, territory = heapq.heappop(offers)
        if owner[unit] == UNASSIGNED:
            owner[unit] = territory
            offer_around(unit)

"""First alignments to improve on: peeled from the far end, grown around the homes, or the one in force, mended.

peel:   far ●●●●            1. the farthest unit left and what is near it up to a fair load: one territory
             ○○●●● ▒▒▒▒     2. again with the rest; the last territory takes the middle
               ▒▒▒▒▒▒       Were all centres near homes in the capital, none would reach the far regions.
"""

import heapq

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array
from territories.design.costs import DesignArrays, reachable_s
from territories.design.model import UNASSIGNED, UNLOCKED


def around_homes(arrays: DesignArrays) -> Int32Array:
    """(p) the unit nearest to each home, no unit twice."""
    home_s = reachable_s(arrays.problem.home_to_unit.duration_s)
    centres = np.empty(len(arrays.share), dtype=np.int32)
    for territory, times in enumerate(home_s):
        times[centres[:territory]] = np.inf
        centres[territory] = int(np.argmin(times))
    return centres


def load_share(arrays: DesignArrays) -> Float64Array:
    """(n) each unit's share of the first balanced measure, whoever holds it; equal shares where none is balanced."""
    n = arrays.problem.unit_travel.duration_s.shape[0]
    size = arrays.amount[0].mean(axis=0) if len(arrays.amount) else np.ones(n)
    total = float(size.sum())
    return size / total if total > 0 else np.full(n, 1 / n)


def peel(arrays: DesignArrays, origin: int) -> Int32Array:
    """An alignment peeled off from the units farthest from `origin`; roughly balanced, mostly contiguous."""
    p = len(arrays.share)
    locked = arrays.problem.units.locked_territory
    owner = locked.copy()
    size = load_share(arrays)
    room = arrays.share - np.bincount(owner[owner != UNLOCKED], weights=size[owner != UNLOCKED], minlength=p)
    away_s = reachable_s(arrays.problem.unit_travel.duration_s[origin])
    home_s = reachable_s(arrays.problem.home_to_unit.duration_s)
    open_territories = list(range(p))
    while len(open_territories) > 1 and (owner == UNASSIGNED).any():
        left = np.flatnonzero(owner == UNASSIGNED)
        seed = int(left[np.argmax(away_s[left])])
        able = [t for t in open_territories if arrays.allowed[t, seed]] or open_territories
        territory = min(able, key=lambda t: (home_s[t, seed], t))
        open_territories.remove(territory)
        grow(arrays, owner, territory, seed, float(room[territory]), owner == UNASSIGNED)
    owner[owner == UNASSIGNED] = open_territories[0] if open_territories else UNASSIGNED
    return never_empty(arrays, owner)


def grow(
    arrays: DesignArrays, owner: Int32Array, territory: int, seed: int, room: float, free: BoolArray, jump: bool = True
) -> None:
    """Give `territory` the units that are `free` and nearest to `seed` along the neighbour graph until `room` is used.

    Where the free patch ends before the room does it may jump to the nearest free unit elsewhere.
    """
    size = load_share(arrays)
    near_s = reachable_s(arrays.problem.unit_travel.duration_s[seed])
    offers = [(0.0, seed)]
    offered = np.zeros(owner.size, dtype=np.bool_)
    offered[seed] = True
    while room > 0:
        if not offers:
            beyond = np.flatnonzero(free & ~offered & arrays.allowed[territory])
            if not jump or not beyond.size:
                return
            nearest = int(beyond[np.argmin(near_s[beyond])])
            offers.append((near_s[nearest], nearest))
            offered[nearest] = True
        unit = heapq.heappop(offers)[1]
        if free[unit] and arrays.allowed[territory, unit]:
            owner[unit] = territory
            room -= size[unit]
        elif unit != seed:
            continue
        for other in arrays.head[arrays.first_out[unit] : arrays.first_out[unit + 1]].tolist():
            if not offered[other] and free[other]:
                offered[other] = True
                heapq.heappush(offers, (near_s[other], other))


def mended(arrays: DesignArrays, previous: Int32Array) -> Int32Array:
    """The alignment in force with locks and skills applied, and every territory that has nothing given a patch.

    A new rep takes over what a leaving one left (if that is half a territory or more), else the units around the home.
    Units nobody holds stay UNASSIGNED for the repair to hand out.
    """
    p, units = len(arrays.share), np.arange(previous.size)
    kept = (previous != UNASSIGNED) & arrays.allowed[np.maximum(previous, 0), units]
    owner = np.where(kept, previous, UNASSIGNED).astype(np.int32)
    locked = arrays.problem.units.locked_territory
    owner = np.where(locked != UNLOCKED, locked, owner).astype(np.int32)
    size, home_s = load_share(arrays), reachable_s(arrays.problem.home_to_unit.duration_s)
    for territory in np.flatnonzero(np.bincount(owner[owner != UNASSIGNED], minlength=p) == 0).tolist():
        share = float(arrays.share[territory])
        orphans = (owner == UNASSIGNED) & arrays.allowed[territory]
        free = orphans if size[orphans].sum() >= share / 2 else arrays.allowed[territory] & (locked == UNLOCKED)
        if not free.any():
            continue
        seed = int(np.argmin(np.where(free, home_s[territory], np.inf)))
        grow(arrays, owner, territory, seed, share, free)
    return never_empty(arrays, owner)


def never_empty(arrays: DesignArrays, owner: Int32Array) -> Int32Array:
    """Give each empty territory a unit it may hold, UNASSIGNED ones first, else from where there are most.

    A territory that may hold nothing (all locked elsewhere) stays empty.
    """
    counts = np.bincount(owner[owner != UNASSIGNED], minlength=len(arrays.share))
    unlocked = arrays.problem.units.locked_territory == UNLOCKED
    for territory in np.flatnonzero(counts == 0).tolist():
        orphan = owner == UNASSIGNED
        may = arrays.allowed[territory] & (orphan | (unlocked & (counts[owner] > 1)))
        if not may.any():
            continue
        unit = int(np.argmax(np.where(may, np.where(orphan, owner.size + 1, counts[owner]), -1)))
        if owner[unit] != UNASSIGNED:
            counts[owner[unit]] -= 1
        owner[unit] = territory
        counts[territory] += 1
    return owner

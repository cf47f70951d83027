r"""The city's skeleton: radial roads, ring roads between them, and where they leave the built-up area.

    \    |    /        main radials run from the old town's ring to the gates at the edge,
--- ring 3 ---         side radials begin at the second ring where the gaps grow wide,
     \ | /             ring arcs are left out here and there, and all of it is bent by one warp.
-- core ring --
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import Road
from routing.network.synthetic.shapes import closed_noise, noise, warp

RING_KINDS = ("secondary", "primary", "tertiary", "secondary", "tertiary", "tertiary")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Roads of the city and the points where its main radials end."""

    roads: list[Road]
    gates: Float64Array
    """(g, 2)"""
    motorway_gates: list[int]
    """Gates where a motorway goes on."""


def lay_arterials(plan: Plan, river_angle: float) -> Skeleton:
    """Radials and rings inside the built-up area; motorways leave it away from the river's axis."""
    rng = plan.rng("arterials")
    count = plan.radials
    angles = 2 * np.pi * (np.arange(count) + rng.uniform(-0.27, 0.27, count)) / count + rng.uniform(0, 1)
    bend = warp(rng, plan.ring_m * 0.035 + 30.0, plan.ring_m * 0.55 + 800.0)
    swings = [noise(rng, [plan.ring_m * 0.9, plan.ring_m * 0.37]) for _ in range(2 * count)]

    def radial(index: int, theta: float, begin_m: float, end_m: float) -> Float64Array:
        # Straight where it meets the motorway: an oblique road would run under its own ramps.
        r = np.arange(begin_m, end_m + 30.0, 40.0)
        from_ring = r - plan.ring_m
        straight = np.sign(from_ring) * np.maximum(0.0, np.abs(from_ring) - 0.05 * plan.ring_m - 220.0)
        turn = theta + 0.11 * swings[index](straight) * np.minimum(1.0, r / (2 * plan.core_m))
        return bend(r[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1))

    far = set(motorway_radials(plan, angles, river_angle))
    roads, gates = [], []
    for k, theta in enumerate(angles):
        reach = plan.ring_m + 650.0 if k in far else plan.urban_m * rng.uniform(0.98, 1.1)
        coords = radial(k, theta, plan.core_m * 0.9, reach)
        roads.append(Road(coords, "trunk" if k in far else ("primary", "secondary")[k % 2]))
        gates.append(coords[-1])
        if k % 2:
            roads.append(Road(radial(k, theta, plan.core_m * 0.15, plan.core_m * 1.06), "unclassified"))
    if len(plan.ring_radii_m) > 1:
        following = np.append(angles[1:], angles[0] + 2 * np.pi)
        for k, theta in enumerate((angles + following) / 2):
            first = plan.ring_radii_m[1 if len(plan.ring_radii_m) < 4 else int(rng.integers(1, 3))]
            last = (plan.ring_m * 1.2, plan.ring_radii_m[-1] * 1.01)[int(rng.random() < 0.35)]
            middle = float(theta + rng.normal(0, 0.04))
            if last > first + 500.0:
                roads.append(Road(radial(count + k, middle, first * 0.92, last), "tertiary"))
    roads += _rings(plan, rng, angles, bend)
    return Skeleton(roads, np.array(gates), sorted(far))


def motorway_radials(plan: Plan, angles: Float64Array, river_angle: float) -> list[int]:
    """Which radials go on as motorways: two or three, well apart, and as far from the river's axis as that allows."""
    lines = 2 if plan.radials < 10 else 3
    even = np.round(np.linspace(0, plan.radials, lines, endpoint=False)).astype(int)
    choices = [(even + shift) % plan.radials for shift in range(plan.radials)]
    best = max(choices, key=lambda choice: float(np.abs(np.sin(angles[choice] - river_angle)).min()))
    return [int(k) for k in best]


def _rings(plan: Plan, rng: np.random.Generator, angles: Float64Array, bend: object) -> list[Road]:
    roads = []
    for index, base in enumerate([*plan.ring_radii_m, plan.ring_m * 1.16]):
        rough = closed_noise(rng, range(2, 6))
        outside = base > plan.ring_m
        kind = "tertiary" if outside else RING_KINDS[min(index, len(RING_KINDS) - 1)]
        for k, begin in enumerate(angles):
            end = angles[(k + 1) % len(angles)] + (2 * np.pi if k + 1 == len(angles) else 0.0)
            keep = 1.0 if index < 2 else 0.6 if outside else 0.86
            if rng.random() > keep:
                continue
            slack = 25.0 / base + (0.0 if index == 0 else 0.02)
            theta = np.arange(begin - slack, end + slack + 1e-9, min(40.0 / base, (end - begin) / 6))
            radius = base * (1 + (0.05 if index == 0 else 0.075) * rough(theta))
            points = radius[:, None] * np.stack([np.cos(theta), np.sin(theta)], axis=1)
            roads.append(Road(bend(points), kind))  # type: ignore[operator]
    return roads

"""How large everything is: one number (junctions) sets the size of the region."""

from dataclasses import dataclass

import numpy as np

FULL_JUNCTIONS = 40_000
CITY = "Synthetica"
NOTE = "synthetic data, not a real place"


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of a region in metres and counts; the city's centre is the origin of the plane."""

    seed: int
    junctions: int
    ring_m: float
    """Mean radius of the motorway ring."""
    core_m: float
    """Radius of the old town."""
    urban_m: float
    """Mean radius of the built-up area."""
    extent_m: float
    """Radius of the region."""
    ring_radii_m: tuple[float, ...]
    """Mean radii of the ring roads inside the motorway, innermost first."""
    radials: int
    towns: int
    villages: int

    def rng(self, stage: str) -> np.random.Generator:
        """Draw of one stage, independent of how much the stages before it drew."""
        return np.random.default_rng([self.seed, *stage.encode()])


def plan_region(seed: int, junctions: int) -> Plan:
    """Choose sizes so that blocks stay 80-200 m and the area, not the density, follows `junctions`.

    Raises ValueError below 1,500 junctions: the ramps of a smaller ring would overlap.
    """
    if junctions < 1_500:
        raise ValueError(f"junctions is {junctions}; the smallest region has 1500")
    scale = float(np.sqrt(junctions / FULL_JUNCTIONS))
    ring_m = 5_600.0 * scale
    core_m = max(280.0, 480.0 * scale)
    radii = [core_m]
    for gap_m in (560.0, 850.0, 1_050.0, 1_200.0, 1_300.0, 1_400.0, 1_500.0, *[1_600.0] * 40):
        if radii[-1] + gap_m > ring_m - 480.0:
            break
        radii.append(radii[-1] + gap_m)
    return Plan(
        seed=seed,
        junctions=junctions,
        ring_m=ring_m,
        core_m=core_m,
        urban_m=ring_m * 1.38,
        extent_m=max(ring_m * 3.4, ring_m + 3_500.0),
        ring_radii_m=tuple(radii),
        radials=int(np.clip(round(11 * np.sqrt(scale)), 6, 14)),
        towns=max(1, round(9 * scale)),
        villages=max(4, round(60 * scale**1.5)),
    )

"""Time and distance of a path in one integer: ``key = duration_ms << 31 | distance_dm``.

Keys add like paths and compare by duration first, then by distance: of two equally fast paths the shorter one counts,
so that an answer never depends on the order of the search or on what else was asked.
"""

import math

from routing.jit import kernel

DISTANCE_BITS = 31
DISTANCE_MASK = (1 << DISTANCE_BITS) - 1
NO_KEY = 1 << 62
"""No path; every real key is smaller: sums of 2^31 ms (24.9 days) and more are cut off to this."""
NO_WAY_MS = 1 << 30
"""A drive of as many milliseconds (12.4 days) and more is no way, though each arc of it may be driven (README)."""
NO_WAY_KEY = NO_WAY_MS << DISTANCE_BITS


@kernel
def part_of(whole: int, along: float) -> int:
    """The share `along` (0 to 1) of milliseconds or decimetres, rounded.

    What is left of the whole is it minus this, so that two parts always sum to it.
    """
    return math.floor(whole * along + 0.5)


@kernel
def seconds(key: int) -> int:
    """Duration of a key, rounded to seconds."""
    return ((key >> DISTANCE_BITS) + 500) // 1000


@kernel
def metres(key: int) -> int:
    """Distance of a key, rounded to metres."""
    return ((key & DISTANCE_MASK) + 5) // 10

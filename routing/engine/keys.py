"""Keys (see key_kernels.py) of many arcs at once, and of parts of them."""

import numpy as np

from routing.arrays import Float64Array, Int32Array, Int64Array
from routing.engine.key_kernels import DISTANCE_BITS


def pack(duration_ms: Int32Array, distance_dm: Int32Array) -> Int64Array:
    """Keys of durations in milliseconds and distances in decimetres, of any common shape."""
    return (duration_ms.astype(np.int64) << DISTANCE_BITS) | distance_dm.astype(np.int64)


def position_key(duration_ms: Int32Array, length_dm: Int32Array, along: Float64Array) -> Int64Array:
    """Keys of the parts of arcs between their tails and the shares `along` of them, as `key_kernels.part_of`."""
    part_ms = np.floor(duration_ms * along + 0.5).astype(np.int32)
    part_dm = np.floor(length_dm * along + 0.5).astype(np.int32)
    return pack(part_ms, part_dm)

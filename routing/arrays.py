"""Array types and the freezing that every stored array goes through.

A writable and a read-only array compile two versions of one kernel, and memory-mapped arrays are read-only, so all
arrays that outlive a call are read-only.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item", bound=np.generic)

Int8Array = npt.NDArray[np.int8]
UInt8Array = npt.NDArray[np.uint8]
Int16Array = npt.NDArray[np.int16]
UInt16Array = npt.NDArray[np.uint16]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
VoidArray = npt.NDArray[np.void]
"""Rows of a structured dtype."""


def frozen(array: npt.NDArray[Item], dtype: type[Item] | None = None) -> npt.NDArray[Item]:
    """Return a C-contiguous read-only view or copy of `array`, cast to `dtype` when given."""
    result = np.ascontiguousarray(array, dtype=dtype)
    if result is array and array.flags.writeable:
        result = array.view()
    result.flags.writeable = False
    return result

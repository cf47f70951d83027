"""Matrices as JSON text, without a Python object for each cell.

A million cells take a tenth of the time that a list of lists and its encoding take (see the README of app/api).
"""

import numpy as np

from app.schemas.matrix_text_kernels import write_tenths
from routing.arrays import Int32Array, frozen


def tenths_text(tenths: Int32Array) -> bytes:
    """Rows of tenths as numbers: 12 is 1.2 and 10 is 1; null for what is below 0."""
    return write_tenths(frozen(tenths, np.int32)).tobytes()


def warm_texts() -> None:
    """Compile ahead."""
    tenths_text(np.zeros((1, 1), np.int32))

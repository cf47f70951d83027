"""Kernel that writes a matrix as JSON."""

import numpy as np

from routing.arrays import Int32Array, UInt8Array
from routing.jit import kernel

_OPEN, _CLOSE, _COMMA, _POINT, _ZERO = ord("["), ord("]"), ord(","), ord("."), ord("0")
_NULL = np.frombuffer(b"null", np.uint8)


@kernel
def write_tenths(tenths: Int32Array) -> UInt8Array:
    """Rows of numbers of one decimal, whole ones without; null for what is below 0."""
    rows, columns = tenths.shape
    text = np.empty(2 + rows * (3 + columns * 12), np.uint8)  # ten digits and a point, and a comma, at the most
    digits = np.empty(12, np.uint8)
    at = 1
    text[0] = _OPEN
    for i in range(rows):
        if i:
            text[at] = _COMMA
            at += 1
        text[at] = _OPEN
        at += 1
        for j in range(columns):
            if j:
                text[at] = _COMMA
                at += 1
            value = tenths[i, j]
            if value < 0:
                for letter in _NULL:
                    text[at] = letter
                    at += 1
                continue
            count = 0
            decimal = value % 10
            value //= 10
            if decimal:
                digits[0], digits[1] = _ZERO + decimal, _POINT
                count = 2
            while value or count == 0 or digits[count - 1] == _POINT:
                digits[count] = _ZERO + value % 10
                value //= 10
                count += 1
            while count:
                count -= 1
                text[at] = digits[count]
                at += 1
        text[at] = _CLOSE
        at += 1
    text[at] = _CLOSE
    return text[: at + 1]

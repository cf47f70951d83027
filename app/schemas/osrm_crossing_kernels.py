"""Kernel that writes the junctions of a route as JSON.

A route has about a hundred of them. As Python objects they took half the time of a route with steps, most of it making
and freeing some thousand lists and dictionaries that only the encoder reads.
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, UInt8Array
from routing.guidance.line_kernels import rounded
from routing.guidance.sight_kernels import Sights
from routing.jit import kernel

_OUT = np.frombuffer(b'{"out":', np.uint8)
_IN = np.frombuffer(b',"in":', np.uint8)
_ENTRY = np.frombuffer(b',"entry":[', np.uint8)
_BEARINGS = np.frombuffer(b'],"bearings":[', np.uint8)
_LOCATION = np.frombuffer(b'],"location":[', np.uint8)
_TRUE, _FALSE = np.frombuffer(b"true", np.uint8), np.frombuffer(b"false", np.uint8)
_CLOSE_LIST, _CLOSE, _COMMA, _POINT, _MINUS, _ZERO = ord("]"), ord("}"), ord(","), ord("."), ord("-"), ord("0")
LETTERS_OF_CROSSING, LETTERS_OF_ARM = 112, 10
"""At most: the names of members, two numbers and two coordinates, a comma behind; of each arm `false,` and `359,`."""


class ClassTexts(NamedTuple):
    """What is written of the classes that a road has: code c has letter[first[c]:first[c + 1]]."""

    first: Int32Array
    letter: UInt8Array


@kernel
def write_crossings(
    sights: Sights,
    classes: UInt8Array,
    texts: ClassTexts,
    line_first: Int32Array,
    lon_e7: Int32Array,
    lat_e7: Int32Array,
    junction: Int32Array,
    group_first: Int32Array,
    letter: UInt8Array,
    end: Int32Array,
) -> int:
    """Write OSRM's intersection objects of junction[group_first[g]:group_first[g + 1]], a comma between two of a group.

    Group g ends at letter end[g]; returns the number of letters. Junction i is where arc i of the path ends, at point
    line_first[i + 1] of its line; `classes` are those of the arcs.
    """
    at = 0
    for group in range(group_first.size - 1):
        for k in range(group_first[group], group_first[group + 1]):
            if k > group_first[group]:
                at = put_letter(letter, at, _COMMA)
            i = junction[k]
            at = put_number(letter, put(letter, at, _OUT), sights.go[i])
            at = put_number(letter, put(letter, at, _IN), sights.come[i])
            at = put(letter, at, _ENTRY)
            for arm in range(sights.first[i], sights.first[i + 1]):
                if arm > sights.first[i]:
                    at = put_letter(letter, at, _COMMA)
                at = put(letter, at, _TRUE if sights.entry[arm] else _FALSE)
            at = put(letter, at, _BEARINGS)
            for arm in range(sights.first[i], sights.first[i + 1]):
                if arm > sights.first[i]:
                    at = put_letter(letter, at, _COMMA)
                at = put_number(letter, at, sights.bearing[arm])
            point = line_first[i + 1]
            at = put_degrees(letter, put(letter, at, _LOCATION), lon_e7[point])
            at = put_degrees(letter, put_letter(letter, at, _COMMA), lat_e7[point])
            at = put_letter(letter, at, _CLOSE_LIST)
            code = classes[i + 1]
            at = put(letter, at, texts.letter[texts.first[code] : texts.first[code + 1]])
            at = put_letter(letter, at, _CLOSE)
        end[group] = at
    return at


@kernel
def put_letter(letter: UInt8Array, at: int, code: int) -> int:
    """Write one letter; returns where the next one goes, as all that put something."""
    letter[at] = code
    return at + 1


@kernel
def put(letter: UInt8Array, at: int, text: UInt8Array) -> int:
    """Write a text."""
    for code in text:
        letter[at] = code
        at += 1
    return at


@kernel
def put_number(letter: UInt8Array, at: int, number: int) -> int:
    """Write a whole number from 0 on."""
    size, rest = 1, number // 10
    while rest:
        size, rest = size + 1, rest // 10
    for k in range(size):
        letter[at + size - 1 - k] = _ZERO + number % 10
        number //= 10
    return at + size


@kernel
def put_degrees(letter: UInt8Array, at: int, e7: int) -> int:
    """Write degrees to the sixth digit, without zeros at the end but one behind the point."""
    e6 = rounded(e7, 10)
    if e6 < 0:
        at = put_letter(letter, at, _MINUS)
        e6 = -e6
    at = put_letter(letter, put_number(letter, at, e6 // 1_000_000), _POINT)
    rest, unit = e6 % 1_000_000, 100_000
    while True:
        at = put_letter(letter, at, _ZERO + rest // unit)
        rest %= unit
        unit //= 10
        if rest == 0:
            return at

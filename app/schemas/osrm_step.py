"""A leg's guidance as OSRM's steps, members in the order osrm-routed 26.10 writes them.

The junctions of a step are JSON already (`msgspec.Raw`), everything else is Python objects.
"""

import math
from itertools import accumulate
from typing import Any

import msgspec
import numpy as np

from app.schemas.osrm_crossing_kernels import LETTERS_OF_ARM, LETTERS_OF_CROSSING, ClassTexts, write_crossings
from app.schemas.osrm_line import Geometries, degrees, drawn, line_json, lines_json
from routing.arrays import frozen
from routing.earth import METRES_PER_E7
from routing.guidance.guide import CLASSES
from routing.guidance.instructions import Drive
from routing.guidance.kinds import ARRIVE, DEPART, ENTER_ROTARY, KINDS, MODIFIERS
from routing.guidance.path_line import PathLine, compass_degrees
from routing.guidance.steps import LegGuidance, Step, first_driven

Place = tuple[float, float]
"""Longitude and latitude in degrees."""

_CLASSES_OF_CODE = [[name for bit, name in enumerate(CLASSES) if code >> bit & 1] for code in range(1 << len(CLASSES))]
_NEAREST_M, _FARTHEST_M = 5.0, 300.0
"""OSRM names the side of the road for places this far from it."""
_STRAIGHT_DEGREES = 45
"""OSRM's border between straight and the sides."""


def steps_json(
    guidance: LegGuidance,
    line: PathLine,
    geometries: Geometries,
    begin: Place | None,
    end: Place | None,
    standing: int | None = None,
) -> list[dict[str, Any]]:
    """The steps of one leg; `begin` and `end` are the places that were asked for.

    `standing` are compass degrees where nothing is driven: those of the street. None elsewhere.
    """
    steps, drive = guidance.steps, guidance.drive
    first = line.first.tolist()
    begins, ends = [first[step.begin] for step in steps], [first[step.end] for step in steps]
    lines = lines_json(line.lon_e7, line.lat_e7, begins, ends, geometries)
    if line.lon_e7.size == 1:  # nothing is driven: a departure and an arrival, and OSRM draws the former
        lines[0] = line_json(*drawn(line.lon_e7, line.lat_e7), geometries)
    begin_at = line.first[np.array([step.begin for step in steps])]
    points = degrees(line.lon_e7[begin_at], line.lat_e7[begin_at])
    crossings = _crossings(guidance, line)
    cuts_ds = [(drive.begin_ms[step.begin] + 50) // 100 for step in steps]
    cuts_ds[0] = 0
    written = []
    for step, at, geometry, behind, from_ds, to_ds in zip(
        steps, points, lines, crossings, cuts_ds, [*cuts_ds[1:], cuts_ds[-1]], strict=True
    ):
        if step.kind == DEPART:
            maneuver, here = _depart(line, at, begin, standing)
            if code := int(drive.classes[first_driven(drive)]):
                here["classes"] = _CLASSES_OF_CODE[code]
            junctions = b"".join((msgspec.json.encode(here), b"," if behind else b"", behind))
        elif step.kind == ARRIVE:
            maneuver, here = _arrive(line, at, end, standing)
            junctions = msgspec.json.encode(here)
        else:
            maneuver, junctions = _turn(drive, step, at), behind
        written.append(
            {
                "intersections": msgspec.Raw(b"[%b]" % junctions),
                "driving_side": "left" if step.is_left_hand else "right",
                "geometry": geometry,
                "maneuver": maneuver,
                **_signs(step),
                "name": step.name,
                "mode": "ferry" if step.is_ferry else "driving",
                "weight": (to_ds - from_ds) / 10,
                "duration": (to_ds - from_ds) / 10,
                "distance": step.distance_dm / 10,
            }
        )
    return written


def _class_texts() -> ClassTexts:
    texts = [b',"classes":' + msgspec.json.encode(names) if names else b"" for names in _CLASSES_OF_CODE]
    first = np.array([0, *accumulate(map(len, texts))], np.int32)
    return ClassTexts(frozen(first), frozen(np.frombuffer(b"".join(texts), np.uint8)))


_CLASS_TEXTS = _class_texts()
_MOST_CLASS_LETTERS = int(np.diff(_CLASS_TEXTS.first).max())


def _crossings(guidance: LegGuidance, line: PathLine) -> list[bytes]:
    """The junctions of each step as OSRM's intersection objects with commas between them.

    Without those that a leg begins and ends at, which are none of the path's.
    """
    drive, sights = guidance.drive, guidance.drive.sights
    groups = [step.junctions[1:] if step.kind in (DEPART, ARRIVE) else step.junctions for step in guidance.steps]
    junction = np.array([one for group in groups for one in group], np.int32)
    group_first = np.array([0, *accumulate(map(len, groups))], np.int32)
    room = junction.size * (LETTERS_OF_CROSSING + _MOST_CLASS_LETTERS) + sights.bearing.size * LETTERS_OF_ARM
    letter, end = np.empty(room, np.uint8), np.empty(len(groups), np.int32)
    count = write_crossings(
        sights, drive.classes, _CLASS_TEXTS, line.first, line.lon_e7, line.lat_e7, junction, group_first, letter, end
    )
    text, ends = letter[:count].tobytes(), end.tolist()
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def _signs(step: Step) -> dict[str, str]:
    if not (step.destinations or step.ref or step.pronunciation or step.kind == ENTER_ROTARY):
        return {}
    rotary = step.first_name if step.kind == ENTER_ROTARY else ""
    signs = {"destinations": step.destinations, "rotary_name": rotary, "pronunciation": step.pronunciation}
    signs["ref"] = step.ref
    return {key: text for key, text in signs.items() if text}


def _turn(drive: Drive, step: Step, at: list[float]) -> dict[str, Any]:
    junction = step.junctions[0]
    exit_number = {"exit": step.exit_number} if step.exit_number else {}
    return {
        **exit_number,
        "bearing_after": drive.after[junction],
        "bearing_before": drive.before[junction],
        "location": at,
        "modifier": MODIFIERS[step.modifier],
        "type": KINDS[step.kind],
    }


def _depart(
    line: PathLine, at: list[float], asked: Place | None, standing: int | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    bearing = _bearing(line, 0, 1) if standing is None else standing
    side = _side(at, asked, None if standing is not None else bearing, straight=180)
    maneuver = {"bearing_after": bearing, "bearing_before": 0, "location": at, **side}
    return maneuver | {"type": "depart"}, {"out": 0, "entry": [True], "bearings": [bearing], "location": at}


def _arrive(
    line: PathLine, at: list[float], asked: Place | None, standing: int | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    bearing = _bearing(line, -2, -1) if standing is None else standing
    side = _side(at, asked, None if standing is not None else bearing, straight=0)
    maneuver = {"bearing_after": 0, "bearing_before": bearing, "location": at, **side}
    back = (bearing + 180) % 360
    return maneuver | {"type": "arrive"}, {"in": 0, "entry": [True], "bearings": [back], "location": at}


def _bearing(line: PathLine, begin: int, end: int) -> int:
    lon_e7, lat_e7 = line.lon_e7, line.lat_e7
    return compass_degrees(lon_e7[begin], lat_e7[begin], lon_e7[end], lat_e7[end])


def _side(at: list[float], asked: Place | None, bearing: int | None, straight: int) -> dict[str, str]:
    """On which side of the road, driven along `bearing`, the asked place lies.

    "straight" is up to 45 degrees beside `straight`: the way from the asked place to the road and on along it is
    straight where the place lies behind a departure (180), and that from the road to it where it lies ahead (0). Where
    nothing is driven (`bearing` None) it always is, as in OSRM.
    """
    if asked is None:
        return {}
    x = (asked[0] - at[0]) * math.cos(math.radians(at[1])) * METRES_PER_E7 * 1e7
    y = (asked[1] - at[1]) * METRES_PER_E7 * 1e7
    if not _NEAREST_M < math.hypot(x, y) < _FARTHEST_M:
        return {}
    if bearing is None:
        return {"modifier": "straight"}
    turn = (math.degrees(math.atan2(x, y)) - bearing) % 360
    if abs((turn - straight + 180) % 360 - 180) <= _STRAIGHT_DEGREES:
        return {"modifier": "straight"}
    return {"modifier": "right" if turn < 180 else "left"}

r"""Motorways: two one-way carriageways beside a centre line, and diamond interchanges.

         ===>===================>===      carriageway against the centre line
        \_                        _/      exit and entry ramps, one-way
          \_ P ________________ _/
              |  crossing road (bridge over the motorway: no shared node)
          / ^ P ^^^^^^^^^^^^^^^^ \
         ===<===================<===

A piece's ends are exact: pieces that meet have equal end coordinates. Ramp ends `P` lie on the crossing road, which
gets a junction there later.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely

from routing.arrays import Float64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK, Road
from routing.network.synthetic.shapes import closed_noise, noise

LANES_M = 11.0
"""From the centre line to the middle of a carriageway."""
RAMP_ROAD_M = 78.0
"""From the centre line to where ramps meet the crossing road."""


FEWEST = 3
"""Interchanges on the ring, before roads that run under their own ramps are taken too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One directed stretch of motorway or ramp."""

    coords: Float64Array
    kind: str
    ref: str


@dataclass(slots=True)
class Motorway:
    """A centre line with the places of its interchanges."""

    centre: Float64Array
    closed: bool
    ref: str
    at: Float64Array = field(init=False)
    ramp_places: list[tuple[float, dict[int, Float64Array]]] = field(default_factory=list)
    """(distance along, {side: ramp end on the crossing road})"""

    def __post_init__(self) -> None:
        self.at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.centre, axis=0).T))])

    @property
    def length(self) -> float:
        return float(self.at[-1])

    def point(self, s: float, offset: float) -> Float64Array:
        """The point at distance `s`, `offset` to the left of the centre line."""
        s = s % self.length if self.closed else min(max(s, 0.0), self.length)
        here = np.array([np.interp(s, self.at, self.centre[:, axis]) for axis in (0, 1)])
        ahead, behind = (self._on(s + step) for step in (20.0, -20.0))
        way = (ahead - behind) / max(1e-9, float(np.hypot(*(ahead - behind))))
        return here + offset * np.array([-way[1], way[0]])

    def _on(self, s: float) -> Float64Array:
        s = s % self.length if self.closed else min(max(s, 0.0), self.length)
        return np.array([np.interp(s, self.at, self.centre[:, axis]) for axis in (0, 1)])


def lay_motorways(plan: Plan, gates: Float64Array, motorway_gates: list[int]) -> list[Motorway]:
    """The ring (counter-clockwise) and the motorways that leave the city at some gates."""
    rng = plan.rng("motorways")
    theta = np.arange(0, 2 * np.pi, 30.0 / plan.ring_m)
    radius = plan.ring_m * (1 + 0.05 * closed_noise(rng, range(2, 5))(theta))
    ring = radius[:, None] * np.stack([np.cos(theta), np.sin(theta)], axis=1)
    motorways = [Motorway(np.concatenate([ring, ring[:1]]), True, "M 0")]
    for number, gate in enumerate(motorway_gates):
        start = gates[gate]
        r0 = float(np.hypot(*start))
        theta0 = float(np.arctan2(start[1], start[0]))
        r = np.arange(r0, plan.extent_m * 0.86, 40.0)
        swing = noise(rng, [plan.ring_m * 2.1, plan.ring_m * 1.1])
        turn = theta0 + 0.08 * (swing(r) - swing(np.array([r0]))[0])
        motorways.append(
            Motorway(r[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1), False, f"M {number + 1}")
        )
        motorways[-1].centre[0] = start
    return motorways


def place_ramps(plan: Plan, motorways: list[Motorway], roads: list[Road]) -> None:
    """Choose which crossing roads get an interchange, most important first, never closer than the ramps allow."""
    ramp_m = ramp_length_m(plan)
    for motorway in motorways:
        line = shapely.LineString(motorway.centre)
        found = []
        for road in roads:
            if RANK[road.kind] > RANK["tertiary"] or road.bridge:
                continue
            cuts = shapely.get_parts(line.intersection(road.line))
            found += [(RANK[road.kind], float(line.project(cut)), road) for cut in cuts if cut.geom_type == "Point"]
        limit = RANK["secondary"] if motorway.closed else RANK["tertiary"]
        for strict in (True, False):
            for rank, s, road in sorted(found, key=lambda item: item[:2]):
                if rank <= limit and _has_room(motorway, s, ramp_m):
                    _place(motorway, s, road, ramp_m, strict)
            if len(motorway.ramp_places) >= FEWEST or not motorway.closed:
                break


def _has_room(motorway: Motorway, s: float, ramp_m: float) -> bool:
    near = [abs(s - other) for other, _ in motorway.ramp_places]
    if motorway.closed:
        near = [min(gap, motorway.length - gap) for gap in near]
    elif s < 2 * ramp_m + 150 or s > motorway.length - 2 * ramp_m:
        return False
    return all(gap >= 2 * ramp_m + 260.0 for gap in near)


def _place(motorway: Motorway, s: float, road: Road, ramp_m: float, strict: bool) -> None:
    ends = {side: _ramp_end(motorway, s, side, road, ramp_m) for side in (-1, 1)}
    feet = {side: end for side, end in ends.items() if end is not None}
    if len(feet) == 2 and (not strict or _is_clear(motorway, s, feet, road, ramp_m)):
        motorway.ramp_places.append((s, feet))


def ramp_length_m(plan: Plan) -> float:
    """Along the motorway, from the exit to the crossing road."""
    return float(np.clip(plan.ring_m * 0.065, 190.0, 360.0))


def _is_clear(motorway: Motorway, s: float, feet: dict[int, Float64Array], road: Road, ramp_m: float) -> bool:
    """Whether the ramps touch the crossing road at their feet only: an oblique road would run under its own ramps."""
    for side, foot in feet.items():
        for ramp in _ramps(motorway, s, side, foot, ramp_m):
            touch = shapely.LineString(ramp.coords).intersection(road.line)
            if not touch.is_empty and shapely.hausdorff_distance(touch, shapely.Point(foot)) > 2.0:
                return False
    return True


def _ramp_end(motorway: Motorway, s: float, side: int, road: Road, ramp_m: float) -> Float64Array | None:
    steps = np.linspace(-ramp_m * 0.45, ramp_m * 0.45, 25)
    parallel = shapely.LineString([motorway.point(s + step, side * RAMP_ROAD_M) for step in steps])
    cuts = shapely.get_parts(parallel.intersection(road.line))
    points = [shapely.get_coordinates(cut)[0] for cut in cuts if cut.geom_type == "Point"]
    here = motorway.point(s, side * RAMP_ROAD_M)
    return min(points, key=lambda p: float(np.hypot(*(p - here)))) if points else None


def pieces(plan: Plan, motorway: Motorway) -> list[Piece]:
    """Carriageways, cut where ramps leave and join, and the ramps."""
    ramp_m = ramp_length_m(plan)
    result: list[Piece] = []
    for side in (-1, 1):
        cuts = sorted(
            (s + sign * ramp_m) % motorway.length if motorway.closed else s + sign * ramp_m
            for s, _ in motorway.ramp_places
            for sign in (-1, 1)
        )
        if motorway.closed:
            stretches = [] if not cuts else list(zip(cuts, [*cuts[1:], cuts[0] + motorway.length], strict=True))
        else:
            ends = [0.0, *cuts, motorway.length]
            stretches = list(pairwise(ends))
        result += [
            Piece(_carriageway(motorway, begin, end, side), "motorway", motorway.ref) for begin, end in stretches
        ]
        for s, ramp_ends in motorway.ramp_places:
            result += _ramps(motorway, s, side, ramp_ends[side], ramp_m)
    return result


def _carriageway(motorway: Motorway, begin: float, end: float, side: int) -> Float64Array:
    steps = np.linspace(begin, end, max(3, round((end - begin) / 45.0) + 1))
    coords = np.array([motorway.point(s, side * LANES_M) for s in steps])
    if not motorway.closed and begin == 0.0:
        coords[0] = motorway.centre[0]
    if not motorway.closed and end == motorway.length:
        coords[-1] = motorway.centre[-1]
    return coords if side < 0 else coords[::-1]


def _ramps(motorway: Motorway, s: float, side: int, road_end: Float64Array, ramp_m: float) -> list[Piece]:
    """Both ramps on one side; traffic keeps right, so the right side (-1) drives along the centre line."""
    made = []
    for sign in (-1, 1):
        profile = ((1.0, LANES_M), (0.86, 15.0), (0.68, 25.0), (0.45, 45.0), (0.22, 66.0))
        coords = [motorway.point(s + sign * share * ramp_m, side * off) for share, off in profile]
        begin = (s + sign * ramp_m) % motorway.length if motorway.closed else s + sign * ramp_m
        coords[0] = motorway.point(begin, side * LANES_M)
        ramp = np.array([*coords, road_end])
        leaves = (sign < 0) == (side < 0)
        made.append(Piece(ramp if leaves else ramp[::-1], "motorway_link", motorway.ref))
    return made


def barrier(motorways: list[Motorway], made: list[Piece]) -> shapely.Geometry:
    """The ground that streets keep clear of."""
    centres = [shapely.LineString(motorway.centre).buffer(60.0) for motorway in motorways]
    ramps = [shapely.LineString(piece.coords).buffer(28.0) for piece in made if piece.kind == "motorway_link"]
    return shapely.union_all(centres + ramps)

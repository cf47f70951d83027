"""What a car may drive, and how fast: data only. `way_behaviour` and `node_behaviour` apply it to tags.

The numbers are those of OSRM's stock car profile (Project-OSRM/osrm-backend, profiles/car.lua as of 26.10,
BSD-2-Clause), so that times come out close to what users of OSRM know. Where we differ on purpose:

- One time decides and is reported. OSRM decides by a weight that makes narrow roads, alleys, car parks and driveways
  twice as dear, and reports a time that does not; so only the choice differs there, never the time of a given route.
- Footways, cycleways, paths and the like need a tag about vehicles: `access=yes` alone does not make them roads.
- Ferries without `duration` go at 20 km/h, not 5.
- Limits that OSRM cannot read count: `walk`, `DE:zone:30`, `zone:maxspeed`, a readable key behind an unreadable one.
- Destination-only streets are closed to through traffic; OSRM prices them so high that only need leads through.
- Private service roads can be begun and ended on (an account's yard), where they are 2 m nearer than a street.
- Times are in ms. `time_step_ms=100` counts as OSRM does, in tenths of a second between two points of the map.

README.md of this package has the measured differences.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

SPEEDS_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "living_street": 10.0,
    "service": 15.0,
    "winter_road": 20.0,
    "ice_road": 15.0,
}
SURFACE_KMH = {
    **dict.fromkeys(("cement", "compacted", "fine_gravel"), 80.0),
    **dict.fromkeys(("paving_stones", "metal", "bricks"), 60.0),
    **dict.fromkeys(("grass", "wood", "sett", "grass_paver", "gravel", "unpaved", "ground", "dirt"), 40.0),
    **dict.fromkeys(("pebblestone", "tartan"), 40.0),
    **dict.fromkeys(("cobblestone", "clay"), 30.0),
    **dict.fromkeys(("earth", "stone", "rocky", "sand"), 20.0),
    **{"laterite": 15.0, "mud": 10.0, "ice": 20.0, "snow": 30.0},
}
TRACKTYPE_KMH = {"grade1": 60.0, "grade2": 40.0, "grade3": 30.0, "grade4": 25.0, "grade5": 20.0}
SMOOTHNESS_KMH = {"intermediate": 80.0, "bad": 40.0, "very_bad": 20.0, "horrible": 10.0, "very_horrible": 5.0}
ZONES_KMH = {
    # of any country, then the exceptions; 0 is "no limit said"
    **{"urban": 50.0, "rural": 90.0, "trunk": 110.0, "motorway": 130.0},
    **{"none": 140.0, "walk": 7.0, "de:walk": 7.0, "at:walk": 7.0},
    **{"ar:urban": 40.0, "ar:rural": 110.0, "at:rural": 100.0, "at:trunk": 100.0, "be:motorway": 120.0},
    **{"be-bru:rural": 70.0, "be-bru:urban": 30.0, "be-vlg:rural": 70.0, "bg:motorway": 140.0},
    **{"by:urban": 60.0, "by:motorway": 110.0, "ca-on:rural": 80.0},
    **{"ch:rural": 80.0, "ch:trunk": 100.0, "ch:motorway": 120.0},
    **{"de:living_street": 7.0, "de:rural": 100.0, "de:motorway": 0.0, "dk:rural": 80.0, "es:trunk": 90.0},
    **{"fr:rural": 80.0, "gb:nsl_single": 96.54, "gb:nsl_dual": 112.63, "gb:motorway": 112.63},
    **{"uk:nsl_single": 96.54, "uk:nsl_dual": 112.63, "uk:motorway": 112.63, "lv:living_street": 20.0},
    **{"nl:rural": 80.0, "nl:trunk": 100.0, "no:rural": 80.0, "no:motorway": 110.0},
    **{"ph:urban": 40.0, "ph:rural": 80.0, "ph:motorway": 100.0},
    **{"pl:rural": 100.0, "pl:expressway": 120.0, "pl:motorway": 140.0, "ro:trunk": 100.0},
    **{"ru:living_street": 20.0, "ru:urban": 60.0, "ru:motorway": 110.0, "za:urban": 60.0, "za:rural": 100.0},
}


_Number = TypeVar("_Number", int, float)


def _table(values: Mapping[str, _Number]) -> MappingProxyType[str, _Number]:
    return MappingProxyType(dict(values))


@dataclass(frozen=True, slots=True)
class CarProfile:
    """Rules for one kind of vehicle. Speeds in km/h, times in ms."""

    name: str = "car"
    # ways
    speed_kmh: Mapping[str, float] = field(default_factory=lambda: _table(SPEEDS_KMH))
    """By `highway` value."""
    other_speed_kmh: float = 10.0
    """On ways of no class above (track, pedestrian, road, …) that a tag about vehicles opens."""
    route_speed_kmh: Mapping[str, float] = field(default_factory=lambda: _table({"ferry": 20.0, "shuttle_train": 10.0}))
    """By `route` value, where no `duration` is given."""
    surface_kmh: Mapping[str, float] = field(default_factory=lambda: _table(SURFACE_KMH))
    tracktype_kmh: Mapping[str, float] = field(default_factory=lambda: _table(TRACKTYPE_KMH))
    smoothness_kmh: Mapping[str, float] = field(default_factory=lambda: _table(SMOOTHNESS_KMH))
    zone_kmh: Mapping[str, float] = field(default_factory=lambda: _table(ZONES_KMH))
    maxspeed_share: float = 0.8
    """Share of a signed limit that is driven on average."""
    vehicle_max_kmh: float = 300.0
    """Faster than this the vehicle never goes, whatever is signed: 87 for a lorry, say."""
    movable_bridge_kmh: float = 5.0
    """Where no `duration` is given; a signed limit goes before."""
    implied_one_way: frozenset[str] = frozenset({"motorway"})
    """`highway` values that are one-way unless `oneway=no`; links are not, as in OSRM."""
    forbidden_highway: frozenset[str] = frozenset(
        {"construction", "proposed", "planned", "abandoned", "disused", "razed", "steps", "platform", "raceway"}
        | {"elevator", "corridor", "bus_stop", "busway", "bus_guideway", "rest_area", "services", "emergency_bay"}
    )
    forbidden_service: frozenset[str] = frozenset({"emergency_access", "bus"})
    # access
    access_tags: tuple[str, ...] = ("motorcar", "motor_vehicle", "vehicle", "access")
    """The first that is there decides."""
    access_open: frozenset[str] = frozenset(
        {"yes", "motorcar", "motor_vehicle", "vehicle", "permissive", "designated", "hov"}
    )
    access_destination: frozenset[str] = frozenset(
        {"private", "destination", "delivery", "customers", "residents", "permit", "unknown"}
    )
    """On ways of the classes of `speed_kmh`; other ways need more than that."""
    access_closed: frozenset[str] = frozenset(
        {"no", "agricultural", "forestry", "emergency", "emergency_vehicle", "military", "official", "restricted"}
        | {"psv", "bus", "minibus", "taxi", "share_taxi", "foot"}
    )
    """Any other value leaves open."""
    ways_for_others: frozenset[str] = frozenset({"footway", "pedestrian", "path", "cycleway", "bridleway"})
    """`highway` values that `access` alone does not open."""
    vehicle_height_m: float = 2.0
    vehicle_width_m: float = 1.9
    vehicle_length_m: float = 4.8
    vehicle_weight_kg: float = 2000.0
    # nodes
    open_barriers: frozenset[str] = frozenset(
        {"cattle_grid", "border_control", "toll_booth", "sally_port", "no", "entrance", "height_restrictor", "arch"}
    )
    """Barriers that let a car through at once where no access tag says otherwise."""
    barrier_wait_ms: Mapping[str, int] = field(default_factory=lambda: _table({"gate": 60_000, "lift_gate": 60_000}))
    """Barriers that have to be opened first; those of neither kind block."""
    sign_wait_ms: Mapping[str, int] = field(
        default_factory=lambda: _table({"traffic_signals": 2000, "stop": 2000, "give_way": 1000})
    )
    """By `highway` value of a node."""
    turns_round_at: frozenset[str] = frozenset({"turning_circle", "turning_loop", "mini_roundabout"})
    """`highway` values of nodes where a car may turn back."""
    # turns
    turn_ms: int = 7500
    """The most that a turn costs."""
    turn_bias: float = 1.075
    """How much harder a turn across the oncoming lane is."""
    oncoming_turn_ms: int = 2000
    """The most that a turn across the oncoming lane costs besides, waiting for a gap; not within roundabouts."""
    u_turn_ms: int = 20_000
    left_hand_driving: bool | None = None
    """The side to drive on where a way does not say; None: that of the country."""
    time_step_ms: int = 1
    """Times between two points of the map are rounded to multiples of this (at least one), those of turns are cut. OSRM
    counts in tenths of a second, 100: of use to compare with it, of none to know when one arrives."""
    # restrictions
    restriction_tags: tuple[str, ...] = (
        *("restriction", "restriction:vehicle", "restriction:motor_vehicle", "restriction:motorcar"),
    )
    """The last that is there decides; with `:conditional` behind it the same."""
    excepted: frozenset[str] = frozenset({"motorcar", "motor_vehicle", "vehicle"})
    """Values of `except` that lift a restriction for this vehicle."""
    restrictions_at: str = ""
    """Local time such as 2026-11-24T08:30 (without a time zone): restrictions under a condition that hold then count as
    if they held always, the others never. Empty: none of them counts; they are kept with their conditions."""
    # the network
    all_parts: bool = False
    """Whether roads stay that cannot be driven to and fro, as in OSRM; then places may be out of each other's reach."""

    def __post_init__(self) -> None:
        if self.restrictions_at and datetime.fromisoformat(self.restrictions_at).tzinfo is not None:
            raise ValueError("restrictions_at must be a local time, without a time zone")
        speeds = (
            *self.speed_kmh.values(),
            *self.route_speed_kmh.values(),
            self.other_speed_kmh,
            self.movable_bridge_kmh,
            self.vehicle_max_kmh,
        )
        if not all(0 < speed <= 300 for speed in speeds):
            raise ValueError(
                "speed_kmh, route_speed_kmh, other_speed_kmh, movable_bridge_kmh and vehicle_max_kmh must be above 0"
                " and at most 300"
            )
        if not 0 < self.maxspeed_share <= 2:
            raise ValueError("maxspeed_share must be above 0 and at most 2")
        if not 1 <= self.time_step_ms <= 1000:
            raise ValueError("time_step_ms must be from 1 to 1000")
        waits = [self.turn_ms, self.oncoming_turn_ms, self.u_turn_ms]
        waits += [*self.barrier_wait_ms.values(), *self.sign_wait_ms.values()]
        if not (self.turn_bias > 0 and min(waits) >= 0):
            raise ValueError("turn_bias must be above 0; turns and waits (…_ms) must not be negative")

    def digest(self) -> str:
        """Sixteen hex digits that change with any rule of the profile."""
        rules = {rule.name: _plain(getattr(self, rule.name)) for rule in fields(self)}
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset) else value

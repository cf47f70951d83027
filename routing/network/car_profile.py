"""What a car may drive, and how fast: data only. `way_behaviour` and `node_behaviour` apply it to tags.

The numbers are those of OSRM's stock car profile (Project-OSRM/osrm-backend, profiles/car.lua, BSD-2-Clause), so that
times come out close to what users of OSRM know. Two things differ on purpose, see README.md: ways of no known class
need a tag about vehicles, and the penalty on narrow and service roads is half as strong.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

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
}
SURFACE_KMH = {
    **dict.fromkeys(("cement", "compacted", "fine_gravel"), 80.0),
    **dict.fromkeys(("paving_stones", "metal", "bricks"), 60.0),
    **dict.fromkeys(("grass", "wood", "sett", "grass_paver", "gravel", "unpaved", "ground", "dirt"), 40.0),
    **dict.fromkeys(("pebblestone", "tartan"), 40.0),
    **dict.fromkeys(("cobblestone", "clay"), 30.0),
    **dict.fromkeys(("earth", "stone", "rocky", "sand"), 20.0),
    "mud": 10.0,
}
TRACKTYPE_KMH = {"grade1": 60.0, "grade2": 40.0, "grade3": 30.0, "grade4": 25.0, "grade5": 20.0}
SMOOTHNESS_KMH = {"intermediate": 80.0, "bad": 40.0, "very_bad": 20.0, "horrible": 10.0, "very_horrible": 5.0}
ZONES_KMH = {
    # of any country, then the exceptions; 0 is "no limit said"
    **{"urban": 50.0, "rural": 90.0, "trunk": 110.0, "motorway": 130.0, "living_street": 10.0},
    **{"none": 140.0, "walk": 7.0, "de:walk": 7.0, "at:walk": 7.0},
    **{"at:rural": 100.0, "at:trunk": 100.0, "be:motorway": 120.0, "be-vlg:rural": 70.0, "be-wal:rural": 90.0},
    **{"by:urban": 60.0, "by:motorway": 110.0, "ca-on:rural": 80.0},
    **{"ch:rural": 80.0, "ch:trunk": 100.0, "ch:motorway": 120.0, "cz:trunk": 0.0, "cz:motorway": 0.0},
    **{"de:living_street": 7.0, "de:rural": 100.0, "de:motorway": 0.0, "dk:rural": 80.0, "fr:rural": 80.0},
    **{"gb:nsl_single": 96.54, "gb:nsl_dual": 112.63, "gb:motorway": 112.63},
    **{"uk:nsl_single": 96.54, "uk:nsl_dual": 112.63, "uk:motorway": 112.63},
    **{"nl:rural": 80.0, "nl:trunk": 100.0, "no:rural": 80.0, "no:motorway": 110.0},
    **{"pl:rural": 100.0, "pl:trunk": 120.0, "pl:motorway": 140.0, "ro:trunk": 100.0},
    **{"ru:living_street": 20.0, "ru:urban": 60.0, "ru:motorway": 110.0, "za:urban": 60.0, "za:rural": 100.0},
}


def _table(values: Mapping[str, float]) -> MappingProxyType[str, float]:
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
    """By `route` value, where no `duration` is given. OSRM has 5 for a ferry: on purpose not ours, see the README."""
    surface_kmh: Mapping[str, float] = field(default_factory=lambda: _table(SURFACE_KMH))
    tracktype_kmh: Mapping[str, float] = field(default_factory=lambda: _table(TRACKTYPE_KMH))
    smoothness_kmh: Mapping[str, float] = field(default_factory=lambda: _table(SMOOTHNESS_KMH))
    zone_kmh: Mapping[str, float] = field(default_factory=lambda: _table(ZONES_KMH))
    maxspeed_share: float = 0.8
    """Share of a signed limit that is driven on average."""
    slow_service: frozenset[str] = frozenset(
        {"alley", "parking", "parking_aisle", "driveway", "drive-through", "drive-thru"}
    )
    narrow_share: float = 0.75
    """Share of the speed kept on `slow_service` roads and on narrow ones (up to 3 m, or two-way on one lane)."""
    alternating_share: float = 0.4
    """Share of the speed kept where signals let one direction through at a time (`oneway=alternating`)."""
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
        {"yes", "motorcar", "motor_vehicle", "vehicle", "permissive", "designated", "hov", "public", "official"}
    )
    access_destination: frozenset[str] = frozenset(
        {"private", "destination", "delivery", "customers", "residents", "permit"}
    )
    access_closed: frozenset[str] = frozenset(
        {
            "no",
            "agricultural",
            "forestry",
            "agricultural;forestry",
            "emergency",
            "psv",
            "bus",
            "military",
            "use_sidepath",
        }
    )
    # nodes
    open_barriers: frozenset[str] = frozenset(
        {"cattle_grid", "border_control", "toll_booth", "sally_port", "gate", "lift_gate", "swing_gate", "no"}
        | {"entrance", "height_restrictor", "arch", "kerb", "bump_gate"}
    )
    """Barriers that let a car through where no access tag says otherwise; all others block."""
    vehicle_height_m: float = 2.0
    vehicle_width_m: float = 1.9
    # turns
    turn_ms: int = 7500
    """The most that a turn costs."""
    turn_bias: float = 1.075
    """How much harder a turn across the oncoming lane is."""
    u_turn_ms: int = 20_000
    signal_ms: int = 2000
    left_hand_driving: bool = False
    # restrictions
    restriction_tags: tuple[str, ...] = ("restriction", "restriction:motor_vehicle", "restriction:motorcar")
    excepted: frozenset[str] = frozenset({"motorcar", "motor_vehicle", "vehicle"})
    """Values of `except` that lift a restriction for this vehicle."""

    def __post_init__(self) -> None:
        speeds = (*self.speed_kmh.values(), *self.route_speed_kmh.values(), self.other_speed_kmh)
        if not all(0 < speed <= 300 for speed in speeds):
            raise ValueError("speed_kmh, route_speed_kmh and other_speed_kmh must be above 0 and at most 300")
        shares = (self.maxspeed_share, self.narrow_share, self.alternating_share)
        if not all(0 < share <= 2 for share in shares):
            raise ValueError("maxspeed_share, narrow_share and alternating_share must be above 0 and at most 2")
        if not (self.turn_bias > 0 and min(self.turn_ms, self.u_turn_ms, self.signal_ms) >= 0):
            raise ValueError("turn_bias must be above 0; turn_ms, u_turn_ms and signal_ms must not be negative")

    def digest(self) -> str:
        """Sixteen hex digits that change with any rule of the profile."""
        rules = {rule.name: _plain(getattr(self, rule.name)) for rule in fields(self)}
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset) else value

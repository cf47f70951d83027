import pytest

from routing.network.car_profile import CarProfile
from routing.network.road_network import ROAD_CLASSES
from routing.network.tag_values import parse_duration_s, parse_kilograms, parse_metres, parse_speed_kmh
from routing.network.way_behaviour import BEHAVIOUR_KEYS, way_behaviour

CAR = CarProfile()


def drive(tags: dict[str, str], highway: str = "residential") -> tuple[float, float, str]:
    """Forward and backward km/h and "open", "destination" or "closed"."""
    found = way_behaviour({"highway": highway, **tags}, CAR)
    if found is None:
        return 0.0, 0.0, "closed"
    return found.forward_kmh, found.backward_kmh, "destination" if found.destination_only else "open"


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50.0),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("50 km/h", 50.0),
        ("50; 40", 50.0),
        ("none", 140.0),
        ("walk", 7.0),
        ("DE:urban", 50.0),
        ("DE:rural", 100.0),
        ("RU:rural", 90.0),
        ("RU:urban", 60.0),
        ("IS:rural", 90.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("DE:30", 30.0),
        ("DE:motorway", None),
        ("signals", None),
        ("fast", None),
        ("0", None),
        ("", None),
        (None, None),
    ],
)
def test_speed_values(value: str | None, kmh: float | None) -> None:
    assert parse_speed_kmh(value, CAR.zone_kmh) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("00:40", 2400), ("1:30:15", 5415), ("25", 1500), ("PT1H30M", 5400), ("P1D", 86400), ("soon", None), ("0", None)],
)
def test_duration_values(value: str, seconds: float | None) -> None:
    assert parse_duration_s(value) == seconds


@pytest.mark.parametrize(
    ("value", "metres"),
    [("3", 3.0), ("2,5 m", 2.5), ("default", None), ("6'", 1.829), ("6'3\"", 1.905), ("12 ft", 3.658), ("1 km", 1000)],
)
def test_length_values(value: str, metres: float | None) -> None:
    assert parse_metres(value) == (None if metres is None else pytest.approx(metres, abs=0.001))


@pytest.mark.parametrize(
    ("value", "kilograms"),
    [("3.5", 3500.0), ("3,5 t", 3500.0), ("1800 kg", 1800.0), ("3000 lbs", 1360.777), ("unsigned", None), (None, None)],
)
def test_weight_values(value: str | None, kilograms: float | None) -> None:
    assert parse_kilograms(value) == (None if kilograms is None else pytest.approx(kilograms))


@pytest.mark.parametrize(
    ("highway", "kmh"),
    [
        *[("motorway", 90), ("motorway_link", 45), ("trunk", 85), ("primary", 65), ("secondary", 55), ("tertiary", 40)],
        *[("tertiary_link", 20), ("unclassified", 25), ("residential", 25), ("living_street", 10), ("service", 15)],
    ],
)
def test_speeds_of_classes_are_those_of_osrm(highway: str, kmh: float) -> None:
    found = way_behaviour({"highway": highway}, CAR)
    assert found is not None
    assert found.forward_kmh == kmh
    assert ROAD_CLASSES[found.road_class] == highway


@pytest.mark.parametrize(
    ("highway", "tags", "expected"),
    [
        # one-ways
        ("residential", {"oneway": "yes"}, (25, 0, "open")),
        ("residential", {"oneway": "1"}, (25, 0, "open")),
        ("residential", {"oneway": "-1"}, (0, 25, "open")),
        ("residential", {"oneway": "no"}, (25, 25, "open")),
        ("residential", {"oneway": "reversible"}, (0, 0, "closed")),
        ("residential", {"oneway": "alternating"}, (25, 25, "open")),
        ("residential", {"oneway": "no", "oneway:motor_vehicle": "yes"}, (25, 0, "open")),
        ("motorway", {}, (90, 0, "open")),
        ("motorway", {"oneway": "no"}, (90, 90, "open")),
        ("motorway_link", {}, (45, 45, "open")),
        ("residential", {"junction": "roundabout"}, (25, 0, "open")),
        ("residential", {"junction": "circular"}, (25, 0, "open")),
        ("residential", {"junction": "roundabout", "oneway": "no"}, (25, 25, "open")),
        ("residential", {"junction": "roundabout", "oneway": "-1"}, (0, 25, "open")),
        # speeds
        ("residential", {"maxspeed": "50"}, (40, 40, "open")),
        ("residential", {"maxspeed": "50", "maxspeed:forward": "30"}, (24, 40, "open")),
        ("residential", {"maxspeed:backward": "10"}, (25, 8, "open")),
        ("residential", {"maxspeed:advisory": "20", "maxspeed": "50"}, (16, 16, "open")),
        ("residential", {"zone:maxspeed": "DE:30"}, (24, 24, "open")),
        ("residential", {"source:maxspeed": "IS:urban"}, (40, 40, "open")),
        ("residential", {"source:maxspeed": "sign"}, (25, 25, "open")),
        ("primary", {"maxspeed": "signals", "source:maxspeed": "DE:rural"}, (80, 80, "open")),
        ("primary", {"maxspeed": "90", "surface": "gravel"}, (40, 40, "open")),
        ("primary", {"tracktype": "grade4"}, (25, 25, "open")),
        ("primary", {"smoothness": "very_bad", "surface": "mud"}, (10, 10, "open")),
        ("primary", {"smoothness": "impassable"}, (0, 0, "closed")),
        ("primary", {"surface": "snow"}, (30, 30, "open")),
        ("service", {"service": "alley"}, (15, 15, "open")),
        ("residential", {"width": "2.5"}, (25, 25, "open")),
        ("residential", {"lanes": "1"}, (25, 25, "open")),
        ("trunk", {"source:maxspeed": "ES:trunk"}, (72, 72, "open")),
        ("primary", {"bridge": "movable"}, (5, 5, "open")),
        ("primary", {"bridge": "movable", "maxspeed": "50"}, (40, 40, "open")),
        ("winter_road", {}, (20, 20, "open")),
        # access
        ("residential", {"access": "no"}, (0, 0, "closed")),
        ("residential", {"access": "no", "motor_vehicle": "yes"}, (25, 25, "open")),
        ("residential", {"access": "yes", "vehicle": "no"}, (0, 0, "closed")),
        ("residential", {"vehicle": "no", "motorcar": "yes"}, (25, 25, "open")),
        ("residential", {"motor_vehicle": "yes", "motorcar": "no"}, (0, 0, "closed")),
        ("residential", {"motor_vehicle": "agricultural"}, (0, 0, "closed")),
        ("residential", {"access": "private"}, (25, 25, "destination")),
        ("residential", {"motor_vehicle": "destination"}, (25, 25, "destination")),
        ("residential", {"access": "delivery"}, (25, 25, "destination")),
        ("service", {"access": "customers"}, (15, 15, "destination")),
        ("residential", {"motor_vehicle:backward": "no"}, (25, 0, "open")),
        ("residential", {"motor_vehicle:backward": "destination"}, (25, 25, "destination")),
        ("residential", {"access": "unknown"}, (25, 25, "destination")),
        ("residential", {"access": "some_tag"}, (25, 25, "open")),
        ("residential", {"access": "official"}, (0, 0, "closed")),
        ("residential", {"access": "agricultural; forestry"}, (0, 0, "closed")),
        ("residential", {"access": "no;destination"}, (25, 25, "destination")),
        ("residential", {"access": "private;yes"}, (25, 25, "open")),
        ("residential", {"access": "no", "access:forward": "yes"}, (25, 0, "open")),
        ("residential", {"access:forward": "no", "motorcar:backward": "no"}, (0, 0, "closed")),
        ("residential", {"access:forward": "no", "motorcar:forward": "yes"}, (25, 25, "open")),
        ("motorway", {"access": "yes", "motorcar": "private"}, (90, 0, "destination")),
        ("primary", {"foot": "no", "bicycle": "no", "psv": "no"}, (65, 65, "open")),
        ("primary", {"hov": "designated"}, (65, 65, "destination")),
        ("primary", {"hov": "yes"}, (65, 65, "open")),
        ("primary", {"hov:lanes": "designated|designated", "oneway": "yes"}, (65, 0, "destination")),
        ("primary", {"hov:lanes": "designated|", "oneway": "yes"}, (65, 0, "open")),
        ("primary", {"hov:lanes:backward": "designated", "oneway": "yes"}, (65, 0, "open")),
        # kinds
        ("footway", {}, (0, 0, "closed")),
        ("footway", {"access": "yes"}, (0, 0, "closed")),
        ("footway", {"motor_vehicle": "yes"}, (10, 10, "open")),
        ("pedestrian", {"motor_vehicle": "destination"}, (0, 0, "closed")),
        ("cycleway", {"motor_vehicle": "designated"}, (10, 10, "open")),
        ("runway", {}, (0, 0, "closed")),
        ("runway", {"access": "yes"}, (10, 10, "open")),
        ("runway", {"access": "private", "motorcar": "permissive"}, (10, 10, "open")),
        ("runway", {"foot": "yes"}, (0, 0, "closed")),
        ("road", {}, (0, 0, "closed")),
        ("track", {"access": "private"}, (0, 0, "closed")),
        ("track", {}, (0, 0, "closed")),
        ("track", {"access": "yes"}, (10, 10, "open")),
        ("track", {"motor_vehicle": "no", "access": "yes"}, (0, 0, "closed")),
        ("track", {"motor_vehicle": "yes", "maxspeed": "30"}, (24, 24, "open")),
        ("construction", {"construction": "primary"}, (0, 0, "closed")),
        ("primary", {"construction": "primary"}, (0, 0, "closed")),
        ("primary", {"construction": "minor"}, (65, 65, "open")),
        ("proposed", {"motor_vehicle": "yes"}, (0, 0, "closed")),
        ("residential", {"proposed": "primary"}, (25, 25, "open")),
        ("residential", {"area": "yes"}, (0, 0, "closed")),
        ("steps", {"motor_vehicle": "yes"}, (0, 0, "closed")),
        ("service", {"service": "emergency_access"}, (0, 0, "closed")),
        ("residential", {"maxheight": "1.8"}, (0, 0, "closed")),
        ("residential", {"maxheight": "3.5"}, (25, 25, "open")),
        ("residential", {"maxheight": "default"}, (25, 25, "open")),
        ("residential", {"maxheight:physical": "1.8", "maxheight": "3"}, (0, 0, "closed")),
        ("residential", {"maxheight:forward": "1.8"}, (0, 25, "open")),
        ("residential", {"maxwidth": "1.5"}, (0, 0, "closed")),
        ("residential", {"width": "1.9"}, (0, 0, "closed")),
        ("residential", {"width": "2"}, (25, 25, "open")),
        ("residential", {"width": "6'2\""}, (0, 0, "closed")),
        ("residential", {"width": "6'3\""}, (25, 25, "open")),
        ("residential", {"width": "narrow", "narrow": "yes"}, (25, 25, "open")),
        ("residential", {"est_width": "1"}, (0, 0, "closed")),
        ("residential", {"maxlength": "4"}, (0, 0, "closed")),
        ("residential", {"maxlength": "5"}, (25, 25, "open")),
        ("residential", {"maxweight": "1.5"}, (0, 0, "closed")),
        ("residential", {"maxweight": "2000 kg"}, (25, 25, "open")),
        ("residential", {"maxweightrating": "1", "maxweight": "3.5"}, (0, 0, "closed")),
    ],
)
def test_ways(highway: str, tags: dict[str, str], expected: tuple[float, float, str]) -> None:
    assert drive(tags, highway) == (pytest.approx(expected[0]), pytest.approx(expected[1]), expected[2])
    unread = {"foot", "bicycle", "psv", "lanes", "narrow"}
    assert set(tags) - unread <= BEHAVIOUR_KEYS, "the reader passes only these keys on"


def test_ferries() -> None:
    found = way_behaviour({"route": "ferry", "duration": "00:40"}, CAR)
    assert found is not None
    assert (found.forward_kmh, found.backward_kmh, found.duration_s) == (20, 20, 2400)
    assert ROAD_CLASSES[found.road_class] == "ferry"
    assert way_behaviour({"route": "ferry", "motor_vehicle": "no"}, CAR) is None
    assert way_behaviour({"route": "ferry", "access": "private"}, CAR) is None
    assert way_behaviour({"route": "ferry", "proposed": "ferry"}, CAR) is None
    train = way_behaviour({"route": "shuttle_train", "motorcar": "yes"}, CAR)
    assert train is not None
    assert train.forward_kmh == 10
    assert way_behaviour({"route": "bicycle"}, CAR) is None


def test_profile_digest_follows_every_rule() -> None:
    changed = [
        CarProfile(name="van"),
        CarProfile(speed_kmh={**CAR.speed_kmh, "primary": 66.0}),
        CarProfile(turn_ms=7501),
        CarProfile(sign_wait_ms={"stop": 2000}),
        CarProfile(left_hand_driving=True),
        CarProfile(access_closed=CAR.access_closed | {"hedgehog"}),
    ]
    digests = {profile.digest() for profile in [CAR, CarProfile(), *changed]}
    assert len(digests) == 1 + len(changed)


@pytest.mark.parametrize(
    "rules",
    [{"speed_kmh": {"primary": 0.0}}, {"maxspeed_share": -1.0}, {"turn_ms": -1}, {"sign_wait_ms": {"stop": -1}}],
)
def test_profile_refuses_nonsense(rules: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        CarProfile(**rules)

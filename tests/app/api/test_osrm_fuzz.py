"""Whatever is sent to the OSRM surface, it answers in OSRM's way and never fails."""

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.schemas.osrm_query import SERVICES
from tests.helpers.osm_drawing import draw, lon_lat
from tests.helpers.osrm_server import client_of, map_app

CODES = {
    "Ok", "InvalidUrl", "InvalidService", "InvalidVersion", "InvalidQuery", "InvalidOptions", "InvalidValue",
    "NoSegment", "NoRoute", "NoTrips", "NoMatch", "TooBig", "NotImplemented",
}  # fmt: skip
NEVER_BELOW_ZERO = {"duration", "durations", "distance", "distances", "weight", "confidence", "speed"}
SETTINGS = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    picture = "a--b--c\n|  |  |\nd--e--f"
    ways = {
        "abc": {"name": "North"},
        "def": {"oneway": "yes"},
        "ad": {},
        "be": {"toll": "yes"},
        "cf": {"highway": "motorway"},
    }
    return client_of(map_app(folder / "data", draw(folder, picture, ways).path))


def broken_numbers(value, where=""):
    """Where a number is infinite, or a duration or distance below 0."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from broken_numbers(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from broken_numbers(inner, f"{where}[{i}]")
    elif isinstance(value, (int, float)):
        name = where.split("[")[0].rsplit(".", 1)[-1]
        if not math.isfinite(value) or (name in NEVER_BELOW_ZERO and value < 0):
            yield where, value


def understood(answer):
    assert answer.status_code in (200, 400), (answer.status_code, answer.text)
    assert answer.content_type == "application/json; charset=UTF-8"
    found = json.loads(answer.data, parse_constant=pytest.fail)
    assert found["code"] in CODES, found
    assert list(broken_numbers(found)) == []
    assert (found["code"] == "Ok") == (answer.status_code == 200)
    assert found["code"] == "Ok" or isinstance(found["message"], str)


on_the_map = st.tuples(st.integers(-2, 14), st.integers(-8, 2)).map(lambda at: lon_lat(10.0 * at[0], 10.0 * at[1]))
anywhere = st.tuples(st.floats(-200, 200), st.floats(-100, 100))
points = st.lists(on_the_map | on_the_map | on_the_map | anywhere, min_size=1, max_size=5)
LISTS = {
    "bearings": ["", "0,20", "90,45", "180,180", "400,1"],
    "radiuses": ["", "0", "5", "unlimited", "1000.5", "-3"],
    "approaches": ["", "curb", "opposite", "unrestricted"],
    "hints": ["", "AAAA", "A" * 32, "zminkk8DAAAeXUg_3RoGQWw2cQDkVZsC"],
    "timestamps": ["0", "1", "5", "60", "500"],
}
WORDS = {
    "exclude": ["toll", "motorway", "ferry", "toll,ferry", "x"],
    "snapping": ["any", "default", "some"],
    "steps": ["true", "false"],
    "annotations": ["true", "false", "duration", "distance", "nodes,speed,weight"],
    "overview": ["full", "simplified", "false", "by_legs"],
    "geometries": ["polyline", "polyline6", "geojson"],
    "alternatives": ["true", "3", "9"],
    "continue_straight": ["true", "false", "default"],
    "waypoints": ["0;1", "0", "0;1;2", "0;9"],
    "sources": ["all", "0", "0;0;1", "7"],
    "destinations": ["all", "1", "2;0"],
    "fallback_speed": ["1", "0.001", "0", "99999999999999999999", "9" * 400, f"{5e-324:.400f}"],
    "scale_factor": ["2", "0.0001", "99999999999999999999999", "9" * 400, "9" * 308, f"{5e-324:.400f}"],
    "fallback_coordinate": ["snapped", "input"],
    "number": ["1", "5", "0", "100"],
    "roundtrip": ["true", "false"],
    "source": ["any", "first"],
    "destination": ["any", "last"],
    "gaps": ["split", "ignore"],
    "tidy": ["true", "false"],
    "generate_hints": ["false"],
    "skip_waypoints": ["true"],
}


@st.composite
def addresses(draw):
    """Options that the service knows, lists mostly of the right length."""
    service, places = draw(st.sampled_from(sorted(SERVICES))), draw(points)
    options = []
    for name in draw(st.lists(st.sampled_from(sorted(SERVICES[service].options)), max_size=4, unique=True)):
        if name in LISTS:
            count = len(places) + draw(st.sampled_from([0, 0, 0, 0, 1]))
            elements = draw(st.lists(st.sampled_from(LISTS[name]), min_size=count, max_size=count))
            options.append(f"{name}={';'.join(elements)}")
        else:
            options.append(f"{name}={draw(st.sampled_from(WORDS[name]))}")
    place = ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in places)
    return f"/{service}/v1/car/{place}" + ("?" if options else "") + "&".join(options)


service = st.sampled_from(["route", "table", "nearest", "trip", "match"])


@given(addresses())
@SETTINGS
def test_sensible_requests(client, address):
    understood(client.get(address))


@given(service, st.text(max_size=60), st.text(max_size=60))
@SETTINGS
def test_any_text(client, service, place, options):
    understood(client.get(f"/{service}/v1/car/{place}?{options}"))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["coordinates", *LISTS, *WORDS])


@given(service, points, st.dictionaries(names, values, max_size=4))
@SETTINGS
def test_any_json(client, service, points, members):
    body = json.dumps({"coordinates": points, **members})
    understood(client.post(f"/{service}/v1/car", data=body, content_type="application/json"))


@given(service, st.binary(max_size=200))
@SETTINGS
def test_any_body(client, service, body):
    understood(client.post(f"/{service}/v1/car", data=body, content_type="application/json"))


@pytest.mark.parametrize("posted", [False, True])
@pytest.mark.parametrize("option", ["scale_factor", "fallback_speed"])
def test_a_number_of_400_digits_is_refused_as_osrm_does(client, option, posted):
    (a_lon, a_lat), (b_lon, b_lat) = lon_lat(0, 0), lon_lat(10, 0)
    if posted:
        body = f'{{"coordinates": [[{a_lon}, {a_lat}], [{b_lon}, {b_lat}]], "{option}": {"9" * 400}}}'
        answer = client.post("/table/v1/car", data=body, content_type="application/json")
    else:
        answer = client.get(f"/table/v1/car/{a_lon},{a_lat};{b_lon},{b_lat}?{option}={'9' * 400}")
    understood(answer)
    assert (answer.status_code, answer.json["code"]) == (400, "InvalidQuery")

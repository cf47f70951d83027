"""OSRM requests as JSON mean what the same address means; what is wrong is told in OSRM's words."""

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schemas.osrm_body import parse_body
from app.schemas.osrm_query import SERVICES, parse_query
from app.services.osrm_errors import OsrmError

CO = [[7.4195, 43.7345], [7.425, 43.7395]]
C = "7.4195,43.7345;7.425,43.7395"


def refusal(service: str, body: Any) -> tuple[str, str]:
    with pytest.raises(OsrmError) as caught:
        parse_body(service, body if isinstance(body, bytes) else json.dumps(body).encode())
    return caught.value.code, caught.value.message


WRONG = [
    ("route", [], "request body must be a JSON object"),
    ("route", {"foo": 1}, "missing required member: coordinates"),
    ("route", {"coordinates": 5}, "coordinates must be an array of [longitude, latitude] pairs"),
    ("route", {"coordinates": "foo"}, "coordinates string must be of the form polyline(...) or polyline6(...)"),
    ("route", {"coordinates": "polyline(_ibE?)x"}, "coordinates string must be of the form polyline(...)"),
    ("route", {"coordinates": [[1, 2, 3], [1, 2]]}, "each coordinate must be an array of two numbers"),
    ("route", {"coordinates": [[1, "a"], [1, 2]]}, "each coordinate must be an array of two numbers"),
    ("route", {"coordinates": [[1, True], [1, 2]]}, "each coordinate must be an array of two numbers"),
    ("route", {"coordinates": [[1e9, 2], [1, 2]]}, "coordinate value out of range"),
    ("route", {"coordinates": CO, "bearings": 1}, "bearings must be an array"),
    ("route", {"coordinates": CO, "bearings": [[1, 2.5], None]}, "each bearing must be null or an array of two"),
    ("route", {"coordinates": CO, "radiuses": ["far", None]}, "each radius must be null, a number or"),
    ("route", {"coordinates": CO, "hints": [1, None]}, "each hint must be null or a base64 string"),
    ("route", {"coordinates": CO, "hints": ["abc", None]}, "hint has an invalid length"),
    ("route", {"coordinates": CO, "approaches": ["left", None]}, "invalid approach value"),
    ("route", {"coordinates": CO, "approaches": [1, None]}, "each approach must be null or a string"),
    ("route", {"coordinates": CO, "exclude": "toll"}, "exclude must be an array of strings"),
    ("route", {"coordinates": CO, "steps": "true"}, "steps must be a boolean"),
    ("route", {"coordinates": CO, "generate_hints": 1}, "generate_hints must be a boolean"),
    ("route", {"coordinates": CO, "snapping": "some"}, "invalid snapping value"),
    ("route", {"coordinates": CO, "geometries": 6}, "geometries must be a string"),
    ("route", {"coordinates": CO, "overview": False}, "overview must be a string"),
    ("route", {"coordinates": CO, "annotations": "true"}, "annotations must be a boolean or an array of strings"),
    ("route", {"coordinates": CO, "annotations": [1]}, "annotation entries must be strings"),
    ("route", {"coordinates": CO, "annotations": ["x"]}, "invalid annotation value"),
    ("route", {"coordinates": CO, "alternatives": -1}, "alternatives must be a boolean or a non-negative integer"),
    ("route", {"coordinates": CO, "continue_straight": "no"}, 'continue_straight must be a boolean or "default"'),
    ("route", {"coordinates": CO, "waypoints": [0.5]}, "waypoints entries must be non-negative integers"),
    ("table", {"coordinates": CO, "sources": "all"}, "sources must be an array of indices"),
    ("table", {"coordinates": CO, "destinations": [-1]}, "destinations entries must be non-negative integers"),
    ("table", {"coordinates": CO, "fallback_speed": "fast"}, "fallback_speed must be a number"),
    ("table", {"coordinates": CO, "fallback_speed": 10**400}, "invalid JSON: Number too big to be stored in double."),
    ("table", {"coordinates": CO, "scale_factor": 10**400}, "invalid JSON: Number too big to be stored in double."),
    ("route", {"coordinates": CO, "radiuses": [None, 10**400]}, "invalid JSON: Number too big to be stored in double."),
    ("match", {"coordinates": CO, "timestamps": [1.5, 2]}, "timestamps entries must be non-negative integers"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "body", "message"), WRONG)
def test_a_wrong_member_is_named(service, body, message):
    code, found = refusal(service, body)
    assert code == "InvalidQuery"
    assert found.startswith(message)


@pytest.mark.parametrize("body", [b"", b"{", b'{"coordinates": [[1, 2], [3, NaN]]}', b"\xff", b"[" * 100_000])
def test_no_json(body):
    code, message = refusal("route", body)
    assert code == "InvalidQuery"
    assert message.startswith("invalid JSON: ")


def test_options_are_checked_as_those_of_an_address():
    text = "Number of elements in bearings size 1 does not match coordinate size 2"
    assert refusal("route", {"coordinates": CO, "bearings": [[1, 2]]}) == ("InvalidOptions", text)
    assert refusal("table", {"coordinates": CO, "sources": [7]}) == ("InvalidOptions", "")
    assert refusal("table", {"coordinates": CO, "scale_factor": 0}) == ("InvalidOptions", "scale_factor must be > 0")


SAME = [
    ("route", {}, ""),
    ("route", {"foo": 1}, ""),
    ("route", {"bearings": [None, [0, 180]], "radiuses": ["unlimited", 5]}, "bearings=;0,180&radiuses=unlimited;5"),
    ("route", {"hints": [None, "AAAA"], "approaches": ["curb", None]}, "hints=;AAAA&approaches=curb;"),
    ("route", {"alternatives": 2, "continue_straight": False}, "alternatives=2&continue_straight=false"),
    ("route", {"alternatives": True, "continue_straight": "default"}, "alternatives=true&continue_straight=default"),
    ("route", {"annotations": ["nodes", "speed"], "overview": "false"}, "annotations=nodes,speed&overview=false"),
    ("route", {"annotations": True, "steps": True, "waypoints": [0, 1]}, "annotations=true&steps=true&waypoints=0;1"),
    ("route", {"exclude": ["toll"], "snapping": "any"}, "exclude=toll&snapping=any"),
    ("route", {"skip_waypoints": True, "generate_hints": False}, "skip_waypoints=true&generate_hints=false"),
    ("table", {"sources": [0], "destinations": [1, 0]}, "sources=0&destinations=1;0"),
    ("table", {"annotations": True}, "annotations=duration,distance"),
    ("table", {"fallback_speed": 3, "scale_factor": 2}, "fallback_speed=3&scale_factor=2"),
    ("table", {"fallback_coordinate": "snapped"}, "fallback_coordinate=snapped"),
    ("match", {"timestamps": [1, 2], "gaps": "ignore", "tidy": True}, "timestamps=1;2&gaps=ignore&tidy=true"),
]


@pytest.mark.parametrize(("service", "members", "query"), SAME)
def test_members_mean_what_options_mean(service, members, query):
    posted = parse_body(service, json.dumps({"coordinates": CO, **members}).encode())
    got = parse_query(service, f"{C}?{query}" if query else C, 0)
    assert posted.shown == got.shown
    for name in got.request.__class__.__dataclass_fields__:
        ours, theirs = getattr(posted.request, name), getattr(got.request, name)
        assert ours.tolist() == theirs.tolist() if name in ("lon", "lat") else ours == theirs, name


def test_lines_and_numbers_beyond_all_bounds():
    found = parse_body("route", b'{"coordinates": "polyline6(_izlhA~rlgdF_{geC~ywl@)"}').request
    assert found.lon.tolist() == [-120.2, -120.95]
    assert found.lat.tolist() == [38.5, 40.7]
    huge = b'{"coordinates": [[1, 2], [3, 4]], "radiuses": [1' + b"0" * 400 + b", 1e400]}"
    try:
        assert parse_body("route", huge).request.radiuses == (math.inf, math.inf)
    except OsrmError as error:
        assert error.code == "InvalidQuery"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(name for name, service in SERVICES.items() if service.posted)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.dictionaries(st.sampled_from(sorted(SERVICES[name].options)), json_values, max_size=4),
            st.just(CO) | json_values,
        )
    )
)
@settings(max_examples=400, deadline=None)
def test_any_json_is_understood_or_refused(case):
    service, members, coordinates = case
    try:
        found = parse_body(service, msgspec.json.encode({"coordinates": coordinates, **members}))
    except OsrmError as error:
        assert error.code in ("InvalidQuery", "InvalidOptions")
    else:
        assert len(found.request) >= 2

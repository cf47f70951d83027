"""Addresses of OSRM requests: what they mean, and where they stop making sense.

The positions in MALFORMED are those that OSRM 26.10 itself tells.
"""

import math
import string

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.schemas.osrm_annotation import ANNOTATIONS
from app.schemas.osrm_query import SERVICES, Asked, parse_query
from app.schemas.osrm_url import parse_url
from app.services.osrm_errors import OsrmError
from app.services.polyline import encode_polyline

C = "7.4195,43.7345;7.4250,43.7395"


def parse(target: str | bytes) -> Asked:
    url = parse_url(target if isinstance(target, bytes) else target.encode())
    return parse_query(url.service, url.query, url.prefix_length)


def refusal(target: str | bytes) -> tuple[str, str]:
    with pytest.raises(OsrmError) as caught:
        parse(target)
    assert caught.value.status == 400
    return caught.value.code, caught.value.message


MALFORMED_URLS = [
    ("*", 0, "*"),
    ("/", 1, "/"),
    ("/route", 6, "ute"),
    ("/route/v1", 9, "/v1"),
    ("/route/v1/car", 13, "car"),
    ("/route/v1/car/", 14, "ar/"),
    (f"/route/x1/car/{C}", 7, "te/x1/"),
    (f"/route/v1//{C}", 10, "v1//7."),
    (f"/route/v1/c%20r/{C}", 11, "1/c r/"),
    ("/route/v4294967296/car/1,2", 8, "e/v429"),
    ("/route/v1.5/car/1,2", 9, "/v1.5/"),
    (f"/%oute/v1/car/{C}", 1, "/%ou"),
    (f"/route/v1/car/+{C}", 14, "ar/+7."),
    (f"/route/v1/car/{C}?overview=false&hints=foo!;", 68, "foo!;"),
    ("/route/v1/car/%zz", 15, "r/%zz"),
    ("/route/v1/car/7%", 16, "/7%"),
    ("/route/v1/car/1,2%20", 17, "1,2 "),
    ("/route/v1/car/1,2%0a", 17, "1,2\n"),
]


@pytest.mark.parametrize(("target", "position", "around"), MALFORMED_URLS)
def test_a_malformed_address_is_told_as_osrm_does(target, position, around):
    text = f'URL string malformed close to position {position}: "{around}"'
    assert refusal(target) == ("InvalidUrl", text)


MALFORMED = [
    ("route", "1", 15),
    ("route", "1,", 16),
    ("route", "1,2;", 17),
    ("route", "1,2;3", 19),
    ("route", "1,2;3,", 20),
    ("route", "1,2;3,a", 20),
    ("route", "1,2;3,4;", 21),
    ("route", "a,b", 14),
    ("route", "1e3,43;7,43", 15),
    ("route", "nan,43;7,43", 14),
    ("route", "999999999999,43;7,43", 14),
    ("route", "1,2;99999,3", 17),
    ("route", f"{C}?", 44),
    ("route", f"{C}&", 43),
    ("route", f"{C}?foo=bar", 44),
    ("route", f"{C}?steps", 44),
    ("route", f"{C}?steps=", 50),
    ("route", f"{C}?steps=TRUE", 50),
    ("route", f"{C}?steps=truex", 54),
    ("route", f"{C}?steps=true&", 54),
    ("route", f"{C}?steps=true;overview=false", 54),
    ("route", f"{C}?overview=false&steps=true&foo=1", 69),
    ("route", f"{C}?steps=false&number=3", 55),
    ("route", f"{C}?overview=xyz", 53),
    ("route", f"{C}?geometries=polyline7", 63),
    ("route", f"{C}?alternatives=-1", 57),
    ("route", f"{C}?overview=false&continue_straight=foo", 77),
    ("route", f"{C}?overview=false&annotations=nodes,foo", 76),
    ("route", f"{C}?overview=false&annotations=foo", 71),
    ("route", f"{C}.jsonp?overview=false", 48),
    ("route", f"{C}.xml?overview=false", 43),
    ("route", f"{C}?overview=false&bearings=foo", 68),
    ("route", f"{C}?overview=false&bearings=90;", 70),
    ("route", f"{C}?overview=false&bearings=90,;", 71),
    ("route", f"{C}?overview=false&bearings=99999,10;", 68),
    ("route", f"{C}?overview=false&bearings=10.5,10;", 70),
    ("route", f"{C}?overview=false&radiuses=1e2;1E2", 69),
    ("route", f"{C}?overview=false&radiuses=inf;nan", 68),
    ("route", f"{C}?overview=false&radiuses=unlimitedx;", 77),
    ("route", f"{C}?overview=false&hints=foo;", 65),
    ("route", f"{C}?overview=false&approaches=unrestricted;foo", 83),
    ("route", f"{C}?overview=false&exclude=", 67),
    ("route", f"{C}?overview=false&exclude=ferry,", 72),
    ("route", f"{C}?overview=false&snapping=foo", 68),
    ("route", f"{C}?overview=false&generate_hints=1", 74),
    ("route", "polyline()?overview=false", 23),
    ("route", "polyline(a", 24),
    ("route", "polyline7(a)", 14),
    ("route", "polyline(w_%7CiGgahl%40g%5E%7Br%40)?overview=false&foo=1", 54),
    ("table", f"{C}?sources=", 52),
    ("table", f"{C}?sources=0;", 53),
    ("table", f"{C}?sources=-1", 52),
    ("table", f"{C}?sources=allx", 55),
    ("table", f"{C}?annotations=true", 56),
    ("table", f"{C}?annotations=duration,", 64),
    ("table", f"{C}?fallback_coordinate=foo", 64),
    ("table", f"{C}?fallback_speed=1e3", 60),
    ("table", f"{C}?fallback_speed={'9' * 400}", 59),
    ("table", f"{C}?scale_factor={'9' * 400}", 57),
    ("table", f"{C}?radiuses=5;{'9' * 400}", 55),
    ("table", f"{C}?waypoints=0;1", 44),
    ("nearest", "7.4195,43.7345?number=1.5", 39),
    ("nearest", "7.4195,43.7345?number=-1", 38),
    ("trip", f"{C}?source=last", 50),
    ("trip", f"{C}?overview=false&continue_straight=true", 57),
    ("match", f"{C}?timestamps=;1", 55),
    ("match", f"{C}?gaps=foo", 49),
    ("match", f"{C}?alternatives=true", 44),
]


@pytest.mark.parametrize(("service", "query", "position"), MALFORMED)
def test_a_malformed_query_is_told_as_osrm_does(service, query, position):
    text = f"Query string malformed close to position {position}"
    assert refusal(f"/{service}/v1/car/{query}") == ("InvalidQuery", text)


SIZES = "Number of elements in {} size {} does not match coordinate size {}"
OPTIONS = [
    ("route", "1,2", "Number of coordinates needs to be at least two."),
    ("route", f"{C}?bearings=90,180", SIZES.format("bearings", 1, 2)),
    ("route", f"{C}?radiuses=", SIZES.format("radiuses", 1, 2)),
    ("route", f"{C}?radiuses=10;10;10", SIZES.format("radiuses", 3, 2)),
    ("route", f"{C}?radiuses=;&radiuses=;", SIZES.format("radiuses", 4, 2)),
    ("route", f"{C}?hints=;;", SIZES.format("hints", 3, 2)),
    ("route", f"{C}?approaches=curb", SIZES.format("approaches", 1, 2)),
    ("match", f"{C}?timestamps=1", SIZES.format("timestamps", 1, 2)),
    ("route", f"{C}?bearings=361,10;", ""),
    ("route", f"{C}?bearings=-1,10;", ""),
    ("route", f"{C}?bearings=10,181;", ""),
    ("route", f"{C}?waypoints=0;5", ""),
    ("table", f"{C}?sources=2", ""),
    ("table", f"{C}?destinations=9", ""),
    ("table", f"{C}?fallback_speed=-1", "fallback_speed must be > 0"),
    ("table", f"{C}?fallback_speed=0", "fallback_speed must be > 0"),
    ("table", f"{C}?scale_factor=0", "scale_factor must be > 0"),
    ("table", f"{C}?scale_factor=0.{'0' * 400}1", "scale_factor must be > 0"),
    ("nearest", "1,2?number=0", ""),
    ("nearest", "1,2?radiuses=1;2", SIZES.format("radiuses", 2, 1)),
    ("trip", "1,2", "Number of coordinates needs to be at least two."),
]


@pytest.mark.parametrize(("service", "query", "message"), OPTIONS)
def test_options_that_cannot_be_are_told_as_osrm_does(service, query, message):
    assert refusal(f"/{service}/v1/car/{query}") == ("InvalidOptions", message)


def test_everything_that_a_route_may_be_asked():
    found = parse(
        "/route/v1/any-profile_1/1,2;-3.5,.25;7.,0.json?bearings=;0,180;360,0&radiuses=unlimited;;12.5"
        "&hints=;AAAA;&approaches=curb;;opposite&exclude=toll,ferry&snapping=any&generate_hints=false&skip_waypoints=true"
        "&alternatives=3&steps=true&annotations=nodes,speed&geometries=polyline6&overview=by_legs"
        "&continue_straight=false&waypoints=0;2"
    )
    asked, shown = found.request, found.shown
    assert (asked.lon.tolist(), asked.lat.tolist()) == ([1, -3.5, 7], [2, 0.25, 0])
    assert asked.bearings == (None, (0, 180), (360, 0))
    assert asked.radiuses == (math.inf, None, 12.5)
    assert asked.hints == (None, "AAAA", None)
    assert asked.approaches == ("curb", None, "opposite")
    assert (asked.exclude, asked.snapping) == (("toll", "ferry"), "any")
    assert (asked.generate_hints, asked.skip_waypoints) == (False, True)
    assert (asked.alternatives, asked.continue_straight, asked.waypoints) == (3, False, (0, 2))
    assert (shown.steps, shown.annotations) == (True, ("nodes", "speed"))
    assert (shown.geometries, shown.overview) == ("polyline6", "by_legs")


def test_what_is_not_said_is_osrms_default():
    found = parse(f"/route/v1/car/{C}")
    asked, shown = found.request, found.shown
    assert (asked.bearings, asked.radiuses, asked.hints, asked.approaches, asked.exclude) == ((), (), (), (), ())
    assert (asked.snapping, asked.generate_hints, asked.skip_waypoints) == ("default", True, False)
    assert (asked.alternatives, asked.continue_straight, asked.waypoints) == (0, True, ())
    assert (shown.steps, shown.annotations, shown.geometries, shown.overview) == (False, (), "polyline", "simplified")
    assert parse(f"/route/v1/car/{C}?annotations=true").shown.annotations == ANNOTATIONS
    assert parse(f"/route/v1/car/{C}?annotations=false").shown.annotations == ()
    assert parse(f"/route/v1/car/{C}?alternatives=true&continue_straight=default").request.alternatives == 1
    table = parse(f"/table/v1/car/{C}?sources=all&destinations=1;0;1").request
    assert (table.sources, table.destinations, table.annotations) == ((), (1, 0, 1), {"duration"})
    assert (table.fallback_speed, table.fallback_coordinate, table.scale_factor) == (None, "input", 1)
    trip = parse(f"/trip/v1/car/{C}").request
    assert (trip.roundtrip, trip.source, trip.destination) == (True, "any", "any")
    match = parse(f"/match/v1/car/{C}?timestamps=1;2").request
    assert (match.timestamps, match.gaps, match.tidy) == ((1, 2), "split", False)


def test_escapes_are_undone_wherever_they_are():
    plain = parse("/table/v1/car/7.4195,43.7345;7.4250,43.7395?sources=0;1").request
    for target in (
        "/table/v1/car/7.4195%2C43.7345%3B7.4250%2C43.7395?sources=0%3B1",
        "/table/v1/car/7.4195,43.7345;7.4250,43.7395%3Fsources=0;1",
        "/table%2Fv1/car/7.4195,43.7345;7.4250,43.7395?sources=0;%31",
        "/table/v1/car/7.4195,43.7345;7.4250,43.7395?sources=0;%2531",
    ):
        found = parse(target).request
        assert (found.lon.tolist(), found.sources) == (plain.lon.tolist(), plain.sources), target


def test_lines_with_letters_that_mean_something_else_in_an_address():
    """`?` ends the path for everybody but OSRM, `%` begins an escape; both stand in polylines, escaped or not."""
    lon, lat = np.array([0.0, 2.0, 4.0]), np.array([1.0, 3.0, 5.0])
    assert encode_polyline(lon, lat, 5) == "_ibE?_seK_seK_seK_seK"
    for text in ("polyline(_ibE?_seK_seK_seK_seK)", "polyline(_ibE%3F_seK_seK_seK_seK)?overview=false"):
        found = parse(f"/route/v1/car/{text}").request
        assert (found.lon.tolist(), found.lat.tolist()) == ([0, 2, 4], [1, 3, 5])


coordinate = st.tuples(st.integers(-180_000_000, 180_000_000), st.integers(-90_000_000, 90_000_000))
hint = st.text(string.ascii_letters + string.digits + "-_", min_size=4, max_size=4).map(lambda text: text * 8)


def lists_of(element):
    return lambda count: st.lists(st.none() | element, min_size=count, max_size=count)


@st.composite
def requests(draw):
    """(address, what it must mean)."""
    service = draw(st.sampled_from(sorted(SERVICES)))
    points = draw(st.lists(coordinate, min_size=2, max_size=12))
    count = len(points)
    form = draw(st.sampled_from(["plain", "polyline", "polyline6"]))
    if form == "plain":
        place = ";".join(f"{lon / 1e6:.6f},{lat / 1e6:.6f}" for lon, lat in points)
    else:
        scale, precision = (1e6, 6) if form == "polyline6" else (1e5, 5)
        points = points if form == "polyline6" else [(lon // 10, lat // 10) for lon, lat in points]
        lon, lat = (np.array(column) / scale for column in zip(*points, strict=True))
        letters = encode_polyline(lon, lat, precision)
        place = f"{form}({''.join(f'%{ord(c):02X}' if draw(st.booleans()) or c == '%' else c for c in letters)})"
    scale = 1e5 if form == "polyline" else 1e6
    means = {"lon": [lon / scale for lon, _ in points], "lat": [lat / scale for _, lat in points]}
    options = []

    def give(name, value, text):
        means[name] = value
        options.append(f"{name}={text}")

    def give_list(name, values, texts):
        give(name, tuple(values), ";".join("" if value is None else texts(value) for value in values))

    if draw(st.booleans()):
        bearings = draw(lists_of(st.tuples(st.integers(0, 360), st.integers(0, 180)))(count))
        give_list("bearings", bearings, lambda value: f"{value[0]},{value[1]}")
    if draw(st.booleans()):
        radii = draw(lists_of(st.sampled_from([0.0, 0.5, 35000.0, math.inf]))(count))
        give_list("radiuses", radii, lambda value: "unlimited" if value == math.inf else str(value))
    if draw(st.booleans()):
        give_list("hints", draw(lists_of(hint)(count)), str)
    if draw(st.booleans()):
        give_list("approaches", draw(lists_of(st.sampled_from(["curb", "opposite", "unrestricted"]))(count)), str)
    if draw(st.booleans()):
        give("generate_hints", *draw(st.sampled_from([(True, "true"), (False, "false")])))
    if service == "table" and draw(st.booleans()):
        indices = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5))
        give_list("sources", indices, str)
    options = draw(st.permutations(options))
    ending = draw(st.sampled_from(["", ".json"]))
    return f"/{service}/v1/car/{place}{ending}" + ("?" if options else "") + "&".join(options), means


@given(requests())
@settings(max_examples=300, deadline=None)
def test_a_request_means_what_it_was_made_from(request_):
    target, means = request_
    found = parse(target).request
    for name, value in means.items():
        got = getattr(found, name)
        if name in ("lon", "lat"):
            assert got.tolist() == pytest.approx(value, abs=1e-9), target
        else:
            assert got == value, (name, target)


URL_LETTERS = string.digits + ".,;&=?-_%()|~/:+@\\ \u00e9" + "abcdefjlnoprstuvy"


@given(
    requests(), st.lists(st.tuples(st.integers(0, 400), st.sampled_from(URL_LETTERS), st.integers(0, 2)), max_size=3)
)
@settings(max_examples=500, deadline=None)
@example(("/route/v1/car/1,2;3,4?radiuses=1" + ";1" * 300, {}), [])
def test_a_damaged_address_is_refused_with_a_position_within_it_or_understood(request_, damage):
    letters = list(request_[0])
    for at, letter, width in damage:
        letters[at % len(letters) : at % len(letters) + width] = [letter]
    target = "".join(letters).encode()
    try:
        found = parse(target)
    except OsrmError as error:
        assert error.code in ("InvalidUrl", "InvalidQuery", "InvalidOptions"), error
        if error.code != "InvalidOptions":
            position = int(error.message.split("position ")[1].split(":")[0])
            assert 0 <= position <= len(target), (target, error)
    except KeyError as unknown_service:
        assert unknown_service.args[0] not in SERVICES
    else:
        assert found.request.lon.size == found.request.lat.size > 0


@given(st.binary(max_size=80))
@settings(max_examples=500, deadline=None)
def test_noise_is_refused(noise):
    with pytest.raises(OsrmError, match="InvalidUrl"):
        parse_url(b"\x00" + noise)
    code, _ = refusal(b"/route/v1/car/\x01" + noise)
    assert code == "InvalidUrl"


@given(st.integers(0, 12), st.integers(0, 60), st.sampled_from("!x,"))
@settings(max_examples=200, deadline=None)
def test_the_position_is_that_of_the_first_letter_that_does_not_fit(first, length, letter):
    """Of a list of whole numbers with one wrong letter put behind a number."""
    numbers = [str(first + i) for i in range(1 + length // 6)]
    good = f"{C}?sources=" + ";".join(numbers)
    wrong = good + ("%21" if letter == "!" else letter)
    code, message = refusal(f"/table/v1/car/{wrong}")
    at = len("/table/v1/car/") + len(good)
    assert code == ("InvalidUrl" if letter == "!" else "InvalidQuery")
    assert f"close to position {at}" in message

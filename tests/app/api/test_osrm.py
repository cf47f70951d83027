"""The OSRM surface over HTTP: addresses, headers, status, who may ask, which map answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.access import create_key
from tests.helpers.osm_drawing import draw, lon_lat
from tests.helpers.osrm_server import client_of, map_app

PICTURE = """a--b--c
|  |  |
d--e--f"""
"""All both ways, 60 m a street."""
EAST, _ = lon_lat(120, 0)
A, C, F = ("{:.7f},{:.7f}".format(*lon_lat(*place)) for place in ((0, 0), (120, 0), (120, -30)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("osrm")


@pytest.fixture(scope="module")
def drawn(folder):
    return draw(
        folder,
        PICTURE,
        {"abc": {"name": "North"}, "def": {"name": "South"}, "ad": {}, "be": {}, "cf": {"name": "East"}},
    ).path


@pytest.fixture(scope="module")
def app(folder, drawn):
    return map_app(folder / "data", drawn)


@pytest.fixture(scope="module")
def client(app):
    return client_of(app)


def code(answer, status=400):
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json; charset=UTF-8"
    assert list(answer.json)[:2] == ["code", "message"], "clients read the message of every error"
    return answer.json["code"]


def test_table(client):
    answer = client.get(f"/table/v1/driving/{A};{C};{F}.json?annotations=duration,distance&sources=0;1")
    assert answer.status_code == 200
    found = answer.json
    assert list(found) == ["code", "durations", "distances", "sources", "destinations"]
    assert found["code"] == "Ok"
    assert [len(row) for row in found["durations"]] == [3, 3]
    assert found["distances"] == [[0, 120, 150], [120, 0, 30]]
    assert [list(waypoint) for waypoint in found["sources"]] == [["name", "location", "distance", "hint"]] * 2
    assert found["destinations"][2]["name"] == "East"
    assert found["destinations"][1]["location"] == pytest.approx([EAST, 0], abs=1e-6)
    short = client.get(f"/table/v1/driving/{A};{C}?skip_waypoints=true&annotations=distance").json
    assert short == {"code": "Ok", "distances": [[0, 120], [120, 0]]}
    plain = client.get(f"/table/v1/driving/{A};{C}?generate_hints=false&fallback_speed=10").json
    assert list(plain) == ["code", "durations", "sources", "destinations", "fallback_speed_cells"]
    assert list(plain["sources"][0]) == ["name", "location", "distance"]
    assert plain["fallback_speed_cells"] == []


def test_nearest(client):
    (road,) = client.get(f"/nearest/v1/x/{F}").json["waypoints"]
    assert list(road) == ["nodes", "name", "location", "distance", "hint"]
    assert sorted(road["nodes"]) == [102, 105]
    assert road["distance"] == pytest.approx(0, abs=0.02)
    several = client.get(f"/nearest/v1/x/{A};{F}?number=2&generate_hints=false").json["waypoints"]
    assert [[list(road) for road in roads] for roads in several] == [
        [["nodes", "name", "location", "distance"]] * 2
    ] * 2
    near, far = client.get(f"/nearest/v1/x/{F};9,9?radiuses=;50").json["waypoints"]
    assert near[0]["distance"] == road["distance"]
    assert far == {"code": "NoSegment", "message": "Could not find a matching segment for coordinate"}


def test_route(client):
    found = client.get(f"/route/v1/car/{A};{C};{F}?steps=true&annotations=true&geometries=geojson").json
    assert list(found) == ["code", "routes", "waypoints"]
    (route,) = found["routes"]
    assert {"distance", "duration", "weight", "weight_name", "geometry", "legs"} <= set(route)
    assert [leg["distance"] for leg in route["legs"]] == pytest.approx([120, 30], abs=0.5)
    assert [leg["steps"][-1]["maneuver"]["type"] for leg in route["legs"]] == ["arrive", "arrive"]
    annotated(route, [[100, 101, 102], [102, 105]])
    assert [list(waypoint) for waypoint in found["waypoints"]] == [["name", "location", "distance", "hint"]] * 3
    rows = client.get(f"/table/v1/car/{A};{C};{F}?annotations=duration,distance").json
    for name in ("duration", "distance"):
        assert [leg[name] for leg in route["legs"]] == [rows[f"{name}s"][i][i + 1] for i in range(2)], "to the tenth"
    hints = ";".join(waypoint["hint"] for waypoint in found["waypoints"])
    again = client.get(f"/route/v1/car/{A};{C};{F}?steps=true&annotations=true&geometries=geojson&hints={hints}").json
    assert again == found
    short = client.get(f"/route/v1/car/{A};{F}?overview=false&skip_waypoints=true&waypoints=0;1").json
    assert list(short) == ["code", "routes"]
    posted = client.post("/route/v1/car", json={"coordinates": [[0, 0], [EAST, 0]], "overview": "false"})
    assert posted.json["routes"][0]["distance"] == pytest.approx(120, abs=0.5)


def annotated(route, nodes):
    """All annotations: over streets of 60 m or 30 m between the OSM nodes of each leg."""
    members = ["metadata", "datasources", "weight", "nodes", "distance", "duration", "speed"]
    for leg, passed in zip(route["legs"], nodes, strict=True):
        told = leg["annotation"]
        assert list(told) == members
        assert told["nodes"] == passed
        assert {len(told[name]) for name in members[4:] + members[1:3]} == {len(passed) - 1}
        assert sum(told["distance"]) == pytest.approx(leg["distance"], abs=0.01)
        assert sum(told["duration"]) == pytest.approx(leg["duration"], abs=0.1), "no turn costs anything here"
        assert told["weight"] == told["duration"]
        pairs = zip(told["distance"], told["duration"], strict=True)
        assert told["speed"] == pytest.approx([distance / duration for distance, duration in pairs], abs=0.06)


def test_annotations_of_every_service_however_asked(client):
    assert "annotation" not in client.get(f"/route/v1/car/{A};{F}?annotations=false").json["routes"][0]["legs"][0]
    address = f"/route/v1/car/{A};{C};{F}?annotations=speed,nodes&overview=by_legs"
    legs = client.get(address).json["routes"][0]["legs"]
    assert [list(leg["annotation"]) for leg in legs] == [["nodes", "speed"]] * 2
    (through,) = client.get(f"{address}&waypoints=0;2").json["routes"][0]["legs"]
    assert through["annotation"]["nodes"] == [100, 101, 102, 105]
    body = {"coordinates": [[0, 0], [EAST, 0]], "annotations": ["nodes"]}
    for service, member in (("route", "routes"), ("match", "matchings")):
        (leg,) = client.post(f"/{service}/v1/car", json=body).json[member][0]["legs"]
        assert leg["annotation"] == {"nodes": [100, 101, 102]}
        everything = client.post(f"/{service}/v1/car", json=body | {"annotations": True}).json[member][0]
        annotated(everything, [[100, 101, 102]])
    trip = client.get(f"/trip/v1/car/{A};{C}?annotations=true&source=first").json["trips"][0]
    annotated(trip, [[100, 101, 102], [102, 101, 100]])
    matching = client.get(f"/match/v1/car/{A};{C};{F}?annotations=true").json["matchings"][0]
    annotated(matching, [[100, 101, 102], [102, 105]])


def test_trip(client):
    found = client.get(f"/trip/v1/car/{A};{F};{C}?generate_hints=false&overview=false&source=first").json
    assert list(found) == ["code", "trips", "waypoints"]
    (trip,) = found["trips"]
    assert len(trip["legs"]) == 3
    members = [["waypoint_index", "trips_index", "name", "location", "distance"]] * 3
    assert [list(waypoint) for waypoint in found["waypoints"]] == members, "R reads columns 1, 2 and 5"
    assert sorted(waypoint["waypoint_index"] for waypoint in found["waypoints"]) == [0, 1, 2]
    assert found["waypoints"][0]["waypoint_index"] == 0
    assert {waypoint["trips_index"] for waypoint in found["waypoints"]} == {0}


def test_match(client):
    address = f"/match/v1/car/{A};{C};{F}"
    found = client.get(f"{address}?timestamps=0;20;25&steps=true&geometries=geojson").json
    assert list(found) == ["code", "matchings", "tracepoints"]
    (matching,) = found["matchings"]
    assert list(matching) == ["confidence", "geometry", "legs", "weight_name", "weight", "duration", "distance"]
    assert 0 < matching["confidence"] <= 1
    assert [leg["distance"] for leg in matching["legs"]] == pytest.approx([120, 30], abs=0.5)
    assert [leg["steps"][-1]["maneuver"]["type"] for leg in matching["legs"]] == ["arrive", "arrive"]
    members = ["matchings_index", "waypoint_index", "alternatives_count", "name", "location", "distance", "hint"]
    assert [list(point) for point in found["tracepoints"]] == [members] * 3
    assert [(point["matchings_index"], point["waypoint_index"]) for point in found["tracepoints"]] == [
        (0, 0), (0, 1), (0, 2)
    ]  # fmt: skip
    assert list(client.get(f"{address}?skip_waypoints=true").json) == ["code", "matchings"]
    collapsed = client.get(f"{address}?waypoints=0;2&overview=false&generate_hints=false").json
    assert [point["waypoint_index"] for point in collapsed["tracepoints"]] == [0, None, 1]
    assert len(collapsed["matchings"][0]["legs"]) == 1
    lost = client.get(f"/match/v1/car/{A};0.0005,0.01;{C}").json["tracepoints"]
    assert [point is None for point in lost] == [False, True, False]
    posted = client.post(
        "/match/v1/car", json={"coordinates": [[0, 0], [EAST, 0]], "timestamps": [0, 20], "radiuses": [None, 10]}
    )
    assert posted.json["matchings"][0]["distance"] == pytest.approx(120, abs=0.5)


def test_a_drive_is_matched_to_roads_that_are_closed_by_now(tmp_path, drawn):
    app = map_app(tmp_path, drawn)
    with app.storage.writing(app.storage.organisation("default").id) as work:
        headers = {"Authorization": f"Bearer {create_key(work, 'manager').text}"}
        work.commit()
    client, address = client_of(app), f"/match/v1/car/{A};{C}?steps=true"
    before = client.get(address).json
    change = {"bbox": [-0.0001, -0.00005, EAST + 0.0001, 0.00005], "closed": True, "label": "market"}
    closed = client.patch("/v1/network/speeds", json={"changes": [change]}, headers=headers)
    assert closed.status_code == 200, closed.text
    elsewhere = client.get(f"/route/v1/car/{A};{C}").json["waypoints"]
    assert [place["name"] for place in elsewhere] == ["South", "South"], "nobody may begin or end there now"
    assert client.get(address).json == before, "the same way in the same time"


def test_headers_are_as_dispatch_tools_need_them(client):
    addresses = (f"/table/v1/car/{A};{C}", "/nearest/v1/car/9,9?radiuses=1", "/route", f"/nowhere/v1/car/{A};{C}")
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip, br", "Connection": "close"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.content_type == "application/json; charset=UTF-8"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert not {"Transfer-Encoding", "Content-Encoding"} & set(answer.headers.keys())
        assert "{" not in str(answer.headers), "VROOM takes the first brace for the begin of the body"


def test_methods(client):
    address = f"/table/v1/car/{A};{C}"
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "FOO"):
        for target in (address, "/table", f"/nothing/v1/car/{A}"):
            answer = client.open(target, method=method)
            assert code(answer, 405) == "InvalidMethod"
            assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    preflight = client.options(address, headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"})
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == len(client.get(address).data)


WRONG = [
    (f"/foo/v1/car/{A};{C}", "InvalidService", "Service foo not found!"),
    (f"/foo/v2/car/{A};{C}", "InvalidService", "Service foo not found!"),
    (f"/table/v2/car/{A};{C}", "InvalidVersion", "Service table not found!"),
    ("/table", "InvalidUrl", 'URL string malformed close to position 6: "ble"'),
    ("/table/", "InvalidUrl", 'URL string malformed close to position 7: "le/"'),
    ("/table/v1/car", "InvalidUrl", 'URL string malformed close to position 13: "car"'),
    ("/table/v1/car/", "InvalidUrl", 'URL string malformed close to position 14: "ar/"'),
    ("/table/v1//0,0;1,1", "InvalidUrl", 'URL string malformed close to position 10: "v1//0,"'),
    ("/table//v1/car/0,0", "InvalidUrl", 'URL string malformed close to position 7: "le//v1"'),
    ("/table/v1/car/%zz", "InvalidUrl", 'URL string malformed close to position 15: "r/%zz"'),
    ("/table/v1/car/0,0;1,1?foo=1", "InvalidQuery", "Query string malformed close to position 22"),
    ("/table/v1/car/0,0;1,1?sources=0&foo=1", "InvalidQuery", "Query string malformed close to position 31"),
    ("/table/v1/car/0,0", "InvalidOptions", "Number of coordinates needs to be at least two."),
    ("/table/v1/car/0,0;1,1?sources=2", "InvalidOptions", ""),
    ("/table/v1/car/0,0;1,91", "InvalidOptions", "Coordinates are invalid"),
    ("/nearest/v1/car/0,91", "InvalidOptions", "Coordinates are invalid"),
    ("/route/v1/car/0,0;1,91", "InvalidValue", "Invalid coordinate value."),
    ("/table/v1/car/0,0;1,1?exclude=rain", "InvalidValue", "Exclude flag combination is not supported."),
    ("/table/v1/car/0,0;1,1?radiuses=;50", "NoSegment", "Could not find a matching segment for coordinate 1"),
    ("/nearest/v1/car/1,1?radiuses=50", "NoSegment", "Could not find a matching segment for coordinate"),
    ("/nearest/v1/car/0,0?number=101", "TooBig", "Number of results 101 is higher than current maximum (100)"),
    ("/table/v1/car/" + ";".join(["0,0"] * 101), "TooBig", "Too many table coordinates"),
    ("/trip/v1/car/" + ";".join(["0,0"] * 101), "TooBig", "Too many trip coordinates"),
    ("/match/v1/car/" + ";".join(["0,0"] * 101), "TooBig", "Too many trace coordinates"),
    ("/match/v1/car/0,0;0,1?timestamps=2;1", "InvalidValue", "Timestamps need to be monotonically increasing."),
    ("/match/v1/car/9,9;9,9", "NoSegment", "Could not find a matching segment for any coordinate."),
    (
        "/route/v1/car/" + ";".join(["0,0"] * 501),
        "TooBig",
        "Number of entries 501 is higher than current maximum (500)",
    ),
    ("/trip/v1/car/0,0;1,1?roundtrip=false", "NotImplemented", "This request is not supported"),
]


@pytest.mark.parametrize(("address", "expected", "message"), WRONG)
def test_what_is_wrong_is_told_in_osrms_words(client, address, expected, message):
    answer = client.get(address)
    assert code(answer) == expected
    assert answer.json["message"] == message


def test_nearest_leaves_waypoints_out(client):
    assert client.get(f"/nearest/v1/car/{A}?skip_waypoints=true").json == {"code": "Ok"}


def test_posted_requests(client):
    coordinates = [[0, 0], [EAST, 0]]
    answer = client.post(
        "/table/v1/car", json={"coordinates": coordinates, "annotations": ["distance"], "sources": [0]}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json["distances"] == [[0, 120]]
    assert client.post("/table/v1/car/", json={"coordinates": coordinates}).status_code == 200
    assert code(client.post("/table/v1/car", data=b"{}", content_type="text/plain"), 415) == "InvalidContentType"
    assert code(client.post("/table/v1/car", data=b"{", content_type="application/json")) == "InvalidQuery"
    assert code(client.post("/table/v1/car", json={"coordinates": coordinates * 51})) == "TooBig"
    near = client.post("/nearest/v1/car", json={"coordinates": coordinates[:1], "number": 2})
    assert near.json == client.get("/nearest/v1/car/0,0?number=2").json
    assert code(client.post("/trip/v1/car", json={"coordinates": coordinates})) == "NotImplemented"
    assert code(client.post("/foo/v1/car", json={})) == "InvalidService"
    assert code(client.post("/table/v3/car", json={})) == "InvalidVersion"
    assert code(client.post("/table/v1/car?x=1", json={})) == "InvalidUrl"
    large = client.post("/table/v1/car", data=b'"' + b"a" * 2_000_001 + b'"', content_type="application/json")
    assert code(large) == "TooBig"
    assert "BEATPLAN_MAX_BODY_BYTES" in large.json["message"]


def test_the_address_has_a_bound_that_is_a_setting(folder, app):
    longest = map_app(
        folder / "data", network_id=app.storage.organisation("default").network_id, osrm_max_url_bytes=1000
    )
    client = client_of(longest)
    fits = f"/table/v1/car/{';'.join(['0,0'] * 20)}?sources=" + ";".join(["0"] * 440)
    fits = fits[:1000].rstrip(";")
    assert client.get(fits).status_code == 200
    refused = client.get(fits + ";0" * 10)
    assert code(refused) == "TooBig"
    assert refused.json["message"] == (
        f"The address has {len(fits) + 20} bytes, the limit is 1000 (setting BEATPLAN_OSRM_MAX_URL_BYTES)"
    )


def test_every_limit_is_a_setting(folder, app):
    network_id = app.storage.organisation("default").network_id
    small = {"osrm_max_table_places": 2, "osrm_max_nearest_results": 1, "osrm_default_radius_m": 5.0}
    small |= {"osrm_max_match_places": 2, "osrm_max_match_radius_m": 10.0, "osrm_max_match_gap_m": 100.0}
    client = client_of(map_app(folder / "data", network_id=network_id, **small))
    assert client.get(f"/table/v1/car/{A};{C}").status_code == 200
    assert code(client.get(f"/table/v1/car/{A};{C};{F}")) == "TooBig"
    assert code(client.get(f"/nearest/v1/car/{A}?number=2")) == "TooBig"
    assert code(client.get("/nearest/v1/car/0,0.001")) == "NoSegment"
    assert client.get("/nearest/v1/car/0,0.001?radiuses=unlimited").status_code == 200
    assert code(client.get(f"/match/v1/car/{A};{C};{F}")) == "TooBig"
    assert code(client.get(f"/match/v1/car/{C};{F}?radiuses=11;")) == "TooBig"
    assert client.get(f"/match/v1/car/{C};{F}?radiuses=10;").status_code == 200
    assert code(client.get(f"/match/v1/car/{A};{C}")) == "NoMatch", "120 m apart"


def test_who_may_ask_and_whose_map_answers(folder, app, tmp_path):
    """Open: anybody, of the server's map; a key chooses its organisation's. Key: nobody without. Off: nobody."""
    elsewhere = draw(tmp_path, "x--y--z", {"xyz": {"name": "Elsewhere"}}, name="other.osm").path
    other = app.storage.ensure_organisation("other", "Other", "UTC")
    nothing = app.storage.ensure_organisation("nothing", "Nothing", "UTC")
    network_id = app.maps.store.ensure(elsewhere).id
    keys = {}
    for organisation, name in ((other, "other"), (nothing, "nothing")):
        with app.storage.writing(organisation.id) as work:
            if name == "other":
                work.organisations.set_network(organisation.id, network_id)
            keys[name] = {"Authorization": f"Bearer {create_key(work, 'dispatcher').text}"}
            work.commit()
    mine = app.storage.organisation("default").network_id

    def ask(access, headers=None):
        served = map_app(folder / "data", network_id=mine, osrm_access=access)
        return client_of(served).get(f"/nearest/v1/car/{A}", headers=headers)

    wrong = {"Authorization": "Bearer bp_abcdefgh_" + "x" * 43}
    assert ask("open").json["waypoints"][0]["name"] in ("North", "")
    assert ask("open", keys["other"]).json["waypoints"][0]["name"] == "Elsewhere"
    assert code(ask("open", wrong), 401) == "InvalidKey"
    assert code(ask("open", keys["nothing"])) == "DisabledDataset"
    assert code(ask("key"), 401) == "InvalidKey"
    assert code(ask("key", wrong), 401) == "InvalidKey"
    assert ask("key", keys["other"]).json["waypoints"][0]["name"] == "Elsewhere"
    assert code(ask("off", keys["other"])) == "InvalidService"


def test_a_server_without_a_map_says_so(tmp_path):
    client = client_of(map_app(tmp_path))
    assert code(client.get(f"/nearest/v1/car/{A}")) == "DisabledDataset"


def test_our_own_bugs_are_internal_errors_and_logged(client, app, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("by accident")

    monkeypatch.setattr("app.services.osrm_streets.streets_away", broken)
    assert code(client.get(f"/table/v1/car/{A};{C}"), 500) == "InternalError"
    assert "by accident" in caplog.text
    assert "accident" not in client.get(f"/table/v1/car/{A};{C}").text


def test_the_native_api_keeps_its_own_errors(client):
    answer = client.get("/v1/nowhere")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert client.get("/v1/me").status_code == 401


def test_two_at_once_answer_as_one_after_the_other(app):
    addresses = [f"/table/v1/car/{A};{C};{F}", f"/nearest/v1/car/{F}?number=3", f"/table/v1/car/{F};{A}?sources=1"] * 8
    alone = [client_of(app).get(address).data for address in addresses]
    clients = [client_of(app) for _ in addresses]  # CPython 3.11 cannot parse in two threads when the stack is deep
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda client, address: client.get(address).data, clients, addresses))
    assert together == alone

"""Other people's clients, unchanged, against a server process as scripts/run starts it."""

import json
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import routingpy
from routingpy.exceptions import RouterApiError

from app.services.polyline import encode_polyline
from tests.helpers.company_copies import decode_polyline
from tests.helpers.osrm_server import live_server

VROOM = Path(sys.executable).with_name("vroom")


@pytest.fixture(scope="module")
def places(prepared_company):
    """[lon, lat] of 40 accounts of the small company."""
    with prepared_company.app.storage.reading(prepared_company.organisation_id) as work:
        columns = work.accounts.all_for_design()
    return [[float(lon), float(lat)] for lon, lat in zip(columns.lon[:40], columns.lat[:40], strict=True)]


@pytest.fixture(scope="module")
def server(prepared_company):
    with live_server(prepared_company.app, OSRM_MAX_TABLE_PLACES="200") as found:
        yield found


@pytest.fixture(scope="module")
def url(server):
    return "http://{}:{}".format(*server)


def table(url, points, options="annotations=duration,distance"):
    text = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
    with urllib.request.urlopen(f"{url}/table/v1/car/{text}?{options}") as answer:
        return json.load(answer)


def test_routingpy(url, places):
    client = routingpy.OSRM(base_url=url, retry_over_query_limit=False, skip_api_error=False)
    expected = table(url, places[:5])
    matrix = client.matrix(locations=places[:5], profile="car", annotations=["duration", "distance"])
    assert matrix.durations == expected["durations"]
    assert matrix.distances == expected["distances"]
    part = client.matrix(locations=places[:5], profile="car", sources=[0, 2], destinations=[1, 3, 4])
    assert part.durations == [[expected["durations"][i][j] for j in (1, 3, 4)] for i in (0, 2)]
    route = client.directions(locations=places[:2], profile="car", continue_straight=False, steps=True)
    assert route.duration == pytest.approx(expected["durations"][0][1], abs=1)
    assert route.distance == pytest.approx(expected["distances"][0][1], abs=1)
    assert route.geometry[0] == pytest.approx(places[0], abs=2e-3)
    assert route.geometry[-1] == pytest.approx(places[1], abs=2e-3)
    limited = client.directions(locations=places[:3], profile="car", radiuses=[5000] * 3, bearings=[[0, 180]] * 3)
    assert limited.raw["code"] == "Ok"
    with pytest.raises(RouterApiError) as refused:
        client.directions(locations=places[:2], profile="car", radiuses=[0, 0])
    assert refused.value.status == 400
    assert "NoSegment" in str(refused.value)


def vroom(server, tmp_path, problem):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    host, port = server
    command = [VROOM, "-r", "osrm", "-a", f"car:{host}", "-p", f"car:{port}", "-g", "-t", "1", "-i", path]
    found = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)
    return json.loads(found.stdout)


def test_vroom_solves_a_whole_problem_through_our_server(server, url, places, tmp_path):
    home = places[0]
    vehicles = [
        {"id": 1, "start": home, "end": home, "capacity": [6], "time_window": [0, 28_800]},
        {"id": 2, "start": home, "capacity": [6]},
        {"id": 3, "end": home, "capacity": [6]},
    ]
    jobs = [{"id": i, "location": places[i], "service": 600, "delivery": [1]} for i in range(1, 18)]
    shipment = {
        "amount": [1],
        "pickup": {"id": 90, "location": places[20]},
        "delivery": {"id": 91, "location": places[21]},
    }
    found = vroom(server, tmp_path, {"vehicles": vehicles, "jobs": jobs, "shipments": [shipment]})
    assert found["code"] == 0, found
    assert found["unassigned"] == []
    assert sum(route["service"] for route in found["routes"]) == 17 * 600
    for route in found["routes"]:
        stops = [step["location"] for step in route["steps"]]
        cells = table(url, stops)
        legs = range(len(stops) - 1)
        assert route["duration"] == sum(round(cells["durations"][i][i + 1]) for i in legs)
        assert route["distance"] == sum(round(cells["distances"][i][i + 1]) for i in legs)
        line = decode_polyline(route["geometry"], 5)
        assert len(line) > len(stops)
        for end, place in ((line[0], stops[0]), (line[-1], stops[-1])):
            assert end == pytest.approx(place, abs=5e-3)


def test_vroom_names_the_place_that_has_no_road(server, places, tmp_path):
    far = [places[0][0] + 3, places[0][1]]
    jobs = [{"id": 1, "location": places[1]}, {"id": 2, "location": far}]
    found = vroom(server, tmp_path, {"vehicles": [{"id": 1, "start": places[0]}], "jobs": jobs})
    assert found["code"] == 3
    assert found["error"] == f"Could not find route near location [{far[0]:.6f},{far[1]:.6f}]"


def test_a_long_address_in_one_whole_answer_on_a_connection_that_closes(server, places):
    """150 coordinates are more than gunicorn's own limit of 4,094 bytes; VROOM reads until the connection ends."""
    points = (places * 4)[:150]
    text = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
    request = (
        f"GET /table/v1/car/{text}?annotations=duration,distance&radiuses={';'.join(['35000'] * 150)} HTTP/1.1\r\n"
    )
    assert len(request) > 4094
    with socket.create_connection(server, 30) as connection:
        connection.sendall(f"{request}Host: x\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while block := connection.recv(65536):
            received += block
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert headers["access-control-allow-origin"] == "*"
    assert not {"transfer-encoding", "content-encoding"} & set(headers)
    assert b"{" not in head
    found = json.loads(received[received.index(b"{") : received.rindex(b"}") + 1])
    assert [len(row) for row in found["durations"]] == [150] * 150


def test_lines_arrive_with_whatever_letters_they_have(server, places):
    """`?`, `%` and friends in an address that nobody has escaped."""
    for shift in range(30):
        lon = [places[0][0] + 1e-5 * shift, places[1][0], places[2][0] - 1e-5 * shift]
        lat = [places[0][1], places[1][1] + 1e-5 * shift, places[2][1]]
        letters = encode_polyline(np.array(lon), np.array(lat), 5)
        with socket.create_connection(server, 30) as connection:
            target = f"/table/v1/car/polyline({letters})?skip_waypoints=true"
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            received = b""
            while block := connection.recv(65536):
                received += block
        assert b'"code":"Ok"' in received, (letters, received)


def test_many_at_once_answer_as_one_after_the_other(url, places):
    questions = [places[i : i + 6] for i in range(16)]
    alone = [table(url, points) for points in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda points: table(url, points), questions)) == alone

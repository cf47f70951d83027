"""A map of one-way pieces behind OSRM's protocol: with all parts kept, as OSRM keeps them."""

import pytest

from tests.helpers.osm_drawing import Ban, draw, lon_lat
from tests.helpers.osrm_server import client_of, map_app

#      a
#      |
#   d--j--b     c leads to j, the others away; no left turn into d
#      |
#      c        x--y stands alone
PICTURE = "      a\n\nd-----j-----b\n\n      c           x--y"
WAYS = {"cj": {"oneway": "yes"}, "ja": {"oneway": "yes"}, "jb": {"oneway": "yes"}, "jd": {"oneway": "yes"}, "xy": {}}
AT = {"a": (110, 5), "b": (220, -60), "c": (120, -110), "d": (20, -60), "x": (370, -120), "y": (410, -120)}


def coordinates(letters: str) -> str:
    return ";".join("{:.7f},{:.7f}".format(*lon_lat(*AT[letter])) for letter in letters)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    path = draw(folder, PICTURE, WAYS, restrictions=[Ban("no_left_turn", "cj", "j", "jd")]).path
    return client_of(map_app(folder / "data", path, map_parts="all"))


@pytest.mark.parametrize("reached", ["ca", "cb", "xy", "yx"])
def test_what_can_be_driven_has_a_route(client, reached):
    answer = client.get(f"/route/v1/driving/{coordinates(reached)}")
    assert answer.json["code"] == "Ok"
    assert answer.json["routes"][0]["duration"] > 1


@pytest.mark.parametrize("unreached", ["cd", "ac", "ab", "cx", "xc"])
def test_what_cannot_has_none(client, unreached):
    answer = client.get(f"/route/v1/driving/{coordinates(unreached)}")
    assert (answer.status_code, answer.json["code"]) == (400, "NoRoute")


def test_tables_say_null(client):
    answer = client.get(f"/table/v1/driving/{coordinates('cabdx')}")
    reached = [[cell is not None for cell in row] for row in answer.json["durations"]]
    assert reached[0] == [True, True, True, False, False]
    assert [row.count(True) for row in reached[1:]] == [1, 1, 1, 1], "from there only to itself"

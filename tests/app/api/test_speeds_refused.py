"""Live speeds that cannot be: refused with field and limit, and nothing of the request is applied."""

import pytest

from tests.app.api.test_requests import problem
from tests.app.api.test_speeds import NO_WAY, SPEEDS, Journey


def polygon(*ring):
    return {"type": "Polygon", "coordinates": [list(ring)]}


RING = [[10, 10], [11, 10], [11, 11], [10, 10]]
CLOSED = {"closed": True}
BAD = [
    ({"ways": [NO_WAY], **CLOSED}, "changes[0].ways[0]", "no road of this map", "unknown_road"),
    ({"arcs": [0, 2**31 - 1], **CLOSED}, "changes[0].arcs[1]", "2147483647", "unknown_road"),
    ({"area": polygon(*RING), **CLOSED}, "changes[0].area", "no road", "unknown_road"),
    ({"bbox": [10, 10, 11, 11], **CLOSED}, "changes[0].bbox", "no road", "unknown_road"),
    ({"bbox": [11, 10, 10, 11], **CLOSED}, "changes[0].bbox", "west", None),
    ({"bbox": [0, 0, 1], **CLOSED}, "changes[0].bbox", "length 4", None),
    ({"bbox": [-200, 0, 1, 1], **CLOSED}, "changes[0].bbox[0]", "-180", None),
    ({"area": polygon([0, 0], [1, 1]), **CLOSED}, "changes[0].area", "three corners", None),
    ({"area": {"type": "Polygon", "coordinates": []}, **CLOSED}, "changes[0].area", "ring", None),
    ({"area": {"type": "Point", "coordinates": [0, 0]}, **CLOSED}, "changes[0].area.type", "Point", None),
    ({"area": polygon([0, 0], [1, 1], [1, 0], [0, 1]), **CLOSED}, "changes[0].area", "Self-", None),
    ({"arcs": [], **CLOSED}, "changes[0].arcs", "1", None),
    ({"arcs": [-1], **CLOSED}, "changes[0].arcs[0]", "0", None),
    ({"arcs": [0], "ways": [NO_WAY], **CLOSED}, "changes[0]", "one of arcs, ways, area and bbox, not 2", None),
    (CLOSED, "changes[0]", "one of arcs, ways, area and bbox, not 0", None),
    ({"arcs": [0]}, "changes[0]", "one of factor, speed_kmh and closed, not 0", None),
    ({"arcs": [0], "factor": 1, **CLOSED}, "changes[0]", "not 2", None),
    ({"arcs": [0], "factor": 0}, "changes[0].factor", "0.01", None),
    ({"arcs": [0], "factor": 11}, "changes[0].factor", "10", None),
    ({"arcs": [0], "factor": "nan"}, "changes[0].factor", "", None),
    ({"arcs": [0], "speed_kmh": 301}, "changes[0].speed_kmh", "300", None),
    ({"arcs": [0], "direction": "forward", **CLOSED}, "changes[0].direction", "ways", None),
    ({"ways": [NO_WAY], "direction": "up", **CLOSED}, "changes[0].direction", "up", None),
    ({"arcs": [0], "until": "2020-01-01T00:00:00Z", **CLOSED}, "changes[0].until", "2020", None),
    ({"arcs": [0], "until": "9999-12-31T23:59:59-12:00", **CLOSED}, "changes[0].until", "ten years", None),
    ({"arcs": [0], "until": "2027-01-01T00:00:00", **CLOSED}, "changes[0].until", "timezone", None),
    ({"arcs": [0], "until": "2027-01-01T00:00:00Z", "for_s": 1, **CLOSED}, "changes[0]", "not both", None),
    ({"arcs": [0], "for_s": 0, **CLOSED}, "changes[0].for_s", "0", None),
    ({"arcs": [0], "label": "x" * 201, **CLOSED}, "changes[0].label", "200", None),
    ({"arcs": [0], "colour": "red", **CLOSED}, "changes[0].colour", "unknown", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "text", "code"), BAD)
def test_what_cannot_be_is_refused_with_field_and_limit(quiet_api, change, field, text, code):
    answer = quiet_api.ask("PATCH", SPEEDS, json={"changes": [change]})
    found = problem(answer, 400, code, field)
    assert text in found["detail"], found


def test_a_one_way_cannot_be_closed_against_itself(quiet_api):
    network = Journey(quiet_api).network
    ways = network.osm_way_of_edge
    wrong_way = set(ways[network.backward_arc >= 0].tolist())
    way = next(int(one) for one in ways if int(one) not in wrong_way)
    change = {"ways": [way], "direction": "backward", "closed": True}
    found = problem(quiet_api.ask("PATCH", SPEEDS, json={"changes": [change]}), 400, "unknown_road")
    assert "one-way" in found["detail"]


@pytest.mark.parametrize(
    ("settings", "changes", "field", "setting"),
    [
        ({"max_speed_changes": 2}, [{"arcs": [0], "factor": 1}] * 3, "changes", "MAX_SPEED_CHANGES"),
        ({"max_speed_roads": 2}, [{"arcs": [0, 1, 2], "factor": 1}], "changes[0].arcs", "MAX_SPEED_ROADS"),
        ({"max_speed_arcs": 3}, [{"arcs": [0, 1], "factor": 1}] * 2, "changes", "MAX_SPEED_ARCS"),
        (
            {"max_area_points": 4},
            [{"area": polygon(*RING, [10, 10]), "factor": 1}],
            "changes[0].area",
            "MAX_AREA_POINTS",
        ),
    ],
)
def test_limits_are_settings(copies, tmp_path, settings, changes, field, setting):
    with copies.copy(tmp_path / "data", **settings) as api:
        found = problem(api.ask("PATCH", SPEEDS, json={"changes": changes}), 413, "limit_exceeded")
        assert found["field"] == field
        assert f"BEATPLAN_{setting}" in found["detail"]
        assert api.read(SPEEDS)["changes"] == []

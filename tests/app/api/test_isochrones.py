"""Areas within some minutes over HTTP: what they hold, how they lie in each other, and what is refused."""

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tests.app.api.test_requests import problem


@pytest.fixture
def spot(quiet_api):
    """An account."""
    return quiet_api.read("/v1/accounts?limit=1")["items"][0]


def areas_of(answer):
    """Minutes -> area, each valid."""
    assert answer["type"] == "FeatureCollection"
    found = {one["properties"]["minutes"]: shape(one["geometry"]) for one in answer["features"]}
    assert all(area.is_valid for area in found.values())
    assert list(found) == sorted(found, reverse=True)
    return found


@pytest.mark.parametrize("direction", ["from", "to"])
def test_accounts_lie_in_the_areas_that_the_matrix_says(quiet_api, spot, direction):
    lon, lat = spot["lon"], spot["lat"]
    found = areas_of(quiet_api.read(f"/v1/isochrones?lon={lon}&lat={lat}&minutes=1,2,4&direction={direction}"))
    assert list(found) == [4, 2, 1]
    assert found[1].within(found[2]) and found[2].within(found[4])
    here, there = [[lon, lat]], [[one["lon"], one["lat"]] for one in quiet_api.read("/v1/accounts?limit=300")["items"]]
    sources, targets = (here, there) if direction == "from" else (there, here)
    matrix = quiet_api.post("/v1/matrices", {"sources": sources, "targets": targets}).get_json()
    duration_s = np.array(matrix["durations_s"]).ravel()
    off_road_m = np.array(matrix["target_snap_distances_m" if direction == "from" else "source_snap_distances_m"])
    for minutes, area in found.items():
        inside = shapely.contains_xy(area, *np.array(there).T)
        within, beyond = (duration_s < 60 * minutes - 10) & (off_road_m < 200), duration_s > 60 * minutes + 10
        assert within.sum() > 3
        assert beyond.sum() > 3
        assert inside[within].mean() > 0.97
        assert inside[beyond].mean() < 0.03


def test_a_place_is_a_point_an_account_or_a_home(quiet_api, spot):
    lon, lat = spot["lon"], spot["lat"]
    by_point = quiet_api.read(f"/v1/isochrones?lon={lon}&lat={lat}&minutes=5")
    assert quiet_api.read(f"/v1/isochrones?account_id={spot['id']}&minutes=5") == by_point
    rep = quiet_api.read("/v1/reps")["items"][0]
    home = quiet_api.read(f"/v1/isochrones?rep_id={rep['id']}&minutes=5")
    assert quiet_api.read(f"/v1/reps/{rep['id']}/isochrones?minutes=5", "rep") == home
    there = quiet_api.read(f"/v1/reps/{rep['id']}/isochrones?minutes=5&lon={lon}&lat={lat}", "rep")
    assert there == by_point
    assert areas_of(home)[5].contains(shapely.Point(home["origin"]))


def test_off_road_widens_the_area(quiet_api, spot):
    asked = f"/v1/isochrones?account_id={spot['id']}&minutes=5&off_road_m="
    narrow, wide = (areas_of(quiet_api.read(asked + metres))[5] for metres in ("60", "400"))
    assert narrow.area < wide.area


BAD = [
    ("minutes=5", 400, "lon"),
    ("lon=1&minutes=5", 400, "lat"),
    ("lon=1&lat=1&rep_id=1", 400, "lon"),
    ("lon=1&lat=1", 422, "lon, lat"),
    ("lon=181&lat=1", 400, "lon"),
    ("account_id=987654", 404, None),
    ("rep_id=987654", 404, None),
    ("rep_id=REP&minutes=0", 400, "minutes"),
    ("rep_id=REP&minutes=", 400, "minutes"),
    ("rep_id=REP&minutes=5,,6", 400, "minutes"),
    ("rep_id=REP&minutes=241", 413, "minutes"),
    ("rep_id=REP&minutes=1,2,3,4,5,6,7,8,9", 413, "minutes"),
    ("rep_id=REP&off_road_m=501", 413, "off_road_m"),
    ("rep_id=REP&off_road_m=0", 400, "off_road_m"),
    ("rep_id=REP&direction=up", 400, "direction"),
    ("rep_id=REP&depart_at=2026-11-16T08:00:00", 409, None),
]


@pytest.mark.parametrize(("query", "status", "field"), BAD)
def test_what_cannot_be_asked_is_refused(quiet_api, query, status, field):
    query = query.replace("REP", str(quiet_api.rep_ids[0]))
    found = problem(quiet_api.get("/v1/isochrones?" + query), status, field=field)
    if status == 413:
        assert "(setting BEATPLAN_" in found["detail"]


def test_a_rep_asks_for_its_own_and_a_stranger_for_nobodys(quiet_api):
    mine, other = quiet_api.rep_ids[:2]
    assert quiet_api.get(f"/v1/reps/{other}/isochrones", "rep").status_code == 403
    assert quiet_api.get(f"/v1/isochrones?rep_id={mine}", "rep").status_code == 403
    assert quiet_api.get(f"/v1/isochrones?rep_id={mine}", "stranger").status_code == 404
    assert quiet_api.get(f"/v1/isochrones?rep_id={mine}&minutes=5", "dispatcher").status_code == 200


def test_the_area_is_smaller_in_the_peak(copies, tmp_path):
    with copies.copy(tmp_path / "data", speed_periods="default") as api:
        rep = api.rep_ids[0]
        areas = {
            hour: areas_of(api.read(f"/v1/isochrones?rep_id={rep}&minutes=6&depart_at=2026-11-16T{hour}:00:00"))[6].area
            for hour in ("03", "08")
        }
        assert areas["08"] < 0.97 * areas["03"]


def test_a_closed_street_makes_the_area_smaller(api):
    asked = f"/v1/isochrones?rep_id={api.rep_ids[0]}&minutes=6"
    before = api.read(asked)
    _west, south, east, north = shape(before["features"][0]["geometry"]).bounds
    lon, _lat = before["origin"]
    box = [lon + 0.001, south, east, north]
    changed = api.ask("PATCH", "/v1/network/speeds", json={"changes": [{"bbox": box, "factor": 0.25}]})
    assert changed.status_code == 200, changed.text
    assert areas_of(api.read(asked))[6].area < areas_of(before)[6].area

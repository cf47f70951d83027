"""A place on a street that is closed now is left from, and reached by, the nearest open street: in every answer."""

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from app.services.company import open_company
from tests.app.api.test_speeds import WHOLE_MAP, patch
from tests.helpers.company_copies import Api

DAY = "2026-11-16"


class Market:
    """An account on a street that can be closed without cutting off anything, and others elsewhere."""

    def __init__(self, api: Api) -> None:
        self.api = api
        company = open_company(api.app.storage, api.app.maps, api.organisation_id)
        with api.app.storage.reading(company.id) as work:
            columns = work.accounts.all_for_design()
        network = company.map.stored.network
        ways = network.osm_way_of_edge[columns.snap_edge]
        self.points = [[float(lon), float(lat)] for lon, lat in zip(columns.lon, columns.lat, strict=True)]
        self.ids = columns.id.tolist()
        for row in range(len(self.ids)):
            self.row, self.way = row, int(ways[row])
            self.other = int(np.flatnonzero(ways != self.way)[0])
            self.edges = network.osm_way_of_edge == self.way
            patch(api, {"ways": [self.way], "closed": True}, body={"replace": True})
            here = open_company(api.app.storage, api.app.maps, api.organisation_id).map
            lon, lat = (np.array([self.points[i][k] for i in (self.row, self.other)]) for k in (0, 1))
            open_only = here.opened.snapping.without_edges(self.edges).snap(lon, lat)
            found = here.engine.matrix(open_only, open_only)
            if found.duration_s.max() < 10_000:
                self.expected_s = found.duration_s.tolist()
                break
        self.two = [self.points[self.row], self.points[self.other]]


@pytest.fixture
def market(api):
    return Market(api)


def test_matrices_and_tables(api, market):
    def seconds(points):
        return api.post("/v1/matrices", {"sources": points, "targets": points}).get_json()["durations_s"]

    assert seconds(market.two) == market.expected_s
    many = seconds([*market.points[:30], *market.two])
    assert [row[-2:] for row in many[-2:]] == market.expected_s, "the same pair, whatever else is asked"
    at = ";".join(f"{lon},{lat}" for lon, lat in market.two)
    table = api.get(f"/table/v1/driving/{at}").get_json()["durations"]
    assert np.abs(np.array(table) - market.expected_s).max() <= 60, "which may stop on a motorway"
    assert table[0][0] == table[1][1] == 0


def test_routes_nearest_and_hints(api, market):
    at = ";".join(f"{lon},{lat}" for lon, lat in market.two)
    route = api.get(f"/route/v1/driving/{at}?overview=false").get_json()
    assert route["code"] == "Ok"
    hint = route["waypoints"][0]["hint"]
    lon, lat = market.two[0]
    near = api.get(f"/nearest/v1/driving/{lon},{lat}?number=3").get_json()["waypoints"]
    patch(api, body={"replace": True})
    there = api.get(f"/nearest/v1/driving/{lon},{lat}").get_json()["waypoints"][0]
    assert there["distance"] < near[0]["distance"]
    assert hint != there["hint"]
    patch(api, {"ways": [market.way], "closed": True})
    again = api.get(f"/route/v1/driving/{at}?overview=false&hints={there['hint']};").get_json()
    assert again["code"] == "Ok"
    assert again["routes"] == route["routes"], "a hint of a street that is closed now is none"
    legs = api.post("/v1/route", {"points": market.two})
    assert legs.status_code == 200, legs.text


def test_accounts_and_areas(api, market):
    account, (lon, lat) = market.ids[market.row], market.two[0]
    other = market.ids[market.other]
    for asked in (f"account_id={account}", f"lon={lon}&lat={lat}"):
        found = api.read(f"/v1/accounts/nearest?{asked}&limit=1000")
        drive_s = {one["account"]["id"]: one["drive_s"] for one in found["items"]}
        assert drive_s[other] == market.expected_s[0][1]
    back = api.read(f"/v1/accounts/nearest?account_id={other}&limit=1000")
    assert {one["account"]["id"]: one["drive_s"] for one in back["items"]}[account] == market.expected_s[1][0]
    area = api.read(f"/v1/isochrones?account_id={account}&minutes=2")["features"][0]
    assert shapely.contains_xy(shape(area["geometry"]), lon, lat)


def test_detours_and_plans(api, market):
    found = api.post("/v1/detours", {"stops": [market.two[1]] * 2, "candidates": [market.two[0]]}).get_json()
    there_and_back = market.expected_s[0][1] + market.expected_s[1][0]
    assert found["items"][0]["best"]["extra_drive_s"] == there_and_back
    asked = f"account_ids={market.ids[market.row]}"
    of_day = api.read(f"/v1/reps/{api.rep_ids[0]}/days/{DAY}/detours?{asked}")
    assert all(gap["extra_drive_s"] is not None for gap in of_day["items"][0]["gaps"])
    job = api.job(api.post(f"/v1/days/{DAY}/plan", {"solutions": 20}))
    assert job["state"] == "done", job
    job = api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 0}))
    assert job["state"] == "done", job


def test_the_road_at_a_point_is_the_closed_one(api, market):
    lon, lat = market.two[0]
    road = api.read(f"/v1/network/road?lon={lon}&lat={lat}")
    assert road["way_id"] == market.way
    assert all(side is None or side["speed_now_kmh"] is None for side in (road["forward"], road["backward"]))


def test_with_all_closed_osrm_finds_no_segment(api, market):
    patch(api, {"bbox": WHOLE_MAP, "closed": True})
    at = ";".join(f"{lon},{lat}" for lon, lat in market.two)
    assert api.get(f"/table/v1/driving/{at}").get_json()["code"] == "NoSegment"
    assert api.read(f"/v1/accounts/nearest?account_id={market.ids[0]}")["items"] == []

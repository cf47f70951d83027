"""Live speeds and closures over HTTP: in effect at once, all or nothing, until they end or are taken back."""

from datetime import timedelta

import numpy as np
import pytest

from app.services.company import open_company
from app.services.design_problem import account_snaps
from app.storage.tables import speed_changes
from routing.network.road_network import CLOSED_MS
from tests.app.api.test_requests import problem
from tests.helpers.company_copies import Api, rows

SPEEDS = "/v1/network/speeds"
NO_WAY = 2**62
WHOLE_MAP = [-180, -90, 180, 90]


class Journey:
    """A drive between two accounts of the company, asked for over HTTP."""

    def __init__(self, api: Api) -> None:
        self.api = api
        company = open_company(api.app.storage, api.app.maps, api.organisation_id)
        with api.app.storage.reading(company.id) as work:
            columns = work.accounts.all_for_design()
        self.network, snaps = company.map.stored.network, account_snaps(columns)
        self.matrix_places = [[float(columns.lon[i]), float(columns.lat[i])] for i in range(0, 40, 4)]
        for other in range(1, 40):
            (path,) = company.map.engine.paths_through(snaps.take(np.array([0, other], np.int32)))
            if len(path.arcs) > 8:
                break
        self.ends = [[float(columns.lon[i]), float(columns.lat[i])] for i in (0, other)]
        self.arcs = path.arcs.tolist()
        self.middle_arc = self.arcs[len(self.arcs) // 2]
        self.middle_way = int(self.network.osm_way_of_edge[self.network.edge_of_arc[self.middle_arc]])

    def seconds(self) -> int:
        return self.matrix([self.ends[0]], [self.ends[1]])[0][0]

    def matrix(self, sources=None, targets=None) -> list[list[int]]:
        sources = sources or self.matrix_places
        answer = self.api.post("/v1/matrices", {"sources": sources, "targets": targets or sources})
        assert answer.status_code == 200, answer.text
        return answer.get_json()["durations_s"]

    def middle(self) -> tuple[float, float]:
        edge = int(self.network.edge_of_arc[self.middle_arc])
        points = slice(self.network.shape_first[edge], self.network.shape_first[edge + 1])
        return self.network.shape_lon_e7[points].mean() / 1e7, self.network.shape_lat_e7[points].mean() / 1e7


@pytest.fixture
def journey(api):
    return Journey(api)


def patch(api, *changes, status=200, who="manager", **more):
    answer = api.ask("PATCH", SPEEDS, who, json={"changes": list(changes), **more.pop("body", {})}, **more)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_factor_on_the_whole_map_doubles_the_times_at_once_and_ends_at_once(api, journey):
    before = np.array(journey.matrix())
    made = patch(api, {"bbox": WHOLE_MAP, "factor": 0.5, "label": "storm"})
    (change,) = made["changes"]
    assert (made["added"], made["version"]) == ([change["id"]], 1)
    assert (change["factor"], change["label"], change["bbox"]) == (0.5, "storm", WHOLE_MAP)
    assert change["arc_count"] == journey.network.arc_count
    slow = np.array(journey.matrix())
    driven = before > 60
    assert (slow[driven] > 1.5 * before[driven]).all(), "turns and signals take as long as ever"
    assert (slow[driven] <= 2 * before[driven] + 1).all()
    assert api.ask("DELETE", f"{SPEEDS}/{change['id']}").status_code == 204
    assert journey.matrix() == before.tolist()
    assert api.read(SPEEDS) == {"version": 2, "changes": [], "added": []}


def test_a_closed_street_is_driven_around(api, journey):
    before = journey.seconds()
    patch(api, {"arcs": [journey.middle_arc], "closed": True})
    after = journey.seconds()
    assert after is None or after > before
    for change, by in [
        ({"ways": [journey.middle_way], "closed": True}, "way"),
        ({"arcs": journey.arcs[1:-1], "closed": True}, "arcs"),
    ]:
        patch(api, change, body={"replace": True})
        again = journey.seconds()
        assert again is None or again > before, by
    patch(api, body={"replace": True})
    assert journey.seconds() == before


def test_a_way_may_be_closed_in_one_direction(api, journey):
    network, edge = journey.network, int(journey.network.edge_of_arc[journey.middle_arc])
    forward = int(network.forward_arc[edge]) == journey.middle_arc
    ahead, against = ("forward", "backward") if forward else ("backward", "forward")
    before = journey.seconds()
    there = next(e for e in range(network.edge_count) if min(network.forward_arc[e], network.backward_arc[e]) >= 0)
    two_way = int(network.osm_way_of_edge[there])
    assert (
        patch(api, {"ways": [two_way], "closed": True})["changes"][0]["arc_count"]
        == 2
        * patch(api, {"ways": [two_way], "closed": True, "direction": "forward"}, body={"replace": True})["changes"][0][
            "arc_count"
        ]
    )
    if network.forward_arc[edge] >= 0 and network.backward_arc[edge] >= 0:
        patch(api, {"ways": [journey.middle_way], "closed": True, "direction": against}, body={"replace": True})
        assert journey.seconds() == before
    patch(api, {"ways": [journey.middle_way], "closed": True, "direction": ahead}, body={"replace": True})
    after = journey.seconds()
    assert after is None or after > before


def test_an_area_as_polygon_and_as_box(api, journey):
    lon, lat = journey.middle()
    west, south, east, north = lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    before = journey.seconds()
    counts = []
    for roads in (
        {"bbox": [west, south, east, north]},
        {"area": {"type": "Polygon", "coordinates": [ring]}},
        {"area": {"type": "MultiPolygon", "coordinates": [[ring]]}},
        {"area": {"type": "Polygon", "coordinates": [[[*corner, 12.5] for corner in ring]]}},  # with altitudes
    ):
        made = patch(api, {**roads, "speed_kmh": 1}, body={"replace": True})
        counts.append(made["changes"][0]["arc_count"])
        assert journey.seconds() > before
    assert len(set(counts)) == 1
    assert counts[0] >= 1


def test_tools_that_speak_osrm_follow(api, journey):
    (from_lon, from_lat), (to_lon, to_lat) = journey.ends
    places = f"{from_lon},{from_lat};{to_lon},{to_lat}"

    def times():
        table = api.get(f"/table/v1/driving/{places}").get_json()["durations"][0][1]
        route = api.get(f"/route/v1/driving/{places}?overview=false").get_json()["routes"][0]["duration"]
        return table, route

    before = times()
    patch(api, {"bbox": WHOLE_MAP, "factor": 0.5})
    assert all(now > 1.4 * then for now, then in zip(times(), before, strict=True))
    patch(api, body={"replace": True})
    assert times() == before


def test_the_newest_word_on_a_road_counts_and_a_closure_always(api, journey):
    whole = {"bbox": WHOLE_MAP}
    patch(api, {**whole, "factor": 0.5})
    once = journey.matrix()
    patch(api, {**whole, "factor": 0.5})
    assert journey.matrix() == once, "the same message twice"
    patch(api, {**whole, "factor": 0.25})
    twice = journey.matrix()
    assert twice != once
    patch(api, {**whole, "factor": 0.5})
    assert journey.matrix() == once
    patch(api, {"arcs": [journey.middle_arc], "closed": True}, {**whole, "factor": 0.5})
    assert journey.seconds() != once
    road = api.read("/v1/network/road?lon={}&lat={}".format(*journey.middle()))
    sides = [side for side in (road["forward"], road["backward"]) if side]
    assert [side["speed_now_kmh"] for side in sides if side["arc"] == journey.middle_arc] == [None]


def test_it_ends_by_itself(api, journey):
    before = journey.matrix()
    until = api.clock() + timedelta(hours=1)
    patch(api, {"bbox": WHOLE_MAP, "factor": 0.5, "until": until.isoformat()})
    longer = patch(api, {"bbox": WHOLE_MAP, "factor": 0.25, "for_s": 7200})["changes"][1]
    assert longer["until"] == (api.clock() + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    slow = journey.matrix()
    api.clock.advance(3600 + 2)
    assert journey.matrix() == slow
    assert [one["factor"] for one in api.read(SPEEDS)["changes"]] == [0.25]
    api.clock.advance(3600)
    assert journey.matrix() == before
    assert api.read(SPEEDS)["changes"] == []
    patch(api, {"arcs": [0], "factor": 2})
    assert rows(api.app, speed_changes) == 1, "what has ended is thrown away"


def test_nothing_of_it_is_applied_where_one_change_cannot_be(api, journey):
    kept = patch(api, {"arcs": [journey.middle_arc], "factor": 0.9})
    before = journey.matrix()
    for wrong in (
        {"ways": [NO_WAY], "closed": True},
        {"bbox": WHOLE_MAP},
        {"arcs": [0], "closed": True, "until": "2020-01-01T00:00:00Z"},
    ):
        patch(api, {"bbox": WHOLE_MAP, "closed": True}, wrong, status=400, body={"replace": True})
        assert journey.matrix() == before
        assert api.read(SPEEDS) == {**kept, "added": []}


def test_who_may_change_speeds(api):
    body = {"changes": [{"arcs": [0], "factor": 0.5}]}
    for who, status in (("rep", 403), ("dispatcher", 403), ("manager", 200), ("admin", 200), (None, 401)):
        assert api.ask("PATCH", SPEEDS, who, json=body).status_code == status, who
        assert api.get(SPEEDS, who).status_code == (401 if who is None else 200)
    assert api.ask("DELETE", f"{SPEEDS}/1", "rep").status_code == 403
    assert api.ask("DELETE", SPEEDS, "dispatcher").status_code == 403
    assert len(api.read(SPEEDS)["changes"]) == 2


def test_another_companys_roads_are_its_own(api, journey):
    before = journey.matrix()
    (theirs,) = patch(api, {"bbox": WHOLE_MAP, "closed": True}, who="stranger")["added"]
    assert api.read(SPEEDS) == {"version": 0, "changes": [], "added": []}
    assert journey.matrix() == before
    assert api.ask("DELETE", f"{SPEEDS}/{theirs}").status_code == 404
    assert api.ask("DELETE", SPEEDS).status_code == 204
    assert len(api.read(SPEEDS, "stranger")["changes"]) == 1


def test_a_number_that_is_not_there_or_has_ended_is_not_found(api):
    (made,) = patch(api, {"arcs": [0], "factor": 0.5, "for_s": 10})["added"]
    assert api.ask("DELETE", f"{SPEEDS}/{made + 1}").status_code == 404
    api.clock.advance(11)
    assert api.ask("DELETE", f"{SPEEDS}/{made}").status_code == 404
    (again,) = patch(api, {"arcs": [0], "factor": 0.5})["added"]
    assert again > made, "numbers are not given twice"


def test_an_empty_request_changes_nothing_unless_it_replaces(api):
    patch(api, {"arcs": [0], "factor": 0.5})
    problem(api.ask("PATCH", SPEEDS, json={"changes": []}), 400, field="changes")
    assert patch(api, body={"replace": True})["changes"] == []


def test_a_retry_with_the_same_key_counts_once(api):
    key = {"Idempotency-Key": "one"}
    first = patch(api, {"arcs": [0], "factor": 0.5}, headers=key)
    again = api.ask("PATCH", SPEEDS, json={"changes": [{"arcs": [0], "factor": 0.5}]}, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json() == first
    assert rows(api.app, speed_changes) == 1


def test_the_road_at_a_point_names_what_can_be_changed(api, journey):
    lon, lat = journey.middle()
    road = api.read(f"/v1/network/road?lon={lon}&lat={lat}")
    assert road["way_id"] == journey.middle_way
    sides = {side["arc"]: side for side in (road["forward"], road["backward"]) if side}
    side = sides[journey.middle_arc]
    assert side["speed_kmh"] == side["speed_now_kmh"]
    patch(api, {"arcs": [journey.middle_arc], "speed_kmh": 7})
    now = api.read(f"/v1/network/road?lon={lon}&lat={lat}")
    changed = {one["arc"]: one for one in (now["forward"], now["backward"]) if one}
    assert changed.pop(journey.middle_arc) == {**side, "speed_now_kmh": 7.0}
    assert all(changed[arc] == sides[arc] for arc in changed)
    problem(api.get("/v1/network/road?lon=100&lat=0"), 422, "outside_network")


def test_shapes_for_a_map(api, journey):
    network, edge = journey.network, int(journey.network.edge_of_arc[journey.middle_arc])
    points = slice(network.shape_first[edge], network.shape_first[edge + 1])
    line = [
        [lon / 1e7, lat / 1e7]
        for lon, lat in zip(network.shape_lon_e7[points], network.shape_lat_e7[points], strict=True)
    ]
    ring = [[-180.0, -90.0], [180.0, -90.0], [180.0, 90.0], [-180.0, 90.0], [-180.0, -90.0]]
    changes = [
        {"arcs": [journey.middle_arc], "closed": True, "label": "works"},
        {"ways": [journey.middle_way], "speed_kmh": 9},
        {"area": {"type": "Polygon", "coordinates": [ring]}, "factor": 0.5},
        {"bbox": WHOLE_MAP, "factor": 2},
    ]
    added = patch(api, *changes)["added"]
    shapes = api.read(f"{SPEEDS}/shapes")
    assert shapes["type"] == "FeatureCollection"
    assert [one["type"] for one in shapes["features"]] == ["Feature"] * 4
    effects = ["closed", "speed", "slower", "faster"]
    labels = ["works", "", "", ""]
    facts = [{"id": i, "effect": e, "label": t} for i, e, t in zip(added, effects, labels, strict=True)]
    assert [one["properties"] for one in shapes["features"]] == facts
    street, way, area, box = (one["geometry"] for one in shapes["features"])
    assert street["type"] == "MultiLineString"
    assert np.allclose(street["coordinates"][0], line, atol=1e-9)
    assert len(way["coordinates"]) == (network.osm_way_of_edge == journey.middle_way).sum()
    assert area == box == {"type": "Polygon", "coordinates": [ring]}


def test_what_is_stored_stays_and_what_is_planned_anew_follows(api, journey):
    rep, day = api.rep_ids[0], "2026-11-16"
    stored = api.get(f"/v1/reps/{rep}/days/{day}")
    patch(api, {"bbox": WHOLE_MAP, "factor": 0.3})
    after = api.get(f"/v1/reps/{rep}/days/{day}")
    assert (after.data, after.headers["ETag"]) == (stored.data, stored.headers["ETag"])
    job = api.job(api.post(f"/v1/days/{day}/plan", {"solutions": 20, "rep_ids": [rep]}))
    assert job["state"] == "done", job
    quick = stored.get_json()["totals"]
    assert drive_s_per_m(api, rep, day) > 1.5 * quick["drive_s"] / quick["distance_m"]


def drive_s_per_m(api, rep, day):
    totals = api.read(f"/v1/reps/{rep}/days/{day}")["totals"]
    return totals["drive_s"] / totals["distance_m"]


def test_a_day_is_planned_by_what_will_be_left_when_it_begins(api):
    rep, today, tomorrow = api.rep_ids[0], "2026-11-16", "2026-11-17"
    pace = []
    for changes in ([], [{"bbox": WHOLE_MAP, "factor": 0.3, "for_s": 3600}]):
        patch(api, *changes, body={"replace": True})
        for day in (today, tomorrow):
            job = api.job(api.post(f"/v1/days/{day}/plan", {"solutions": 20, "rep_ids": [rep]}))
            assert job["state"] == "done", job
            pace.append(drive_s_per_m(api, rep, day))
    assert pace[2] > 1.5 * pace[0]
    assert pace[3] == pace[1], "the jam will be over"


def test_territories_follow_what_has_no_end(api):
    def home_drive_s(**change):
        patch(api, {"bbox": WHOLE_MAP, **change})
        job = api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 0}))
        assert job["state"] == "done", job
        return api.read("/v1/territories/draft")["measures"]["mean_home_drive_s"]

    plain = home_drive_s(factor=1)
    assert home_drive_s(factor=0.3, for_s=7200) == plain
    assert home_drive_s(factor=0.3) > 1.5 * plain


def test_travel_times_kept_on_disk_are_those_of_the_speeds_in_effect(api, journey):
    def between():
        company = open_company(api.app.storage, api.app.maps, api.organisation_id)
        with api.app.storage.reading(company.id) as work:
            snaps = account_snaps(work.accounts.all_for_design()).take(np.arange(20, dtype=np.int32))
        return api.app.redraw._travel_times.between(company.map, snaps).duration_s

    plain = between()
    patch(api, {"bbox": WHOLE_MAP, "factor": 0.5})
    slow = between()
    assert (slow > plain).any()
    patch(api, body={"replace": True})
    assert (between() == plain).all()
    patch(api, {"bbox": WHOLE_MAP, "factor": 0.5})
    assert (between() == slow).all()


def test_a_map_with_everything_closed_reaches_nothing_and_fails_nothing(api, journey):
    patch(api, {"bbox": WHOLE_MAP, "closed": True})
    company = open_company(api.app.storage, api.app.maps, api.organisation_id)
    assert (company.map.network.duration_ms == CLOSED_MS).all()
    assert journey.seconds() is None
    assert api.post("/v1/route", {"points": journey.ends}).get_json()["code"] == "no_route"
    job = api.job(api.post("/v1/days/2026-11-16/plan", {"solutions": 20}))
    assert (job["state"], job["result"]["planned"]) == ("done", 0), job

"""Accounts nearest by driving time, and what more stops cost on a day and on any route."""

from datetime import datetime, timedelta

import pytest

from tests.app.api.test_requests import problem

DAY = "2026-11-16"


def all_accounts(api, query=""):
    return api.read(f"/v1/accounts?limit=1000{query}")["items"]


def driven(api, sources, targets):
    """{(i, j): (s, m)} by the matrix."""
    found = api.post("/v1/matrices", {"sources": sources, "targets": targets}).get_json()
    return {
        (i, j): (s, found["distances_m"][i][j]) for i, row in enumerate(found["durations_s"]) for j, s in enumerate(row)
    }


@pytest.mark.parametrize("query", ["", "&category=restaurant", "&account_class=A", "&search=a", "&rep_id=REP"])
def test_the_nearest_are_those_of_the_matrix_and_of_the_filter(quiet_api, query):
    query = query.replace("REP", str(quiet_api.rep_ids[1]))
    lon, lat = -30.0, 45.0
    found = quiet_api.read(f"/v1/accounts/nearest?lon={lon}&lat={lat}&limit=7{query}")
    there = all_accounts(quiet_api, query)
    way = driven(quiet_api, [[lon, lat]], [[one["lon"], one["lat"]] for one in there])
    ranked = sorted((way[0, j], one["id"]) for j, one in enumerate(there))
    assert found["considered"] == len(there) > 7
    assert [((one["drive_s"], one["distance_m"]), one["account"]["id"]) for one in found["items"]] == ranked[:7]


def test_from_an_account_it_is_left_out_and_from_a_home_nobody_is(quiet_api):
    account = all_accounts(quiet_api)[0]
    found = quiet_api.read(f"/v1/accounts/nearest?account_id={account['id']}&limit=1000")
    assert found["considered"] == len(found["items"]) + 1
    assert account["id"] not in [one["account"]["id"] for one in found["items"]]
    rep = quiet_api.rep_ids[0]
    home = quiet_api.read(f"/v1/accounts/nearest?home_of={rep}&limit=1000&rep_id={rep}")
    own = quiet_api.read(f"/v1/reps/{rep}/accounts/nearest?limit=1000", "rep")
    assert own == home
    assert {one["account"]["id"] for one in own["items"]} == {
        one["id"] for one in all_accounts(quiet_api, f"&rep_id={rep}")
    }
    near = quiet_api.read(f"/v1/reps/{rep}/accounts/nearest?limit=1000&within_minutes=3", "rep")["items"]
    assert near == [one for one in own["items"] if one["drive_s"] <= 180] != []
    assert all(one["account"]["service_s"] > 0 for one in near)


def test_what_is_out_of_use_or_on_no_road_is_not_near(api):
    lon, lat = -30.0, 45.0
    first = api.read(f"/v1/accounts/nearest?lon={lon}&lat={lat}&limit=1")["items"][0]["account"]["id"]
    assert api.ask("PATCH", f"/v1/accounts/{first}", json={"active": False}).status_code == 200
    assert api.read(f"/v1/accounts/nearest?lon={lon}&lat={lat}&limit=1")["items"][0]["account"]["id"] != first


def test_every_gap_of_a_day_costs_what_the_matrix_says(quiet_api):
    rep = quiet_api.rep_ids[0]
    day = quiet_api.read(f"/v1/reps/{rep}/days/{DAY}", "rep")
    found = quiet_api.read(f"/v1/reps/{rep}/days/{DAY}/detours?limit=1000", "rep")
    own = {one["id"] for one in all_accounts(quiet_api, f"&rep_id={rep}")}
    on_the_day = {stop["account_id"] for stop in day["stops"]}
    assert {one["account"]["id"] for one in found["items"]} == own - on_the_day
    assert found["considered"] == len(own - on_the_day)
    tour = [[p["lon"], p["lat"]] for p in (day["start"], *day["stops"], day["end"])]
    at = [[one["account"]["lon"], one["account"]["lat"]] for one in found["items"]]
    there, on, legs = driven(quiet_api, tour, at), driven(quiet_api, at, tour), driven(quiet_api, tour, tour)
    for i, one in enumerate(found["items"]):
        assert [gap["after"] for gap in one["gaps"]] == list(range(len(tour) - 1))
        for k, gap in enumerate(one["gaps"]):
            extra = [there[k, i][x] + on[i, k + 1][x] - legs[k, k + 1][x] for x in (0, 1)]
            assert (gap["extra_drive_s"], gap["extra_distance_m"]) == (max(0, extra[0]), extra[1])
        assert one["best"]["extra_drive_s"] == min(gap["extra_drive_s"] for gap in one["gaps"])
        assert one["best"] in one["gaps"]
        assert one["extra_s"] == one["best"]["extra_drive_s"] + one["account"]["service_s"]
        back = datetime.fromisoformat(day["totals"]["return_at"]) + timedelta(seconds=one["extra_s"])
        assert datetime.fromisoformat(one["return_at"]) == back
        assert one["in_shift"] == (back <= datetime.fromisoformat(day["shift"]["end_at"]))
    costs = [one["best"]["extra_drive_s"] for one in found["items"]]
    assert costs == sorted(costs)


def test_some_accounts_or_a_point_and_only_gaps_ahead(quiet_api):
    rep = quiet_api.rep_ids[0]
    base = f"/v1/reps/{rep}/days/{DAY}/detours"
    everything = quiet_api.read(base + "?limit=1000", "rep")["items"]
    some = [one["account"]["id"] for one in everything[3:6]]
    picked = quiet_api.read(f"{base}?account_ids={','.join(map(str, some))}", "rep")["items"]
    assert picked == everything[3:6]
    account = everything[3]["account"]
    at = f"lon={account['lon']}&lat={account['lat']}&service_minutes=10"
    (point,) = quiet_api.read(f"{base}?{at}", "rep")["items"]
    assert (point["account"], point["service_s"], point["gaps"]) == (None, 600, everything[3]["gaps"])
    (ahead,) = quiet_api.read(f"{base}?{at}&after=2", "rep")["items"]
    assert ahead["gaps"] == everything[3]["gaps"][2:]


def test_a_rep_sees_no_detour_to_accounts_of_others(quiet_api):
    mine, other = quiet_api.rep_ids[:2]
    theirs = all_accounts(quiet_api, f"&rep_id={other}")[0]["id"]
    asked = f"/v1/reps/{mine}/days/{DAY}/detours?account_ids={theirs}"
    assert quiet_api.get(asked, "rep").status_code == 404
    assert quiet_api.read(asked)["items"][0]["account"]["id"] == theirs
    for path in (f"/v1/reps/{other}/days/{DAY}/detours", f"/v1/reps/{other}/accounts/nearest"):
        assert quiet_api.get(path, "rep").status_code == 403
    assert quiet_api.get("/v1/accounts/nearest?lon=-30&lat=45", "rep").status_code == 403
    assert (
        quiet_api.post("/v1/detours", {"stops": [[-30, 45]] * 2, "candidates": [[-30, 45]]}, "rep").status_code == 403
    )
    assert quiet_api.get(asked, "stranger").status_code == 404


def test_detours_of_any_route(quiet_api):
    stops, candidates = [[-30.0, 45.0], [-29.98, 45.01], [-30.01, 45.02]], [[-29.99, 45.0], [-30.0, 45.015]]
    found = quiet_api.post("/v1/detours", {"stops": stops, "candidates": candidates, "service_minutes": 5}).get_json()
    there, on = driven(quiet_api, stops, candidates), driven(quiet_api, candidates, stops)
    legs = driven(quiet_api, stops, stops)
    for i, one in enumerate(found["items"]):
        extra = [there[k, i][0] + on[i, k + 1][0] - legs[k, k + 1][0] for k in range(2)]
        assert [gap["extra_drive_s"] for gap in one["gaps"]] == extra
        assert one["candidate"] == i
        assert one["best"]["extra_drive_s"] == min(extra)
        assert one["extra_s"] == min(extra) + 300


BAD = [
    ("/v1/accounts/nearest", 400, "lon"),
    ("/v1/accounts/nearest?lon=1&lat=1", 422, "lon, lat"),
    ("/v1/accounts/nearest?lon=1&lat=1&home_of=1", 400, "lon"),
    ("/v1/accounts/nearest?home_of=REP&limit=1001", 413, "limit"),
    ("/v1/accounts/nearest?home_of=REP&within_minutes=0", 400, "within_minutes"),
    ("/v1/accounts/nearest?home_of=987654", 404, None),
    (f"/v1/reps/REP/days/{DAY}/detours?lon=1", 400, "lat"),
    (f"/v1/reps/REP/days/{DAY}/detours?lon=-30&lat=45&account_ids=1", 400, "account_ids"),
    (f"/v1/reps/REP/days/{DAY}/detours?account_ids=0", 400, "account_ids"),
    (f"/v1/reps/REP/days/{DAY}/detours?account_ids=1,x", 400, "account_ids"),
    (f"/v1/reps/REP/days/{DAY}/detours?account_ids=987654", 404, None),
    (f"/v1/reps/REP/days/{DAY}/detours?after=999", 400, "after"),
    (f"/v1/reps/REP/days/{DAY}/detours?limit=1001", 413, "limit"),
    ("/v1/reps/REP/days/2026-11-21/detours", 404, None),
]


@pytest.mark.parametrize(("path", "status", "field"), BAD)
def test_what_cannot_be_asked_is_refused(quiet_api, path, status, field):
    problem(quiet_api.get(path.replace("REP", str(quiet_api.rep_ids[0]))), status, field=field)


def test_a_route_over_the_limits_is_refused(copies, tmp_path):
    with copies.copy(tmp_path / "data", max_matrix_places=3, max_matrix_cells=6) as api:
        spot = [-30.0, 45.0]
        found = problem(api.post("/v1/detours", {"stops": [spot] * 4, "candidates": [spot]}), 413, field="stops")
        assert "BEATPLAN_MAX_MATRIX_PLACES" in found["detail"]
        body = {"stops": [spot] * 3, "candidates": [spot] * 3}
        problem(api.post("/v1/detours", body), 413, field="candidates")
        problem(api.post("/v1/detours", {"stops": [spot, [1.0, 1.0]], "candidates": [spot]}), 422, field="stops[1]")
